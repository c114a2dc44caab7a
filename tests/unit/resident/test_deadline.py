"""CALL_SECONDS where many threads answer: in its call, and never outside of it."""

import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from xmlrpc.client import Fault, dumps, loads

import pytest
from xmlrpcgi.errors import OutOfTime
from xmlrpcgi.message import Request
from xmlrpcgi.resident import deadline
from xmlrpcgi.resident.deadline import Deadline
from xmlrpcgi.resident.service import Service

from tests.tools.fcgi import wait_for

SPIN = '''
import time

class Application:
    def spin(self, seconds: float = 1e9):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass
        return 'ended'

    def swallow(self, times: int):
        for _ in range(times):
            try:
                self.spin()
            except BaseException:
                pass
        try:
            return self.spin()
        except Exception:
            return 'swallowed'

    def hang(self, seconds: float):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.spin(0.01)
            except BaseException:
                pass
        return 'swallowed all'
'''


@pytest.fixture
def service(tmp_path):
    """A function: service(seconds) is a Service whose calls have so many; its class is loaded."""
    before = list(sys.path), list(sys.meta_path), list(sys.path_hooks)
    lib = tmp_path / 'lib'
    lib.mkdir()
    (lib / 'spin.py').write_text(SPIN)

    def make(seconds):
        made = Service(str(lib), lambda settings, lib: Deadline(seconds, lib))
        with made.library:
            made._handler().table('spin')
        return made
    yield make
    sys.path[:], sys.meta_path[:], sys.path_hooks[:] = before
    for name in [name for name in sys.modules if name == 'lib' or name.startswith('lib.')]:
        del sys.modules[name]


def call(service, method, *params):
    """Call a method as a door does; its value, or the Fault."""
    body = dumps(params, method).encode()
    parts = [body]
    response = service.answer_to(Request(
        {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml', 'CONTENT_LENGTH': str(len(body))},
        lambda size: parts.pop() if parts else b''))
    try:
        return loads(response.body)[0][0]
    except Fault as fault:
        return fault


def elsewhere(function, *params):
    """Run the function in a thread of its own; what it returns, or raises."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *params).result()


OTHERS = []                 # watchers that tests before have left to their own end


def watchers():
    return [thread for thread in threading.enumerate()
            if getattr(thread, '_target', None) and thread._target.__name__ == '_watch'
            and thread not in OTHERS]


@pytest.fixture(autouse=True)
def no_watchers_of_before(monkeypatch):
    monkeypatch.setattr(deadline, '_IDLE', 0.02)
    OTHERS.clear()
    OTHERS.extend(watchers())


def test_an_endless_loop_in_a_thread_becomes_a_fault_with_the_sentence(service):
    start = time.monotonic()
    fault = elsewhere(call, service(1), 'spin.spin')
    assert 1 <= time.monotonic() - start < 10
    assert fault.faultCode == -32500
    assert fault.faultString.startswith('the call took longer than 1 seconds (ref ')


def test_a_call_in_time_is_not_touched(service):
    assert elsewhere(call, service(10), 'spin.spin', 0.05) == 'ended'


@pytest.mark.parametrize('times', [0, 1, 2])
def test_a_method_that_swallows_it_gets_another(service, monkeypatch, times):
    monkeypatch.setattr(deadline, '_AGAIN', 0.1)
    fault = elsewhere(call, service(0.05), 'spin.swallow', times)
    assert fault.faultString.startswith('the call took longer than 0.05 seconds')


@pytest.mark.slow
def test_a_method_that_swallows_all_of_them_is_named_in_the_log_and_left_alone(
        service, monkeypatch, capsys):
    monkeypatch.setattr(deadline, '_AGAIN', 0.05)
    assert elsewhere(call, service(0.05), 'spin.hang', 5.0) == 'swallowed all'
    assert capsys.readouterr().err.count('a method catches the exception that ends it') == 1


def test_a_multicall_that_runs_out_of_time_fails_as_a_whole(service):
    calls = [{'methodName': 'spin.spin', 'params': [0.05]}] * 40
    fault = elsewhere(call, service(0.2), 'system.multicall', calls)
    assert fault.faultString.startswith('the call took longer than 0.2 seconds')


def ends(watched):
    """Whether an endless call of this thread is ended."""
    try:
        watched.start()
        while True:
            pass
    except OutOfTime:
        return True
    finally:
        watched.stop()


def test_a_watcher_that_fails_is_followed_by_another(monkeypatch):
    watched = Deadline(0.2)
    real = watched._is_late
    monkeypatch.setattr(threading, 'excepthook', lambda args: None)

    def fail(thread, now):
        watched._is_late = real
        raise MemoryError
    watched._is_late = fail
    watched.start()
    wait_for(lambda: watched._watcher is None)
    assert ends(watched)


def test_without_a_limit_there_is_no_watcher(service):
    assert elsewhere(call, service(0), 'spin.spin', 0.01) == 'ended'
    assert watchers() == []


def test_one_watcher_watches_all_and_ends_when_there_is_nothing_to_watch(
        service, monkeypatch):
    monkeypatch.setattr(deadline, '_IDLE', 0.2)     # none ends between two of the calls
    served = service(30)
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(call, served, 'spin.spin', 0.05) for _ in range(16)]
        wait_for(watchers)
        assert len(watchers()) == 1
        assert [found.result() for found in running] == ['ended'] * 16
    wait_for(lambda: not watchers())


@pytest.mark.slow
def test_a_call_that_begins_while_the_watcher_ends_is_watched(service, monkeypatch):
    monkeypatch.setattr(deadline, '_IDLE', 0.001)
    served = service(0.01)
    seed = random.Random(1)
    for _ in range(60):
        assert isinstance(elsewhere(call, served, 'spin.spin'), Fault)
        time.sleep(seed.random() * 0.004)


def outside(seconds):
    """Steps of Python outside of any call, where an exception that is late would land."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(10))


@pytest.mark.slow
def test_a_call_that_ends_just_in_time_is_never_hit_afterwards(service, monkeypatch, capsys):
    """Many calls that end about when their time does; the threads that ran them live on."""
    monkeypatch.setattr(deadline, '_AGAIN', 0.5)
    served = service(0.002)
    seed = random.Random(2)
    began = set()

    def run(seconds):
        try:
            began.add(threading.get_ident())
            found = call(served, 'spin.spin', seconds)
            outside(0.0005)
            return found
        except OutOfTime:
            return 'outside'

    def rest(_):
        try:
            outside(0.1)
            time.sleep(0.6)
            outside(0.1)
            return threading.get_ident()
        except OutOfTime:
            return 'outside'

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(run, [0.0012 + seed.random() * 0.0012 for _ in range(1200)]))
            rested = list(pool.map(rest, range(4)))
    finally:
        sys.setswitchinterval(interval)
    capsys.readouterr()
    assert 'outside' not in found and 'outside' not in rested and set(rested) <= began
    ended = found.count('ended')
    faults = [one for one in found if isinstance(one, Fault)]
    assert ended and faults and ended + len(faults) == 1200
    assert {fault.faultCode for fault in faults} == {-32500}
