"""Keeps the classes and the settings of a long-running process between two requests.

FastCGI and WSGI answer many requests in one process, and share this module. One
Handler answers for all threads, and keeps data of a request only for the thread
that is answering it.
"""

import threading

from .. import handler as handlers
from ..errors import SettingsError
from ..http import answer_by
from ..log import say, use
from ..settings import Settings
from ..settingsfile import read
from ..web import refusals  # noqa: F401  in memory, to tell of an upgrade that replaces it
from . import freshlibrary
from .freshlibrary import FreshLibrary

_GONE = 10.0                # seconds for which settings are in force whose file is gone


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
        self._until = None          # when those of a file that is gone end
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
        if known is not None and known[0] == self.library.version and self._until is None:
            handler = known[1]
        else:
            with self._making:          # threads that begin at once share one
                handler = self._made_handler()
        if self.library.is_behind():    # it may be of the next version, and would keep old classes
            return self._make_handler(handler.settings)
        return handler

    def _made_handler(self):
        version, now = self.library.version, freshlibrary.monotonic()
        known = self._known is not None and self._known[0] == version
        if known and (self._until is None or now < self._until):
            return self._known[1]
        try:
            handler = self._make_handler(self._settings(now))
        except SettingsError as error:
            if self._known is None:
                raise
            say('%s; the settings from before it changed stay in force' % error)
            handler = self._make_handler(self._known[1].settings)
        self._known = version, handler
        return handler

    def _settings(self, now):
        """Return the Settings of lib/settings.py as it is now; raises SettingsError.

        Those of a file that is gone stay in force for a while: it may be gone for a moment only, as
        while it is uploaded, and without it there would be no rate limits.
        """
        if self.library.has('settings'):
            self._until, self._has_file = None, True
            return read(self.library)
        if self._has_file and self._known is not None:
            if self._until is None:
                self._until = now + _GONE
                say('lib/settings.py is gone; the settings in it stay in force for %d seconds'
                    % _GONE)
            if now < self._until:
                return self._known[1].settings
        self._until, self._has_file = None, False
        return Settings()

    def _make_handler(self, settings):
        handler = handlers.make(self.library, settings)
        use(handler.settings)
        handler.limits = self._limits(handler.settings, self.library.folder)
        handler.scan_from = 0       # the import of re, which this costs, comes once here
        if handler.settings.INTROSPECTION:      # now, because threads share the table
            handler.register_introspection_functions()
            handler.register_multicall_functions()
        return handler
