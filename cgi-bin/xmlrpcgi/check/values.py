"""values: whether values of every type pass a server, and text beyond ASCII.

They are sent to a method that gives them back where there is one (named echo, with one
parameter of any type); else the faults of system methods show how far they got.
"""

from datetime import datetime

from ..client.errors import ClientError
from ..errors import BAD_PARAMS, NO_METHOD, Fault
from .finding import FAIL, INFO, OK, Finding

TEXT = 'Grüße, κόσμε, 世界 \U0001f389 <&> \'"'
VALUES = {
    'int': -42, 'i8': 1 << 40, 'boolean': True, 'double': -0.25, 'string': ' two words\n',
    'dateTime.iso8601': datetime(2024, 2, 29, 23, 59, 58), 'base64': bytes(range(256)),
    'array': [1, 'two', [3.0, []]], 'struct': {'a': 1, 'ß': {}}, 'nil': None,
}
_EXTRA = ('i8', 'nil')      # types that are not in the XML-RPC specification


def echo_of(server):
    """Return the name of the method that gives back what it gets, or None."""
    for method in server.methods:
        if method['name'].rpartition('.')[2] != 'echo':
            continue
        params = method.get('params')
        if isinstance(params, list):
            if len(params) == 1 and params[0].get('type', 'undef') == 'undef':
                return method['name']
        elif ['undef'] in [row[1:] for row in method.get('signatures') or ()]:
            return method['name']
    return None


def values(server):
    """Return the Finding about values of every type."""
    echo, wrong = echo_of(server), {}
    if not echo:
        return _by_faults(server)
    for name, value in VALUES.items():
        try:
            came = server.client.call(echo, [value])
            if type(came) is not type(value) or came != value:
                wrong[name] = 'came back as %.60r' % (came,)
        except Fault as fault:
            wrong[name] = 'fault %s' % fault.faultCode
        except ClientError as error:
            wrong[name] = str(error).rstrip('.')
    return _of_values(wrong, 'Every type comes back from %s as it was sent.' % echo)


def _by_faults(server):
    """Send each value as an argument too many: a fault about arguments means that it was read."""
    wrong = {}
    for name, value in VALUES.items():
        try:
            server.client.call('system.listMethods', [value, value])
        except Fault as fault:
            if server.own and fault.faultCode not in (BAD_PARAMS, NO_METHOD):
                wrong[name] = 'fault %s' % fault.faultCode
        except ClientError as error:
            wrong[name] = str(error).rstrip('.')
    return _of_values(wrong, 'Every type is read; there is no method "echo" that would send them '
                        'back.')


def _of_values(wrong, sentence):
    if not wrong:
        return Finding('values', OK, sentence)
    shown = '; '.join('%s: %s' % row for row in wrong.items())
    if set(wrong) <= set(_EXTRA):
        return Finding('values', INFO, 'All types of the specification pass, but not the '
                       'additions (%s).' % shown)
    return Finding('values', FAIL, 'Values do not pass: %s.' % shown, 'where it is a firewall\'s '
                   'page, ask the host to switch it off for this address; else see the error '
                   'log', 'values')


def text(server):
    """Return the Finding about text beyond ASCII, None where any name is answered."""
    echo, came = echo_of(server), ''
    try:
        if echo:
            came = server.client.call(echo, [TEXT])
            good = came == TEXT
        else:
            came = server.client.call(TEXT[:5])
            return None                     # a server with an answer to any name
    except Fault as fault:
        good = not echo and TEXT[:5] in fault.faultString
        came = fault.faultString
    if good:
        return Finding('text', OK, 'Text beyond ASCII passes both ways.')
    if not echo:
        return Finding('text', INFO, 'Whether text beyond ASCII passes is not known: there is '
                       'no method "echo".')
    return Finding('text', FAIL, 'Text beyond ASCII is changed on the way: %.80r came.' % (came,),
                   'take AddDefaultCharset and output filters (mod_substitute, mod_pagespeed) '
                   'off for this address', 'text')
