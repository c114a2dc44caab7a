"""Headers in another spelling, X_Forwarded_For for X-Forwarded-For, on each server, and TRACE."""

import contextlib
import http.server
import os
import tempfile
import threading
from pathlib import Path

import pytest
from xmlrpcgi.web import tokenfile

from tests.conftest import need
from tests.real.raw import exchange, head_of
from tests.tools import servers
from tests.tools.servers.apache import Apache

TRUE, FORGED, TOKEN = '203.0.113.9', '198.51.100.1', 'a-token-of-ann'
CALL = b'<methodCall><methodName>app.seen</methodName></methodCall>'
CLASS = '''
class Application:
    def seen(self, request):
        return [request.remote_addr, request.https, request.user]
'''
# The networks of this machine and of its containers.
SETTINGS = '''
TRUSTED_PROXIES = ('127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'unix:')
TOKENS_FILE = __file__.rpartition('/')[0] + '/tokens'
'''
UNDERSCORES = '__', '_-', '-_'
OTHERS = '..', '.-', '~-', "'_", '!!', '+-', '^|', '#$', '*`', '%&'
BROKEN = '  ', '- ', '/-', '\t-', '()', '-\xe9'


def spelled(name, marks):
    """X-Forwarded-For with other marks for its hyphens."""
    first, second, third = name.split('-')
    return first + marks[0] + second + marks[1] + third


@pytest.fixture(scope='module')
def lib():
    with tempfile.TemporaryDirectory() as name:
        lib = Path(name) / 'lib'
        lib.mkdir()
        for file, text in (('app.py', CLASS), ('settings.py', SETTINGS),
                           ('tokens', 'ann %s\n' % tokenfile.digest_of(TOKEN))):
            (lib / file).write_text(text)
            (lib / file).chmod(0o644)
        Path(name).chmod(0o755)
        yield lib


@pytest.fixture(scope='module', params=list(servers.KINDS))
def server(request, lib):
    need(request.param)
    with servers.start(request.param, lib=lib) as running:
        yield running


class Balancer(Apache):
    """apache/balancer.conf before one member."""

    kind = 'balancer'
    needs = 'mod_proxy_http', 'mod_proxy_balancer', 'mod_proxy_hcheck', 'mod_buffer'

    def __init__(self, url):
        why = self.missing()
        if why:
            pytest.fail(why, pytrace=False) if os.environ.get('CI') == 'true' else pytest.skip(why)
        self.defines = {'MEMBER_1': url}
        super().__init__(servers.Bundle(), 0)


@pytest.fixture(scope='module')
def balanced(lib):
    """A balancer before lighttpd."""
    need('lighttpd')
    with servers.start('lighttpd', lib=lib) as member, Balancer(member.url) as running:
        yield running


class Names(http.server.BaseHTTPRequestHandler):
    """Answers with the names of the headers that came."""

    protocol_version = 'HTTP/1.1'           # which knows "100 Continue"

    def do_GET(self):
        self.do_POST()

    def do_POST(self):
        self.rfile.read(int(self.headers.get('Content-Length', 0)))
        body = '\n'.join(self.headers).lower().encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def names():
    """The URL of a server that answers with the names of the headers that came."""
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Names) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield 'http://127.0.0.1:%d' % running.server_port
        running.shutdown()


def seen(server, *lines):
    """What the class sees of a call with these header lines; [] where the call was refused."""
    answer = put(server, *lines)
    return [] if answer.status in (400, 401) else answer.value()


def put(server, *lines):
    return exchange(server, head_of('Content-Length: %d' % len(CALL)).replace(
        b'\r\n\r\n', ''.join('\r\n' + line for line in lines).encode('latin-1') + b'\r\n\r\n')
        + CALL)


def orders(name, marks, forged, true):
    """The two orders of a header and its other spelling."""
    lines = spelled(name, marks) + ': ' + forged, name + ': ' + true
    return lines, lines[::-1]


@pytest.mark.parametrize('marks', UNDERSCORES + OTHERS + BROKEN)
def test_another_spelling_forges_no_address(server, marks):
    for lines in orders('X-Forwarded-For', marks, FORGED, TRUE):
        assert FORGED not in seen(server, *lines)
    if server.kind != 'waitress':           # which hands on no X-Forwarded-For by default
        assert seen(server, 'X-Forwarded-For: ' + TRUE)[0] == TRUE


@pytest.mark.parametrize('marks', UNDERSCORES + OTHERS + BROKEN)
def test_another_spelling_forges_no_tls(server, marks):
    for lines in orders('X-Forwarded-Proto', marks, 'https', 'http'):
        assert True not in seen(server, *lines)
    if server.kind != 'waitress':
        assert seen(server, 'X-Forwarded-Proto: https')[1] is True


@pytest.mark.parametrize('marks', UNDERSCORES)
def test_a_name_with_underscores_counts_for_none_on_its_own(server, marks):
    """Other marks do with lighttpd, where the header itself did not come."""
    address, https, user = seen(server, *[spelled(name, marks) + ': ' + value for name, value in (
        ('X-Forwarded-For', FORGED), ('X-Forwarded-Proto', 'https'), ('X-Auth-Token', TOKEN))])
    assert (address == FORGED, https, user) == (False, False, '')
    assert put(server, 'Origin: https://evil.example',
               spelled('Sec-Fetch-Site', marks) + ': same-origin').status == 403


@pytest.mark.parametrize('marks', UNDERSCORES + OTHERS + BROKEN)
def test_a_token_in_another_spelling_logs_nobody_in(server, marks):
    for lines in orders('X-Auth-Token', marks, TOKEN, 'another'):
        assert 'ann' not in seen(server, *lines)
    assert seen(server, 'X-Auth-Token: ' + TOKEN)[2] == 'ann'


@pytest.mark.parametrize('marks', UNDERSCORES + OTHERS + BROKEN)
def test_through_the_balancer_another_spelling_forges_nothing(balanced, marks):
    for lines in orders('X-Forwarded-For', marks, FORGED, TRUE):
        assert FORGED not in seen(balanced, *lines)
    for lines in orders('X-Forwarded-Proto', marks, 'https', 'http'):
        assert True not in seen(balanced, *lines)


def test_the_balancer_hands_on_no_forwarded_header_with_underscores():
    with names() as url, Balancer(url) as running:
        came = put(running, *[spelled(name, marks) + ': x' for marks in UNDERSCORES
                              for name in ('X-Forwarded-For', 'X-Forwarded-Proto', 'X-Any-Else')])
    forwarded = [name for name in came.body.decode().split() if 'forwarded' in name]
    assert sorted(forwarded) == ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto',
                                 'x-forwarded-server']
    assert b'x_any_else' in came.body


TRACED = 'X-Auth-Token: ' + TOKEN, 'Authorization: Bearer ' + TOKEN, 'Cookie: ' + TOKEN


def test_trace_shows_no_token(server):
    if server.kind == 'passenger':
        pytest.skip('Apache answers, without a line of this program: see SECURITY.md')
    answer = exchange(server, head_of(*TRACED, method='TRACE', kind=None))
    assert answer.status in (405, 501) and TOKEN.encode() not in answer.body


def test_trace_through_the_balancer_shows_no_token():
    with names() as url, Balancer(url) as running:
        answer = exchange(running, head_of(*TRACED, method='TRACE', kind=None))
    assert answer.status == 405 and TOKEN.encode() not in answer.body
