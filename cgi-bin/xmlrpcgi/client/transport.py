"""transport: HTTP and HTTPS for the command line's client, by http.client.

One request, one answer; redirects are not followed, because a call, with its password, must not
go wherever a server points.  Each way in which the network can fail has its sentence here; what
an HTTP answer means is in client.py.
"""

import base64
import http.client
import socket
import ssl
import time

from .. import __version__
from ..errors import Refusal
from ..web.compression import inflated
from .client import Response, one_line
from .connection import Connection
from .errors import ClientError

MAX_ANSWER = 1 << 28        # bytes of an answer, inflated: more is a mistake
_BLOCK = 1 << 16
_LATE = 3                   # exchanges beyond the time-out, after which no more are tried


class Http:
    """The transport to the Address `address`.

    user, password (str or None): for Basic authentication (RFC 7617). token (str or None): for
    Bearer authentication (RFC 6750), and sent as X-Auth-Token, too: many hosts keep Authorization
    from scripts, and with a user it has the password.
    timeout (float): seconds of an exchange, from the look-up of the host to the answer's last byte.
    headers (list of (name, value)): more of them, or in place of ours.
    cafile (str or None): certificates to trust. insecure (bool): trust any.

    most (int): bytes of an answer, inflated, beyond which it is an error.
    """

    def __init__(self, address, user=None, password=None, timeout=60, headers=(), cafile=None,
                 insecure=False, token=None):
        self.address = address
        self.place, self.path = address.place, address.path.partition('?')[0]
        self.user, self.token = user, token
        self.timeout = timeout
        self.most = MAX_ANSWER
        self.late = 0               # exchanges that took too long
        self.headers = {
            'User-Agent': 'xmlrpcgi/%s' % __version__, 'Accept': 'text/xml',
            'Accept-Encoding': 'gzip', 'Content-Type': 'text/xml', 'Connection': 'close'}
        if token is not None:
            self.headers['Authorization'] = 'Bearer ' + token
            self.headers['X-Auth-Token'] = token
        if user is not None:
            login = ('%s:%s' % (user, password or '')).encode('utf-8', 'surrogateescape')
            self.headers['Authorization'] = 'Basic ' + base64.b64encode(login).decode('ascii')
        self.headers = self._merged(headers)
        self.context = _context(cafile, insecure) if address.tls else None

    def _merged(self, headers):
        merged = dict(self.headers)
        for name, value in headers:
            for known in [known for known in merged if known.lower() == name.lower()]:
                del merged[known]
            if value is not None:
                merged[name] = value
        return merged

    def absolute(self, target):
        """Return the URL `target` (str), which may be relative to this address, to be shown."""
        return self.address.absolute(target)

    def post(self, body):
        """Send `body` (bytes); return the Response. Raises ClientError."""
        return self.send('POST', body)

    def send(self, method, body=None, path=None, headers=()):
        """Send one request; return the Response. Raises ClientError.

        path (str or None): another one than the address has. headers (list of (name, value)):
        in place of ours; a value None leaves one out. With Transfer-Encoding `chunked` the
        body, an iterable of bytes, is sent in chunks.
        """
        if self.late >= _LATE:
            raise ClientError('%s was late %d times and is not asked any more.'
                              % (self.place, self.late))
        connection = self._connect(time.monotonic() + self.timeout)
        try:
            return self._exchange(connection, method, body, path or self.address.path,
                                  self._merged(headers))
        finally:
            connection.end()

    def _connect(self, deadline):
        try:
            return Connection(self.address.host, self.address.port, deadline, self.context)
        except socket.timeout:
            self.late += 1
            raise ClientError('%s did not take the connection within %g seconds: check the '
                              'address and the network.' % (self.place, self.timeout)) from None
        except (ssl.SSLError, ssl.CertificateError) as error:   # ValueErrors too
            raise self._tls_error(error) from None
        except (socket.gaierror, ValueError) as error:
            raise ClientError('There is no host %s (%s): check the spelling and the network.'
                              % (self.address.host, _reason(error))) from None
        except ConnectionRefusedError:
            raise ClientError('Nothing listens at %s, port %d (connection refused): start the '
                              'server, or check the address.'
                              % (self.address.host, self.address.port)) from None
        except OSError as error:
            raise ClientError('%s cannot be reached (%s): check the address and the network.'
                              % (self.place, _reason(error))) from None

    def _exchange(self, connection, method, body, path, headers):
        try:
            host, port = self.address.host, self.address.port
            talk = http.client.HTTPSConnection(host, port, context=self.context) \
                if self.context else http.client.HTTPConnection(host, port)
            talk.sock = connection
            try:
                talk.request(method, path, body, headers,
                             encode_chunked='Transfer-Encoding' in headers)
            except (BrokenPipeError, ConnectionResetError):
                pass                # refused while we sent: there may be an answer that says why
            response = talk.getresponse()
            data = self._read(response)
        except socket.timeout:
            raise self._late() from None
        except (http.client.RemoteDisconnected, ConnectionError):
            raise ClientError(
                '%s closed the connection without an answer: %s its error log may say more.'
                % (self.place, '' if self.address.tls else 'if this port is for https, write '
                   'https://; else')) from None
        except http.client.IncompleteRead:
            raise ClientError('The answer of %s broke off: its error log may say why.'
                              % self.place) from None
        except (http.client.HTTPException, ValueError) as error:
            raise ClientError('What answers at %s is not an HTTP server (%s): check the port.'
                              % (self.place, one_line(str(error))[:80])) from None
        except OSError as error:
            raise ClientError('The connection to %s failed (%s): try again.'
                              % (self.place, _reason(error))) from None
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Response(response.status, response.reason, headers,
                        self._inflated(data, headers.get('content-encoding', '')))

    def _read(self, response):
        blocks, size = [], 0
        left = None if response.chunked else self._announced(response)
        while left != 0:
            block = response.read1(_BLOCK if left is None else min(_BLOCK, left))
            if not block:
                break
            blocks.append(block)
            size += len(block)
            if left is not None:
                left -= len(block)
            if size > self.most:
                raise self._too_large()
        if left and response.status not in (204, 304):
            raise http.client.IncompleteRead(b'', left)
        return b''.join(blocks)

    def _inflated(self, data, encoding):
        if not encoding or not data:
            return data
        try:
            return inflated(data, encoding, self.most)
        except Refusal as refusal:
            if refusal.status == 413:
                raise self._too_large() from None
            raise ClientError('The answer cannot be unpacked (Content-Encoding %s): the server, '
                              'or a proxy before it, sends something else.'
                              % one_line(encoding)[:40]) from None

    def _too_large(self):
        return ClientError('The answer is larger than %d MB: ask for less.' % (self.most >> 20))

    def _announced(self, response):
        """Return the Content-Length, None where there is none."""
        lengths = {length.strip() for length in response.getheader('Content-Length', '').split(',')}
        length = lengths.pop()
        if lengths or length.strip('0123456789') or len(length) > 18:
            raise ClientError('The answer of %s has a Content-Length that is not a number (%s): a '
                              'proxy before the server may be the cause.'
                              % (self.place, one_line(length)[:40]))
        return int(length) if length else None

    def _late(self):
        self.late += 1
        return ClientError('No answer came from %s within %g seconds: where the method needs '
                           'longer, wait longer with --timeout %g.'
                           % (self.place, self.timeout, max(60, 2 * self.timeout)))

    def _tls_error(self, error):
        reason = getattr(error, 'verify_message', '') or getattr(error, 'reason', '') or str(error)
        if isinstance(error, ssl.CertificateError) or \
                getattr(error, 'reason', '') == 'CERTIFICATE_VERIFY_FAILED':
            return ClientError(
                'The certificate of %s cannot be trusted (%s): call the name that it was issued '
                'for, or name the file of the certificate to trust with --cafile; --insecure '
                'skips the check.' % (self.place, reason.rstrip('.')))
        return ClientError('%s does not speak TLS as it should (%s): if it has no https, write '
                           'http://; else check the port.' % (self.place, reason))


def _context(cafile, insecure):
    try:
        context = ssl.create_default_context(cafile=cafile)
    except (OSError, ssl.SSLError) as error:
        raise ClientError('There are no certificates in %s (%s): --cafile takes a file in PEM '
                          'format.' % (cafile, _reason(error))) from None
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _reason(error):
    return getattr(error, 'strerror', None) or one_line(str(error)) or type(error).__name__
