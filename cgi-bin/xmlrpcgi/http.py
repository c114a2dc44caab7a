"""The HTTP rules: a request in, a response out.

Knows the CGI names of a request's parts (RFC 3875 section 4.1), because all
doors (CGI, FastCGI, WSGI) give them, and nothing of streams: the body is read
by the function the door hands over. POST is answered here; what a plain call
does not need (other methods, compression, refusals) is loaded when needed.
"""

from time import perf_counter, time

_BLOCK = 1 << 20            # bytes asked for at once
_DRAIN = 1 << 26            # bytes read and dropped at most; apache/rpc.conf lets no more through
_DIGITS = '0123456789'
_TYPES = ('text/xml', 'application/xml', '', 'application/x-www-form-urlencoded')
_SAFE = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/-')


class Request:
    """One HTTP request.

    environ: a mapping of CGI names to str. read: read(n) returns at most n bytes of the body,
    b'' at its end. method_name (str): what is called.
    """

    trusted_proxies = ()            # the setting, where there is one
    counted = None                  # the second it was counted in, where there are rate limits

    def __init__(self, environ, read):
        self.environ = environ
        self.read = read
        self.started = perf_counter()
        self.unread = True          # whether there may be more of the body
        self.method = environ.get('REQUEST_METHOD', '')
        self.method_name = None     # what is called (str), set by the handler when it is read

    def header(self, name):
        """Return the header `name` (like 'Content-Type'), '' where it did not come."""
        name = name.upper().replace('-', '_')
        if name in ('CONTENT_TYPE', 'CONTENT_LENGTH'):
            return self.environ.get(name, '')
        return self.environ.get('HTTP_' + name, '')

    @property
    def headers(self):
        """All request headers, {'Content-Type': value}."""
        found = {}
        for name, value in self.environ.items():
            if name[:5] == 'HTTP_' or name in ('CONTENT_TYPE', 'CONTENT_LENGTH'):
                name = name[5:] if name[:5] == 'HTTP_' else name
                found['-'.join(part.capitalize() for part in name.split('_'))] = value
        return found

    @property
    def user(self):
        """The user that the web server authenticated, '' without."""
        return self.environ.get('REMOTE_USER', '')

    @property
    def remote_addr(self):
        """The address the request came from (str); see the setting TRUSTED_PROXIES."""
        if self.trusted_proxies:
            from .web.proxies import client_address
            return client_address(self.environ, self.trusted_proxies)
        return self.environ.get('REMOTE_ADDR', '')

    @property
    def https(self):
        """Whether the request came over TLS, as the web server or a trusted proxy says (bool)."""
        if self.trusted_proxies and 'HTTP_X_FORWARDED_PROTO' in self.environ:
            from .web.proxies import from_trusted
            if from_trusted(self.environ, self.trusted_proxies):
                return self.environ['HTTP_X_FORWARDED_PROTO'].strip().lower() == 'https'
        return self.environ.get('HTTPS', '').lower() in ('on', '1') \
            or self.environ.get('REQUEST_SCHEME', '') == 'https'

    @property
    def time(self):
        """When the request was read: seconds since 1970 (float)."""
        return time() - (perf_counter() - self.started)

    @property
    def path(self):
        """The path of the request, with its script (str)."""
        return self.environ.get('SCRIPT_NAME', '') + self.environ.get('PATH_INFO', '')


class Response:
    """One HTTP response: status (int), headers (list of name, value), body (bytes)."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


class Refusal(Exception):
    """The request is refused with an HTTP status; the text says what to do.

    fault (int or None): the code of the XML-RPC fault to send as body, None for plain text.
    """

    def __init__(self, status, text, headers=(), fault=None):
        super().__init__(text)
        self.status = status
        self.headers = list(headers)
        self.fault = fault


def answer(request, handler):
    """Return the Response of `handler` (Handler) to `request`.

    Raises LibraryError and SettingsError alone.
    """
    environ = request.environ
    limit = handler.settings.MAX_BODY
    request.trusted_proxies = handler.settings.TRUSTED_PROXIES
    extra = ()
    try:
        if 'HTTP_ORIGIN' in environ or 'HTTP_SEC_FETCH_SITE' in environ \
                or 'HTTP_REFERER' in environ:           # a browser's
            from .web.origin import check
            extra = check(request, handler.settings)
        if request.method != 'POST':
            from .web.get import answer_other
            handler.attend(request)
            drain(request, limit)
            return answer_other(request, handler, extra)
        if handler.settings.RATE_LIMIT_FILE:
            from .web.ratelimits import admit
            admit(request, handler.settings)
        kind, charset = content_type(environ.get('CONTENT_TYPE', ''))
        if kind not in _TYPES and not kind.endswith('+xml'):
            raise Refusal(415, 'a call comes as text/xml, not as %s' % kind[:80])
        body = read_body(request, limit)
        if environ.get('HTTP_CONTENT_ENCODING'):
            from .web.compression import inflated
            body = inflated(body, environ['HTTP_CONTENT_ENCODING'], limit)
        return respond(request, handler, handler.call(body, charset, request), extra)
    except Refusal as refusal:
        from .web.get import refuse
        drain(request, limit)
        refusal.headers += extra
        return refuse(refusal, request.method)
    except Exception as error:
        from .web.get import failed
        return failed(request, handler, error, extra)


def respond(request, handler, call, extra):
    """Return the Response that carries `call` (Answer); extra: more headers."""
    body = call.body
    headers = [('Content-Type', 'text/xml; charset=utf-8')]
    if handler.settings.GZIP_MIN and len(body) >= handler.settings.GZIP_MIN:
        headers.append(('Vary', 'Accept-Encoding'))
        if 'gzip' in request.environ.get('HTTP_ACCEPT_ENCODING', '').lower():
            from .web.compression import accepts_gzip, deflated
            if accepts_gzip(request.environ['HTTP_ACCEPT_ENCODING']):
                body = deflated(body)
                headers.append(('Content-Encoding', 'gzip'))
    headers += (('Content-Length', str(len(body))),
                ('X-Content-Type-Options', 'nosniff'), ('Cache-Control', 'no-store'))
    if call.method is not None:
        method = call.method[:255]
        if not _SAFE.issuperset(method):
            method = ''.join(char if char in _SAFE else '?' for char in method)
        headers.append(('X-RPC-Method', method))
    if call.fault is not None:
        headers.append(('X-RPC-Fault', '%d' % call.fault))
    headers.append(('X-RPC-Time-Us', '%d' % ((perf_counter() - request.started) * 1e6)))
    headers += extra
    return Response(200, headers, body)


def content_type(value):
    """Return the media type in lower case and the charset (None without) of a Content-Type."""
    if ';' not in value:
        return value.strip().lower(), None
    kind, _, parameters = value.partition(';')
    charset = None
    for parameter in parameters.split(';'):
        name, _, text = parameter.partition('=')
        if name.strip().lower() == 'charset':
            charset = text.strip().strip('"\'') or None
    return kind.strip().lower(), charset


def read_body(request, limit):
    """Return the body of `request` (bytes), at most `limit` bytes; raises Refusal.

    With CONTENT_LENGTH exactly that many (RFC 3875 section 4.2); a chunked request comes
    without, and is read to its end.
    """
    declared = request.environ.get('CONTENT_LENGTH', '')
    if not declared:
        if not _chunked(request):
            raise Refusal(411, 'the request has no Content-Length')
        return _read_open(request, limit)
    if declared.strip(_DIGITS):
        raise Refusal(400, 'the Content-Length is not a number')
    length = int(declared) if len(declared) < 20 else limit + 1
    if length > limit:
        raise _too_large(limit)
    request.unread = False
    blocks, left = [], length
    while left:
        block = _read(request, left)
        if not block:
            from .errors import TRANSPORT
            raise Refusal(400, 'the body ended after %d of %d bytes' % (length - left, length),
                          fault=TRANSPORT)
        blocks.append(block)
        left -= len(block)
    return blocks[0] if len(blocks) == 1 else b''.join(blocks)


def _read_open(request, limit):
    blocks, size = [], 0
    while size <= limit:
        try:
            block = request.read(min(limit + 1 - size, _BLOCK))
        except OSError as error:        # no end: a part must not be taken for the whole
            from .errors import TRANSPORT
            raise Refusal(400, 'the body ended too early', fault=TRANSPORT) from error
        if not block:
            request.unread = False
            return b''.join(blocks)
        blocks.append(block)
        size += len(block)
    raise _too_large(limit)


def _read(request, size):
    try:
        return request.read(min(size, _BLOCK))
    except OSError:                 # the client is gone
        return b''


def _chunked(request):
    return 'chunked' in request.environ.get('HTTP_TRANSFER_ENCODING', '').lower()


def drain(request, limit):
    """Read on and forget what is left of the body, up to four times `limit` and _DRAIN at least.

    A client reads our answer after sending, and where mod_cgid is in between, a script that
    ends with its input unread resets the connection, and the answer is lost.
    """
    declared = request.environ.get('CONTENT_LENGTH', '')
    if not request.unread or declared.strip(_DIGITS) or not declared and not _chunked(request):
        return
    request.unread = False
    left = max(4 * limit, _DRAIN)
    if declared and len(declared) < 20:
        left = min(int(declared), left)
    while left > 0:
        block = _read(request, left)
        if not block:
            return
        left -= len(block)


def _too_large(limit):
    return Refusal(413, 'the request is larger than %d bytes' % limit)
