"""Gives each request of a FastCGI process the surroundings that a CGI script has.

The request's variables are in os.environ; HTTP_PROXY never gets in. Each request begins in the
folder, with the umask, the signal handlers and the locale that the process began with, and without
an alarm.
"""

import _signal as signal  # without the enums of the module `signal`, which take longer
import os

try:
    import _locale as locale
except ImportError:             # a Python built without it
    locale = None

_NUMBERS = [getattr(signal, name) for name in (
    'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE', 'SIGTERM', 'SIGCHLD')]


class Environment:
    """os.environ, in which each request's variables take the place of those of the one before.

    own: the variables ({bytes: bytes}) that the process began with.
    """

    def __init__(self):
        self._before = {}
        self.own = dict(os.environb)
        self._umask = os.umask(0o077)
        try:
            self._folder = os.open('.', os.O_RDONLY)
        except OSError:             # this process may not read it
            self._folder = None
        self._handlers = None       # [(number, handler)], from before the first request
        self._locale = ''

    def put(self, params):
        """Set the variables `params` ({bytes: bytes}), and take back those of before."""
        os.umask(self._umask)
        if self._folder is not None:
            os.fchdir(self._folder)
        self._put_back()
        before, environ = self._before, os.environb
        if not before.keys() <= params.keys():
            for name in before.keys() - params.keys():
                if name in self.own:
                    environ[name] = self.own[name]
                else:
                    environ.pop(name, None)
        found = getattr(environ, '_data', environ)      # private, but much faster to read
        for name, value in params.items():
            # Compared with what is there now, which the application may have changed.
            if found.get(name) != value and name != b'HTTP_PROXY' and name \
                    and b'=' not in name and b'\0' not in name + value:
                environ[name] = value
        self._before = params

    def _put_back(self):
        """Undo what the call before did to signals and the locale."""
        if self._handlers is None:
            # None is a handler that Python does not know.
            self._handlers = [(number, signal.getsignal(number)) for number in _NUMBERS
                              if signal.getsignal(number) is not None]
            self._locale = locale and locale.setlocale(locale.LC_ALL)
            return
        signal.alarm(0)
        for number, handler in self._handlers:
            if signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        if locale and locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
