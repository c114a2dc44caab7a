"""Clients of well-known services, each against classes that play its service.

services/NAME/lib/ is what a user would drop into lib/, and services/NAME/client.py drives the real
client, which pip installs into pytest's cache. Where it cannot be installed it is skipped.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import need
from tests.tools import servers

SERVICES = Path(__file__).resolve().parent / 'services'
SECONDS = 300
KINDS = ['embedded', 'mod_cgid', 'mod_fcgid', 'mod_wsgi']
PATHS = '/xmlrpc/db', '/xmlrpc/common', '/xmlrpc/object'        # ERPpeek's
DOORS = {'mod_cgid': ('ScriptAlias', 'cgi'), 'mod_fcgid': ('Alias', 'fcgi'),
         'mod_wsgi': ('Alias', 'wsgi')}

VERSIONS = {        # what pip installs: other versions may print something else
    'robotframework': '7.5', 'erppeek': '1.7.2', 'supervisor': '4.3.0', 'pyone': '7.3.80',
    'python-bugzilla': '3.3.0', 'lavacli': '3.1.0',
}
SAYS = {
    'robotframework': '''\
['fail now', 'join words']
['*words'] Joins words.
joining
a ü & <b>
failed as told
''',
    'erppeek': '''\
14.0 ann ['demo']
[1, 2]
[{'id': 1, 'name': 'Ann'}, {'id': 2, 'name': 'Bob'}]
refused Invalid username or password
''',
    'supervisor': '''\
0 4.2.5
3 mail STOPPED Not started web RUNNING pid 4321, uptime 0:01:40
0 99
0 mail: started
0 web: ERROR (already started)
1 no: ERROR (no such process)
''',
    'pyone': '''\
ann & bob oneadmin
42
OneNoExistsException no user 5
OneAuthenticationException not logged in
''',
    'python-bugzilla': '''\
5 0
True
1 crash on <start> NEW
[1, 2]
failed True
failed True
''',
    'lavacli': '''\
0 2020.08
0 <AnonymousUser>
0 Jobs (from 1 to 25): * 1: Finished,Complete [ann] (kernel) - qemu * 2: Finished,Complete \
[ann] (boot) - qemu
0 job_name: boot
1 Unable to call 'jobs.definition': <Fault 404: 'Job 9 not found'>
''',
}


@pytest.fixture(scope='session')
def installed(request):
    """A function: the interpreter that has the package `name`; skips where pip fails."""
    done = {}

    def install(name):
        if name not in done:
            folder = request.config.cache.mkdir('xmlrpcgi-service-' + name)
            python = folder / 'bin' / 'python'
            try:
                if not (folder / 'complete').exists():
                    for command in ([sys.executable, '-m', 'venv', '--clear', str(folder)],
                                    [str(python), '-m', 'pip', 'install', '-q',
                                     '%s==%s' % (name, VERSIONS[name])]):
                        subprocess.run(command, check=True, timeout=SECONDS, cwd='/',
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                    (folder / 'complete').touch()
                done[name] = str(python), ''
            except (OSError, subprocess.SubprocessError) as error:
                said = getattr(error, 'stderr', None) or b''
                done[name] = None, '%s %s' % (error, said.decode('utf-8', 'replace')[-300:])
        if done[name][0] is None:
            pytest.skip('%s cannot be installed: %s' % (name, done[name][1]))
        return done[name][0]
    return install


@pytest.fixture
def served(request):
    """A function: the address of a server of a kind that serves the lib/ of a service."""
    running = []

    def serve(kind, name):
        need(kind)
        more = {}
        if kind == 'embedded':
            more['aliases'] = dict.fromkeys(PATHS, Path(servers.base.TOP) / 'cgi-bin' / 'rpc.cgi')
        else:
            directive, door = DOORS[kind]
            more['extra_conf'] = '\n'.join(
                '%s %s "${XMLRPCGI_ROOT}/cgi-bin/rpc.%s"' % (directive, path, door)
                for path in PATHS)
        running.append(servers.start(kind, lib=SERVICES / name / 'lib', **more))
        return running[-1]
    yield serve
    for server in running:
        server.stop()


@pytest.mark.server
@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('name', SAYS)
def test_a_client_of_a_service_is_content_with_classes_in_lib(name, kind, installed, served):
    python = installed(name)
    server = served(kind, name)
    done = subprocess.run([python, str(SERVICES / name / 'client.py'), server.url], cwd='/',
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=SECONDS,
                          stderr=subprocess.PIPE, env={**os.environ, 'LC_ALL': 'C.UTF-8',
                                                       'NO_PROXY': '127.0.0.1'})
    assert (done.stdout.decode(), done.stderr.decode()) == (SAYS[name], ''), server.log()[-3000:]


def test_every_service_has_a_client_and_says_what_it_hears():
    assert {path.name for path in SERVICES.iterdir() if (path / 'client.py').is_file()} == set(SAYS)
