"""Whether a function takes the arguments a call brings: their number and their types.

The number is checked by the function's code object, hints of plain types by looking at the values;
only other hints, and messages, need more (methods/hints.py). A first parameter named `request` or
`meta` receives the request; callers do not see it.

For a decorated method, the wrapper's own parameters count if it names them. If it takes `*args`,
the parameters of the function inside follow, and count where the number of arguments fits them;
where it does not, the wrapper gets what came, because it may supply an argument.
"""

from .errors import APPLICATION, BAD_PARAMS, WireFault

ALLOW = '_xmlrpcgi_allow'       # the attribute that @allow leaves on a function or class
EVERYBODY = object()            # in place of who may call, where no @allow says
UNKNOWN = object()              # in place of a Signature that nobody has asked for
NAMED = '_xmlrpcgi_name'        # the attribute that @name leaves on a function

_CONTEXT = ('request', 'meta')
_VARARGS = 0x04                 # flags of code objects, see the inspect module
_ASYNC = 0x80 | 0x200           # a coroutine, an asynchronous generator
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
    least (int): how many must come. more (str or None): the name of `*more`.
    context (bool): whether a request goes before them.
    certain (bool): False where a wrapper with `*args` stands before it, which may add arguments.
    types: what methods/hints.py has made of the hints, kept for the next call.
    """

    certain = True
    types = ()

    def __init__(self, function, bound):
        code = function.__code__
        names = code.co_varnames[bound:code.co_argcount]        # bound is True: without `self`
        self.function = function
        self.context = bool(names) and names[0] in _CONTEXT
        defaults = function.__defaults__
        self.names = names[1:] if self.context else names
        self.least = max(len(self.names) - len(defaults), 0) if defaults else len(self.names)
        self.more = None
        if code.co_flags & _VARARGS:
            self.more = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]

    def fits(self, count):
        """Whether `count` arguments fit (bool)."""
        return count >= self.least and (self.more is not None or count <= len(self.names))


def signature_of(function, bound):
    """Return the Signature of a method of a class or a registered function, None for others.

    bound (bool): whether a first parameter (self) is filled already.
    """
    if type(function) is _Function and not function.__dict__:       # most are not decorated
        return Signature(function, bound)
    wrappers = []
    for layer in wrapped(function):
        if '__signature__' in (getattr(layer, '__dict__', None) or ()):
            return _behind(wrappers, _stated(layer, bound))
        if isinstance(layer, _Function):
            found = Signature(layer, bound)
            if found.more is None or '__wrapped__' not in layer.__dict__:
                return _behind(wrappers, found)
            wrappers.append(found)
        elif type(layer).__module__ == 'functools' and type(layer).__name__ != '_lru_cache_wrapper':
            return None                         # a partialmethod, a singledispatchmethod
    return None


def _behind(wrappers, found):
    """`found` (Signature or None) as callers see it through wrappers with *args.

    wrappers (list of Signature): the outermost first. What a wrapper itself names, and the function
    inside does not, comes before the rest.
    """
    if found is not None:
        for wrapper in reversed(wrappers):
            found.certain = False
            if found.names[:len(wrapper.names)] == wrapper.names:
                found.context = found.context or wrapper.context
            else:
                found.context = wrapper.context
                found.least = wrapper.least + (
                    found.least if wrapper.least == len(wrapper.names) else 0)
                found.names = wrapper.names + found.names
    return found


def _stated(layer, bound):
    """The Signature that `layer` has as __signature__; its hints are those of the function inside.

    None where that function is none of ours, or the parameters cannot be filled by position.
    """
    from inspect import signature
    inner = list(wrapped(layer))[-1]
    try:
        parameters = list(signature(layer).parameters.values())[bound:]
    except Exception:           # it may be an object of any kind
        return None
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY,
                                                            one.POSITIONAL_OR_KEYWORD)]
    if not isinstance(inner, _Function) or any(
            one.kind == one.KEYWORD_ONLY and one.default is one.empty for one in parameters):
        return None
    found = Signature(inner, bound)
    names = tuple([one.name for one in positional])
    found.context = bool(names) and names[0] in _CONTEXT
    found.names = names[found.context:]
    found.least = len([one for one in positional[found.context:] if one.default is one.empty])
    found.more = ([one.name for one in parameters if one.kind == one.VAR_POSITIONAL] + [None])[0]
    return found


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


_Bound = type(Signature.fits.__get__(0))     # a function bound to its instance


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


def prepare(method, function, bound, params, request, convert, signature=UNKNOWN):
    """Return the arguments to call with; raises WireFault -32602 where they do not fit.

    method (str): the public name, for the message.
    function: the callable, not bound to its instance.
    bound (bool): whether a first parameter (self) is filled already.
    convert: convert(method, Signature, params) returns the arguments converted as hints beyond the
    plain types say; it raises what this function raises.
    signature: what signature_of(function, bound) returned, where that is known already.
    """
    if signature is UNKNOWN:
        signature = signature_of(function, bound)
    if signature is None:
        return _prepare_foreign(method, function, bound, params, request)
    if type(function) is _Function and (function.__code__.co_kwonlyargcount
                                        or function.__code__.co_flags & _ASYNC):
        _refuse_unusable(method, function)
    if not signature.fits(len(params)):
        if not signature.certain:
            return params
        raise _count_fault(method, len(params), signature)
    try:
        hints = signature.function.__annotations__
        fit = not hints or _plain_fit(hints, signature, params)
    except Exception:           # Python 3.14 evaluates hints now, and one fails
        fit = False
    if not fit:
        params = convert(method, signature, params)
    return [request] + list(params) if signature.context else params


def _refuse_unusable(method, function):
    """Raise the fault of a function that cannot be called by XML-RPC at all."""
    code = function.__code__
    if code.co_flags & _ASYNC:
        raise WireFault(APPLICATION, '%s is an async function, and nothing awaits it here: make it '
                                     'a plain one that calls asyncio.run' % method)
    named = code.co_varnames[code.co_argcount:code.co_argcount + code.co_kwonlyargcount]
    lacking = [name for name in named if name not in (function.__kwdefaults__ or ())]
    if lacking:
        raise WireFault(BAD_PARAMS, '%s has keyword-only parameters (%s), which a call cannot '
                                    'fill: they need defaults' % (
                                        method, ', '.join(lacking)))


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


def _prepare_foreign(method, function, bound, params, request):
    """As prepare, for a callable that inspect.signature knows (a builtin, a partial, a class)."""
    import inspect
    from functools import partial
    filled = [None] * bound
    if type(function).__module__ == 'functools' and 'method' in type(function).__name__:
        # A partialmethod, which has args and keywords, or a singledispatchmethod.
        function = partial(function.func, *filled, *getattr(function, 'args', ()),
                           **getattr(function, 'keywords', {}))
        filled = []
    try:
        signature = inspect.signature(function)
    except Exception:           # it may be an object of any kind
        return params
    if list(signature.parameters)[len(filled):len(filled) + 1] in [[name] for name in _CONTEXT]:
        params = [request] + list(params)
    try:
        signature.bind(*filled, *params)
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
