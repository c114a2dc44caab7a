"""HTTP answers for the client mode: of right ones, of wrong ones, and of ones that nobody wrote."""

import gzip
import zlib

from tests.unit.client.answers import FAULTS, NONE, RESULTS
from tests.unit.wire.cases import cases

from . import mutate

STATUS = (b'200 OK',) * 12 + (
    b'401 Unauthorized', b'403 Forbidden', b'404 Not Found', b'405 Not Allowed', b'500 Failed',
    b'301 Moved', b'302 Found', b'407 Proxy', b'204 No Content', b'304 Not Modified', b'503 Busy',
    b'100 Continue\r\n\r\nHTTP/1.1 200 OK', b'102 Processing', b'999 x', b'0 x', b'', b'\xb2 x')
TYPES = (b'text/xml',) * 6 + (
    b'text/html', b'text/plain', b'text/xml; charset=utf-8', b'text/html; charset=a\0b', b'',
    b'application/xml; charset=punycode', b'text/xml; charset=idna', b'text/plain; charset=hex',
    b'text/xml; charset=' + b'x' * 500, b'text/xml;charset="utf-16"', b'\xff\x1b[2J')
NUMBERS = (b'\xb2', b'-1', b'+5', b'9' * 5000, b'0x10', b'1_0', b'', b'5, 5', b'5, 6', b'1e3')
SIZES = (b'-1\r\n', b'\xb2\r\n', b'f' * 5000 + b'\r\n', b'\r\n', b'1;x=y\r\na\r\n', b'0x1\r\na\r\n')
HEADERS = (
    b'Location: http://[', b'Location: /x', b'Location: http://a:b@c/', b'Location: \x1b[2J',
    b'Location: //', b'Location: http://a:99999/', b'WWW-Authenticate: Basic realm="x"',
    b'WWW-Authenticate: Digest \x1b', b'Content-Encoding: gzip', b'Content-Encoding: br',
    b'Content-Encoding: deflate', b'X-RPC-Time-Us: \xb2', b'X-RPC-Time-Us: ' + b'9' * 5000,
    b'X-RPC-Error: settings', b'X-RPC-Error: cannot-start', b'Transfer-Encoding: chunked',
    b'Transfer-Encoding: x', b'Content-Disposition: attachment', b'X: ' + b'y' * 70000,
    b'X: y\r\n' * 150 + b'X: y', b'no colon', b' folded: x', b'\0: x', b'Connection: keep-alive')
PAGES = (
    b'<!DOCTYPE html><html><head><title>Welcome \x1b[2J</title></head></html>',
    b'<html><title>' * 2000, b'<html><title>&#' + b'9' * 5000 + b';</title>', b'plain words\nmore',
    b'', b'\n', b'<' * 50000, b'Traced (most recent call last)\n  x', b'#!/usr/bin/python3\n',
    b'xmlrpcgi cannot start: it is broken', b'class Application:\n', b'ref: refs/heads/main\n')


def bodies(handler):
    """The bodies of answers that the client mode changes: [(body, None)], for mutate.mutant."""
    found = [body for body, _ in RESULTS.values()] + list(FAULTS) + list(NONE)
    for case in cases('valid'):
        if len(case.body) < 20000 and b'methodCall' in case.body:
            found.append(case.body.replace(b'methodCall', b'methodResponse').replace(
                b'<methodName>echo</methodName>', b''))
    for name, argument in (('listMethods', b''), ('describe', b''), ('methodHelp', b'echo'),
                           ('methodSignature', b'echo')):
        call = b'<methodCall><methodName>system.%s</methodName>%s</methodCall>' % (
            name.encode(), argument and b'<params><param><value>%s</value></param></params>' %
            argument)
        found += [handler.call(call).body] * 20
    return [(body, None) for body in found + list(PAGES)]


def answer(chance, seeds):
    """Return the bytes of an HTTP answer, made of the bodies `seeds` by `chance` (Random)."""
    body = mutate.mutant(chance, seeds)[0] if chance.random() < 0.7 else chance.choice(seeds)[0]
    lines = [b'HTTP/1.1 ' + (STATUS[0] if chance.random() < 0.7 else chance.choice(STATUS)),
             b'Content-Type: ' + chance.choice(TYPES)]
    if chance.random() < 0.15:
        body = chance.choice((gzip.compress(body), zlib.compress(body)))
        lines.append(b'Content-Encoding: ' + chance.choice((b'gzip', b'deflate')))
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        lines.append(chance.choice(HEADERS))
    framing = chance.random()
    if framing < 0.6:
        lines.append(b'Content-Length: %d' % len(body))
    elif framing < 0.7:
        lines.append(b'Content-Length: ' + chance.choice(NUMBERS))
    elif framing < 0.85:
        lines.append(b'Transfer-Encoding: chunked')
        body = chunked(chance, body)
    raw = b'\r\n'.join(lines) + b'\r\n\r\n' + body
    if chance.random() < 0.2:
        for _ in range(chance.choice((1, 1, 3))):
            change = chance.choice((mutate.flip_bits, mutate.set_byte, mutate.insert_token,
                                    mutate.cut, mutate.truncate, mutate.repeat))
            head = raw[:400] if chance.random() < 0.7 else raw
            raw = change(chance, head, seeds) + raw[len(head):]
    return raw[:mutate.MOST]


def chunked(chance, body):
    """Return `body` in chunks, a few of them with a size that is wrong, and trailers."""
    found, size = [], chance.choice((1, 7, 1000, 100000))
    for start in range(0, min(len(body), size * 200), size):
        piece = body[start:start + size]
        found.append(b'%x\r\n%s\r\n' % (len(piece), piece))
    if chance.random() < 0.3:
        found.insert(chance.randint(0, len(found)), chance.choice(SIZES))
    return b''.join(found) + b'0\r\n' + b'X: y\r\n' * chance.choice((0, 0, 1, 300)) + b'\r\n'
