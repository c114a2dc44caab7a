"""How a process of rpc.fcgi ends, and what a request that is given up leaves: nothing is lost."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.process.resident import calling, whole
from tests.tools.fcgi import (
    PARAMS,
    STDIN,
    begin,
    pairs,
    record,
    request,
    stream,
    variables,
    wait_for,
)


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_between_calls_ends_it_at_once(door, number):
    process = door.own()
    process.call('app.getName')
    start = time.monotonic()
    process.kill(number)
    assert process.status() == 0 and time.monotonic() - start < 9


def test_a_signal_during_a_call_lets_it_end_and_answers_who_waits(any_door):
    process = any_door.own()
    flag = str(any_door.folder / 'flag')
    with process.connect() as running, process.connect() as waiting, process.connect() as silent:
        running.send(whole('door.waits', flag))
        wait_for(lambda: os.path.exists(flag + '.began'))
        waiting.send(whole('app.getName'))
        silent.socket.close()
        process.kill()
        time.sleep(0.05)
        assert not process.ended()
        open(flag, 'w').close()
        assert running.answer().value == process.pid
        assert waiting.answer().value == 'example'
    assert process.status() == 0
    with pytest.raises(ConnectionRefusedError):
        process.connect()


def test_from_the_signal_on_nobody_can_connect_to_its_own_socket(door):
    process = door.own()
    flag = str(door.folder / 'flag')
    with process.connect() as first, process.connect() as second:
        first.send(whole('door.waits', flag))
        wait_for(lambda: os.path.exists(flag + '.began'))
        process.kill()
        second.send(whole('door.waits', flag + '2'))
        open(flag, 'w').close()
        assert first.answer().value == process.pid
        wait_for(lambda: os.path.exists(flag + '2.began'))
        with pytest.raises(ConnectionRefusedError):
            process.connect()
        open(flag + '2', 'w').close()
        assert second.answer().value == process.pid
    assert process.status() == 0


def test_connections_that_stay_are_served_and_let_go(door):
    process = door.own()
    with process.connect() as client:
        for number in (1, 2, 300):
            body = calling('door.pid')
            client.send(request(variables(body), body, number, keep=True))
            assert client.answer(number).value == process.pid
        process.kill()
        assert client.socket.recv(1) == b''
    assert process.status() == 0


def test_after_so_many_requests_it_ends_and_no_connection_is_lost(door):
    door.bundle.write('settings.py', 'MAX_REQUESTS = 5\n')
    current, lock = [door.own()], threading.Lock()

    def ask(_):
        for _ in range(200):
            process = current[0]
            try:
                client = process.connect()
            except ConnectionRefusedError:          # as mod_fcgid: then another process
                with lock:
                    if current[0] is process:
                        current[0] = door.own()
                continue
            with client:
                client.send(whole('door.pid'))
                return client.answer().value
        return None

    with ThreadPoolExecutor(4) as pool:
        answered = list(pool.map(ask, range(40)))
    pids = [process.pid for process in door.processes]
    assert set(answered) <= set(pids) and len(set(answered)) >= 4
    assert max(answered.count(pid) for pid in pids) <= 5 + 4        # and who waited at its end
    assert [process.status() for process in door.processes[:-1]] == [0] * (len(pids) - 1)


def test_a_kept_connection_counts_too(door):
    door.bundle.write('settings.py', 'MAX_REQUESTS = 3\n')
    process = door.own()
    with process.connect() as client:
        for _ in range(3):
            body = calling('door.pid')
            client.send(request(variables(body), body, keep=True))
            assert client.answer().value == process.pid
        assert client.socket.recv(1) == b''
    assert process.status() == 0


def test_a_child_that_stays_holds_neither_the_answer_nor_the_socket(door):
    flag = str(door.folder / 'flag')
    process = door.own()
    with process.connect() as client:
        client.send(whole('door.stays', flag))
        assert client.answer().value == 'left a child'
        assert client.socket.recv(1) == b''             # the connection is closed
    process.kill()
    assert process.status() == 0
    with pytest.raises(ConnectionRefusedError):
        process.connect()
    open(flag, 'w').close()


def test_threads_of_a_method_may_end(door):
    process = door.own()
    process.call('door.threads')
    process.kill()
    assert process.status() == 0
    assert 'the thread ended' in process.log()


def test_functions_of_atexit_are_run(door):
    process = door.own()
    process.call('door.leaves')
    process.kill()
    assert process.status() == 0
    assert 'atexit ran' in process.log() and 'Traceback' not in process.log()


def test_a_request_that_is_given_up_is_no_call(door):
    process = door.own()
    flag = str(door.folder / 'flag')
    body = calling('door.waits', flag)
    start = begin() + stream(PARAMS, pairs(variables(body)))
    for data in (begin(), start, start + record(STDIN, 1, body[:-1]),
                 begin() + stream(PARAMS, pairs(variables(
                     body, CONTENT_LENGTH=None, HTTP_TRANSFER_ENCODING='chunked')))
                 + record(STDIN, 1, body)):
        for end in (b'', record(2, 1)):
            with process.connect() as client:
                client.send(data + end)
                if end:
                    answer = client.answer()
                    assert answer.whole and answer.out == b''
    assert process.call('door.pid') == process.pid
    assert not os.path.exists(flag + '.began')
    assert 'Traceback' not in process.log()
