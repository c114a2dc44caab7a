"""xmlrpcgi as a WSGI application (PEP 3333): for mod_wsgi, Passenger, gunicorn, waitress.

`rpc.wsgi` makes an Application; servers that import a module import
`xmlrpcgi.wsgi:application`. Any number of threads may call an Application.
"""

import os
import sys
import threading
import xmlrpc.server  # noqa: F401  before threads could import it at the same time
from time import perf_counter

from . import startup
from .cgi import HERE, lib_folder
from .errors import Refusal
from .message import Request, drain

# The paths that are answered where the application is mounted at the root of a server.
PATHS = ('/', '/xmlrpc', '/xmlrpc/', '/RPC2', '/cgi-bin/rpc.cgi')

_lock = threading.Lock()
_services = {}              # {folder: its Service}; one per process, see Library


class _Request(Request):
    """The request of a WSGI environment; its CGI variables are made when something asks for them.

    A plain call does not need them: the HTTP rules read the environment as it is.
    """

    def __init__(self, environ):
        self.raw = environ
        self.started = perf_counter()
        self.method = environ.get('REQUEST_METHOD', '')

    def read(self, size):
        """Return at most `size` bytes of the body; raises OSError where that fails."""
        try:
            return self.raw['wsgi.input'].read(size)
        except (OSError, MemoryError):
            raise
        except Exception as error:      # gunicorn's, for one, of a malformed chunk
            raise OSError('%s: %s' % (type(error).__name__, error)) from error

    def __getattr__(self, name):
        if name != 'environ':
            raise AttributeError(name)
        self.environ = _cgi_variables(self.raw)
        return self.environ


class Application:
    """The WSGI application for the classes in `lib` (str); '' for lib beside rpc.wsgi's folder.

    The variable XMLRPCGI_LIB names another folder, in a request's environment (Apache's SetEnv) or
    in the process's. A client cannot set it: its headers have names that begin with HTTP_.
    """

    def __init__(self, lib=''):
        self._lib = lib
        self._service = None

    def __call__(self, environ, start_response):
        """Answer one request (PEP 3333)."""
        request = _Request(environ)
        path = environ.get('PATH_INFO')
        service = self._service or self._make_service(request.environ)
        with service.streams:
            if environ.get('SCRIPT_NAME') or path in PATHS or service.has_path(path):
                response = service.answer_to(request)
            else:
                response = _not_found(request)
        start_response('200 OK' if response.status == 200 else _status(response.status),
                       response.headers)
        return [response.body]

    def _make_service(self, variables):
        folder = lib_folder(variables.get('XMLRPCGI_LIB') or os.environ.get('XMLRPCGI_LIB')
                            or self._lib)
        with _lock:
            if folder not in _services:
                if _services:
                    raise RuntimeError('one process serves one folder of classes: it has %s, so '
                                       '%s needs a process of its own'
                                       % (next(iter(_services)), folder))
                if not startup.IS_OURS:
                    from .imports.forgiving import forgive
                    forgive(sys.modules[__package__], startup.code_of)
                from .resident.shared import SharedService
                _services[folder] = SharedService(folder)
            self._service = _services[folder]
        return self._service


def _not_found(request):
    from .web.refusals import refuse
    drain(request, 0)
    return refuse(Refusal(404, 'XML-RPC calls are answered at /xmlrpc/'), request.method)


def _status(code):
    from .web.refusals import status_line
    return status_line(code)


def _cgi_variables(environ):
    """The CGI variables in a WSGI environment, decoded from UTF-8 as for a CGI script."""
    found = {name: value for name, value in environ.items() if type(value) is str}
    try:
        ''.join(found.values()).encode('ascii')
    except UnicodeEncodeError:
        found = {name: value.encode('latin-1', 'replace').decode('utf-8', 'surrogateescape')
                 for name, value in found.items()}
    if environ.get('wsgi.url_scheme') == 'https':
        found.setdefault('HTTPS', 'on')
    if not environ.get('wsgi.input_terminated') and not found.get('CONTENT_LENGTH'):
        found.pop('HTTP_TRANSFER_ENCODING', None)       # its end is unknown here
    found.pop('HTTP_PROXY', None)
    return found


# Where pip installed the program, no folder lib is beside it, but in the working folder.
application = Application(
    os.path.abspath('lib') if os.path.isdir(os.path.join(HERE, '_bundle')) else '')
