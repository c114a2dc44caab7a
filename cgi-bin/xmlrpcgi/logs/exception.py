"""What the log and a fault say of an exception; its text is made by code of a class."""

from ..errors import OutOfTime

_LINKED = 100               # exceptions behind one another that a traceback shows
# BaseException's own: a class may refuse to have them set, or have other attributes of these names.
_CAUSE, _CONTEXT, _HIDES, _TRACEBACK = (BaseException.__dict__[name] for name in (
    '__cause__', '__context__', '__suppress_context__', '__traceback__'))


def text_of(thing):
    """Return str(thing); a text that fails, with KeyboardInterrupt even, must not cost the answer.

    Raises OutOfTime.
    """
    try:
        return str(thing)
    except OutOfTime:
        raise
    except BaseException:
        return '(no text: its __str__ fails)'


def attribute(error, name):
    """Return an attribute of an exception, None where it has none or a property fails.

    Raises OutOfTime.
    """
    try:
        return getattr(error, name, None)
    except OutOfTime:
        raise
    except BaseException:
        return None


def strip(error):
    """Take from an exception its traceback, and the exceptions that it is linked with."""
    for part in _TRACEBACK, _CAUSE, _CONTEXT:
        part.__set__(error, None)


def _hides_context(error):
    """Whether the traceback of `error` leaves its __context__ out."""
    return _CAUSE.__get__(error) is not None or _HIDES.__get__(error)


def _linked(error):
    """Yield `error` and the other exceptions whose texts are in its traceback."""
    found, seen = [error], set()
    while found and len(seen) < _LINKED:
        error = found.pop()
        if isinstance(error, BaseException) and id(error) not in seen:
            seen.add(id(error))
            yield error
            found.append((_CAUSE if _hides_context(error) else _CONTEXT).__get__(error))
            inside = attribute(error, 'exceptions')             # of an ExceptionGroup
            found += inside if isinstance(inside, tuple) else ()


def formatted(error):
    """The traceback (str); the text of an exception that it does not show is not read.

    Up to Python 3.9 format_exception reads these too, and drops an OutOfTime that comes meanwhile.
    Raises OutOfTime.
    """
    from traceback import format_exception, format_tb
    hidden, trace = [], _TRACEBACK.__get__(error)
    try:
        for linked in _linked(error):   # format_exception would go on behind an OutOfTime in one
            if linked is not error:
                text_of(linked)
            if _hides_context(linked):
                hidden.append((linked, _CONTEXT.__get__(linked)))
                _CONTEXT.__set__(linked, None)
        return ''.join(format_exception(type(error), error, trace))
    except OutOfTime:
        raise
    except BaseException:               # its text fails, and this Python lets that through
        return ''.join(format_tb(trace))
    finally:
        for linked, context in hidden:
            _CONTEXT.__set__(linked, context)
