"""The FastCGI protocol: one table of what a web server may send, whole and byte by byte."""

import random
import struct
import sys
import threading
import time
import tracemalloc

import pytest
from xmlrpcgi.fastcgi import MAX_PARAMS, Aborted, Broken, Connection

from tests.fcgi import (
    ABORT,
    BEGIN,
    DATA,
    END,
    GET_VALUES,
    GET_VALUES_RESULT,
    PARAMS,
    STDERR,
    STDIN,
    STDOUT,
    UNKNOWN,
    begin,
    length,
    pairs,
    record,
    records,
    request,
    stream,
)

ENV = {b'REQUEST_METHOD': b'POST', b'EMPTY': b'', b'': b'no name', b'X': b'y' * 127,
       b'LONG': b'z' * 128, b'N' * 200: b'longer' * 100}
ONE = pairs({b'A': b'1'})
OK = [(STDOUT, 1, b'answer'), (STDOUT, 1, b''), (END, 1, bytes(8))]


def ended(number, status):
    return END, number, struct.pack('!LB3x', 0, status)


class Served:
    """What became of the bytes `data`: events, and the records that were sent.

    Each request is answered with `answer`, after `read` bytes of its body (None: all).
    """

    def __init__(self, data, piece=None, answer=b'answer', read=None):
        self.events, self.sent, self.at = [], b'', 0
        self.data, self.piece = data, piece or len(data)
        connection = self.connection = Connection(self.receive, self.send)
        while True:
            try:
                params = connection.next_request()
                if params is None:
                    self.events.append('end')
                    break
                body = self.body(connection, read)
                self.events.append((params, body))
                assert connection.drain(1 << 30)
                connection.answer(answer)
            except Aborted:
                self.events.append('aborted')
            except Broken as error:
                self.events.append('broken: %s' % error)
                break
        self.records = records(self.sent)

    def body(self, connection, read):
        blocks, size = [], 0
        while read is None or size < read:
            block = connection.read(70000 if read is None else read - size)
            if not block:
                break
            blocks.append(block)
            size += len(block)
        return b''.join(blocks)

    def receive(self, size):
        block = self.data[self.at:self.at + min(size, self.piece)]
        self.at += len(block)
        return block

    def send(self, data):
        self.sent += data


def one(body=b''):
    """The events of one request with the parameter A=1."""
    return [({b'A': b'1'}, body), 'end']


STARTED = begin() + stream(PARAMS, ONE)
MANY = b'x' * 100
TABLE = [
    ('nothing', b'', ['end'], []),
    ('a request without body', STARTED + record(STDIN, 1), one(), OK),
    ('a request', STARTED + stream(STDIN, b'body'), one(b'body'), OK),
    ('lengths of one byte and of four', begin() + stream(PARAMS, pairs(ENV)) + record(STDIN, 1),
     [(ENV, b''), 'end'], OK),
    ('lengths of four bytes where one would do',
     begin() + stream(PARAMS, pairs(ENV, long=True)) + record(STDIN, 1), [(ENV, b''), 'end'], OK),
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


SIZES = [0, 1, 7, 8, 65527, 65528, 65529, 65535, 65536, 2 * 65528, 2 * 65528 + 1, 300000]


@pytest.mark.parametrize('size', SIZES)
def test_an_answer_of_any_size_is_cut_into_records(size):
    answer = bytes(range(256)) * (size // 256 + 1)
    served = Served(request(), answer=answer[:size])
    sent = [content for kind, number, content in served.records if kind == STDOUT]
    assert b''.join(sent) == answer[:size] and sent[-1] == b''
    assert b'' not in sent[:-1] or not size
    assert served.records[-1] == ended(1, 0)
    assert len(served.sent) % 8 == 0


def test_a_body_that_nobody_reads_is_read_before_the_answer_is_sent():
    data = request({b'A': b'1'}, b'x' * 200000) + request({b'A': b'1'}, b'next')
    order = []

    class Watched(Served):
        def receive(self, size):
            block = super().receive(size)
            order.append(self.at)
            return block

        def send(self, data):
            order.append('sent')
            super().send(data)

    served = Watched(data, 1000, read=4)
    assert served.events == [({b'A': b'1'}, b'xxxx'), ({b'A': b'1'}, b'next'), 'end']
    assert order[order.index('sent') - 1] >= 200000


def test_so_much_of_it_is_read_and_no_more():
    data = request({b'A': b'1'}, b'x' * 200000, piece=1000)
    connection = Connection(lambda size: data, lambda data: None)
    connection.next_request()
    assert connection.drain(100000) is False
    assert connection.drain(90000) is False
    assert connection.drain(20000) is True


def test_log_lines_go_with_the_request_that_runs():
    sent = []
    data = begin(5) + stream(PARAMS, ONE, 5) + record(STDIN, 5)
    parts = [data]
    connection = Connection(lambda size: parts.pop() if parts else b'', sent.append)
    assert connection.log(b'too early') is False
    connection.next_request()
    assert connection.log(b'a line\n') is True
    assert connection.log(b'y' * 100000) is True
    connection.answer(b'answer')
    assert connection.log(b'too late') is False
    found = records(b''.join(sent))
    assert {number for _, number, _ in found} == {5}
    assert b''.join(content for kind, _, content in found if kind == STDERR) \
        == b'a line\n' + b'y' * 100000
    assert [kind for kind, _, _ in found][-3:] == [STDOUT, STDOUT, END]


def test_threads_log_at_once_and_no_record_is_broken():
    sent = []

    def send(data):                 # in two halves, as a socket may
        sent.append(data[:len(data) // 2])
        time.sleep(0)
        sent.append(data[len(data) // 2:])

    started = threading.Barrier(9)
    questions = record(GET_VALUES, 0) + record(BEGIN, 2, b'\0\1' + bytes(6)) + record(88, 0)
    parts = [STARTED] + [questions] * 300 + [stream(STDIN, b'body')]
    connection = Connection(lambda size: parts.pop(0) if parts else b'', send)
    connection.next_request()

    def log(name):
        started.wait()
        for number in range(300):
            connection.log(b'%d-%d;' % (name, number))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=log, args=[name]) for name in range(8)]
        for thread in threads:
            thread.start()
        started.wait()
        assert connection.read(100) == b'body'
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    connection.answer(b'answer')
    found = records(b''.join(sent))
    lines = b''.join(content for kind, _, content in found if kind == STDERR).split(b';')[:-1]
    for name in range(8):
        assert [line for line in lines if line.startswith(b'%d-' % name)] \
            == [b'%d-%d' % (name, number) for number in range(300)]
    assert sum(1 for kind, _, _ in found if kind == UNKNOWN) == 300
    assert found.count(ended(2, 1)) == 300


def test_nothing_follows_a_record_that_went_in_part():
    sent = []

    def send(data):
        sent.append(data)
        if b'torn' in data:
            raise TimeoutError('the web server reads no more')

    parts = [request()]
    connection = Connection(lambda size: parts.pop() if parts else b'', send)
    connection.next_request()
    with pytest.raises(TimeoutError):
        connection.log(b'torn')
    for use in connection.log, connection.answer:
        with pytest.raises(Broken, match='not sent whole'):
            use(b'more')
    assert len(sent) == 1


def test_mutated_bytes_are_broken_or_aborted_and_nothing_else():
    seed = random.Random(20010516)
    samples = [row[1] for row in TABLE] + [request(ENV, b'x' * 300, piece=50) * 3]
    samples = [sample for sample in samples if sample]
    tracemalloc.start()
    try:
        for _ in range(6000):
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
        with pytest.raises(Broken):
            connection.read(1)
        assert tracemalloc.get_traced_memory()[1] < 6 * len(block)
    finally:
        tracemalloc.stop()
