"""What a client sees, on every kind of server."""

import re
import socket
import time
import xmlrpc.client

import pytest
import requests

from tests.real.otherwise import otherwise

CALL = b'<?xml version="1.0"?><methodCall><methodName>app.getName</methodName></methodCall>'
XML = {'Content-Type': 'text/xml'}
SECONDS = 20
URLS = ('/xmlrpc/', '/xmlrpc', '/RPC2', '/cgi-bin/rpc.cgi')


def answer_of(body):
    (value,), method = xmlrpc.client.loads(body)
    assert method is None
    return value


def exchange(server, request):
    """Send bytes, give back all bytes that come until the server closes."""
    with socket.create_connection((server.host, server.port), SECONDS) as sock:
        sock.sendall(request)
        return b''.join(iter(lambda: sock.recv(65536), b''))


@pytest.mark.parametrize('url', URLS)
def test_a_posted_call_is_answered(server, url):
    response = requests.post(server.url + url, CALL, headers=XML, timeout=SECONDS)
    assert response.status_code == 200
    assert answer_of(response.content) == 'example'


@pytest.mark.parametrize('url', URLS)
def test_no_url_redirects(server, url):
    response = requests.post(server.url + url, CALL, headers=XML, timeout=SECONDS,
                             allow_redirects=False)
    assert response.status_code == 200


@pytest.mark.parametrize('url', ('/xmlrpc/', ''))
def test_pythons_own_client_gets_the_name(server, url):
    with xmlrpc.client.ServerProxy(server.url + url) as proxy:
        assert proxy.app.getName() == 'example'


def test_a_url_without_a_script_is_not_found(server):
    response = requests.post(server.url + '/nothing/here', CALL, headers=XML, timeout=SECONDS)
    assert response.status_code == 404


@pytest.mark.parametrize('url', ('/cgi-bin/xmlrpcgi/__init__.py', '/cgi-bin/', '/lib/app.py'))
def test_the_source_is_not_served(server, url):
    assert requests.get(server.url + url, timeout=SECONDS).status_code in (403, 404)


@pytest.mark.parametrize('version', ('1.0', '1.1'))
def test_the_answer_has_its_length_and_no_chunks(server, version):
    head, _, body = exchange(
        server, b'POST /xmlrpc/ HTTP/%s\r\nHost: localhost\r\nConnection: close\r\n'
        b'Content-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s'
        % (version.encode(), len(CALL), CALL)
    ).partition(b'\r\n\r\n')
    fields = [line.lower() for line in head.split(b'\r\n')]
    said = otherwise(server, 'version for 1.0', '1.1') if version == '1.0' else '1.1'
    assert fields[0].decode() == 'http/%s 200 ok' % said
    assert b'content-length: %d' % len(body) in fields
    assert not any(line.startswith(b'transfer-encoding') for line in fields)
    assert answer_of(body) == 'example'


def test_a_chunked_call_is_answered(server):
    response = requests.post(server.url + '/xmlrpc/', iter([CALL[:20], CALL[20:]]),
                             headers=XML, timeout=SECONDS)
    assert response.request.headers['Transfer-Encoding'] == 'chunked'
    assert answer_of(response.content) == 'example'


def test_a_client_that_waits_for_100_continue_gets_it_and_its_answer(server):
    data = exchange(server, b'POST /xmlrpc/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n'
                    b'Content-Type: text/xml\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n'
                    % len(CALL) + CALL)
    interim, _, rest = data.partition(b'\r\n\r\n')
    if not interim.startswith(b'HTTP/1.1 100'):     # it may be left out: the body was there
        rest = data
    assert rest.startswith(b'HTTP/1.1 200')


def test_many_calls_go_through_one_connection(server):
    with requests.Session() as session:
        for _ in range(5):
            response = session.post(server.url + '/xmlrpc/', CALL, headers=XML, timeout=SECONDS)
            assert answer_of(response.content) == 'example'
            assert response.headers.get('Connection', '').lower() != 'close'


def test_the_access_log_shows_what_was_called(server):
    before = len(server.access_log())
    response = requests.post(server.url + '/xmlrpc/', CALL, headers=XML, timeout=SECONDS)
    assert response.headers['X-RPC-Method'] == 'app.getName'
    if not otherwise(server, 'access log', True):
        assert server.access_log() == ''
        return
    wanted = re.compile(r'"POST /xmlrpc/ HTTP/1\.1" 200 \d+ method=app\.getName '
                        r'fault=(-|0) script_us=\d+')
    deadline = time.monotonic() + SECONDS       # servers write after the answer, or seconds later
    while not wanted.search(server.access_log()[before:]):
        assert time.monotonic() < deadline, server.access_log()[before:]
        requests.head(server.url + '/', timeout=SECONDS)


def test_a_large_body_arrives_whole(server):
    value = 'x' * 3_000_000
    with xmlrpc.client.ServerProxy(server.url + '/xmlrpc/') as proxy:
        assert proxy.echo.echo(value) == value


@pytest.mark.parametrize('size', (100, 200_000))
@pytest.mark.parametrize('method, headers, status', [
    ('POST', {'Content-Type': 'image/png'}, 415),
    ('POST', {'Content-Encoding': 'br', **XML}, 415),
    ('POST', {'Origin': 'https://elsewhere.example', **XML}, 403),
    ('PUT', XML, 405),
])
def test_a_refusal_without_reading_the_body_reaches_the_client(server, method, headers, status,
                                                               size):
    # mod_cgid's pipe is one socket for both ways: a script that ends with its standard input
    # unread resets it, and what it wrote is lost, now and then.
    for _ in range(20):
        response = requests.request(method, server.url + '/xmlrpc/', data=b' ' * size,
                                    headers=headers, timeout=SECONDS)
        assert response.status_code == status


def test_a_body_above_the_scripts_limit_gets_the_scripts_answer(server):
    response = requests.post(server.url + '/xmlrpc/', b' ' * (17 * 1024 ** 2), headers=XML,
                             timeout=60)
    assert response.status_code == 413
    assert 'Apache' not in response.text
