"""Keeps the classes and the settings of a long-running process between two requests.

FastCGI and WSGI answer many requests in one process, and share this module. One
Handler answers for all threads, and keeps data of a request only for the thread
that is answering it.
"""

import threading
from time import time

from .. import handler as handlers
from ..errors import SettingsError
from ..http import answer_by
from ..library import stat
from ..log import say, use
from ..settings import Settings
from ..settingsfile import read
from ..web import refusals  # noqa: F401  in memory, to tell of an upgrade that replaces it
from . import freshlibrary
from .freshlibrary import FreshLibrary

_GONE = 10.0                # seconds for which settings are in force whose file is gone
_SETTLED = 2.0              # seconds without a change after which a file of settings is read
_LONGEST = 60.0             # seconds of changes after which it is read all the same


class Service:
    """Answers requests for the classes in `folder` (str, absolute); made once per process.

    limits: limits(settings, lib) returns what ends calls that take too long: a Limits or Deadline;
    lib (str) is the folder whose code runs.
    """

    def __init__(self, folder, limits):
        self.library = FreshLibrary(folder)
        self._limits = limits
        self._known = None          # (version of lib/, handler)
        self._has_file = False      # whether the settings in force are those of a file
        self._end = None            # when those of a file that is gone end
        self._changing = None       # since when the file has been changing
        self._again = None          # when to look whether it has stopped
        self._making = threading.RLock()

    def answer_to(self, request):
        """Return the Response to `request` (Request)."""
        with self.library:
            return answer_by(request, self._handler)

    def has_path(self, path):
        """Whether the setting WSGI_PATHS names `path` (bool)."""
        with self.library:
            try:
                return path in self._handler().settings.WSGI_PATHS
            except SettingsError:       # a call is answered with it
                return False

    def settings(self):
        """Return the Settings in force; raises SettingsError."""
        return self._handler().settings

    def _handler(self):
        known = self._known
        if known is not None and known[0] == self.library.version:
            handler = known[1]
        else:
            with self._making:          # threads that begin at once share one
                handler = self._made_handler()
        if self.library.is_behind():    # it may be of the next version, and would keep old classes
            return self._make_handler(handler.settings)
        return handler

    def _made_handler(self):
        version = self.library.version
        if self._known is not None and self._known[0] == version:
            return self._known[1]
        try:
            handler = self._make_handler(self._settings(freshlibrary.monotonic()))
        except SettingsError as error:
            if self._known is None:
                raise
            say('%s; the settings from before it changed stay in force' % error)
            handler = self._make_handler(self._known[1].settings)
        self._known = version, handler
        return handler

    def _settings(self, now):
        """Return the Settings of lib/settings.py as it is now; raises SettingsError.

        Those of before stay in force for a while where the file is gone, and while it changes: it
        may be just uploaded, and what is missing meanwhile may be the rate limits or the tokens.
        """
        has_file = self.library.has('settings')
        if self._known is not None:
            again = self._settled(now) if has_file else self._forgotten(now)
            if again is not None:       # by new modules, which register anew
                self.library.due = again
                return self._known[1].settings
        settings = read(self.library) if has_file else Settings()
        self._has_file = has_file
        return settings

    def _settled(self, now):
        """Return when to read lib/settings.py (a time of monotonic), None for now."""
        self._end = None
        try:
            age = time() - stat(self.library.folder + '/settings.py').st_mtime
        except OSError:             # `read` says why
            return None
        if self._changing is None or now - self._again > _SETTLED:     # nobody looked meanwhile
            self._changing = now
        if abs(age) < _SETTLED and now - self._changing < _LONGEST:
            self._again = now + min(_SETTLED, _SETTLED - age)
            return self._again
        self._changing = None
        return None

    def _forgotten(self, now):
        """Return when the settings of the file that is gone end, None where they have ended."""
        if self._has_file and self._end is None:
            self._end = now + _GONE
            say('lib/settings.py is gone; the settings in it stay in force for %d seconds' % _GONE)
        elif self._end is not None and now >= self._end:
            self._end = None
        return self._end

    def _make_handler(self, settings):
        handler = handlers.make(self.library, settings)
        use(handler.settings)
        handler.limits = self._limits(handler.settings, self.library.folder)
        handler.scan_from = 0       # the import of re, which this costs, comes once here
        if handler.settings.INTROSPECTION:      # now, because threads share the table
            handler.register_introspection_functions()
            handler.register_multicall_functions()
        return handler
