"""WSGI servers that a proxy reaches by a Unix socket: whose request it is."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from pathlib import Path

import pytest

from tests.conftest import TOP, need
from tests.tools.servers.wsgi import find

WHO = '''
class Application:
    def who(self, request):
        return [request.remote_addr, request.https]
'''
WORDS = {
    'gunicorn': ('--bind', 'unix:%s', '--workers', '1', '--forwarded-allow-ips', ''),
    'waitress': ('--unix-socket', '%s', '--threads', '1', '--no-clear-untrusted-proxy-headers'),
}


class Connection(http.client.HTTPConnection):
    """A connection by a Unix socket."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)


@pytest.fixture(params=WORDS)
def address(request):
    """The socket of a server that trusts the proxy at it."""
    need(request.param)
    folder = Path(tempfile.mkdtemp())               # a socket's path has 107 bytes at most
    (folder / 'lib').mkdir()
    (folder / 'lib' / 'app.py').write_text(WHO)
    (folder / 'lib' / 'settings.py').write_text("TRUSTED_PROXIES = ('unix:',)\n")
    path = str(folder / 'socket')
    words = [word.replace('%s', path) for word in WORDS[request.param]]
    process = subprocess.Popen(
        [find(request.param)[0], '-m', request.param, *words, 'xmlrpcgi.wsgi:application'],
        env={**os.environ, 'PYTHONPATH': str(TOP / 'cgi-bin'), 'HOME': str(folder),
             'XMLRPCGI_LIB': str(folder / 'lib')}, stdout=sys.stderr)
    end = time.monotonic() + 60
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.02)
    yield path
    process.terminate()
    process.wait(60)
    shutil.rmtree(folder)


@pytest.mark.parametrize('headers, who', [
    ({}, ['', False]),
    ({'X-Forwarded-For': '203.0.113.7:51234', 'X-Forwarded-Proto': 'https'}, ['203.0.113.7', True]),
    ({'X-Forwarded-For': '203.0.113.7, [2001:db8::7]:443', 'X-Forwarded-Proto': 'http, https'},
     ['2001:db8::7', True]),
])
def test_the_proxy_says_whose_request_it_is(address, headers, who):
    connection = Connection(address, timeout=60)
    connection.request('POST', '/xmlrpc/', xmlrpc.client.dumps((), 'app.who'),
                       {'Content-Type': 'text/xml', 'Host': 'localhost', **headers})
    assert xmlrpc.client.loads(connection.getresponse().read())[0] == (who,)
    connection.close()
