"""What system.describe says about a method: its parameters and result, with full types.

A type is described by a dict, the same for a parameter, a result, a member and an item:

type: the names of its XML-RPC types, joined by ` or `; `undef` for any value.
title: the name of the class behind it (a dataclass, NamedTuple, TypedDict or Enum).
members: of a struct, a list of types that have a `name` and an `optional`, too, and a `value`
    where the default can be sent. A type that was described before in the same method has only
    its `title`.
item: the type of all items of an array, or of all members of a struct with any names.
items: the types of the items of an array of a fixed length.
choices: the values that it is one of.
any_of: the types of a union, where one of them has more to say than `type` does.

Classes describe themselves, and may do it wrong: a part that cannot be described is left out, and
the `repr` of an unknown object is never shown.
"""

import math
import re
from datetime import date, datetime, timezone

from ..errors import OutOfTime
from .arguments import signature_of
from .foreign import Foreign
from .hints import Parser, defaults_of, hints_of, rows
from .types.base import Missing, Type, Union
from .types.choices import Choice
from .types.containers import Array, Mapping, Struct, Tuple
from .types.hinttext import shown

UNKNOWN = {'signatures': [['undef']], 'result': 'undef', 'returns': {'type': 'undef'},
           'params': [], 'more': True}
_FORBIDDEN = re.compile('[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_DEEPEST = 8                # arrays and structs in a default
_LONGEST = 1000             # characters of a default, and items of it


def carried(value):
    """Return `value` (str, list, dict, ...) with U+FFFD for characters that XML cannot carry."""
    if isinstance(value, str):
        return _FORBIDDEN.sub('\ufffd', value)
    if isinstance(value, list):
        return [carried(item) for item in value]
    if isinstance(value, dict):
        return {carried(name): carried(item) for name, item in value.items()}
    return value


def attempt(otherwise, function, *arguments):
    """Return function(*arguments), or `otherwise` where the application's code in it fails."""
    try:
        return function(*arguments)
    except (OutOfTime, MemoryError):
        raise
    except BaseException:       # a class's own code may raise anything, SystemExit too
        return otherwise


class Describer:
    """Describes methods; a title means the same class in all of them.

    nil (bool): whether a value nil can be sent.
    """

    def __init__(self, nil=True):
        self._nil = nil
        self._titles = {}           # {class: its title}
        self._told = set()          # the classes whose members this method's description has told

    def method(self, function, bound):
        """Return the description of a function for system.describe (dict).

        signatures: rows of type names; result: the result's types; returns: the same in full;
        params: for each its type, and name, hint, whether it is optional, its default as text and
        as `value`; more: whether further arguments are taken.
        """
        return carried(attempt(UNKNOWN, self._method, function, bound))

    def _method(self, function, bound):
        names, least, defaults, hints, more = attempt(None, _parts, function, bound) \
            or _foreign_parts(function, bound)
        parser, self._told = Parser(), set()
        params, types = [], []
        for number, name in enumerate(names):
            default, hint = defaults.get(name, Missing), hints.get(name, Missing)
            type_ = attempt(Type(), parser.parse, hint, default)
            optional = number >= least
            types.append((type_, optional))
            param = {'name': name, 'optional': optional,
                     'hint': '' if hint is Missing else attempt('', shown, hint)}
            param.update(self._type(type_))
            if optional:
                param.update(attempt({'default': '...'}, self._default, default))
            params.append(param)
        hint = hints.get('return', Missing)
        result = attempt(Type(), parser.parse, hint)
        return {'signatures': rows(result, types), 'result': ' or '.join(result.names),
                'returns': dict(self._type(result),
                                hint='' if hint is Missing else attempt('', shown, hint)),
                'params': params, 'more': more}

    def _default(self, default):
        value = self.plain(default)
        if value is Missing:
            return {'default': '...'}
        text = {'default': repr(value)}
        if len(text['default']) > _LONGEST:
            return {'default': '...'}
        return dict(text, value=value) if self._sendable(value) else text

    def _type(self, type_):
        found = {'type': ' or '.join(type_.names)}
        found.update(attempt({}, self._more, type_))
        return found

    def _more(self, type_):
        if isinstance(type_, Union):
            parts = [self._type(part) for part in type_.types]
            choices = [part for part in parts if 'choices' in part]
            found = {}
            if any(len(part) > 1 for part in parts):
                found['any_of'] = parts
            if choices:                 # as one list, for clients that know no any_of
                found['choices'] = [value for part in choices for value in part['choices']]
            return found
        if isinstance(type_, Choice):
            values = [self.plain(value) for value in type_.choices]
            values = [value for value in values if value is not Missing and self._sendable(value)]
            found = {'title': self._title(type_.class_)} if type_.class_ else {}
            return dict(found, choices=values) if values else found
        if isinstance(type_, Struct):
            return self._struct(type_)
        if isinstance(type_, (Array, Mapping)):
            return {} if type_.item is None else {'item': self._type(type_.item)}
        if isinstance(type_, Tuple):
            return {'items': [self._type(item) for item in type_.items]}
        return {}

    def _struct(self, type_):
        found = {'title': self._title(type_.class_)}
        if type_.class_ not in self._told:
            self._told.add(type_.class_)
            found['members'] = []
            for name, member in type_.members.items():
                optional = name not in type_.required or name in type_.unsent
                member = dict(self._type(member), name=name, optional=optional)
                value = attempt(Missing, self.plain, type_.defaults.get(name, Missing))
                if value is not Missing and self._sendable(value):
                    member['value'] = value
                found['members'].append(member)
        return found

    def _title(self, class_):
        if class_ not in self._titles:
            title, taken = class_.__name__, set(self._titles.values())
            if title in taken:
                module = class_.__module__
                title = '%s.%s' % (module[4:] if module[:4] == 'lib.' else module, title)
            number, first = 2, title
            while title in taken:
                title, number = '%s%d' % (first, number), number + 1
            self._titles[class_] = title
        return self._titles[class_]

    def plain(self, value, depth=0):
        """Return a value of plain types for `value`, Missing for any other object.

        A member of an Enum is its value.
        """
        from enum import Enum
        class_ = type(value)
        if issubclass(class_, Enum):
            value = attempt(Missing, lambda: value._value_)
            class_ = type(value)
        if class_ in (bool, int, str, bytes, date, type(None)):
            return value
        if class_ is datetime:          # a zone of the application's own may do anything
            return value if value.tzinfo is None or type(value.tzinfo) is timezone else Missing
        if class_ is float:
            return value if math.isfinite(value) else Missing
        if depth >= _DEEPEST or class_ not in (list, tuple, dict) or len(value) > _LONGEST:
            return Missing
        if class_ is dict:
            found = {name: self.plain(item, depth + 1) for name, item in value.items()
                     if type(name) is str}
            return found if len(found) == len(value) and not any(
                item is Missing for item in found.values()) else Missing
        found = [self.plain(item, depth + 1) for item in value]
        return Missing if any(item is Missing for item in found) else found

    def _sendable(self, value):
        """Whether a plain value can be in an answer as it is."""
        if type(value) is int:
            return -1 << 63 <= value < 1 << 63
        if type(value) is str:
            return not _FORBIDDEN.search(value)
        if type(value) is datetime and value.tzinfo:
            return attempt(False, lambda: bool(value.astimezone(timezone.utc)))
        if type(value) is list:
            return all(map(self._sendable, value))
        if type(value) is dict:
            return all(map(self._sendable, value)) and all(map(self._sendable, value.values()))
        return value is not None or self._nil


def _parts(function, bound):
    """(names of parameters, how many must come, {name: default}, {name: hint}, more), or None."""
    signature = signature_of(function, bound)
    if signature is None:
        return None
    inner = signature.function
    return (list(signature.names), signature.least, defaults_of(inner),
            attempt({}, hints_of, inner), signature.more is not None)


def _foreign_parts(function, bound):
    """The same, for a callable that inspect.signature knows: a builtin, a partial."""
    found = Foreign(function, bound)
    params = found.positional()
    defaults = {one.name: one.default for one in params if one.default is not one.empty}
    return ([one.name for one in params], len(params) - len(defaults), defaults, found.hints,
            found.more() is not None)
