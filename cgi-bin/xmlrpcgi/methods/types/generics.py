"""Hints for several values, like List[int], Dict[str, int] and Tuple[int, ...]."""

from collections import Counter, abc, defaultdict
from functools import partial

from .base import Type
from .containers import Array, Mapping, OpenTuple, Tuple

_ZEROS = (int, float, str, bool, bytes)         # a defaultdict of these makes them of nothing


def origin_of(hint):
    """Return the class that a hint with arguments is for, None for another hint."""
    origin = getattr(hint, '__extra__', None) or getattr(hint, '__origin__', None)
    return origin if hint is not origin else None


def arguments_of(hint):
    """Return the arguments of a hint, () where it has none."""
    return getattr(hint, '__args__', None) or () if _is_subscribed(hint) else ()


def _is_subscribed(hint):
    """Whether a hint has arguments; List itself has a variable for one before Python 3.9."""
    return getattr(hint, '__args__', None) is not None and not getattr(hint, '_special', False)


def generic(hint, origin, parse):
    """Return the Type of a hint for several values, one for any value where it is none.

    origin: its class. parse: makes a Type of a hint.
    """
    arguments = arguments_of(hint)
    if origin is tuple:
        return _tuple(hint, arguments, parse)
    if issubclass(origin, tuple):
        return Type()
    if issubclass(origin, abc.Mapping):
        return _mapping(origin, parse(arguments[1]) if len(arguments) == 2 else None, parse)
    if origin.__name__ in ('ByteString', 'Buffer'):
        return parse(bytes)
    if issubclass(origin, abc.Iterable):
        return Array(parse(arguments[0]) if arguments else None, _maker(origin))
    return Type()


def _maker(origin):
    if issubclass(origin, abc.Generator):
        return _generated
    if issubclass(origin, abc.Iterator):
        return iter
    if origin is frozenset:
        return frozenset
    if issubclass(origin, abc.Set):
        return set
    return origin if origin.__module__ == 'collections' else list


def _generated(items):
    yield from items


def _mapping(origin, item, parse):
    if origin is defaultdict:
        return Mapping(item, partial(defaultdict, _factory(item, parse)))
    if origin is Counter:
        item = parse(int)
    return Mapping(item, origin if origin.__module__ == 'collections' else dict)


def _factory(item, parse):
    """What makes the values that a defaultdict lacks, None where that is not known."""
    if isinstance(item, (Array, Mapping)):
        return None if item.make in (iter, _generated) else item.make
    return next((class_ for class_ in _ZEROS if item is parse(class_)), None)


def _tuple(hint, arguments, parse):
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return Array(parse(arguments[0]), tuple)
    if arguments == ((),) or not arguments and _is_subscribed(hint):    # Tuple[()]
        return Tuple([])
    if not arguments:
        return parse(tuple)
    first, between, last = [], None, []
    for argument in arguments:
        before, more, after = _part(argument, parse)
        (first if between is None else last).extend(before)
        between = between or more
        last += after
    if between is None:
        return Tuple(first)
    return OpenTuple(first, between, last) if first or last else Array(between, tuple)


def _part(hint, parse):
    """The items that an argument stands for: some Types, the Type of any number, some Types."""
    inner = _unpacked(hint)
    if inner is None:
        return [parse(hint)], None, []
    type_ = parse(inner)
    if isinstance(type_, Tuple):
        return type_.items, None, []
    if isinstance(type_, OpenTuple):
        return type_.first, type_.between, type_.last
    return [], getattr(type_, 'item', None) or Type(), []


def _unpacked(hint):
    """The hint for a tuple that `hint` unpacks, None where it unpacks none."""
    if getattr(hint, '__unpacked__', False):                    # *tuple[int, ...]
        return hint
    if getattr(getattr(hint, '__origin__', None), '_name', None) == 'Unpack':
        return hint.__args__[0]
    return None
