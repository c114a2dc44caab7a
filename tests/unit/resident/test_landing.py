"""Where OutOfTime lands: in code of lib/, and nowhere else."""

import asyncio
import contextlib
import gc
import os
import sys
import threading
import time

import pytest
from xmlrpcgi.errors import OutOfTime
from xmlrpcgi.resident import landing
from xmlrpcgi.resident.deadline import Deadline

from tests.unit.resident.test_deadline import elsewhere


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


def spins(seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return 'went on'


def test_it_lands_in_code_of_lib_alone():
    here = os.path.dirname(__file__)
    assert late(here, spins) == 'ended'
    assert late(here + '/lib', lambda: spins(0.5)) == 'went on'


def test_where_code_of_others_runs_it_waits_for_that_of_lib(tmp_path):
    other = {'time': time}
    exec(compile('def spins(seconds):\n    end = time.monotonic() + seconds\n'
                 '    while time.monotonic() < end:\n        pass\n', '/elsewhere/queue.py',
                 'exec'), other)

    def calls_others():
        begun = time.monotonic()
        try:
            other['spins'](0.4)
            return spins(60)
        finally:
            seconds.append(time.monotonic() - begun)
    seconds = []
    assert late(os.path.dirname(__file__), calls_others) == 'ended'
    assert 0.4 <= seconds[0] < 30


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


@pytest.mark.slow
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
        end = time.monotonic() + 60
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
        end = time.monotonic() + 60
        while time.monotonic() < end:
            await asyncio.sleep(pause)
        return 'went on'
    assert late(os.path.dirname(__file__), lambda: asyncio.run(polls())) == 'ended'
    tools = [sys.monitoring.get_tool(number) for number in (3, 4)]
    assert 'xmlrpcgi' not in tools


def test_no_garbage_is_collected_while_the_frames_of_all_threads_are_taken(monkeypatch):
    """CPython's issue 106883: the process stood still."""
    seen = []
    monkeypatch.setattr(sys, '_current_frames', lambda: seen.append(gc.isenabled()))
    landing.current_frames()
    assert seen == [False] and gc.isenabled()
    gc.disable()
    try:
        landing.current_frames()
        assert not gc.isenabled()
    finally:
        gc.enable()
