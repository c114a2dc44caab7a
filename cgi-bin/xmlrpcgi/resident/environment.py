"""Gives each request of a FastCGI process the surroundings that a CGI script has.

Before a request, its variables are in os.environ, beside those that the process began with; a
client's HTTP_PROXY is left out. The folder, the umask, the locale and the time zone are those of
the process, too. After a request, so are the signal handlers and the signal mask, and no alarm is
left: while the process waits for the next one, signals must reach it.
"""

import _signal as signal  # without the enums of the module `signal`, which take longer
import os
import time

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
        self.own = dict(os.environb)
        self._umask = os.umask(0o077)
        try:
            self._folder = os.open('.', os.O_RDONLY)
        except OSError:             # this process may not read it
            self._folder = None
        self._zone = time.tzname, time.timezone
        self._handlers = None       # [(number, handler)], from before the first request
        self._mask = self._locale = None

    def put(self, params):
        """Set the variables `params` ({bytes: bytes}), and take back all others."""
        if self._handlers is None:
            self._remember()
        os.umask(self._umask)
        if self._folder is not None:
            os.fchdir(self._folder)
        if locale and locale.setlocale(locale.LC_ALL) != self._locale:
            locale.setlocale(locale.LC_ALL, self._locale)
        environ = os.environb
        found = getattr(environ, '_data', environ)      # private, but much faster to read
        zone, wanted = found.get(b'TZ'), dict(self.own)
        wanted.update(params)
        if b'HTTP_PROXY' in params:                     # the header Proxy of a client
            del wanted[b'HTTP_PROXY']
            if b'HTTP_PROXY' in self.own:
                wanted[b'HTTP_PROXY'] = self.own[b'HTTP_PROXY']
        for name in [name for name in found if name not in wanted]:
            del environ[name]
        for name, value in wanted.items():
            # Compared with what is there now, which the application may have changed.
            if found.get(name) != value and name and b'=' not in name \
                    and b'\0' not in name + value:
                environ[name] = value
        if found.get(b'TZ') != zone or (time.tzname, time.timezone) != self._zone:
            time.tzset()
            self._zone = time.tzname, time.timezone

    def _remember(self):
        # None is a handler that Python does not know.
        self._handlers = [(number, signal.getsignal(number)) for number in _NUMBERS
                          if signal.getsignal(number) is not None]
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._locale = locale and locale.setlocale(locale.LC_ALL)

    def take_back(self):
        """Undo what a call did to signals: the main thread alone, where calls run, can do that."""
        signal.alarm(0)
        for number, handler in self._handlers:
            if signal.getsignal(number) is not handler:
                signal.signal(number, handler)
        if signal.pthread_sigmask(signal.SIG_BLOCK, ()) != self._mask:
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
