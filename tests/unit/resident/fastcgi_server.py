"""A web server in memory that speaks FastCGI: what it sends, and what became of that."""

import struct

from xmlrpcgi.resident.fastcgi import AbortedRequest, BrokenConnection, Connection

from tests.tools.fcgi import END, PARAMS, STDOUT, begin, pairs, records, stream

ONE = pairs({b'A': b'1'})
OK = [(STDOUT, 1, b'answer'), (STDOUT, 1, b''), (END, 1, bytes(8))]
STARTED = begin() + stream(PARAMS, ONE)


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
            except AbortedRequest:
                self.events.append('aborted')
            except BrokenConnection as error:
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
