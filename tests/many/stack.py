"""Several members and a balancer in front, in containers: what apache/compose.yaml describes.

    with stack(members=3, lib='/my/lib') as running:
        requests.post(running.url + '/xmlrpc/', ...)
        running.kill(running.members[0])
        print(running.logs())

All of them are the image of apache/Dockerfile, as non-root and with a read-only root file system,
in a network of their own; /srv/data is one volume for all. Published are ports of the loopback
interface that were free. The balancer is the same image told of its members.

Environment: DOCKER=podman (default docker), BASE as for tests/tools/servers/container.py.
"""

import functools
import http.client
import io
import os
import re
import secrets
import subprocess
import tarfile
import time
import urllib.parse
from pathlib import Path

from tests.tools.servers import container
from tests.tools.servers.base import TOP, ServerError
from tests.tools.servers.container import plain
from tests.tools.servers.engine import build, command, engine, why_not

IMAGE = 'xmlrpcgi-many'
DATA = '/srv/data'
SECONDS = 30
READY_SECONDS = 30
STOP_SECONDS = 70                # for calls under way, and the drain before
DRAIN = 4                        # what compose.yaml says


def missing():
    """None, or a sentence: why there can be no stack here."""
    return why_not(engine())


@functools.lru_cache(None)
def image():
    """Build the image, or find it built.  Its name."""
    base = os.environ.get('BASE', '')
    container.image(base)        # the first stage, which tests/tools/servers keep
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w', format=tarfile.GNU_FORMAT) as tar:
        for name in ('apache', 'cgi-bin', 'lib/app.py'):
            tar.add(os.path.join(TOP, name), name, filter=plain)
    return build(IMAGE, buffer.getvalue(), '-f', 'apache/Dockerfile', base=base)


def fill(volume, lib=None, data=None, trusted=None):
    """Copy files into a volume: of `data` to its top, of `lib` to lib.

    trusted: an address for TRUSTED_PROXIES, added to settings.py.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w', dereference=True) as tar:
        if data:
            tar.add(str(data), '.', filter=plain)
        if lib:
            tar.add(str(lib), 'lib', filter=plain)
        if lib and trusted:
            settings = Path(lib) / 'settings.py'
            text = settings.read_text() if settings.exists() else ''
            text += "TRUSTED_PROXIES = ('%s',)\n" % trusted
            info = tarfile.TarInfo('lib/settings.py')
            info.size = len(text.encode())
            tar.addfile(plain(info), io.BytesIO(text.encode()))
    command('run', '--rm', '-i', '--label', IMAGE, '--network', 'none', '--user', '0',
            '--entrypoint', 'sh', '-v', '%s:%s' % (volume, DATA), image(), '-c',
            'cd %s && tar -xf - --no-same-owner && chown -R www-data:www-data . && '
            'if [ -d lib ]; then python3 -m compileall -q lib; fi' % DATA,
            data=buffer.getvalue())


def status(url, seconds=2):
    """The HTTP status of a GET, or None where there was no answer."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    try:
        connection.request('GET', parts.path + '?' + parts.query)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def until(true, seconds, what):
    """Ask until true() is true."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise ServerError('not within %d seconds: %s' % (seconds, what))
        time.sleep(0.05)


def stack(members=3, lib=None, data=None, door=None, environment=None, drain=DRAIN):
    """Start a Stack; use it in a `with`.

    members      how many, 1 to 8.
    lib          folder of the classes, copied; None: the image's own. The balancer's address is
                 added to its settings.py, as TRUSTED_PROXIES.
    data         folder whose files are copied into /srv/data, which all members share.
    door         'cgi', 'fcgid' or 'wsgi'; None: what the image takes.
    environment  more for single ones: {number of the member, from 1: {name: value}}; 0 is the
                 balancer.
    drain        seconds that a member says 503 to ?health before it stops.
    """
    return Stack(members, lib, data, door, environment or {}, drain)


class Stack:
    """`url` of the balancer; `members`, the containers' names; `balancer`, its own."""

    def __init__(self, members, lib, data, door, environment, drain):
        why = missing()
        if why:
            raise ServerError(why)
        self.door, self.environment, self.drain = door, environment, drain
        self.lib = lib is not None
        self.name = '%s-%d-%s' % (IMAGE, os.getpid(), secrets.token_hex(4))
        self.balancer = self.name + '-balancer'
        self.members = ['%s-member-%d' % (self.name, number + 1) for number in range(members)]
        self.image, self.removed = None, []     # removed: the logs of containers that are gone
        try:
            self.image = image()
            command('network', 'create', '--label', IMAGE, self.name)
            command('volume', 'create', '--label', IMAGE, self.name)
            self._create(0)
            command('start', self.balancer)
            fill(self.name, lib, data, self.address(self.balancer))
            for number in range(len(self.members)):
                self._create(number + 1)
            command('start', *self.members)
            self.wait()
        except BaseException as error:
            logs = self.logs()
            self.stop()
            if isinstance(error, ServerError):
                raise ServerError('%s\n%s' % (error, logs)) from None
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def url(self):
        return self.url_of(self.balancer)

    def url_of(self, name):
        """'http://127.0.0.1:PORT' of one container, past the balancer."""
        said = command('port', name, '8080/tcp')
        return 'http://127.0.0.1:' + re.search(r':(\d+)\s*$', said).group(1)

    def _create(self, number):
        name = self.members[number - 1] if number else self.balancer
        environment = {'XMLRPCGI_DRAIN': str(self.drain)} if number else {
            'XMLRPCGI_MEMBER_%d' % (other + 1): 'http://member-%d:8080' % (other + 1)
            for other in range(len(self.members))}
        if number and self.lib:
            environment['XMLRPCGI_LIB'] = DATA + '/lib'
        if number and self.door:
            environment['XMLRPCGI_DOOR'] = self.door
        environment.update(self.environment.get(number, {}))
        command('create', '--name', name, '--label', IMAGE, '--network', self.name,
                '--network-alias', 'member-%d' % number if number else 'balancer',
                '-p', '127.0.0.1::8080', '--read-only', '--tmpfs', '/tmp',
                '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges',
                '--memory', '1g', '--pids-limit', '512',
                *(('-v', '%s:%s' % (self.name, DATA)) if number else ()),
                *(word for item in environment.items() for word in ('-e', '%s=%s' % item)),
                self.image)

    def address(self, name):
        """A container's address in the network."""
        return command('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
                       name).strip()

    def wait(self):
        """Wait until every member, and the balancer for them, answer ?health with 200."""
        for name in self.members + [self.balancer]:
            self.wait_for(name)

    def wait_for(self, name, seconds=READY_SECONDS):
        url = self.url_of(name) + '/xmlrpc/?health'
        until(lambda: status(url) == 200, seconds, '?health of ' + name)

    def sent(self, name):
        """How many calls the balancer has sent to this member and has had an answer to."""
        return len(re.findall(r'"POST .* member=http://member-%d:' % (
            self.members.index(name) + 1), self.log(self.balancer)))

    def sh(self, name, script):
        """Run a shell script in a container; its output."""
        return command('exec', name, 'sh', '-ec', script)

    def kill(self, name):
        """kill -9"""
        command('kill', '-s', 'KILL', name)

    def start(self, *names):
        """Start what was killed or stopped, and wait until it is well."""
        command('start', *names)
        for name in names:
            self.wait_for(name)

    def restart(self, name):
        """As an upgrade does: stop it, gracefully, and put a new container in its place."""
        command('stop', '-t', str(STOP_SECONDS), name, seconds=STOP_SECONDS + 20)
        self.removed.append(self.log(name))
        command('rm', '-v', name)
        self._create(self.members.index(name) + 1 if name in self.members else 0)
        self.start(name)

    def pause(self, name):
        ends = time.monotonic() + SECONDS
        while True:
            try:
                return command('pause', name)
            except ServerError:         # under load, the kernel has not frozen all of it in time
                if time.monotonic() > ends:
                    raise

    def unpause(self, name):
        command('unpause', name)

    def fetch(self, name, target):
        """Copy a file of /srv/data to `target`, a path here."""
        command('cp', '%s:%s/%s' % (self.members[0], DATA, name), str(target))

    def log(self, name):
        """What one has written so far."""
        said = subprocess.run([engine(), 'logs', name], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS).stdout
        return '== %s\n%s' % (name, said.decode('utf-8', 'replace'))

    def logs(self):
        """What all of them have written so far, the balancer first."""
        return '\n'.join([self.log(name) for name in [self.balancer] + self.members] +
                         self.removed)

    def stop(self):
        command('rm', '-f', '-v', self.balancer, *self.members, check=False)
        command('volume', 'rm', '-f', self.name, check=False)
        command('network', 'rm', self.name, check=False)
