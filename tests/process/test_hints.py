"""Type hints under every interpreter: typing differs between them more than anything else."""

import subprocess
from pathlib import Path
from xmlrpc.client import Fault

import pytest

from tests.process.conftest import each
from tests.tools import interpreters

TOP = Path(__file__).resolve().parents[2]

TYPED = '''
import datetime, enum
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

class Colour(enum.Enum):
    RED = 'red'

class Point(NamedTuple):
    x: int
    y: int = 0

class Application:
    def plain(self, a: int, b: float, c: str = 'x') -> bool: return True
    def deep(self, a: List[int], b: Dict[str, Tuple[int, str]]) -> Optional[str]: return None
    def either(self, a: Union[int, str], b: Sequence[Point]) -> Any: return [a, b]
    def bare(self, a: List, b: Dict, c: Tuple) -> list: return [a, b, c]
    def colour(self, a: Colour) -> str: return a.name
    def when(self, a: datetime.datetime) -> datetime.date: return a
    def late(self, a: 'Point', b: 'NoSuch') -> 'int': return a.x
    def note(self, note: str = None) -> int: return 1 if note is None else 2
'''
NEWER = '''
from __future__ import annotations
from dataclasses import dataclass

@dataclass
class Item:
    name: str
    sizes: list[int]

class Application:
    def either(self, a: int | str | None) -> dict[str, int]: return {}
    def item(self, a: Item) -> str: return a.name
'''
ROWS = {
    'typed.plain': [['boolean', 'int', 'double'], ['boolean', 'int', 'double', 'string']],
    'typed.deep': [['string', 'array', 'struct'], ['nil', 'array', 'struct']],
    'typed.either': 'undef',
    'typed.bare': [['array', 'array', 'struct', 'array']],
    'typed.colour': [['string', 'string']],
    'typed.when': [['dateTime.iso8601', 'dateTime.iso8601']],
    'typed.late': 'undef',
    'typed.note': [['int'], ['int', 'string'], ['int', 'nil']],
    'system.listMethods': [['array']],
    'system.methodHelp': [['string', 'string']],
    'system.methodSignature': [['array', 'string'], ['string', 'string']],
    'system.getCapabilities': [['struct']],
    'system.describe': [['struct']],
    'system.multicall': [['array', 'array']],
}
CALLS = [
    ('typed.deep', '<value><array><data><value><int>1</int></value></data></array></value>',
     '<value><struct><member><name>k</name><value><array><data><value><int>1</int></value>'
     '<value>s</value></data></array></value></member></struct></value>', None),
    ('typed.colour', '<value>red</value>', 'RED'),
    ('typed.late', '<value><struct><member><name>x</name><value><int>4</int></value></member>'
     '</struct></value>', '<value>free</value>', 4),
    ('typed.note', '<value><nil/></value>', 1),
    ('typed.note', '<value>x</value>', 2),
]
REFUSED = [
    ('typed.plain', ['<value>x</value>', '<value><int>1</int></value>'],
     "typed.plain: parameter 1 'a': expected int, got string"),
    ('typed.either', ['<value>x</value>', '<value><array><data><value><struct><member><name>x'
                      '</name><value>s</value></member></struct></value></data></array></value>'],
     "typed.either: parameter 2 'b'[0].x: expected int, got string"),
    ('typed.colour', ['<value>blue</value>'],
     "typed.colour: parameter 1 'a': expected one of 'red', got another string"),
]


def params(values):
    return ''.join('<param>%s</param>' % value for value in values).encode()


def test_signatures_and_checks_are_the_same_everywhere(every_bundle):
    every_bundle.write('typed.py', TYPED)
    for name, rows in ROWS.items():
        asked = params(['<value>%s</value>' % name])
        assert every_bundle.call('system.methodSignature', asked) == rows
    for method, *values in CALLS:
        assert every_bundle.call(method, params(values[:-1])) == values[-1]
    for method, values, message in REFUSED:
        with pytest.raises(Fault) as caught:
            every_bundle.call(method, params(values))
        assert caught.value.faultString == message


@pytest.mark.parametrize('python', each(interpreters.every()))
def test_what_comes_for_a_hint_arrives_as_the_table_of_hints_says(python):
    code = ('import sys; sys.path[:0] = [%r, %r]\nfrom tests.hinted import failures\n'
            'print(failures())' % (str(TOP), str(TOP / 'cgi-bin')))
    done = subprocess.run([python, '-B', '-c', code], stdout=subprocess.PIPE, timeout=60)
    assert done.stdout == b'[]\n'


def test_newer_spellings_in_postponed_annotations_are_understood_by_older_interpreters(
        every_bundle):
    if every_bundle.run_code('import sys; sys.exit(sys.version_info < (3, 7))'):
        pytest.skip('annotations are first postponed by Python 3.7')
    every_bundle.write('newer.py', NEWER)
    name = params(['<value>newer.either</value>'])
    assert every_bundle.call('system.methodSignature', name) == [
        ['struct', 'int'], ['struct', 'string'], ['struct', 'nil']]
    item = ('<value><struct><member><name>name</name><value>n</value></member><member><name>sizes'
            '</name><value><array><data><value>%s</value></data></array></value></member></struct>'
            '</value>')
    assert every_bundle.call('newer.item', params([item % '<int>1</int>'])) == 'n'
    with pytest.raises(Fault) as caught:
        every_bundle.call('newer.item', params([item % 'x']))
    assert caught.value.faultString == (
        "newer.item: parameter 1 'a'.sizes[0]: expected int, got string")


def test_types_are_described_in_full_and_alike_everywhere(any_bundle):
    any_bundle.write('typed.py', TYPED)
    methods = {method['name']: method for method in any_bundle.call('system.describe')['methods']}
    point = {'type': 'struct', 'title': 'Point', 'members': [
        {'name': 'x', 'type': 'int', 'optional': False},
        {'name': 'y', 'type': 'int', 'optional': True, 'value': 0}]}
    assert methods['typed.deep']['params'] == [
        {'name': 'a', 'optional': False, 'hint': 'List[int]', 'type': 'array',
         'item': {'type': 'int'}},
        {'name': 'b', 'optional': False, 'hint': 'Dict[str, Tuple[int, str]]', 'type': 'struct',
         'item': {'type': 'array', 'items': [{'type': 'int'}, {'type': 'string'}]}}]
    assert methods['typed.deep']['returns'] == {'hint': 'Optional[str]', 'type': 'string or nil'}
    assert methods['typed.either']['params'] == [
        {'name': 'a', 'optional': False, 'hint': 'Union[int, str]', 'type': 'int or string'},
        {'name': 'b', 'optional': False, 'hint': 'Sequence[Point]', 'type': 'array', 'item': point}]
    assert methods['typed.late']['params'] == [
        dict(point, name='a', optional=False, hint='Point'),
        {'name': 'b', 'type': 'undef', 'optional': False, 'hint': ''}]
    assert methods['typed.colour']['params'] == [
        {'name': 'a', 'type': 'string', 'optional': False, 'hint': 'Colour', 'title': 'Colour',
         'choices': ['red']}]
    assert methods['typed.note']['params'] == [
        {'name': 'note', 'type': 'string or nil', 'optional': True, 'default': 'None',
         'value': None, 'hint': methods['typed.note']['params'][0]['hint']}]


ALIASES = '''
from dataclasses import dataclass

type Numbers = list[int]
type Tree = list[Tree]
type Lost = NoSuch
type Pair[T] = tuple[T, int]

@dataclass
class Item:
    numbers: Numbers
    lost: Lost = None

class Application:
    def take(self, item: Item, pair: Pair[str], tree: Tree = ()) -> Lost: return item.numbers
'''


def test_an_alias_is_what_it_stands_for_and_an_unknown_one_is_no_hint(any_bundle):
    old = any_bundle.run_code('import sys; sys.exit(sys.version_info < (3, 12))')
    if old:
        pytest.skip('aliases are first written with `type` in Python 3.12')
    any_bundle.write('aliases.py', ALIASES)
    method, = [method for method in any_bundle.call('system.describe')['methods']
               if method['name'] == 'aliases.take']
    item, pair, tree = method['params']
    assert item['members'] == [
        {'name': 'numbers', 'type': 'array', 'item': {'type': 'int'}, 'optional': False},
        {'name': 'lost', 'type': 'undef', 'optional': True, 'value': None}]
    assert pair['items'] == [{'type': 'string'}, {'type': 'int'}]
    assert tree['item'] == {'type': 'undef'}
    assert method['result'] == 'undef'


SPOILT = '''
import datetime, enum

class Period(enum.Enum):
    DAY = datetime.timedelta(days=1)

class Limit(enum.Enum):
    NONE = float('inf')
    LOW = 1.5

class Hostile:
    def __repr__(self): raise SystemExit('repr')
    __str__ = __repr__
    __hash__ = None

class Application:
    def bell(self, pattern):
        """Whole words: between \b and \b."""
    def period(self, period: Period) -> Period: pass
    def limit(self, limit: Limit = Limit.NONE): pass
    def hostile(self, thing=Hostile(), hint: Hostile() = '\\x00') -> Hostile(): pass
    def address(self, a=object(), b=len, c=open) -> 'x.y': pass
    def text(self): pass
    text.__doc__ = Hostile()
    def ring(self, number: int) -> str: return 'round ' * number
    ring.__wrapped__ = ring
'''


def test_a_class_that_describes_itself_badly_spoils_nothing_but_that_part(any_bundle):
    any_bundle.write('spoilt.py', SPOILT)
    any_bundle.write('good.py', 'class Application:\n    def f(self):\n        """Good."""\n')
    described = any_bundle.call('system.describe')
    methods = {method['name']: method for method in described['methods']}
    assert described['unavailable'] == []
    assert methods['good.f']['help'] == 'Good.'
    assert methods['spoilt.bell']['help'] == 'Whole words: between \ufffd and \ufffd.'
    assert methods['spoilt.period']['params'] == [
        {'name': 'period', 'type': 'undef', 'optional': False, 'hint': 'Period', 'title': 'Period'}]
    assert methods['spoilt.limit']['params'] == [
        {'name': 'limit', 'type': 'double', 'optional': True, 'hint': 'Limit', 'title': 'Limit',
         'default': '...', 'choices': [1.5]}]
    assert methods['spoilt.hostile']['params'] == [
        {'name': 'thing', 'type': 'undef', 'optional': True, 'hint': '', 'default': '...'},
        {'name': 'hint', 'type': 'undef', 'optional': True, 'hint': '', 'default': "'\\x00'"}]
    assert [param['default'] for param in methods['spoilt.address']['params']] == ['...'] * 3
    assert methods['spoilt.text']['help'] == ''
    assert methods['spoilt.ring']['params'] == [
        {'name': 'number', 'type': 'int', 'optional': False, 'hint': 'int'}]
    assert any_bundle.call('spoilt.ring', params(['<value><int>2</int></value>'])) == 'round round '
    for name in methods:
        name = params(['<value>%s</value>' % name])
        assert isinstance(any_bundle.call('system.methodHelp', name), str)
        assert any_bundle.call('system.methodSignature', name)
    page = any_bundle.run(environ={'REQUEST_METHOD': 'GET'}).stdout
    head, _, page = page.partition(b'\r\n\r\n')        # the head has hashes, which may contain 0x
    assert b'spoilt.limit' in page and b'Good.' in page and b'0x' not in page
