"""Whether a function takes the arguments a call brings: their number and their types.

The number is checked by the function's code object, hints of plain types by looking at the values;
only decorators, other hints and faults need more (methods/arguments.py). A first parameter named
`request` or `meta` receives the request; callers do not see it.

For a decorated method, the wrapper's own parameters count if it names them. If it takes `*args`,
the parameters of the function inside follow, and count where the number of arguments fits them;
where it does not, the wrapper gets what came, because it may supply an argument.
"""

import sys

ALLOW = '_xmlrpcgi_allow'       # the attribute that @allow leaves on a function or class
EVERYBODY = object()            # in place of who may call, where no @allow says
UNKNOWN = object()              # in place of a Signature that nobody has asked for
NAMED = '_xmlrpcgi_name'        # the attribute that @name leaves on a function

CONTEXT = ('request', 'meta')
VARARGS = 0x04                  # flags of code objects, see the inspect module
ASYNC = 0x80 | 0x200            # a coroutine, an asynchronous generator
_Function = type(lambda: None)

marked = []     # the Marks of methods/access.py that no Table has looked at

# Hints that a look at the value's type settles: {hint: exact types that fit}. Each is there as a
# class, and as text for `from __future__ import annotations`.
_PLAIN = {
    int: (int,), float: (float, int), str: (str,), bool: (bool,), bytes: (bytes,),
    list: (list,), dict: (dict,), object: (bool, int, float, str, bytes, list, dict, type(None)),
}
_PLAIN.update([(type_.__name__, fitting) for type_, fitting in _PLAIN.items()])


class Signature:
    """What a function takes.

    function: the plain function, inside all that wraps it.
    names (tuple of str): the parameters that a caller fills, in order.
    least, most (int): how many may come. more (str or None): the name of `*more`.
    context (bool): whether a request goes before them.
    certain (bool): False where a wrapper with `*args` stands before it, which may add arguments.
    usable (bool): False where a call cannot fill it: keyword-only parameters, an async function.
    types: what methods/hints.py has made of the hints, kept for the next call.
    """

    certain = True
    types = ()

    def __init__(self, function, bound):
        code = function.__code__
        names = code.co_varnames[bound:code.co_argcount]        # bound is True: without `self`
        self.function = function
        self.context = bool(names) and names[0] in CONTEXT
        defaults = function.__defaults__
        self.names = names[1:] if self.context else names
        self.least = max(len(self.names) - len(defaults), 0) if defaults else len(self.names)
        self.more, self.most = None, len(self.names)
        if code.co_flags & VARARGS:
            self.more = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
            self.most = sys.maxsize
        self.usable = is_usable(function)


def is_usable(function):
    """Whether a call can call `function` (bool): it is not async, and lacks no keyword."""
    code = function.__code__
    return not code.co_flags & ASYNC and (
        not code.co_kwonlyargcount
        or len(function.__kwdefaults__ or ()) == code.co_kwonlyargcount)


def wrapped(value):
    """Yield `value`, then each callable that it wraps, from the outside to the inside."""
    for _ in range(100):                # an object may answer to any attribute
        yield value
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
            continue
        names = getattr(value, '__dict__', None)
        inner = names.get('__wrapped__') if isinstance(names, dict) else None
        if inner is None and type(value).__module__ == 'functools':     # a partial, partialmethod
            inner = getattr(value, 'func', None)
        if inner is None:
            return
        value = inner


def mark_of(value, mark, default):
    """Return the attribute `mark` of a callable, or of one that it wraps; else `default`."""
    for function in wrapped(value):
        names = getattr(function, '__dict__', None)
        if isinstance(names, dict) and mark in names:
            return names[mark]
    return default


_Bound = type(wrapped.__get__(0))     # a function bound to its instance


def users_of(function, owner=None):
    """Return who may call a registered function, as @allow says: marks, None for everybody.

    Marks of the function and, of a bound method, of its class. owner (class): of what has none,
    as a _dispatch of a registered instance.
    """
    if isinstance(function, _Bound):
        owner, function = function.__self__, function.__func__
        if not isinstance(owner, type):
            owner = type(owner)
    marks = mark_of(function, ALLOW, EVERYBODY), getattr(owner, ALLOW, EVERYBODY)
    return [mark for mark in marks if mark is not EVERYBODY] or None


def plain_signature(function, bound):
    """Return the Signature of a function without a decorator, None for any other callable.

    bound (bool): whether a first parameter (self) is filled already.
    """
    if type(function) is _Function and not function.__dict__:       # most are not decorated
        return Signature(function, bound)
    return None


def fit(signature, params, request):
    """Return the arguments to call with, None where more than a look is needed to tell.

    Then methods/arguments.py converts them, or says what does not fit.
    """
    if signature is None or not signature.usable \
            or not signature.least <= len(params) <= signature.most:
        return None
    try:
        hints = signature.function.__annotations__
        if hints and not _plain_fit(hints, signature, params):
            return None
    except Exception:           # Python 3.14 evaluates hints now, and one fails
        return None
    return [request] + list(params) if signature.context else params


def _plain_fit(hints, signature, params):
    if len(params) > len(signature.names) and signature.more in hints:
        return False
    for name, value in zip(signature.names, params):
        if name in hints:
            try:
                if type(value) not in _PLAIN[hints[name]]:
                    return False
            except (KeyError, TypeError):       # another hint, perhaps one without a hash
                return False
    return True
