"""No argument of a call keeps the interpreter in one step of C for long.

CALL_SECONDS ends a call between two steps of Python.
"""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import FrozenSet, List, Literal, NamedTuple, Optional, Set, Tuple, Union

import pytest
from xmlrpcgi.errors import OutOfTime, WireFault
from xmlrpcgi.methods.arguments import signature_of
from xmlrpcgi.methods.hints import Parser, converted
from xmlrpcgi.methods.types.base import Mismatch
from xmlrpcgi.methods.types.containers import Struct
from xmlrpcgi.resident.deadline import Deadline

MODULUS = (1 << 61) - 1         # numbers that differ by it have one hash
MANY = 1 << 16
# hash(-1) == hash(-2), so all of these tuples have one hash.
TUPLES = [list(items) for items in itertools.product((-1, -2), repeat=16)]
DECIMALS = [Decimal(number * MODULUS + 1) for number in range(MANY)]
INTS = [number * MODULUS + 1 for number in range(2 * MANY)]     # as biginteger has them
LEVELS = 18


class Left(NamedTuple):
    inner: 'Optional[Union[Left, Right]]'
    rest: 'List[Union[Left, Right]]'
    end: int = 0


class Right(NamedTuple):
    inner: 'Optional[Union[Left, Right]]'
    rest: 'List[Union[Left, Right]]'
    end: str = ''


class Lit(NamedTuple):
    inner: 'Optional[Union[Lit, Dark]]'
    kind: Literal['lit']


class Dark(NamedTuple):
    inner: 'Optional[Union[Lit, Dark]]'
    kind: Literal['dark']


def take(tree: Union[Left, Right]):
    pass


def take_either(tree: Union[Lit, Dark]):
    pass


def seconds_until_it_ends(type_, value):
    watched = Deadline(1)

    def run():
        begun = time.monotonic()
        try:
            watched.start()
            type_.convert(value, 'here')
        except OutOfTime:
            pass
        finally:
            watched.stop()
        return time.monotonic() - begun
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.mark.slow
@pytest.mark.parametrize('hint, value', [
    (Set[Tuple[int, ...]], TUPLES), (FrozenSet[Tuple[int, ...]], TUPLES), (Set[Decimal], DECIMALS),
    (set, INTS), (frozenset, DECIMALS)],
    ids=('tuples', 'frozen set of tuples', 'decimals', 'biginteger', 'frozen set of decimals'))
def test_a_set_of_values_of_one_hash_is_ended_in_time(hint, value):
    assert seconds_until_it_ends(Parser().parse(hint), value) < 10


def test_a_set_is_what_it_was():
    assert Parser().parse(Set[int]).convert([1, 2, 2], 'here') == {1, 2}
    assert Parser().parse(FrozenSet[str]).convert(['a', 'a'], 'here') == frozenset('a')
    assert type(Parser().parse(frozenset).convert([], 'here')) is frozenset
    with pytest.raises(Mismatch, match='an array of plain values'):
        Parser().parse(set).convert([[]], 'here')
    assert Parser().parse(List[int]).convert([2, 1], 'here') == [2, 1]


@pytest.mark.parametrize('number', ['1E+400', '-1E+400', '9' * 400])
def test_a_decimal_beyond_a_double_is_no_infinity(number):
    with pytest.raises(Mismatch, match='a valid double'):
        Parser().parse(float).convert(Decimal(number), 'here')


@pytest.fixture
def conversions(monkeypatch):
    """How many structs were converted, as the length of a list."""
    made, convert = [], Struct.convert

    def counted(self, value, place):
        made.append(place)
        return convert(self, value, place)
    monkeypatch.setattr(Struct, 'convert', counted)
    return made


def tree(end):
    found = {'inner': None, 'rest': [], 'end': end}
    for level in range(LEVELS):
        found = {'inner': found, 'rest': [], 'end': end} if level % 2 else \
            {'inner': None, 'rest': [found], 'end': end}
    return found


@pytest.mark.parametrize('end, class_', [(1, Left), ('a', Right)])
def test_structs_that_hold_each_other_by_unions_take_time_that_grows_linearly(
        conversions, end, class_):
    found = converted('take', signature_of(take, False), [tree(end)])[0]
    assert len(conversions) < 5 * LEVELS
    for _ in range(LEVELS):
        assert type(found) is class_ and found.end == end
        found = found.inner or found.rest[0]
    assert found == class_(None, [], end)


def test_so_does_what_fits_none(conversions):
    with pytest.raises(WireFault) as caught:
        converted('take', signature_of(take, False), [tree(1.5)])
    assert len(conversions) < 5 * LEVELS
    assert caught.value.faultString.endswith('.end: expected string, got double')


def test_a_literal_tells_which_struct_is_meant(conversions):
    value = {'inner': {'inner': None, 'kind': 'dark', 'more': 1}, 'kind': 'lit'}
    with pytest.raises(WireFault, match='.inner.more: there is no such member; the members are '
                                        'inner, kind'):
        converted('take', signature_of(take_either, False), [value])
    value['inner'].pop('more')
    conversions.clear()
    assert converted('take', signature_of(take_either, False), [value]) == [
        Lit(Dark(None, 'dark'), 'lit')]
    assert len(conversions) == 2
