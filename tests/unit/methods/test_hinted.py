"""What hints stand for, and the arguments of callables that are no plain functions."""

import enum
import functools
from collections import deque
from dataclasses import InitVar, dataclass
from typing import Dict, Generator, Generic, Iterator, List, NamedTuple, Tuple, TypeVar, Union

import pytest
from xmlrpcgi import Handler
from xmlrpcgi.errors import WireFault
from xmlrpcgi.methods.arguments import prepare, signature_of
from xmlrpcgi.methods.description import Describer
from xmlrpcgi.methods.hints import Parser

from tests.hinted import arrived, failures

T = TypeVar('T')


def test_what_comes_for_a_hint_arrives_as_the_table_says():
    assert failures() == []


@pytest.mark.parametrize('hint', [Iterator[int], Generator[int, None, None]])
def test_an_iterator_can_be_asked_for_the_next(hint):
    made = Parser().parse(hint).convert([1, 2], 'here')
    assert next(made) == 1 and list(made) == [2]


def test_a_defaultdict_makes_what_its_hint_says_each_time_anew():
    from typing import DefaultDict, Deque
    made = Parser().parse(DefaultDict[str, Deque[int]]).convert({}, 'here')
    made['a'].append(1)
    assert (made['a'], made['b']) == (deque([1]), deque())
    made = Parser().parse(DefaultDict[str, DefaultDict[str, int]]).convert({}, 'here')
    made['a']['b'] += 1
    assert made == {'a': {'b': 1}}


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Wide(enum.IntFlag):
    FIRST = 1


@dataclass
class Box(Generic[T]):
    value: T


@dataclass
class Parcel:
    box: InitVar[int]
    weight: int = 0


def described(function):
    found = Describer().method(function, False)
    return [{name: value for name, value in param.items() if name not in ('name', 'optional')}
            for param in found['params']]


def test_a_flag_is_described_by_all_values_that_it_takes():
    def f(right: Right, wide: Wide): pass
    assert described(f) == [
        {'type': 'int', 'hint': 'Right', 'title': 'Right', 'choices': [0, 1, 2, 3]},
        {'type': 'int', 'hint': 'Wide', 'title': 'Wide'}]


def test_a_flag_keeps_no_more_values_than_some(monkeypatch):
    from xmlrpcgi.methods.types import choices
    monkeypatch.setattr(choices, '_MOST_KEPT', 20)
    type_ = Parser().parse(Wide)
    for value in range(500):
        assert type_.convert(value, 'here') == value
    assert len(Wide._value2member_map_) <= 21
    assert Wide(1) is Wide.FIRST


def test_generic_classes_are_described_with_their_arguments():
    def f(a: Box[int], b: List[Box[str]], c: Box[int], d: Parcel): pass
    member = {'name': 'value', 'optional': False}
    assert described(f) == [
        {'type': 'struct', 'hint': 'Box[int]', 'title': 'Box[int]',
         'members': [dict(member, type='int')]},
        {'type': 'array', 'hint': 'List[Box[str]]', 'item': {
            'type': 'struct', 'title': 'Box[str]', 'members': [dict(member, type='string')]}},
        {'type': 'struct', 'hint': 'Box[int]', 'title': 'Box[int]'},
        {'type': 'struct', 'hint': 'Parcel', 'title': 'Parcel', 'members': [
            {'name': 'box', 'type': 'int', 'optional': True},       # no result has it
            {'name': 'weight', 'type': 'int', 'optional': True, 'value': 0}]}]


def test_a_generic_class_has_one_title_in_all_methods():
    def f(a: Box[int]): pass
    def g(a: Box[int]): pass
    describer = Describer()
    titles = [describer.method(one, False)['params'][0]['title'] for one in (f, g)]
    assert titles == ['Box[int]'] * 2


# Callables that are no plain functions.

class Point(NamedTuple):
    x: int


def typed(number: int, text: str = '', *more: 'Point'):
    return [number, text, [one.x for one in more]]


class Kind:
    def method(self, number: int, text: str):
        return [number, text]

    def __call__(self, text: 'str'):
        return text

    filled = functools.partialmethod(method, 2)
    of_static = functools.partialmethod(staticmethod(typed), 1)
    of_class = functools.partialmethod(classmethod(lambda cls, a, b: [a, b]), 1)


class Made:
    def __init__(self, text: 'str'):
        self.text = text


def requesting(request, number: int, text: str):
    return text


PART, FILLED = functools.partial(typed, 2), Kind.__dict__['filled']
LET_THROUGH = [
    (PART, False, ['a'], "'a'"), (PART, False, ['a', {'x': 1}], 'Point(x=1)'),
    (FILLED, True, ['a'], "'a'"), (functools.partial(int, base=2), False, ['11'], "'11'"),
    (functools.partial(Made), False, ['a'], "'a'"),
]
REFUSED = [
    (PART, False, [1], " parameter 1 'text': expected string, got int"),
    (PART, False, ['a', 1], " parameter 2 'more': expected struct, got int"),
    (functools.partial(PART), False, [1], " parameter 1 'text': expected string, got int"),
    (PART, True, [1], " parameter 1 'more': expected struct, got int"),     # bound to an object
    (functools.partial(typed, text='a'), False, ['x'],
     " parameter 1 'number': expected int, got string"),
    (functools.partial(typed, text='a'), False, [1, 'a'], ' too many positional arguments'),
    (functools.partial(Kind().method, 1), False, [1],
     " parameter 1 'text': expected string, got int"),
    (functools.partial(Kind().method, 1), False, [], " missing a required argument: 'text'"),
    (FILLED, True, [1], " parameter 1 'text': expected string, got int"),
    (Kind.__dict__['of_static'], True, [1], " parameter 1 'text': expected string, got int"),
    (Kind.__dict__['of_class'], True, [1, 2], ' too many positional arguments'),
    (functools.partial(Made), False, [1], " parameter 1 'text': expected string, got int"),
    (Made, False, [1], " parameter 1 'text': expected string, got int"),
    (Kind(), False, [1], " parameter 1 'text': expected string, got int"),
]


def prepared(function, bound, params):
    return prepare('f', function, bound, params, None, signature_of(function, bound))


@pytest.mark.parametrize('function, bound, params, given', LET_THROUGH)
def test_what_a_partial_leaves_is_converted(function, bound, params, given):
    assert repr(prepared(function, bound, params)[-1]) == given


@pytest.mark.parametrize('function, bound, params, text', REFUSED)
def test_what_a_partial_leaves_is_checked(function, bound, params, text):
    with pytest.raises(WireFault) as caught:
        prepared(function, bound, params)
    assert (caught.value.faultCode, caught.value.faultString) == (-32602, 'f:' + text)


def test_a_partial_is_described_as_it_is_checked(call):
    handler = Handler()
    handler.register_function(functools.partial(typed, 2), 'part')
    handler.register_function(functools.partial(requesting), 'asking')
    handler.register_introspection_functions()
    assert call(handler, 'system.methodSignature', 'part') == 'undef'      # it has no result
    part, asking = [one for one in call(handler, 'system.describe')['methods']
                    if one['name'] in ('asking', 'part')][::-1]
    assert [(one['name'], one['type']) for one in part['params']] == [('text', 'string')]
    assert [one['name'] for one in asking['params']] == ['number', 'text']


def test_a_result_of_a_class_is_what_the_class_is():
    assert Describer().method(Point, False)['returns']['title'] == 'Point'


# Unions, whatever comes: nothing of a value is lost where a type is there that keeps it.

@pytest.mark.parametrize('first, second', [
    (Tuple[int, ...], List[int]), (List[int], Tuple[int, ...]), (Dict[str, int], List[int])])
def test_the_order_of_a_union_does_not_matter_for_what_fits_exactly(first, second):
    for hint in Union[first, second], Union[second, first]:
        def f(a: hint): pass
        assert arrived(f, [1, 2]) == '[1, 2]'
