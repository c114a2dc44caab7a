"""apache/compose.yaml: by docker compose, and by Docker Swarm, for real."""

import os
import secrets
import shutil
import subprocess
import time
import xmlrpc.client

import pytest

from tests.tools import ledger
from tests.tools.servers.base import APACHE, ServerError
from tests.tools.servers.engine import command, engine
from tests.tools.servers.process import free_port

from . import stack
from .conftest import DATABASE, need_engine
from .stack import DATA, status, until

FILE = APACHE + '/compose.yaml'
NEWER = '/opt/xmlrpcgi-compose/docker-compose'     # tests/tools/debian_compose.sh puts it there
SECONDS = 60
CLIENTS = 4
LIB = 'services: {%s}\n' % ', '.join(
    'member-%d: {environment: {XMLRPCGI_LIB: %s/lib}}' % (number, DATA) for number in (1, 2, 3))
MEMBERS = ('member-1', 'member-2', 'member-3')


pytestmark = pytest.mark.slow


def tools():
    """{name: the command of docker compose}, of either generation, that are here."""
    found = {}
    for words in ([engine(), 'compose'], ['docker-compose'], [NEWER]):
        if shutil.which(words[0]):
            done = subprocess.run([*words, 'version', '--short'], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
            if done.returncode == 0:
                found.setdefault(done.stdout.decode().strip(), words)
    return found


@pytest.fixture(params=[1, 2], ids=['version 1', 'version 2'])
def tool(request):
    """A command of docker compose of that generation; with CI=true the second must be here."""
    for version, words in tools().items():
        if version.startswith('%d.' % request.param):
            return words
    why = 'There is no docker compose of version %d here.' % request.param
    if request.param == 2 and os.environ.get('CI') == 'true':
        pytest.fail(why + ' (tests/tools/debian_compose.sh)', pytrace=False)
    pytest.skip(why)


def test_the_file_is_read_without_a_warning(tool):
    done = subprocess.run([*tool, '-f', FILE, 'config'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=SECONDS)
    assert (done.returncode, done.stderr.decode()) == (0, '')
    assert b'member-3' in done.stdout


@pytest.fixture
def project(files, tmp_path, monkeypatch):
    """(name, options for the two files); its volume has the classes and the ledger."""
    need_engine()
    lib, data = files
    name = '%s-%d-%s' % (stack.IMAGE, os.getpid(), secrets.token_hex(4))
    monkeypatch.setenv('XMLRPCGI_IMAGE', stack.image())
    monkeypatch.setenv('XMLRPCGI_PORT', str(free_port()))
    (tmp_path / 'lib.yaml').write_text(LIB)
    try:
        command('volume', 'create', name + '_data')
        stack.fill(name + '_data', lib, data)
        yield name, str(tmp_path / 'lib.yaml')
    finally:
        command('volume', 'rm', '-f', name + '_data', check=False)


def address():
    return 'http://127.0.0.1:' + os.environ['XMLRPCGI_PORT']


def answers():
    return status(address() + '/xmlrpc/?health') == 200


def check(name, callers, tmp_path):
    """Hold the ledger against what callers were told; the calls that failed."""
    command('cp', '%s:%s/%s' % (name, DATA, DATABASE), str(tmp_path / DATABASE))
    report = ledger.compare(tmp_path / DATABASE, callers.outcomes)
    assert not report.lost and not report.repeated and not report.broken
    assert report.acknowledged > CLIENTS
    failed = [outcome.text for outcome in callers.outcomes if outcome.kind == ledger.REFUSED]
    assert all(text.startswith('502 the server that had the call broke off') for text in failed)
    return failed


def test_docker_compose_starts_it_and_upgrades_a_member_without_a_failed_call(
        tool, project, tmp_path):
    name, override = project

    def compose(*args):
        done = subprocess.run([*tool, '-p', name, '-f', FILE, '-f', override, *args],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS)
        text = done.stdout.decode('utf-8', 'replace')
        assert done.returncode == 0, text
        return text

    def container(service):
        return compose('ps', '-q', service).split()[-1]
    try:
        compose('up', '-d', '--no-build')
        until(answers, SECONDS, 'an answer')
        with ledger.Callers(address() + '/xmlrpc/', CLIENTS) as callers:
            compose('up', '-d', '--no-build', '--no-deps', '--force-recreate', 'member-1')
            time.sleep(1)
        assert check(container('member-1'), callers, tmp_path) == []
        for service in MEMBERS:
            assert command('inspect', '-f', '{{.HostConfig.ReadonlyRootfs}} {{.Config.User}}',
                           container(service)).split() == ['true', '33:33']
    except BaseException:
        print(compose('logs', '--tail', '50'))
        raise
    finally:
        compose('down', '-v', '-t', '10')


@pytest.fixture
def swarm():
    """This engine as a swarm of its own, for the time of one test."""
    need_engine()
    if engine() != 'docker':
        pytest.skip('%s is no Docker Swarm.' % engine())
    if command('info', '-f', '{{.Swarm.LocalNodeState}}').strip() != 'inactive':
        pytest.skip('This engine is part of a swarm, which the test leaves alone.')
    bridge = 'docker_gwbridge'
    there = bridge in command('network', 'ls', '--format', '{{.Name}}').split()
    try:
        command('swarm', 'init', '--advertise-addr', '127.0.0.1')
    except ServerError as error:
        pytest.skip('This engine cannot be a swarm: %s' % ' '.join(str(error).split()))
    try:
        yield
    finally:
        command('swarm', 'leave', '--force')
        if not there:
            command('network', 'rm', bridge, check=False)


def task(name, service):
    """The container that runs for a service, or None."""
    return next(iter(command('ps', '-q', '-f', 'name=%s_%s.' % (name, service)).split()), None)


def test_swarm_upgrades_a_member_without_a_failed_call_and_replaces_one_that_was_killed(
        swarm, project, tmp_path):
    name, override = project
    files = []
    for path in FILE, override:         # as the top of the file says for Docker before 25
        with open(path, encoding='utf-8') as file:
            files += '-c', str(tmp_path / os.path.basename(path))
            (tmp_path / os.path.basename(path)).write_text('version: "3.8"\n' + file.read())
    try:
        command('stack', 'deploy', *files, name)
        until(answers, SECONDS, 'an answer')
        with ledger.Callers(address() + '/xmlrpc/', CLIENTS) as callers:
            command('service', 'update', '--quiet', '--force', '--update-monitor', '1s',
                    name + '_member-1', seconds=SECONDS)
            assert not [outcome for outcome in callers.outcomes
                        if outcome.kind != ledger.ACKNOWLEDGED]
            killed = task(name, 'member-2')
            command('kill', '-s', 'KILL', killed)
            until(lambda: task(name, 'member-2') not in (killed, None), SECONDS, 'another task')
            time.sleep(1)
        assert len(check(task(name, 'member-3'), callers, tmp_path)) <= CLIENTS
        client = xmlrpc.client.ServerProxy(address() + '/xmlrpc/')
        assert client.app.getName() == 'example'
        inspected = command('inspect', '-f', '{{.HostConfig.ReadonlyRootfs}} {{.Config.User}}',
                            task(name, 'member-3')).split()
        assert inspected == ['true', '33:33']
    except BaseException:
        print(command('stack', 'ps', '--no-trunc', name, check=False))
        if task(name, 'balancer'):
            print(subprocess.run([engine(), 'logs', '--tail', '50', task(name, 'balancer')],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 timeout=SECONDS).stdout.decode('utf-8', 'replace'))
        raise
    finally:
        command('stack', 'rm', name, check=False)
        until(lambda: not command('ps', '-aq', '-f', 'name=%s_' % name).split(), SECONDS,
              'the end of all containers')
