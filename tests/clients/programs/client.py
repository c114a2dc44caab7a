# -*- coding: utf-8 -*-
# Python's own client; also for Python 2.7, where it is xmlrpclib.
from __future__ import print_function, unicode_literals

import sys

try:
    from xmlrpc.client import Binary, DateTime, Fault, MultiCall, ServerProxy
    long, text, data = int, str, bytes
except ImportError:
    from xmlrpclib import Binary, DateTime, Fault, MultiCall, ServerProxy
    long, text, data = long, unicode, str  # noqa: F821

proxy = ServerProxy(sys.argv[1], allow_none=True)


def show(value):
    if value is None:
        return 'null'
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, (int, long)):
        return '%d' % value
    if isinstance(value, float):
        return '%.8f' % value
    if isinstance(value, (text, data)):
        if isinstance(value, data):         # Python 2 gives plain ASCII as str
            value = value.decode('ascii')
        return '"%s"' % value.replace('\n', '\\n')
    if isinstance(value, Binary):
        return 'x' + ''.join('%02x' % byte for byte in bytearray(value.data))
    if isinstance(value, DateTime):
        return '@%s' % value
    if isinstance(value, list):
        return '[%s]' % ', '.join(map(show, value))
    return '{%s}' % ', '.join('%s: %s' % (name, show(value[name])) for name in sorted(value))


def line(name, server, client):
    out = '%s\t%s\t%s\n' % (name, server, client)
    getattr(sys.stdout, 'buffer', sys.stdout).write(out.encode('utf-8'))


def fault(name, call, *params):
    try:
        line(name, '', show(call(*params)))
    except Fault as error:
        line(name, '', 'fault %d %s' % (error.faultCode, error.faultString))


for name, value in [
    ('int', 7),
    ('negative', -2147483648),
    ('true', True),
    ('false', False),
    ('markup', 'a <b> & "c" ]]> d'),
    ('unicode', 'Grüße, 日本'),
    ('beyond the BMP', '😀'),
    ('empty', ''),
    ('spaces', '  two\nlines  '),
    ('double', -1.25),
    ('tiny', 0.00000001),
    ('base64', Binary(b'\0\1\2\xff')),
    ('date', DateTime(str('19980717T14:08:55'))),
    ('array', [1, 'two', [3]]),
    ('no items', []),
    ('struct', {'name': 'x & y', 'n': 1}),
    ('no members', {}),
    ('nested', {'list': [{'a': [True, {}]}], 'name': ''}),
    ('large', 'x<' * 50000),
    ('nil', None),
]:
    line(name, proxy.interop.show(value), show(proxy.interop.echo(value)))
for name in ['nil', 'long', 'nil inside', 'whole double', 'tiny', 'apostrophes']:
    line('give ' + name, '', show(proxy.interop.give(name)))
fault('fault', proxy.interop.fail)
fault('unknown method', proxy.interop.nothing)
fault('wrong arguments', proxy.interop.add, 1)
fault('crash', proxy.interop.crash)
line('methods', '', ' '.join(name for name in proxy.system.listMethods() if 'interop.' in name))
calls = MultiCall(proxy)
calls.interop.add(1, 2)
calls.interop.fail()
results = calls()
line('multicall', '', show(results[0]))
fault('multicall fault', lambda: results[1])
