"""Fixtures for the script as a process: a copy of the bundle, and one CGI request to it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.process import resident
from tests.tools import interpreters

TOP = Path(__file__).resolve().parent.parent.parent
CALL = (b'<?xml version="1.0"?><methodCall><methodName>%s</methodName><params>%s</params>'
        b'</methodCall>')
SECONDS = 30


class Bundle:
    """A copy of cgi-bin and lib in `folder`, and how to send it a request."""

    def __init__(self, folder, python):
        self.folder = folder
        self.python = python
        self.command = ()           # what to run in place of the interpreter alone
        self.script = folder / 'cgi-bin' / 'rpc.cgi'
        ignore = shutil.ignore_patterns('__pycache__')
        shutil.copytree(TOP / 'cgi-bin', folder / 'cgi-bin', ignore=ignore)
        shutil.copytree(TOP / 'lib', folder / 'lib', ignore=ignore)

    def write(self, name, source):
        """Write lib/`name`."""
        path = self.folder / 'lib' / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)

    def run(self, body=b'', environ=(), script=None, cwd=None, options=('-IS',)):
        """Run the script for one request; the CompletedProcess, stdout and stderr as bytes."""
        env = {'GATEWAY_INTERFACE': 'CGI/1.1', 'REQUEST_METHOD': 'POST', 'PATH': '/usr/bin:/bin',
               'CONTENT_TYPE': 'text/xml', 'CONTENT_LENGTH': str(len(body)),
               'SERVER_PROTOCOL': 'HTTP/1.1', 'REMOTE_ADDR': '127.0.0.1'}
        env.update(environ)
        return subprocess.run([*(self.command or [self.python]), *options,
                               str(script or self.script)], input=body,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                              env={k: v for k, v in env.items() if v is not None},
                              cwd=str(cwd or self.script.parent))

    def call(self, method, params=b'', **options):
        """Call `method`; the value or Fault, as xmlrpc.client reads it."""
        import xmlrpc.client
        done = self.run(CALL % (method.encode(), params), **options)
        head, _, body = done.stdout.partition(b'\r\n\r\n')
        assert head.startswith(b'Status: 200 OK\r\n'), (done.stdout, done.stderr)
        return xmlrpc.client.loads(body, use_builtin_types=True)[0][0]

    def run_code(self, code):
        """Run a line of Python by this bundle's interpreter; its exit status."""
        return subprocess.run([self.python, '-c', code], timeout=SECONDS).returncode


@pytest.fixture
def bundle(tmp_path):
    """The bundle, run by the interpreter of the tests' own choice: the first supported."""
    path = os.environ.get('PYTHON') or interpreters.supported()[-1][1]
    return Bundle(tmp_path / 'bundle', path)


def each(pythons):
    return [pytest.param(path, id=name) for name, path in pythons]


@pytest.fixture(params=each(interpreters.ring()))
def any_bundle(request, tmp_path):
    """The bundle under the oldest, the system's and the newest interpreters."""
    return Bundle(tmp_path / 'bundle', request.param)


@pytest.fixture(params=each(interpreters.every()))
def every_bundle(request, tmp_path):
    """The bundle under each interpreter of this machine, for what differs between them."""
    return Bundle(tmp_path / 'bundle', request.param)


@pytest.fixture
def site(tmp_path):
    """A folder for CGI scripts that is not there yet; lib will be beside it."""
    return tmp_path / 'site' / 'cgi-bin'


@pytest.fixture
def door(bundle):
    """The bundle with processes of its rpc.fcgi: see resident.Door."""
    with resident.Door(bundle) as made:
        yield made


@pytest.fixture
def any_door(any_bundle):
    """The same under the interpreters of any_bundle."""
    with resident.Door(any_bundle) as made:
        yield made
