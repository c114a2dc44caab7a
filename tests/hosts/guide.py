"""A bare Debian, in a container, on which somebody follows docs/guide-sqlite.md at a terminal."""

import io
import os
import pty
import re
import secrets
import select
import subprocess
import tarfile
import time
from pathlib import Path

from tests.documents import blocks, text
from tests.tools.archives import dist
from tests.tools.servers.engine import build, command, engine

PAGE = 'docs/guide-sqlite.md'
# Sections of docs/questions.md that go on from there.
QUESTIONS = 'HTTPS', 'How do I see what is called?'
PASSWORD = 'secret'
SECONDS = 60
USER = 'me'
ASKS = re.compile(r'[^\n]*[Pp]assword[^\n]*: ?$')
IMAGE = 'xmlrpcgi-guide'


def image():
    """Build the image, or find it built."""
    packages, = re.findall(r'^sudo apt-get install (.*)', blocks(text(PAGE), 'sh')[0], re.M)
    dockerfile = Path(__file__).with_name('guide.Dockerfile').read_bytes()
    return build(IMAGE, dockerfile, '--build-arg', 'PACKAGES=' + packages)


class Machine:
    """A container with the archive in the home folder of `me`."""

    def __init__(self):
        self.name = '%s-%d-%s' % (IMAGE, os.getpid(), secrets.token_hex(4))
        self.folder = '/home/' + USER

    def __enter__(self):
        command('run', '-d', '--name', self.name, '--label', IMAGE, '--network', 'none',
                '--hostname', 'localhost', '--init', image(), 'sleep', '600')
        try:
            self._copy('%s.tar.gz' % dist.stem(), dist.tarred(dist.packed(), dist.moment()))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        command('rm', '-f', '-v', self.name, check=False)

    def sh(self, line, data=b''):
        """Run a command line that must succeed; its stdout."""
        return command('exec', '-i', '-w', self.folder, '-u', USER, self.name, 'bash', '-c', line,
                       data=data)

    def typed(self, line):
        """Type a command line at a terminal, and the password where it is asked for.

        (status, what is shown without the questions). A `cd` holds for the next line.
        """
        ours, theirs = pty.openpty()
        running = subprocess.Popen(
            [engine(), 'exec', '-it', '-u', USER, '-w', self.folder, self.name, 'bash', '-c',
             line + '\nstatus=$?; pwd > /tmp/folder; exit $status'],
            stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown, deadline = '', time.monotonic() + SECONDS
        try:
            while True:
                if not select.select([ours], [], [], 0.1)[0]:
                    assert time.monotonic() < deadline, (line, shown)
                    if running.poll() is None:
                        continue
                    break
                try:
                    shown += os.read(ours, 65536).decode().replace('\r', '')
                except OSError:         # the other end is closed
                    break
                if ASKS.search(shown):
                    os.write(ours, PASSWORD.encode() + b'\n')
                    shown = ASKS.sub('(asked)', shown)
            status = running.wait(timeout=SECONDS)
        finally:
            running.kill()
            os.close(ours)
        self.folder = self.sh('cat /tmp/folder').strip()
        return status, re.sub(r'(\(asked\)\n)+', '', shown)

    def write(self, path, text):
        """Write a file as an editor started with sudo does, or as `me` in the current folder."""
        self.sh('%stee %s' % ('sudo ' if path.startswith('/') else '', path), text.encode())

    def log(self):
        return self.sh('sudo cat /var/log/apache2/error.log')

    def _copy(self, name, data):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode='w') as tar:
            info = tarfile.TarInfo('home/%s/%s' % (USER, name))
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
        command('cp', '-', self.name + ':/', data=buffer.getvalue())
