"""Type hints, what comes for them and what arrives: a table, for every Python there is here.

A row is: the oldest Python for it, definitions, the hint of a parameter, and pairs of what comes
and what arrives: the repr of the argument, or for a Fault its text. The code is for Python 3.6.
"""

import collections
import datetime
import sys
from decimal import Decimal

from xmlrpcgi.errors import WireFault
from xmlrpcgi.methods.arguments import prepare, signature_of

HEAD = '''
import collections, datetime, enum, functools, typing
from collections import OrderedDict, defaultdict, deque
from datetime import date, time
from decimal import Decimal
from pathlib import PurePosixPath as Path
from typing import *
from uuid import UUID
if sys.version_info >= (3, 7):
    from dataclasses import dataclass, field, InitVar
if sys.version_info >= (3, 10):
    from dataclasses import KW_ONLY
T = TypeVar('T')
K = TypeVar('K')
'''
NOON = datetime.datetime(2020, 1, 2, 12)
MIDNIGHT = datetime.datetime(2020, 1, 2)
AT_NOON = 'datetime.datetime(2020, 1, 2, 12, 0)'
BOX = '''
@dataclass
class Box(Generic[T]):
    value: T
    more: List[T] = field(default_factory=list)
'''
NODE = '''
@dataclass
class Node(Generic[T]):
    value: T
    next: Optional['Node[T]'] = None
'''
PAIR = '''
class Pair(NamedTuple, Generic[T]):
    a: T
    b: int
'''
FLAG = '''
class F(enum.Flag%(strict)s):
    A = 1
    B = 2
class I(enum.IntFlag):
    A = 1
    B = 4
class Many(enum.Flag%(strict)s):
    A, B, C, D, E = 1, 2, 4, 8, 16
''' % {'strict': ', boundary=enum.STRICT' * (sys.version_info >= (3, 11))}
KEPT = 'class C(enum.Flag, boundary=enum.%s):\n    A = 1'
NEW_NAMES = sys.version_info >= (3, 11)         # of what several members of a Flag make
BOTH = '<F.A|B: 3>' if NEW_NAMES else '<F.B|A: 3>'
ENUM = '''
class E(enum.Enum):
    RED = 'red'
class Number(enum.Enum):
    ONE = 1
class Place(enum.Enum):
    HERE = (1, 2)
    THERE = 1.0
class Day(enum.Enum):
    FIRST = date(2020, 1, 2)
'''
AB = '''
class A(NamedTuple):
    x: Decimal
class B(NamedTuple):
    x: int
class Event(NamedTuple):
    day: date
'''

ROWS = [
    # Generic classes, and what else the members of a class may be.
    ((3, 11), PAIR, 'Pair[int]', [
        ({'a': 1, 'b': 2}, 'Pair(a=1, b=2)'), ([1, 2], 'expected struct, got array'),
        ({'a': 's', 'b': 2}, '.a: expected int, got string')]),
    ((3, 11), PAIR, 'Pair', [({'a': [1], 'b': 2}, 'Pair(a=[1], b=2)')]),
    ((3, 11), PAIR, 'List[Pair[List[int]]]', [
        ([{'a': ['s'], 'b': 2}], '[0].a[0]: expected int, got string')]),
    ((3, 7), BOX, 'Box[int]', [
        ({'value': 1}, 'Box(value=1, more=[])'), ({'value': 's'}, '.value: expected int'),
        ({'value': 1, 'more': ['s']}, '.more[0]: expected int, got string')]),
    ((3, 7), BOX, 'Box[Box[int]]', [
        ({'value': {'value': 1}}, 'Box(value=Box(value=1, more=[]), more=[])'),
        ({'value': {'value': 's'}}, '.value.value: expected int, got string')]),
    ((3, 7), BOX, 'Box', [({'value': b's'}, "Box(value=b's', more=[])")]),
    ((3, 7), BOX, 'Dict[str, Box[date]]', [
        ({'k': {'value': 1}}, '.k.value: expected dateTime.iso8601, got int')]),
    ((3, 7), NODE, 'Node[int]', [
        ({'value': 1, 'next': {'value': 2}}, 'Node(value=1, next=Node(value=2, next=None))'),
        ({'value': 1, 'next': {'value': 's'}}, '.next.value: expected int, got string')]),
    ((3, 7), BOX + '@dataclass\nclass Sub(Box[List[K]], Generic[K]):\n    own: Optional[K] = None',
     'Sub[int]', [({'value': [1], 'own': 2}, 'Sub(value=[1], more=[], own=2)'),
                  ({'value': ['s']}, '.value[0]: expected int, got string'),
                  ({'value': [], 'more': [['s']]}, '.more[0][0]: expected int, got string')]),
    ((3, 7), BOX + '@dataclass\nclass Ints(Box[int]):\n    own: str = ""', 'Ints', [
        ({'value': 1}, "Ints(value=1, more=[], own='')"),
        ({'value': 's'}, '.value: expected int')]),
    ((3, 7), '@dataclass\nclass Nest(Generic[T]):\n    value: T\n'
             '    inner: Optional["Nest[List[T]]"] = None', 'Nest[int]', [
        ({'value': 1, 'inner': {'value': [1]}}, 'Nest(value=1, inner=Nest(value=[1], inner=None))'),
        ({'value': 1, 'inner': {'value': 1}}, '.inner.value: expected array, got int')]),
    ((3, 11), 'class D(TypedDict, Generic[T]):\n    a: T\nclass S(D[List[K]], Generic[K]):\n'
              '    b: NotRequired[K]', 'S[int]', [
        ({'a': [1]}, "{'a': [1]}"), ({'a': ['s']}, '.a[0]: expected int'),
        ({'a': [], 'b': 's'}, '.b: expected int'), ({'b': 1}, '.a: expected array, got nothing')]),
    ((3, 7), '@dataclass\nclass V:\n    a: InitVar[int]\n    b: int = 0\n'
             '    def __post_init__(self, a):\n        self.b += a', 'V', [
        ({'a': 1}, 'V(b=1)'), ({'a': 1, 'b': 1}, 'V(b=2)'), ({}, '.a: expected', )]),
    ((3, 8), '@dataclass\nclass V:\n    a: "InitVar[List[int]]"\n    c: InitVar["int"] = 1\n'
             '    def __post_init__(self, a, c):\n        pass', 'V', [
        ({'a': [1], 'c': 2}, 'V()'), ({'a': ['s']}, '.a[0]: expected int, got string'),
        ({'a': [], 'c': 's'}, '.c: expected int, got string')]),
    ((3, 7), '@dataclass\nclass V:\n    n: int\n    kind: ClassVar[str] = "k"\n'
             '    made: List[int] = field(default_factory=list, init=False)', 'V', [
        ({'n': 1}, 'V(n=1, made=[])'), ({'n': 1, 'kind': 's'}, 'there is no such member'),
        ({'n': 1, 'made': []}, 'there is no such member; the members are n')]),
    ((3, 10), '@dataclass(slots=True)\nclass V:\n    a: int\n    _: KW_ONLY\n    b: str\n'
              '    c: int = 3', 'V', [
        ({'a': 1, 'b': 's'}, "V(a=1, b='s', c=3)"),
        ({'a': 1}, '.b: expected string, got nothing')]),
    ((3, 7), '@dataclass(init=False)\nclass V:\n    n: int\n    def __init__(self, text: str):\n'
             '        self.n = len(text)', 'V', [
        ({'text': 'abc'}, 'V(n=3)'), ({'text': 1}, '.text: expected string'),
        ({'n': 1}, 'there is no such member; the members are text')]),
    ((3, 8), 'class D(TypedDict, total=False):\n    a: int', 'D', [
        ({}, '{}'), ({'a': 1}, "{'a': 1}")]),
    ((3, 11), 'class D(TypedDict, total=False):\n    a: Required[int]\n    b: Annotated[int, 1]',
             'D', [
        ({'a': 1}, "{'a': 1}"), ({}, '.a: expected int, got nothing'),
        ({'a': 1, 'b': 's'}, '.b: expected int')]),
    ((3, 11), 'class D(TypedDict):\n    a: "NotRequired[int]"\n    b: "int"', 'D', [
        ({'b': 1}, "{'b': 1}"), ({}, '.b: expected int, got nothing')]),
    ((3, 13), 'class D(TypedDict):\n    a: ReadOnly[NotRequired[int]]', 'D', [
        ({}, '{}'), ({'a': 's'}, '.a: expected int')]),
    ((3, 11), 'class P(NamedTuple):\n    n: int\n    next: Optional[Self] = None', 'P', [
        ({'n': 1, 'next': {'n': 2}}, 'P(n=1, next=P(n=2, next=None))'),
        ({'n': 1, 'next': {'n': 's'}}, '.next.n: expected int, got string')]),
    ((3, 9), BOX, 'Annotated[Box[Annotated[int, "m"]], "m"]', [
        ({'value': 's'}, '.value: expected int')]),
    # Other hints that stand for something.
    ((3, 6), '', 'NewType("Ids", List[int])', [([1], '[1]'), (['s'], '[0]: expected int')]),
    ((3, 6), 'Id = NewType("Id", int)', 'NewType("Own", Id)', [(1, '1'), ('s', 'expected int')]),
    ((3, 6), '', 'TypeVar("N", bound=int)', [(1, '1'), ('s', 'expected int, got string')]),
    ((3, 6), '', 'TypeVar("N", int, str)', [('s', "'s'"), (1.5, 'expected int or string')]),
    ((3, 6), 'N = TypeVar("N", bound=int)', 'List[N]', [(['s'], '[0]: expected int')]),
    ((3, 6), '', 'Tuple[()]', [([], '()'), ([1], 'expected array of 0, got array of 1')]),
    ((3, 6), '', 'Tuple', [([1], '(1,)')]),
    ((3, 11), '', 'tuple[int, *tuple[str, ...]]', [
        ([1, 'a', 'b'], "(1, 'a', 'b')"), ([1], '(1,)'), ([1, 'a', 2], '[2]: expected string'),
        ([], 'expected array of at least 1, got array of 0'), (1, 'expected array of at least 1')]),
    ((3, 11), '', 'Tuple[Unpack[Tuple[str, ...]], int, *tuple[int, int]]', [
        (['a', 1, 2, 3], "('a', 1, 2, 3)"), ([1, 2, 3], '(1, 2, 3)'),
        ([1, 1, 2, 3], '[0]: expected string')]),
    ((3, 11), '', 'tuple[int, *tuple[str, int]]', [
        ([1, 'a', 2], "(1, 'a', 2)"), ([1], 'expected array of 3')]),
    ((3, 11), 'Ts = TypeVarTuple("Ts")', 'tuple[int, *Ts]', [([1, None], '(1, None)')]),
    ((3, 11), '', 'LiteralString', [('s', "'s'"), (1, 'expected string')]),
    ((3, 12), 'type Twice[X] = tuple[X, X]\ntype Ids = list[int]', 'Twice[Ids]', [
        ([[1], [2]], '([1], [2])'), ([[1], ['s']], '[1][0]: expected int, got string')]),
    ((3, 12), '@dataclass\nclass Box[X: int]:\n    value: X\n    all: "list[X]" = ()',
             'Box[bool]', [
        ({'value': True}, 'Box(value=True, all=())'), ({'value': 1}, '.value: expected boolean')]),
    ((3, 12), '@dataclass\nclass Box[X: int]:\n    value: X', 'Box', [
        ({'value': 's'}, '.value: expected int')]),
    ((3, 13), '@dataclass\nclass Box[X = str]:\n    value: X', 'Box', [
        ({'value': 1}, '.value: expected string')]),
    # Flags and Enums.
    ((3, 6), FLAG, 'F', [
        (1, '<F.A: 1>'), (3, BOTH), (-1, BOTH), (0, '<F: 0>' if NEW_NAMES else '<F.0: 0>'),
        (4, 'expected one of 0, 1, 2, 3, got another int'), (True, 'got boolean'),
        ('A', 'got string'), (1.0, 'got double')]),
    ((3, 6), FLAG, 'I', [(4, '<I.B: 4>'), ('s', 'expected int, got string'),
                         (1 << 70, 'expected int, got another int')]),
    ((3, 11), FLAG, 'I', [(12, '<I.B|8: 12>')]),
    ((3, 6), FLAG, 'Many', [(16, '<Many.E: 16>'),
                            (32, 'expected a sum of 1, 2, 4, 8, 16, got another int')]),
    ((3, 6), 'class F(enum.Flag):\n    pass', 'F', [('s', 'got string')]),
    ((3, 11), KEPT % 'CONFORM', 'C', [(3, '<C.A: 1>')]),
    ((3, 11), KEPT % 'CONFORM', 'Union[C, int]', [(3, '3'), (1, '<C.A: 1>')]),
    ((3, 11), KEPT % 'KEEP', 'C', [(3, '<C.A|2: 3>')]),
    ((3, 11), KEPT % 'EJECT', 'C', [(3, '3'), (1, '<C.A: 1>')]),
    ((3, 6), ENUM, 'Place', [([1, 2], '<Place.HERE: (1, 2)>'), (1, '<Place.THERE: 1.0>'),
                             ([1, 3], 'expected one of 1.0, got another array')]),
    ((3, 6), ENUM, 'Day', [(MIDNIGHT, '<Day.FIRST: datetime.date(2020, 1, 2)>')]),
    # Unions.
    # Python 3.6 itself makes `date` of the first two, and int of Union[int, bool].
    ((3, 7), '', 'Union[date, datetime.datetime]', [
        (NOON, AT_NOON), (MIDNIGHT, 'datetime.datetime(2020, 1, 2, 0, 0)')]),
    ((3, 7), '', 'Union[None, date, datetime.datetime]', [(NOON, AT_NOON)]),
    ((3, 6), '', 'Union[date, time]', [(NOON, AT_NOON)]),
    ((3, 6), '', 'Union[List[date], List[datetime.datetime]]', [
        ([NOON], '[datetime.datetime(2020, 1, 2, 12, 0)]')]),
    ((3, 6), '', 'Union[date, str]', [(NOON, 'datetime.date(2020, 1, 2)')]),
    ((3, 7), '', 'Union[int, bool]', [(True, 'True'), (1, '1')]),
    ((3, 7), '', 'Union[bool, int]', [(True, 'True'), (1, '1')]),
    ((3, 6), '', 'Union[float, int]', [(1, '1'), (1.5, '1.5')]),
    ((3, 6), '', 'Union[Decimal, int, float]', [(1, '1'), (1.5, '1.5')]),
    ((3, 6), '', 'Union[Decimal, str]', [(1, "Decimal('1')"), (1.5, "Decimal('1.5')")]),
    ((3, 6), '', 'Union[float, Decimal]', [(Decimal('0.1'), "Decimal('0.1')"), (1, '1')]),
    ((3, 6), '', 'Union[List[Decimal], List[float]]', [([0.5], '[0.5]')]),
    ((3, 6), '', 'Union[bytearray, bytes]', [(b'x', "b'x'")]),
    ((3, 6), '', 'Union[Tuple[int, ...], List[int]]', [([1], '[1]')]),
    ((3, 6), '', 'Union[Set[int], Tuple[int, ...]]', [([2, 1, 1], '(2, 1, 1)')]),
    ((3, 6), '', 'Union[Tuple[int, int], Set[int]]', [
        ([1, 2], '(1, 2)'), ([1, 2, 3], '{1, 2, 3}')]),
    ((3, 6), ENUM, 'Union[str, E]', [('red', "'red'")]),
    ((3, 6), ENUM, 'Union[E, str]', [('red', "<E.RED: 'red'>"), ('blue', "'blue'")]),
    ((3, 6), ENUM, 'Union[Number, float]', [(1, '<Number.ONE: 1>'), (2, '2')]),
    ((3, 6), '', 'Union[UUID, str]', [
        ('x', "'x'"), ('0' * 32, 'UUID(%r)' % '00000000-0000-0000-0000-000000000000')]),
    ((3, 8), '', 'Union[Literal["a"], str]', [('a', "'a'"), ('b', "'b'")]),
    ((3, 6), AB, 'Union[A, B]', [({'x': 1}, 'B(x=1)'), ({'x': 1.5}, "A(x=Decimal('1.5'))"),
                                 ({'x': 's'}, '.x: expected int, got string')]),
    ((3, 6), AB, 'Union[A, Dict[str, int]]', [
        ({'x': 1}, "A(x=Decimal('1'))"), ({'y': 1}, "{'y': 1}")]),
    ((3, 6), AB, 'Union[Event, dict]', [({'day': NOON}, 'Event(day=datetime.date(2020, 1, 2))')]),
    ((3, 7), AB, 'Union[List[Event], list]', [
        ([{'day': NOON}], '[Event(day=datetime.date(2020, 1, 2))]'), ([1], '[1]')]),
    ((3, 6), AB, 'Union[dict, Event]', [({'day': 1}, "{'day': 1}")]),
    ((3, 6), '', 'Union[dict, list]', [([], '[]')]),
    # What is made of arrays and structs.
    ((3, 6), '', 'Deque[int]', [([1], 'deque([1])'), (['s'], '[0]: expected int')]),
    ((3, 6), '', 'deque', [([1], 'deque([1])'), (1, 'expected array, got int')]),
    ((3, 6), '', 'Counter[str]', [
        ({'a': 1}, "Counter({'a': 1})"), ({'a': 's'}, '.a: expected int')]),
    ((3, 6), '', 'collections.Counter', [({'a': 1}, "Counter({'a': 1})")]),
    ((3, 6), '', 'DefaultDict[str, int]', [({}, "defaultdict(<class 'int'>, {})")]),
    ((3, 6), '', 'DefaultDict[str, List[int]]', [
        ({'a': [1]}, "defaultdict(<class 'list'>, {'a': [1]})")]),
    ((3, 6), '', 'DefaultDict[str, Any]', [({}, 'defaultdict(None, {})')]),
    ((3, 6), '', 'OrderedDict' + '[str, int]' * (sys.version_info >= (3, 9)), [
        ({'a': 1}, repr(collections.OrderedDict(a=1)))]),
    ((3, 6), '', 'ChainMap[str, int]', [
        ({'a': 1}, "ChainMap({'a': 1})"), ({'a': 's'}, '.a: expected')]),
    ((3, 6), '', 'FrozenSet[int]', [([1], 'frozenset({1})')]),
    ((3, 6), '', 'AbstractSet[int]', [([1], '{1}')]),
    ((3, 6), '', 'collections.abc.Sequence', [([1], '[1]'), (1, 'expected array, got int')]),
    ((3, 6), '', 'collections.abc.Mapping', [({'a': 1}, "{'a': 1}"), (1, 'expected struct')]),
    ((3, 6), '', 'memoryview', [(1, 'expected base64, got int')]),
]


def failures():
    """What is not as the table says: a list of texts."""
    found = []
    for since, definitions, hint, pairs in ROWS:
        if sys.version_info < since:
            continue
        names = {'__name__': 'hinted_here', 'sys': sys}
        sys.modules['hinted_here'] = module = type(sys)('hinted_here')
        module.__dict__.update(names)
        exec(HEAD + definitions + '\ndef f(a: %s): pass\n' % hint, module.__dict__)
        for came, wanted in pairs:
            got = arrived(module.f, came)
            if not (got == wanted or wanted in got and got[:1] == '!'):
                found.append('%s of %r: %s, not %s' % (hint, came, got, wanted))
    return found


def arrived(function, *params):
    """The repr of the last argument that `function` gets, or ! and the text of the fault."""
    try:
        return repr(prepare('f', function, False, list(params), None,
                            signature_of(function, False))[-1])
    except WireFault as fault:
        return '!%d %s' % (fault.faultCode, fault.faultString)
