"""The log: one entry per fault on stderr, which Apache keeps, with the traceback.

stderr gets failures; LOG_FILE, where the settings name one, gets every fault. A client sees a
general sentence and a reference; the entry with the same reference has the cause. Text from outside
is escaped, so that it cannot begin a line of its own. Where the log cannot be written, calls are
answered all the same.

With LOG_CALLS each call is an entry, too: of LOG_FILE, or on stderr where there is none.

An entry is a line, and the traceback in lines below it; or with LOG_FORMAT = 'json' an object in
one line, see _object. A LOG_FILE that has grown to LOG_BYTES becomes FILE.1, and an earlier FILE.1
is dropped: see logs/logfile.py.
"""

import sys
import time

from . import startup
from .errors import APPLICATION, FAULTS, INTERNAL, SYSTEM, BrokenFile, Fault, OutOfTime

_LINE = 2000                # characters of a line at most
_USER = 64                  # characters of a user's name at most, where an address follows
_TRACE = 12000              # characters of a traceback at most; its end is what counts
_NAME = type.__dict__['__name__']      # which no metaclass overrides
_TEXT = 250                 # of a text that is left in an object that is too long, if possible
LONG = 7500                 # bytes of a JSON object at most: Apache cuts a line at 8191, its own
                            # words before ours included
SHORT = 1900                # the same for nginx, which cuts at 2048
_settings = None            # those in force, where they ask for JSON: see `use`


def use(settings):
    """Have `say` write as `settings` (Settings) ask."""
    global _settings
    _settings = settings


def say(text):
    """Write to stderr what this process has to say; no call need be under way."""
    text = _printable(str(text))[:_LINE]
    _write(_entry('trouble', text, _settings, (), {'text': text}, _longest(), time.time()))


def failure(error, method, request, settings, internal=False):
    """Log the exception `error` under a new reference; return the fault's code, text, reference.

    method (str or None): what was called. request (Request or None): by whom.
    internal (bool): whether this program failed, not the application.
    """
    from binascii import b2a_hex
    from os import urandom

    from .logs.exception import text_of
    reference = b2a_hex(urandom(4)).decode('ascii')
    code = _code(error, internal)
    cause = error.__cause__ if isinstance(error, BrokenFile) else error
    named = '%s: %s' % (type(cause).__name__, _without_code(error) if isinstance(error, Fault)
                        else text_of(cause))
    if isinstance(error, OutOfTime) and error.within is not None:
        named += ', for the text of an exception of the class %s' % _NAME.__get__(error.within)
    _fault(method, code, named, request, settings, True, reference, _trace(cause))
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
    _fault(method, code, text, request, settings, True)


def mistake(method, code, text, request, settings):
    """Log, only to LOG_FILE, a fault that the caller caused or the application raised."""
    _fault(method, code, text, request, settings, False)


def refused(status, text, request, settings):
    """Log, only to LOG_FILE, that a request got this HTTP status (int) before any call."""
    user, address = request.user, request.remote_addr
    _log('refused', 'refused with %d [%s]: %s' % (
        status, caller(user, address), _printable(text[:_LINE])), settings, False,
        status=status, user=user, address=address, text=text)


def rate_limited(user, address, text, settings):
    """Log that the rate limits held a caller back; apache/fail2ban-xmlrpcgi.conf reads this line.

    address (str): as the rate limits parsed it. user (str): any text; it is escaped, so that it
    cannot close the brackets round it and the address.
    """
    _log('rate limited', 'rate limited [%s]: %s' % (caller(user, address), text), settings,
         user=user, address=address, text=text)


def trouble(text, settings):
    """Log a problem of the server that does not keep calls from being answered."""
    text = _printable(str(text))[:_LINE]
    _log('trouble', text, settings, text=text)


def call(line, settings, **facts):
    """Log a call: to LOG_FILE, or on stderr where there is none; see web/calls.py."""
    _log('call', line, settings, not settings.LOG_FILE, **facts)


def _fault(method, code, text, request, settings, stderr, reference='', trace=()):
    who, user, address = '', '', ''
    if request is not None:
        user, address = request.user, request.remote_addr
        who = ' [%s%s]' % (user + '@' if user else '', address)
    said = 'ref %s %s' % (reference, text) if reference else text
    shown = _printable('%s%s: %s' % ((method or '-')[:_LINE], who[:200], said[:_LINE]))
    more = {'reference': reference} if reference else {}
    _log('fault', 'fault %d %s' % (code, shown[:_LINE]), settings, stderr, trace, method=method,
         user=user, address=address, fault=code, text=text, **more)


def _log(event, line, settings, stderr=True, trace=(), **facts):
    """Write an entry to LOG_FILE, and where stderr (bool) says so to stderr; see _entry."""
    now = time.time()
    if stderr:
        _write(_entry(event, line, settings, trace, facts, _longest(), now))
    if settings.LOG_FILE:
        _write_file(_entry(event, line, settings, trace, facts, LONG, now), settings)


def _longest():
    """The bytes (int) of a JSON object that stderr passes on whole."""
    return getattr(startup.own_log, 'longest', LONG)


def _entry(event, line, settings, trace, facts, longest, now):
    """An entry of the log (str): as lines, of which `line` is the first, or as an object of facts.

    trace (sequence of str): the lines of the traceback. longest (int): bytes of the object. now
    (float): the object's time, in seconds since 1970.
    """
    if settings is not None and settings.LOG_FORMAT == 'json':
        return _object(event, facts, list(trace), longest, now)
    return 'xmlrpcgi: %s\n%s' % (line, ''.join('    %s\n' % row for row in trace))


def _object(event, facts, trace, longest, now):
    """An entry as a JSON object in one line (str) of ASCII, of so many bytes at most.

    Where it would be longer, texts are cut, and then the beginning of the traceback. Apache's error
    log doubles each backslash: they count twice, and a quotation mark is written as \\u0022, so
    that the object can be read there all the same.
    """
    import json
    stamp = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now)) + '.%03dZ' % (now % 1 * 1000)
    row, most = {'time': stamp, 'event': event}, _LINE
    while True:
        for name, value in facts.items():
            row[name] = (value[:most] or None) if isinstance(value, str) else value
        if trace:
            row['trace'] = [line[:most] for line in trace]
        text = json.dumps(row).replace('\\\\', '\\u005c').replace('\\"', '\\u0022')
        if len(text) + text.count('\\') <= longest:
            return text + '\n'
        if most > _TEXT or len(trace) < 2:
            most //= 2
        else:
            trace = trace[1 + len(trace) // 8:]


def caller(user, address):
    """Return the words (str) for who called, which stand in brackets."""
    name = word(user[:_USER])
    return '%s%s' % (name + '@' if name else '', word(address[:_LINE]))


def word(text):
    """Return `text` as one word of our lines, that cannot pass for what stands behind it."""
    return _printable(text).replace('[', '\\x5b').replace(']', '\\x5d').replace(' ', '\\x20')


def _without_code(fault):
    """The text of a Fault whose code cannot be sent."""
    from .logs.exception import text_of
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


def _printable(text):
    return text if text.isprintable() else ''.join(
        char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _trace(error):
    from .logs.exception import formatted
    text = formatted(error)
    if len(text) > _TRACE:
        text = '...\n' + text[-_TRACE:]
    # Cut after escaping: Apache splits lines at 8191 bytes, and the rest would begin a new line.
    rows, size = [], 0
    for row in text.split('\n'):
        if row and size < _TRACE + _LINE:
            rows.append(_printable(row[:_LINE])[:_LINE])
            size += len(rows[-1]) + 5
    return rows


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
    try:
        from .logs.logfile import append
        append(settings.LOG_FILE, entry, settings.LOG_BYTES, settings.LOG_FORMAT != 'json')
    except (OSError, ImportError, SyntaxError) as error:    # the second and third: an upgrade
        text = 'LOG_FILE cannot be written: %s' % _printable(str(error))
        _write(_entry('trouble', text, settings, (), {'text': text}, _longest(), time.time()))
