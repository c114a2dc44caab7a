"""Types of values that are one of some: Literal, Enum, Flag."""

from datetime import date, datetime

from .base import LOST, Type, mismatch, name_of, note, unique

_SHOWN = bool, int, float, str, bytes, type(None)     # what a message shows of an application
_FEW_BITS = 4               # of a Flag whose values are all listed
_MOST_KEPT = 1 << 16        # of what a Flag has made of ints


class Choice(Type):
    """One of some values (Literal, Enum): pairs of what comes and what the function gets.

    class_ (type or None): the Enum.
    """

    def __init__(self, values, class_=None):
        self._values = [(_sent(value), given) for value, given in values]
        self.class_ = class_
        self.choices = [value for value, _ in values]
        self.names = tuple(unique(name_of(value) for value, _ in self._values)) or ('undef',)

    @property
    def expected(self):
        # Other values can neither come nor be shown: their repr may be anything.
        known = [repr(value) for value in self.choices if type(value) in _SHOWN]
        return 'one of ' + ', '.join(known) if known else 'a value of another type'

    def may_be(self, value):
        """As Type.may_be, which is certain here."""
        return any(_is_same(known, value) for known, _ in self._values)

    def convert(self, value, place):
        for known, given in self._values:
            if _is_same(known, value):
                return given
        raise self._other(value, place)

    def _other(self, value, place):
        name = name_of(value)
        return mismatch(place, self.expected, value,
                        'another ' + name if name in self.names else name)


class Flags(Choice):
    """An int that a Flag takes: its members, and what they make together."""

    def __init__(self, class_):
        self.class_ = class_
        values = [member.value for member in class_.__members__.values()]
        self._length = max([value.bit_length() for value in values] or [0])
        self._bits = [1 << place for place in range(self._length)
                      if any(value >> place & 1 for value in values)]
        beyond = 1 << self._length
        self._open = _number(self._made(beyond)) == beyond  # it keeps bits that nobody has named
        super().__init__([(value, value) for value in self._sums()], class_)
        self.names = ('int',)

    def _sums(self):
        if self._open or len(self._bits) > _FEW_BITS:
            return []
        sums = [0]
        for bit in self._bits:
            sums += [value | bit for value in sums]
        return [value for value in sums if self._made(value) is not None]

    @property
    def expected(self):
        if self._open:
            return 'int'
        if self.choices or not self._bits:
            return super().expected
        return 'a sum of ' + ', '.join(map(str, self._bits))

    def may_be(self, value):
        return type(value) is int and self._made(value) is not None

    def convert(self, value, place):
        made = self._made(value) if type(value) is int else None
        if made is None:
            raise self._other(value, place)
        if _number(made) != value:
            note(LOST)
        return made

    def _made(self, value):
        """What the Flag makes of an int, None where it takes another one."""
        if value.bit_length() > max(self._length, 64):      # only biginteger has it
            return None
        self._forget()
        try:
            return self.class_(value)
        except Exception:               # a Flag's own _missing_ may raise anything
            return None

    def _forget(self):
        """Let the Flag forget what it has made of ints, lest callers fill the memory with them."""
        known = self.class_._value2member_map_
        if len(known) > _MOST_KEPT:
            for value, made in dict(known).items():
                if made is not self.class_.__members__.get(made._name_):
                    known.pop(value, None)


def _number(made):
    """The int of what a Flag makes: of a member, or an int itself where its boundary is EJECT."""
    return getattr(made, 'value', made)


def _is_same(known, value):
    class_ = type(value)
    return (type(known) is class_ or class_ is int and type(known) is float) and known == value


def _sent(value):
    """`value` of an Enum as it comes from who got it from here: a tuple is an array."""
    if type(value) in (tuple, list):
        return [_sent(item) for item in value]
    if type(value) is date:
        return datetime(value.year, value.month, value.day)
    return value
