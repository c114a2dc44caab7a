"""For the tests of install: the command from a copy of the bundle, and calls of what it made."""

import os
import shutil
import stat
import subprocess
import sys
import xmlrpc.client
from pathlib import Path

import pytest

from tests.tools import interpreters

TOP = Path(__file__).resolve().parent.parent.parent
PYTHON = os.environ.get('PYTHON') or sys.executable
ENDS = [pytest.param(path, id=name) for name, path in interpreters.ends()]
DOORS = 'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi'
SECONDS = 60
CALL = b'<?xml version="1.0"?><methodCall><methodName>%s</methodName></methodCall>'

LOAD = '''
import sys
names = {'__name__': 'rpc', '__file__': sys.argv[1]}
with open(sys.argv[1]) as file:
    exec(compile(file.read(), sys.argv[1], 'exec'), names)
body = sys.stdin.buffer.read()
environ = {'REQUEST_METHOD': 'POST', 'SCRIPT_NAME': '/xmlrpc', 'PATH_INFO': '',
           'CONTENT_TYPE': 'text/xml', 'CONTENT_LENGTH': str(len(body)),
           'wsgi.input': __import__('io').BytesIO(body), 'wsgi.url_scheme': 'http'}
sys.stdout.buffer.write(b''.join(names['application'](environ, lambda *head: None)))
'''


def copy(folder):
    """A copy of cgi-bin and lib in `folder`, as an archive unpacks it."""
    for name in ('cgi-bin', 'lib'):
        shutil.copytree(TOP / name, folder / name, ignore=shutil.ignore_patterns('__pycache__'))
    return folder


def command(*words, source=TOP, python=PYTHON, umask=0o22, env=None, **options):
    """Run `xmlrpcgi words...` of the bundle in `source`; (status, stdout, stderr)."""
    done = subprocess.run(
        ['sh', '-c', 'umask %o; exec "$@"' % umask, 'sh', str(python),
         str(source / 'cgi-bin' / 'xmlrpcgi'), *map(str, words)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        timeout=SECONDS, env={**os.environ, **(env or {})}, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def installed(cgi_bin, *words, **options):
    """Install into `cgi_bin`, which works; what it said."""
    status, out, err = command('install', '--cgi-bin', cgi_bin, *words, **options)
    assert (status, err) == (0, ''), (status, out, err)
    return out


def complaint(*words, **options):
    """The sentence of a command that fails."""
    status, out, err = command(*words, **options)
    assert (status, out) == (2, ''), (status, out, err)
    assert 'Traceback' not in err
    return err.rstrip('\n')


def request(script, method=None, env=None, cwd=None):
    """Run a CGI script by its first line for a call, or a GET; the CompletedProcess."""
    body = CALL % method.encode() if method else b''
    env = {'GATEWAY_INTERFACE': 'CGI/1.1', 'REQUEST_METHOD': 'POST' if method else 'GET',
           'CONTENT_TYPE': 'text/xml', 'CONTENT_LENGTH': str(len(body)), **(env or {})}
    return subprocess.run([str(script)], input=body, env=env, cwd=cwd, timeout=SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def call(script, method='app.getName', **options):
    """The result of a call; fails where there is none."""
    done = request(script, method, **options)
    head, _, body = done.stdout.partition(b'\r\n\r\n')
    assert head.startswith(b'Status: 200 OK\r\n'), (done.stdout, done.stderr)
    return xmlrpc.client.loads(body)[0][0]


def load(door, python=PYTHON, method='app.getName'):
    """The result of a call through a rpc.wsgi, loaded by `python` as mod_wsgi does it."""
    done = subprocess.run([str(python), '-c', LOAD, str(door)], input=CALL % method.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS)
    assert done.stdout, done.stderr
    return xmlrpc.client.loads(done.stdout)[0][0]


def modes(folder):
    """{path below `folder`: its permissions}, of everything in it."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
            for path in sorted(folder.rglob('*'))}


def lines(path):
    return path.read_text().splitlines()


def tree(folder):
    """{path below `folder`: (bytes, time, mode)} of the files in it, without byte code."""
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns,
                                            path.stat().st_mode)
            for path in sorted(folder.rglob('*'))
            if path.is_file() and '__pycache__' not in path.parts}


def versions(cgi_bin):
    """The folders of versions that are there."""
    return sorted(path.name for path in cgi_bin.glob('xmlrpcgi-*'))
