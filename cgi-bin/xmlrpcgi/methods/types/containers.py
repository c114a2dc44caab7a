"""Types of arrays and structs, and what each of them is made into: see types.py."""

from .base import CHANGED, KEPT, LOST, Mismatch, Missing, Type, mismatch, note, tried
from .choices import Choice


class Array(Type):
    """An array of values of one Type, made into `make` where that is not list.

    make: called with a list.
    """

    names = ('array',)

    def __init__(self, item=None, make=list):
        self.item = item
        self.make = make

    def convert(self, value, place):
        if type(value) is not list:
            raise mismatch(place, self.expected, value)
        if self.item is not None:
            convert = self.item.convert
            value = [convert(item, '%s[%d]' % (place, index)) for index, item in enumerate(value)]
        if self.make is list:
            return value
        if self.make not in (set, frozenset):
            note(CHANGED)
            return self.make(value)
        note(LOST)
        made = set()
        try:
            for item in value:          # one by one: many of one hash take time, and may be stopped
                made.add(item)
        except TypeError:                   # an unhashable item of a set
            raise mismatch(place, 'an array of plain values', value) from None
        return made if self.make is set else self.make(made)


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
        note(CHANGED)
        return _items(self.items, value, place)


class OpenTuple(Type):
    """An array that begins and ends with items of Types of their own, all between of one Type."""

    names = ('array',)

    def __init__(self, first, between, last):
        self.first, self.between, self.last = first, between, last

    def convert(self, value, place):
        fixed = len(self.first) + len(self.last)
        expected = 'array of at least %d' % fixed
        if type(value) is not list:
            raise mismatch(place, expected, value)
        if len(value) < fixed:
            raise mismatch(place, expected, value, 'array of %d' % len(value))
        note(CHANGED)
        between = [self.between] * (len(value) - fixed)
        return _items(self.first + between + self.last, value, place)


def _items(types, values, place):
    return tuple(type_.convert(item, '%s[%d]' % (place, index))
                 for index, (type_, item) in enumerate(zip(types, values)))


class Mapping(Type):
    """A struct whose values are all of one Type, made into `make` where that is not dict.

    make: called with a dict.
    """

    names = ('struct',)

    def __init__(self, item=None, make=dict):
        self.item = item
        self.make = make

    def convert(self, value, place):
        value = _struct(self, value, place)
        if self.item is not None:
            convert = self.item.convert
            value = {name: convert(item, '%s.%s' % (place, name)) for name, item in value.items()}
        if self.make is dict:
            return value
        note(CHANGED)
        return self.make(value)


def _struct(type_, value, place):
    """`value` as a dict; raises Mismatch. An empty array is PHP's way to send an empty struct."""
    if type(value) is dict:
        return value
    if type(value) is list and not value:
        note(CHANGED)
        return {}
    raise mismatch(place, type_.expected, value)


class Struct(Type):
    """A struct of named members: a dataclass, a NamedTuple, a TypedDict.

    class_: which of them, or a Variant. members: {name: Type}; required: the names that must come;
    defaults: {name: value}, where a member has one. unsent: the names that results lack.
    """

    names = ('struct',)
    builds = True

    def __init__(self, class_, make):
        self.class_ = class_
        self.make = make
        self.members, self.required, self.defaults, self.unsent = {}, frozenset(), {}, ()

    def fill(self, members, known):
        """Set the members, which may contain this Type itself; known (Members): more of them."""
        self.members, self.required = members, frozenset(known.required)
        self.defaults, self.unsent = known.defaults, known.unsent

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
        before, tried.cost = tried.cost, KEPT
        given = {name: members[name].convert(item, '%s.%s' % (place, name))
                 for name, item in value.items()}
        tried.cost, tried.of_members = before, tried.cost
        try:
            return self.make(**given)
        except (TypeError, ValueError) as error:    # the names fit: __post_init__ refuses a value
            from ...logs.exception import text_of
            refused = Mismatch('%s: %s does not accept these values' % (
                place, self.class_.__name__))
            refused.why = '%s: %s' % (type(error).__name__, text_of(error))
            raise refused from None
