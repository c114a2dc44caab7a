"""`make run`: what it prints works when pasted, and it leaves nothing behind."""

import os
import queue
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
import requests

from tests.conftest import need
from tests.tools import servers
from tests.tools.servers.process import free_port

TOP = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 300          # an image may have to be built
KINDS = {'apache': 'mod_cgid', **{kind: kind for kind in servers.KINDS if kind != 'mod_cgid'}}


class Run:
    """`make run` as a process of its own; `lines` is what it has printed."""

    def __init__(self, target=('make', '-s', 'run'), **variables):
        environ = {key: value for key, value in os.environ.items()
                   if key not in ('SERVER', 'PORT', 'LIB', 'MAKEFLAGS', 'MAKELEVEL')}
        environ.update(PYTHON3=sys.executable, **variables)
        self.lines, self.queue = [], queue.Queue()
        self.process = subprocess.Popen(target, cwd=TOP, env=environ, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        universal_newlines=True, start_new_session=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.queue.put(line.rstrip('\n'))
        self.queue.put(None)

    def until(self, pattern):
        """The first line that matches, from now on."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            line = self.queue.get(timeout=max(0.1, deadline - time.monotonic()))
            if line is None:
                pytest.fail('make run ended:\n' + '\n'.join(self.lines))
            self.lines.append(line)
            if re.search(pattern, line):
                return line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.interrupt(signal.SIGTERM)

    def interrupt(self, number=signal.SIGINT):
        """What Ctrl-C does: the signal goes to the whole group.  Gives the exit status."""
        os.killpg(self.process.pid, number)
        return self.process.wait(30)


def paste(line):
    """Run a printed curl line in a shell; its output. Where there is no curl, send the same."""
    if shutil.which('curl'):
        return subprocess.run(['bash', '-c', line], stdout=subprocess.PIPE, timeout=60).stdout
    words = shlex.split(line)
    headers = dict(words[number + 1].split(': ', 1) for number, word in enumerate(words)
                   if word == '-H')
    body = words[words.index('--data-binary') + 1]
    return requests.post(words[-1], body.encode(), headers=headers, timeout=60).content


def processes_of(group):
    """The numbers of the processes of a session, by /proc."""
    found = []
    for entry in Path('/proc').glob('[0-9]*/stat'):
        try:
            fields = entry.read_text().rpartition(')')[2].split()
        except OSError:
            continue
        if int(fields[3]) == group:
            found.append(int(entry.parent.name))
    return found


@pytest.fixture
def temporary():
    """A folder for temporary files of this test's servers, which must be left empty."""
    # Not pytest's, which the server's user may not enter.
    folder = Path(tempfile.mkdtemp(prefix='xmlrpcgi-run-', dir='/tmp'))
    folder.chmod(0o755)
    yield str(folder)
    left = [path.name for path in folder.iterdir()]
    shutil.rmtree(folder)
    assert left == []


@pytest.mark.parametrize('name', list(KINDS))
def test_what_make_run_prints_works_when_pasted_and_nothing_stays(name, temporary):
    need(KINDS[name])
    port = free_port()
    with Run(SERVER=name, PORT=str(port), TMPDIR=temporary) as run:
        curl = run.until('^curl ')
        python = run.until('^from xmlrpc') + '\n' + run.until('ServerProxy')
        assert b'<string>app.getName</string>' in paste(curl)
        done = subprocess.run([sys.executable, '-c', python], stdout=subprocess.PIPE, timeout=60)
        assert b"'app.getName'" in done.stdout
        with open('/proc/%d/task/%d/children' % ((run.process.pid,) * 2)) as file:
            children = file.read()
        run.interrupt()
    assert not processes_of(run.process.pid)
    assert not any(Path('/proc', child).exists() for child in children.split())
    with socket.socket() as sock:
        assert sock.connect_ex(('127.0.0.1', port))
    if name == 'docker':
        from tests.tools.servers.engine import command
        assert str(port) not in command('ps', '-a', '--filter', 'label=xmlrpcgi-test')


@pytest.mark.parametrize('name', list(KINDS))
def test_a_taken_port_is_named_with_the_way_out(name, temporary):
    need(KINDS[name])
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        sock.listen(1)
        port = sock.getsockname()[1]
        with Run((sys.executable, '-m', 'tests.tools.servers', 'run'), SERVER=name,
                 PORT=str(port), TMPDIR=temporary) as run:
            assert str(port) in run.until('cannot be used.*PORT=')
            assert run.process.wait(30) == 1


def test_make_run_serves_another_lib(tmp_path):
    (tmp_path / 'shop.py').write_text(
        'class Application:\n    def price(self):\n        return 7\n')
    with Run(PORT=str(free_port()), LIB=str(tmp_path)) as run:
        url = re.search('http://[^ ]*/', run.until('^Serving')).group()
        from xmlrpc.client import ServerProxy
        assert ServerProxy(url).shop.price() == 7


@pytest.mark.parametrize('variables, words', [
    ({'SERVER': 'iis'}, 'embedded, .*, apache'),
    ({'PORT': 'http'}, 'no port number'),
    ({'LIB': '/nonexistent/lib'}, 'There is no folder /nonexistent/lib'),
])
def test_a_wrong_setting_is_named(variables, words):
    with Run((sys.executable, '-m', 'tests.tools.servers', 'run'), **variables) as run:
        run.until(words)
        assert run.process.wait(30) in (1, 2)


def test_the_command_line_serves_too():
    with Run((sys.executable, 'cgi-bin/xmlrpcgi', 'serve', '--port', '0')) as run:
        assert b'<string>app.getName</string>' in paste(run.until('^curl '))
        assert run.interrupt() == 0


def test_a_server_that_does_not_start_shows_its_log():
    need('mod_cgid')
    with pytest.raises(servers.ServerError, match='NoSuchDirective'):
        servers.start('mod_cgid', extra_conf='NoSuchDirective on')
