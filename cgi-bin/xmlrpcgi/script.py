"""The request and the response of a script that registers its methods by hand.

As in the stock class, `Handler.handle_request` answers on this process's own streams, or on those
that a test put in place of sys.stdin and sys.stdout.
"""

import sys

from . import process
from .http import answer_by
from .message import Request, Response


def answer(handler):
    """Answer this process's request by `handler`, and return."""
    environ = process.environ()
    environ.setdefault('REQUEST_METHOD', 'POST')            # which the stock class assumes
    read = None if sys.stdin is sys.__stdin__ else _reader(sys.stdin)
    if sys.stdout is not sys.__stdout__:
        request = Request(environ, read or process.read_stdin)
        _write(process.rendered(answer_by(request, lambda: _ready(handler))))
        return
    sys.stdout.flush()
    streams = process.Streams()
    streams.send(answer_by(Request(environ, read or streams.read), lambda: _ready(handler)))


def _ready(handler):
    """Return `handler` with the limits of its settings in force; raises SettingsError."""
    if handler.trouble is not None:
        raise handler.trouble
    if handler.library is not None and handler.limits is None:
        handler.limits = process.Limits(handler.settings)
    return handler


def write_text(body):
    """Write the CGI response that has `body` (bytes of XML)."""
    _write(process.rendered(Response(200, [
        ('Content-Type', 'text/xml; charset=utf-8'), ('Content-Length', str(len(body)))], body)))


def _reader(stream):
    """Return the function read(n) of bytes for the stream in place of stdin."""
    stream = getattr(stream, 'buffer', stream)

    def read(size):
        block = stream.read(size)
        return block.encode('utf-8') if isinstance(block, str) else block
    return read


def _write(data):
    """Write `data` (bytes) to sys.stdout, which may be a text stream without a buffer."""
    stream = getattr(sys.stdout, 'buffer', None)
    if stream is None:
        sys.stdout.write(data.decode('utf-8'))
    else:
        sys.stdout.flush()
        stream.write(data)
        stream.flush()
