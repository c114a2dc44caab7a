"""The exceptions that a call may raise, grouped by who must act, and the codes of faults.

Codes and meanings follow "Specification for Fault Code Interoperability", version 20010516.
Application code raises `Fault(code, text)` with any code of its own; FAULTS has the codes of this
program. This module is below all others, so that none imports another for an exception.

To define a class takes a quarter of a percent of a call, so the errors of commands are in
client/errors.py, and those of a single module that is rarely loaded in that module.
"""

import sys

from .startup import IS_OURS, adopt

NOT_WELL_FORMED = -32700
UNSUPPORTED_ENCODING = -32701
BAD_BYTES = -32702
INVALID_CALL = -32600
NO_METHOD = -32601
BAD_PARAMS = -32602
INTERNAL = -32603
APPLICATION = -32500
NOT_ALLOWED = -32501
SYSTEM = -32400
TRANSPORT = -32300

FAULTS = {
    NOT_WELL_FORMED: 'the message is not well-formed XML',
    UNSUPPORTED_ENCODING: 'the message is in an encoding that is not supported',
    BAD_BYTES: 'the bytes of the message are not valid in its encoding',
    INVALID_CALL: 'the message is XML, but not an XML-RPC call, or beyond a limit',
    NO_METHOD: 'there is no such method',
    BAD_PARAMS: 'the method takes other arguments',
    INTERNAL: 'an error of the server itself',
    APPLICATION: 'the application failed, or ran out of time',
    NOT_ALLOWED: 'the caller may not call this method (`@allow`)',
    SYSTEM: 'the system failed (out of memory, disk full)',
    TRANSPORT: 'the message did not arrive whole (short body, damaged gzip)',
}

_NAME = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Headers that an application may not set, and why. A name that ends in "-" stands for many.
_RESERVED = (
    (('status',), 'the status of an answer is 200, or that of a Refusal'),
    (('content-',), 'it describes the body, which xmlrpcgi makes'),
    (('location',), 'a client that is redirected sends the call again without its body'),
    (('connection', 'keep-alive', 'proxy-', 'te', 'trailer', 'trailers', 'transfer-encoding',
      'upgrade'), 'it concerns the connection, which is the web server\'s'),
    (('date', 'server', 'vary', 'x-rpc-'), 'the web server or xmlrpcgi writes it'),
    (('x-accel-', 'x-sendfile', 'x-sendfile2', 'x-lighttpd-', 'x-litespeed-location'),
     'a web server takes it for an order'),
)

if IS_OURS and 'xmlrpc.client' not in sys.modules:
    # To import xmlrpc.client takes longer than a call. As soon as anybody imports it, our Fault
    # replaces the Fault there, and the Error there replaces ours: see startup.adopt.
    class Error(Exception):
        """The base of Fault until xmlrpc.client is imported, whose Error then is."""

        __str__ = object.__str__

    class Fault(Error):
        """An XML-RPC fault: faultCode (int), faultString (str)."""

        def __init__(self, faultCode, faultString, **extra):
            Exception.__init__(self)
            self.faultCode = faultCode
            self.faultString = faultString

        def __repr__(self):
            return '<%s %s: %r>' % (type(self).__name__, self.faultCode, self.faultString)

    Error.__module__ = Fault.__module__ = 'xmlrpc.client'
    adopt('xmlrpc.client', Fault, 'Error', 'Fault')
else:
    from xmlrpc.client import Fault


# For the client to fix: the response says what to change in the request.

class WireFault(Fault):
    """A fault that this program found: the client gets its code and text unchanged.

    why (str): a reason that only the log gets, '' for none.
    """

    why = ''


class Refusal(Exception):
    """The request is refused with an HTTP status (int, 400 to 599); the text says what to do.

    Application code may raise it, too, in place of a fault: `raise Refusal(401, 'log in first',
    [('WWW-Authenticate', 'Bearer')])`. headers: more of them, pairs of name and value. fault (int
    or None): the code of the XML-RPC fault to send as body, None for plain text. Raises ValueError
    for another status, and as check_header does.
    """

    def __init__(self, status, text, headers=(), fault=None):
        super().__init__(text)
        if not isinstance(status, int) or not 400 <= status <= 599:
            raise ValueError('a Refusal has a status from 400 to 599, not %r' % (status,))
        self.status = status
        self.headers = [(str(name), str(value)) for name, value in headers]
        for pair in self.headers:
            check_header(*pair)
        self.fault = fault


# For the application to fix: the response is a fault, the log has the cause.

class EncodeFault(Fault):
    """The application's result cannot be sent.

    what (str): the sentence without its subject, like 'holds None'. remedy (str): what the method
    can do about it. faultString is made of both; our client makes another sentence of `what`,
    because there an argument cannot be sent. is_too_large (bool): it is beyond MAX_ANSWER.
    """

    is_too_large = False

    def __init__(self, what, remedy=''):
        super().__init__(APPLICATION, 'the result ' + what + ('; ' + remedy if remedy else ''))
        self.what = what


class BrokenFile(Exception):
    """A file of lib/ could not be imported; the exception's __cause__ says why."""


class OutOfTime(BaseException):
    """The call used up its seconds; a BaseException, which `except Exception` does not catch.

    within (class or None): of the exception whose text took that long.
    """

    within = None


# For the host's owner to fix: the response is a general sentence with status 500, and the log says
# what to do.

class LibraryError(Exception):
    """lib/ itself cannot be used; the text says what to do."""


class SettingsError(Exception):
    """The settings cannot be used; the text names the wrong setting and what it takes."""


def check_header(name, value):
    """Raise ValueError for a header that an application may not set, or that HTTP cannot carry.

    HTTP carries a token (RFC 9110 section 5.6.2) as name, and here printable ASCII as value.
    """
    if not (name + value).isprintable() or not name or name.strip(_NAME) \
            or max(name + value) > '~':
        raise ValueError('%r: %r is not a header that HTTP can carry' % (name, value))
    lower = name.lower()
    for reserved, why in _RESERVED:
        for word in reserved:
            if lower == word or word[-1] == '-' and lower.startswith(word):
                raise ValueError('the header %s is not for a class to set: %s' % (name, why))


def with_own(refusal, *headers):
    """Return `refusal` (Refusal) with `headers` (name, value) that only this program may set."""
    refusal.headers += headers
    return refusal


def no_method(method):
    """Return the WireFault for a method that does not exist, or that the caller may not know of."""
    shown = method if len(method) <= 100 else method[:100] + '...'
    return WireFault(NO_METHOD, 'there is no method %s' % shown)


def let_go(error):
    """Clear the frames that an exception came through, and with them the method's variables."""
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            try:
                trace.tb_frame.clear()
            except RuntimeError:        # still running: a frame of ours
                pass
            trace = trace.tb_next
        error = error.__context__
