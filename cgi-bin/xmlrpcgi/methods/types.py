"""Types of values: what an argument may be, and how it is converted.

A Type has the names of the XML-RPC types it stands for and converts a value
that came, or raises Mismatch with the place of what is wrong. hints.py makes
Types from type hints.
"""

from _thread import _local
from datetime import date


class _Tried(_local):
    """What the Unions of one call have tried, by thread: {(a Union's id, a value's id): outcome}.

    Without it, time would double with each level of structs that hold each other by Unions.
    """

    outcomes = None


tried = _Tried()


class Mismatch(Exception):
    """A value does not fit the hint; the text has its place, the expected and the given type.

    why (str): what a class of the application said of the value, '' for nothing.
    """

    why = ''


def mismatch(place, expected, value, got=None):
    """Return the Mismatch: `value` came at `place` (str) where `expected` (str) was wanted.

    got (str): what came, where the name of its type does not say what is wrong with it.
    """
    return Mismatch('%s: expected %s, got %s' % (place, expected, got or name_of(value)))


class Type:
    """Any value, without a check: the Type of an unknown hint, and the base of the others."""

    names = ('undef',)
    choices = ()

    @property
    def expected(self):
        """The text for what is expected, in a message (str)."""
        return ' or '.join(self.names)

    def convert(self, value, place):
        """Return `value` as the function wants it; raises Mismatch naming `place`."""
        return value

    def may_be(self, value):
        """Whether a short look at `value` leaves it open that `convert` takes it (bool)."""
        return True


class Plain(Type):
    """Values of some exact types, converted where a conversion is given."""

    def __init__(self, name, accepted, conversion=None):
        self.names = (name,)
        self._accepted = accepted
        self._conversion = conversion

    def convert(self, value, place):
        if type(value) not in self._accepted:
            raise mismatch(place, self.expected, value)
        if self._conversion is None:
            return value
        try:
            return self._conversion(value)
        except (ValueError, ArithmeticError):
            raise mismatch(place, 'a valid ' + self.expected, value,
                           'another ' + name_of(value)) from None


class Array(Type):
    """An array of values of one Type, made into `make` where that is not list."""

    names = ('array',)

    def __init__(self, item=None, make=list):
        self.item = item
        self._make = make

    def convert(self, value, place):
        if type(value) is not list:
            raise mismatch(place, self.expected, value)
        if self.item is not None:
            convert = self.item.convert
            value = [convert(item, '%s[%d]' % (place, index)) for index, item in enumerate(value)]
        if self._make is list:
            return value
        if self._make is tuple:
            return tuple(value)
        made = set()
        try:
            for item in value:          # one by one: many of one hash take time, and may be stopped
                made.add(item)
        except TypeError:                   # an unhashable item of a set
            raise mismatch(place, 'an array of plain values', value) from None
        return made if self._make is set else self._make(made)


class Tuple(Type):
    """An array of a fixed length, each item of its own Type."""

    names = ('array',)

    def __init__(self, items):
        self.items = items

    def convert(self, value, place):
        expected = 'array of %d' % len(self.items)
        if type(value) is not list:
            raise mismatch(place, expected, value)
        if len(value) != len(self.items):
            raise mismatch(place, expected, value, 'array of %d' % len(value))
        return tuple(type_.convert(item, '%s[%d]' % (place, index))
                     for index, (type_, item) in enumerate(zip(self.items, value)))


class Mapping(Type):
    """A struct whose values are all of one Type."""

    names = ('struct',)

    def __init__(self, item=None):
        self.item = item

    def convert(self, value, place):
        value = _struct(self, value, place)
        if self.item is None:
            return value
        return {name: self.item.convert(item, '%s.%s' % (place, name))
                for name, item in value.items()}


def _struct(type_, value, place):
    """`value` as a dict; raises Mismatch. An empty array is PHP's way to send an empty struct."""
    if type(value) is dict:
        return value
    if type(value) is list and not value:
        return {}
    raise mismatch(place, type_.expected, value)


class Struct(Type):
    """A struct of named members: a dataclass, a NamedTuple, a TypedDict.

    class_: which of them. members: {name: Type}; required: the names that must come; defaults:
    {name: value}, where a member has one.
    """

    names = ('struct',)

    def __init__(self, class_, make):
        self.class_ = class_
        self._make = make
        self.members, self.required, self.defaults = {}, frozenset(), {}

    def fill(self, members, required, defaults):
        """Set the members, which may contain this Type itself."""
        self.members, self.required, self.defaults = members, frozenset(required), defaults

    def may_be(self, value):
        """As Type.may_be, by the names of the members and those that are one of some values."""
        return type(value) is dict and self.members.keys() >= value.keys() >= self.required \
            and all(member.may_be(value[name]) for name, member in self.members.items()
                    if name in value and isinstance(member, Choice))

    def convert(self, value, place):
        members, required = self.members, self.required
        value = _struct(self, value, place)
        for name in value:
            if name not in members:
                raise Mismatch('%s.%s: there is no such member%s' % (
                    place, name, members and '; the members are ' + ', '.join(members) or ''))
        for name in members:
            if name in required and name not in value:
                raise mismatch('%s.%s' % (place, name), members[name].expected, Missing)
        given = {name: members[name].convert(item, '%s.%s' % (place, name))
                 for name, item in value.items()}
        try:
            return self._make(**given)
        except (TypeError, ValueError) as error:    # the names fit: __post_init__ refuses a value
            from ..log import text_of
            refused = Mismatch('%s: %s does not accept these values' % (
                place, self.class_.__name__))
            refused.why = '%s: %s' % (type(error).__name__, text_of(error))
            raise refused from None


class Choice(Type):
    """One of some values (Literal, Enum): pairs of what comes and what the function gets.

    class_ (type or None): the Enum.
    """

    def __init__(self, values, class_=None):
        self._values = values
        self.class_ = class_
        self.choices = [value for value, _ in values]
        self.names = tuple(_unique(name_of(value) for value, _ in values)) or ('undef',)

    @property
    def expected(self):
        # Other values can neither come nor be shown: their repr may be anything.
        known = [repr(value) for value in self.choices if type(value) in _SHOWN]
        return 'one of ' + ', '.join(known) if known else 'a value of another type'

    def may_be(self, value):
        """As Type.may_be, which is certain here."""
        return any(type(known) is type(value) and known == value for known, _ in self._values)

    def convert(self, value, place):
        for known, given in self._values:
            if type(known) is type(value) and known == value:
                return given
        name = name_of(value)
        raise mismatch(place, self.expected, value,
                       'another ' + name if name in self.names else name)


class Union(Type):
    """A value of any of some Types, the first that fits."""

    def __init__(self, types):
        self.types = types
        self.names = tuple(_unique(name for type_ in types for name in type_.names))
        self.choices = [value for type_ in types for value in type_.choices]

    def convert(self, value, place):
        outcomes = tried.outcomes
        if outcomes is None or type(value) not in (dict, list):     # others may be one object twice
            return self._convert(value, place)
        key = id(self), id(value)
        if key not in outcomes:
            try:
                outcomes[key] = self._convert(value, place)
            except Mismatch as misfit:
                outcomes[key] = misfit
        found = outcomes[key]
        if isinstance(found, Mismatch):
            raise found.with_traceback(None)
        return found

    def _convert(self, value, place):
        name = name_of(value)
        fitting = [type_ for type_ in self.types if name in type_.names or 'undef' in type_.names]
        if len(fitting) > 1 and type(value) is dict:
            fitting = [type_ for type_ in fitting if type_.may_be(value)] or fitting
        for type_ in fitting[:-1]:
            try:
                return type_.convert(value, place)
            except Mismatch:
                continue
        for type_ in fitting[-1:] or self.types:
            try:
                return type_.convert(value, place)
            except Mismatch:
                if fitting:
                    raise
        raise mismatch(place, self.expected, value)


class Missing:
    """Stands for what is not there: a member, a hint, a default."""


def name_of(value):
    """The XML-RPC type of a decoded value (str)."""
    if value is Missing:
        return 'nothing'
    for type_, name in _NAMES:
        if isinstance(value, type_):
            return name
    return 'double' if type(value).__name__ == 'Decimal' else 'undef'


_NAMES = ((bool, 'boolean'), (int, 'int'), (float, 'double'), (str, 'string'),
          (bytes, 'base64'), (list, 'array'), (tuple, 'array'), (dict, 'struct'),
          (date, 'dateTime.iso8601'), (type(None), 'nil'))


_SHOWN = bool, int, float, str, bytes, type(None)     # what a message shows of an application


def _unique(names):
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found
