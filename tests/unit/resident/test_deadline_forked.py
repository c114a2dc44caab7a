"""CALL_SECONDS in a child that a method forks: it has a watcher of its own."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

from xmlrpcgi.resident.deadline import Deadline

from tests.unit.resident.test_deadline import ends


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
