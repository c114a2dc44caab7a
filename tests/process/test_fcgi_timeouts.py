"""CALL_SECONDS in a FastCGI process: a call that is ended leaves nothing taken to the next ones."""

import time

import pytest

from tests.process.resident import raises, whole

LOCKED = '''
import contextlib, io, logging, os, queue, sched, socket, subprocess, threading, time

QUEUE, LOCK, RLOCK, SEMAPHORE = queue.Queue(), threading.Lock(), threading.RLock(), \\
    threading.Semaphore(1)
CONDITION, INNER = threading.Condition(), threading.Lock()
LOG = logging.getLogger('locked')
LOG.propagate = False
LOG.addHandler(logging.StreamHandler(io.StringIO()))

class Held:
    def __enter__(self):
        INNER.acquire()
        return [number for number in range(3)]

    def __exit__(self, *_):
        for number in range(3):
            pass
        INNER.release()

@contextlib.contextmanager
def held():
    INNER.acquire()
    try:
        yield
    finally:
        INNER.release()

class Application:
    def queues(self):
        while True:
            QUEUE.put(1)
            QUEUE.get()

    def semaphores(self):
        while True:
            with SEMAPHORE:
                pass

    def locks(self):
        while True:
            with LOCK, RLOCK:
                pass

    def conditions(self):
        while True:
            with CONDITION:
                CONDITION.notify_all()

    def holds(self):
        while True:
            with Held():
                pass

    def generates(self):
        while True:
            with held():
                pass

    def logs(self):
        while True:
            LOG.warning('a line')

    def taken(self):
        """The names of what a call before has left taken."""
        locks = [('queue', QUEUE.mutex), ('semaphore', SEMAPHORE), ('lock', LOCK),
                 ('rlock', RLOCK), ('condition', CONDITION), ('inner', INNER),
                 ('handler', LOG.handlers[0].lock), ('logging', logging._lock)]
        def look():
            for name, lock in locks:
                if lock.acquire(timeout=0.3):
                    lock.release()
                else:
                    found.append(name)
        found = []
        thread = threading.Thread(target=look)      # an RLock would let this thread in
        thread.start()
        thread.join()
        return found

    def sleeps(self):
        time.sleep(60)

    def recurses(self):
        def fib(number):
            return number if number < 2 else fib(number - 1) + fib(number - 2)
        return fib(60)

    def spins(self):
        while True:
            pass

    def gets(self):
        queue.Queue().get()

    def receives(self):
        one, other = socket.socketpair()
        with one.makefile() as file:
            return file.readline()

    def schedules(self):
        scheduler = sched.scheduler()
        scheduler.enter(60, 1, print)
        scheduler.run()

    def runs(self):
        subprocess.call(['sleep', '60'])

    def pid(self):
        return os.getpid()
'''
LATE = 'the call took longer than 1 seconds'


@pytest.fixture
def served(any_door):
    any_door.bundle.write('locked.py', LOCKED)
    any_door.bundle.write('settings.py', 'CALL_SECONDS = 1\n')
    return any_door


def test_what_others_wait_for_is_free_after_a_call_that_was_ended(served):
    process = served.listen(None, '--processes', '1')
    for method in ('queues', 'semaphores', 'locks', 'conditions', 'holds', 'generates', 'logs'):
        assert raises(process, 'locked.' + method).faultString.startswith(LATE)
        assert process.call('locked.taken') == [], method
    assert 'Traceback' not in process.log()


@pytest.mark.parametrize('method', ['sleeps', 'recurses', 'spins'])
def test_what_is_ended_in_code_of_lib_leaves_its_process(served, method):
    process = served.own()
    begun = time.monotonic()
    assert raises(process, 'locked.' + method).faultString.startswith(LATE)
    assert time.monotonic() - begun < 10
    assert process.call('locked.pid') == process.pid and process.log() == ''


@pytest.mark.parametrize('method', ['gets', 'receives', 'schedules', 'runs'])
def test_a_wait_in_a_library_is_ended_too_and_then_the_process(served, method):
    process = served.listen(None, '--processes', '1')
    pid, begun = process.call('locked.pid'), time.monotonic()
    assert raises(process, 'locked.' + method).faultString.startswith(LATE)
    assert time.monotonic() - begun < 20
    assert process.call('locked.pid') != pid


def test_a_process_that_ends_so_answers_who_waits_and_says_why(served):
    process = served.own()
    with process.connect() as running, process.connect() as waiting:
        running.send(whole('locked.gets'))
        waiting.send(whole('locked.pid'))
        answer = running.answer()
        assert LATE.encode() in answer.body and answer.whole
        assert b'another process takes the place of this one' in answer.err
        assert waiting.answer().value == process.pid
    assert process.status() == 0
