"""The HTTP rules on real servers, byte by byte where a client library would interfere.

Where a server goes its own way is in the table otherwise.py.  What a server says before the
script is asked is here too, as rows of SERVERS_OWN: the script has no say.

What Apache hands on of a chunked request, under mod_cgid and mod_cgi alike: HTTP_TRANSFER_ENCODING
as the client wrote it, no CONTENT_LENGTH (also where the client sent one), the body without its
chunks, and an end of file behind it.  mod_fcgid reads the body first, and hands on its length.
"""

import gzip
import socket
import xmlrpc.client
import zlib

import pytest
import requests

from tests.real.otherwise import OTHERWISE, otherwise
from tests.real.raw import SECONDS, Answer, ask, chunks, exchange, head_of

MIB = 1 << 20
XML = {'Content-Type': 'text/xml'}


def call_of(value, method='echo.echo'):
    return xmlrpc.client.dumps((value,), method).encode()


CALL = call_of('hello')


# An answer.

def test_an_answer_has_these_headers_on_the_wire(server):
    answer = ask(server, CALL)
    assert answer.value() == 'hello'
    assert answer.status_line == 'HTTP/1.1 200 OK'
    time = answer.fields.pop('x-rpc-time-us')
    assert 0 < int(time) < SECONDS * 1e6
    for name in {'date', 'server', 'connection'} | otherwise(server, 'more headers', set()):
        answer.fields.pop(name, None)
    assert answer.fields == {
        'content-type': 'text/xml; charset=utf-8', 'content-length': str(len(answer.body)),
        'x-content-type-options': 'nosniff', 'cache-control': 'no-store',
        'x-rpc-method': 'echo.echo'}


@pytest.mark.parametrize('body, code', [
    (b'', -32700), (b'<a/>', -32600), (call_of(1, 'no.such'), -32601),
    (xmlrpc.client.dumps((), 'echo.echo').encode(), -32602)])
def test_a_fault_is_200_with_length_and_code(server, body, code):
    answer = ask(server, body)
    if body == b'' and otherwise(server, 'no body', 200) != 200:
        assert answer.status == otherwise(server, 'no body', 200)
        return
    assert answer.status_line == 'HTTP/1.1 200 OK'
    assert answer.fields['x-rpc-fault'] == str(code) == str(answer.fault().faultCode)
    assert answer.fields['content-length'] == str(len(answer.body))
    assert 'transfer-encoding' not in answer.fields


def test_a_method_name_cannot_add_a_header(server):
    answer = ask(server, CALL.replace(b'echo.echo', b'a&#13;&#10;X-Bad: 1'))
    assert answer.fields['x-rpc-method'] == 'a??X-Bad:?1' and 'x-bad' not in answer.fields


def test_http_1_0_without_a_host_is_answered(server):
    answer = exchange(server, b'POST /xmlrpc/ HTTP/1.0\r\nContent-Type: text/xml\r\n'
                      b'Content-Length: %d\r\n\r\n%s' % (len(CALL), CALL))
    assert answer.value() == 'hello'
    assert answer.fields['content-length'] == str(len(answer.body))


@pytest.mark.parametrize('kind', [None, 'application/x-www-form-urlencoded', 'TEXT/XML;charset=x',
                                  'application/xmlrpc+xml; charset=utf-8'])
def test_content_types_of_real_clients_are_taken(server, kind):
    answer = ask(server, CALL, kind=kind)
    if kind and kind.endswith('=x'):
        assert answer.fault().faultCode == -32701
    else:
        assert answer.value() == 'hello'


# A body.

@pytest.mark.parametrize('size', [1, 10, 100_000])
def test_a_chunked_call_is_answered_whatever_its_chunks(server, size):
    answer = exchange(server, head_of('Transfer-Encoding: chunked'), chunks(CALL, size))
    assert answer.value() == 'hello'


def test_chunk_extensions_and_trailers_are_read_over(server):
    body = b'%X;name=value\r\n%s\r\n0\r\nX-Trailer: 1\r\n\r\n' % (len(CALL), CALL)
    assert exchange(server, head_of('Transfer-Encoding: Chunked'), body).value() == 'hello'


def test_a_chunked_call_may_be_large(server):
    value = 'x' * 3_000_000
    answer = exchange(server, head_of('Transfer-Encoding: chunked'), chunks(call_of(value), 99_999))
    assert answer.value() == value


def test_a_call_that_comes_byte_by_byte_is_answered(server):
    parts = [bytes([byte]) for byte in CALL]
    answer = exchange(server, head_of('Content-Length: %d' % len(CALL)), *parts)
    assert answer.value() == 'hello'


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(server):
    with socket.create_connection((server.host, server.port), SECONDS) as sock:
        sock.sendall(head_of('Content-Length: %d' % len(CALL), 'Expect: 100-continue'))
        said = b''
        while not said.endswith(b'\r\n\r\n'):
            piece = sock.recv(1)
            assert piece, said
            said += piece
        assert said.startswith(b'HTTP/1.1 100 ')
        sock.sendall(CALL)
        assert Answer(b''.join(iter(lambda: sock.recv(65536), b''))).value() == 'hello'


def test_a_post_without_length_is_411(server):
    answer = exchange(server, head_of())
    assert answer.status == 411


@pytest.mark.parametrize('more', [1, MIB])
@pytest.mark.parametrize('way', ['length', 'chunked', 'gzip'])
def test_a_body_above_the_maximum_gets_its_413_and_no_reset(server, way, more):
    body = b' ' * (16 * MIB + more)
    for _ in range(3):
        if way == 'chunked':
            answer = exchange(server, head_of('Transfer-Encoding: chunked'), chunks(body, MIB))
        elif way == 'gzip':
            answer = ask(server, gzip.compress(body, 1), 'Content-Encoding: gzip')
        else:
            answer = ask(server, body)
        assert answer.status == 413
        assert b'larger than 16777216 bytes' in answer.body


def test_a_body_of_the_maximum_passes(server):
    body = CALL + b'\n' * (16 * MIB - len(CALL))
    assert ask(server, body).value() == 'hello'


def test_a_refusal_leaves_the_connection_usable(server):
    with requests.Session() as session:
        for _ in range(3):
            refused = session.post(server.url + '/xmlrpc/', b' ' * 200_000, timeout=SECONDS,
                                   headers={'Content-Type': 'image/png'})
            assert refused.status_code == 415
            assert refused.headers.get('Connection', '').lower() != 'close'
            answer = session.post(server.url + '/xmlrpc/', CALL, headers=XML, timeout=SECONDS)
            assert xmlrpc.client.loads(answer.content)[0] == ('hello',)


# Compression.

@pytest.mark.parametrize('encoding, pack', [
    ('gzip', gzip.compress), ('x-gzip', gzip.compress), ('deflate', zlib.compress),
    ('deflate', lambda data: zlib.compress(data)[2:-4])])
def test_a_compressed_call_is_answered(server, encoding, pack):
    assert ask(server, pack(CALL), 'Content-Encoding: ' + encoding).value() == 'hello'


def test_a_damaged_gzip_is_400_with_the_fault(server):
    answer = ask(server, gzip.compress(CALL)[:-3], 'Content-Encoding: gzip')
    assert answer.status == 400
    assert answer.fault().faultCode == -32300


def test_an_unknown_encoding_is_415(server):
    answer = ask(server, CALL, 'Content-Encoding: br')
    assert answer.status == 415
    assert answer.fields['accept-encoding'] == 'gzip, deflate'


def test_a_large_answer_is_compressed_for_who_asks_and_only_then(server):
    value = 'hello ' * 10_000
    plain = ask(server, call_of(value))
    packed = ask(server, call_of(value), 'Accept-Encoding: gzip')
    refused = ask(server, call_of(value), 'Accept-Encoding: gzip;q=0')
    assert plain.value() == refused.value() == value
    assert 'content-encoding' not in plain.fields and 'content-encoding' not in refused.fields
    assert packed.fields['content-encoding'] == 'gzip'
    assert len(packed.body) < len(plain.body) / 10
    for answer in (plain, packed, refused):
        assert answer.fields['content-length'] == str(len(answer.body))
        assert answer.fields['vary'] == 'Accept-Encoding'
    assert gzip.decompress(packed.body) == plain.body


# Other methods.

def test_a_get_shows_a_page_and_a_head_its_headers(server):
    got, head = (exchange(server, head_of(method=method, kind=None))
                 for method in ('GET', 'HEAD'))
    assert got.status == head.status == 200
    assert b'echo.echo' in got.body and head.body == b''
    # mod_cgid and mod_cgi leave out what a HEAD's Content-Length would be.
    assert head.fields.get('content-length', got.fields['content-length']) \
        == got.fields['content-length'] == str(len(got.body))
    assert head.fields['content-type'] == got.fields['content-type']


def test_options_is_204_with_allow(server):
    answer = exchange(server, head_of(method='OPTIONS', kind=None))
    assert answer.status_line == 'HTTP/1.1 204 No Content'
    assert answer.fields['allow'] == 'GET, HEAD, OPTIONS, POST'
    assert answer.body == b'' and 'transfer-encoding' not in answer.fields


@pytest.mark.parametrize('method', ['PUT', 'DELETE', 'PATCH', 'PROPFIND', 'NONSENSE', 'post'])
@pytest.mark.parametrize('body', [b'', CALL])
def test_another_method_is_405_with_allow(server, method, body):
    answer = ask(server, body, method=method)
    usual = otherwise(server, 'method ' + method, 405) if 'method ' + method in OTHERWISE else 405
    if usual != 405:
        assert answer.status == usual
        return
    assert answer.status_line == 'HTTP/1.1 405 Method Not Allowed'
    assert answer.fields['allow'] == 'GET, HEAD, OPTIONS, POST'
    assert answer.fields['content-length'] == str(len(answer.body))


@pytest.mark.parametrize('method', ['POST', 'OPTIONS', 'GET'])
@pytest.mark.parametrize('origin', ['https://other.example', 'null'])
def test_a_page_of_another_site_is_403(server, method, origin):
    answer = exchange(server, head_of('Origin: ' + origin, 'Content-Length: 0', method=method))
    assert answer.status == 403
    assert not any(name.startswith('access-control') for name in answer.fields)


def test_a_page_of_this_host_may_call(server):
    answer = ask(server, CALL, 'Origin: http://localhost')
    assert answer.value() == 'hello' and answer.fields['vary'] == 'Origin'


def test_415_is_plain_text_with_its_length(server):
    answer = ask(server, CALL, kind='application/json')
    assert answer.status_line == 'HTTP/1.1 415 Unsupported Media Type'
    assert answer.fields['content-type'] == 'text/plain; charset=utf-8'
    assert answer.fields['content-length'] == str(len(answer.body))


# What a client that breaks off gets, if it still listens.  Never is a part taken for a call.

def test_a_body_shorter_than_its_length_is_400(server):
    answer = exchange(server, head_of('Content-Length: %d' % (len(CALL) + 1)), CALL,
                      half_close=True)
    assert answer.status == otherwise(server, 'short body', 400)
    if 'x-rpc-fault' in answer.fields:      # else the server answers it itself, by its own page
        assert answer.fault().faultCode == -32300


WHOLE = b'%x\r\n%s\r\n' % (len(CALL), CALL)


@pytest.mark.parametrize('body', [
    b'', b'5\r\n<?xml', b'5\r\n<?xml\r\n', b'5\r\n<?xml\r\n0', WHOLE, WHOLE + b'0'],
    ids=['nothing', 'in a chunk', 'after a chunk', 'in the end', 'before the end', 'in a zero'])
def test_a_chunked_body_without_its_end_is_400(server, body):
    answer = exchange(server, head_of('Transfer-Encoding: chunked'), body, half_close=True)
    assert answer.status == otherwise(server, 'end among chunks', 400)


@pytest.mark.parametrize('body', [b'5\r\n<?xml\r\nZZ\r\n', b'-5\r\n<?xml\r\n0\r\n\r\n',
                                  WHOLE + b'ZZ\r\n', WHOLE + b'-5\r\nhello\r\n0\r\n\r\n'])
def test_a_chunk_whose_length_is_no_number_is_400(server, body):
    answer = exchange(server, head_of('Transfer-Encoding: chunked'), body, half_close=True)
    assert answer.status == otherwise(server, 'bad chunk', 400)
    if answer.status == 200:
        assert answer.fault().faultCode == -32700


# What a server answers before it asks the script: the status at Apache.

SERVERS_OWN = {
    'a negative length': (head_of('Content-Length: -5') + b'hello', 400),
    'a signed length': (head_of('Content-Length: +5') + b'hello', 400),
    'a length in words': (head_of('Content-Length: five') + b'hello', 400),
    'a length in other digits': (head_of('Content-Length: \u0665') + b'hello', 400),
    'an empty length': (head_of('Content-Length: ') + b'hello', 400),
    'a length beyond 64 bits': (head_of('Content-Length: ' + '9' * 26) + b'hello', 400),
    'a list of lengths': (head_of('Content-Length: 5, 5') + b'hello', 400),
    'two lengths': (head_of('Content-Length: 5', 'Content-Length: 6') + b'hello', 400),
    'the same length twice': (head_of('Content-Length: 5', 'Content-Length: 5') + b'hello', 400),
    'another transfer encoding': (head_of('Transfer-Encoding: identity') + b'hello', 400),
    'no Host': (b'POST /xmlrpc/ HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
                400),
    'a space in a header name': (head_of('X Y: 1', 'Content-Length: 0'), 400),
    'a header of 9000 bytes': (head_of('X-Y: ' + 'y' * 9000, 'Content-Length: 0'), 400),
    'an expectation unheard of': (head_of('Expect: 200-ok', 'Content-Length: 0'), 417),
    'TRACE': (head_of(method='TRACE', kind=None), 405),
    # LimitRequestBody of apache/rpc.conf.
    'a length above 64 MiB': (head_of('Content-Length: 67108865', 'Expect: 100-continue'), 413),
}
READ_ON = 'embedded', 'gunicorn', 'waitress'        # to the end of what was announced


@pytest.mark.parametrize('name', list(SERVERS_OWN))
def test_what_the_server_answers_itself(server, name):
    request, usual = SERVERS_OWN[name]
    answer = exchange(server, request, half_close=server.kind in READ_ON)
    if server.kind in OTHERWISE.get(name, ()):
        assert answer.status == OTHERWISE[name][server.kind]
    else:
        assert answer.status == usual
        if server.kind not in READ_ON:
            assert 'x-content-type-options' not in answer.fields, 'this came from the script'
