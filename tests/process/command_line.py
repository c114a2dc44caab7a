"""For the tests of the command line: a command as a process, and servers that answer oddly."""

import http.server
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
PYTHON = os.environ.get('PYTHON') or sys.executable
PROGRAM = str(TOP / 'cgi-bin' / 'xmlrpcgi')
SECONDS = 60
WRONG = 'The command ended with status %d.\n%s\n%s'


def run(*words, python=PYTHON, input=b'', env=None, cwd=None):
    """Run `xmlrpcgi words...`; (status, stdout, stderr), the streams as text."""
    done = subprocess.run([python, PROGRAM, *map(str, words)], input=input, timeout=SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd,
                          env={**os.environ, 'PYTHONIOENCODING': 'utf-8', **(env or {})})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def said(*words, **options):
    """What a command that succeeds writes to stdout."""
    status, out, err = run(*words, **options)
    assert status == 0, WRONG % (status, out, err)
    return out


def complaint(*words, **options):
    """What a command that gets no answer writes to stderr; it writes nothing to stdout."""
    status, out, err = run(*words, **options)
    assert (status, out) == (2, ''), WRONG % (status, out, err)
    assert 'Traceback' not in err
    return err.rstrip('\n')


def place(url):
    """The host and port of an address, as sentences name them."""
    return url.partition('//')[2]


class Answer(http.server.BaseHTTPRequestHandler):
    """Gives each POST what the server's `answer(request, body)` returns, and keeps requests."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        self.server.requests.append((self.path, self.headers, body))
        status, headers, answer = self.server.answer(self, body)
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        if not any(name == 'Content-Length' for name, _ in headers):
            self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@contextmanager
def serving(server):
    """Run a server of the standard library in a thread; gives it with `.url`."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    server.url = 'http://127.0.0.1:%d' % server.server_address[1]
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(status=200, headers=(), body=b'', answer=None):
    """A server that gives every call this answer; its `requests` are (path, headers, body)."""
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answer)
    server.requests = []
    server.answer = answer or (lambda request, sent: (status, headers, body))
    return serving(server)


class Raw:
    """A server that reads a request and then writes `answer` (bytes), or calls it."""

    def __init__(self, answer):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.url = 'http://127.0.0.1:%d' % self.socket.getsockname()[1]
        self.answer, self.ended = answer, threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        connection = self.socket.accept()[0]
        with connection:
            connection.settimeout(30)
            received = b''
            while b'</methodCall>' not in received:
                block = connection.recv(65536)
                if not block:
                    return
                received += block
            try:
                self.answer(connection, self.ended) if callable(self.answer) else \
                    connection.sendall(self.answer)
            except OSError:
                pass

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.socket.close()
        self.thread.join(30)
