"""gzip and deflate, in and out."""

import gzip
import os
import time
import tracemalloc
import xmlrpc.client
import zlib

import pytest

from tests.unit.ask import Body, ask, call, handler, header

MIB = 1 << 20


def gzipped(data, level=9):
    return gzip.compress(data, level, mtime=1)


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def fault_of(response):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(response.body)
    return caught.value


CALL = call()
HALF = len(CALL) // 2
STORED = zlib.compress(CALL, 0)


@pytest.mark.parametrize('encoding, body', [
    ('gzip', gzipped(CALL)), ('x-gzip', gzipped(CALL)), ('GZIP', gzipped(CALL)),
    (' gzip ', gzipped(CALL)), ('gzip, identity', gzipped(CALL)),
    ('gzip,', gzipped(CALL)), ('gzip', gzipped(CALL, 0)),
    ('gzip', gzipped(CALL[:HALF]) + gzipped(CALL[HALF:])),
    ('gzip', gzipped(b'') + gzipped(CALL) + gzipped(b'')),
    ('gzip', gzipped(CALL) + bytes(512)),
    ('deflate', zlib.compress(CALL)), ('deflate', raw_deflate(CALL)), ('Deflate', STORED),
    ('deflate', zlib.compress(CALL, 1)), ('deflate', zlib.compress(CALL, 9)),
    ('identity', CALL), ('', CALL), (',', CALL), ('identity, identity', CALL),
])
@pytest.mark.parametrize('piece', [1, MIB])
def test_a_compressed_body_is_read(encoding, body, piece):
    response = ask(Body(body, piece), content_encoding=encoding)
    assert response.status == 200
    assert xmlrpc.client.loads(response.body)[0] == ('hello',)


@pytest.mark.parametrize('encoding', ['br', 'zstd', 'compress', 'gzip, br', 'gzip, gzip',
                                      'deflate, gzip', 'gzip;q=1', 'aws-chunked', 'x' * 500,
                                      'caf\xe9\udcff'])
def test_an_encoding_that_is_not_known_is_415_and_hears_which_are(encoding):
    to = handler()
    response = ask(gzipped(CALL), to=to, content_encoding=encoding)
    assert response.status == 415
    assert header(response, 'Accept-Encoding') == 'gzip, deflate'
    assert b'gzip and deflate' in response.body and len(response.body) < 300
    assert not to.called


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 0xff]) + data[at + 1:]


@pytest.mark.parametrize('encoding, body', [
    ('gzip', b''), ('gzip', CALL), ('gzip', b'\x1f'), ('gzip', b'\x1f\x8b\x08'),
    ('gzip', gzipped(CALL)[:-1]), ('gzip', gzipped(CALL)[:-9]),
    ('gzip', gzipped(CALL)[:20]), ('gzip', flipped(gzipped(CALL), -5)),
    ('gzip', flipped(gzipped(CALL), -1)), ('gzip', flipped(gzipped(CALL), 30)),
    ('gzip', gzipped(CALL) + b'more'), ('gzip', gzipped(CALL) + b'\0more'),
    ('gzip', gzipped(CALL) + gzipped(b' ')[:5]), ('gzip', zlib.compress(CALL)),
    ('deflate', b''), ('deflate', CALL), ('deflate', zlib.compress(CALL)[:-1]),
    ('deflate', zlib.compress(CALL) + b'more'), ('deflate', raw_deflate(CALL) + b'more'),
    ('deflate', raw_deflate(CALL)[:-1]), ('deflate', flipped(zlib.compress(CALL), -1)),
    ('deflate', zlib.compress(CALL) + zlib.compress(b' ')), ('deflate', gzipped(CALL)),
])
def test_a_damaged_body_is_400_with_fault_32300(encoding, body):
    to = handler()
    response = ask(body, to=to, content_encoding=encoding)
    assert response.status == 400
    assert header(response, 'X-RPC-Fault') == '-32300'
    assert fault_of(response).faultCode == -32300
    assert 'compressed body is damaged' in fault_of(response).faultString
    assert not to.called


@pytest.mark.parametrize('encoding, pack', [('gzip', gzip.compress), ('deflate', zlib.compress),
                                            ('deflate', raw_deflate)])
@pytest.mark.parametrize('text', ['hello', 'x' * 100_000])
def test_the_maximum_holds_for_the_inflated_body_too(encoding, pack, text):
    body = call(text=text)
    to = handler(MAX_BODY=len(body))
    packed = pack(body)
    if len(packed) <= len(body):
        assert ask(packed, to=to, content_encoding=encoding).status == 200
    packed = pack(body + b'\n' * (1 if len(packed) <= len(body) else 1000))
    assert ask(packed, to=to, content_encoding=encoding).status == 413


@pytest.mark.slow
@pytest.mark.parametrize('encoding, wbits', [('gzip', 31), ('deflate', 15), ('deflate', -15)])
def test_a_bomb_takes_no_more_memory_than_the_maximum(encoding, wbits):
    packer, block = zlib.compressobj(9, wbits=wbits), bytes(MIB)
    bomb = b''.join([packer.compress(block) for _ in range(128)] + [packer.flush()])
    assert len(bomb) < MIB
    to = handler(MAX_BODY=MIB)
    tracemalloc.start()
    try:
        response = ask(bomb, to=to, content_encoding=encoding)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status == 413
    assert peak < 4 * MIB


def test_many_small_members_take_no_more_time_than_one_large_one():
    body = gzipped(b'') * 400_000
    started = time.process_time()
    response = ask(body, content_encoding='gzip')
    assert time.process_time() - started < 2
    assert response.status == 400


@pytest.mark.parametrize('wanted, packed', [
    ('gzip', True), ('GZIP', True), ('x-gzip', True), ('deflate, gzip', True), ('gzip;q=1', True),
    ('gzip; ', True), ('gzip; q=0.5', True),
    ('gzip;q=0.001', True), (' gzip ; q = 1.0 , br', True),
    ('br;q=1.0, gzip;q=0.8, *;q=0.1', True), ('gzip, deflate, br, zstd', True),
    ('gzip;q=0', False), ('gzip; Q=0.0', False), ('gzip;q=0.000 , br', False), ('gzip;q=', False),
    ('', False), (None, False), ('*', False), ('identity', False), ('deflate', False),
    ('br', False), ('notgzip', False), ('gzipped', False), ('*;q=0, identity', False),
])
def test_an_answer_is_compressed_only_for_a_client_that_asks_for_gzip(wanted, packed):
    text = 'hello ' * 2000
    response = ask(call(text=text), accept_encoding=wanted)
    assert header(response, 'Vary') == 'Accept-Encoding'
    assert header(response, 'Content-Encoding') == ('gzip' if packed else None)
    body = gzip.decompress(response.body) if packed else response.body
    assert xmlrpc.client.loads(body)[0] == (text,)
    assert header(response, 'Content-Length') == str(len(response.body))


def test_the_threshold_is_the_settings():
    size = len(ask().body)
    for threshold, packed in [(0, False), (size + 1, False), (size, True), (1, True)]:
        response = ask(to=handler(GZIP_MIN=threshold), accept_encoding='gzip')
        assert (header(response, 'Content-Encoding') == 'gzip') is packed
        assert (header(response, 'Vary') == 'Accept-Encoding') is packed


def test_a_small_answer_pays_nothing_for_compression():
    response = ask(accept_encoding='gzip')
    assert header(response, 'Content-Encoding') is None and header(response, 'Vary') is None


def test_the_same_answer_is_compressed_to_the_same_bytes():
    first, second = (ask(call(text='x' * 9000), accept_encoding='gzip').body for _ in range(2))
    assert first == second


def test_what_cannot_be_compressed_arrives_too():
    value = xmlrpc.client.dumps((xmlrpc.client.Binary(os.urandom(9000)),), 'echo').encode()
    response = ask(value, accept_encoding='gzip')
    assert len(xmlrpc.client.loads(gzip.decompress(response.body))[0][0].data) == 9000
