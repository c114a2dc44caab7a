"""CALL_SECONDS for calls that run in threads, where no signal reaches them.

A thread of its own waits for the earliest end and then has the interpreter raise
OutOfTime in the thread of that call, between two of its steps
(PyThreadState_SetAsyncExc). So a method that waits inside a C function, as in
time.sleep, is only ended when that returns; the web server's time-out is for such.
"""

import sys
import threading
from time import monotonic

from .limits import OutOfTime

_AGAIN = 1.0                # seconds until a method that swallowed the exception gets another
_TIMES = 3                  # exceptions that a method gets


class Deadline:
    """The seconds of a call (int) for every thread of this process; 0 means no end.

    Stands where a Limits stands in a process that has a single thread.
    """

    def __init__(self, seconds):
        self._seconds = seconds if _raise_in else 0
        self._due = {}              # thread: when its call is out of time
        self._raised = {}           # thread: how often that was raised in it
        self._gate = threading.Condition()
        self._watcher = None
        text = 'the call took longer than %s seconds' % seconds
        self._error = type('OutOfTime', (OutOfTime,), {'__str__': lambda error: text})

    def start(self):
        """Begin to count the seconds of this thread's call."""
        if self._seconds:
            self._due[threading.get_ident()] = monotonic() + self._seconds
            if self._watcher is None or not self._watcher.is_alive():   # none yet, or after a fork
                self._start_watcher()

    def stop(self):
        """End the count; an exception that was not raised yet is taken back."""
        if self._seconds:
            thread = threading.get_ident()
            due = self._due.pop(thread, 0)
            if due <= monotonic() or thread in self._raised:
                with self._gate:            # the watcher may have been at it just now
                    self._due.pop(thread, None)
                    self._raised.pop(thread, None)
                    _raise_in(thread, None)

    def _start_watcher(self):
        with self._gate:
            if self._watcher is None or not self._watcher.is_alive():
                self._watcher = threading.Thread(target=self._watch, daemon=True)
                self._watcher.start()

    def _watch(self):
        with self._gate:
            while True:
                now = monotonic()
                for thread, due in list(self._due.items()):
                    if due <= now:
                        self._expire(thread, now)
                soonest = min(list(self._due.values()), default=now + self._seconds)
                # A call that begins meanwhile is due later than this.
                self._gate.wait(min(max(soonest - now, 0.001), self._seconds))

    def _expire(self, thread, now):
        if thread not in self._due:         # it ended just now
            return
        times = self._raised[thread] = self._raised.get(thread, 0) + 1
        if times > _TIMES:
            self._due[thread] = float('inf')
            sys.stderr.write('xmlrpcgi: a method swallows the end of its time, or hangs\n')
        else:
            self._due[thread] = now + _AGAIN
            _raise_in(thread, self._error)


def _find_raise_in():
    try:
        from ctypes import c_ulong, py_object, pythonapi
        function = pythonapi.PyThreadState_SetAsyncExc
    except (ImportError, AttributeError):       # an interpreter without it
        return None

    def raise_in(thread, kind):
        function(c_ulong(thread), None if kind is None else py_object(kind))
    return raise_in


_raise_in = _find_raise_in()
