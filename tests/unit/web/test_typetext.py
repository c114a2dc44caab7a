"""Types on the page: in words, and the members of structs as a tree."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Dict, List, Literal, Optional, Tuple, Union

import pytest
from xmlrpcgi.methods.description import Describer
from xmlrpcgi.web.typetext import details, signature, words

from tests.unit.web.parsed import Parsed


class Status(Enum):
    NEW = 'new'
    PAID = 'paid'


@dataclass
class Line:
    article: str
    quantity: int = 1


@dataclass
class Order:
    lines: List[Line]
    status: Status = Status.NEW
    parent: Optional['Order'] = None
    tags: List[str] = field(default_factory=list)


def described(hint, default=None):
    def f(a, b=default):
        pass
    f.__annotations__ = {'a': hint, 'return': hint}
    return dict(Describer().method(f, False), name='app.f')


@pytest.mark.parametrize('hint, found', [
    (int, 'int'), (Any, 'any'), (datetime, 'dateTime'), (Optional[datetime], 'dateTime or nil'),
    (list, 'array'), (List[int], 'array of int'), (List[Any], 'array'), (dict, 'struct'),
    (Dict[str, int], 'struct of int'), (Line, 'Line'), (List[Line], 'array of Line'),
    (Optional[List[Line]], 'array of Line or nil'),
    (List[Optional[int]], 'array of (int or nil)'), (Tuple[int, str], 'array of (int, string)'),
    (List[List[Line]], 'array of array of Line'), (Status, 'string'),
    (Literal['a', 1], 'string or int'),
    (Union[Line, Order], 'Line or Order'), (Optional[Status], 'string or nil'),
])
def test_a_type_in_words(hint, found):
    assert words(described(hint)['params'][0]) == found
    assert words(described(hint)['returns']) == found


def test_the_signature_shows_defaults_as_values():
    assert Parsed(''.join(signature(described(List[Line], Status.NEW)))).words == (
        "(a: array of Line, b = 'new') → array of Line")


def test_members_are_a_folded_tree():
    found = Parsed(''.join(details(described(Order))))
    assert found.words == (
        "a Order lines: array of Line required Line article: string required quantity: int = 1 "
        "status: string = 'new' one of 'new', 'paid' parent: Order or nil = None "
        "tags: array of string optional")
    assert found.tags.count('details') == 2 and not found.values('open')


@pytest.mark.parametrize('hint, found', [
    (int, ''), (list, ''), (Dict[str, int], ''), (List[Line], 'a Line article: string required '
                                                  'quantity: int = 1'),
    (Status, "a one of 'new', 'paid' result one of 'new', 'paid'"),
    (List[Literal[1, 2]], 'a one of 1, 2 result one of 1, 2'),
])
def test_only_what_the_signature_lacks_is_told(hint, found):
    assert Parsed(''.join(details(described(hint)))).words == found


def test_the_members_of_a_result_are_told():
    def f() -> List[Line]:
        pass
    assert Parsed(''.join(details(Describer().method(f, False)))).words == (
        'result Line article: string required quantity: int = 1')
