"""The command line where the network or TLS fails: each cause has its sentence."""

import http.server
import shutil
import socket
import ssl
import subprocess
import time

import pytest

from tests.process.command_line import Raw, answering, complaint, place, said, serving


@pytest.fixture
def free_port():
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        yield taken.getsockname()[1]


def test_a_refused_connection(free_port):
    assert complaint('call', 'http://127.0.0.1:%d/' % free_port, 'm') == (
        'Nothing listens at 127.0.0.1, port %d (connection refused): start the server, or check '
        'the address.' % free_port)


@pytest.mark.parametrize('host', ['nosuch.invalid', 'a' * 70 + '.invalid', 'ü..invalid'])
def test_a_host_that_is_not_there(host):
    text = complaint('call', 'http://%s/' % host, 'm')
    assert text.startswith('There is no host %s (' % host)
    assert text.endswith('): check the spelling and the network.')


def trickle(connection, ended):
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
    while not ended.wait(0.05):
        connection.sendall(b'x')


@pytest.mark.parametrize('slow', [lambda connection, ended: ended.wait(), trickle],
                         ids=['silent', 'trickling'])
def test_an_answer_that_does_not_come_in_time(slow):
    started = time.monotonic()
    with Raw(slow) as server:
        assert complaint('call', server.url, 'm', '--timeout', '2') == (
            'No answer came from %s within 2 seconds: where the method needs longer, wait '
            'longer with --timeout 60.' % place(server.url))
    assert time.monotonic() - started < 10


@pytest.mark.parametrize('answer, sentence', [
    (b'', '%s closed the connection without an answer: if this port is for https, write '
          'https://; else its error log may say more.'),
    (b'220 mail.example.org ESMTP\r\n',
     'What answers at %s is not an HTTP server (220 mail.example.org ESMTP'),
    (b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<?xml',
     'The answer of %s broke off: its error log may say why.'),
    (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n<?xml',
     'The answer of %s broke off: its error log may say why.'),
])
def test_an_answer_that_is_no_whole_http(answer, sentence):
    with Raw(answer) as server:
        text = complaint('call', server.url, 'm')
        assert text.startswith(sentence % place(server.url))


# TLS.

@pytest.fixture(scope='module')
def certificate(tmp_path_factory):
    if not shutil.which('openssl'):
        pytest.skip('there is no openssl here to make a certificate')
    folder = tmp_path_factory.mktemp('tls')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
                    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
                    '-keyout', 'key.pem', '-out', 'cert.pem'], cwd=folder, check=True,
                   stderr=subprocess.PIPE, timeout=60)
    return folder


@pytest.fixture
def tls(certificate):
    """A server with a certificate for localhost that nobody knows; gives its port."""
    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            pass

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers['Content-Length']))
            answer = (b'<methodResponse><params><param><value>safe</value></param></params>'
                      b'</methodResponse>')
            self.send_response(200)
            self.send_header('Content-Length', str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / 'cert.pem', certificate / 'key.pem')
    server = Server(('127.0.0.1', 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    with serving(server):
        yield server.server_address[1]


def test_https_works_with_a_certificate_that_is_trusted(tls, certificate):
    url = 'https://localhost:%d/' % tls
    assert said('call', url, 'm', '--cafile', certificate / 'cert.pem') == 'safe\n'
    assert said('call', url, 'm', env={'SSL_CERT_FILE': str(certificate / 'cert.pem')}) == 'safe\n'
    assert said('call', url, 'm', '--insecure') == 'safe\n'


def test_a_certificate_that_is_not_trusted_or_for_another_name(tls, certificate):
    advice = ('): call the name that it was issued for, or name the file of the certificate to '
              'trust with --cafile; --insecure skips the check.')
    text = complaint('call', 'https://localhost:%d/' % tls, 'm')
    assert text.startswith('The certificate of localhost:%d cannot be trusted (' % tls)
    assert text.endswith(advice)
    text = complaint('call', 'https://127.0.0.1:%d/' % tls, 'm', '--cafile',
                     certificate / 'cert.pem')
    assert text.startswith('The certificate of 127.0.0.1:%d cannot be trusted (' % tls)
    assert 'match' in text and text.endswith(advice)


def test_a_file_without_certificates(tls, tmp_path):
    (tmp_path / 'empty').write_text('nothing')
    for name in 'empty', 'nosuch':
        text = complaint('call', 'https://localhost:%d/' % tls, 'm', '--cafile', tmp_path / name)
        assert text.startswith('There are no certificates in %s (' % (tmp_path / name))
        assert text.endswith('): --cafile takes a file in PEM format.')


def test_https_to_a_port_of_http_and_the_other_way(tls):
    with answering() as server:
        text = complaint('call', server.url.replace('http:', 'https:'), 'm')
        assert text.startswith('%s does not speak TLS as it should (' % place(server.url))
        assert text.endswith('): if it has no https, write http://; else check the port.')
    assert 'if this port is for https, write https://' in complaint(
        'call', 'http://localhost:%d/' % tls, 'm')
