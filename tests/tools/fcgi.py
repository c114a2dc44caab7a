"""FastCGI from the web server's side: its records, and a client.

Written from the specification and not from the program, so that the two can disagree.
"""

import socket
import struct
import time

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES, GET_VALUES_RESULT, \
    UNKNOWN = range(1, 12)
SECONDS = 30


def record(kind, number, content=b'', padding=0, version=1):
    """The bytes of one record."""
    return struct.pack('!BBHHBB', version, kind, number, len(content), padding, 0) \
        + content + b'\xff' * padding


def length(number, long=False):
    """A length as name-value pairs have it, in one byte or four."""
    return struct.pack('!L', number | 1 << 31) if long or number > 127 else bytes([number])


def pairs(params, long=False):
    """{bytes: bytes} as name-value pairs."""
    return b''.join(length(len(name), long) + length(len(value), long) + name + value
                    for name, value in params.items())


def begin(number=1, keep=False, role=1):
    """The record that begins a request."""
    return record(BEGIN, number, struct.pack('!HB5x', role, keep))


def stream(kind, data, number=1, piece=65535, padding=0):
    """A stream: its records, and the empty one that ends it."""
    return b''.join(record(kind, number, data[at:at + piece], padding)
                    for at in range(0, len(data), piece)) + record(kind, number)


def request(params=(), body=b'', number=1, keep=False, piece=65535):
    """The bytes of a whole request."""
    return begin(number, keep) + stream(PARAMS, pairs(dict(params)), number, piece) \
        + stream(STDIN, body, number, piece)


def records(data):
    """[(type, number, content)] of the bytes of whole records."""
    found = []
    while data:
        version, kind, number, size, padding, _ = struct.unpack('!BBHHBB', data[:8])
        assert version == 1 and len(data) >= 8 + size + padding, 'a record has no end'
        found.append((kind, number, data[8:8 + size]))
        data = data[8 + size + padding:]
    return found


class Answer:
    """What came for a request: out, err (bytes); whole (bool): with END_REQUEST."""

    def __init__(self):
        self.out, self.err, self.whole = b'', b'', False

    @property
    def status(self):
        """The HTTP status (int), 0 without one."""
        line = self.out.partition(b'\r\n')[0]
        return int(line[8:11]) if line.startswith(b'Status: ') else 0

    @property
    def body(self):
        """The bytes after the headers."""
        return self.out.partition(b'\r\n\r\n')[2]

    @property
    def value(self):
        """The value of the methodResponse; raises Fault."""
        import xmlrpc.client
        assert self.status == 200, (self.out, self.err)
        return xmlrpc.client.loads(self.body, use_builtin_types=True)[0][0]


class Client:
    """A connection to `address`: a path, or (host, port)."""

    def __init__(self, address):
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(SECONDS)
        self.socket.connect(address)
        self._data = b''

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Send bytes."""
        self.socket.sendall(data)

    def answer(self, number=1):
        """Read to the END_REQUEST of the request, or to the end of the connection."""
        answer = Answer()
        while True:
            head = self._take(8)
            if head is None:
                return answer
            version, kind, found, size, padding, _ = struct.unpack('!BBHHBB', head)
            content = self._take(size + padding)
            assert version == 1 and found == number and content is not None, (head, content)
            if kind == STDOUT:
                answer.out += content[:size]
            elif kind == STDERR:
                answer.err += content[:size]
            elif kind == END:
                assert content[:5] == b'\0\0\0\0\0', content
                answer.whole = True
                return answer
            else:
                raise AssertionError('a record of type %d' % kind)

    def _take(self, size):
        while len(self._data) < size:
            try:
                block = self.socket.recv(1 << 20)
            except ConnectionResetError:
                block = b''
            if not block:
                return None
            self._data += block
        found, self._data = self._data[:size], self._data[size:]
        return found


def variables(body=b'', **more):
    """The parameters of a POST, as web servers send them ({bytes: bytes})."""
    found = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml', 'SCRIPT_NAME': '/rpc',
             'CONTENT_LENGTH': str(len(body)), 'SERVER_PROTOCOL': 'HTTP/1.1',
             'REMOTE_ADDR': '127.0.0.1', **more}
    return {name.encode(): value.encode() for name, value in found.items() if value is not None}


def ask(address, body=b'', number=1, **more):
    """Send one request on a connection of its own; its Answer."""
    with Client(address) as client:
        client.send(request(variables(body, **more), body, number))
        return client.answer(number)


def call(address, method, *params, **more):
    """Call `method`; its value; raises Fault."""
    import xmlrpc.client
    body = xmlrpc.client.dumps(params, method, allow_none=True).encode()
    return ask(address, body, **more).value


def wait_for(condition, seconds=SECONDS):
    """Wait until condition() is true, and return what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, 'it did not become true: %s' % condition
        time.sleep(0.005)
