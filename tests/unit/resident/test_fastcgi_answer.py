"""Answers and log lines leave as whole FastCGI records, once the body has been read."""

import sys
import threading
import time

import pytest
from xmlrpcgi.resident.fastcgi import BrokenConnection, Connection

from tests.tools.fcgi import (
    BEGIN,
    END,
    GET_VALUES,
    PARAMS,
    STDERR,
    STDIN,
    STDOUT,
    UNKNOWN,
    begin,
    record,
    records,
    request,
    stream,
)
from tests.unit.resident.fastcgi_server import ONE, STARTED, Served, ended

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
        with pytest.raises(BrokenConnection, match='not sent whole'):
            use(b'more')
    assert len(sent) == 1
