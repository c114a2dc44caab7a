"""What a resident process keeps between two requests: the classes and the settings.

FastCGI and WSGI answer many requests from one process; this is what their doors
share. One Handler answers for all threads, and keeps nothing of a request but for
the thread that is answering it.
"""

import sys

from .. import decode, http
from ..handler import Handler
from ..library import LibraryError
from ..settings import SettingsError, load
from .freshlibrary import FreshLibrary


class Service:
    """Answers requests for the classes in `folder` (str, absolute); made once for a process.

    limits: a function of Settings that gives what times the calls (see limits.Limits).
    """

    def __init__(self, folder, limits):
        self.library = FreshLibrary(folder)
        self._limits = limits
        decode.BULK = 0             # its price, the import of re, is paid once here
        self._known = None          # (version of lib/, handler)

    def answer(self, environ, read):
        """Return the Response to a request; environ, read: as for http.Request."""
        request = http.Request(environ, read)
        try:
            with self.library:
                handler = self._handler()
                try:
                    return http.answer(request, handler)
                finally:
                    handler.limits.stop()       # see deadline
        except (LibraryError, SettingsError) as error:
            from ..web.get import unusable
            return unusable(request, error)

    def settings(self):
        """Return the Settings in force; raises SettingsError."""
        return self._handler().settings

    def _handler(self):
        version = self.library.version
        if self._known is not None and self._known[0] == version:
            return self._known[1]
        try:
            handler = self._make_handler(load(self.library))
        except SettingsError as error:
            if self._known is None:
                raise
            sys.stderr.write('xmlrpcgi: %s; the settings from before it changed stay in force\n'
                             % error)
            handler = self._known[1]
        self._known = version, handler
        return handler

    def _make_handler(self, settings):
        handler = Handler(library=self.library, settings=settings)
        handler.limits = self._limits(settings)
        if settings.INTROSPECTION:              # now, as threads will share the table
            handler.register_introspection_functions()
            handler.register_multicall_functions()
        return handler
