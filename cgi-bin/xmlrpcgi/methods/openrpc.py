"""openrpc: a contract as an OpenRPC document, with JSON Schema for the types.

OpenRPC (https://spec.open-rpc.org) describes JSON-RPC; the methods, names and types of XML-RPC fit
it. base64 and dates are strings there. What it has no word for is in members that begin with `x-`.
"""

import json
import re

from .contract import Contract
from .jsontext import as_json

VERSION = '1.3.2'           # of OpenRPC
_PLAIN = {
    'int': {'type': 'integer'}, 'double': {'type': 'number'}, 'string': {'type': 'string'},
    'boolean': {'type': 'boolean'}, 'nil': {'type': 'null'}, 'undef': {},
    'base64': {'type': 'string', 'contentEncoding': 'base64'},
    'dateTime.iso8601': {'type': 'string', 'format': 'date-time'},
}


def written(found, address='', wanted=''):
    """Return the OpenRPC document (str, JSON) of `found`, the result of system.describe.

    wanted (str): the method or namespace that counts; '' for all.
    """
    return as_json(document(Contract(json.loads(as_json(found)), wanted), address), sort=True)


def document(contract, address=''):
    """Return the OpenRPC document (dict) of a Contract. address (str): of the server, or ''."""
    writer = _Writer(contract)
    found = {
        'openrpc': VERSION,
        'info': {'title': 'XML-RPC methods' + (' of ' + address if address else ''),
                 'version': contract.version or '0'},
        'methods': [writer.method(method) for method in contract.methods],
        'components': {'schemas': {writer.keys[title]: writer.struct(title, fields)
                                   for title, fields in contract.structs.items()}},
    }
    if address:
        found['servers'] = [{'name': 'XML-RPC', 'url': address}]
    return found


class _Writer:
    def __init__(self, contract):
        self.keys = {}                  # title of a struct: its key in components
        for title in sorted(contract.structs):
            key = first = re.sub('[^A-Za-z0-9._-]', '_', title) or '_'
            number = 2
            while key in self.keys.values():
                key, number = '%s_%d' % (first, number), number + 1
            self.keys[title] = key

    def method(self, method):
        found = {'name': method.name, 'paramStructure': 'by-position', 'params': [],
                 'result': {'name': 'result', 'schema': self.type(method.result)}}
        if method.help:
            found['summary'] = method.help.partition('\n')[0]
            found['description'] = method.help
        if method.more:
            found['x-more-params'] = True
        for param in method.params:
            found['params'].append({'name': param.name, 'required': not param.optional,
                                    'schema': self._field(param)})
        return found

    def struct(self, title, fields):
        return {'title': title, 'type': 'object', 'additionalProperties': False,
                'properties': {field.name: self._field(field) for field in fields},
                'required': [field.name for field in fields if not field.optional]}

    def _field(self, field):
        schema = self.type(field.type)
        if field.has_value:
            # Beside $ref, JSON Schema's draft 7 reads nothing.
            schema = dict({'allOf': [schema]} if '$ref' in schema else schema, default=field.value)
        return schema

    def type(self, type_):
        schemas = [self._shape(shape) for shape in type_]
        return schemas[0] if len(schemas) == 1 else {'anyOf': schemas}

    def _shape(self, shape):
        if shape.name == 'struct':
            if shape.title in self.keys:
                return {'$ref': '#/components/schemas/' + self.keys[shape.title]}
            found = {'type': 'object'}
            if shape.item is not None:
                found['additionalProperties'] = self.type(shape.item)
        elif shape.name == 'array':
            found = {'type': 'array'}
            if shape.items is not None:
                found.update(minItems=len(shape.items), maxItems=len(shape.items))
                if shape.items:
                    found['items'] = [self.type(item) for item in shape.items]
            elif shape.item is not None:
                found['items'] = self.type(shape.item)
        else:
            found = dict(_PLAIN[shape.name])
        if shape.title:
            found['title'] = shape.title
        if shape.choices:
            found['enum'] = shape.choices
        return found
