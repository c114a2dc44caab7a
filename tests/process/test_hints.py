"""Type hints under every interpreter: typing differs between them more than anything else."""

from xmlrpc.client import Fault

import pytest

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
    'typed.either': [['undef', 'int', 'array'], ['undef', 'string', 'array']],
    'typed.bare': [['array', 'array', 'struct', 'array']],
    'typed.colour': [['string', 'string']],
    'typed.when': [['dateTime.iso8601', 'dateTime.iso8601']],
    'typed.late': [['int', 'struct', 'undef']],
}
CALLS = [
    ('typed.deep', '<value><array><data><value><int>1</int></value></data></array></value>',
     '<value><struct><member><name>k</name><value><array><data><value><int>1</int></value>'
     '<value>s</value></data></array></value></member></struct></value>', None),
    ('typed.colour', '<value>red</value>', 'RED'),
    ('typed.late', '<value><struct><member><name>x</name><value><int>4</int></value></member>'
     '</struct></value>', '<value>free</value>', 4),
]
REFUSED = [
    ('typed.plain', ['<value>x</value>', '<value><int>1</int></value>'],
     "typed.plain: parameter 1 'a': expected int, got string"),
    ('typed.either', ['<value>x</value>', '<value><array><data><value><struct><member><name>x'
                      '</name><value>s</value></member></struct></value></data></array></value>'],
     "typed.either: parameter 2 'b'[0].x: expected int, got string"),
    ('typed.colour', ['<value>blue</value>'],
     "typed.colour: parameter 1 'a': expected one of 'red', got string"),
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
