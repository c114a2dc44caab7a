"""Says which parameters of a published method no call can fill as they are written."""

from ..signature import ASYNC, VARARGS, Signature, wrapped
from .arguments import required_keywords

_Function = type(lambda: None)
_VARKEYWORDS = 0x08             # a flag of code objects, see the inspect module


def unfilled(value):
    """Yield (text, remedy, likely) for a method that is published; the names are those of Reason.

    value: the attribute of the class.
    """
    layers = list(wrapped(value))
    first = getattr(layers[0], '__func__', layers[0])
    if isinstance(first, _Function):
        if first.__code__.co_flags & ASYNC:
            yield 'is an async function, and nothing awaits it', \
                'make it a plain one that calls asyncio.run', True
        if first is value and not first.__code__.co_argcount \
                and not first.__code__.co_flags & VARARGS:
            yield 'has no parameter self, so each call of it fails', \
                'write self as its first parameter, or @staticmethod above it', True
        lacking = required_keywords(first)
        if lacking:
            yield 'has a keyword-only parameter (%s), which a call cannot fill' % (
                ', '.join(lacking)), 'give it a default, or remove the *', True
    last = layers[-1]
    if not isinstance(last, _Function) or any(
            '__signature__' in getattr(layer, '__dict__', ()) for layer in layers):
        return
    if last.__code__.co_flags & _VARKEYWORDS and '<locals>' not in last.__qualname__:
        yield 'has **%s, which a call never fills' % _keywords_of(last.__code__), \
            'take a struct as one more parameter, if callers should send names of their own', False
    inner = Signature(last, not isinstance(value, staticmethod))
    if inner.least < len(inner.names) and any(map(_supplies, layers)):
        yield 'has optional parameters, and a decorator that supplies an argument: the arguments ' \
            'of a call are checked against the wrong parameters', \
            'set __signature__ of the wrapper to the parameters that callers fill', True


def _keywords_of(code):
    count = code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[count + bool(code.co_flags & VARARGS)]


def _supplies(wrapper):
    """Whether a wrapper calls the function inside with an argument that callers do not send."""
    import ast
    from inspect import getsource
    from textwrap import dedent
    inner = getattr(wrapper, '__dict__', {}).get('__wrapped__')
    if inner is None or not isinstance(wrapper, _Function):
        return False
    code = wrapper.__code__
    called = [name for name, cell in zip(code.co_freevars, wrapper.__closure__ or ())
              if _content(cell) is inner]
    try:
        tree = ast.parse(dedent(getsource(code)))
    except (OSError, SyntaxError, TypeError):       # no source, or a lambda in a longer line
        return False
    names = set(code.co_varnames[:code.co_argcount])
    return any(_is_supplied(call, names) for call in ast.walk(tree)
               if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
               and call.func.id in called)


def _is_supplied(call, names):
    """Whether a call that passes *args on puts something else than parameters before them.

    names (set of str): the parameters of the function that the call is in.
    """
    import ast
    stars = [isinstance(argument, ast.Starred) for argument in call.args]
    if True not in stars:
        return False
    before = call.args[:stars.index(True)]
    return any(keyword.arg for keyword in call.keywords) or any(
        not isinstance(argument, ast.Subscript)         # args[0], which is self
        and not (isinstance(argument, ast.Name) and argument.id in names) for argument in before)


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:              # empty
        return None
