"""Requests that mean no good, as bytes on the wire; each with what it may come to.

`requests()` is a list of Attack. An answer to one is right when it has one of its statuses, and
where that is 200, is a fault. Where the bytes do not end as they should, no answer is right too.
"""

import base64
import collections
import gzip
import xmlrpc.client

from tests.unit.wire.cases import cases

Attack = collections.namedtuple('Attack', 'kind data statuses answer_owed')

MAX_BODY = 2000000                      # the setting that these are made for
LARGE = 100000                          # of the corpus, no larger ones: they are for the parser
CALL = '<?xml version="1.0"?>%s<methodCall><methodName>%s</methodName>%s</methodCall>'
REFUSED = 400, 405, 408, 411, 413, 415, 431, 501

LAUGHS = '<!DOCTYPE lolz [<!ENTITY lol "lol">%s]>' % ''.join(
    '<!ENTITY lol%d "%s">' % (level, '&lol%s;' % (level - 1 or '') * 10) for level in range(1, 10))
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
PARAM = '<params><param><value>%s</value></param></params>'
NAMES = ['echo.__class__', 'echo._hidden', 'echo.echo.__globals__', 'app.__init__', '../etc.passwd',
         'os.system', 'lib.echo.echo', 'settings.MEMORY', '.echo', 'echo.', 'ledger.sqlite3',
         'n' * 60000]


def post(body, *lines, kind='text/xml', length=None):
    lines = ['POST /xmlrpc/ HTTP/1.1', 'Host: localhost', 'Connection: close',
             'Content-Type: ' + kind, *lines]
    if length != '':
        lines.append('Content-Length: %s' % (len(body) if length is None else length))
    return '\r\n'.join(lines).encode() + b'\r\n\r\n' + body


def call(name, params='', head=''):
    return (CALL % (head, name, params)).encode()


def corpus():
    """The invalid messages of tests/unit/wire/cases."""
    for case in cases('invalid'):
        if len(case.body) < LARGE:
            kind = 'text/xml; charset=' + case.charset if case.charset else 'text/xml'
            # Some cannot be sent: a header's NUL is Apache's own 400.
            yield Attack('invalid messages', post(case.body, kind=kind),
                         (200,) if kind.isprintable() else (400,), True)


def bombs():
    yield Attack('entity bombs', post(call('echo.echo', PARAM % '&lol9;', LAUGHS)), (200,), True)
    yield Attack('entity bombs', post(call('echo.echo', PARAM % '&e;', OUTSIDE)), (200,), True)
    packed = gzip.compress(b' ' * (50 * MAX_BODY))
    twice = gzip.compress(packed)
    for data, statuses in (packed, (413,)), (twice, (200, 400)), (packed[:-1000], (400, 413)):
        yield Attack('gzip bombs', post(data, 'Content-Encoding: gzip'), statuses, True)
    for depth in 65, 1000, 100000:
        deep = '<array><data><value>' * depth + '</value></data></array>' * depth
        statuses = (200,) if depth < 100000 else (413,)
        yield Attack('deep nesting', post(call('echo.echo', PARAM % deep)), statuses, True)
    for value in '<value/>', '<value><array/></value>':
        flat = '<array><data>%s</data></array>' % (value * (MAX_BODY // (len(value) + 1)))
        yield Attack('many values', post(call('echo.none', PARAM % flat)), (200,), True)
    # Python then keeps four bytes for each character.
    wide = '<string>\U0001f600%s</string>' % ('x' * (MAX_BODY - 1000))
    yield Attack('wide text', post(call('echo.none', PARAM % wide)), (200,), True)


def lengths():
    good = call('app.getName')
    for length in '99999999999999999999999', '68719476736', '-1', '0x10', '1e3', '+5', '5 5':
        yield Attack('huge lengths', post(good, length=length), REFUSED, False)
    yield Attack('huge lengths', post(good, length=50000000), (400, 413), False)
    yield Attack('huge lengths', post(good, length=len(good) + 1000), (400,), False)
    yield Attack('huge lengths', post(b'x' * (MAX_BODY + 1)), (413,), True)


def framing():
    good = call('app.getName')
    chunked = 'Transfer-Encoding: chunked'
    for body in (b'zz\r\n' + good, b'-5\r\n' + good, b'ffffffffffffffffff\r\n' + good,
                 b'5\r\nabc\r\n0\r\n\r\n', b'%x\r\n%s\r\n' % (len(good), good)):
        yield Attack('bad chunks', post(body, chunked, length=''), (200, *REFUSED), False)
    yield Attack('bad chunks', post(good, 'Transfer-Encoding: cow', length=''), REFUSED, True)
    yield Attack('bad framing', post(good, length=''), (200, 411), True)
    yield Attack('bad framing', post(good, 'Content-Length: 3'), REFUSED, True)
    yield Attack('bad framing', b'\0\1\2\3' * 100 + b'\r\n\r\n', REFUSED, True)
    yield Attack('bad framing', post(good, 'X: ' + 'y' * 100000), REFUSED, True)
    yield Attack('other types', post(good, kind='application/json'), (415,), True)
    yield Attack('other types', post(good, 'Content-Encoding: br'), (415,), True)


def names():
    for name in NAMES:
        yield Attack('unknown methods', post(call(name)), (200,), True)
    many = [{'methodName': 'app.getName', 'params': []}] * 2000
    yield Attack('unknown methods', post(
        xmlrpc.client.dumps((many,), 'system.multicall').encode()), (200,), True)
    yield Attack('unknown methods', post(call('echo.echo', PARAM % (
        '<base64>%s!</base64>' % base64.b64encode(b'x' * 9999).decode()))), (200,), True)


def hogs():
    yield Attack('memory hogs', post(call('stages.hog')), (200,), True)
    yield Attack('memory hogs', post(call('stages.fill', PARAM % '<int>2000000000</int>')), (200,),
                 True)


def requests():
    """All attacks, the corpus as long as the others together, so that neither kind is rare."""
    others = [attack for make in (bombs, lengths, framing, names, hogs) for attack in make()]
    wire = list(corpus())
    return wire + others * (len(wire) // len(others) + 1)


def judge(attack, status, body):
    """None when the answer to an attack is right, else a sentence. status: 0 for no answer."""
    if not status:
        return None if not attack.answer_owed else '%s: no answer' % attack.kind
    if status not in attack.statuses:
        return '%s: %d, not one of %r: %r' % (attack.kind, status, attack.statuses, body[:200])
    if status == 200:
        try:
            values = xmlrpc.client.loads(body)[0]
        except xmlrpc.client.Fault:
            return None
        return '%s: it was answered: %r' % (attack.kind, repr(values)[:200])
    return None
