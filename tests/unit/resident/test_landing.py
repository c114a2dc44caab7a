"""Where OutOfTime lands: in code of lib/, and nowhere else."""

import os
import sys
import time

from xmlrpcgi.errors import OutOfTime
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
