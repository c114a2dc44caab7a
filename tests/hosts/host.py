"""A shared host in a container, and a customer's installations on it.

    with Host() as host:
        site = host.site('open')                # a fresh installation, in a folder of its own
        site.sh('chmod 775 cgi-bin')            # as the customer
        site.post(CALL).status_code             # 500
        site.log()                              # what Apache and suEXEC said to that

The bundle comes there as a customer brings it: a zip that is copied into the home folder and
unpacked by the customer's own user.  One container serves the whole session; every installation
is another folder below ann's public_html, so that tests do not meet.
"""

import functools
import io
import itertools
import json
import os
import re
import secrets
import subprocess
import tarfile
import time
import xmlrpc.client

import pytest
import requests
from xmlrpcgi.check.check import findings
from xmlrpcgi.check.finding import FAIL, WARN

from tests.tools import interpreters
from tests.tools.archives import dist
from tests.tools.servers.base import START_SECONDS, ServerError
from tests.tools.servers.engine import build, command, engine, why_not

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGE = 'xmlrpcgi-hosts'
LOGS = ('/var/log/apache2/error.log', '/var/log/apache2/suexec.log',
        '/var/log/apache2/modsec_audit.log')
SECONDS = 30
CALL = xmlrpc.client.dumps((), 'app.getName').encode()


def need_engine():
    """Skip the test, or with CI=true fail it, where no container engine answers."""
    why = why_not(engine())
    if why and os.environ.get('CI') == 'true':
        pytest.fail('%s (with CI=true no host may be missing)' % why, pytrace=False)
    if why:
        pytest.skip(why)


def vhosts():
    """{name: port in the container}"""
    with open(os.path.join(HERE, 'site.conf'), encoding='ascii') as file:
        return {name: int(port) for name, port in
                re.findall(r'^# vhost (\S+) +(\d+) ', file.read(), re.M)}


@functools.lru_cache(None)
def image():
    """Build the image, or find it built."""
    with open(os.path.join(HERE, 'Dockerfile'), 'rb') as file:
        return build(IMAGE, file.read())


def bundle():
    """The bytes of the zip that users upload: what `make dist` makes."""
    return dist.zipped(dist.packed(), dist.moment())


class Host:
    """The container.  `ports`: name of a virtual host → port on this machine."""

    def __init__(self):
        self.name = '%s-%d-%s' % (IMAGE, os.getpid(), secrets.token_hex(4))
        self.numbers = itertools.count(1)
        self.ports, self.bundle, self.latest = {}, None, None
        made = image()
        published = [word for port in vhosts().values()
                     for word in ('-p', '127.0.0.1::%d' % port)]
        try:
            command('create', '--name', self.name, '--label', IMAGE, *published,
                    '--tmpfs', '/var/log/apache2:size=8m,mode=755',
                    '--tmpfs', '/small:size=64k,mode=1777', '--memory', '1g',
                    '--pids-limit', '512', made)
            with open(os.path.join(HERE, 'site.conf'), 'rb') as file:
                self.copy({'/etc/apache2/sites-enabled/site.conf': file.read()})
            command('start', self.name)
            self.ports = {name: self._published(port) for name, port in vhosts().items()}
            self._wait()
            self.bundle = bundle()
            name = 'xmlrpcgi-%s.zip' % dist.version()
            self.copy({'/home/%s/%s' % (user, name): self.bundle for user in ('ann', 'bob')})
            self.sh('for u in ann bob; do chown $u: /home/$u/%s; done' % name, 'root')
            self.sh('unzip -q %s && mv %s fresh' % (name, dist.stem()))
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        command('rm', '-f', '-v', self.name, check=False)

    def url(self, vhost):
        return 'http://localhost:%d' % self.ports[vhost]

    def site(self, vhost='open', user='ann'):
        """A fresh installation: cgi-bin and lib in a folder below the document root."""
        self.latest = Site(self, vhost, user, 'site%d' % next(self.numbers))
        return self.latest

    def sh(self, script, user='ann', check=True):
        """Run a shell script there; its output, both streams."""
        return self.run('sh -e', user, script.encode(), check)

    def run(self, line, user, data=b'', check=True):
        """Run a command line there, in the user's home, with `data` as its input."""
        done = subprocess.run(
            [engine(), 'exec', '-i', '-u', user, '-e', 'HOME=' + home(user), '-w', home(user),
             self.name, 'sh', '-c', line], input=data, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=SECONDS)
        text = done.stdout.decode('utf-8', 'replace')
        if check and done.returncode:
            raise ServerError('status %d of %s: %s\n%s\n%s' % (
                done.returncode, user, line, data[:2000].decode('utf-8', 'replace'), text))
        return text

    def copy(self, files):
        """Put files there: {path: bytes}."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode='w') as tar:
            for path, data in files.items():
                info = tarfile.TarInfo(path.lstrip('/'))
                info.size, info.mode = len(data), 0o644
                tar.addfile(info, io.BytesIO(data))
        command('cp', '-', self.name + ':/', data=buffer.getvalue())

    def sizes(self, before=':'):
        """How long each log is now; `before`: a command that root runs first."""
        return [int(row) for row in self.sh('%s\n%s' % (before, ''.join(
            'stat -c %%s %s 2>/dev/null || echo 0\n' % log for log in LOGS)), 'root').split()]

    def log(self, sizes=None):
        """What the logs have got since they had these sizes."""
        return self.sh(''.join(
            'if [ -s {0} ]; then tail -c +{1} {0}; fi\n'.format(log, size + 1)
            for log, size in zip(LOGS, sizes or [0] * len(LOGS))), 'root')

    @functools.lru_cache(None)                          # noqa: B019 (one host a session)
    def python(self, version):
        """The path of this machine's interpreter `version`, like (3, 6), copied there; or None."""
        path = interpreters.found().get(version)
        if not path or not os.path.dirname(path).startswith(os.path.expanduser('~')):
            return None
        path = os.path.realpath(path)
        prefix = os.path.dirname(os.path.dirname(path))
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode='w') as tar:
            tar.add(prefix, prefix.lstrip('/'), filter=no_ballast)
        command('cp', '-', self.name + ':/', data=buffer.getvalue())
        folders = []
        while os.path.dirname(prefix) != prefix:
            folders.append(prefix)
            prefix = os.path.dirname(prefix)
        self.sh('chmod a+x ' + ' '.join(folders), 'root')
        works = 'import sys, %s' % ('pyexpat, zlib' if version[0] == 3 else 'os')
        return path if self.sh("'%s' -c '%s' 2>&1" % (path, works), check=False) == '' else None

    def _published(self, port):
        match = re.search(r':(\d+)\s*$', command('port', self.name, '%d/tcp' % port, check=False))
        if not match:
            raise self._failed('it has no port %d' % port)
        return int(match.group(1))

    def _wait(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return requests.get(self.url('users'), timeout=2)
            except requests.RequestException:
                if time.monotonic() > deadline:
                    raise self._failed('no answer in %d seconds' % START_SECONDS) from None
                if command('ps', '-q', '--filter', 'name=' + self.name) == '':
                    raise self._failed('it ended at once') from None
                time.sleep(0.05)

    def _failed(self, why):
        return ServerError('%s: %s\n%s' % (self.name, why, command('logs', self.name, check=False)))


class Site:
    """An installation: the folder `folder` of a customer, and its address."""

    def __init__(self, host, vhost, user, name):
        self.host, self.vhost, self.user, self.name = host, vhost, user, name
        self.move_to('/' + name)
        self.sizes = host.sizes("su %s -c 'cp -Rp %s/fresh %s'" % (user, home('ann'), self.folder))

    def move_to(self, place):
        """Be about the installation at `place` below the document root."""
        self.folder = '%s/public_html%s' % (home(self.user), place)
        self.path = ('/~' + self.user if self.vhost == 'users' else '') + place
        self.root = self.host.url(self.vhost) + self.path
        self.url = self.root + '/cgi-bin/rpc.cgi'

    def sh(self, script, user=None, check=True):
        """Run a shell script in the folder, as the customer; its output."""
        return self.host.sh('cd %s\n%s' % (self.folder, script), user or self.user, check)

    def write(self, path, text):
        """Write a file of the customer's, as text or bytes."""
        self.host.run('cat > %s/%s' % (self.folder, path), self.user,
                      text if isinstance(text, bytes) else text.encode())

    def application(self, body, name='app'):
        """Write a class whose methods are `body`, lines without indent."""
        self.write('lib/%s.py' % name, 'class Application:\n' + ''.join(
            '    %s\n' % line for line in body.splitlines()))

    def post(self, body=CALL, path='/cgi-bin/rpc.cgi', **options):
        options.setdefault('allow_redirects', False)
        options.setdefault('headers', {}).setdefault('Content-Type', 'text/xml')
        return requests.post(self.root + path, data=body, timeout=SECONDS, **options)

    def get(self, path):
        return requests.get(self.root + path, timeout=SECONDS, allow_redirects=False)

    def call(self, method='app.getName', *args):
        """The result of a call, by the standard library's client; raises Fault."""
        answer = self.post(xmlrpc.client.dumps(args, method).encode('utf-8'))
        assert answer.status_code == 200, answer.text
        return xmlrpc.client.loads(answer.content, use_builtin_types=True)[0][0]

    def fault(self, method='app.getName', *args):
        """The fault of a call, as (code, text)."""
        with pytest.raises(xmlrpc.client.Fault) as caught:
            self.call(method, *args)
        return caught.value.faultCode, caught.value.faultString

    def client(self):
        """The standard library's client."""
        return xmlrpc.client.ServerProxy(self.url, use_builtin_types=True)

    def first_line(self, text):
        """Change the first line of rpc.cgi."""
        self.sh("sed -i '1s|.*|%s|' cgi-bin/rpc.cgi" % text)

    def check(self, url=None):
        """What the check from outside finds to fix: {id: Finding}."""
        return {finding.id: finding for finding in findings(url or self.url)
                if finding.level in (WARN, FAIL)}

    def fixed(self):
        """What the check finds to fix beside chunks, which htaccess.sample is against."""
        found = self.check()
        found.pop('chunked-answer', None)
        return found

    def local_check(self, program='cgi-bin/xmlrpcgi'):
        """What the check on the host finds to fix, run by the customer: {id: sentence}."""
        text = self.sh('python3 %s check --cgi-bin cgi-bin --json' % program, check=False)
        return {row['id']: row['sentence'] for row in json.loads(text)['findings']
                if row['level'] in (WARN, FAIL)}

    def log(self):
        """What the logs got since this installation was made."""
        return self.host.log(self.sizes)


def apaches_page(answer, status):
    """Whether an answer is Apache's own page for `status`: the script said nothing."""
    return answer.status_code == status and '<h1>' in answer.text and \
        answer.headers['Content-Type'].startswith('text/html')


def home(user):
    return '/root' if user == 'root' else '/home/' + user


def no_ballast(info):
    """A tar member of an interpreter: not what only its developers need."""
    parts = info.name.split('/')
    if info.name.endswith('.a') or {'test', 'tests', '__pycache__', 'include', 'site-packages',
                                    'lib2to3', 'idlelib', 'share'} & set(parts):
        return None
    info.uid = info.gid = 0
    info.mode |= 0o555 if info.isdir() or info.mode & 0o100 else 0o444
    return info
