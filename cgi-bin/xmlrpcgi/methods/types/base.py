"""Types of values: what an argument may be, and how it is converted.

A Type has the names of the XML-RPC types it stands for and converts a value
that came, or raises Mismatch with the place of what is wrong. hints.py makes
Types from type hints. Those of arrays and structs are in containers.py, those of
Enum and Literal in choices.py.

A conversion notes what it does to the value: it arrives as it came, or is
CHANGED (an int into a Decimal), or something of it is LOST (the time of a date).
"""

from _thread import _local
from datetime import date

KEPT, CHANGED, LOST = range(3)


class _Tried(_local):
    """What the Unions of one call have tried, by thread.

    outcomes: {(a Union's id, a value's id): a Mismatch, or the value and its cost}. Without it,
    time would double with each level of structs that hold each other by Unions.
    cost: KEPT, CHANGED or LOST: the worst since a Union has begun to try a Type.
    of_members: the same of the members of the class that was built last.
    """

    outcomes = None
    cost = of_members = KEPT


tried = _Tried()


def note(cost):
    """Note that a conversion has CHANGED a value, or that something of it is LOST."""
    if cost > tried.cost:
        tried.cost = cost


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
    builds = False          # whether it is a class that is built of what comes

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
    """Values of some exact types, converted where a conversion is given.

    accepted: {type: KEPT, CHANGED or LOST}.
    """

    def __init__(self, name, accepted, conversion=None):
        self.names = (name,)
        self._accepted = accepted
        self._conversion = conversion

    def convert(self, value, place):
        cost = self._accepted.get(type(value))
        if cost is None:
            raise mismatch(place, self.expected, value)
        note(cost)
        if self._conversion is None:
            return value
        try:
            return self._conversion(value)
        except (ValueError, ArithmeticError):
            raise mismatch(place, 'a valid ' + self.expected, value,
                           'another ' + name_of(value)) from None


class Union(Type):
    """A value of any of some Types: of those that take it, the first that costs it the least.

    A class that is built of a value keeps it, whatever becomes of its members; these count only
    where several classes take it.
    """

    def __init__(self, types):
        self.types = types
        self.names = tuple(unique(name for type_ in types for name in type_.names))
        self.choices = [value for type_ in types for value in type_.choices]

    def convert(self, value, place):
        outcomes = tried.outcomes
        if outcomes is None or type(value) not in (dict, list):     # others may be one object twice
            found, cost = self._convert(value, place)
            note(cost)
            return found
        key = id(self), id(value)
        if key not in outcomes:
            try:
                outcomes[key] = self._convert(value, place)
            except Mismatch as misfit:
                outcomes[key] = misfit
        outcome = outcomes[key]
        if isinstance(outcome, Mismatch):
            raise outcome.with_traceback(None)
        found, cost = outcome
        note(cost)
        return found

    def _convert(self, value, place):
        """(what the best Type makes of `value`, its cost); raises Mismatch."""
        before, best, least, misfit = tried.cost, None, None, None
        fitting, others = self._sorted(value)
        for type_ in fitting + others:
            if best is not None and least[0] == KEPT and not type_.builds:
                continue
            tried.cost = tried.of_members = KEPT
            try:
                found = type_.convert(value, place)
            except Mismatch as error:
                if type_ in fitting:
                    misfit = error
                continue
            cost = tried.cost, tried.of_members if type_.builds else KEPT
            if best is None or cost < least:
                best, least = (found, tried.cost), cost
            if least == (KEPT, KEPT):
                break
        tried.cost = before
        if best is None:
            raise misfit or mismatch(place, self.expected, value)
        return best

    def _sorted(self, value):
        """The Types of the name of `value`, and the others, which may still take it."""
        name = name_of(value)
        fitting = [type_ for type_ in self.types if name in type_.names or 'undef' in type_.names]
        others = [type_ for type_ in self.types if type_ not in fitting]
        if len(fitting) > 1 and type(value) is dict:
            fitting = [type_ for type_ in fitting if type_.may_be(value)] or fitting
        return fitting, others


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


def unique(names):
    """Return `names` (list of str) without those that came before."""
    found = []
    for name in names:
        if name not in found:
            found.append(name)
    return found
