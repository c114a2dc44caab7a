"""The faults of a message that is XML, but not XML-RPC: what is wrong, and where."""

from ..errors import INVALID_CALL, WireFault

_SHOWN = 40                 # characters of a text of the message at most


def refuse(what, parser, *texts):
    """Return the WireFault that says `what` (str) is at the parser's place.

    texts: parts of the message, which fill the places of `what` and are cut where they are long.
    """
    shown = tuple(text if len(text) <= _SHOWN else text[:_SHOWN] + '...' for text in texts)
    return WireFault(INVALID_CALL, 'not an XML-RPC message: %s (line %d, column %d)' % (
        what % shown if shown else what,
        parser.CurrentLineNumber, parser.CurrentColumnNumber + 1))
