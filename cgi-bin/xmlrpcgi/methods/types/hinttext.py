"""Type hints as they are written: looked up where they are text, and shown as programmers do.

`int | str` and `list[int]` are fine as text from Python 3.7 on (with `from __future__ import
annotations`), but evaluate only from 3.10 and 3.9 on. Here the text is read as the older spelling,
Union[int, str] and List[int]. So an older interpreter than a class is written for understands its
hints, too.
"""

import ast
import builtins
import sys
import typing

from ...signature import wrapped
from .base import Missing

_WHOLE = {'include_extras': True} if hasattr(typing, 'Annotated') else {}
_GENERIC = {'list': typing.List, 'dict': typing.Dict, 'tuple': typing.Tuple, 'set': typing.Set,
            'frozenset': typing.FrozenSet}


def resolved(owner, namespace, whole=False):
    """Return the hints of a function or class with names looked up; unknown names are left out.

    namespace: the globals of the module the hints are written in. whole (bool): with what is
    written round a hint, as Required.
    """
    # get_type_hints would find them by following __wrapped__, which may have no end.
    known = None if isinstance(owner, type) else _globals_of(owner, namespace)
    try:
        return typing.get_type_hints(owner, known, **_WHOLE if whole else {})
    except Exception:           # one unknown name fails them all: take each alone
        found = {}
        for layer in reversed(owner.__mro__) if isinstance(owner, type) else (owner,):
            names = dict(namespace_of(layer) if layer is not owner else namespace)
            names.update((one.__name__, one) for one in getattr(layer, '__type_params__', ()))
            for name, hint in written(layer).items():
                found[name] = evaluate(getattr(hint, '__forward_arg__', hint), names)
        return {name: hint for name, hint in found.items() if hint is not Missing}


def _globals_of(function, default):
    """Return the globals of the function that `function` wraps: those its hints are copied from."""
    *_, inner = wrapped(function)
    return getattr(inner, '__globals__', default)


def namespace_of(thing):
    """The globals of the module that a class or type variable is written in (dict)."""
    return vars(sys.modules.get(thing.__module__, typing))


def written(owner):
    """The hints of a function or class as they are written, those it inherits left out."""
    try:
        from annotationlib import Format, get_annotations  # Python 3.14
    except ImportError:
        return vars(owner).get('__annotations__', {}) if isinstance(owner, type) else \
            getattr(owner, '__annotations__', None) or {}
    return get_annotations(owner, format=Format.FORWARDREF)


def evaluate(hint, namespace):
    """Return the hint that the text `hint` means, Missing where a name of it is unknown.

    A hint that is not a str is returned as it is.
    """
    if not isinstance(hint, str):
        return hint
    try:
        tree = _Older().visit(ast.parse(hint.strip(), mode='eval'))
        code = compile(ast.fix_missing_locations(tree), '<hint>', 'eval')
        names = dict(vars(builtins))
        names.update(namespace)
        names.update(_xmlrpcgi_typing=typing, _xmlrpcgi_generic=_GENERIC)
        return eval(code, names)    # noqa: S307  the application's own source, never a client's
    except Exception:
        return Missing


class _Older(ast.NodeTransformer):
    """Turns `X | Y` and `list[X]` into the older spelling."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        return _union(node.left, node.right)

    def visit_Subscript(self, node):
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id in _GENERIC:
            node.value = ast.parse('_xmlrpcgi_generic[%r]' % node.value.id, mode='eval').body
        return node


def _union(left, right):
    tree = ast.parse('_xmlrpcgi_typing.Union[left, right]', mode='eval').body
    # Before Python 3.9 the syntax tree has an ast.Index round the index.
    index = tree.slice.value if hasattr(tree.slice, 'value') else tree.slice
    index.elts = [left, right]
    return tree


def shown(hint):
    """Return a hint as a programmer writes it (str): `int`, `List[int]`, `Optional[str]`.

    It consists only of names: the repr of an object in a hint may be any text, and may show an
    address of memory.
    """
    if hint is None or hint is type(None):
        return 'None'
    if hint is Ellipsis:
        return '...'
    if isinstance(hint, str):
        return hint
    if isinstance(hint, list):                      # of a Callable
        return '[%s]' % ', '.join(map(shown, hint))
    if hasattr(hint, '__metadata__'):               # Annotated
        return shown(hint.__origin__)
    arguments = list(getattr(hint, '__args__', None) or ())
    if all(isinstance(argument, typing.TypeVar) for argument in arguments):     # of List itself
        arguments = []
    origin = getattr(hint, '__origin__', None)
    if origin is not None and origin is getattr(typing, 'Literal', None):
        return 'Literal[%s]' % ', '.join(map(_literal, arguments))
    if type(hint).__name__ == 'UnionType':
        return ' | '.join(map(shown, arguments))
    if origin is typing.Union:
        if len(arguments) == 2 and type(None) in arguments:
            arguments.remove(type(None))
            return 'Optional[%s]' % shown(arguments[0])
        return 'Union[%s]' % ', '.join(map(shown, arguments))
    name = '*' * bool(getattr(hint, '__unpacked__', False)) + _name(hint, origin)
    return '%s[%s]' % (name, ', '.join(map(shown, arguments))) if arguments and name else name


def _name(hint, origin):
    for thing, attribute in ((hint, '_name'), (hint, '__forward_arg__'), (hint, '__qualname__'),
                             (hint, '__name__'), (origin, '_name'), (origin, '__qualname__'),
                             (origin, '__name__')):
        name = getattr(thing, attribute, None)
        if isinstance(name, str):
            return name
    return type(hint).__name__.strip('_') if type(hint).__module__ == 'typing' else ''


def _literal(value):
    if type(value) in (bool, int, str, bytes, type(None)):
        return repr(value)
    return getattr(value, '_name_', '...')
