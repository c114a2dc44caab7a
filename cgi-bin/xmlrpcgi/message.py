"""One HTTP request and one HTTP response, and the reading of a request's body.

The parts of a request have their CGI names (RFC 3875 section 4.1), as CGI, FastCGI and WSGI all
give them. No stream is known here: the body is read by the function that comes with the request.
"""

from time import perf_counter, time

from . import errors

DRAIN = 1 << 26             # bytes read and dropped at most; apache/rpc.conf lets no more through
_BLOCK = 1 << 20            # bytes asked for at once
_DIGITS = '0123456789'


class Request:
    """One HTTP request.

    environ: a mapping of CGI names to str. read: read(n) returns at most n bytes of the body,
    b'' at its end. method (str): of HTTP. method_name (str or None): the XML-RPC method.
    raw: environ, or a mapping from which environ is made when something asks for it. It has the
    variables that the HTTP rules read in every request, with the same text where that is ASCII.
    """

    proxies = None                  # a web.proxies.Proxies, where the settings trust some
    counted = None                  # the second it was counted in, where there are rate limits
    params = ()                     # the arguments, converted, set before the method runs
    added = ()                      # the headers that the method adds to the answer
    unread = True                   # whether there may be more of the body
    method_name = None              # set by the handler when it has read the call

    def __init__(self, environ, read):
        self.environ = self.raw = environ
        self.read = read
        self.started = perf_counter()
        self.method = environ.get('REQUEST_METHOD', '')

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
        """The user that the web server or a token authenticated (str), '' for none."""
        user = self.environ.get('REMOTE_USER', '')
        if user.isprintable():
            return user
        try:                    # bytes that are not UTF-8: a password file in Latin-1
            return user.encode('utf-8', 'surrogateescape').decode('latin-1')
        except UnicodeEncodeError:
            return user

    @property
    def remote_addr(self):
        """The address the request came from (str); see the setting TRUSTED_PROXIES."""
        if self.proxies is not None:
            return self.proxies.client_address(self.environ)
        return self.environ.get('REMOTE_ADDR', '')

    @property
    def https(self):
        """Whether the request came over TLS, as the web server or a trusted proxy says (bool)."""
        if self.proxies is not None:
            said = self.proxies.https(self.environ)
            if said is not None:
                return said
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

    @property
    def path_info(self):
        """The part of the path after the script (str)."""
        return self.environ.get('PATH_INFO', '')

    @property
    def query(self):
        """The part of the address after the question mark (str)."""
        return self.environ.get('QUERY_STRING', '')

    @property
    def cookies(self):
        """The cookies that came, {name: value}; of a name that comes twice, the first."""
        found = {}
        for pair in self.environ.get('HTTP_COOKIE', '').split(';'):
            name, equals, value = pair.partition('=')
            if equals and name.strip():
                found.setdefault(name.strip(), value.strip().strip('"'))
        return found

    def add_header(self, name, value):
        """Add the header `name`: `value` to the answer, be it a result or a fault.

        The same name twice sends both. Raises ValueError where HTTP cannot carry it, and for a
        header that only the web server or this program may set.
        """
        name, value = str(name), str(value)
        errors.check_header(name, value)
        self.added = list(self.added) + [(name, value)]


class Response:
    """One HTTP response: status (int), headers (list of name, value), body (bytes)."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body


def content_type(value):
    """Return the media type in lower case and the charset (None without) of a Content-Type."""
    if ';' not in value:
        return value.strip().lower(), None
    type_, _, parameters = value.partition(';')
    charset = None
    for parameter in parameters.split(';'):
        name, _, text = parameter.partition('=')
        if name.strip().lower() == 'charset':
            charset = text.strip().strip('"\'') or None
    return type_.strip().lower(), charset


def read_body(request, limit):
    """Return the body of `request` (bytes), at most `limit` bytes; raises Refusal 400, 411 or 413.

    A request with a CONTENT_LENGTH has exactly that many bytes (RFC 3875 section 4.2); a chunked
    request has none, and is read to its end.
    """
    declared = request.raw.get('CONTENT_LENGTH', '')
    if not declared:
        if not _chunked(request):
            raise errors.Refusal(411, 'the request has no Content-Length')
        return _read_open(request, limit)
    if declared.strip(_DIGITS):
        raise errors.Refusal(400, 'the Content-Length is not a number')
    length = int(declared) if len(declared) < 20 else limit + 1
    if length > limit:
        raise _too_large(limit)
    request.unread = False
    try:
        block = request.read(length if length < _BLOCK else _BLOCK) if length else b''
    except OSError:                     # the client is gone
        block = b''
    left = length - len(block)
    if not left:                        # as nearly always
        return block
    blocks = [block]
    while left:
        block = _read(request, left)
        if not block:
            raise errors.Refusal(400, 'the body ended after %d of %d bytes'
                                 % (length - left, length), fault=errors.TRANSPORT)
        blocks.append(block)
        left -= len(block)
    return b''.join(blocks)


def _read_open(request, limit):
    blocks, size = [], 0
    while size <= limit:
        try:
            block = request.read(min(limit + 1 - size, _BLOCK))
        except OSError as error:        # no end: a part must not be taken for the whole
            raise errors.Refusal(400, 'the body ended too early', fault=errors.TRANSPORT) from error
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
    """Read and drop the rest of the body: at most DRAIN bytes, or four times `limit` if more.

    A client reads the response only after it has sent the request. And where a script ends with
    its input unread, mod_cgid resets the connection, and the response is lost.
    """
    declared = request.environ.get('CONTENT_LENGTH', '')
    if not request.unread or declared.strip(_DIGITS) or not declared and not _chunked(request):
        return
    request.unread = False
    left = max(4 * limit, DRAIN)
    if declared and len(declared) < 20:
        left = min(int(declared), left)
    while left > 0:
        block = _read(request, left)
        if not block:
            return
        left -= len(block)


def _too_large(limit):
    return errors.with_own(errors.Refusal(413, 'the request is larger than %d bytes' % limit),
                           ('X-RPC-Error', 'body-size'))
