"""stdout and stderr in a WSGI process: while calls run, streams that no class can close.

Between calls the process's own streams are in their places, for whoever shares the process.
"""

import io
import os
import signal
import sys
import threading

from .. import startup
from .logstream import Bytes

_NAMES = 'stdout', 'stderr', '__stdout__', '__stderr__'
_ENDS = 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCHLD'


class SharedStream(io.TextIOBase):
    """Writes to another stream, and stays usable whatever a class does to it."""

    encoding, errors = 'utf-8', 'backslashreplace'

    def __init__(self, stream):
        super().__init__()
        self._stream = stream
        self.buffer = Bytes(self)

    def write(self, text):
        """Write `text` (str), or drop it where that fails; return its length."""
        try:
            self._stream.write(text)
        except UnicodeEncodeError:
            self._stream.write(text.encode('ascii', 'backslashreplace').decode('ascii'))
        except (OSError, ValueError):           # full, or closed by somebody else
            pass
        return len(text)

    def flush(self):
        """Flush, as far as possible."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            pass

    def reconfigure(self, **_):
        """As a text file has it; the other stream stays as it is."""

    def detach(self):
        """Return `buffer`; this goes on to write."""
        return self.buffer

    def close(self):
        """Nothing: others write to it, too."""

    def fileno(self):
        """The other stream's descriptor; that of stderr where it has none."""
        try:
            return self._stream.fileno()
        except (AttributeError, OSError, ValueError):
            return 2

    def writable(self):
        """Yes."""
        return True


class Streams:
    """The streams of a process that others share; `with` is one call."""

    def __init__(self):
        self._calls, self._before, self._shared = 0, [], []
        self._gate = threading.Lock()
        if hasattr(os, 'register_at_fork'):     # Python 3.7
            os.register_at_fork(after_in_child=self._leave)

    def __enter__(self):
        with self._gate:
            if not self._calls:
                before = self._before
                if not before or sys.stdout is not before[0] or sys.stderr is not before[1] \
                        or sys.__stdout__ is not before[2] or sys.__stderr__ is not before[3]:
                    self._take([getattr(sys, name) for name in _NAMES])
            self._calls += 1
            shared = self._shared       # for each call: another thread's may have replaced them
            sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__ = shared
            startup.own_log = shared[1]

    def __exit__(self, *_):
        with self._gate:
            self._calls -= 1
            if not self._calls:
                sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__ = self._before
                startup.own_log = None

    def _take(self, streams):
        made = {id(one): SharedStream(one) for one in streams if one is not None}
        self._before, self._shared = streams, [made.get(id(one)) for one in streams]

    def _leave(self):
        """Become an ordinary process, in a child that a method forked: a signal ends it."""
        self._gate = threading.Lock()
        if not self._calls:                     # the server forked
            return
        try:
            signal.set_wakeup_fd(-1)
            for number in [getattr(signal, name) for name in _ENDS]:
                if callable(signal.getsignal(number)):      # the server's function
                    signal.signal(number, signal.SIG_DFL)
        except ValueError:                      # not for an interpreter of mod_wsgi
            pass
