"""The log: one line a fault on stderr, which Apache keeps, and the traceback under it.

A client sees a general sentence and a reference; the line with the same
reference has the cause. What comes from outside is escaped, so that it cannot
begin a line of its own. A log that cannot be written costs nobody the answer.
"""

import sys

from .faults import APPLICATION, FAULTS, INTERNAL, SYSTEM
from .library import BrokenFile

_LINE = 2000                # characters of a line at most
_TRACE = 12000              # characters of a traceback at most; its end is what counts


def failure(error, method, debug, internal=False):
    """Log the exception `error` under a new reference; return the fault's code and text.

    method (str or None): what was called. debug (bool): the text shows the exception.
    internal (bool): it happened in the machinery, not in the application.
    """
    from binascii import b2a_hex
    from os import urandom
    reference = b2a_hex(urandom(4)).decode('ascii')
    code = _code(error, internal)
    cause = error.__cause__ if isinstance(error, BrokenFile) else error
    named = '%s: %s' % (type(cause).__name__, _text(cause))
    line(method, code, 'ref %s %s' % (reference, named))
    _trace(cause)
    text = FAULTS[code]
    if debug:
        text = '%s: %s' % (text, named[:_LINE])
    return code, '%s (ref %s)' % (text, reference)


def line(method, code, text):
    """Write one line about the fault `code` of `method` (str or None)."""
    shown = _printable('%s: %s' % ((method or '-')[:_LINE], text[:_LINE]))
    _write('xmlrpcgi: fault %d %s\n' % (code, shown[:_LINE]))


def _code(error, internal):
    import errno
    if isinstance(error, MemoryError):
        return SYSTEM
    if isinstance(error, OSError) and error.errno in (
            errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS):
        return SYSTEM
    return INTERNAL if internal else APPLICATION


def _text(error):
    try:
        return str(error)
    except Exception:
        return '(its text cannot be had)'


def _printable(text):
    return text if text.isprintable() else ''.join(
        char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _trace(error):
    from traceback import format_exception
    try:
        text = ''.join(format_exception(type(error), error, error.__traceback__))
    except Exception:           # a text that fails, in interpreters that do not mind
        from traceback import format_tb
        text = ''.join(format_tb(error.__traceback__))
    if len(text) > _TRACE:
        text = '...\n' + text[-_TRACE:]
    _write(''.join('    %s\n' % _printable(row[:_LINE]) for row in text.split('\n') if row))


def _write(text):
    try:
        sys.stderr.write(text[:_TRACE + _LINE])
        if not text.endswith('\n') or len(text) > _TRACE + _LINE:
            sys.stderr.write('\n')
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):       # full, closed, or none
        pass
