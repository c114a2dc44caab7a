"""Tokens on each server, with and without a password that the web server asks for itself."""

import contextlib
import http.client
import tempfile
import xmlrpc.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from xmlrpcgi.web import tokenfile

from tests.conftest import need
from tests.real.passwords import MEMBERS, htpasswd_line, lines_for
from tests.tools import servers
from tests.tools.fcgi import wait_for

SECONDS = 60
ANN, BOB, ENDED = 'a-token-of-ann', 'a-token-of-bob', 'an-ended-token'
# In lib/ itself, the one folder that every server here sees; not what a user should do.
SETTINGS = "TOKENS_FILE = __file__.rpartition('/')[0] + '/tokens'\n"
METHODS = '''
    def seen(self, request):
        """All that a class sees of the request, and of its process."""
        import os
        return repr([dict(request.headers), dict(os.environ), vars(request)])
'''


@pytest.fixture(scope='module')
def lib():
    """A folder that is served where it is: of one in pytest's folders servers get a copy."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield filled(Path(name))


def filled(folder):
    lib = folder / 'lib'
    lib.mkdir()
    (lib / 'members.py').write_text(MEMBERS + METHODS)
    (lib / 'settings.py').write_text(SETTINGS)
    (lib / 'tokens').write_text(''.join('%s %s %s\n' % (name, tokenfile.digest_of(token), until)
                                        for name, token, until in (
        ('ann', ANN, ''), ('bob', BOB, '9999-12-31'), ('old', ENDED, '2020-01-01'))))
    (lib / 'tokens').chmod(0o644)               # servers run as users of their own
    (folder / 'htpasswd').write_text(htpasswd_line('eve', 'secret'))
    (folder / 'htpasswd').chmod(0o644)
    return lib


@pytest.fixture(scope='module', params=list(servers.KINDS))
def server(request, lib):
    """A server that asks for no password."""
    need(request.param)
    with servers.start(request.param, lib=lib) as running:
        yield running


@pytest.fixture(scope='module', params=['mod_cgid', 'mod_cgi', 'mod_fcgid', 'mod_wsgi',
                                        'passenger', 'nginx'])
def guarded(request, lib):
    """A server that asks for a password."""
    need(request.param)
    with servers.start(request.param, lib=lib, extra_conf=lines_for(
            request.param, lib.parent / 'htpasswd')) as running:
        yield running


def post(server, method, **options):
    return requests.post(server.url + '/xmlrpc/', xmlrpc.client.dumps((), method).encode(),
                         timeout=SECONDS, **options)


def called(server, method, headers=None, **options):
    """The result of a call, or the code of its fault, or the status."""
    response = post(server, method, headers={'Content-Type': 'text/xml', **(headers or {})},
                    **options)
    if response.status_code != 200:
        return response.status_code
    try:
        return xmlrpc.client.loads(response.content)[0][0]
    except xmlrpc.client.Fault as fault:
        return fault.faultCode


def by(token):
    """Both headers that a token may come in."""
    return {'Authorization': 'Bearer ' + token}, {'X-Auth-Token': token}


def test_either_header_logs_in(server):
    for token, name in (ANN, 'ann'), (BOB, 'bob'):
        for headers in by(token):
            assert called(server, 'members.who', headers) == name
    assert called(server, 'members.who') == ''


def test_allow_goes_by_the_token(server):
    for headers in by(ANN):
        assert called(server, 'members.hers', headers) == 'hers'
        assert 'members.hers' in called(server, 'system.listMethods', headers)
    for headers in (*by(BOB), {}):
        assert called(server, 'members.hers', headers) == -32501
        assert 'members.hers' not in called(server, 'system.listMethods', headers)


@pytest.mark.parametrize('token', ['wrong', ENDED, ANN.upper(), ANN[:-1]])
def test_a_wrong_or_ended_token_is_401(server, token):
    for headers in by(token):
        response = post(server, 'members.who', headers={'Content-Type': 'text/xml', **headers})
        assert response.status_code == 401
        assert response.headers['WWW-Authenticate'].startswith('Bearer ')
        assert response.text == 'the token is wrong, or its last day is over\n'


@pytest.mark.parametrize('tokens', [(ANN, BOB), ('wrong', ANN), (ANN, 'wrong')], ids=str)
def test_two_tokens_that_differ_are_401(server, tokens):
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=SECONDS)
    with contextlib.closing(connection):
        body = xmlrpc.client.dumps((), 'members.who').encode()
        connection.putrequest('POST', '/xmlrpc/')
        connection.putheader('Content-Type', 'text/xml')
        connection.putheader('Content-Length', str(len(body)))
        for token in tokens:
            connection.putheader('X-Auth-Token', token)
        connection.endheaders(body)
        assert connection.getresponse().status == 401


def test_one_request_does_not_log_the_next_one_in(server):
    with requests.Session() as session:
        for _ in range(10):
            for headers, name in (by(ANN)[1], 'ann'), ({}, ''), (by(BOB)[0], 'bob'), ({}, ''):
                response = session.post(
                    server.url + '/xmlrpc/', xmlrpc.client.dumps((), 'members.who').encode(),
                    headers={'Content-Type': 'text/xml', **headers}, timeout=SECONDS)
                assert xmlrpc.client.loads(response.content)[0][0] == name


def test_no_class_sees_a_token(server):
    for headers in by(ANN):
        assert ANN not in called(server, 'members.seen', headers)
    assert ANN not in called(server, 'members.seen')


def test_no_log_has_a_token(server):
    for token in ANN, ENDED, 'wrong-and-long-token':
        for headers in by(token):
            called(server, 'members.who', headers)
            called(server, 'members.nothing', headers)
            assert token not in server.log() + server.access_log()


def test_a_file_that_is_spoilt_stops_every_call_at_once_and_one_put_right_lets_them_in(server, lib):
    if server.kind == 'docker':
        pytest.skip('the container has a copy of lib/')
    before = (lib / 'tokens').read_bytes()
    try:
        (lib / 'tokens').write_bytes(b'ann secret\n')
        for headers in (*by(ANN), {}):
            assert called(server, 'members.who', headers) == 500
        wait_for(lambda: 'TOKENS_FILE' in server.log())     # Passenger's comes late
        (lib / 'tokens').write_bytes(b'')
        assert [called(server, 'members.who', headers) for headers in by(ANN)] == [401, 401]
    finally:
        (lib / 'tokens').write_bytes(before)
    assert called(server, 'members.who', by(ANN)[1]) == 'ann'


# With a password.

LOGIN = ('eve', 'secret')


def test_the_password_comes_first(guarded):
    for headers in (*by(ANN), {}):
        assert called(guarded, 'members.who', headers) == 401
    assert called(guarded, 'members.who', auth=LOGIN) == 'eve'


def test_a_token_wins_over_the_user_of_the_password(guarded):
    assert called(guarded, 'members.who', {'X-Auth-Token': ANN}, auth=LOGIN) == 'ann'
    assert called(guarded, 'members.hers', {'X-Auth-Token': ANN}, auth=LOGIN) == 'hers'
    assert called(guarded, 'members.hers', auth=LOGIN) == -32501


@pytest.mark.parametrize('token', ['wrong', ENDED])
def test_a_wrong_token_is_401_in_spite_of_a_right_password(guarded, token):
    response = post(guarded, 'members.who', auth=LOGIN, headers={'Content-Type': 'text/xml',
                                                                 'X-Auth-Token': token})
    assert response.status_code == 401
    assert response.text == 'the token is wrong, or its last day is over\n'
