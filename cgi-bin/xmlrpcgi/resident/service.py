"""Keeps the classes and the settings of a long-running process between two requests.

FastCGI and WSGI answer many requests in one process, and share this module. One
Handler answers for all threads, and keeps data of a request only for the thread
that is answering it.
"""

import sys
import threading

from .. import handler as handlers
from .. import log  # noqa: F401  with web.refusals, in memory to tell of an upgrade that replaces it
from ..errors import SettingsError
from ..http import answer_by
from ..web import refusals  # noqa: F401
from .freshlibrary import FreshLibrary


class Service:
    """Answers requests for the classes in `folder` (str, absolute); made once per process.

    limits: limits(settings) returns what ends calls that take too long: a Limits or Deadline.
    """

    def __init__(self, folder, limits):
        self.library = FreshLibrary(folder)
        self._limits = limits
        self._known = None          # (version of lib/, handler)
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
            return known[1]
        with self._making:          # threads that begin at once share one
            return self._made_handler()

    def _made_handler(self):
        version = self.library.version
        if self._known is not None and self._known[0] == version:
            return self._known[1]
        try:
            handler = self._make_handler()
        except SettingsError as error:
            if self._known is None:
                raise
            sys.stderr.write('xmlrpcgi: %s; the settings from before it changed stay in force\n'
                             % error)
            handler = self._make_handler(self._known[1].settings)
        self._known = version, handler
        return handler

    def _make_handler(self, settings=None):
        handler = handlers.make(self.library, settings)
        handler.limits = self._limits(handler.settings)
        handler.scan_from = 0       # the import of re, which this costs, comes once here
        if handler.settings.INTROSPECTION:      # now, because threads share the table
            handler.register_introspection_functions()
            handler.register_multicall_functions()
        return handler
