"""CALL_SECONDS where many threads answer: in its call, and never outside of it."""

import asyncio
import contextlib
import os
import random
import signal
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
    """A function: service(seconds) is a Service whose calls have so many."""
    before = list(sys.path), list(sys.meta_path), list(sys.path_hooks)
    lib = tmp_path / 'lib'
    lib.mkdir()
    (lib / 'spin.py').write_text(SPIN)
    yield lambda seconds: Service(str(lib), lambda settings, lib: Deadline(seconds, lib))
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


def test_a_method_that_swallows_all_of_them_is_named_in_the_log_and_left_alone(
        service, monkeypatch, capsys):
    monkeypatch.setattr(deadline, '_AGAIN', 0.05)
    assert elsewhere(call, service(0.05), 'spin.hang', 1.0) == 'swallowed all'
    assert capsys.readouterr().err.count('a method catches the exception that ends it') == 1


def test_a_multicall_that_runs_out_of_time_fails_as_a_whole(service):
    calls = [{'methodName': 'spin.spin', 'params': [0.05]}] * 40
    fault = elsewhere(call, service(0.2), 'system.multicall', calls)
    assert fault.faultString.startswith('the call took longer than 0.2 seconds')


def in_a_child(function):
    """Fork as an application may; whether function() returned True in the child, in time."""
    child = os.fork()
    if not child:
        signal.alarm(20)
        try:
            os._exit(0 if function() else 1)
        finally:
            os._exit(2)
    return os.waitpid(child, 0)[1] == 0


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


def test_a_child_that_was_forked_has_a_watcher_of_its_own():
    watched = Deadline(0.1)
    assert ends(watched) and watched._watcher is not None
    assert in_a_child(lambda: watched._watcher is None and ends(watched))


def test_nor_does_a_lock_that_another_thread_held_keep_it_from_one():
    watched = Deadline(0.1)
    held, free = threading.Event(), threading.Event()

    def hold():
        with watched._gate:
            held.set()
            free.wait(30)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        assert held.wait(30)
        try:
            assert in_a_child(lambda: ends(watched))
        finally:
            free.set()


def test_a_child_is_not_ended_for_a_call_of_its_parent_s_other_threads():
    watched = Deadline(30)
    begun, free = threading.Event(), threading.Event()

    def run():
        watched.start()
        begun.set()
        free.wait(30)
        watched.stop()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run)
        assert begun.wait(30)
        try:
            assert in_a_child(lambda: watched._due == {})
        finally:
            free.set()


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


class Landing:
    """Stands for `thing`; at the step `at` of all that is done with it, OutOfTime lands.

    steps: a list with the number of steps so far.  after: behind that step, not before.
    """

    def __init__(self, thing, steps, at, after):
        self.thing, self.steps, self.at, self.after = thing, steps, at, after

    def step(self, function, *params):
        self.steps[0] += 1
        hit = self.steps[0] == self.at
        if hit and not self.after:
            raise OutOfTime
        found = function(*params)
        if hit:
            raise OutOfTime
        return found

    def __contains__(self, key):
        return self.step(self.thing.__contains__, key)

    def __call__(self, *params):
        return self.step(self.thing, *params)

    def __getattr__(self, name):
        found = getattr(self.thing, name)
        if name in ('pop', 'acquire'):
            return lambda *params: self.step(found, *params)
        return found


@pytest.mark.parametrize('after', [False, True])
def test_it_may_land_at_any_step_of_the_end_and_nothing_stays(monkeypatch, after):
    steps, at = [1], 0
    raise_in = deadline._raise_in
    while at <= steps[0]:
        at += 1
        steps = [0]
        watched = Deadline(1)
        thread = threading.get_ident()
        watched._due[thread], watched._raised[thread] = time.monotonic() + 1, 1
        real = watched._due, watched._raised, watched._gate
        watched._due, watched._raised, watched._gate = (
            Landing(thing, steps, at, after) for thing in real)
        # An exception that is pending is taken back by what lands before, not by what follows.
        monkeypatch.setattr(deadline, '_raise_in', Landing(raise_in, steps, at, False))
        try:
            watched.stop()
        except OutOfTime:
            pass
        watched._due, watched._raised, watched._gate = real
        monkeypatch.setattr(deadline, '_raise_in', raise_in)
        watched.stop()                  # the door's
        assert watched._due == watched._raised == {}, at
        assert not watched._gate._is_owned(), at
    assert steps[0] >= 5


def test_what_is_raised_while_a_call_ends_is_taken_back():
    """Each end of a call meets the watcher at its work; nothing of it stays."""
    watched = Deadline(0.001)
    hit = 0
    for _ in range(400):
        try:
            try:
                watched.start()
                time.sleep(0.0011)
            finally:
                watched.stop()
        except OutOfTime:
            hit += 1
        finally:
            watched.stop()
        assert watched._due == watched._raised == {} and not watched._gate._is_owned()
    assert hit


def late(folder, function):
    """Run function() in a thread with a Deadline of code in `folder`; what it returns or raises."""
    def run():
        watched = Deadline(0.05, folder)
        try:
            watched.start()
            return function()
        except OutOfTime:
            return 'ended'
        finally:
            watched.stop()
    return elsewhere(run)


def spins(seconds=0.5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return 'went on'


def test_it_lands_in_code_of_lib_alone():
    here = os.path.dirname(__file__)
    assert late(here, spins) == 'ended'
    assert late(here + '/lib', spins) == 'went on'


def test_where_code_of_others_runs_it_waits_for_that_of_lib(tmp_path):
    other = {'time': time}
    exec(compile('def spins(seconds):\n    end = time.monotonic() + seconds\n'
                 '    while time.monotonic() < end:\n        pass\n', '/elsewhere/queue.py',
                 'exec'), other)

    def calls_others():
        begun = time.monotonic()
        try:
            other['spins'](0.4)
            return spins(5)
        finally:
            seconds.append(time.monotonic() - begun)
    seconds = []
    assert late(os.path.dirname(__file__), calls_others) == 'ended'
    assert 0.4 <= seconds[0] < 4


def test_threads_take_turns_as_before_after_it():
    before = sys.getswitchinterval()
    assert late(os.path.dirname(__file__), spins) == 'ended'
    assert sys.getswitchinterval() == before


class Held:
    """A lock by a class of its own, as applications write one."""

    def __init__(self):
        self.lock = threading.Lock()

    def __enter__(self):
        self.lock.acquire()
        return [step + 1 for step in (1, 2, 3)]

    def __exit__(self, *_):
        for _ in (1, 2, 3):
            pass
        self.lock.release()


@pytest.mark.parametrize('way', ['class', 'contextmanager'])
def test_what_a_with_block_of_the_application_holds_is_released(way):
    @contextlib.contextmanager
    def holding():
        held.__enter__()
        try:
            yield
        finally:
            held.__exit__()

    def takes_and_releases():
        end = time.monotonic() + 5
        while time.monotonic() < end:
            with held if way == 'class' else holding():
                pass
        return 'went on'
    for _ in range(10):
        held = Held()
        assert late(os.path.dirname(__file__), takes_and_releases) == 'ended'
        assert not held.lock.locked()


@pytest.mark.skipif(sys.version_info < (3, 12), reason='only sys.monitoring sees such steps')
@pytest.mark.parametrize('pause', [0, 0.001])
def test_an_async_loop_that_waits_ends(pause):
    """Whenever somebody looks, code of asyncio runs."""
    async def polls():
        end = time.monotonic() + 5
        while time.monotonic() < end:
            await asyncio.sleep(pause)
        return 'went on'
    assert late(os.path.dirname(__file__), lambda: asyncio.run(polls())) == 'ended'
    tools = [sys.monitoring.get_tool(number) for number in (3, 4)]
    assert 'xmlrpcgi' not in tools
