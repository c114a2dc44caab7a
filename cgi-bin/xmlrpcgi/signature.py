"""Whether a function takes the arguments a call brings: their number and their types.

The number is checked by the function's code object, hints of plain types by
looking at the values; only other hints, and messages, need more (methods/hints.py). A
first parameter named `request` or `meta` receives the request and is not part
of what a caller sees.
"""

from .errors import BAD_PARAMS, WireFault

_CONTEXT = ('request', 'meta')
_VARARGS = 0x04                 # flags of code objects, see the inspect module

# Hints, as classes and as the text of `from __future__ import annotations`, that one look
# at the value settles: {hint: exact types that fit}.
_PLAIN = {
    int: (int,), float: (float, int), str: (str,), bool: (bool,), bytes: (bytes,),
    list: (list,), dict: (dict,), object: (bool, int, float, str, bytes, list, dict, type(None)),
}
_PLAIN.update([(kind.__name__, fitting) for kind, fitting in _PLAIN.items()])


class Signature:
    """What a function takes.

    function: the plain function, whatever is wrapped round it.
    names (tuple of str): the parameters that a caller fills, in order.
    least (int): how many must come. more (str or None): the name of `*more`.
    context (bool): whether a request goes before them.
    """

    def __init__(self, function, bound):
        code = function.__code__
        names = code.co_varnames[bound:code.co_argcount]
        self.function = function
        self.context = bool(names) and names[0] in _CONTEXT
        defaults = function.__defaults__
        self.names = names[1:] if self.context else names
        self.least = max(len(self.names) - len(defaults), 0) if defaults else len(self.names)
        self.more = None
        if code.co_flags & _VARARGS:
            self.more = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]


def unwrapped(function):
    """Return the function inside functools.wraps decorators."""
    while hasattr(function, '__wrapped__'):
        function = function.__wrapped__
    return function


def prepare(method, function, bound, params, request, convert):
    """Return the arguments to call with; raises WireFault -32602 where they do not fit.

    method (str): the public name, for the message.
    function: what is to be called, without its instance.
    bound (bool): whether a first parameter (self) is filled already.
    convert: convert(method, Signature, params) returns the arguments as hints want them that are
    not of plain types; it raises as this function does.
    """
    function = unwrapped(function)
    if not hasattr(function, '__code__'):
        return _prepare_foreign(method, function, params)
    signature = Signature(function, bound)
    count = len(params)
    if count < signature.least or count > len(signature.names) and not signature.more:
        raise _count_fault(method, count, signature)
    if function.__annotations__ and not _plain_fit(function.__annotations__, signature, params):
        params = convert(method, signature, params)
    return [request] + list(params) if signature.context else params


def _plain_fit(hints, signature, params):
    if len(params) > len(signature.names):
        return signature.more not in hints
    for name, value in zip(signature.names, params):
        if name in hints:
            try:
                if type(value) not in _PLAIN[hints[name]]:
                    return False
            except (KeyError, TypeError):       # another hint, perhaps one without a hash
                return False
    return True


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


def _count_fault(method, count, signature):
    least, most = signature.least, len(signature.names)
    if signature.more:
        takes = 'at least %s' % _arguments(least)
    elif least == most:
        takes = _arguments(most)
    else:
        takes = '%d to %s' % (least, _arguments(most))
    listed = ' (%s)' % ', '.join(signature.names) if signature.names else ''
    return WireFault(BAD_PARAMS, '%s takes %s%s, %d came' % (method, takes, listed, count))


def _arguments(count):
    return 'no arguments' if not count else '1 argument' if count == 1 else '%d arguments' % count
