"""Type hints as XML-RPC types: what a signature shows, and what an argument must be.

`Parser.parse` turns a hint into a Type (see types.py), `rows` Types into a
signature. Loaded for introspection (description.py), and by a call whose
arguments need more than the plain check in signature.py.

A hint that cannot be evaluated is an unknown hint, which any value fits: a name
that only a type checker imports, a typing error. Python 3.14 evaluates hints when
they are asked for, older versions only those that are text.
"""

import sys
import typing
from datetime import date, datetime

from ..errors import BAD_PARAMS, WireFault
from .hinttext import evaluate
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
    tried,
)

_MAX_ROWS = 32              # rows of a signature; unions multiply them
_QUALIFIERS = ('Required', 'NotRequired', 'ReadOnly', 'Final')     # say nothing of the type


def _double(value):
    if type(value) in (int, float):
        return value
    number = float(value)
    if number - number != 0:        # infinity, of a Decimal that is too large
        raise ValueError
    return number


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
    """Turns hints into Types; made for one function, remembers the classes it has met."""

    def __init__(self):
        classes, self._path = _classes()
        self._classes = dict(classes)
        self._structs = {}
        self._open = []                 # the aliases that are being looked into

    def parse(self, hint, default=Missing):
        """Return the Type of a type hint (any object).

        default: of the parameter or member with the hint; None allows nil, too.
        """
        type_ = self._parse(hint)
        if default is None and 'nil' not in type_.names and 'undef' not in type_.names:
            return Union([type_, self._classes[type(None)]])
        return type_

    def _parse(self, hint):
        if hint is None:
            hint = type(None)
        if hint is Missing:
            return Type()
        hint = getattr(hint, '__supertype__', hint)             # NewType
        if hasattr(hint, '__metadata__'):                       # Annotated
            return self.parse(hint.__origin__)
        alias = getattr(hint, '__origin__', hint)
        if type(alias).__name__ == 'TypeAliasType':             # type X = ...
            return self._alias(alias)
        origin, arguments = _origin(hint), _arguments(hint)
        if getattr(origin, '_name', None) in _QUALIFIERS and len(arguments) == 1:
            return self.parse(arguments[0])
        if origin is typing.Union or type(hint).__name__ == 'UnionType':
            types = [self.parse(argument) for argument in arguments]
            known = [type_ for type_ in types if type(type_) is not Type]
            if len(known) < len(types) and all(type_.names == ('nil',) for type_ in known):
                return Type()           # Optional of an unknown hint
            return Union(types)
        if origin is not None and origin is getattr(typing, 'Literal', None):
            from enum import Enum
            return Choice([(value.value if isinstance(value, Enum) else value, value)
                           for value in arguments])
        if isinstance(origin, type):
            return self._generic(origin, arguments)
        if isinstance(hint, type):
            return self._class(hint)
        return Type()

    def _alias(self, alias):
        if any(alias is open_ for open_ in self._open):         # it holds itself
            return Type()
        try:
            value = alias.__value__                             # evaluated now
        except Exception:
            return Type()
        self._open.append(alias)
        try:
            return self.parse(value)
        finally:
            self._open.pop()

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
            return Choice([(member.value, member) for member in hint], hint)
        if issubclass(hint, self._path):
            return Plain('string', (str,), hint)
        if hint in self._structs:
            return self._structs[hint]
        if hasattr(hint, '__dataclass_fields__'):
            from dataclasses import MISSING, fields
            known = [field for field in fields(hint) if field.init]
            required = [field.name for field in known if field.default is MISSING
                        and field.default_factory is MISSING]
            return self._struct(hint, hint, [field.name for field in known], required, {
                field.name: field.default for field in known if field.default is not MISSING})
        if issubclass(hint, tuple) and hasattr(hint, '_fields'):
            defaults = getattr(hint, '_field_defaults', {})
            return self._struct(hint, hint, hint._fields,
                                [name for name in hint._fields if name not in defaults], defaults)
        if issubclass(hint, dict) and hasattr(hint, '__total__'):
            names = list(_annotations(hint))
            required = getattr(hint, '__required_keys__', names if hint.__total__ else ())
            return self._struct(hint, dict, names, required, {})
        return Type()

    def _struct(self, hint, make, names, required, defaults):
        type_ = self._structs[hint] = Struct(hint, make)    # before its members: it may hold itself
        found = resolved(hint, _namespace(hint))
        type_.fill({name: self.parse(found.get(name, Missing), defaults.get(name, Missing))
                    for name in names}, required, defaults)
        return type_


def _origin(hint):
    origin = getattr(hint, '__extra__', None) or getattr(hint, '__origin__', None)
    return origin if hint is not origin else None


def _arguments(hint):
    arguments = getattr(hint, '__args__', None) or ()
    bare = all(isinstance(argument, typing.TypeVar) for argument in arguments)  # of List itself
    return () if bare else arguments


def resolved(owner, namespace):
    """Return the hints of a function or class with names looked up; unknown names are left out.

    namespace: the globals of the module the hints are written in.
    """
    try:
        return typing.get_type_hints(owner)
    except Exception:           # one unknown name fails them all: take each alone
        found = {}
        for layer in reversed(owner.__mro__) if isinstance(owner, type) else (owner,):
            names = _namespace(layer) if layer is not owner else namespace
            for name, hint in _annotations(layer).items():
                found[name] = evaluate(getattr(hint, '__forward_arg__', hint), names)
        return {name: hint for name, hint in found.items() if hint is not Missing}


def _namespace(class_):
    return vars(sys.modules.get(class_.__module__, typing))


def _annotations(owner):
    """The hints of a function or class as they are written, those it inherits left out."""
    try:
        from annotationlib import Format, get_annotations  # Python 3.14
    except ImportError:
        return vars(owner).get('__annotations__', {}) if isinstance(owner, type) else \
            getattr(owner, '__annotations__', None) or {}
    return get_annotations(owner, format=Format.FORWARDREF)


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
    defaults = signature.function.__defaults__ or ()
    defaults = dict(zip(names[len(names) - len(defaults):], defaults))
    names += [signature.more] * (count - len(names))
    return [(name, parser.parse(hints.get(name, Missing), defaults.get(name, Missing)))
            for name in names[:count]]


def converted(method, signature, params):
    """Return the arguments converted as the hints say; raises WireFault -32602 for a misfit.

    method (str): the public name. signature (Signature). params (list): as they came.
    """
    types = signature.types
    if len(types) < len(params):
        types = parameter_types(signature, max(len(params), len(signature.names)))
        signature.types = types         # of a method of lib/, whose Signature is kept
    found, before = [], tried.outcomes
    tried.outcomes = {}
    try:
        for number, (value, (name, type_)) in enumerate(zip(params, types), 1):
            found.append(type_.convert(value, "parameter %d '%s'" % (number, name)))
        return found
    except Mismatch as mismatch:
        fault = WireFault(BAD_PARAMS, '%s: %s' % (method, mismatch))
        fault.why = mismatch.why
        raise fault from None
    finally:
        tried.outcomes = before
