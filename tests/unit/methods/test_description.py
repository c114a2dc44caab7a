"""system.describe: types in full, and what is left out where a class says something wrong."""

import datetime
import enum
import sys
from dataclasses import dataclass, field
from typing import Dict, ForwardRef, List, NamedTuple, NewType, Optional, Tuple, TypedDict, Union

import pytest
from xmlrpcgi.methods.description import Describer
from xmlrpcgi.methods.types.hinttext import shown


class Size(enum.Enum):
    SMALL = 'S'
    LARGE = 'L'


class Spot(NamedTuple):
    x: int
    y: float = 0.5


@dataclass
class Node:
    name: str
    size: Size = Size.SMALL
    note: str = None
    tags: List[str] = field(default_factory=list)
    children: List['Node'] = field(default_factory=list)
    at: Optional[Spot] = None


@dataclass
class Lazy:
    name: str
    thing: 'Unknown' = None                                 # noqa: F821  unknown on purpose
    many: List['Unknown'] = field(default_factory=list)     # noqa: F821


@dataclass
class Derived(Lazy):
    more: 'int' = 1


NODE = {'type': 'struct', 'title': 'Node', 'members': [
    {'name': 'name', 'type': 'string', 'optional': False},
    {'name': 'size', 'type': 'string', 'title': 'Size', 'choices': ['S', 'L'], 'optional': True,
     'value': 'S'},
    {'name': 'note', 'type': 'string or nil', 'optional': True, 'value': None},
    {'name': 'tags', 'type': 'array', 'item': {'type': 'string'}, 'optional': True},
    {'name': 'children', 'type': 'array', 'item': {'type': 'struct', 'title': 'Node'},
     'optional': True},
    {'name': 'at', 'type': 'struct or nil', 'optional': True, 'value': None, 'any_of': [
        {'type': 'struct', 'title': 'Spot', 'members': [
            {'name': 'x', 'type': 'int', 'optional': False},
            {'name': 'y', 'type': 'double', 'optional': True, 'value': 0.5}]},
        {'type': 'nil'}]}]}


def described(function, nil=True):
    return Describer(nil).method(function, False)


def type_of(hint):
    """How a type is described, without its text as a hint."""
    def f(a):
        pass
    f.__annotations__ = {'return': hint}
    found = described(f)['returns']
    del found['hint']
    return found


def test_the_members_of_a_recursive_dataclass_come_once():
    def take(node: Node, other: Node) -> Node:
        pass
    found = described(take)
    assert found['params'] == [
        dict(NODE, name='node', optional=False, hint='Node'),
        {'name': 'other', 'type': 'struct', 'title': 'Node', 'optional': False, 'hint': 'Node'}]
    assert found['returns'] == {'type': 'struct', 'title': 'Node', 'hint': 'Node'}
    assert found['result'] == 'struct'


@pytest.mark.parametrize('hint, says', [
    (List[List[int]], {'type': 'array', 'item': {'type': 'array', 'item': {'type': 'int'}}}),
    (Dict[str, bytes], {'type': 'struct', 'item': {'type': 'base64'}}),
    (Tuple[int, str], {'type': 'array', 'items': [{'type': 'int'}, {'type': 'string'}]}),
    (Tuple[int, ...], {'type': 'array', 'item': {'type': 'int'}}),
    (Union[int, List[str]], {'type': 'int or array', 'any_of': [
        {'type': 'int'}, {'type': 'array', 'item': {'type': 'string'}}]}),
    (Union[int, str], {'type': 'int or string'}),
    (Optional[Size], {'type': 'string or nil', 'choices': ['S', 'L'], 'any_of': [
        {'type': 'string', 'title': 'Size', 'choices': ['S', 'L']}, {'type': 'nil'}]}),
    (NewType('Number', int), {'type': 'int'}),
    (List['Unknown'], {'type': 'array', 'item': {'type': 'undef'}}),    # noqa: F821
    (Optional['Unknown'], {'type': 'undef'}),                           # noqa: F821
    (list, {'type': 'array'}), (None, {'type': 'nil'}), (3, {'type': 'undef'}),
])
def test_types_have_one_form(hint, says):
    assert type_of(hint) == says


def test_an_unknown_hint_is_no_hint_in_a_dataclass_either():
    lazy = [{'name': 'name', 'type': 'string', 'optional': False},
            {'name': 'thing', 'type': 'undef', 'optional': True, 'value': None},
            {'name': 'many', 'type': 'array', 'item': {'type': 'undef'}, 'optional': True}]
    assert type_of(Lazy)['members'] == lazy
    assert type_of(Derived)['members'] == lazy + [
        {'name': 'more', 'type': 'int', 'optional': True, 'value': 1}]


def test_typed_dicts_with_an_unknown_hint_keep_their_members():
    class Pair(TypedDict):
        a: int
        b: 'Unknown'                                        # noqa: F821

    class More(Pair, total=False):
        c: str

    found = type_of(More)['members']
    # Python 3.8 does not keep which members of a base are required.
    optional = sys.version_info < (3, 9)
    assert found == [{'name': 'a', 'type': 'int', 'optional': optional},
                     {'name': 'b', 'type': 'undef', 'optional': optional},
                     {'name': 'c', 'type': 'string', 'optional': True}]


class Hostile:
    def __repr__(self):
        raise SystemExit('repr')

    __str__ = __repr__


class Zone(datetime.tzinfo):
    def utcoffset(self, when):
        raise SystemExit('zone')


EAST = datetime.timezone(datetime.timedelta(hours=1))


class HostileText(str):
    def __repr__(self):
        return 'at 0x7f00'


@pytest.mark.parametrize('default, says', [
    (3, {'default': '3', 'value': 3}), ('x', {'default': "'x'", 'value': 'x'}),
    ([1, ('a', None)], {'default': "[1, ['a', None]]", 'value': [1, ['a', None]]}),
    ({'a': 1}, {'default': "{'a': 1}", 'value': {'a': 1}}),
    (Size.LARGE, {'default': "'L'", 'value': 'L'}), (b'\0', {'default': "b'\\x00'",
                                                             'value': b'\0'}),
    (datetime.date(2020, 1, 2), {'default': 'datetime.date(2020, 1, 2)',
                                 'value': datetime.date(2020, 1, 2)}),
    ('\b', {'default': "'\\x08'"}), (1 << 70, {'default': str(1 << 70)}),
    pytest.param(10 ** 5000, {'default': '...'}, id='huge'),
    (datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc), {
        'default': 'datetime.datetime(2020, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)',
        'value': datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)}),
    (datetime.datetime(1, 1, 1, tzinfo=EAST), {'default': repr(
        datetime.datetime(1, 1, 1, tzinfo=EAST))}),
    (datetime.datetime(2020, 1, 2, tzinfo=Zone()), {'default': '...'}),
    (float('nan'), {'default': '...'}), (Hostile(), {'default': '...'}),
    (object(), {'default': '...'}), ([Hostile()], {'default': '...'}), (len, {'default': '...'}),
    (HostileText('x'), {'default': '...'}), ({1: 2}, {'default': '...'}),
    ('x' * 5000, {'default': '...'}),
])
def test_a_default_is_a_value_of_plain_types_or_is_left_out(default, says):
    def f(a=default):
        pass
    param = described(f)['params'][0]
    assert param == dict(says, name='a', optional=True, hint='',
                         type='undef')


def test_nil_is_no_value_where_it_cannot_be_sent():
    def f(a: str = None):
        pass
    assert described(f, nil=False)['params'][0] == {
        'name': 'a', 'type': 'string or nil', 'optional': True, 'default': 'None',
        'hint': described(f)['params'][0]['hint']}


def test_two_classes_of_one_name_have_titles_of_their_own():
    describer = Describer()
    found = []
    for module in 'lib.shop', 'lib.stock', 'lib.stock':
        class_ = dataclass(type('Item', (), {'__module__': module, '__annotations__': {'a': int}}))

        def f(item):
            pass
        f.__annotations__ = {'item': class_}
        found.append(describer.method(f, False)['params'][0]['title'])
    assert found == ['Item', 'stock.Item', 'stock.Item2']


class Lazy314:
    """A function as Python 3.14 has it, whose hints are evaluated when they are asked for."""

    def __init__(self, function, hints):
        self._function = function
        self.hints = hints

    def __getattr__(self, name):
        return getattr(self._function, name)

    @property
    def __annotations__(self):
        raise NameError("name 'Unknown' is not defined")


def test_hints_that_are_evaluated_late_and_cannot_be_are_no_hints(monkeypatch):
    """As far as an older interpreter shows it: annotationlib is played."""
    from types import SimpleNamespace

    from xmlrpcgi import signature
    from xmlrpcgi.errors import WireFault
    from xmlrpcgi.methods.arguments import prepare

    monkeypatch.setitem(sys.modules, 'annotationlib', SimpleNamespace(
        Format=SimpleNamespace(FORWARDREF=3), get_annotations=lambda owner, format: owner.hints))

    def f(number, item, more=None):
        pass
    f.marked = True             # by a decorator: then signature_of is asked
    lazy = Lazy314(f, {'number': int, 'item': ForwardRef('Unknown'), 'more': str,
                       'return': ForwardRef('int')})
    found = signature.Signature(f, False)
    found.function = lazy
    monkeypatch.setattr('xmlrpcgi.methods.description.signature_of', lambda function, bound: found)
    assert prepare('f', f, False, [1, 'any', None], None, found) == [1, 'any', None]
    with pytest.raises(WireFault, match="parameter 1 'number': expected int, got string"):
        prepare('f', f, False, ['x', 'any'], None, found)
    says = described(f)
    assert [param['type'] for param in says['params']] == ['int', 'undef', 'string or nil']
    assert says['result'] == 'int'


@pytest.mark.parametrize('function, names', [(divmod, ['x', 'y']), (print, [])])
def test_what_is_no_function_of_python_is_described_as_far_as_it_says(function, names):
    assert [param['name'] for param in described(function)['params']] == names


def test_what_says_nothing_takes_anything():
    class Any:
        def __getattr__(self, name):
            raise RuntimeError(name)
    assert described(Any()) == {'signatures': [['undef']], 'result': 'undef', 'params': [],
                                'returns': {'type': 'undef'}, 'more': True}


@pytest.mark.parametrize('hint, text', [
    (int, 'int'), (None, 'None'), (List[int], 'List[int]'), (Optional[Node], 'Optional[Node]'),
    (Dict[str, Tuple[int, ...]], 'Dict[str, Tuple[int, ...]]'), ('NoSuch', 'NoSuch'),
    (List['NoSuch'], 'List[NoSuch]'), (Union[int, str, None], 'Union[int, str, None]'),   # noqa: F821
    (List, 'List'), (Hostile(), ''), (object(), ''), (datetime.datetime, 'datetime'),
])
def test_a_hint_is_shown_by_names_alone(hint, text):
    assert shown(hint) == text


def test_a_time_limit_is_no_part_to_leave_out():
    from xmlrpcgi.errors import OutOfTime

    class Slow:
        @property
        def __supertype__(self):
            raise OutOfTime()

    with pytest.raises(OutOfTime):
        type_of(Slow())
