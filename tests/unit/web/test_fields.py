"""What the forms are made of: types, defaults as values, choices, members of structs."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import List, Optional

import pytest
from xmlrpcgi.methods.description import Describer
from xmlrpcgi.web import fields

from tests.unit.web.parsed import method, param, parsed


@dataclass
class Node:
    name: str
    size: int = 1
    below: Optional['Node'] = None


def of(function):
    described = dict(Describer().method(function, False), name='app.f')
    return json.loads(fields.data([described], '', False))


@pytest.mark.parametrize('value, text', [
    (3, '3'), ('a"b', '"a\\"b"'), (True, 'true'), (1e-07, '1e-07'), (1.0, '1.0'),
    (2**60, str(2**60)),
    ([1, [2, None]], '[1,[2,null]]'), ({'a': True}, '{"a":true}'), (None, 'null'),
    (b'x', '{"$base64":"eA=="}'), (datetime(2024, 1, 2, 3, 4, 5, 6),
     '{"$dateTime":"2024-01-02T03:04:05"}'),
    (datetime(2024, 1, 2, 3, tzinfo=timezone(timedelta(hours=1))),
     '{"$dateTime":"2024-01-02T02:00:00"}'),
    (date(2024, 1, 2), '{"$dateTime":"2024-01-02T00:00:00"}'),
])
def test_a_field_begins_with_the_default(value, text):
    def f(a=value):
        pass
    found, = of(f)['methods']['app.f']['params']
    assert found['value'] == text and found['optional']


@pytest.mark.parametrize('default', [float('inf'), {1, 2}, object(), 2**70, 'x' * 5000])
def test_a_default_that_cannot_be_written_leaves_the_field_empty(default):
    def f(a=default):
        pass
    assert 'value' not in of(f)['methods']['app.f']['params'][0]


def test_members_are_there_once_for_all_methods():
    def f(a: List[Node], b: Node):
        pass
    found = of(f)
    assert [param['item']['title'] if 'item' in param else param['title']
            for param in found['methods']['app.f']['params']] == ['Node', 'Node']
    assert [(member['name'], member.get('optional'), member.get('value'))
            for member in found['structs']['Node']] == [
        ('name', None, None), ('size', True, '1'), ('below', True, 'null')]
    assert found['structs']['Node'][2]['any_of'] == [
        {'type': 'struct', 'title': 'Node'}, {'type': 'nil'}]


def test_a_field_has_the_types_and_choices_of_its_parameter():
    found = parsed(method(params=[param(type='int or nil'), param('b', 'undef'),
                                  param('c', 'string or int', choices=['x', 1])], more=True)).data
    one, two, three = found['methods']['app.add']['params']
    assert (one['type'], two['type'], three['choices']) == ('int or nil', 'undef', ['x', 1])
    assert found['methods']['app.add']['more'] is True
