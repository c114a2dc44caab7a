"""A contract as an OpenRPC document: which JSON Schema stands for which type."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, List, Literal, Optional, Tuple

import pytest
from xmlrpcgi.methods.contract import Contract
from xmlrpcgi.methods.description import Describer
from xmlrpcgi.methods.openrpc import document


@dataclass
class Node:
    name: str
    size: int = 1
    children: List['Node'] = field(default_factory=list)


REFERENCE = {'$ref': '#/components/schemas/Node'}


def written(function, name='app.f', help_='', address=''):
    method = dict(Describer().method(function, False), name=name, help=help_)
    return document(Contract({'methods': [method], 'version': '2.0'}), address)


@pytest.mark.parametrize('hint, schema', [
    (int, {'type': 'integer'}), (float, {'type': 'number'}), (str, {'type': 'string'}),
    (bool, {'type': 'boolean'}), (None, {'type': 'null'}), (Any, {}),
    (bytes, {'type': 'string', 'contentEncoding': 'base64'}),
    (datetime, {'type': 'string', 'format': 'date-time'}),
    (List[int], {'type': 'array', 'items': {'type': 'integer'}}), (list, {'type': 'array'}),
    (Dict[str, int], {'type': 'object', 'additionalProperties': {'type': 'integer'}}),
    (Tuple[int, str], {'type': 'array', 'minItems': 2, 'maxItems': 2,
                       'items': [{'type': 'integer'}, {'type': 'string'}]}),
    (Optional[int], {'anyOf': [{'type': 'integer'}, {'type': 'null'}]}),
    (Literal['a', 'b'], {'type': 'string', 'enum': ['a', 'b']}),
    (Node, REFERENCE), (List[Node], {'type': 'array', 'items': REFERENCE}),
])
def test_types(hint, schema):
    def f():
        pass
    f.__annotations__ = {'return': hint}
    assert written(f)['methods'][0]['result'] == {'name': 'result', 'schema': schema}


def test_a_method_and_its_structs():
    def f(node: Node, other: int = 3, *more) -> None:
        pass
    assert written(f, help_='Do it.\n\nSlowly.', address='http://example.org/RPC2') == {
        'openrpc': '1.3.2',
        'info': {'title': 'XML-RPC methods of http://example.org/RPC2', 'version': '2.0'},
        'servers': [{'name': 'XML-RPC', 'url': 'http://example.org/RPC2'}],
        'methods': [{
            'name': 'app.f', 'summary': 'Do it.', 'description': 'Do it.\n\nSlowly.',
            'paramStructure': 'by-position', 'x-more-params': True,
            'params': [{'name': 'node', 'required': True, 'schema': REFERENCE},
                       {'name': 'other', 'required': False,
                        'schema': {'type': 'integer', 'default': 3}}],
            'result': {'name': 'result', 'schema': {'type': 'null'}}}],
        'components': {'schemas': {'Node': {
            'title': 'Node', 'type': 'object', 'additionalProperties': False,
            'required': ['name'], 'properties': {
                'name': {'type': 'string'}, 'size': {'type': 'integer', 'default': 1},
                'children': {'type': 'array', 'items': REFERENCE}}}}},
    }
