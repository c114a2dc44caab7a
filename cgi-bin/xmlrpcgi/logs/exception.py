"""What the log and a fault say of an exception; its text is made by code of a class."""

from ..errors import OutOfTime

_LINKED = 100               # exceptions behind one another that a traceback shows


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


def _is_hidden(context_of):
    """Whether a traceback does not show the __context__ of this exception."""
    return context_of.__cause__ is not None or context_of.__suppress_context__


def _linked(error):
    """Yield `error` and the other exceptions whose texts are in its traceback."""
    found, seen = [error], set()
    while found and len(seen) < _LINKED:
        error = found.pop()
        if isinstance(error, BaseException) and id(error) not in seen:
            seen.add(id(error))
            yield error
            found.append(error.__cause__ if _is_hidden(error) else error.__context__)
            inside = attribute(error, 'exceptions')             # of an ExceptionGroup
            found += inside if isinstance(inside, tuple) else ()


def formatted(error):
    """The traceback (str); the text of an exception that it does not show is not read.

    Up to Python 3.9 format_exception reads these too, and drops an OutOfTime that comes meanwhile.
    Raises OutOfTime.
    """
    from traceback import format_exception, format_tb
    hidden = []
    try:
        for linked in _linked(error):   # format_exception would go on behind an OutOfTime in one
            if linked is not error:
                text_of(linked)
            if _is_hidden(linked):
                hidden.append((linked, linked.__context__))
                linked.__context__ = None
        return ''.join(format_exception(type(error), error, error.__traceback__))
    except OutOfTime:
        raise
    except BaseException:               # its text fails, and this Python lets that through
        return ''.join(format_tb(error.__traceback__))
    finally:
        for linked, context in hidden:
            linked.__context__ = context
