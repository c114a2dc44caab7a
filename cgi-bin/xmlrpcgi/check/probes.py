"""probes: what clients do, tried on a server that answers calls.

Each probe in PROBES is a function of a Server that returns one Finding, or None where it has
nothing to say; they run in the order of the list.  Those about values are in values.py.
"""

import time

from ..client.catalog import catalog
from ..client.errors import ClientError
from ..client.response import decode_response
from ..encode import encode_call
from ..errors import Fault
from .finding import FAIL, INFO, OK, WARN, Finding
from .recognition import BODY_SIZE, answers, is_bearer, own_refusal
from .values import echo_of, text, values

_LARGE = 200 * 1024         # bytes: above the 128 KB that some hosts let through
_GZIP_MIN = 4096            # bytes, the default of the setting
MOST = 1 << 21              # bytes of an answer to a probe, which asks for little
_TOKEN = 'xmlrpcgi-check-%x'        # noqa: S105  a word to be echoed, not a secret
_LET_THROUGH = ('into .htaccess: CGIPassAuth On, or where that is not allowed: '
                'SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1')
_TELLING = ('authorization', 'header', 'headers')   # methods that show the header they got


class Server:
    """A server that answers calls: its client, transport, and what it says of itself."""

    def __init__(self, client, own):
        self.client = client
        self.transport = client.transport
        self.own = own                      # whether it is xmlrpcgi (bool)
        self.methods = []                   # of its catalog
        self.names = []

    def raw(self, body, headers=()):
        """Return the Response to `body`, or the ClientError."""
        try:
            return self.transport.send('POST', body, headers=headers)
        except ClientError as error:
            return error


def all_of(client, plain, own, progress=lambda what: None):
    """Return the Findings, and the names of the server's methods (list of str).

    plain (Response): what system.listMethods gave. own (bool): whether a GET shows xmlrpcgi.
    progress: see check.findings.
    """
    server = Server(client, own or 'x-rpc-time-us' in plain.headers)
    progress('methods')
    found = [_listed(server, plain)]
    server.transport.most = MOST
    for probe in PROBES:
        name = probe.__name__.strip('_').replace('_', ' ')
        progress(name)
        try:
            found.append(probe(server))
        except ClientError as error:
            found.append(_failed(name, error))
    return [finding for finding in found if finding is not None], server.names


def _listed(server, plain):
    try:
        decode_response(plain.body, plain.type[1])
        found = catalog(server.client)
    except Fault as fault:
        return Finding('methods', INFO, 'The server does not list its methods (fault %s): less '
                       'can be tried.' % fault.faultCode)
    except ClientError as error:
        return _failed('methods', error)
    server.methods = found['methods']
    server.names = [method['name'] for method in found['methods']]
    broken = [entry['name'] for entry in found['unavailable']]
    if broken:
        return Finding('methods', FAIL, 'Files of lib/ do not import%s: %s.' % (
            ', or register() fails' * ('__init__' in broken), ', '.join(
                'lib/%s.py' % name.replace('.', '/') for name in broken)),
            'on the host: python3 cgi-bin/xmlrpcgi check tells why', 'broken-class')
    mine = [name for name in server.names if not name.startswith('system.')]
    if not mine:
        return Finding('methods', WARN, 'The server lists no method but its own.',
                       'put a class Application into lib/, see README.md', 'no-methods')
    return Finding('methods', OK, 'Methods are listed: %d, %s first.' % (len(mine), mine[0]))


def _call(server):
    """Call a method that is not there: the answer has to be a fault, of status 200."""
    try:
        server.client.call('xmlrpcgi.check.no_such_method')
    except Fault as fault:
        return Finding('call', OK, 'A call of a method that is not there is fault %s, as it '
                       'should be.' % fault.faultCode)
    except ClientError as error:
        return _failed('call', error)
    return Finding('call', INFO, 'The server has an answer to methods that it does not list.')


def _plain():
    return encode_call('system.listMethods', ())


def _chunked(server):
    body = _plain()
    response = server.raw(iter((body[:20], body[20:])), [('Transfer-Encoding', 'chunked')])
    return _passes(server, 'chunked', response, 'A request in chunks is answered.',
                   'Requests in chunks are not answered',
                   'some Java, .NET and PHP clients send so: have them send a Content-Length; or '
                   'ask the host to let chunked requests through')


def _gzip_request(server):
    from ..web.compression import deflated
    response = server.raw(deflated(_plain()), [('Content-Encoding', 'gzip')])
    return _passes(server, 'gzip in', response, 'A compressed request is answered.',
                   'Compressed requests are not answered',
                   'have clients send them uncompressed; or ask the host to let Content-Encoding '
                   'through', INFO if not server.own else WARN)


def _gzip_answer(server):
    plain = _plain()
    response = server.raw(plain, [('Accept-Encoding', None)])
    if _encoding(response):
        return Finding('gzip out', FAIL, 'Answers are compressed (%s) for clients that did not '
                       'ask for it and cannot read them.' % _encoding(response),
                       'into .htaccess: SetEnv no-gzip 1', 'gzip-unasked')
    if 'system.multicall' not in server.names or isinstance(response, ClientError):
        return None
    count = min(100, 2 * _GZIP_MIN // max(1, len(response.body)) + 1)
    body = encode_call('system.multicall', [
        [{'methodName': 'system.listMethods', 'params': []}] * count])
    response = server.raw(body, [('Accept-Encoding', 'gzip')])
    if not isinstance(response, ClientError) and answers(response):
        if _encoding(response):
            return Finding('gzip out', OK, 'A large answer is compressed for clients that ask.')
        return Finding('gzip out', INFO, 'A large answer is not compressed for clients that ask '
                       '(GZIP_MIN in lib/settings.py, or a proxy in front).')
    return _passes(server, 'gzip out', response, '', 'A compressed answer does not arrive whole',
                   'take mod_deflate off for this address: SetEnv no-gzip 1 in .htaccess', FAIL)


def _encoding(response):
    if isinstance(response, ClientError):
        return ''
    encoding = response.headers.get('content-encoding', '').lower()
    return '' if encoding == 'identity' else encoding


def _large(server):
    echo, body = echo_of(server), _plain()
    if echo:
        body = encode_call(echo, ['0123456789abcde\n' * (_LARGE // 16)])
    body += b'\n' * (_LARGE - len(body))
    response = server.raw(body)
    if not isinstance(response, ClientError) and own_refusal(response) == BODY_SIZE:
        return Finding('large', INFO, 'A request of 200 KB is refused by MAX_BODY of '
                       'lib/settings.py.')
    return _passes(server, 'large', response, 'A request of 200 KB is answered.',
                   'A small request is answered, one of 200 KB is not',
                   'ask the host to raise FcgidMaxRequestLen, LimitRequestBody or ModSecurity\'s '
                   'SecRequestBodyNoFilesLimit (128 KB by default); client_max_body_size in '
                   'nginx', FAIL)


def _passes(server, name, response, good, bad, remedy, level=WARN):
    """Return the Finding for a request that differs in one thing from one that was answered."""
    if isinstance(response, ClientError):
        return Finding(name, level, '%s: %s' % (bad, response), remedy, name.replace(' ', '-'))
    if answers(response):
        return Finding(name, OK, good)
    said = '%d' % response.status + (', "%s"' % response.words() if response.words() else '')
    if response.is_html and response.status in (200, 403, 406, 501):
        return Finding(name, level, '%s: a firewall\'s page comes (%s).' % (bad, said),
                       'ask the host to switch ModSecurity (or what it uses) off for this '
                       'address', name.replace(' ', '-'))
    return Finding(name, level, '%s (%s).' % (bad, said), remedy, name.replace(' ', '-'))


def _checks_tokens(server, token):
    response = server.raw(_plain(), [('Authorization', None), ('X-Auth-Token', token)]
                          if server.transport.user is None else [('X-Auth-Token', token)])
    return not isinstance(response, ClientError) and is_bearer(response)


def _authorization(server):
    name = 'authorization'
    if server.transport.user is not None:
        open_to_all = _answers_or_none(server.raw(_plain(), [('Authorization', None)]))
        if open_to_all is False:
            return Finding(name, OK, 'The web server checks the password: without it, no call is '
                           'answered.')
    token = _TOKEN % int(time.time() * 1e6)
    header = [('Authorization', 'Bearer ' + token)] if server.transport.user is None else []
    response = server.raw(_plain(), header)
    if not isinstance(response, ClientError) and is_bearer(response):
        return Finding(name, OK, 'The script checks tokens, and the header Authorization reaches '
                       'it.')
    if server.own and _checks_tokens(server, token):
        return Finding(name, OK, 'The script checks tokens.') if not header else Finding(
            name, WARN, 'The script checks tokens, but only those that come as X-Auth-Token: the '
            'header Authorization does not reach it.', _LET_THROUGH, 'token-authorization')
    if not isinstance(response, ClientError) and response.status == 401:
        return Finding(name, OK, 'The web server checks a password where one comes.')
    for method in server.methods:
        if method['name'].rpartition('.')[2].lower() in _TELLING and _without_params(method):
            method = method['name']
            body = encode_call(method, ())
            with_it, without = (_result(server.raw(body, headers)) for headers in (
                header, [('Authorization', None)]))
            if with_it is not None and with_it != without:
                return Finding(name, OK, 'The header Authorization reaches the classes (%s shows '
                               'it).' % method)
            return Finding(name, WARN, 'The header Authorization does not reach the classes (%s '
                           'does not show it), so they cannot check passwords themselves.'
                           % method, _LET_THROUGH, 'authorization')
    return Finding(name, INFO, 'Whether the header Authorization reaches the classes is not '
                   'known: no method shows it. Only classes that check passwords themselves need '
                   'it; a method authorization(self, request) that returns '
                   'bool(request.header("Authorization")) would show it.')


def _answers_or_none(response):
    """Whether `response` is the answer to a call; None where there was no response."""
    return None if isinstance(response, ClientError) else answers(response)


def _without_params(method):
    if isinstance(method.get('params'), list):
        return not method['params']
    return any(len(row) == 1 for row in method.get('signatures') or ())


def _result(response):
    if isinstance(response, ClientError) or not answers(response):
        return None
    try:
        return repr(decode_response(response.body, response.type[1]))
    except Fault:
        return None


def _headers(server):
    response = server.raw(_plain(), [('Accept-Encoding', None)])
    if isinstance(response, ClientError):
        return _failed('headers', response)
    headers = response.headers
    if 'content-length' not in headers:
        return Finding('headers', WARN, 'Answers come %s, which some clients (XmlRpc++, Erlang\'s) '
                       'cannot read.' % ('in chunks' if 'transfer-encoding' in headers
                                         else 'without a Content-Length'),
                       'into .htaccess: SetEnv ap_trust_cgilike_cl 1', 'chunked-answer')
    media, charset = response.type
    if not media.endswith('xml') or (charset or 'utf-8').lower() != 'utf-8':
        return Finding('headers', WARN, 'Answers are labelled "%s" in place of "text/xml; '
                       'charset=utf-8".' % headers.get('content-type', ''),
                       'into .htaccess: AddDefaultCharset Off; no ForceType there',
                       'content-type')
    if not server.own:
        return Finding('headers', INFO, 'The server is not xmlrpcgi, or a proxy in front hides '
                       'its headers.')
    lacking = [name for name in ('X-Content-Type-Options', 'Cache-Control', 'X-RPC-Time-Us')
               if name.lower() not in headers]
    if lacking:
        return Finding('headers', INFO, 'A proxy in front takes away %s.' % ', '.join(lacking))
    return Finding('headers', OK, 'The answer has its length, type and other headers.')


def _failed(name, error):
    return Finding(name, FAIL, str(error), 'see the error log of the host', name)


PROBES = [_call, values, text, _chunked, _gzip_request, _gzip_answer, _large, _authorization,
          _headers]
