"""Requests whose end can be read in two ways (smuggling), on every kind of server.

Each carries a second call, hidden behind an end that somebody in front might have seen elsewhere.
One request in gives at most one call: the hidden one is never answered on the same connection, and
the connection is then closed or in step, which a last request on it shows.
"""

import re
import socket
import xmlrpc.client

import pytest

from tests.real.raw import SECONDS, chunks
from tests.security import tried

KIND = 'request framing'


def call_of(text):
    return xmlrpc.client.dumps((text,), 'echo.echo').encode()


CALL = call_of('hello')
HOST = b'Host: localhost\r\n'
TYPE = b'Content-Type: text/xml\r\n'
CHUNKED = b'Transfer-Encoding: chunked\r\n'


def length(number):
    return b'Content-Length: %d\r\n' % number


def post(*lines, body=b'', version=b'1.1', end=b'\r\n'):
    return b'POST /xmlrpc/ HTTP/' + version + b'\r\n' + HOST + TYPE + b''.join(lines) + end + body


HIDDEN = post(length(len(call_of('smuggled'))), body=call_of('smuggled'))
LAST = post(b'Connection: close\r\n', length(len(call_of('last'))), body=call_of('last'))
WHOLE = chunks(CALL, 1000)
ENDED = b'0\r\n\r\n'


def te(line):
    """A request of both: a chunked body that ends at once, and a length that covers the hidden."""
    return post(length(len(ENDED + HIDDEN)), line, body=ENDED + HIDDEN)


def cl(*lines):
    """A request whose first length ends before the hidden call."""
    return post(*lines, body=CALL + HIDDEN)


def chunk(size, data=CALL):
    """A chunked request whose one size line is odd."""
    return post(CHUNKED, body=size + b'\r\n' + data + b'\r\n' + ENDED + HIDDEN)


SIZE = b'%x' % len(CALL)
BOTH = len(CALL + HIDDEN)
# name: the bytes of one request
SHAPES = {
    'length and chunked': te(CHUNKED),
    'chunked and length': post(CHUNKED, length(len(ENDED + HIDDEN)), body=ENDED + HIDDEN),
    'length and chunked, a call': post(length(len(WHOLE + HIDDEN)), CHUNKED, body=WHOLE + HIDDEN),
    'a short length and chunked': post(length(3), CHUNKED, body=WHOLE + HIDDEN),
    'chunked with a space before the colon': te(b'Transfer-Encoding : chunked\r\n'),
    'chunked with a tab before the colon': te(b'Transfer-Encoding\t: chunked\r\n'),
    'xchunked': te(b'Transfer-Encoding: xchunked\r\n'),
    'chunked in quotes': te(b'Transfer-Encoding: "chunked"\r\n'),
    'chunked in capitals': te(b'Transfer-Encoding: CHUNKED\r\n'),
    'chunked after a vertical tab': te(b'Transfer-Encoding:\x0bchunked\r\n'),
    'chunked after a tab': te(b'Transfer-Encoding:\tchunked\r\n'),
    'chunked and a NUL': te(b'Transfer-Encoding: chunked\0\r\n'),
    'chunked and identity': te(b'Transfer-Encoding: chunked, identity\r\n'),
    'identity and chunked': te(b'Transfer-Encoding: identity, chunked\r\n'),
    'identity': te(b'Transfer-Encoding: identity\r\n'),
    'chunked twice': te(b'Transfer-Encoding: chunked, chunked\r\n'),
    'two fields, chunked first': te(CHUNKED + b'Transfer-Encoding: identity\r\n'),
    'two fields, chunked last': te(b'Transfer-Encoding: identity\r\n' + CHUNKED),
    'two fields, a cow': te(b'Transfer-Encoding: cow\r\n' + CHUNKED),
    'folded': te(b'Transfer-Encoding:\r\n chunked\r\n'),
    'folded into another field': te(b'X-A: b\r\n Transfer-Encoding: chunked\r\n'),
    'after a bare carriage return': te(b'X-A: b\rTransfer-Encoding: chunked\r\n'),
    'after a bare line feed': te(b'X-A: b\nTransfer-Encoding: chunked\r\n'),
    'with an underscore': te(b'Transfer_Encoding: chunked\r\n'),
    'with a character that looks alike': te(b'Transfer-Encoding: \xc2\xa0chunked\r\n'),
    'no name': te(b': chunked\r\n'),
    'a line that is no field': te(b'X Y Z\r\n' + CHUNKED),
    'a space before the name': te(b' Transfer-Encoding: chunked\r\n'),
    'HTTP/1.0 and chunked': post(length(len(ENDED + HIDDEN)), CHUNKED, version=b'1.0',
                                 body=ENDED + HIDDEN),
    'two lengths': cl(length(len(CALL)), length(BOTH)),
    'two lengths, the long one first': cl(length(BOTH), length(len(CALL))),
    'a list of lengths': cl(b'Content-Length: %d, %d\r\n' % (len(CALL), BOTH)),
    'a length and one with an underscore': cl(length(BOTH), b'Content_Length: %d\r\n' % len(CALL)),
    'a length with a space before the colon': cl(b'Content-Length : %d\r\n' % len(CALL),
                                                 length(BOTH)),
    'a length with a sign': cl(b'Content-Length: +%d\r\n' % BOTH),
    'a negative length': cl(b'Content-Length: -%d\r\n' % BOTH),
    'a length of zero and more': cl(length(BOTH), length(0)),
    'a length in hexadecimal': cl(b'Content-Length: 0x%x\r\n' % BOTH),
    'a length with digits after it': cl(b'Content-Length: %d 0\r\n' % BOTH),
    'a length with a NUL': cl(b'Content-Length: %d\0\r\n' % BOTH),
    'a length with an underscore in it': cl(b'Content-Length: %d_0\r\n' % (BOTH // 10)),
    'a length that is folded': cl(b'Content-Length: %d\r\n 0\r\n' % (BOTH // 10)),
    'a length after a bare carriage return': cl(length(BOTH), b'X-A: b\rContent-Length: 0\r\n'),
    'a length of 2 ** 64 and more': cl(b'Content-Length: %d\r\n' % ((1 << 64) + len(CALL))),
    'a length of 2 ** 32 and more': cl(b'Content-Length: %d\r\n' % ((1 << 32) + len(CALL))),
    'the length of a GET': b'GET /xmlrpc/ HTTP/1.1\r\n' + HOST + length(len(HIDDEN)) + b'\r\n'
                           + HIDDEN,
    'the length of a HEAD': b'HEAD /xmlrpc/ HTTP/1.1\r\n' + HOST + length(len(HIDDEN)) + b'\r\n'
                            + HIDDEN,
    'the length of an OPTIONS': b'OPTIONS /xmlrpc/ HTTP/1.1\r\n' + HOST + length(len(HIDDEN))
                                + b'\r\n' + HIDDEN,
    'a chunked GET': b'GET /xmlrpc/ HTTP/1.1\r\n' + HOST + CHUNKED + b'\r\n' + chunks(HIDDEN, 50),
    'a refused type': b'POST /xmlrpc/ HTTP/1.1\r\n' + HOST + b'Content-Type: image/png\r\n'
                      + length(len(HIDDEN)) + b'\r\n' + HIDDEN,
    'a refused site': post(b'Origin: null\r\n', length(len(HIDDEN)), body=HIDDEN),
    'a refused encoding': post(b'Content-Encoding: br\r\n', length(len(HIDDEN)), body=HIDDEN),
    'an address that is not there': post(length(len(HIDDEN)), body=HIDDEN).replace(
        b'/xmlrpc/', b'/nothing', 1),
    'a call that holds a request': post(length(len(HIDDEN)), body=HIDDEN),
    'an Expect and a hidden call': post(b'Expect: 100-continue\r\n', length(len(HIDDEN)),
                                        body=HIDDEN),
    'an Upgrade': post(b'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n',
                       b'HTTP2-Settings: AA\r\n', length(len(HIDDEN)), body=HIDDEN),
    'a chunk size with 0x': chunk(b'0x' + SIZE), 'a chunk size with a sign': chunk(b'+' + SIZE),
    'a negative chunk size': chunk(b'-' + SIZE), 'a chunk size with spaces': chunk(b' ' + SIZE),
    'a chunk size with an underscore': chunk(SIZE[:1] + b'_' + SIZE[1:]),
    'a chunk size of other digits': chunk('\uff11'.encode() + SIZE),
    'a chunk size of 2 ** 64': chunk(b'1' + b'0' * 16 + SIZE),
    'a chunk size of 2 ** 32': chunk(b'1' + b'0' * (8 - len(SIZE)) + SIZE),
    'a chunk size with a long extension': chunk(SIZE + b';' + b'a' * 20000),
    'a chunk extension with a line feed': chunk(SIZE + b';a=\n' + CALL),
    'a chunk size ended by a carriage return': post(CHUNKED,
                                                    body=SIZE + b'\r' + CALL + b'\r\n' + ENDED
                                                    + HIDDEN),
    'a chunk longer than its size': chunk(b'5'), 'a chunk shorter than its size': chunk(b'ffff'),
    'chunk data ended by other bytes': post(CHUNKED,
                                            body=SIZE + b'\r\n' + CALL + b'XX' + ENDED + HIDDEN),
    'an empty chunk size': chunk(b''), 'a chunk size in words': chunk(b'five'),
    'a chunked body without its end': post(CHUNKED, body=SIZE + b'\r\n' + CALL + b'\r\n'),
    'a last chunk of many zeros': post(CHUNKED,
                                       body=SIZE + b'\r\n' + CALL + b'\r\n00000000\r\n\r\n'),
    'a trailer that is a length': post(CHUNKED,
                                       body=SIZE + b'\r\n' + CALL + b'\r\n0\r\nContent-Length: '
                                       b'%d\r\n\r\n' % len(HIDDEN)),
    'a trailer that is no field': post(CHUNKED,
                                       body=SIZE + b'\r\n' + CALL + b'\r\n0\r\nX Y\r\n\r\n'),
    'a trailer that is a request': post(CHUNKED,
                                        body=SIZE + b'\r\n' + CALL + b'\r\n0\r\n' + HIDDEN),
}
# Those in which the hidden call is a request of its own by the rules (RFC 9112 section 6), where
# the first is taken at all; a server that closes the connection is right too.
PIPELINED = {'a chunk size with spaces', 'a chunk size with a long extension'}
# waitress (3.0.2) goes by the chunks and reads on behind them, where RFC 9112 has it close the
# connection: no proxy that goes by the length may stand before it. SECURITY.md says so.
BEHIND_CHUNKS = {
    'length and chunked', 'chunked and length', 'length and chunked, a call', 'chunked twice',
    'folded',
    'a short length and chunked', 'chunked in capitals', 'chunked after a tab',
}
# These answer a body that breaks off with Apache's own page.
OWN_500 = 'mod_fcgid', 'mod_wsgi', 'passenger'


def exchanged(server, data):
    """All bytes that come back for `data` until the server closes."""
    with socket.create_connection((server.host, server.port), SECONDS) as sock:
        received = b''
        try:
            sock.sendall(data)
            if server.kind == 'nginx':      # which gives up its answers where the client ends first
                sock.settimeout(3)
            else:
                sock.shutdown(socket.SHUT_WR)
            while True:
                try:
                    block = sock.recv(65536)
                except socket.timeout:
                    assert server.kind == 'nginx'
                    return received         # it waits for more, as the request says
                if not block:
                    return received
                received += block
        except ConnectionError:             # closed with bytes of ours unread: also an answer
            return received


def answers(data):
    """[(status, body)] of the responses in `data`, which must be nothing else."""
    found = []
    while data:
        head, blank, rest = data.partition(b'\r\n\r\n')
        if b'HTTP/0.9' in data and not data.startswith(b'HTTP/'):
            return found + [(400, data)]            # an answer to a line that is no request's
        assert blank and re.match(rb'HTTP/1\.[01] \d{3} ', head), data[:300]
        status = int(head[9:12])
        if status == 100:
            data = rest
            continue
        size = re.search(rb'\r\ncontent-length: (\d+)', head, re.I)
        if re.search(rb'\r\ntransfer-encoding: chunked', head, re.I):
            body, data = b'', rest
            while True:
                number, _, data = data.partition(b'\r\n')
                piece = int(number, 16)
                body, data = body + data[:piece], data[piece + 2:]
                if not piece:
                    break
        elif status == 204 or status == 304:
            body, data = b'', rest
        elif size:
            body, data = rest[:int(size.group(1))], rest[int(size.group(1)):]
        else:
            body, data = rest, b''          # to the end of the connection
        found.append((status, body))
    return found


@pytest.mark.parametrize('name', SHAPES)
def test_one_request_makes_at_most_one_call(server, name):
    """CVE-2005-2088 (Apache), CVE-2024-1135 (gunicorn) and their kin."""
    tried(KIND)
    data = exchanged(server, SHAPES[name] + LAST)
    smuggled = data.count(b'<string>smuggled</string>')
    own = name in PIPELINED or server.kind == 'waitress' and name in BEHIND_CHUNKS
    assert smuggled == 0 or smuggled == 1 and own, data
    if name == 'the length of a HEAD':
        return                      # its answer has a length and no body
    found = answers(data)
    assert len(found) <= 2 + smuggled, found
    told = [body for status, body in found if b'<string>' in body and b'faultCode' not in body]
    assert len(told) <= 2 + smuggled
    for status, body in found:
        assert status in (200, 204, 400, 403, 404, 408, 411, 413, 415, 417, 426, 500, 501,
                          505), found
        assert status != 500 or server.kind in OWN_500 and b'<!DOCTYPE HTML' in body, found


def test_the_hidden_call_would_be_answered_where_it_is_a_request(server):
    """That the test above could see one."""
    data = exchanged(server, post(length(len(CALL)), body=CALL) + HIDDEN + LAST)
    found = [status for status, _ in answers(data)]
    if server.kind != 'gunicorn' or len(found) > 1:     # some of its workers close each connection
        assert found == [200, 200, 200] and data.count(b'<string>smuggled</string>') == 1
