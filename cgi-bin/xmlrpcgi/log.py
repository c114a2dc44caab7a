"""The log: one line a fault on stderr, which Apache keeps, and the traceback under it.

A client sees a general sentence and a reference; the line with the same
reference has the cause.
"""

import sys

from .faults import APPLICATION, FAULTS, SYSTEM


def failure(error, method, debug):
    """Log the exception `error` under a new reference; return the fault's code and text."""
    from binascii import b2a_hex
    from os import urandom
    reference = b2a_hex(urandom(4)).decode('ascii')
    code = _code(error)
    cause = error.__cause__ if type(error).__name__ == 'BrokenFile' else error
    named = '%s: %s' % (type(cause).__name__, cause)
    line(method, code, 'ref %s %s' % (reference, named))
    _trace(cause)
    text = FAULTS[code]
    if debug:
        text = '%s: %s' % (text, named)
    return code, '%s (ref %s)' % (text, reference)


def note(method, code, text):
    """Log a fault whose text the client sees too."""
    line(method, code, text)


def line(method, code, text):
    """Write one line; control characters are escaped, so that it stays one."""
    shown = ''.join(char if char.isprintable() else ascii(char)[1:-1]
                    for char in '%s: %s' % (method or '-', text))
    sys.stderr.write('xmlrpcgi: fault %d %s\n' % (code, shown[:2000]))


def _code(error):
    import errno
    if isinstance(error, MemoryError):
        return SYSTEM
    if isinstance(error, OSError) and error.errno in (
            errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS):
        return SYSTEM
    return APPLICATION


def _trace(error):
    from traceback import format_exception
    for part in format_exception(type(error), error, error.__traceback__):
        sys.stderr.write(part)
    sys.stderr.flush()
