"""Type hints written as text, for interpreters older than what they are written for.

`int | str` and `list[int]` are fine as text from Python 3.7 on (with `from __future__
import annotations`), but evaluate only from 3.10 and 3.9 on. Here the text is read
as the older spelling, Union[int, str] and List[int].
"""

import ast
import builtins
import typing

from .types import Missing

_GENERIC = {'list': typing.List, 'dict': typing.Dict, 'tuple': typing.Tuple, 'set': typing.Set,
            'frozenset': typing.FrozenSet}


def evaluate(hint, namespace):
    """Return the hint that the text `hint` means, Missing where a name of it is unknown.

    A hint that is no text is returned as it is.
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
    index = tree.slice.value if hasattr(tree.slice, 'value') else tree.slice
    index.elts = [left, right]
    return tree
