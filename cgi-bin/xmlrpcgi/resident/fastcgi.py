"""The FastCGI protocol, version 1: the records of one connection.

Specification: https://fastcgi-archives.github.io/FastCGI_Specification.html
(section numbers below are its). A connection carries one request at a time, to a
Responder; a web server that sends more is told so. A Connection gets two
functions, to receive and to send bytes: this module knows no sockets, HTTP or calls.
"""

import struct
import threading

BEGIN_REQUEST, ABORT_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES, \
    GET_VALUES_RESULT, UNKNOWN_TYPE = range(1, 12)
RESPONDER = 1                               # a role, section 5.1
REQUEST_COMPLETE, CANT_MPX_CONN, OVERLOADED, UNKNOWN_ROLE = range(4)
KEEP_CONN = 1

MAX_PARAMS = 1 << 20        # bytes; Apache sends at most 100 headers of 8 KB
_HEADER = struct.Struct('!BBHHBx')          # version, type, request, length, padding
_LONG = struct.Struct('!L')
_CONTENT = 0xfff8           # bytes in a record that we write, at most; a multiple of eight
_VALUES = {b'FCGI_MAX_CONNS': b'1', b'FCGI_MAX_REQS': b'1', b'FCGI_MPXS_CONNS': b'0'}


class BrokenConnection(OSError):
    """What came is not FastCGI, or ended in the middle; the connection cannot be used further."""


class AbortedRequest(BaseException):
    """The web server gave the request up before its body was there.

    Not an Exception, so that no `except Exception` takes a part of the body for the whole.
    """


class Connection:
    """One connection. receive(n) gives up to n bytes, b'' at the end; send(data) sends all.

    keep (bool): whether the web server wants the connection to stay after this request.
    """

    def __init__(self, receive, send):
        self._receive = receive
        self._send = send
        self._data = b''            # received, and not yet read
        self._at = 0
        self._request = 0           # its number, 0 between two
        self._body = b''            # of the record that is being read
        self._body_ended = True
        self._sending = threading.RLock()       # threads may log; a __del__ may print
        self._torn = False          # a record was sent in part: nothing can follow it
        self.keep = False

    def pending(self):
        """Whether something of a next request has been received already (bool)."""
        return len(self._data) > self._at

    def next_request(self):
        """Return the parameters ({bytes: bytes}) of the next request, None at the end.

        Raises BrokenConnection, and AbortedRequest where it was given up at once.
        """
        params, size = [], 0
        while True:
            record = self._record(at_end=not self._request)
            if record is None:
                return None
            kind, number, content = record
            if kind == BEGIN_REQUEST:
                self._begin(number, content)
            elif number == self._request and kind == PARAMS:
                if not content:
                    return pairs(b''.join(params))
                size += len(content)
                if size > MAX_PARAMS:
                    raise BrokenConnection('the parameters are more than %d bytes' % MAX_PARAMS)
                params.append(content)
            elif number == self._request and kind == ABORT_REQUEST:
                self.end()
                raise AbortedRequest

    def read(self, size):
        """Return at most `size` bytes of the body, b'' at its end.

        Raises BrokenConnection and AbortedRequest.
        """
        while not self._body:
            if self._body_ended:
                return b''
            self._next_of_body()
        block, self._body = self._body[:size], self._body[size:]
        return block

    def drain(self, most):
        """Read and drop at most `most` bytes of the body; return whether its end came (bool).

        A connection that is closed with something unread is reset, and the response is lost.
        """
        while not self._body_ended and most > 0:
            most -= len(self._body)
            self._body = b''
            self._next_of_body()
        return self._body_ended

    def log(self, data):
        """Send `data` (bytes) for the web server's error log; False where no request runs."""
        return self._stream(STDERR, data)

    def begin_answer(self, data):
        """Send `data` (bytes), the first part of the response."""
        self._stream(STDOUT, data)

    def answer(self, data):
        """Send the whole response `data` (bytes), and its end."""
        if len(data) > _CONTENT:
            view = memoryview(data)
            while len(view) > _CONTENT:
                self._stream(STDOUT, view[:_CONTENT])
                view = view[_CONTENT:]
            data = bytes(view)
        with self._sending:
            number, self._request = self._request, 0
            self._put(_record(STDOUT, number, data) + (_LAST if number == 1 else _last(number)))

    def end(self):
        """End the request without a response."""
        with self._sending:
            number, self._request = self._request, 0
            self._put(_end(number, REQUEST_COMPLETE))

    def _stream(self, kind, data):
        view = memoryview(data)
        with self._sending:
            if not self._request:
                return False
            while view:
                self._put(_record(kind, self._request, bytes(view[:_CONTENT])))
                view = view[_CONTENT:]
        return True

    def _put(self, data):
        """Send whole records; after one that was sent in part, nothing can follow."""
        with self._sending:
            if self._torn:
                raise BrokenConnection('an earlier record was not sent whole')
            self._torn = True
            self._send(data)
            self._torn = False

    def _begin(self, number, content):
        role, flags = struct.unpack('!HB', content[:3]) if len(content) >= 3 else (0, 0)
        if self._request:
            if number == self._request:
                raise BrokenConnection('a request began twice')
            self._put(_end(number, CANT_MPX_CONN))
        elif role != RESPONDER:
            self._put(_end(number, UNKNOWN_ROLE))
        else:
            self._request, self._body, self._body_ended = number, b'', False
            self.keep = bool(flags & KEEP_CONN)

    def _next_of_body(self):
        kind, number, content = self._record()
        if kind == BEGIN_REQUEST:
            self._begin(number, content)
        elif number == self._request and kind == STDIN:
            self._body, self._body_ended = content, not content
        elif number == self._request and kind == ABORT_REQUEST:
            self._body_ended = True
            self.end()
            raise AbortedRequest

    def _record(self, at_end=False):
        """The next record: (type, number, content); None at an end that `at_end` allows."""
        while True:
            if len(self._data) - self._at < _HEADER.size and not self._fill(_HEADER.size, at_end):
                return None
            version, kind, number, length, padding = _HEADER.unpack_from(self._data, self._at)
            if version != 1:
                raise BrokenConnection('version %d of FastCGI, or no FastCGI at all' % version)
            self._at += _HEADER.size
            if len(self._data) - self._at < length + padding:
                self._fill(length + padding)
            start = self._at
            self._at += length + padding
            content = self._data[start:start + length]
            if number:
                return kind, number, content
            self._put(_values(content) if kind == GET_VALUES else       # management, section 4
                      _record(UNKNOWN_TYPE, 0, struct.pack('!B7x', kind)))

    def _fill(self, size, at_end=False):
        """Receive until `size` bytes are at hand (bool); False at an end that `at_end` allows."""
        while len(self._data) - self._at < size:
            block = self._receive(65536)
            if not block:
                if at_end and not self.pending():
                    return False
                raise BrokenConnection('the connection ended in the middle of a request')
            self._data = self._data[self._at:] + block
            self._at = 0
        return True


def pairs(data):
    """Return {name: value} (bytes) of name-value pairs, section 3.4; raises BrokenConnection."""
    found, at, end = {}, 0, len(data)
    try:
        while at < end:
            length, more = data[at], data[at + 1]
            if length < 128 and more < 128:     # as nearly all are
                at += 2
                middle = at + length
                name = data[at:middle]
                at = middle + more
                found[name] = data[middle:at] if name not in found else _joined(
                    name, found[name], data[middle:at])
                continue
            lengths = []
            for _ in range(2):
                if data[at] < 128:
                    lengths.append(data[at])
                    at += 1
                else:
                    lengths.append(_LONG.unpack_from(data, at)[0] & 0x7fffffff)
                    at += 4
            middle = at + lengths[0]
            name, value = data[at:middle], data[middle:middle + lengths[1]]
            at = middle + lengths[1]
            found[name] = value if name not in found else _joined(name, found[name], value)
    except (IndexError, struct.error):
        raise BrokenConnection('a parameter has no end') from None
    if at != end:
        raise BrokenConnection('a parameter has no end')
    return found


def _joined(name, first, second):
    """Return the value of a parameter that came twice, as nginx sends a header that came twice.

    Both count (RFC 3875 section 4.1.18), as at other servers. Of what is not a header the second
    counts: an nginx.conf may set a parameter anew.
    """
    if name[:5] != b'HTTP_' or not first or first == second:
        return second
    return first + (b'; ' if name == b'HTTP_COOKIE' else b', ') + second


def pair(name, value):
    """Return the bytes of one name-value pair."""
    return b''.join(bytes([len(part)]) if len(part) < 128 else _LONG.pack(len(part) | 1 << 31)
                    for part in (name, value)) + name + value


def _values(content):
    asked = pairs(content)
    return _record(GET_VALUES_RESULT, 0, b''.join(
        pair(name, value) for name, value in _VALUES.items() if name in asked))


def _record(kind, number, content=b''):
    length = len(content)
    padding = -length % 8               # to a multiple of eight, as section 3.3 recommends
    return b''.join((_HEADER.pack(1, kind, number, length, padding), content, bytes(padding)))


def _end(number, status):
    return _record(END_REQUEST, number, struct.pack('!LB3x', 0, status))


def _last(number):
    return _record(STDOUT, number) + _end(number, REQUEST_COMPLETE)


_LAST = _last(1)            # the end of every response, as web servers number a single request 1
