"""Whether a function takes the arguments a call brings, by its code object.

A first parameter named `request` or `meta` receives the request and is not
part of what a caller sees.
"""

from .faults import BAD_PARAMS, WireFault

_CONTEXT = ('request', 'meta')
_VARARGS = 0x04                 # flags of code objects, see the inspect module


def prepare(method, function, bound, params, request):
    """Return the arguments to call with; raises WireFault -32602 where their number is wrong.

    method (str): the public name, for the message.
    function: the plain function, whose code tells its parameters.
    bound (bool): whether a first parameter (self) is filled already.
    """
    while hasattr(function, '__wrapped__'):
        function = function.__wrapped__
    code = getattr(function, '__code__', None)
    if code is None:
        return _prepare_foreign(method, function, params)
    names = code.co_varnames[bound:code.co_argcount]
    if names and names[0] in _CONTEXT:
        params = [request] + list(params)
    most = len(names)
    defaults = function.__defaults__
    least = most - len(defaults) if defaults else most
    count = len(params)
    if count < least or count > most and not code.co_flags & _VARARGS:
        hidden = 1 if names and names[0] in _CONTEXT else 0
        raise _count_fault(method, count - hidden, max(least - hidden, 0),
                           None if code.co_flags & _VARARGS else most - hidden, names[hidden:])
    return params


def _prepare_foreign(method, function, params):
    """The same for a callable without code (a builtin, a partial, a class), where it tells."""
    import inspect
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return params
    try:
        signature.bind(*params)
    except TypeError as error:
        raise WireFault(BAD_PARAMS, '%s: %s' % (method, error)) from None
    return params


def _count_fault(method, count, least, most, names):
    if most is None:
        takes = 'at least %s' % _arguments(least)
    elif least == most:
        takes = _arguments(most)
    else:
        takes = '%d to %s' % (least, _arguments(most))
    listed = ' (%s)' % ', '.join(names) if names else ''
    return WireFault(BAD_PARAMS, '%s takes %s%s, %d came' % (method, takes, listed, count))


def _arguments(count):
    return 'no arguments' if not count else '1 argument' if count == 1 else '%d arguments' % count
