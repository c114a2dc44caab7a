"""The FastCGI protocol: one table of what a web server may send, whole and byte by byte."""

import random
import tracemalloc

import pytest
from xmlrpcgi.resident.fastcgi import MAX_PARAMS, BrokenConnection, Connection

from tests.tools.fcgi import (
    ABORT,
    BEGIN,
    DATA,
    GET_VALUES,
    GET_VALUES_RESULT,
    PARAMS,
    STDIN,
    UNKNOWN,
    begin,
    length,
    pairs,
    record,
    request,
    stream,
)
from tests.unit.resident.fastcgi_server import OK, ONE, STARTED, Served, ended

ENV = {b'REQUEST_METHOD': b'POST', b'EMPTY': b'', b'': b'no name', b'X': b'y' * 127,
       b'LONG': b'z' * 128, b'N' * 200: b'longer' * 100}


def one(body=b''):
    """The events of one request with the parameter A=1."""
    return [({b'A': b'1'}, body), 'end']


MANY = b'x' * 100
TWICE = [{b'HTTP_X_AUTH_TOKEN': b'a', b'HTTP_COOKIE': b'a=1', b'HTTP_LONG': MANY * 2,
          b'HTTP_SAME': b'same', b'SCRIPT_NAME': b'/first', b'HTTP_EMPTY': b''},
         {b'HTTP_X_AUTH_TOKEN': b'b', b'HTTP_COOKIE': b'b=2', b'HTTP_LONG': b'c',
          b'HTTP_SAME': b'same', b'SCRIPT_NAME': b'/second', b'HTTP_EMPTY': b'full'}]
TABLE = [
    ('nothing', b'', ['end'], []),
    ('a request without body', STARTED + record(STDIN, 1), one(), OK),
    ('a request', STARTED + stream(STDIN, b'body'), one(b'body'), OK),
    ('lengths of one byte and of four', begin() + stream(PARAMS, pairs(ENV)) + record(STDIN, 1),
     [(ENV, b''), 'end'], OK),
    ('lengths of four bytes where one would do',
     begin() + stream(PARAMS, pairs(ENV, long=True)) + record(STDIN, 1), [(ENV, b''), 'end'], OK),
    ('headers that came twice, as nginx sends them',
     begin() + stream(PARAMS, b''.join(map(pairs, TWICE))) + record(STDIN, 1),
     [({b'HTTP_X_AUTH_TOKEN': b'a, b', b'HTTP_COOKIE': b'a=1; b=2', b'HTTP_LONG': MANY * 2 + b', c',
        b'HTTP_SAME': b'same', b'SCRIPT_NAME': b'/second', b'HTTP_EMPTY': b'full'}, b''), 'end'],
     OK),
    ('no parameters', begin() + record(PARAMS, 1) + record(STDIN, 1), [({}, b''), 'end'], OK),
    ('parameters across records',
     begin() + stream(PARAMS, pairs(ENV), piece=7) + record(STDIN, 1), [(ENV, b''), 'end'], OK),
    ('a body in pieces', STARTED + stream(STDIN, b'0123456789', piece=3), one(b'0123456789'), OK),
    ('padding', begin() + stream(PARAMS, ONE, padding=7) + stream(STDIN, b'body', padding=255),
     one(b'body'), OK),
    ('two requests on one connection', (STARTED + stream(STDIN, b'a')) * 2,
     [({b'A': b'1'}, b'a'), ({b'A': b'1'}, b'a'), 'end'], OK * 2),
    ('a number of two bytes', request({b'A': b'1'}, b'body', number=0xfedc), one(b'body'),
     [(kind, 0xfedc, content) for kind, _, content in OK]),
    ('a name longer than what is there', begin() + stream(PARAMS, b'\x05\x00name')
     + record(STDIN, 1), ['broken: a parameter has no end'], []),
    ('a value longer than what is there', begin() + stream(PARAMS, b'\x01\xffAvalue')
     + record(STDIN, 1), ['broken: a parameter has no end'], []),
    ('a length without its bytes', begin() + stream(PARAMS, b'\x01\x80\x00')
     + record(STDIN, 1), ['broken: a parameter has no end'], []),
    ('a name alone', begin() + stream(PARAMS, b'\x01') + record(STDIN, 1),
     ['broken: a parameter has no end'], []),
    ('an endless length', begin() + stream(PARAMS, b'\xff\xff\xff\xff\xff\xff\xff\xffA')
     + record(STDIN, 1), ['broken: a parameter has no end'], []),
    ('abort at once', begin() + record(ABORT, 1), ['aborted', 'end'], [ended(1, 0)]),
    ('abort within the parameters', begin() + record(PARAMS, 1, ONE) + record(ABORT, 1),
     ['aborted', 'end'], [ended(1, 0)]),
    ('abort before the body', STARTED + record(ABORT, 1), ['aborted', 'end'], [ended(1, 0)]),
    ('abort within the body', STARTED + record(STDIN, 1, b'bo') + record(ABORT, 1),
     ['aborted', 'end'], [ended(1, 0)]),
    ('abort after the body', STARTED + stream(STDIN, b'body') + record(ABORT, 1), one(b'body'), OK),
    ('abort of another request', STARTED + record(ABORT, 2) + stream(STDIN, b'body'), one(b'body'),
     OK),
    ('abort, and what was on its way', STARTED + record(ABORT, 1) + stream(STDIN, b'late')
     + STARTED + record(STDIN, 1), ['aborted'] + one(), [ended(1, 0)] + OK),
    ('a question for values', record(GET_VALUES, 0, pairs(
        {b'FCGI_MAX_CONNS': b'', b'FCGI_MPXS_CONNS': b'', b'FCGI_MAX_REQS': b'', b'OTHER': b''})),
     ['end'], [(GET_VALUES_RESULT, 0, pairs(
         {b'FCGI_MAX_CONNS': b'1', b'FCGI_MAX_REQS': b'1', b'FCGI_MPXS_CONNS': b'0'}))]),
    ('a question for values nobody knows', record(GET_VALUES, 0, pairs({b'OTHER': b''})),
     ['end'], [(GET_VALUES_RESULT, 0, b'')]),
    ('a question for no values', record(GET_VALUES, 0), ['end'], [(GET_VALUES_RESULT, 0, b'')]),
    ('a question that has no end', record(GET_VALUES, 0, b'\x05\x00F'),
     ['broken: a parameter has no end'], []),
    ('an unknown management record', record(77, 0, b'what?'), ['end'],
     [(UNKNOWN, 0, b'\x4d' + bytes(7))]),
    ('management within the parameters', begin() + record(PARAMS, 1, ONE) + record(78, 0)
     + record(PARAMS, 1) + record(STDIN, 1), one(), [(UNKNOWN, 0, b'\x4e' + bytes(7))] + OK),
    ('management within the body', STARTED + record(STDIN, 1, b'bo') + record(79, 0)
     + record(GET_VALUES, 0) + record(STDIN, 1, b'dy') + record(STDIN, 1), one(b'body'),
     [(UNKNOWN, 0, b'\x4f' + bytes(7)), (GET_VALUES_RESULT, 0, b'')] + OK),
    ('records of unknown types in a request', begin() + record(99, 1, MANY) + stream(PARAMS, ONE)
     + record(99, 1, MANY) + record(DATA, 1, MANY) + record(STDIN, 1), one(), OK),
    ('records of another request', begin() + record(PARAMS, 9, MANY) + stream(PARAMS, ONE)
     + record(STDIN, 9, MANY) + record(STDIN, 9) + stream(STDIN, b'body'), one(b'body'), OK),
    ('a second request within the parameters', begin() + begin(2) + stream(PARAMS, ONE)
     + record(STDIN, 1), one(), [ended(2, 1)] + OK),
    ('a second request within the body', STARTED + record(STDIN, 1, b'bo') + begin(2)
     + stream(PARAMS, MANY, 2) + stream(STDIN, MANY, 2) + stream(STDIN, b'dy'), one(b'body'),
     [ended(2, 1)] + OK),
    ('a request that begins twice', begin() + begin(), ['broken: a request began twice'], []),
    ('an authorizer', begin(role=2) + stream(PARAMS, ONE) + record(STDIN, 1), ['end'],
     [ended(1, 3)]),
    ('a filter', begin(role=3) + stream(PARAMS, ONE), ['end'], [ended(1, 3)]),
    ('no role at all', record(BEGIN, 1), ['end'], [ended(1, 3)]),
    ('an unknown role, then a responder', begin(role=9) + STARTED + record(STDIN, 1), one(),
     [ended(1, 3)] + OK),
    ('another version', record(BEGIN, 1, bytes(8), version=2),
     ['broken: version 2 of FastCGI, or no FastCGI at all'], []),
    ('HTTP', b'POST /xmlrpc/ HTTP/1.1\r\n\r\n',
     ['broken: version 80 of FastCGI, or no FastCGI at all'], []),
    ('another version in the body', STARTED + record(STDIN, 1, b'body', version=0),
     ['broken: version 0 of FastCGI, or no FastCGI at all'], []),
]


@pytest.mark.parametrize('piece', [None, 1, 3], ids=['whole', 'byte-by-byte', 'in-threes'])
@pytest.mark.parametrize('data, events, sent', [row[1:] for row in TABLE],
                         ids=[row[0].replace(' ', '-') for row in TABLE])
def test_what_a_web_server_sends(data, events, sent, piece):
    served = Served(data, piece)
    assert served.events == events
    assert served.records == sent


@pytest.mark.parametrize('piece', [None, 1])
@pytest.mark.parametrize('data, events', [row[1:3] for row in TABLE if row[2] == one(b'body')],
                         ids=[row[0].replace(' ', '-') for row in TABLE if row[2] == one(b'body')])
def test_an_end_at_any_byte_is_never_taken_for_a_whole_request(data, events, piece):
    whole = data.rindex(record(STDIN, Served(data).records[-1][1])) + 8
    for end in range(1, whole):
        served = Served(data[:end], piece)
        assert [event for event in served.events if isinstance(event, tuple)] == []
        assert served.events[-1] == 'broken: the connection ended in the middle of a request'


def test_parameters_are_bounded_and_the_maximum_is_let_through():
    name = length(1) + length(MAX_PARAMS - 6, long=True) + b'A'
    fits = name + b'v' * (MAX_PARAMS - 6)
    assert len(fits) == MAX_PARAMS
    served = Served(begin() + stream(PARAMS, fits) + record(STDIN, 1))
    assert served.events == [({b'A': b'v' * (MAX_PARAMS - 6)}, b''), 'end']
    served = Served(begin() + stream(PARAMS, fits + b'\0'))
    assert served.events == ['broken: the parameters are more than 1048576 bytes']


@pytest.mark.parametrize('keep', [True, False])
def test_the_web_server_says_whether_the_connection_stays(keep):
    served = Served(request({b'A': b'1'}, keep=keep))
    assert served.connection.keep is keep


def test_what_was_received_of_a_next_request_is_known():
    for rest, pending in (b'', False), (b'\1', True):
        data = request({b'A': b'1'}, b'body') + rest
        connection = Connection(lambda size, data=data: data, lambda data: None)
        connection.next_request()
        assert connection.read(10) == b'body' and connection.drain(0) is False
        assert connection.drain(1) is True
        connection.answer(b'')
        assert connection.pending() is pending


@pytest.mark.slow
def test_mutated_bytes_are_broken_or_aborted_and_nothing_else():
    seed = random.Random(20010516)
    samples = [row[1] for row in TABLE] + [request(ENV, b'x' * 300, piece=50) * 3]
    samples = [sample for sample in samples if sample]
    tracemalloc.start()
    try:
        for _ in range(2000):
            data = bytearray(seed.choice(samples))
            for _ in range(seed.randint(1, 8)):
                at = seed.randrange(len(data))
                kind = seed.randrange(4)
                if kind == 0:
                    data[at] = seed.randrange(256)
                elif kind == 1:
                    del data[at:at + seed.randrange(1, 9)]
                elif kind == 2:
                    data[at:at] = bytes(seed.randrange(256) for _ in range(seed.randrange(1, 9)))
                else:
                    data[at:at] = data[:seed.randrange(1, 40)]
                data = data or bytearray(b'\1')
            Served(bytes(data), seed.choice([None, 1, 5]))      # it asserts that records are whole
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_connection_keeps_nothing_of_what_it_read():
    block = b''.join([record(STDIN, 9, b'x' * 60000, 100), record(DATA, 1, b'y' * 60000)] * 20)
    left = [200]

    def receive(size):
        left[0] -= 1
        return STARTED if left[0] == 199 else block if left[0] > 0 else b''

    connection = Connection(receive, lambda data: None)
    connection.next_request()
    tracemalloc.start()
    try:
        with pytest.raises(BrokenConnection):
            connection.read(1)
        assert tracemalloc.get_traced_memory()[1] < 6 * len(block)
    finally:
        tracemalloc.stop()
