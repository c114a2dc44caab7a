"""Type hints as XML-RPC types: what a signature shows, and what an argument must be.

`Parser.parse` turns a hint into a Type (see types/base.py), `rows` Types into a
signature. Loaded for introspection (description.py), and by a call whose
arguments need more than the plain check in signature.py.

A hint that cannot be evaluated is an unknown hint, which any value fits: a name
that only a type checker imports, a typing error. Python 3.14 evaluates hints when
they are asked for, older versions only those that are text.
"""

import typing
from collections import UserString
from datetime import date, datetime

from ..errors import BAD_PARAMS, WireFault
from .types.base import CHANGED, KEPT, LOST, Mismatch, Missing, Plain, Type, Union, tried
from .types.choices import Choice, Flags
from .types.containers import Array, Mapping, Struct
from .types.generics import arguments_of, generic, origin_of
from .types.hinttext import evaluate, namespace_of, resolved
from .types.members import Variant, filled, hints_of_members, members_of, peeled, variables_of

_MAX_ROWS = 32              # rows of a signature; unions multiply them
_MOST_OF_ONE = 8            # of one generic class inside itself, each time with other arguments


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
    binary = {bytes: CHANGED}
    return (
        (bool, Plain('boolean', {bool: KEPT})), (int, Plain('int', {int: KEPT})),
        (float, Plain('double', {float: KEPT, int: KEPT, Decimal: LOST}, _double)),
        (str, Plain('string', {str: KEPT})), (bytes, Plain('base64', {bytes: KEPT})),
        (bytearray, Plain('base64', binary, bytearray)),
        (memoryview, Plain('base64', binary, memoryview)),
        (datetime, Plain('dateTime.iso8601', {datetime: KEPT})),
        (date, Plain('dateTime.iso8601', {datetime: LOST}, datetime.date)),
        (Decimal, Plain('double', {Decimal: KEPT, float: CHANGED, int: CHANGED}, _decimal)),
        (UUID, Plain('string', {str: KEPT}, UUID)), (type(None), Plain('nil', {type(None): KEPT})),
        (list, Array()), (tuple, Array(make=tuple)), (set, Array(make=set)),
        (frozenset, Array(make=frozenset)), (dict, Mapping()),
    ), PurePath


class Parser:
    """Turns hints into Types; made for one function, remembers the classes it has met."""

    def __init__(self):
        classes, self._path = _classes()
        self._classes = dict(classes)
        self._structs = {}
        self._open = []                 # the aliases and variables that are being looked into
        self._within = []               # the same of classes with members: (hint, class)

    def parse(self, hint, default=Missing):
        """Return the Type of a type hint (any object).

        default: of the parameter or member with the hint; None allows nil, too.
        """
        type_ = self._parse(hint)
        if default is None and 'nil' not in type_.names and 'undef' not in type_.names:
            return Union([type_, self._classes[type(None)]])
        return type_

    def _parse(self, hint):
        hint = peeled(type(None) if hint is None else hint)[0]
        if hint is Missing:
            return Type()
        if hasattr(hint, '__supertype__'):                      # NewType
            return self.parse(hint.__supertype__)
        if isinstance(hint, typing.TypeVar):
            return self._inside(hint, _limit)
        alias = getattr(hint, '__origin__', hint)
        if type(alias).__name__ == 'TypeAliasType':             # type X = ...
            return self._inside(alias, lambda alias: filled(alias.__value__, variables_of(hint)))
        name = getattr(hint, '_name', None)
        if name in ('Self', 'LiteralString') and not isinstance(hint, type):
            return self._classes[str] if name == 'LiteralString' else \
                self._members(*self._within[-1]) if self._within else Type()
        origin, arguments = origin_of(hint), arguments_of(hint)
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
            return self._members(hint, origin) or self._generic(hint, origin)
        if isinstance(hint, type):
            return self._class(hint)
        return Type()

    def _inside(self, name, value_of):
        """The Type of value_of(name): what an alias or a type variable stands for."""
        if any(name is open_ for open_ in self._open):          # it holds itself
            return Type()
        try:
            value = value_of(name)                              # evaluated now
        except Exception:
            return Type()
        self._open.append(name)
        try:
            return self.parse(value)
        finally:
            self._open.pop()

    def _generic(self, hint, origin):
        plain = self._classes.get(origin)
        return plain if isinstance(plain, Plain) else generic(hint, origin, self.parse)

    def _class(self, hint):
        if hint in self._classes:
            return self._classes[hint]
        from enum import Enum, Flag
        if issubclass(hint, Flag):
            return Flags(hint)
        if issubclass(hint, Enum):
            return Choice([(member.value, member) for member in hint], hint)
        if issubclass(hint, self._path):
            return Plain('string', {str: KEPT}, hint)
        if hint.__module__ in ('collections', 'collections.abc') and hint is not UserString:
            return generic(hint, hint, self.parse)
        return self._members(hint, hint) or Type()

    def _members(self, hint, class_):
        """The Struct of a class with members, None of another one; hint: it, or it[...]."""
        members = members_of(class_)
        if members is None:
            return None
        try:
            if hint in self._structs:
                return self._structs[hint]
        except TypeError:               # an argument without a hash
            return Type()
        if [open_ for _, open_ in self._within].count(class_) >= _MOST_OF_ONE:
            return Type()
        shown_as = class_ if hint is class_ else Variant(hint, class_)
        type_ = self._structs[hint] = Struct(shown_as, members.make)    # it may hold itself
        self._within.append((hint, class_))
        try:
            hints = hints_of_members(hint, class_, members.names)
            type_.fill({name: self.parse(hints[name], members.defaults.get(name, Missing))
                        for name in members.names}, members)
        finally:
            self._within.pop()
        return type_


def _limit(variable):
    """The hint that a type variable stands for: the widest that it allows."""
    if variable.__constraints__:
        return typing.Union[variable.__constraints__]
    bound = variable.__bound__
    if bound is None:
        return Missing
    return evaluate(getattr(bound, '__forward_arg__', bound), namespace_of(variable))


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


def types_of_foreign(foreign, count):
    """Return [(name, Type)] of the first `count` arguments of a Foreign."""
    parser, known = Parser(), foreign.positional()[:count]
    defaults = {one.name: one.default for one in known if one.default is not one.empty}
    names = [one.name for one in known] + [foreign.more()] * (count - len(known))
    return [(name, parser.parse(foreign.hints.get(name, Missing), defaults.get(name, Missing)))
            for name in names]


def hints_of(function):
    """Return {parameter name or 'return': hint} of a function, names looked up."""
    return resolved(function, getattr(function, '__globals__', {}))


def parameter_types(signature, count):
    """Return [(name, Type)] of the first `count` arguments of a Signature."""
    hints, parser = hints_of(signature.function), Parser()
    defaults = defaults_of(signature.function)
    names = list(signature.names)
    names += [signature.more] * (count - len(names))
    return [(name, parser.parse(hints.get(name, Missing), defaults.get(name, Missing)))
            for name in names[:count]]


def defaults_of(function):
    """Return {parameter: default} of the positional parameters of a function."""
    code, given = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[:code.co_argcount]
    return dict(zip(names[len(names) - len(given):], given))


def converted(method, signature, params):
    """Return the arguments converted as the hints say; raises WireFault -32602 for a misfit.

    method (str): the public name. signature (Signature). params (list): as they came.
    """
    types = signature.types
    if len(types) < len(params):
        types = parameter_types(signature, max(len(params), len(signature.names)))
        signature.types = types         # of a method of lib/, whose Signature is kept
    return converted_to(method, types, params)


def converted_to(method, types, params):
    """Return the arguments converted; types: a list of (name, Type), no shorter than `params`."""
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
