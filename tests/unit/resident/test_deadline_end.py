"""The end of a call: an OutOfTime that lands in it leaves nothing behind."""

import threading
import time

import pytest
from xmlrpcgi.errors import OutOfTime
from xmlrpcgi.resident.deadline import Deadline


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
def test_it_may_land_at_any_step_of_the_end_and_nothing_stays(after):
    steps, at = [1], 0
    while at <= steps[0]:
        at += 1
        steps = [0]
        watched = Deadline(1)
        thread = threading.get_ident()
        watched._due[thread], watched._raised[thread] = time.monotonic() + 1, 1
        real = watched._due, watched._raised, watched._gate
        watched._due, watched._raised, watched._gate = (
            Landing(thing, steps, at, after) for thing in real)
        try:
            watched.stop()
        except OutOfTime:
            pass
        watched._due, watched._raised, watched._gate = real
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
