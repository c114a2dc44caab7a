"""Apache in a throwaway container: the same configuration, on another machine's system.

The image (stage "server" of apache/Dockerfile) has Apache and Python and is kept, tagged
xmlrpcgi-test, for the next time.  The bundle is copied into each container, not mounted: that
works with an engine on another machine too, and with folders its user may not read.  The
container goes away by itself when it stops (--rm); `docker start --attach` keeps its output
here, so that there is a log also of one that did not start.

Environment: BASE=httpd:2.4 (default: the Dockerfile's), and what engine.py reads.
"""

import functools
import io
import os
import re
import secrets
import shutil
import subprocess
import tarfile
import tempfile
import time

from .apache import configuration
from .base import APACHE, START_SECONDS
from .engine import build, command, engine, why_not
from .log import Logged

IMAGE = 'xmlrpcgi-test'
ROOT = '/srv/xmlrpcgi'


@functools.lru_cache(None)
def image(base):
    """Build the image, or find it built.  Its name."""
    name = IMAGE + (':' + re.sub('[^a-zA-Z0-9_.]+', '-', base) if base else '')
    with open(os.path.join(APACHE, 'Dockerfile'), 'rb') as file:
        text = file.read()
    return build(name, text, '--target', 'server', base=base)


class Container(Logged):
    kind = 'docker'
    logs = 'err', 'out'
    options = '--memory', '2g', '--pids-limit', '1024'      # of the engine's command create

    @classmethod
    def missing(cls, python=None):
        return why_not(engine())

    def __init__(self, bundle, port, extra_conf=''):
        self.attached = None
        self.name = '%s-%d-%s' % (IMAGE, os.getpid(), secrets.token_hex(4))
        self.notes = ['The container serves a copy of cgi-bin and lib: start again after a change.']
        self.temp = tempfile.mkdtemp(prefix='xmlrpcgi-')
        try:
            command('create', '--rm', '--name', self.name, '--label', IMAGE,
                    '-p', '%s:%s:8080' % (self.host, port or ''),
                    *self.options, image(os.environ.get('BASE', '')), 'sh', '-c',
                    'python3 -m compileall -q %s/cgi-bin; '
                    'exec /srv/run/httpd -DFOREGROUND -f %s/main.conf' % (ROOT, ROOT))
            command('cp', '-', self.name + ':/', data=self._files(bundle, extra_conf))
            with open(self._path('out'), 'wb') as out, open(self._path('err'), 'wb') as err:
                self.attached = subprocess.Popen(
                    [engine(), 'start', '--attach', self.name], stdin=subprocess.DEVNULL,
                    stdout=out, stderr=err, start_new_session=True)
            self.port = self._published()
            self.wait_until_it_answers(self._ended)
        except BaseException:
            self.stop()
            raise

    def _files(self, bundle, extra_conf):
        """A tar archive of all that the container gets."""
        buffer, top = io.BytesIO(), ROOT.lstrip('/')
        folder = tempfile.mkdtemp(prefix='xmlrpcgi-')
        aliases = {}
        try:
            with tarfile.open(fileobj=buffer, mode='w', dereference=True) as tar:
                bundle.copy_cgi_bin(folder)
                tar.add(bundle.cgi_bin, top + '/cgi-bin', filter=plain)
                if bundle.lib:
                    tar.add(bundle.lib, top + '/lib', filter=plain)
                for name in ('rpc.conf', 'httpd.conf'):
                    tar.add(os.path.join(APACHE, name), top + '/apache/' + name, filter=plain)
                for number, (url, path) in enumerate(sorted(bundle.aliases.items())):
                    aliases[url] = '%s/alias%d/%s' % (ROOT, number, os.path.basename(path))
                    tar.add(path, aliases[url].lstrip('/'), filter=plain)
                text = configuration({}, ROOT + '/apache/httpd.conf', aliases, extra_conf)
                info = tarfile.TarInfo(top + '/main.conf')
                info.size = len(text.encode())
                tar.addfile(plain(info), io.BytesIO(text.encode()))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return buffer.getvalue()

    def _published(self):
        """The port on this machine."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            match = re.search(r':(\d+)\s*$', command('port', self.name, '8080/tcp', check=False))
            if match:
                return int(match.group(1))
            if self._ended():
                raise self.failed('the container did not start')
            time.sleep(0.05)
        raise self.failed('the container has no port')

    def _ended(self):
        return self.attached.poll() is not None

    def stop(self):
        if self.temp is None:
            return
        command('stop', '-t', '5', self.name, check=False)
        command('rm', '-f', self.name, check=False)     # one that was only created
        if self.attached:
            try:
                self.attached.wait(10)
            except subprocess.TimeoutExpired:
                self.attached.kill()
                self.attached.wait()
        shutil.rmtree(self.temp, ignore_errors=True)
        self.temp = None


def plain(info):
    """A tar member without this machine's owners, readable by all."""
    if info.name.endswith('__pycache__'):
        return None
    info.uid = info.gid = 0
    info.uname = info.gname = 'root'
    info.mode |= 0o555 if info.isdir() or info.mode & 0o100 else 0o444
    info.mode &= 0o755
    return info
