"""Type hints: the signatures they give, and the arguments they let through."""

import datetime
import enum
import sys
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import (  # noqa: F401  (the tables name them)
    Any,
    Dict,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)
from uuid import UUID
from xmlrpc.client import Fault

import pytest
from xmlrpcgi import Handler
from xmlrpcgi.methods.arguments import prepare, signature_of

try:
    from typing import Literal, TypedDict
except ImportError:
    Literal = TypedDict = None


class Colour(enum.Enum):
    RED = 'red'
    BLUE = 'blue'


class Point(NamedTuple):
    x: int
    y: int = 0


@dataclass
class Item:
    name: str
    qty: int = 1
    tags: List[str] = field(default_factory=list)


@dataclass
class Order:
    items: List[Item]
    parent: Optional['Order'] = None


if TypedDict:
    class Options(TypedDict, total=False):
        size: int


def function(hints, defaults='', body='return True'):
    """A function with these parameters, written as source: 'a: int, b: str = "x"'."""
    namespace = dict(globals())
    exec('def f(%s)%s:\n    %s\n' % (hints, defaults, body), namespace)
    return namespace['f']


ROWS = [
    ('', '', [['undef']]),
    ('a, b', '', [['undef', 'undef', 'undef']]),
    ('a: int, b: int', ' -> int', [['int', 'int', 'int']]),
    ('a: "int"', ' -> "float"', [['double', 'int']]),
    ('a: float, b: str, c: bool', ' -> bytes', [['base64', 'double', 'string', 'boolean']]),
    ('a: bytearray, b: list, c: dict', ' -> None', [['nil', 'base64', 'array', 'struct']]),
    ('a: datetime.datetime, b: datetime.date', ' -> Decimal',
     [['double', 'dateTime.iso8601', 'dateTime.iso8601']]),
    ('a: UUID, b: Path', '', [['undef', 'string', 'string']]),
    ('a: List[int], b: Tuple[int, str], c: Set[str], d: Sequence[int]', ' -> Dict[str, int]',
     [['struct', 'array', 'array', 'array', 'array']]),
    ('a: Optional[int]', '', [['undef', 'int'], ['undef', 'nil']]),
    ('a: Union[int, str]', ' -> Optional[str]',
     [['string', 'int'], ['string', 'string'], ['nil', 'int'], ['nil', 'string']]),
    ('a: "int | str"', '', [['undef', 'int'], ['undef', 'string']]),
    ('a: "list[int]", b: "dict[str, int] | None"', '',
     [['undef', 'array', 'struct'], ['undef', 'array', 'nil']]),
    ('a: int, b: str = "x", *, key=1', ' -> int', [['int', 'int'], ['int', 'int', 'string']]),
    ('a: Any, b: object', '', [['undef', 'undef', 'undef']]),
    ('a: Colour, b: Point, c: Item, d: Order', ' -> Order',
     [['struct', 'string', 'struct', 'struct', 'struct']]),
    ('a: "NoSuchName", b: int', '', [['undef', 'undef', 'int']]),
    ('*more: int', '', [['undef']]),
    ('request, a: int', ' -> int', [['int', 'int']]),
]
if Literal:
    ROWS += [('a: Literal["x", 1]', '', [['undef', 'string'], ['undef', 'int']]),
             ('a: Options', '', [['undef', 'struct']])]


@pytest.mark.parametrize('hints, result, rows', ROWS)
def test_hints_give_the_rows_of_a_signature(call, hints, result, rows):
    handler = Handler()
    handler.register('f', function(hints, result))
    handler.register_introspection_functions()
    assert call(handler, 'system.describe')['methods'][0]['signatures'] == rows
    assert call(handler, 'system.methodSignature', 'f') == (
        'undef' if any('undef' in row for row in rows) else rows)


def test_rows_of_many_unions_are_bounded(call):
    handler = Handler()
    handler.register('f', function(', '.join('a%d: Union[int, str]' % n for n in range(9)),
                                   ' -> int'))
    handler.register_introspection_functions()
    assert len(call(handler, 'system.methodSignature', 'f')) == 32


NOW = datetime.datetime(2020, 1, 2, 3, 4, 5)
FITTING = [
    ('a: int, b: float, c: float', (1, 2, 2.5), [1, 2, 2.5]),
    ('a: str, b: bool, c: bytes', ('x', True, b'y'), ['x', True, b'y']),
    ('a: list, b: dict', ([1, 'x'], {'a': None}), [[1, 'x'], {'a': None}]),
    ('a, b: int', ('free', 1), ['free', 1]),
    ('a: object, b: Any', (b'any', [None]), [b'any', [None]]),
    ('a: Optional[int], b: Optional[int]', (None, 3), [None, 3]),
    ('a: Union[int, str], b: Union[List[int], List[str]]', ('x', ['y']), ['x', ['y']]),
    ('a: "int | None"', (None,), [None]),
    ('a: List[float]', ([1, 2.5],), [[1, 2.5]]),
    ('a: Tuple[int, str], b: Tuple[int, ...]', ([1, 'x'], [1, 2]), [(1, 'x'), (1, 2)]),
    ('a: Set[int]', ([1, 1, 2],), [{1, 2}]),
    ('a: Dict[str, List[int]]', ({'x': [1]},), [{'x': [1]}]),
    ('a: datetime.datetime, b: datetime.date', (NOW, NOW), [NOW, NOW.date()]),
    ('a: Decimal, b: Decimal', (2, 0.1), [Decimal(2), Decimal('0.1')]),
    ('a: float', (Decimal('0.5'),), [0.5]),
    ('a: Colour', ('red',), [Colour.RED]),
    ('a: Point, b: Point', ({'x': 1, 'y': 2}, {'x': 1}), [Point(1, 2), Point(1, 0)]),
    ('a: Item', ({'name': 'n', 'tags': ['t']},), [Item('n', 1, ['t'])]),
    ('a: Order', ({'items': [{'name': 'n'}], 'parent': {'items': []}},),
     [Order([Item('n')], Order([]))]),
    ('a: UUID', ('12345678123456781234567812345678',),
     [UUID('12345678123456781234567812345678')]),
    ('a: Path', ('/x',), [Path('/x')]),
    ('a: "NoSuchName", b: int', ('anything', 1), ['anything', 1]),
    ('a: dict, b: Dict[str, int], c: Optional[Dict[str, int]]', ([], [], []), [{}, {}, {}]),
    ('a: Union[dict, list]', ([],), [[]]),
    ('*more: int', (1, 2), [1, 2]),
    ('a: int, *more', (1, 'x'), [1, 'x']),
]
if Literal:
    FITTING += [('a: Literal["x", 1]', (1,), [1]), ('a: Options', ({'size': 2},), [{'size': 2}]),
                ('a: Options', ({},), [{}]), ('a: Options', ([],), [{}])]


def prepared(called, params):
    """The arguments that the function gets; raises Fault where they do not fit."""
    return prepare('f', called, False, params, None, signature_of(called, False))


@pytest.mark.parametrize('hints, params, given', FITTING)
def test_arguments_that_fit_are_handed_on_as_the_hints_say(hints, params, given):
    arguments = prepared(function(hints), list(params))
    assert list(arguments) == given
    assert [type(value) for value in arguments] == [type(value) for value in given]


BAD = [
    ('a: int', ('1',), "f: parameter 1 'a': expected int, got string"),
    ('a: int', (True,), "f: parameter 1 'a': expected int, got boolean"),
    ('a: int', (1.0,), "f: parameter 1 'a': expected int, got double"),
    ('a: bool', (1,), "f: parameter 1 'a': expected boolean, got int"),
    ('a: float', (True,), "f: parameter 1 'a': expected double, got boolean"),
    ('a: str', (b'x',), "f: parameter 1 'a': expected string, got base64"),
    ('a: str', (None,), "f: parameter 1 'a': expected string, got nil"),
    ('a, b: bytes', (1, 'x'), "f: parameter 2 'b': expected base64, got string"),
    ('a: list', ({},), "f: parameter 1 'a': expected array, got struct"),
    ('a: datetime.datetime', ('now',),
     "f: parameter 1 'a': expected dateTime.iso8601, got string"),
    ('a: List[int]', ([1, 'x'],), "f: parameter 1 'a'[1]: expected int, got string"),
    ('a: Dict[str, int]', ({'k': 'v'},), "f: parameter 1 'a'.k: expected int, got string"),
    ('a: Tuple[int, int]', ([1],), "f: parameter 1 'a': expected array of 2, got array of 1"),
    ('a: Set[object]', ([[]],), "f: parameter 1 'a': expected an array of plain values, got array"),
    ('a: Optional[int]', ('x',), "f: parameter 1 'a': expected int or nil, got string"),
    ('a: "int | str"', (2.5,), "f: parameter 1 'a': expected int or string, got double"),
    ('a: Optional[List[int]]', (['x'],), "f: parameter 1 'a'[0]: expected int, got string"),
    ('a: Colour', ('green',),
     "f: parameter 1 'a': expected one of 'red', 'blue', got another string"),
    ('a: Colour', (1,), "f: parameter 1 'a': expected one of 'red', 'blue', got int"),
    ('a, items: Order', (1, {'items': [{'name': 'a'}, {'name': 'b', 'qty': 'x'}]}),
     "f: parameter 2 'items'.items[1].qty: expected int, got string"),
    ('a: dict', ([1],), "f: parameter 1 'a': expected struct, got array"),
    ('a: Item', ([],), "f: parameter 1 'a'.name: expected string, got nothing"),
    ('a: Item', ({'qty': 1},), "f: parameter 1 'a'.name: expected string, got nothing"),
    ('a: Item', ({'name': 'x', 'size': 1},),
     "f: parameter 1 'a'.size: there is no such member; the members are name, qty, tags"),
    ('a: UUID', ('x',), "f: parameter 1 'a': expected a valid string, got another string"),
    ('*more: int', (1, 'x'), "f: parameter 2 'more': expected int, got string"),
    ('a: int, *rest', ('x', 1), "f: parameter 1 'a': expected int, got string"),
    ('a: int', (), 'f takes 1 argument (a), 0 came'),
    ('', (1,), 'f takes no arguments, 1 came'),
    ('a, *b', (), 'f takes at least 1 argument (a), 0 came'),
]


@pytest.mark.parametrize('hints, params, message', BAD)
def test_arguments_that_do_not_fit_are_a_fault_that_says_which_and_why(hints, params, message):
    with pytest.raises(Fault) as caught:
        prepared(function(hints), list(params))
    assert (caught.value.faultCode, caught.value.faultString) == (-32602, message)


def test_a_decorated_function_is_checked_by_what_is_inside():
    import functools

    def logged(inner):
        @functools.wraps(inner)
        def outer(*args):
            return inner(*args)
        return outer

    with pytest.raises(Fault, match="parameter 1 'a': expected int, got string"):
        prepared(logged(function('a: int')), ['x'])


def test_plain_hints_are_checked_without_typing_or_inspect(tmp_path):
    import subprocess

    code = ('import sys; sys.path.insert(0, "cgi-bin")\n'
            'from xmlrpcgi.signature import fit, plain_signature\n'
            'def f(a: int, b: str, c: float) -> int: pass\n'
            'assert fit(plain_signature(f, False), [1, "x", 2.5], None)\n'
            'print({"typing", "inspect", "xmlrpcgi.methods.hints"} & set(sys.modules) or "none")\n')
    top = Path(__file__).resolve().parent.parent.parent
    done = subprocess.run([sys.executable, '-IS', '-c', code], cwd=str(top),
                          stdout=subprocess.PIPE, timeout=20)
    assert done.stdout == b'none\n'


def test_describe_has_names_defaults_choices_and_help(call):
    handler = Handler()
    f = function('a: Colour, b: Optional[int] = 3, *more')
    f.__doc__ = 'What it does.\n\n    More.'
    handler.register('f', f)
    handler.register_introspection_functions()
    described = call(handler, 'system.describe')
    assert (described['server'], described['unavailable']) == ('xmlrpcgi', [])
    assert described['methods'][0] == {
        'name': 'f', 'help': 'What it does.\n\nMore.', 'result': 'undef', 'more': True,
        'signatures': [['undef', 'string'], ['undef', 'string', 'int'],
                       ['undef', 'string', 'nil']],
        'params': [
            {'name': 'a', 'type': 'string', 'optional': False, 'hint': 'Colour',
             'title': 'Colour', 'choices': ['red', 'blue']},
            {'name': 'b', 'type': 'int or nil', 'optional': True, 'default': '3', 'value': 3,
             'hint': 'Optional[int]'}],
        'returns': {'type': 'undef', 'hint': ''},
    }
