"""Hosts where Apache drops a script's Content-Length, as it does since 2.4.59, and sends chunks.

The line `SetEnv ap_trust_cgilike_cl 1` of the sample is not there, or is not read. All but the way
in which an answer's length is known stays as it is.
"""

import gzip
import http.client
import socket
import xmlrpc.client

import pytest
import requests

from .host import CALL, SECONDS
from .test_install import VALUES
from .test_requests import sample

METHODS = ('def getName(self):\n    return "example"\n'
           'def echo(self, value):\n    return value\n'
           'def many(self, size):\n    return "x" * size')
# Apache itself may find out the length of an answer that the script gives it at one go.
LARGE = xmlrpc.client.dumps((300000,), 'app.many').encode()


@pytest.fixture(params=['open', 'none'])
def site(request, host):
    site = host.site(request.param)
    site.application(METHODS)
    return site


def test_an_answer_comes_in_chunks_and_pythons_client_reads_it(site):
    answer = site.post(LARGE, headers={'Accept-Encoding': 'identity'})
    assert answer.headers['Transfer-Encoding'] == 'chunked'
    assert 'Content-Length' not in answer.headers
    assert xmlrpc.client.loads(answer.content)[0] == ('x' * 300000,)
    assert site.client().app.many(300000) == 'x' * 300000


def test_with_the_sample_it_has_its_length(host):
    site = host.site('open')
    site.application(METHODS)
    site.write('cgi-bin/.htaccess', sample())
    answer = site.post(LARGE, headers={'Accept-Encoding': 'identity'})
    assert 'Transfer-Encoding' not in answer.headers
    assert answer.headers['Content-Length'] == str(len(answer.content))


def test_every_value_arrives_and_so_do_large_answers_and_faults(site):
    client = site.client()
    for value in VALUES:
        assert xmlrpc.client.loads(site.post(xmlrpc.client.dumps(
            (value,), 'app.echo', allow_none=True).encode()).content,
            use_builtin_types=True)[0] == (value,)
    assert client.app.many(3000000) == 'x' * 3000000
    assert site.fault('app.nothing')[0] == -32601


def test_many_calls_go_through_one_connection(site):
    with requests.Session() as session:
        for _ in range(5):
            answer = session.post(site.url, CALL, headers={'Content-Type': 'text/xml'},
                                  timeout=SECONDS)
            assert xmlrpc.client.loads(answer.content)[0] == ('example',)
            assert answer.headers.get('Connection', '').lower() != 'close'


def test_a_client_of_http_1_0_gets_it_whole_up_to_the_end_of_the_connection(site):
    place, _, path = site.url.partition('//')[2].partition('/')
    name, _, port = place.partition(':')
    with socket.create_connection((name, int(port)), SECONDS) as sock:
        sock.sendall(b'POST /%s HTTP/1.0\r\nHost: localhost\r\nContent-Type: text/xml\r\n'
                     b'Content-Length: %d\r\n\r\n%s' % (path.encode(), len(CALL), CALL))
        data = b''.join(iter(lambda: sock.recv(65536), b''))
    head, _, body = data.partition(b'\r\n\r\n')
    assert b'chunked' not in head.lower()
    assert xmlrpc.client.loads(body)[0] == ('example',)


def test_a_compressed_answer_is_whole(site):
    body = xmlrpc.client.dumps((50000,), 'app.many').encode()
    answer = requests.post(site.url, body, timeout=SECONDS, stream=True, headers={
        'Content-Type': 'text/xml', 'Accept-Encoding': 'gzip'})
    assert answer.headers['Content-Encoding'] == 'gzip'
    data = b''.join(answer.raw.stream(decode_content=False))
    assert xmlrpc.client.loads(gzip.decompress(data))[0] == ('x' * 50000,)


@pytest.mark.parametrize('method, headers, status', [
    ('POST', {'Content-Type': 'image/png'}, 415), ('PUT', {}, 405),
    ('GET', {}, 200), ('OPTIONS', {}, 204)])
def test_refusals_and_the_page_arrive(site, method, headers, status):
    answer = requests.request(method, site.url, data=b' ' * 1000 if method[0] == 'P' else None,
                              headers=headers, timeout=SECONDS)
    assert answer.status_code == status
    assert bool(answer.content) == (status != 204)


def test_head_has_no_body(site):
    place, _, path = site.url.partition('//')[2].partition('/')
    connection = http.client.HTTPConnection(place, timeout=SECONDS)
    connection.request('HEAD', '/' + path)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b'')
    connection.close()
