"""CALL_SECONDS in a FastCGI process, whose calls run in its main thread: a signal ends them.

A lock that a call leaves taken stays taken for the calls after it. So the signal's handler raises
OutOfTime only where landing.py allows that: in code of lib/, and not in the middle of a `with`.
Elsewhere it looks again some milliseconds later. After a second it raises wherever the call is, as
in a C function of a library that waits: then a lock may be taken, and another process is to answer
the next calls.
"""

import _signal as signal
from time import monotonic

from ..process import Limits
from .landing import Places

_PATIENCE = 1.0             # seconds in which it is raised only where that leaves nothing taken
_SOON = 0.0005              # seconds until it is tried again: a place is met by chance
_AGAIN = 1.0                # as in process.py
_places = Places()


class Alarm(Limits):
    """Limits whose exception never comes in the middle of a record or between two calls.

    folder (str): of lib/, whose code is ended. log (LogStream): of the process. wear_out: called
    without arguments after a call that may have left a lock taken.
    """

    def __init__(self, settings, folder, log, wear_out):
        super().__init__(settings, resident=True)
        self._folder, self._log, self._wear_out = folder, log, wear_out
        self._counting = self._wears = False
        self._since = None          # when the exception that is due was due first

    def start(self):
        """As Limits.start."""
        self._since, self._counting = None, True
        super().start()

    def stop(self):
        """As Limits.stop; a signal that is still on its way then has no effect."""
        self._counting = False
        super().stop()
        if self._wears:
            self._wears = False
            self._wear_out()

    def _out_of_time(self, number, frame):
        if not self._counting:
            return
        now = monotonic()
        if self._since is None:
            self._since = now
        if not self._log.busy:
            safe = _places.has(frame, self._folder) or _places.begins(frame, self._folder)
            if safe or now - self._since >= _PATIENCE:
                self._since, self._wears = None, self._wears or not safe
                super()._out_of_time(number, frame)
        signal.setitimer(signal.ITIMER_REAL, _SOON, _AGAIN)
