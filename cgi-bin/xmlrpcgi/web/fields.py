"""What the page's script makes the forms from, as JSON without `<`, `>` and `&`.

{'user': ..., 'login': ..., 'structs': {title: [member]},
 'methods': {name: {'params': [param], 'more': ...}}}

A param and a member are a type with `name`, `optional`, `default` (the default as it is shown) and
`value` (the default as JSON text). A type is system.describe's, with the members of structs under
their titles. Dates and base64 are {"$dateTime": ...} and {"$base64": ...}, as in the forms.
"""

import base64
import json
from datetime import timezone

from .markup import cut

_LONGEST = 2000             # characters of a default that a field begins with


def data(methods, user, login):
    """Return the data (str). user: as whom the browser calls; login (bool): whether by tokens."""
    structs = {}
    found = {'user': user, 'login': login, 'structs': structs, 'methods': {
        method['name']: {'params': [_field(param, structs) for param in method['params']],
                         'more': method['more']} for method in methods}}
    return _json(found).replace('<', '\\u003c').replace('>', '\\u003e').replace('&', '\\u0026')


def _field(param, structs):
    found = dict(_type(param, structs), name=param['name'])
    if param['optional']:
        found['optional'] = True
    if 'default' in param:
        found['default'] = cut(param['default'])
    if 'value' in param:
        found.setdefault('default', cut(repr(param['value'])))
        value = _json(param['value'])
        if len(value) <= _LONGEST:
            found['value'] = value
    return found


def _type(type_, structs):
    found = {'type': type_['type']}
    if type_.get('choices'):
        found['choices'] = type_['choices']
    elif 'title' in type_:
        found['title'] = type_['title']
        if 'members' in type_ and type_['title'] not in structs:
            structs[type_['title']] = []        # before its members: it may hold itself
            structs[type_['title']] += [_field(member, structs) for member in type_['members']]
    if 'item' in type_:
        found['item'] = _type(type_['item'], structs)
    for name in 'items', 'any_of':
        if type_.get(name):
            found[name] = [_type(part, structs) for part in type_[name]]
    return found


def _json(value):
    return json.dumps(value, separators=(',', ':'), default=_special)


def _special(value):
    if isinstance(value, bytes):
        return {'$base64': base64.b64encode(value).decode('ascii')}
    if getattr(value, 'tzinfo', None):
        value = value.astimezone(timezone.utc)
    return {'$dateTime': (value.isoformat() + 'T00:00:00')[:19]}
