"""Faults: the codes, and what each is for.

Codes and meanings follow "Specification for Fault Code Interoperability",
version 20010516. Application code raises `Fault(code, text)` with any code of
its own; what the machinery itself answers is in FAULTS.
"""

from .startup import stock

stock()
from xmlrpc.client import Fault  # noqa: E402  (the lean import comes first)

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

ALLOW = '_xmlrpcgi_allow'       # the attribute that @allow leaves on a function or class

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


class WireFault(Fault):
    """A fault that the machinery found: code and text are for the client as they are."""


def let_go(error):
    """Clear the frames that an exception came through, and with them the method's variables."""
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            try:
                trace.tb_frame.clear()
            except RuntimeError:        # it is running still: ours
                pass
            trace = trace.tb_next
        error = error.__context__


# --- What the command line and its helpers raise: client/, install/, check/, serve/, cli/. ---
# The text of each is a sentence for the person at the terminal.

class ClientError(Exception):
    """There is no result and no fault; the text says why and what to do.

    status (int or None): of the HTTP response, where there was one.
    """

    def __init__(self, text, status=None):
        super().__init__(text)
        self.status = status


class UsageError(Exception):
    """The words on the command line are not what the command takes; the text says what is."""


class NotationError(ValueError):
    """An argument cannot be understood; the text says why and what to write."""


class InstallError(Exception):
    """The program cannot be installed or removed; the text says why and what to do."""


class DoorError(InstallError):
    """This interpreter cannot run rpc.cgi or its like; the text says why and what to do."""


class BundleError(InstallError):
    """A file that belongs to the program is missing; the text says what to do."""


class BrokenBody(Exception):
    """The body that a client of the small server sends ended early, or its chunks are malformed."""
