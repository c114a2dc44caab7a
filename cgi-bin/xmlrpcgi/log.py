"""The log: one line per fault on stderr, which Apache keeps, and the traceback under it.

stderr gets failures; LOG_FILE, where the settings name one, gets every fault. A client sees a
general sentence and a reference; the line with the same reference has the cause. Text from outside
is escaped, so that it cannot begin a line of its own. Where the log cannot be written, calls are
answered all the same.

Each entry of LOG_FILE is one write to its end, so that entries of several processes never mix. A
file that has grown to LOG_BYTES becomes FILE.1, and an earlier FILE.1 is dropped. Only its owner
can read it.
"""

import sys

from . import startup
from .errors import APPLICATION, FAULTS, INTERNAL, SYSTEM, BrokenFile, Fault, OutOfTime

_MODE = 0o600
_LINE = 2000                # characters of a line at most
_USER = 64                  # characters of a user's name at most, where an address follows
_TRACE = 12000              # characters of a traceback at most; its end is what counts


def failure(error, method, request, settings, internal=False):
    """Log the exception `error` under a new reference; return the fault's code, text, reference.

    method (str or None): what was called. request (Request or None): by whom.
    internal (bool): whether this program failed, not the application.
    """
    from binascii import b2a_hex
    from os import urandom
    reference = b2a_hex(urandom(4)).decode('ascii')
    code = _code(error, internal)
    cause = error.__cause__ if isinstance(error, BrokenFile) else error
    named = '%s: %s' % (type(cause).__name__, _without_code(error) if isinstance(error, Fault)
                        else text_of(cause))
    entry = _line(method, code, 'ref %s %s' % (reference, named), request) + _trace(cause)
    _write(entry)
    _write_file(entry, settings)
    if isinstance(error, OutOfTime):
        text = text_of(error)
    elif isinstance(error, Fault):
        text = 'the application raised a fault whose code is not an int of 32 bits'
    elif settings.DEBUG:
        text = '%s: %s' % (FAULTS[code], named[:_LINE])
    else:
        text = FAULTS[code]
    return code, '%s (ref %s)' % (text, reference), reference


def note(method, code, text, request, settings):
    """Log in one line a fault whose text the client sees, like a result that cannot be sent."""
    entry = _line(method, code, text, request)
    _write(entry)
    _write_file(entry, settings)


def mistake(method, code, text, request, settings):
    """Log, only to LOG_FILE, a fault that the caller caused or the application raised."""
    _write_file(_line(method, code, text, request), settings)


def rate_limited(user, address, text, settings):
    """Log that the rate limits held a caller back; apache/fail2ban-xmlrpcgi.conf reads this line.

    address (str): as the rate limits parsed it. user (str): any text; it is escaped, so that it
    cannot close the brackets round it and the address.
    """
    name = _printable(user[:_USER]).replace('[', '\\x5b').replace(']', '\\x5d')
    entry = 'xmlrpcgi: rate limited [%s%s]: %s\n' % (name + '@' if name else '', address, text)
    _write(entry)
    _write_file(entry, settings)


def trouble(text, settings):
    """Log a problem of the server that does not keep calls from being answered."""
    entry = 'xmlrpcgi: %s\n' % _printable(str(text))[:_LINE]
    _write(entry)
    _write_file(entry, settings)


def _line(method, code, text, request):
    caller = ''
    if request is not None:
        caller = ' [%s%s]' % (request.user + '@' if request.user else '', request.remote_addr)
    shown = _printable('%s%s: %s' % ((method or '-')[:_LINE], caller[:200], text[:_LINE]))
    return 'xmlrpcgi: fault %d %s\n' % (code, shown[:_LINE])


def _without_code(fault):
    """The text of a Fault whose code cannot be sent."""
    code = fault.faultCode
    shown = ascii(code)[:40] if type(code) in (int, str, float, type(None)) else type(code).__name__
    return 'its code is %s, not an int of 32 bits; its text is %s' % (
        shown, text_of(fault.faultString))


def _code(error, internal):
    import errno
    if isinstance(error, MemoryError):
        return SYSTEM
    if isinstance(error, OSError) and error.errno in (
            errno.EAGAIN, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
            errno.ENOSPC, errno.EROFS):
        return SYSTEM
    return INTERNAL if internal else APPLICATION


def text_of(thing):
    """Return str(thing); a text that fails, with SystemExit even, must not cost the answer."""
    try:
        return str(thing)
    except (Exception, SystemExit):
        return '(no text: its __str__ fails)'


def _printable(text):
    return text if text.isprintable() else ''.join(
        char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _trace(error):
    from traceback import format_exception
    try:
        text = ''.join(format_exception(type(error), error, error.__traceback__))
    except (Exception, SystemExit):     # its text fails, and this Python lets that through
        from traceback import format_tb
        text = ''.join(format_tb(error.__traceback__))
    if len(text) > _TRACE:
        text = '...\n' + text[-_TRACE:]
    # Cut after escaping: Apache splits lines at 8191 bytes, and the rest would begin a new line.
    return ''.join('    %s\n' % _printable(row[:_LINE])[:_LINE]
                   for row in text.split('\n') if row)[:_TRACE + _LINE].rstrip('\n') + '\n'


def _write(entry):
    stream = startup.own_log or sys.stderr
    try:
        stream.write(entry)
        stream.flush()
    except OSError:                             # full
        pass
    except (ValueError, AttributeError):        # a class closed it, or set it to None
        if sys.__stderr__ is not None:          # else the process began without one
            _write_descriptor(entry)


def _write_descriptor(entry):
    import os
    try:
        os.write(2, entry.encode('utf-8', 'backslashreplace'))
    except OSError:
        pass


def _write_file(entry, settings):
    if not settings.LOG_FILE:
        return
    try:
        append(settings.LOG_FILE, entry, settings.LOG_BYTES)
    except OSError as error:
        _write('xmlrpcgi: LOG_FILE cannot be written: %s\n' % _printable(str(error)))


def append(path, entry, bound):
    """Append `entry` (str) to the file `path` (str), after the time in UTC; raises OSError.

    bound (int): the file's size in bytes at most, give or take an entry.
    """
    import os
    import time
    stamp = time.strftime('%Y-%m-%dT%H:%M:%SZ ', time.gmtime())
    data = (stamp + entry).encode('utf-8', 'backslashreplace')
    descriptor = _open(path)
    try:
        if os.fstat(descriptor).st_size + len(data) > bound:
            descriptor = _rotated(path, descriptor, bound)
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def _open(path):
    """Return a descriptor of the file; raises OSError unless it is a plain file.

    To open a FIFO that nobody reads, or to write to a full one or to a device, could take for ever.
    """
    import os
    from stat import S_ISREG
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT
                         | getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_NONBLOCK', 0)
                         | getattr(os, 'O_NOCTTY', 0), _MODE)
    if not S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError('%s is not a plain file' % path)
    return descriptor


def _rotated(path, descriptor, bound):
    """Rename the full file, unless another process just did; return the descriptor to write to."""
    import os
    try:
        import fcntl
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except ImportError:         # Windows
        pass
    try:
        if os.path.samestat(os.stat(path), os.fstat(descriptor)):
            os.replace(path, path + '.1')
    except FileNotFoundError:
        pass
    fresh = _open(path)
    os.close(descriptor)        # and with it the lock
    return fresh
