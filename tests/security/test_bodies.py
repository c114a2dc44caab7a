"""Bodies that are larger, shorter or other than they say: bombs, loops, allocation, framing."""

import bz2
import gzip
import tracemalloc
import zlib

import pytest

from tests.security import tried
from tests.unit.ask import Body, ask, call, handler

MB = 1 << 20


def peak(function):
    """What `function` returns, and the bytes of memory that it took at most."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        result = function()
        return result, tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def packed(pack, data, again=1):
    for _ in range(again):
        data = pack(data)
    return data


def raw_deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


ZEROS = b' ' * (16 * MB)         # sixteen times the limit
GZIPPED = gzip.compress(ZEROS, 9)
BZIPPED = bz2.compress(ZEROS)
BOMBS = {
    'gzip': ('gzip', GZIPPED),
    'deflate': ('deflate', zlib.compress(ZEROS, 9)),
    'deflate without header': ('deflate', raw_deflate(ZEROS)),
    'x-gzip in capitals': ('X-GZIP', GZIPPED),
    'gzip within gzip': ('gzip', packed(gzip.compress, GZIPPED, 2)),
    'gzip, said twice': ('gzip, gzip', packed(gzip.compress, GZIPPED)),
    'gzip and deflate': ('deflate, gzip', gzip.compress(zlib.compress(ZEROS))),
    'many members': ('gzip', gzip.compress(b' ' * MB, 9) * 16),
    'empty members': ('gzip', gzip.compress(b'') * 100000),
    'a long file name': ('gzip', b'\x1f\x8b\x08\x08\0\0\0\0\0\xff' + b'a' * (15 * MB)),
    'a long extra field': ('gzip', (b'\x1f\x8b\x08\x04\0\0\0\0\0\xff\xff\xff' + b'a' * 65535) * 99),
    'bzip2 said to be gzip': ('gzip', BZIPPED),
    'bzip2': ('bzip2', BZIPPED), 'br': ('br', b'\x0b\x02\x80 \x03'),
    'zstd': ('zstd', b'\x28\xb5\x2f\xfd' * 9), 'compress': ('compress', b'\x1f\x9d\x90' * 9),
    'a list of a thousand': (','.join(['gzip'] * 1000), GZIPPED),
}


@pytest.mark.parametrize('name', BOMBS)
def test_a_bomb_costs_no_more_than_the_limit(name):
    """CVE-2013-1753: Python's xmlrpc client and server inflated whatever came."""
    tried('compressed bombs')
    encoding, body = BOMBS[name]
    made = handler(MAX_BODY=MB)
    source = Body(body)
    response, memory = peak(lambda: ask(source, to=made, content_encoding=encoding))
    assert response.status in (400, 413, 415) or b'-3270' in response.body
    assert not made.called
    assert memory < 6 * MB, memory


def test_a_small_bomb_within_the_limit_is_only_white_space():
    tried('compressed bombs')
    response, memory = peak(lambda: ask(gzip.compress(b' ' * (4 * MB), 9), content_encoding='gzip',
                                        to=handler(MAX_BODY=4 * MB)))
    assert b'-32700' in response.body and memory < 24 * MB


# Declared lengths.

class Silent:
    """A client that sends nothing. `asked`: for how many bytes."""

    def __init__(self, data=b'', ends=True):
        self.data, self.asked, self.ends = data, [], ends

    def read(self, size):
        self.asked.append(size)
        block, self.data = self.data[:size], self.data[size:]
        if len(self.asked) > 1000:
            raise AssertionError('it reads for ever')
        return block


@pytest.mark.parametrize('length', ['16777216', '16777215', '1048577'])
@pytest.mark.parametrize('sent', [b'', b'<', b'<methodCall>'])
def test_memory_follows_what_came_and_not_what_was_declared(length, sent):
    tried('declared lengths')
    body = Silent(sent)
    response, memory = peak(lambda: ask(body, content_length=length))
    assert response.status == 400 and b'-32300' in response.body
    assert max(body.asked) <= MB and memory < MB


@pytest.mark.parametrize('length', ['1' + '0' * zeros for zeros in (8, 9, 12, 18, 19, 20, 100,
                                                                    5000)]
                         + [str((1 << bits) + more) for bits in (31, 32, 63, 64) for more in (-1,
                                                                                              0)])
def test_a_length_beyond_all_bounds_is_refused(length):
    """CVE-2020-10735 for those that are no int() either."""
    tried('declared lengths')
    body = Silent(b'x' * 100)
    response, memory = peak(lambda: ask(body, content_length=length))
    assert response.status == 413 and memory < MB


@pytest.mark.parametrize('length', [
    '-1', '-16777216', '+5', ' 5', '5 ', '5,5', '5, 6', '0x10', '1e3', '5.0', '5_000', '٥', '５',
    '²',
    'five', 'NaN', 'None', 'chunked', '\t5', '5\r\n', '5;', '"5"', '--5', '0-5', '5\x00', '\x00'])
def test_what_is_no_length_is_refused(length):
    tried('declared lengths')
    made = handler()
    assert ask(call(), to=made, content_length=length).status == 400
    assert not made.called


@pytest.mark.parametrize('sent', range(0, len(call()), 7))
def test_a_body_that_ends_early_ends_the_call_and_no_loop(sent):
    """CVE-2012-0845: a POST shorter than its length kept SimpleXMLRPCServer busy for ever."""
    for length in (len(call()), 10 ** 6, 16 * MB):
        tried('declared lengths')
        made = handler()
        body = Silent(call()[:sent])
        response = ask(body, to=made, content_length=str(length))
        assert response.status == 400 and not made.called and len(body.asked) <= 3


def test_a_call_within_a_longer_body_is_not_made_before_its_end():
    tried('declared lengths')
    made = handler()
    assert ask(Silent(call()), to=made, content_length=str(len(call()) + 1)).status == 400
    assert not made.called


# Framing, as far as a CGI program sees it; on sockets: test_server_framing.py.

@pytest.mark.parametrize('length', ['0', '1', str(len(call()) - 1)])
def test_what_follows_the_declared_length_is_never_read(length):
    for coding in ({}, {'transfer_encoding': 'chunked'}, {'transfer_encoding': 'identity'}):
        tried('request framing')
        made = handler()
        body = Body(call())
        ask(body, to=made, content_length=length, **coding)
        assert body.at == int(length) and not made.called


@pytest.mark.parametrize('coding', ['chunked', 'CHUNKED', 'gzip, chunked', 'identity, chunked',
                                    'xchunked',
                                    'chunked, identity', 'chunked\x00', '\x0bchunked'])
def test_a_length_counts_before_a_transfer_encoding(coding):
    tried('request framing', 2)
    made = handler()
    padded = call() + b'\n' * 10
    body = Body(padded + call(text='smuggled'))
    ask(body, to=made, content_length=str(len(padded)), transfer_encoding=coding)
    assert made.called == ['hello'] and body.at == len(padded)


def test_two_messages_in_one_body_are_none():
    for between in (b'', b'\n', b'\0', b'\r\n\r\n', b'POST /xmlrpc/ HTTP/1.1\r\n\r\n', b'0\r\n\r\n',
                    b'<?xml version="1.0"?>', b'<!-- -->', b']]>'):
        tried('request framing')
        made = handler()
        assert b'-32700' in ask(call() + between + call(), to=made).body
        assert not made.called
