"""client: one call to an XML-RPC server, and a sentence for whatever goes wrong.

`Client` writes the call, hands it to a transport and reads the answer; it knows what an HTTP
answer that is not XML-RPC means, and nothing of sockets.  A transport has `post(body)`, which
gives a Response or raises ClientError, and the attributes `place` (str, for sentences), `path`,
`user` and `token`.  There are two: transport.Http, and local.Local, which runs without a server.
"""

import codecs
import html
import re

from ..encode import encode_call
from ..errors import EncodeFault, WireFault
from ..message import content_type
from ..methods.jsontext import OBEYED
from .errors import ClientError
from .response import decode_response

_HTML = re.compile(br'<!doctype\s+html|<(html|head|body)[\s>]', re.I)
_SHOWN = 200                # characters of a server's own words
_SLOW = ('idna', 'punycode')    # codecs that take quadratic time
_TITLE = 1000               # characters of a page's title that are looked at


class Response:
    """An HTTP answer: status (int), reason (str), headers ({lower name: value}), body (bytes)."""

    def __init__(self, status, reason, headers, body):
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    @property
    def type(self):
        """The media type in lower case, and the charset or None."""
        return content_type(self.headers.get('content-type', ''))

    @property
    def is_html(self):
        """Whether this is a web page, by its type or, where that says otherwise, its beginning."""
        return self.type[0] == 'text/html' or looks_like_html(self.body)

    def words(self):
        """Return what the answer says to a person: a page's title, or a text's first line."""
        media, charset = self.type
        text = text_of(self.body[:1 << 16], charset)
        if self.is_html:
            text = ' '.join(html.unescape(_title(text)).split())
        elif media != 'text/plain':
            text = ''
        return ' '.join(one_line(text.strip().partition('\n')[0]).split())[:_SHOWN]


class Client:
    """Calls methods by way of `transport`.

    watch: called as watch(sent, response) for each exchange: bytes and a Response (None where none
    came). warn: called with a sentence about an answer that could be read but is not as it should.
    """

    def __init__(self, transport, watch=None, warn=None):
        self.transport = transport
        self.watch = watch or (lambda sent, response: None)
        self.warn = warn or (lambda text: None)

    def call(self, method, params=()):
        """Return the result of `method` with `params`; raises Fault, and else ClientError."""
        try:
            sent = encode_call(method, params)
        except EncodeFault as fault:
            raise ClientError('The arguments cannot be sent: one %s.' % fault.what) from None
        response = None
        try:
            response = self.transport.post(sent)
        finally:
            self.watch(sent, response)
        return self._read(response)

    def _read(self, response):
        if not 200 <= response.status < 300:
            if response.type[0].endswith('xml'):
                try:
                    self._decoded(response)
                except WireFault:
                    pass                    # then the status says more; any other Fault goes up
            raise ClientError(self._refusal(response), response.status)
        try:
            return self._decoded(response)
        except WireFault as fault:
            raise ClientError(self._no_answer(response, fault), response.status) from None

    def _decoded(self, response):
        """Return the result in `response`; raises Fault, of it WireFault where it has none."""
        try:
            return decode_response(response.body, response.type[1])
        except WireFault as refused:
            from . import lenient
            try:
                value, round_it = lenient.read(response.body, response.type[1])
            except WireFault:
                raise refused from None
        for words in round_it:
            self.warn('The answer of %s has other text round it: %s' % (
                self.transport.place, ascii(words[:_SHOWN])))
        return value

    def _no_answer(self, response, fault):
        """The sentence for an answer of status 200 that is not a methodResponse."""
        if not response.body.strip():
            return ('%s sent an empty answer: check the path, %s; if it is right, the server\'s '
                    'error log says more.' % (self.transport.place, self.transport.path))
        if response.is_html:
            title = response.words()
            return ('A web page came%s, not an XML-RPC answer: %s is not the path for calls; '
                    'check the address.' % (title and ' ("%s")' % title, self.transport.path))
        return ('The answer cannot be read (%s); it begins with %s: check that this is an '
                'XML-RPC server; --xml shows all of the answer.'
                % (fault.faultString, ascii(text_of(response.body[:60], None))))

    def _refusal(self, response):
        """The sentence for an HTTP status other than success."""
        status, path, place = response.status, self.transport.path, self.transport.place
        words = response.words()
        said = ', "%s"' % words if words else ''
        if status == 401:
            return self._unauthorized(response)
        if status == 403:
            return ('%s forbids this call (403%s): ask those who run it, or call as another '
                    'user with --user NAME.' % (place, said))
        if status == 404:
            return ('There is nothing at %s on %s (404%s): check the path; usual ones are '
                    '/RPC2, /xmlrpc/ and /cgi-bin/rpc.cgi.' % (path, place, said))
        if status == 405:
            return ('What is at %s on %s does not take calls (405%s): check the path.'
                    % (path, place, said))
        if 300 <= status < 400:
            return self._redirect(response)
        named = '%d %s' % (status, one_line(response.reason))
        if status == 407:
            return '%s asks for a password for a proxy (%s), which this command does not send.' % (
                place, named)
        if status == 429:
            seconds = one_line(response.headers.get('retry-after', ''))[:_SHOWN]
            return '%s takes no more calls for now (429%s): wait %s.' % (
                place, said, seconds + ' seconds' if seconds.isdigit() else 'a while')
        if status >= 500:
            more = '' if 'x-rpc-error' in response.headers else (
                ': `check URL` names the usual causes, and its error log may say more')
            return '%s failed (%s%s)%s.' % (place, named.strip(), said, more)
        return ('%s refused the request (%s%s): --xml shows what was sent and what came back.'
                % (place, named.strip(), said))

    def _unauthorized(self, response):
        wanted = one_line(response.headers.get('www-authenticate', ''))
        if re.search(r'(^|,)\s*bearer\b', wanted, re.I):
            if self.transport.token is None:
                return ('%s asks for a token (401): add --token-file FILE.' % self.transport.place)
            if not re.search(r'(^|,)\s*basic\b', wanted, re.I):
                return ('%s does not accept this token (401): check it, and its last day.'
                        % self.transport.place)
        if wanted and not re.search(r'(^|,)\s*basic\b', wanted, re.I):
            return ('%s asks for a login by "%s" (401), and this command knows Basic only: give '
                    'what it asks for with --header "Authorization: ...".'
                    % (self.transport.place, wanted[:_SHOWN]))
        realm = re.search(r'realm="([^"]*)"', wanted)
        realm = ', "%s"' % realm.group(1)[:_SHOWN] if realm and realm.group(1) else ''
        if not wanted and response.words():         # no login of HTTP, but the server's own
            return '%s refused the call (401, "%s").' % (self.transport.place, response.words())
        if self.transport.user is None:
            return ('%s asks for a user and a password (401%s): add --user NAME.'
                    % (self.transport.place, realm))
        return ('%s does not accept the user %s with this password (401%s): check both.'
                % (self.transport.place, one_line(self.transport.user), realm))

    def _redirect(self, response):
        target = one_line(response.headers.get('location', ''))
        if not target:
            return ('%s sends the call elsewhere (%d) without saying where: check the address.'
                    % (self.transport.place, response.status))
        return ('This address points to another one (%d): call %s instead, if you trust it.'
                % (response.status, self.transport.absolute(target)))


def _title(page):
    """Return the beginning of the title of a web page (str), found in linear time."""
    lower = page.lower()
    start = lower.find('>', lower.find('<title')) + 1
    if '<title' not in lower or not start:
        return ''
    end = lower.find('</title', start)
    return page[start:end][:_TITLE] if end >= 0 else ''


def looks_like_html(data):
    """Whether the bytes `data` begin like a web page, whatever type they are labelled with."""
    return bool(_HTML.search(data[:1 << 12]))


def text_of(data, charset):
    """Return the bytes `data` as text; what its encoding does not have becomes U+FFFD."""
    try:
        if codecs.lookup(charset or 'utf-8').name not in _SLOW:
            return data.decode(charset or 'utf-8', 'replace')
    except (LookupError, ValueError):       # also for a name that holds U+0000
        pass
    return data.decode('latin-1')


def one_line(text):
    """Return `text` with what could move a terminal's cursor escaped, line ends too."""
    return clean(text, '')


def clean(text, kept='\n\t'):
    """Return `text` with the characters escaped that a terminal obeys, but for those in `kept`."""
    return text if text.isprintable() else OBEYED.sub(
        lambda found: found.group() if found.group() in kept else ascii(found.group())[1:-1], text)
