"""Logs each cause of the faults of one system.multicall once, however many calls fail by it.

Otherwise a request of a kilobyte, compressed, makes a megabyte of log. Calls that fail alike get
one reference, and a line at the end counts them. Where only the text of the exception differs, the
log has that text in a line, without the traceback.
"""

from ..errors import BrokenFile, EncodeFault
from ..log import mistake, note
from ..logs.exception import attribute, strip, text_of

_COMPARED = 200             # characters of a text


class Causes:
    """The faults of the system.multicall that `request` (Request or None) makes of `handler`."""

    def __init__(self, handler, request):
        self._handler, self._request = handler, request
        self._known = {}            # {what was called, and why it failed: [fault, times, log]}
        self._places = set()        # where the exceptions with a traceback in the log come from

    def fault(self, error, method):
        """As Handler.fault: return the code and text of the fault for the exception `error`."""
        return self._logged(error, method, lambda: self._handler.fault(
            error, self._request, method))

    def reference(self, error, name):
        """As Handler.reference: return the reference of what fails in the file `name` (str)."""
        return self._logged(error, name, lambda: self._handler.reference(
            error, self._request, name))

    def _logged(self, error, method, log):
        cause = error.__cause__ or error if isinstance(error, BrokenFile) else error
        place = type(cause), _place(cause)
        text, code = attribute(cause, 'faultString'), attribute(error, 'faultCode')
        text = text_of(cause if text is None else text)[:_COMPARED]
        key = method, place, text, code if isinstance(code, int) else text_of(code)
        known = self._known.get(key)
        if known is not None:
            known[1] += 1
            return known[0]
        if place in self._places:
            strip(cause)
        self._places.add(place)
        found = log()
        own = code is not None and not attribute(error, 'why') \
            and not isinstance(error, EncodeFault)
        self._known[key] = [found, 0, mistake if own else note]
        return found

    def finish(self):
        """Log how often each came again."""
        for (method, *_), (found, times, log) in self._known.items():
            if times:
                code, text = found if isinstance(found, tuple) else (0, 'ref %s' % found)
                log(method, code, '%d more times in this system.multicall: %s' % (times, text),
                    self._request, self._handler.settings)


def _place(error):
    """Where an exception was raised: (code object, line), None where it never was."""
    trace = error.__traceback__
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code, trace.tb_lineno
