"""What callables take that are no plain functions: builtins, partials, classes, objects."""

from ..signature import CONTEXT, wrapped
from .types.base import Missing
from .types.hinttext import evaluate

_Function = type(lambda: None)


class Foreign:
    """What a callable takes, as inspect.signature knows it.

    bound (bool): whether a first parameter (self) is filled already. parameters: inspect's, those
    that callers fill. context (bool): whether a request goes before them. hints: {name or 'return':
    hint}. Raises TypeError, ValueError, or what the callable's own attributes raise.
    """

    def __init__(self, function, bound):
        kind = type(function).__name__ if type(function).__module__ == 'functools' else ''
        if kind in ('partialmethod', 'singledispatchmethod'):
            function, bound = _filled(function, bound), False
        self._signature = _inspected(function)
        left = list(self._signature.parameters.values())
        if bound and left and _is_positional(left[0]):
            del left[0]
        self.context = bool(left) and left[0].name in CONTEXT
        self.parameters = left[self.context:]
        self.hints = {}
        if kind != 'singledispatchmethod':      # which has other hints for other arguments
            self.hints = self._hints(_bottom(function))

    def _hints(self, bottom):
        names = getattr(_code_of(bottom), '__globals__', {})
        found = {one.name: one.annotation for one in self.parameters}
        found['return'] = bottom if isinstance(bottom, type) else self._signature.return_annotation
        found = {name: evaluate(hint, names) for name, hint in found.items()
                 if hint is not self._signature.empty}
        return {name: hint for name, hint in found.items() if hint is not Missing}

    def bind(self, params):
        """Raise TypeError where `params` (list) are not as many as the callable takes."""
        self._signature.replace(parameters=self.parameters).bind(*params)

    def positional(self):
        """Return inspect's parameters that callers may fill one by one (list)."""
        return [one for one in self.parameters if _is_positional(one)]

    def more(self):
        """The name of the parameter that takes further arguments, None for none."""
        return next((one.name for one in self.parameters if one.kind is one.VAR_POSITIONAL), None)


def _is_positional(parameter):
    return parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)


def _filled(method, bound):
    """What a partialmethod or singledispatchmethod calls, with its own arguments and `self`."""
    from functools import partial
    inner = method.func
    if isinstance(inner, (staticmethod, classmethod)):
        bound = bound and isinstance(inner, classmethod)
        inner = inner.__func__
    return partial(inner, *[None] * bound, *getattr(method, 'args', ()),
                   **getattr(method, 'keywords', {}))


def _inspected(function):
    from inspect import signature
    try:
        from annotationlib import Format  # Python 3.14, which evaluates hints now
    except ImportError:
        return signature(function)
    return signature(function, annotation_format=Format.FORWARDREF)


def _bottom(function):
    """The function, class or object that a partial, or a method of one, calls in the end."""
    for _ in range(100):
        function = list(wrapped(function))[-1]
        if not hasattr(function, '__func__'):
            break
        function = function.__func__
    return function


def _code_of(bottom):
    """The function that is run where `bottom` is called."""
    if isinstance(bottom, type):
        return bottom.__init__
    return bottom if isinstance(bottom, _Function) else type(bottom).__call__
