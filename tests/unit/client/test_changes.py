"""What changed between two descriptions, and whether it breaks callers."""

import dataclasses
import enum
import json
from typing import Any, Dict, List, Optional, Tuple, Union

import pytest
from xmlrpcgi.client.changes import changes
from xmlrpcgi.methods.contract import Contract
from xmlrpcgi.methods.description import Describer


def struct(**hints):
    """A dataclass of these members; a tuple is a hint and a default."""
    return dataclasses.make_dataclass('Item', [
        (name, hint[0], hint[1]) if isinstance(hint, tuple) else (name, hint)
        for name, hint in hints.items()])


def choice(*values):
    return enum.Enum('Choice', {'V%s' % value: value for value in values})


def contract(result=None, more=False, help_='', **params):
    """The Contract of a server with the one method `f`; a tuple is a hint and a default."""
    required = [name for name, hint in params.items() if not isinstance(hint, tuple)]
    optional = [name for name in params if name not in required]
    namespace = {}
    exec('def f(%s): pass' % ', '.join(required + ['%s=None' % name for name in optional]
                                       + ['*more'] * more), namespace)
    f = namespace['f']
    f.__defaults__ = tuple(params[name][1] for name in optional)
    f.__annotations__ = {name: hint[0] if isinstance(hint, tuple) else hint
                         for name, hint in params.items()}
    f.__annotations__['return'] = result
    method = dict(Describer().method(f, False), name='f', help=help_)
    return Contract(json.loads(json.dumps({'methods': [method]})))


def differences(old, new):
    return [(change.text, change.breaks) for change in changes(old, new)]


ANY = Any
TEN, OTHER = (int, 10), (int, 11)
CASES = [
    # before, after, [(what is said, whether it breaks)]
    ({'a': int}, {'a': int}, []),
    ({'a': int}, {'a': float}, [("parameter 1 'a': is double, was int", False)]),
    ({'a': float}, {'a': int}, [("parameter 1 'a': is int, was double", True)]),
    ({'a': int}, {'a': Union[int, str]}, [("parameter 1 'a': is int or string, was int", False)]),
    ({'a': Union[int, str]}, {'a': str}, [("parameter 1 'a': is string, was int or string", True)]),
    ({'a': ANY}, {'a': int}, [("parameter 1 'a': is int, was any type", True)]),
    ({'a': int}, {'a': ANY}, [("parameter 1 'a': is any type, was int", False)]),
    ({'a': int}, {'b': int}, [("parameter 1 'b': had the name 'a'", False)]),
    ({'a': int}, {'a': TEN}, [("parameter 1 'a': is optional now", False)]),
    ({'a': TEN}, {'a': int}, [("parameter 1 'a': must be given now", True)]),
    ({'a': TEN}, {'a': OTHER}, [("parameter 1 'a': has another default", False)]),
    ({}, {'a': int}, [("parameter 1 'a': is new and must be given", True)]),
    ({}, {'a': TEN}, [("parameter 1 'a': is new and optional", False)]),
    ({'a': int}, {}, [("parameter 1 'a': is gone", True)]),
    ({'more': True}, {}, [('takes no further arguments any more', True)]),
    ({}, {'more': True}, [('takes further arguments', False)]),
    ({'help_': 'a'}, {'help_': 'b'}, [('the help is another one', False)]),
    ({'result': int}, {'result': str}, [('result: is string, was int', True)]),
    ({'result': Optional[int]}, {'result': int}, [('result: is int, was int or nil', False)]),
    ({'result': int}, {'result': Optional[int]}, [('result: is int or nil, was int', True)]),
    ({'result': float}, {'result': int}, [('result: is int, was double', False)]),
    ({'result': ANY}, {'result': int}, [('result: is int, was any type', False)]),
    ({'a': List[int]}, {'a': List[str]}, [("parameter 1 'a'[]: is string, was int", True)]),
    ({'a': Dict[str, int]}, {'a': dict}, [("parameter 1 'a'[]: is any type, was int", False)]),
    ({'a': Tuple[int, int]}, {'a': Tuple[int, str]},
     [("parameter 1 'a'[1]: is string, was int", True)]),
    ({'a': Tuple[int, int]}, {'a': Tuple[int]},
     [("parameter 1 'a': has 1 items, had 2", True)]),
    ({'a': list}, {'a': Tuple[int]}, [("parameter 1 'a': has a fixed length now", True)]),
    ({'a': choice(1, 2)}, {'a': choice(2, 3)},
     [("parameter 1 'a': no longer 1", True), ("parameter 1 'a': now also 3", False)]),
    ({'result': choice(1, 2)}, {'result': choice(2, 3)},
     [('result: no longer 1', False), ('result: now also 3', True)]),
    ({'a': int}, {'a': choice(1)}, [("parameter 1 'a': has a list of allowed values now", True)]),
    ({'a': struct(x=int)}, {'a': struct(x=int, y=int)},
     [("parameter 1 'a'.y: is new and must be given", True)]),
    ({'a': struct(x=int)}, {'a': struct(x=int, y=TEN)}, [("parameter 1 'a'.y: is new", False)]),
    ({'a': struct(x=int, y=int)}, {'a': struct(x=int)}, [("parameter 1 'a'.y: is gone", True)]),
    ({'result': struct(x=int)}, {'result': struct(x=int, y=int)}, [('result.y: is new', False)]),
    ({'result': struct(x=int, y=int)}, {'result': struct(x=int)}, [('result.y: is gone', True)]),
    ({'result': List[struct(x=int)]}, {'result': List[struct(x=str)]},
     [('result[].x: is string, was int', True)]),
    ({'a': dict}, {'a': struct(x=int)},
     [("parameter 1 'a': is a struct of known members, was one of any", True)]),
]


@pytest.mark.parametrize('before, after, says', CASES)
def test_each_difference_is_told_and_judged(before, after, says):
    assert differences(contract(**before), contract(**after)) == [
        ('f: ' + text, breaks) for text, breaks in says]


def test_methods_that_come_and_go():
    nothing = Contract({'methods': []})
    assert differences(nothing, contract()) == [('f: the method is new', False)]
    assert differences(contract(), nothing) == [('f: the method is gone', True)]


def test_a_recursive_struct_is_compared_once():
    def described(type_):
        member = {'name': 'next', 'type': 'struct', 'title': 'Node', 'optional': True}
        return Contract({'methods': [{'name': 'f', 'params': [], 'returns': {
            'type': 'struct', 'title': 'Node',
            'members': [member, {'name': 'x', 'type': type_, 'optional': False}]}}]})
    assert differences(described('int'), described('string')) == [
        ('f: result.x: is string, was int', True)]


def test_what_only_rows_describe_is_compared_by_place():
    def rows(*found):
        return Contract({'methods': [{'name': 'f', 'signatures': list(found)}]})
    assert differences(rows(['int', 'i4'], ['int', 'i4', 'string']), rows(['int', 'int'])) == [
        ("f: parameter 2 'arg2': is gone", True)]


@pytest.mark.parametrize('strange', [
    {}, {'methods': 3}, {'methods': [3, {'name': 3}, {'name': 'f', 'params': [3, {}], 'help': 3}]},
    {'methods': [{'name': 'f', 'params': [{'name': 3, 'type': 'x', 'choices': 3, 'item': 3,
                                           'items': [3], 'any_of': 3, 'title': 3}]}]},
])
def test_what_is_not_of_the_form_counts_as_not_said(strange):
    assert differences(Contract(strange), Contract(strange)) == []
