"""CALL_SECONDS for calls that run in threads, where no signal reaches them.

A thread of its own waits for the earliest end and then has OutOfTime raised in the
thread of that call, between two of its steps, where no lock of others can be held (see
landing.py); where the thread is not at such a place, this is tried again some
milliseconds later. So a method that waits inside a C function, as in time.sleep, ends
only after that has returned; the web server's time-out is for such methods.

Up to Python 3.11 the exception may arrive at a later step of its thread, also in this module. So
stop() runs until none is pending, and http.answer_by calls stop() once more.
"""

import os
import sys
import threading
from _thread import get_ident
from time import monotonic, sleep
from weakref import WeakSet

from ..errors import OutOfTime
from ..log import say
from . import landing
from .landing import ByException, ByMonitoring

_AGAIN = 1.0                # seconds until a method that caught the exception gets another
_TIMES = 3                  # exceptions that a method gets
_SOON = 0.005               # seconds until it is tried again where a thread is at no place for it
_LATER = 0.05               # the same, where it was tried for _AGAIN seconds
_IDLE = 10.0                # seconds without a call, about, after which the watcher ends
_TELLS = hasattr(os, 'register_at_fork')    # Python 3.7; before, only is_alive shows a fork


class Deadline:
    """The seconds of a call (int) for every thread of this process; 0 means no end.

    folder (str or None): of lib/, whose code is ended; None for all code.
    Has the methods of process.Limits, which serves a process with a single thread.
    """

    def __init__(self, seconds, folder=None):
        self._seconds = seconds if _ending else 0
        self._folder = folder
        self._due = {}              # {thread: when its call is out of time}
        self._raised = {}           # {thread that is late: how often OutOfTime was raised in it}
        self._since = {}            # {thread that is late: since when}
        self._told = set()          # those of them that the log names
        self._gate = threading.RLock()
        self._watcher = None        # the thread, which clears this when it ends
        if self._seconds:
            _all.add(self)
        text = 'the call took longer than %s seconds' % seconds
        self._error = type('OutOfTime', (OutOfTime,), {'__str__': lambda error: text})

    def start(self):
        """Begin to count the seconds of this thread's call."""
        if self._seconds:
            self._due[get_ident()] = monotonic() + self._seconds
            watcher = self._watcher
            if watcher is None or not (_TELLS or watcher.is_alive()):
                self._start_watcher()

    def stop(self):
        """End the count; an exception that is still pending arrives here, and is dropped."""
        if self._seconds:
            thread = get_ident()
            due = self._due.pop(thread, None)
            if due is None and thread not in self._raised:      # http.answer_by, once more
                return
            if due is None or due <= monotonic() or thread in self._raised:
                self._take_back(thread)

    def _take_back(self, thread):
        """Make sure that nothing more is raised in this thread, even while the watcher runs."""
        gate = self._gate
        while True:
            try:
                gate.acquire()              # no `with`: it would leave the gate shut, where the
                self._due.pop(thread, None)     # exception lands between this line and the block
                self._raised.pop(thread, None)
                self._since.pop(thread, None)
                self._told.discard(thread)
                if _landing is not None:
                    _landing.drop(thread)
                _step()
                break
            except OutOfTime:
                pass
        while gate._is_owned():             # no public method tells
            gate.release()

    def _start_watcher(self):
        with self._gate:
            if self._watcher is None or not self._watcher.is_alive():
                self._watcher = threading.Thread(target=self._watch, daemon=True)
                self._watcher.start()

    def forget(self):
        """Forget all other threads, in a child of this process: only the one that forked exists."""
        self._gate = threading.RLock()          # a thread that is gone may have held it
        self._watcher = None
        this = get_ident()
        landing.forget()
        if _landing is not None:
            _landing.forget()
        for kept in self._due, self._raised, self._since:
            for thread in list(kept):
                if thread != this:
                    del kept[thread]
        self._told &= {this}

    def _watch(self):
        this = threading.current_thread()
        try:
            self._watch_calls(this)
        finally:
            if self._watcher is this:           # whatever ended it: the next call starts another
                self._watcher = None

    def _watch_calls(self, this):
        idle = 0
        while True:
            with self._gate:
                now = monotonic()
                late = [thread for thread, due in list(self._due.items())
                        if due <= now and self._is_late(thread, now)]
                if late:
                    _ending.end(late, self._folder, self._error, self._count)
                soonest = min(list(self._due.values()), default=None)
                idle = 0 if soonest is not None else idle + 1
                if idle > 1:
                    self._watcher = None
                    if not self._due:           # else a call just began, and saw this watcher
                        return
                    self._watcher = this
            # A call that begins meanwhile is due later than this.
            most = min(self._seconds, _IDLE)
            sleep(most if soonest is None else min(max(soonest - now, 0.001), most))

    def _is_late(self, thread, now):
        """Whether OutOfTime is to be raised in the thread now (bool); it has a new time then."""
        if thread not in self._due:         # it ended just now
            return False
        since = self._since.get(thread)
        if since is None:
            since = self._since[thread] = now
        caught = self._raised.setdefault(thread, 0) >= _TIMES
        if (caught or now - since > 2 * _TIMES * _AGAIN) and thread not in self._told:
            self._told.add(thread)
            say('a method catches the exception that ends it, or hangs')
        if caught:
            self._due[thread] = float('inf')
            return False
        self._due[thread] = now + (_SOON if now - since < _AGAIN else _LATER)
        return True

    def _count(self, thread):
        self._raised[thread] = self._raised.get(thread, 0) + 1
        self._due[thread] = monotonic() + _AGAIN


_all = WeakSet()


def _forget_all():
    for deadline in list(_all):
        deadline.forget()


if _TELLS:
    os.register_at_fork(after_in_child=_forget_all)


def _step():
    """Take a few steps of Python, at which a pending exception arrives at the latest.

    To cancel it by PyThreadState_SetAsyncExc would leave the interpreter checking for it for ever.
    """
    for _ in (1, 2):
        pass


def _find_raise_in():
    try:
        from ctypes import c_ulong, py_object, pythonapi
        function = pythonapi.PyThreadState_SetAsyncExc
    except (ImportError, AttributeError):       # an interpreter without it
        return None

    def raise_in(thread, error):
        function(c_ulong(thread), py_object() if error is None else py_object(error))
    return raise_in


_raise_in = _find_raise_in()
_landing = ByMonitoring() if hasattr(sys, 'monitoring') else None      # Python 3.12
_ending = _landing or _raise_in and ByException(_raise_in)
