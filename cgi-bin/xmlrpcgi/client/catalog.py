"""catalog: what a server says about its methods, however much that is.

Our own servers answer system.describe, with names, defaults and choices of parameters.  Of
other people's, the introspection convention
(http://xmlrpc-c.sourceforge.net/introspection.html) is asked: listMethods, and for each method
methodSignature and methodHelp, by system.multicall where there is one.
"""

import time

from ..errors import Fault
from ..methods.contract import belongs
from . import shapes
from .client import one_line
from .errors import ClientError

_AT_ONCE = 100              # calls in one system.multicall
_COMPARED = 2000            # names that a misspelt one is compared with
_LONG = 100                 # characters of a name that is compared
_ALIKE = 0.7                # of 1, from which names are alike
_FINAL = (401, 403)         # HTTP statuses that a call of another method would get too


def catalog(client, wanted='', details=('signatures', 'help'), warn=lambda text: None):
    """Return {'methods': [...], 'unavailable': [...]} and more, as system.describe has it.

    wanted (str): a method or a namespace; '' for all. details: what to ask for besides names.
    warn: called with a sentence where the server needs too long to tell the details.
    Raises Fault and ClientError where the server does not list its methods.
    """
    found = _described(client) if details else None
    if found is None:
        found = {'methods': _introspected(client, wanted, details, warn),
                 'unavailable': []}
    found['methods'] = sorted((method for method in found['methods']
                               if belongs(method['name'], wanted)),
                              key=lambda method: method['name'])
    return found


def similar(client, name):
    """Return the methods of the server whose names are like `name`, at most three (list of str)."""
    try:
        names = shapes.names(client.call('system.listMethods')) or []
    except (ClientError, Fault):
        return []
    names = [other for other in names[:_COMPARED] if len(other) <= _LONG]
    last = name.rpartition('.')[2].lower()
    same = [other for other in names if other.rpartition('.')[2].lower() == last]
    if len(name) > _LONG or same:
        return same[:3]
    from difflib import get_close_matches
    return get_close_matches(name, names, 1, _ALIKE)


def _described(client):
    """The answer of system.describe, None where the server has no such method."""
    try:
        found = client.call('system.describe')
    except Fault:
        return None
    except ClientError as error:        # some servers answer an unknown method by HTTP 500
        if error.status is None or error.status in _FINAL or 300 <= error.status < 400:
            raise
        return None
    return shapes.description(found)


def _introspected(client, wanted, details, warn):
    names = shapes.names(client.call('system.listMethods'))
    if names is None:
        raise ClientError('%s does not list its methods: system.listMethods gave no list of '
                          'names.' % client.transport.place)
    methods = [{'name': name} for name in names if belongs(name, wanted)]
    multicall, until = 'system.multicall' in names, time.monotonic() + client.transport.timeout
    for detail, asked, fits in (('signatures', 'system.methodSignature', shapes.is_rows),
                                ('help', 'system.methodHelp', shapes.is_text)):
        if detail in details and asked in names:
            answers = _many(client, asked, [method['name'] for method in methods], multicall,
                            until)
            for method, answer in zip(methods, answers):
                if fits(answer):
                    method[detail] = answer
            if len(answers) < len(methods):
                warn('%s was asked about its methods for %g seconds: what %d of them take or do is '
                     'not shown.' % (client.transport.place, client.transport.timeout,
                                     len(methods) - len(answers)))
                break
    return methods


def _many(client, asked, names, multicall, until):
    """The answers of the method `asked` to each of `names`; None for a fault.

    After `until` (time.monotonic) no more are asked for: the list is shorter than the names.
    """
    answers = []
    for start in range(0, len(names), _AT_ONCE):
        some, together = names[start:start + _AT_ONCE], None
        if multicall and time.monotonic() < until:
            together = _together(client, asked, some)
            multicall = together is not None
        if together is not None:
            answers += together
            continue
        for name in some:
            if time.monotonic() >= until:
                return answers
            answers.append(_alone(client, asked, name))
    return answers


def _together(client, asked, names):
    try:
        answers = client.call('system.multicall', [
            [{'methodName': asked, 'params': [name]} for name in names]])
    except Fault:
        return None
    if not isinstance(answers, list) or len(answers) != len(names):
        return None
    return [answer[0] if isinstance(answer, list) and len(answer) == 1 else None
            for answer in answers]


def _alone(client, asked, name):
    try:
        return client.call(asked, [name])
    except Fault:
        return None


def signatures(method):
    """Return the lines that show how `method`, one of a catalog, is called (list of str)."""
    name = method['name']
    if isinstance(method.get('params'), list):
        items = [_parameter(param) for param in method['params']]
        if method.get('more'):
            items.append('...')
        return [_signature(name, items, method.get('result'))]
    rows = method.get('signatures')
    if not rows:
        return [one_line(name)]
    return [_signature(name, ['any' if item == 'undef' else item for item in row[1:]], row[0])
            for row in rows]


def summary(method):
    """Return the first line of the help of `method`, one of a catalog; '' without."""
    return one_line(method.get('help', '').strip().partition('\n')[0].strip())


def _signature(name, items, result):
    arrow = ' -> %s' % result if result and result != 'undef' else ''
    return one_line('%s(%s)%s' % (name, ', '.join(items), arrow))


def _parameter(param):
    text = param.get('name', '?')
    if param.get('type', 'undef') != 'undef':
        text += ': ' + param['type']
    return '%s = %s' % (text, param['default']) if 'default' in param else text
