"""From the zip to a first correct call, on every kind of host."""

import re
import xmlrpc.client

import pytest

from tests.tools.servers.base import TOP

from .host import vhosts
from .test_requests import UNCHANGEABLE, sample

UPLOADS = 'make', 'scp', 'sftp', 'rsync', 'ssh'      # done by then: see host.py
VALUES = [1, -1.5, True, 'Grüße 日本', b'\0\xff', [[], {}], {'a': [1]}, None, 'x' * 60000]


@pytest.mark.parametrize('user', ['ann', 'bob'])
def test_from_the_zip_to_a_first_call_take_at_most_five_commands_of_the_readme(host, user):
    commands = commands_of_the_readme()
    assert 1 <= len(commands) <= 5
    inside = 'http://localhost:%d/~%s' % (vhosts()['users'], user)
    site = host.site('users', user)
    site.move_to('')                                    # the user's site itself
    said = host.sh('\n'.join(re.sub(r'https?://[^/\s]+', inside, command) for command in commands
                             if command.split()[0] not in UPLOADS), user)
    assert xmlrpc.client.ServerProxy(site.url).app.getName() == 'example', said
    assert site.fixed() == {}


def commands_of_the_readme():
    """The lines of the first ```sh block of its section, for a user with a shell."""
    with open(TOP + '/README.md', encoding='utf-8') as file:
        section = re.search(r'^## On a shared host\n(.*?)(?=^## )', file.read(), re.M | re.S)
    block = re.search(r'```sh\n(.*?)```', section.group(1), re.S)
    return [line for line in block.group(1).splitlines() if line.strip() and line[0] != '#']


@pytest.mark.parametrize('vhost', ['open', 'some', 'none', 'waf', 'shared', 'tight', 'users'])
def test_unpacked_and_with_the_sample_everything_is_right_on_every_host(host, vhost):
    site = host.site(vhost)
    site.write('cgi-bin/.htaccess', sample(*(['Options +ExecCGI'] if vhost == 'some' else [])))
    site.application("def getName(self):\n    return 'example'\n"
                     'def echo(self, value):\n    return value\n'
                     'def authorization(self, request):\n'
                     "    return bool(request.header('Authorization'))")
    client = site.client()
    assert client.app.getName() == 'example'
    for value in VALUES:
        body = xmlrpc.client.dumps((value,), 'app.echo', allow_none=True).encode()
        answer = site.post(body)
        assert xmlrpc.client.loads(answer.content, use_builtin_types=True)[0] == (value,)
    found = set(site.check())
    if vhost == 'none':         # where the sample is not read
        assert 'authorization' in found
        found -= {'authorization', 'chunked-answer'}
    if vhost == 'waf':          # see test_firewall.py
        found -= {'text', 'values'}
    assert found == UNCHANGEABLE.get(vhost, set())


def test_the_check_on_the_host_is_content_with_compiled_files(site):
    site.sh('python3 -m compileall -q cgi-bin lib')
    assert site.local_check() == {}


def test_in_user_directories_suexec_runs_each_customers_scripts_as_that_customer(host):
    for user in 'ann', 'bob':
        site = host.site('users', user)
        site.application('def getName(self):\n    import os, pwd\n'
                         '    return pwd.getpwuid(os.getuid()).pw_name')
        assert site.call() == user


def test_without_suexec_they_run_as_apaches_user(host):
    site = host.site('shared')
    site.application('def getName(self):\n    import os, pwd\n'
                     '    return pwd.getpwuid(os.getuid()).pw_name')
    assert site.call() == 'www-data'
