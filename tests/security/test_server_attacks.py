"""Attacks in which the server takes part, on every kind: addresses, headers, bodies."""

import gzip
import re

import pytest

from tests.real.raw import ask, exchange, head_of
from tests.security import tried
from tests.security.test_environment import WORDS
from tests.security.test_leaks import TELLS
from tests.security.test_server_framing import CALL, answers, exchanged

SOURCE = re.compile(rb'^(class|def|import|from) \w|^#!|LIB = ', re.M)
LAUGHS = (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>'
          + CALL.partition(b'?>')[2].replace(b'hello', b'&d;'))


def silent(answer):
    """Nothing in the answer tells of paths or of the program's inside."""
    head = ' '.join('%s: %s' % item for item in answer.fields.items() if item[0] != 'server')
    for text in (head, answer.body.decode('utf-8', 'replace').replace('lib/settings.py', '')):
        assert not TELLS.search(text.replace('from xmlrpc', '')), text[:500]


@pytest.mark.parametrize('path', [
    '/lib/app.py', '/xmlrpc/../lib/app.py', '/xmlrpc/%2e%2e/lib/app.py', '/cgi-bin/../lib/app.py',
    '/cgi-bin/xmlrpcgi/handler.py', '/cgi-bin/xmlrpcgi/', '/cgi-bin/xmlrpcgi/__main__.py',
    '/cgi-bin/',
    '/cgi-bin/rpc.cgi/../xmlrpcgi/cgi.py', '/cgi-bin/rpc.cgi/%2e%2e/xmlrpcgi/cgi.py',
    '/cgi-bin/rpc-sh.cgi',
    '/cgi-bin/rpc.cgi%00.txt', '/cgi-bin/rpc.cgi%20', '/cgi-bin/rpc.cgi.', '/cgi-bin/RPC.CGI',
    '/.htaccess',
    '/cgi-bin/.%2e/.%2e/etc/passwd', '/cgi-bin/.%%32%65/.%%32%65/etc/passwd', '//etc/passwd',
    '/%2e%2e/etc',
    '/cgi-bin/xmlrpcgi/__pycache__/', '/xmlrpc/%2fetc%2fpasswd', '/xmlrpc/..%2flib%2fapp.py',
    '/lib/',
    '/cgi-bin/rpc.cgi%0d%0aX:1', '/cgi-bin/xmlrpcgi%2fhandler.py', '/cgi-bin\\rpc.cgi',
    '/xmlrpc;/lib/app.py',
    '/cgi-bin/rpc.fcgi', '/cgi-bin/rpc.wsgi', '/rpc.wsgi', '/apache/rpc.conf', '/.git/HEAD',
])
def test_no_address_shows_a_file(server, path):
    """CVE-2021-41773 and CVE-2021-42013 are Apache's; nothing of ours may be shown either."""
    for method in ('GET', 'POST'):
        tried('headers and environment')
        answer = exchange(server, head_of('Content-Length: 0', method=method).replace(
            b' /xmlrpc/ ', b' %s ' % path.encode(), 1))
        if answer.body.startswith(b'<!DOCTYPE html>') and b'XML-RPC endpoint' in answer.body:
            continue                # the page, whose address may have more behind it
        assert not SOURCE.search(answer.body) and b'root:' not in answer.body
        if answer.status == 200:
            assert b'-32700' in answer.body         # the script took the empty body for a call


@pytest.mark.parametrize('word', [word for word in WORDS if word.isprintable() and '"' not in word])
def test_words_of_a_query_string_are_no_options(server, word):
    """CVE-2012-1823, from the request line on."""
    tried('headers and environment')
    query = word.replace(' ', '+').replace('`', '%60').encode()
    answer = exchange(server, head_of('Content-Length: %d' % len(CALL)).replace(
        b' /xmlrpc/ ', b' /xmlrpc/?' + query + b' ', 1) + CALL)
    assert answer.value() == 'hello'
    silent(answer)


@pytest.mark.parametrize('field', [
    'Proxy: http://evil.example', 'proxy: http://evil.example', 'PROXY: x',
    'Authorization: Basic AAAA',
    'Remote-User: ann', 'REMOTE_USER: ann', 'X-Forwarded-User: ann', 'Xmlrpcgi-Lib: /tmp',
    'Pythonpath: /tmp',
    'User-Agent: () { :; }; echo x', 'Host: evil.example', 'X-Forwarded-Host: evil.example',
    'X-Original-URL: /lib/app.py', 'X-Rewrite-URL: /lib/app.py', 'X-HTTP-Method-Override: DELETE',
    'Content-Location: /lib/app.py', 'Range: bytes=0-0,1-1',
    'If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT',
    'If-None-Match: *', 'TE: trailers', 'Cookie: ' + 'a=b; ' * 800,
    'Accept-Encoding: ' + 'gzip,' * 800,
    'Forwarded: for=127.0.0.1', 'Connection: close, Content-Length',
    'Connection: close, Authorization',
])
def test_a_header_changes_nothing_but_what_it_is_for(server, field):
    tried('headers and environment')
    lines = [line for line in (field,) if not line.startswith('Host')]
    data = head_of('Content-Length: %d' % len(CALL), *lines) + CALL
    if field.startswith('Host'):
        data = data.replace(b'Host: localhost', field.encode())
    if field.startswith('Connection'):
        data = data.replace(b'Connection: close\r\n', b'', 1)
    # These do not see the "close" in a list.
    answer = exchange(server, data, half_close=server.kind in ('waitress', 'embedded'))
    if field.startswith('Connection') and answer.status in (400, 411):
        return
    assert answer.value() == 'hello'
    silent(answer)


@pytest.mark.parametrize('lines', [
    ['Origin: https://evil.example'], ['Origin: null'], ['Sec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Site: same-site'], ['Referer: https://evil.example/a'],
    ['Origin: http://localhost.evil.example', 'Sec-Fetch-Site: cross-site'],
])
@pytest.mark.parametrize('kind', ['text/plain', 'application/x-www-form-urlencoded',
                                  'multipart/form-data; boundary=x', None])
def test_a_form_of_another_site_cannot_call(server, kind, lines):
    tried('other sites')
    answer = ask(server, CALL, 'Cookie: session=1', *lines, kind=kind)
    assert answer.status in (403, 415) and b'hello' not in answer.body
    assert not any(name.startswith('access-control') for name in answer.fields)
    silent(answer)


@pytest.mark.parametrize('name', [
    'a&#13;&#10;Set-Cookie: a=b', 'a&#10;&#10;body', 'a&#13;X: y', 'a&#x85;X: y', 'a&#x2028;X: y',
    '&#13;&#10;&#13;&#10;HTTP/1.1 200 OK', 'a: b', 'a' * 64000, '&#x560a;X: y', '&#x10d;X: y',
    '%0d%0aX: y'])
def test_a_method_name_splits_no_response(server, name):
    """CWE-113; U+560A has the byte of a line feed at its end where text is cut to 8 bits."""
    tried('headers and environment')
    body = CALL.replace(b'echo.echo', name.encode())
    data = exchanged(server, head_of('Content-Length: %d' % len(body)) + body)
    (status, _), = answers(data)
    head = data.partition(b'\r\n\r\n')[0]
    assert status == 200
    assert not re.search(rb'(?im)^(set-cookie|x|body)\b(?!-)', head)


def test_bodies_that_are_bombs_are_refused(server):
    """CVE-2013-1753; the limit is that of the settings, 16 MiB."""
    bomb = gzip.compress(b' ' * (200 << 20), 9)
    for body, lines, status in [
            (bomb, ['Content-Encoding: gzip'], 413),
            (gzip.compress(bomb), ['Content-Encoding: gzip'], 200),
            (LAUGHS, [], 200), (b'<a>' * 100000, [], 200), (b'\0' * 100000, [], 200)]:
        tried('compressed bombs')
        answer = ask(server, body, *lines)
        assert answer.status == status
        assert status != 200 or answer.fault().faultCode in (-32700, -32702, -32600)
        silent(answer)


@pytest.mark.parametrize('method', ['interop.crash', 'interop.nothing', 'interop.__class__',
                                    'lib.interop.crash',
                                    'settings.x', 'os.system', '../interop.crash'])
def test_no_failure_tells_of_the_inside(server, method):
    tried('what faults tell')
    answer = ask(server, b'<methodCall><methodName>%s</methodName></methodCall>' % method.encode())
    assert answer.fault().faultCode in (-32500, -32601)
    silent(answer)


def test_the_log_has_no_line_of_a_clients(server):
    """Not the error log, nor the access log, of all that was sent above and here."""
    forged = 'xmlrpcgi: fault -1 forged'
    for name in ('a&#10;' + forged, 'a&#13;' + forged, 'a&#x85;' + forged, 'a&#x2028;' + forged):
        tried('log lines')
        ask(server, CALL.replace(b'echo.echo', b'interop.crash').replace(b'hello', name.encode()))
        ask(server, CALL.replace(b'echo.echo', name.encode()), 'User-Agent: ' + forged)
    for log in (server.log(), server.access_log()):
        assert not re.search(r'(?m)^xmlrpcgi: fault -1 ', log)
        assert '\x1b' not in log and '\u2028' not in log
