"""Type hints as XML-RPC types: what a signature shows, and what an argument must be.

`Parser.parse` turns a hint into a Type (see types.py), `rows` Types into a
signature. Loaded for introspection, and by a call whose arguments need more
than the plain check in signature.py.
"""

import sys
import typing
from datetime import date, datetime

from ..errors import BAD_PARAMS, WireFault
from ..signature import signature_of
from .types import (
    Array,
    Choice,
    Mapping,
    Mismatch,
    Missing,
    Plain,
    Struct,
    Tuple,
    Type,
    Union,
)

_MAX_ROWS = 32              # rows of a signature; unions multiply them


def _double(value):
    return value if type(value) in (int, float) else float(value)


def _decimal(value):
    from decimal import Decimal
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _classes():
    from decimal import Decimal
    from pathlib import PurePath
    from uuid import UUID
    return (
        (bool, Plain('boolean', (bool,))), (int, Plain('int', (int,))),
        (float, Plain('double', (float, int, Decimal), _double)), (str, Plain('string', (str,))),
        (bytes, Plain('base64', (bytes,))), (bytearray, Plain('base64', (bytes,), bytearray)),
        (datetime, Plain('dateTime.iso8601', (datetime,))),
        (date, Plain('dateTime.iso8601', (datetime,), datetime.date)),
        (Decimal, Plain('double', (Decimal, float, int), _decimal)),
        (UUID, Plain('string', (str,), UUID)), (type(None), Plain('nil', (type(None),))),
        (list, Array()), (tuple, Array(make=tuple)), (set, Array(make=set)),
        (frozenset, Array(make=frozenset)), (dict, Mapping()),
    ), PurePath


class Parser:
    """Turns hints into Types; made for one function, knows the dataclasses it has met."""

    def __init__(self):
        classes, self._path = _classes()
        self._classes = dict(classes)
        self._structs = {}

    def parse(self, hint):
        """Return the Type of a type hint (any object)."""
        if hint is None:
            hint = type(None)
        hint = getattr(hint, '__supertype__', hint)             # NewType
        if hasattr(hint, '__metadata__'):                       # Annotated
            return self.parse(hint.__origin__)
        origin, arguments = _origin(hint), _arguments(hint)
        if origin is typing.Union or type(hint).__name__ == 'UnionType':
            return Union([self.parse(argument) for argument in arguments])
        if origin is not None and origin is getattr(typing, 'Literal', None):
            return Choice([(value, value) for value in arguments])
        if isinstance(origin, type):
            return self._generic(origin, arguments)
        if isinstance(hint, type):
            return self._class(hint)
        return Type()

    def _generic(self, origin, arguments):
        from collections import abc
        if issubclass(origin, tuple):
            if len(arguments) == 2 and arguments[1] is Ellipsis:
                return Array(self.parse(arguments[0]), tuple)
            return Tuple([self.parse(item) for item in arguments]) if arguments else Array(
                make=tuple)
        if issubclass(origin, abc.Mapping):
            return Mapping(self.parse(arguments[1]) if len(arguments) == 2 else None)
        if issubclass(origin, abc.Iterable):
            make = set if issubclass(origin, abc.Set) and origin is not frozenset else \
                frozenset if origin is frozenset else list
            return Array(self.parse(arguments[0]) if arguments else None, make)
        return Type()

    def _class(self, hint):
        if hint in self._classes:
            return self._classes[hint]
        from enum import Enum
        if issubclass(hint, Enum):
            return Choice([(member.value, member) for member in hint])
        if issubclass(hint, self._path):
            return Plain('string', (str,), hint)
        if hint in self._structs:
            return self._structs[hint]
        if hasattr(hint, '__dataclass_fields__'):
            from dataclasses import MISSING, fields
            known = [field for field in fields(hint) if field.init]
            required = [field.name for field in known if field.default is MISSING
                        and field.default_factory is MISSING]
            return self._struct(hint, hint, [field.name for field in known], required)
        if issubclass(hint, tuple) and hasattr(hint, '_fields'):
            defaults = getattr(hint, '_field_defaults', {})
            return self._struct(hint, hint, hint._fields,
                                [name for name in hint._fields if name not in defaults])
        if issubclass(hint, dict) and hasattr(hint, '__total__'):
            required = getattr(hint, '__required_keys__',
                               hint.__annotations__ if hint.__total__ else ())
            return self._struct(hint, dict, list(hint.__annotations__), required)
        return Type()

    def _struct(self, hint, make, names, required):
        type_ = self._structs[hint] = Struct(make)       # before its members: it may hold itself
        found = resolved(hint, sys.modules[hint.__module__].__dict__)
        type_._fill({name: self.parse(found[name]) if name in found else Type()
                    for name in names}, set(required))
        return type_


def _origin(hint):
    origin = getattr(hint, '__extra__', None) or getattr(hint, '__origin__', None)
    return origin if hint is not origin else None


def _arguments(hint):
    return tuple(argument for argument in getattr(hint, '__args__', None) or ()
                 if not isinstance(argument, typing.TypeVar))


def resolved(owner, namespace):
    """Return the hints of a function or class with names looked up; what cannot be is left out.

    namespace: the globals of the module the hints are written in.
    """
    try:
        return typing.get_type_hints(owner)
    except Exception:           # one unknown name fails them all: take each alone
        from .hinttext import evaluate
        raw = getattr(owner, '__annotations__', {})
        return {name: hint for name, hint in (
            (name, evaluate(hint, namespace)) for name, hint in raw.items()) if hint is not Missing}


def rows(result, parameters):
    """The rows of a signature: type names, the result's first.

    result (Type). parameters: list of (Type, optional); a row for each number of arguments
    and each type of a union, at most 32.
    """
    found = []
    optional = [flag for _, flag in parameters]
    least = optional.index(True) if True in optional else len(parameters)
    for count in range(least, len(parameters) + 1):
        combined = [[name] for name in result.names]
        for type_, _ in parameters[:count]:
            combined = [row + [name] for row in combined for name in type_.names][:_MAX_ROWS]
        found += combined
    return found[:_MAX_ROWS]


def hints_of(function):
    """Return {parameter name or 'return': hint} of a function, names looked up."""
    return resolved(function, getattr(function, '__globals__', {}))


def parameter_types(signature, count):
    """Return [(name, Type)] of the first `count` arguments of a Signature."""
    hints, parser = hints_of(signature.function), Parser()
    names = list(signature.names)
    names += [signature.more] * (count - len(names))
    return [(name, parser.parse(hints[name]) if name in hints else Type())
            for name in names[:count]]


def converted(method, signature, params):
    """Return the arguments as the hints want them; raises WireFault -32602 for a misfit.

    method (str): the public name. signature (Signature). params (list): as they came.
    """
    types = parameter_types(signature, len(params))
    found = []
    for number, (value, (name, type_)) in enumerate(zip(params, types), 1):
        try:
            found.append(type_.convert(value, "parameter %d '%s'" % (number, name)))
        except Mismatch as mismatch:
            raise WireFault(BAD_PARAMS, '%s: %s' % (method, mismatch)) from None
    return found


def hint_text(hint):
    """A hint as a programmer writes it (str): `int`, `List[int]`, `Optional[str]`."""
    if isinstance(hint, type) and not hasattr(hint, '__args__'):
        return hint.__qualname__
    if isinstance(hint, str):
        return hint
    return _shown(hint).replace('typing.', '')


def _shown(value):
    """repr(value) without addresses of this process's memory."""
    import re
    try:
        return re.sub(r' at 0x[0-9A-Fa-f]+', '', repr(value))
    except Exception:
        return '...'


def describe_function(function, bound):
    """Return what a function takes and gives, as system.describe has it (a dict).

    signatures: rows of type names; result: the result's types; params: for each its name,
    type, hint, whether it is optional, and its default and choices; more: whether further
    arguments are taken.
    """
    signature = signature_of(function, bound)
    if signature is None:
        return {'signatures': [['undef']], 'result': 'undef', 'params': [], 'more': True}
    function = signature.function
    hints, parser = hints_of(function), Parser()
    result = parser.parse(hints['return']) if 'return' in hints else Type()
    defaults = function.__defaults__ or ()
    params, types = [], []
    for number, name in enumerate(signature.names):
        type_ = parser.parse(hints[name]) if name in hints else Type()
        optional = number >= signature.least
        types.append((type_, optional))
        param = {'name': name, 'type': ' or '.join(type_.names), 'optional': optional,
                 'hint': hint_text(hints[name]) if name in hints else ''}
        if optional:
            param['default'] = _shown(defaults[number - len(signature.names)])
        if type_.choices:
            param['choices'] = list(type_.choices)
        params.append(param)
    return {'signatures': rows(result, types), 'result': ' or '.join(result.names),
            'params': params, 'more': signature.more is not None}
