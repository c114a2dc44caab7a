"""rpc.fcgi as a process, the way web servers start it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import xmlrpc.client
from pathlib import Path

import pytest

from tests.tools.fcgi import SECONDS, Client, ask, call, request, variables, wait_for

DOOR = '''
import logging
import os
import signal
import subprocess
import sys
import threading
import time

class Application:
    def environ(self):
        return {name.decode(): value.decode() for name, value in os.environb.items()}

    def set(self, name: str, value: str):
        os.environ[name] = value

    def pid(self):
        return os.getpid()

    def says(self, text: str):
        print(text, 'printed')
        sys.stdout.buffer.write((text + ' as bytes\\n').encode())
        sys.stderr.write(text + ' to stderr\\n')
        logging.warning('%s logged', text)
        subprocess.call(['echo', 'by a child'])
        subprocess.call(['echo', 'by a child of stdout'], stdout=sys.stdout)
        os.write(1, (text + ' to descriptor 1\\n').encode())
        print(text, 'at last', end='')
        return text

    def waits(self, path: str):
        open(path + '.began', 'w').close()
        while not os.path.exists(path):
            time.sleep(0.005)
        return os.getpid()

    def leaves(self):
        import atexit
        atexit.register(print, 'atexit ran')

    def spin(self):
        while True:
            pass

    def chatter(self):
        while True:
            print('x' * 60000)

    def moves(self):
        found = os.getcwd(), os.umask(0o007)
        os.chdir('/tmp')
        return found

    def exits(self):
        sys.exit(3)

    def dies(self):
        os._exit(1)

    def crashes(self):
        os.kill(os.getpid(), signal.SIGSEGV)
        time.sleep(10)

    def threads(self):
        def run():
            time.sleep(0.3)
            sys.stderr.write('the thread ended\\n')
        threading.Thread(target=run).start()
        return threading.active_count()

    def child(self):
        import multiprocessing
        mine, its = multiprocessing.Pipe()
        def run():
            print('the child runs')
            its.send('runs')
            time.sleep(60)
        process = multiprocessing.get_context('fork').Process(target=run)
        process.start()
        mine.recv()
        process.terminate()
        process.join(20)
        return process.exitcode

    def stays(self, path: str):
        if not os.fork():
            while os.path.isdir(os.path.dirname(path)) and not os.path.exists(path):
                time.sleep(0.01)
            os._exit(0)
        return 'left a child'

    def big(self, size: int):
        return 'x' * size
'''


class Door:
    """A bundle with lib/door.py, and processes of its rpc.fcgi; all are ended in the end."""

    def __init__(self, bundle):
        bundle.write('door.py', DOOR)
        self.bundle = bundle
        self.options = ['-IS']
        self.script = str(bundle.folder / 'cgi-bin' / 'rpc.fcgi')
        self.folder = Path(tempfile.mkdtemp())          # a socket's path has 107 bytes at most
        self.processes = []
        self._count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.end()
        shutil.rmtree(self.folder)

    def own(self, **environ):
        """A process as mod_fcgid starts it: with a socket that is its alone."""
        self._count += 1
        address = str(self.folder / ('%d.%d' % (os.getpid(), self._count)))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
        listener.listen(128)
        with listener:
            return Process(self, address, [], listener, environ)

    def listen(self, address=None, *words, **environ):
        """Processes as `rpc.fcgi --listen` starts them; returns when they listen."""
        address = address or str(self.folder / 'rpc.sock')
        process = Process(self, address, ['--listen', address, *words], None, environ)
        wait_for(lambda: 'listens at' in process.log() or process.ended())
        return process


class Process:
    """One rpc.fcgi; address: a path, or (host, port)."""

    def __init__(self, door, address, words, stdin, environ):
        host, colon, port = address.rpartition(':')
        self.address = (host, int(port)) if colon else address
        self._log = door.folder / ('log.%d' % len(door.processes))
        with open(self._log, 'wb') as log:
            self.popen = subprocess.Popen(
                [door.bundle.python, *door.options, door.script, *words],
                stdin=stdin or subprocess.DEVNULL, stdout=log, stderr=log,
                env={'PATH': '/usr/bin:/bin', **environ}, cwd='/')
        self.pid = self.popen.pid
        door.processes.append(self)

    def log(self):
        """What it wrote to its own stderr (str)."""
        return self._log.read_text()

    def call(self, method, *params, **variables):
        """The value of a call; raises Fault."""
        return call(self.address, method, *params, **variables)

    def ask(self, body, **variables):
        """The Answer to a request."""
        return ask(self.address, body, **variables)

    def connect(self):
        """A Client."""
        return Client(self.address)

    def kill(self, number=signal.SIGTERM):
        self.popen.send_signal(number)

    def ended(self):
        return self.popen.poll() is not None

    def status(self):
        """Wait for the end; the exit status."""
        return self.popen.wait(SECONDS)

    def end(self):
        if not self.ended():
            self.kill()
            end = time.monotonic() + 5
            while not self.ended() and time.monotonic() < end:
                time.sleep(0.01)
        if not self.ended():
            self.kill(signal.SIGKILL)
            self.popen.wait()


def calling(method, *params):
    """The bytes of a call."""
    return xmlrpc.client.dumps(params, method).encode()


def whole(method, *params, keep=False, **more):
    """The bytes of a FastCGI request that calls `method`."""
    body = calling(method, *params)
    return request(variables(body, **more), body, keep=keep)


def raises(process, method, *params):
    """The Fault that a call raises."""
    with pytest.raises(xmlrpc.client.Fault) as caught:
        process.call(method, *params)
    return caught.value


def runs(pid):
    """Whether this process runs; one that ended may wait for its parent to notice."""
    try:
        stat = Path('/proc/%d/stat' % pid).read_text()
    except (FileNotFoundError, ProcessLookupError):     # the second: it ended since it was opened
        return False
    return stat.rpartition(')')[2].split()[0] != 'Z'


def free_port():
    """A port where nobody listens (int)."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
