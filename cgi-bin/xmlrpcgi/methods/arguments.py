"""The arguments of calls that need more than a look: the rarer half of signature.py.

Here are the signatures of decorated functions and other callables, the conversion of arguments by
type hints, and the faults that say what does not fit.
"""

import re
import sys

from ..errors import APPLICATION, BAD_PARAMS, WireFault
from ..signature import CONTEXT, Signature, fit, is_usable, plain_signature, wrapped

_Function = type(lambda: None)


def signature_of(function, bound):
    """Return the Signature of a method of a class or a registered function, None for others.

    bound (bool): whether a first parameter (self) is filled already.
    """
    found = plain_signature(function, bound)
    if found is None:
        found = _of_layers(function, bound)
        if found is not None and isinstance(function, _Function):
            found.usable = found.usable and is_usable(function)
    return found


def _of_layers(function, bound):
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
                found.most = sys.maxsize if found.more else len(found.names)
    return found


def _stated(layer, bound):
    """The Signature that `layer` has as __signature__; its hints are those of the function inside.

    None where that function is none of ours, or the parameters cannot be filled by position.
    """
    from inspect import signature
    inner = list(wrapped(layer))[-1]
    try:
        parameters = list(signature(layer).parameters.values())[bound:]
    except Exception:           # it may be an object of any type
        return None
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY,
                                                            one.POSITIONAL_OR_KEYWORD)]
    if not isinstance(inner, _Function) or any(
            one.kind == one.KEYWORD_ONLY and one.default is one.empty for one in parameters):
        return None
    found = Signature(inner, bound)
    names = tuple([one.name for one in positional])
    found.context = bool(names) and names[0] in CONTEXT
    found.names = names[found.context:]
    found.least = len([one for one in positional[found.context:] if one.default is one.empty])
    found.more = ([one.name for one in parameters if one.kind == one.VAR_POSITIONAL] + [None])[0]
    found.most = sys.maxsize if found.more else len(found.names)
    return found


def prepare(method, function, bound, params, request, signature):
    """Return the arguments to call with; raises WireFault -32602 where they do not fit.

    method (str): the public name, for the message.
    function: the callable, not bound to its instance.
    bound (bool): whether a first parameter (self) is filled already.
    signature: what signature_of(function, bound) returned.
    """
    if signature is None:
        return _prepare_foreign(method, function, bound, params, request)
    if isinstance(function, _Function) and not is_usable(function):
        raise _unusable_fault(method, function)
    if not signature.least <= len(params) <= signature.most:
        if not signature.certain:       # `refuse_misfit` says what does not fit
            return [request] + list(params) if signature.context else params
        raise _count_fault(method, len(params), signature.names, signature.least, signature.more)
    fitting = fit(signature, params, request)
    if fitting is not None:
        return fitting
    from .hints import converted
    params = converted(method, signature, params)
    return [request] + list(params) if signature.context else params


def _unusable_fault(method, function):
    """The fault of a function that cannot be called by XML-RPC at all."""
    lacking = required_keywords(function)
    if lacking:
        return _keyword_fault(method, lacking)
    return WireFault(APPLICATION, '%s is an async function, and nothing awaits it here: make it '
                                  'a plain one that calls asyncio.run' % method)


def _keyword_fault(method, lacking):
    return WireFault(BAD_PARAMS, '%s has keyword-only parameters (%s), which a call cannot fill: '
                                 'they need defaults' % (method, ', '.join(lacking)))


def required_keywords(function):
    """Return the names of the keyword-only parameters without a default (list of str)."""
    code = function.__code__
    named = code.co_varnames[code.co_argcount:code.co_argcount + code.co_kwonlyargcount]
    return [name for name in named if name not in (function.__kwdefaults__ or ())]


def _prepare_foreign(method, function, bound, params, request):
    """As prepare, for a callable that inspect.signature knows (a builtin, a partial, a class)."""
    from .foreign import Foreign
    try:
        foreign = Foreign(function, bound)
    except Exception:           # it may be an object of any type
        return params
    try:
        foreign.bind(params)
    except TypeError as error:
        raise WireFault(BAD_PARAMS, '%s: %s' % (method, error)) from None
    if foreign.hints:
        from .hints import converted_to, types_of_foreign
        params = converted_to(method, types_of_foreign(foreign, len(params)), params)
    return [request] + list(params) if foreign.context else params


def refuse_misfit(error, method, function, bound, params, signature):
    """Raise a WireFault -32602 where a wrapper called a method with what it does not take.

    error (TypeError): what the call raised. params (list): as they came. The others are those of
    prepare.
    """
    if signature is None or signature.certain or not _is_of_the_call(error, function):
        return
    said = str(error).partition('() ')[2]
    if said.startswith('missing') and 'keyword-only' in said:
        fault = _keyword_fault(method, _QUOTED.findall(said))
    else:
        names, count = _left_to_callers(said, signature, bound, len(params)), len(params)
        if names is None:
            return
        least = len([name for name in signature.names[:signature.least] if name in names])
        if least <= count <= (sys.maxsize if signature.more else len(names)):
            return                      # the mistake is the wrapper's own
        fault = _count_fault(method, count, names, least, signature.more)
    fault.why = 'TypeError: %s' % error
    raise fault from None


def _is_of_the_call(error, function):
    """Whether Python refused to call `function`, or what it wraps, and no code in that has run."""
    caller = trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    functions = [layer for layer in wrapped(function) if isinstance(layer, _Function)]
    if trace.tb_frame.f_globals is not caller.tb_frame.f_globals:
        if trace.tb_frame.f_code not in [one.__code__ for one in functions[:-1]]:
            return False
        del functions[0]
    return any(str(error).startswith(name + '() ') for one in functions
               for name in (one.__name__, one.__qualname__, one.__code__.co_name))


_QUOTED = re.compile(r"'(\w+)'")
_GIVEN = re.compile(r'takes .* but (\d+) ')


def _left_to_callers(said, signature, bound, count):
    """The parameters that no wrapper fills (tuple of str), None where that is not known.

    said (str): why Python did not call the function inside. count (int): of what callers sent.
    """
    inner, given = Signature(signature.function, bound), _GIVEN.match(said)
    if given:
        own = len(signature.names) - len(inner.names)           # of the wrappers
        more = int(given.group(1)) - bound - inner.context - (count - own)
        filled = inner.names[:more] if more >= 0 else None
    elif said.startswith('missing'):
        lacking, required = _QUOTED.findall(said), signature.names[:signature.least]
        before = required[:required.index(lacking[0])] if lacking[0] in required else ()
        named = [name for name in required[len(before):] if name not in lacking]
        more = len(before) - count
        filled = before[:more] + tuple(named) if more >= 0 else None
    elif said.startswith('got multiple values for argument'):
        filled = _QUOTED.findall(said)
    else:
        return None
    return None if filled is None else tuple(
        [name for name in signature.names if name not in filled])


def _count_fault(method, count, names, least, more):
    most = len(names)
    if more:
        takes = 'at least %s' % _arguments(least)
    elif least == most:
        takes = _arguments(most)
    else:
        takes = '%d to %s' % (least, _arguments(most))
    listed = ' (%s)' % ', '.join(names) if names else ''
    return WireFault(BAD_PARAMS, '%s takes %s%s, %d came' % (method, takes, listed, count))


def _arguments(count):
    return 'no arguments' if not count else '1 argument' if count == 1 else '%d arguments' % count
