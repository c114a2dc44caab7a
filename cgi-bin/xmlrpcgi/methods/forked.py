"""The end of a child process that a method forked, and that came back from the method."""

import os
import sys

from ..errors import Fault
from ..log import failure, say
from ..logs.exception import text_of
from ..settings import Settings


def leave(handler, request, error=None):
    """End this process, with the exit status that Python would give it; the log has `error`.

    handler (Handler or None), request (Request or None): of the call. error (exception or None):
    what the child raised. Functions of atexit are not run: they are for the end of the parent.
    """
    status = 1
    try:
        status = _status(handler, request, error)
        for stream in sys.stdout, sys.stderr:
            stream.flush()
    finally:
        os._exit(status)


def _status(handler, request, error):
    if error is None:
        return 0
    method = getattr(request, 'method_name', None)
    code = error.code if isinstance(error, SystemExit) else error
    if code is None or isinstance(code, int):
        return (code or 0) & 255            # as the kernel does it to what exit() gets
    is_text_alone = isinstance(error, (Fault, SystemExit))
    say('a child process that %s forked ends by %s%s' % (
        method or 'a class', type(error).__name__, ': ' + text_of(code) if is_text_alone else ''))
    if not is_text_alone:
        failure(error, method, request, handler.settings if handler is not None else Settings())
    return 1
