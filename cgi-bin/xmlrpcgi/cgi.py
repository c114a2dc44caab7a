"""The CGI door: this process's environment and streams (RFC 3875).

The only module that touches them. Before anything of the application runs,
the real stdout is set aside and descriptor 1 points to stderr: a print, or
the output of a child process, lands in the error log and never in the answer.
"""

import sys

try:
    import posix as os
except ImportError:             # Windows
    import os

from . import http
from .library import Library, LibraryError
from .process import Limits
from .settings import SettingsError, load

HERE = __file__.rpartition('/')[0] or '.'


def main(lib):
    """Answer this process's request from the classes in `lib`, and end the process.

    lib (str): their folder; '' for the folder lib beside the script's folder.
    """
    environ = _environ()
    if 'REQUEST_METHOD' not in environ:
        from .cli.usage import explain
        return explain(HERE)
    del sys.path[0]             # the script's folder, put there to find this package
    streams = _Streams()
    try:
        from .handler import Handler
        library = Library(_settled(lib_folder(environ.get('XMLRPCGI_LIB') or lib)))
        request = http.Request(environ, streams.read)
        try:
            settings = load(library)
            handler = Handler(library=library, settings=settings)
            handler.limits = Limits(settings)
        except SettingsError as error:
            from .web.get import unusable
            response = unusable(request, error)
        else:
            response = _response(handler, request)
    except Exception:
        streams.put_back()      # for rpc.cgi to say what is wrong
        raise
    streams.send(response)
    end()


def lib_folder(lib):
    """Return the folder of the classes; lib (str): as for main, relative to rpc.cgi's folder."""
    lib = lib or '../lib'
    return lib if lib[0] == '/' else '%s/../%s' % (HERE, lib)


def _settled(folder):
    """Return where `folder` really is: a link that is switched must not mix two versions."""
    try:
        place = os.open(folder, os.O_PATH)
        try:
            real = os.readlink('/proc/self/fd/%d' % place)
        finally:
            os.close(place)
    except (OSError, AttributeError):       # not there; no Linux; a chroot without /proc
        return folder
    return real if real[0] == '/' and real[-10:] != ' (deleted)' else folder


def answer(handler):
    """Answer this process's request by `handler`, and return."""
    read = None
    if sys.stdin is not sys.__stdin__:          # replaced, as in a test of a script
        stream = getattr(sys.stdin, 'buffer', sys.stdin)

        def read(size):
            block = stream.read(size)
            return block.encode('utf-8') if isinstance(block, str) else block
    environ = _environ()
    environ.setdefault('REQUEST_METHOD', 'POST')            # as the stock class takes it
    if sys.stdout is not sys.__stdout__:
        write_bytes(rendered(_response(handler, http.Request(environ, read or _read_stdin))))
        return
    sys.stdout.flush()
    streams = _Streams()
    streams.send(_response(handler, http.Request(environ, read or streams.read)))


def write_bytes(data):
    """Write `data` (bytes) to what stands in for stdout."""
    stream = getattr(sys.stdout, 'buffer', None)
    if stream is None:
        sys.stdout.write(data.decode('utf-8'))
    else:
        sys.stdout.flush()
        stream.write(data)
        stream.flush()


def write_text(body):
    """Write the CGI answer that has `body` (bytes of XML)."""
    write_bytes(rendered(http.Response(200, [
        ('Content-Type', 'text/xml; charset=utf-8'), ('Content-Length', str(len(body)))], body)))


def _environ():
    real = sys.modules.get('os')                # loaded, it may have been changed there
    environ = dict(real.environ) if real is not None else {
        name.decode('utf-8', 'surrogateescape'): value.decode('utf-8', 'surrogateescape')
        for name, value in os.environ.items()}
    if 'HTTP_PROXY' in environ:                 # CVE-2016-1000110: a client's Proxy header
        del environ['HTTP_PROXY']
        __import__('os').environ.pop('HTTP_PROXY')
    return environ


def _read_stdin(size):
    return os.read(0, size)


class _Streams:
    """The request's and the answer's descriptors, set aside where no application finds them.

    Descriptor 0 is then empty, 1 is stderr. A child of the application holds neither: where
    one did, mod_cgid would wait for its end before it ends the answer.
    """

    def __init__(self):
        self._in, self._out = os.dup(0), os.dup(1)
        try:
            empty = os.open('/dev/null', os.O_RDONLY)
            os.dup2(empty, 0)
            os.close(empty)
        except OSError:                                 # a chroot without it; Windows
            pass
        os.dup2(2, 1)
        if hasattr(os, 'register_at_fork'):             # Python 3.7
            os.register_at_fork(after_in_child=self.close)
        self._stdout, self._stderr = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = _Log(sys.stderr)

    def read(self, size):
        """Return at most `size` bytes of the request's body, b'' at its end."""
        return os.read(self._in, size)

    def send(self, response):
        """Write a Response, and let go of both descriptors: the web server sees the end."""
        data = memoryview(rendered(response))
        try:
            while data:
                data = data[os.write(self._out, data):]
        except OSError as error:                        # the client is gone
            sys.stderr.write('xmlrpcgi: the answer could not be sent: %s\n' % error)
        self.close()

    def put_back(self):
        """Undo the setting aside."""
        os.dup2(self._in, 0)
        os.dup2(self._out, 1)
        self.close()
        sys.stdout, sys.stderr = self._stdout, self._stderr

    def close(self):
        """Close both descriptors; more than once does no harm."""
        for descriptor in (self._in, self._out):
            if descriptor is not None:
                os.close(descriptor)
        self._in = self._out = None


class _Log:
    """stderr, where a full disk costs what is written and not the call that writes it."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        """Write `text` (str; its encoding's gaps are escaped); return its length."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self):
        """Flush what can be."""
        try:
            self._stream.flush()
        except OSError:
            pass

    def __getattr__(self, name):
        return getattr(self._stream, name)


def _response(handler, request):
    try:
        return http.answer(request, handler)
    except (LibraryError, SettingsError) as error:
        from .web.get import unusable
        return unusable(request, error)


def rendered(response):
    """Return the bytes of a Response as a script gives them (RFC 3875 section 6)."""
    status = '200 OK'
    if response.status != 200:
        from .web.get import REASONS
        status = '%d %s' % (response.status, REASONS[response.status])
    lines = ['Status: %s\r\n' % status]
    lines += ['%s: %s\r\n' % header for header in response.headers]
    lines.append('\r\n')
    return ''.join(lines).encode('latin-1', 'replace') + response.body


def end():
    """End the process as the interpreter would, but without taking it apart."""
    os._exit(finish())


def finish():
    """Wait for threads, and do what is to be done at exit; the exit status."""
    status = 0
    try:
        if 'threading' in sys.modules:
            sys.modules['threading']._shutdown()
        if 'atexit' in sys.modules:
            sys.modules['atexit']._run_exitfuncs()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stderr.flush()
    return status
