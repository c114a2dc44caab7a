"""local: calls the classes of a folder in this process, without a server.

The transport behind `--lib`: the request goes through the same HTTP rules, handler and codec
as in the script.  As there, what a method prints goes to stderr, and so does the error log, so
that the result stands alone on stdout.
"""

import os
import sys
from contextlib import contextmanager

from .. import startup
from ..errors import LibraryError, SettingsError
from ..http import answer
from ..library import Library
from ..message import Request
from ..process import ErrorStream
from ..web.ratelimits import UNCOUNTED
from .client import Response
from .errors import ClientError


class Local:
    """The transport to the classes in `folder`; made once for a process.

    timeout (float): seconds within which a catalog is to be had; a call itself has no end here.

    user (str or None): the user that a web server would have authenticated.
    headers (list of (name, value)): of the request. token (str or None): one of TOKENS_FILE.
    Raises ClientError where the folder cannot be used.
    """

    timeout = 3600.0

    def __init__(self, folder, user=None, headers=(), token=None):
        from ..handler import make
        if not os.path.isdir(folder):
            raise ClientError('There is no folder %s: --lib names the folder of your classes.'
                              % folder)
        self.place, self.path, self.user, self.token = folder, folder, user, token
        self.environ = {
            'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml', 'GATEWAY_INTERFACE': 'CGI/1.1',
            'SERVER_PROTOCOL': 'HTTP/1.1', 'SCRIPT_NAME': '/xmlrpc/', 'REMOTE_ADDR': '127.0.0.1',
            UNCOUNTED: '1'}
        if user is not None:
            self.environ.update(REMOTE_USER=user, AUTH_TYPE='Basic')
        if token is not None:
            self.environ['HTTP_X_AUTH_TOKEN'] = token
        for name, value in headers:
            name = name.upper().replace('-', '_')
            self.environ[name if name == 'CONTENT_TYPE' else 'HTTP_' + name] = value
        library = Library(os.path.abspath(folder))
        self._stream = ErrorStream(sys.stderr)      # kept to the end, see there
        self._streams = self._stream, self._stream
        try:
            with self._running():
                self.handler = make(library)
        except SettingsError as error:
            raise ClientError('The settings cannot be used: %s.' % error) from None

    def absolute(self, target):
        """Return the address `target` as it is; nothing here redirects."""
        return target

    def unpublished(self):
        """Return a Reason (list) for all in the folder that publishes nothing."""
        from ..methods.unpublished import reasons, tables
        library = self.handler.library
        with self._running():
            return reasons(library, tables(library, self.handler.table))

    def post(self, body):
        """Answer the call in `body` (bytes); return the Response. Raises ClientError."""
        unread = [body]

        def read(size):
            block, unread[0] = unread[0][:size], unread[0][size:]
            return block
        environ = dict(self.environ, CONTENT_LENGTH=str(len(body)))
        try:
            with self._running():
                response = answer(Request(environ, read), self.handler)
        except (LibraryError, SettingsError) as error:
            raise ClientError('%s.' % error) from None
        headers = {name.lower(): value for name, value in response.headers}
        return Response(response.status, '', headers, response.body)

    @contextmanager
    def _running(self):
        """Let prints, and the output of child processes, go to stderr while classes run.

        What they made of sys.stdout and sys.stderr holds for them alone. A child that a method
        forked, and that comes back from it, ends here: only the parent has a result to show.
        """
        process, kept_log, failed = os.getpid(), startup.own_log, None
        sys.stdout.flush()
        kept, streams = os.dup(1), (sys.stdout, sys.stderr)
        os.dup2(2, 1)
        startup.own_log = sys.stderr
        sys.stdout, sys.stderr = self._streams
        try:
            yield
        except BaseException as error:
            if os.getpid() == process:
                raise
            failed = error
        finally:
            self._streams = sys.stdout, sys.stderr
            for stream in self._streams:
                try:
                    stream.flush()
                except (OSError, ValueError, AttributeError):       # full, closed, or none
                    pass
            if os.getpid() != process:
                from ..methods.forked import leave
                leave(None, None, failed)
            sys.stdout, sys.stderr = streams
            startup.own_log = kept_log
            os.dup2(kept, 1)
            os.close(kept)
