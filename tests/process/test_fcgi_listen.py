"""`rpc.fcgi --listen`: several processes at a socket that it makes."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.process.resident import SECONDS, free_port, runs, whole
from tests.tools.fcgi import wait_for


def test_listen_serves_from_several_processes_and_replaces_those_that_end(any_door):
    manager = any_door.listen(None, '--processes', '2')
    assert oct(os.stat(manager.address).st_mode)[-3:] == '660'
    flags = [str(any_door.folder / name) for name in ('one', 'two')]
    with manager.connect() as first, manager.connect() as second:
        for client, flag in (first, flags[0]), (second, flags[1]):
            client.send(whole('door.waits', flag))
            wait_for(lambda flag=flag: os.path.exists(flag + '.began'))
        for flag in flags:
            open(flag, 'w').close()
        pids = {first.answer().value, second.answer().value}
    assert len(pids) == 2 and manager.pid not in pids
    victim = pids.pop()
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: manager.call('door.pid') not in {victim, *pids})
    manager.kill()
    assert manager.status() == 0 and not os.path.exists(manager.address)


def test_listen_at_a_port(any_door):
    manager = any_door.listen('127.0.0.1:%d' % free_port(), '--processes', '1')
    assert manager.call('app.getName') == 'example'
    manager.kill(signal.SIGINT)
    assert manager.status() == 0


@pytest.mark.parametrize('allowed, answered', [('127.0.0.1', True), ('10.0.0.1,127.0.0.1', True),
                                               ('10.0.0.1', False)])
def test_only_web_servers_at_these_addresses_may_connect(door, allowed, answered):
    manager = door.listen('127.0.0.1:%d' % free_port(), '--processes', '1',
                          FCGI_WEB_SERVER_ADDRS=allowed)
    with manager.connect() as client:
        if answered:
            client.send(whole('app.getName'))
            assert client.answer().value == 'example'
        else:
            assert client.answer().out == b''


def test_the_end_of_listen_waits_for_calls(door):
    manager = door.listen(None, '--processes', '2')
    flag = str(door.folder / 'flag')
    with manager.connect() as client:
        client.send(whole('door.waits', flag))
        wait_for(lambda: os.path.exists(flag + '.began'))
        manager.kill()
        time.sleep(0.1)
        assert not manager.ended()
        open(flag, 'w').close()
        assert client.answer().value
    assert manager.status() == 0


@pytest.mark.parametrize('number', [signal.SIGHUP, None], ids=['SIGHUP', 'MAX_REQUESTS'])
def test_processes_are_replaced_while_many_call_and_no_call_is_lost(door, number):
    if number is None:
        door.bundle.write('settings.py', 'MAX_REQUESTS = 10\n')
    manager = door.listen(None, '--processes', '2')
    before = {manager.call('door.pid') for _ in range(5)}

    def ask(turn):
        if number and turn in (40, 80):
            manager.kill(number)
        return manager.call('door.pid')

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(160)))
    assert len(set(found)) >= (3 if number else 10)
    if number is None:
        assert max(found.count(pid) for pid in set(found)) <= 10
    else:
        wait_for(lambda: manager.call('door.pid') not in before)
    manager.kill()
    assert manager.status() == 0


def test_its_processes_end_with_it(door):
    manager = door.listen(None, '--processes', '1', '--mode', '600')
    child = manager.call('door.pid')
    manager.kill(signal.SIGKILL)
    manager.status()
    # The next that it wakes for shows that nobody is there to make successors.
    try:
        manager.call('door.pid')
    except (OSError, AssertionError):
        pass
    wait_for(lambda: not runs(child), 20)
    again = door.listen(manager.address)                    # the dead socket is replaced
    assert again.call('app.getName') == 'example'


def listening(door, *words):
    """What `--listen words` says that does not listen: status, sentence."""
    process = door.bundle
    done = subprocess.run([process.python, '-IS', str(process.folder / 'cgi-bin' / 'rpc.fcgi'),
                           '--listen', *words], stdin=subprocess.DEVNULL, timeout=SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    text = done.stderr.decode()
    assert done.stdout == b'' and 'Traceback' not in text and 'cannot start' not in text
    return done.returncode, text.splitlines()[-1]


def test_what_listen_cannot_do_it_says_in_a_sentence(door):
    folder = door.folder
    running = door.listen()
    port = free_port()
    taken = door.listen('127.0.0.1:%d' % port, '--processes', '1')
    (folder / 'file').write_text('')
    cannot = 'rpc.fcgi: cannot listen at %s: %s'
    form = 'an address is the path of a socket, or HOST:PORT'
    for address, why in [(running.address, 'another process listens there'),
                         (str(folder / 'file'), 'there is a file of that name'),
                         (str(folder / 'no' / 'rpc.sock'), 'make its folder first, which the user '
                                                           'of this process may write to'),
                         ('/' + 'x' * 120, 'AF_UNIX path too long'),
                         ('127.0.0.1:%d' % port, '[Errno 98] Address already in use'),
                         ('127.0.0.1:port', form), ('127.0.0.1:', form), (':9000', form),
                         ('127.0.0.1:99999', form)]:
        assert listening(door, address) == (1, cannot % (address, why))
    for words, why in [(['--processes', '0'], '--processes takes 1 or more'),
                       (['--processes', 'x'], "argument --processes: invalid int value: 'x'"),
                       (['--mode', '9'], 'argument --mode: takes three octal digits, like 660')]:
        assert listening(door, str(folder / 'new'), *words) \
            == (2, 'rpc.fcgi --listen: error: ' + why)
    assert listening(door)[0] == 2
    assert (folder / 'file').exists() and running.call('app.getName') == 'example'
    assert taken.call('app.getName') == 'example'
