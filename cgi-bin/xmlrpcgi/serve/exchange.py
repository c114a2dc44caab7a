"""exchange: one client's connection to the small server; HTTP on one side, CGI on the other.

For each request `answer` finds the script by its URL, `environment` makes the meta-variables
of RFC 3875, `run` starts the script as a Child, and `relay` makes an HTTP response of what the
script wrote.  What the script gets and what becomes of its answer is what Apache's mod_cgid
does, so that a call behaves here as it will there.
"""

import http.server
import os
import re
import socket
from email import errors

from ..install.doors import PATH
from .child import DRAIN_BYTES, BrokenBody, Child

CHUNK = 65536                # bytes taken at a time from the client
DRAIN_SECONDS = 10           # for a client that still sends when its answer is already there
IDLE_SECONDS = 60            # a connection that says nothing for so long is closed
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+$"     # noqa: S105  a field's name (RFC 9110)
# Defects that mean: a line of the head is not a field, and what follows the line was not read.
DEFECTS = (errors.MissingHeaderBodySeparatorDefect, errors.FirstHeaderLineIsContinuationDefect,
           errors.MisplacedEnvelopeHeaderDefect)
SECONDS = 60                 # for one run of the script, then it is killed: 504


class Exchange(http.server.BaseHTTPRequestHandler):
    """One connection of a client; `answer` is run for each request on it."""

    protocol_version = 'HTTP/1.1'
    server_version = 'xmlrpcgi-serve'
    sys_version = ''
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def setup(self):
        super().setup()
        self.server.exchanges.add(self)

    def finish(self):
        self.server.exchanges.discard(self)
        super().finish()

    def __getattr__(self, name):
        if name.startswith('do_'):   # every method goes to the script, which may refuse it
            return self.answer
        raise AttributeError(name)

    def handle_expect_100(self):
        return True                  # body_of sends "100 Continue"

    def expects(self):
        return self.headers.get('Expect', '').strip().lower() == '100-continue'

    def answer(self):
        self.answered = False
        length, chunked = self.headers.get_all('Content-Length', []), False
        if any(isinstance(defect, DEFECTS) for defect in self.headers.defects):
            return self.refuse(400, 'The head of the request is malformed.')
        if 'Transfer-Encoding' in self.headers:
            chunked = [coding.strip().lower()
                       for coding in self.headers.get_all('Transfer-Encoding')] == ['chunked']
            if not chunked:
                return self.refuse(501, 'Only the transfer encoding "chunked" is understood.')
            if length:               # RFC 9112 section 6.1: this may be request smuggling
                self.close_connection = True
            length = []
        if len(set(length)) > 1 or not all(re.match('[0-9]{1,18}$', n) for n in length):
            return self.refuse(400, 'Content-Length is not one number.')
        length = int(length[0]) if length else None
        path, _, query = re.sub('^https?://[^/]*', '', self.path).partition('?')
        found = self.server.route(path)
        body = self.body_of(length, chunked)
        if not found:
            return self.refuse(404, 'Nothing is served here; calls go to /xmlrpc/.', body)
        self.run(found[1], self.environment(found, query, length), body)

    def body_of(self, length, chunked):
        """Yield the request's body, in pieces as they come."""
        if (length or chunked) and self.expects() and not self.answered:
            self.wfile.write(b'HTTP/1.1 100 Continue\r\n\r\n')
        while length:
            piece = self.rfile.read1(min(length, CHUNK))
            if not piece:
                raise BrokenBody
            length -= len(piece)
            yield piece
        while chunked:
            size = re.match(b'([0-9A-Fa-f]{1,15})[ \t]*(;.*)?\r?\n$', self.rfile.readline(4096))
            if not size:
                raise BrokenBody
            left = int(size.group(1), 16)
            if not left:
                while self.rfile.readline(CHUNK).strip():
                    pass             # trailers
                return
            while left:
                piece = self.rfile.read1(min(left, CHUNK))
                if not piece:
                    raise BrokenBody
                left -= len(piece)
                yield piece
            if self.rfile.readline(3).strip():
                raise BrokenBody

    def environment(self, found, query, length):
        """Return the meta-variables of RFC 3875 section 4.1, and those that Apache adds."""
        name, script, path_info = found
        host, port = self.connection.getsockname()[:2]
        environ = {
            'GATEWAY_INTERFACE': 'CGI/1.1', 'SERVER_SOFTWARE': self.server_version,
            'SERVER_PROTOCOL': self.request_version, 'SERVER_PORT': str(port),
            'SERVER_NAME': re.sub(r':\d*$', '', self.headers.get('Host', '')) or host,
            'SERVER_ADDR': host, 'SERVER_ADMIN': '[no address given]',
            'REQUEST_METHOD': self.command, 'REQUEST_SCHEME': 'http', 'REQUEST_URI': self.path,
            'QUERY_STRING': query, 'SCRIPT_NAME': name, 'SCRIPT_FILENAME': script,
            'DOCUMENT_ROOT': os.path.dirname(script),
            'REMOTE_ADDR': self.client_address[0], 'REMOTE_PORT': str(self.client_address[1]),
            'PATH': os.environ.get('PATH', PATH),
        }
        if path_info:
            environ['PATH_INFO'] = path_info
            environ['PATH_TRANSLATED'] = environ['DOCUMENT_ROOT'] + path_info
        for key, value in self.headers.items():
            if not re.match('[A-Za-z0-9-]+$', key) or key.lower() == 'proxy':
                continue             # as Apache does; Proxy: would become HTTP_PROXY (httpoxy)
            key, value = key.upper().replace('-', '_'), re.sub(r'\s*[\r\n]\s*', ' ', value)
            if key == 'CONTENT_LENGTH':
                continue
            key = key if key == 'CONTENT_TYPE' else 'HTTP_' + key
            environ[key] = environ[key] + ', ' + value if key in environ else value
        if length is not None:
            environ['CONTENT_LENGTH'] = str(length)
        environ = {key: value.encode('latin-1', 'replace').replace(b'\0', b'')
                   for key, value in environ.items()}
        environ.update((key, os.fsencode(value)) for key, value in self.server.extra.items())
        return environ

    def run(self, script, environ, body):
        try:
            child = Child(script, environ, body, self.server.log_error, SECONDS,
                          'CONTENT_LENGTH' not in environ)
        except OSError as error:
            self.server.log_error('%s cannot be started: %s. Is it executable (chmod +x), and '
                                  'does its first line name an interpreter that exists?'
                                  % (script, error.strerror))
            return self.refuse(500, 'The script cannot be started; the log says why.', body)
        self.server.children.add(child)
        try:
            data = child.output()
            # The child has read what it needs.  A client that still sends gets its answer now,
            # and its body is read for a while: closing at once would lose the answer.
            done = child.body_done(0.1)
            self.close_connection = self.close_connection or not done
            if child.cut:
                self.refuse(400, 'The chunked body is broken or ends too early.')
            else:
                self.relay(script, data, child.late)
            if not done and not child.body_done(DRAIN_SECONDS):
                self.hang_up()
            child.reap(SECONDS)
        finally:
            self.server.children.discard(child)

    def relay(self, script, data, late):
        """Make an HTTP response of a CGI response (RFC 3875 section 6), without local redirects."""
        name = os.path.basename(script)
        if late:
            self.server.log_error('%s took longer than %g seconds and was killed'
                                  % (name, SECONDS))
            return self.refuse(504, 'The script took too long.', ())
        head = re.match(b'((?:[^\r\n]+\r?\n)+)\r?\n', data)
        fields = [line.partition(':') for line in
                  head.group(1).decode('latin-1').splitlines()] if head else []
        if not all(sep and re.match(TOKEN, key) for key, sep, _ in fields):
            fields = []
        given = {key.lower(): value.strip() for key, _, value in fields}
        status = re.match('([1-5][0-9][0-9])(?: (.*))?$', given.get(
            'status', '302 Found' if 'location' in given else '200 OK'))
        if not fields or not status:
            self.server.log_error('Premature end of script headers: %s wrote %r'
                                  % (name, bytes(data[:80])))
            return self.refuse(500, 'The script\'s answer has no valid header; '
                                    'the server\'s log says more.', ())
        body, code = data[head.end():], int(status.group(1))
        length = given.get('content-length')
        if self.command == 'HEAD' or code in (204, 304):
            body = b''
        elif length is None or not length.isdigit() or int(length) > len(body):
            if length is not None:
                self.server.log_error('%s announced %s bytes and wrote %d'
                                      % (name, length, len(body)))
            length = str(len(body))
        else:
            body = body[:int(length)]
        self.begin(code, status.group(2))
        for key, _, value in fields:
            if key.lower() not in ('status', 'content-length', 'connection', 'date', 'server',
                                   'transfer-encoding'):
                self.send_header(key, value.strip())
        if length is not None and code not in (204, 304):
            self.send_header('Content-Length', length)
        self.finish_with(body, code, given)

    def refuse(self, code, sentence, body=None):
        """Send an answer of the server itself, in plain text.

        body (iterable of bytes or None): what the client still sends.
        """
        # A client that waits for "100 Continue" and gets this will not send its body.
        self.close_connection = self.close_connection or body is None or self.expects()
        text = (sentence + '\n').encode()
        self.begin(code)
        self.send_header('Content-Type', 'text/plain; charset=utf-8')
        self.send_header('Content-Length', str(len(text)))
        self.finish_with(b'' if self.command == 'HEAD' else text, code, {})
        if body is not None and not self.expects():
            self.drain(body)

    def drain(self, body):
        """Read what the client still sends: if we closed at once, it would lose the answer."""
        self.connection.settimeout(DRAIN_SECONDS)
        read = 0
        try:
            for piece in body:
                read += len(piece)
                if read > DRAIN_BYTES:
                    raise BrokenBody
            self.connection.settimeout(IDLE_SECONDS)
        except (OSError, ValueError, BrokenBody):
            self.close_connection = True

    def hang_up(self):
        """End the connection now, also for the thread that still reads from it."""
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def begin(self, code, reason=None):
        self.send_response_only(code, reason)
        self.send_header('Date', self.date_time_string())
        self.send_header('Server', self.server_version)

    def finish_with(self, body, code, given):
        self.answered = True
        if self.close_connection or self.request_version == 'HTTP/1.0':
            self.send_header('Connection', 'close' if self.close_connection else 'keep-alive')
        self.server.log_access('%s - - [%s] "%s" %d %d method=%s fault=%s script_us=%s' % (
            self.client_address[0], self.log_date_time_string(),
            self.requestline.encode('unicode_escape').decode(), code, len(body),
            *[given.get('x-rpc-' + key, '-') for key in ('method', 'fault', 'time-us')]))
        self._headers_buffer.append(b'\r\n' + body)      # head and body in one write
        try:
            self.flush_headers()
        except OSError:              # the client has gone
            self.close_connection = True

    def log_message(self, format, *args):
        self.server.log_error(format % args)
