"""install over ssh: by an ssh that runs its command here, in a home folder of its own."""

import os
import stat
import subprocess

import pytest

from tests.process.installing import TOP, call, command, complaint, load, modes

SSH = '''#!/bin/sh
[ "$1" = -- ] && [ "$2" = me@example.org ] && [ $# = 3 ] || { echo "ssh: $*" >&2; exit 255; }
echo "$3" >> %(log)s
cd %(home)s && HOME=%(home)s PATH=%(path)s TMPDIR=%(temp)s exec /bin/sh -c "$3"
'''


@pytest.fixture
def host(tmp_path):
    """The home folder on the host; `ssh` is on the PATH of `host.env`."""
    class Host:
        home, temp, log = tmp_path / 'home', tmp_path / 'temp', tmp_path / 'log'
        env = {'PATH': '%s:%s' % (tmp_path / 'bin', os.environ['PATH'])}
    for folder in (Host.home, Host.temp, tmp_path / 'bin'):
        folder.mkdir()
    ssh = tmp_path / 'bin' / 'ssh'
    ssh.write_text(SSH % {
        'log': Host.log, 'home': Host.home, 'temp': Host.temp, 'path': '/usr/bin:/bin'})
    ssh.chmod(0o755)
    return Host


def deploy(host, *words, **options):
    return command(*words, '--deploy', 'me@example.org:', env=host.env, **options)


def test_the_program_is_installed_on_the_host_by_the_hosts_own_python(host):
    status, out, err = deploy(host, 'install', '--cgi-bin', 'public_html/cgi-bin', umask=0o002)
    assert (status, err) == (0, '')
    site = host.home / 'public_html' / 'cgi-bin'
    assert 'is installed in %s' % site in out
    assert (site / 'rpc.cgi').read_text().startswith('#!/usr/bin/python3 -IS\n')
    assert call(site / 'rpc.cgi') == 'example'
    assert call(site / 'rpc.fcgi') == load(site / 'rpc.wsgi') == 'example'
    assert (host.home / 'xmlrpcgi' / 'lib' / 'app.py').exists()
    assert {mode & stat.S_IWOTH | mode & stat.S_IWGRP for mode in modes(host.home).values()} == {0}
    assert list(host.temp.iterdir()) == []              # nothing stays behind
    (host.home / 'xmlrpcgi' / 'lib' / 'app.py').write_text(
        'class Application:\n    def getName(self):\n        return "mine"\n')
    assert deploy(host, 'install', '--cgi-bin', '~/public_html/cgi-bin')[0] == 0
    assert call(site / 'rpc.cgi') == 'mine'
    assert deploy(host, 'install', '--cgi-bin', site, '--rollback')[::2] == (
        2, 'There is no version before the one in %s.\n' % site)
    assert deploy(host, 'uninstall', '--cgi-bin', 'public_html/cgi-bin')[0] == 0
    assert list(site.iterdir()) == []


def test_options_and_odd_names_arrive_as_they_are(host):
    name = "it's a $(folder)"
    status, out, err = deploy(host, 'install', '--cgi-bin', name + '/cgi-bin', '--lib',
                              name + '/my lib', '--python', '/usr/bin/python3', '--sh')
    assert (status, err) == (0, '')
    assert call(host.home / name / 'cgi-bin' / 'rpc.cgi') == 'example'
    assert (host.home / name / 'my lib' / 'app.py').exists()


def test_relative_folders_begin_where_the_host_is_said_to(host):
    (host.home / 'sites').mkdir()
    status, out, err = command('install', '--cgi-bin', 'cgi-bin', '--lib', 'lib', '--deploy',
                               'me@example.org:sites', env=host.env)
    assert (status, err) == (0, '')
    assert call(host.home / 'sites' / 'cgi-bin' / 'rpc.cgi') == 'example'


def test_a_host_without_that_python_is_a_sentence(host):
    assert deploy(host, 'install', '--cgi-bin', 'cgi-bin', '--python', '/opt/python3') == (
        2, '', 'me@example.org has no /opt/python3 to install with: name one of its interpreters, '
               '3.6 or newer, with --python (make: PYTHON=).\n')
    assert list(host.home.iterdir()) == list(host.temp.iterdir()) == []


def test_what_is_no_host_and_a_missing_ssh_are_sentences(host, tmp_path):
    for place in ('me@example.org', '-oProxyCommand=x:', 'a b:', ':', 'me@example.org;x:'):
        assert complaint('install', '--cgi-bin', 'c', '--deploy=' + place, env=host.env) == (
            '%s is not a host to deploy to: write USER@HOST: or USER@HOST:FOLDER.' % place)
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'empty' / 'sh').symlink_to('/bin/sh')
    assert complaint('install', '--cgi-bin', 'c', '--deploy', 'me@example.org:',
                     env={'PATH': str(tmp_path / 'empty')}) == (
        'There is no ssh here: upload the archive of `make dist` instead, as INSTALL.txt in it '
        'says.')
    assert command('install', '--cgi-bin', 'c', '--deploy', 'you@example.org:',
                   env=host.env)[0] == 255


def test_make_install_deploys(host):
    env = {name: value for name, value in os.environ.items()
           if name[:4] != 'MAKE' and name not in ('ARGS', 'LIB', 'MFLAGS', 'PYTHON')}
    subprocess.run(['make', '-s', 'install', 'CGIBIN=cgi-bin', 'DEPLOY=me@example.org:'], cwd=TOP,
                   env={**env, **host.env}, check=True, stdout=subprocess.PIPE)
    assert call(host.home / 'cgi-bin' / 'rpc.cgi') == 'example'


def test_the_sample_for_cpanel_names_what_there_is():
    text = (TOP / 'apache' / 'cpanel.yml').read_text()
    tasks = [line.strip()[2:] for line in text.splitlines() if line.startswith('    - ')]
    assert text.count('---\ndeployment:\n  tasks:\n') == 1 and len(tasks) == 2
    assert tasks[0].startswith('/usr/bin/python3 cgi-bin/xmlrpcgi install --cgi-bin ')


def test_the_tasks_for_cpanel_put_program_and_classes_in_place(tmp_path):
    lines = (TOP / 'apache' / 'cpanel.yml').read_text().splitlines()
    (tmp_path / 'public_html').mkdir()
    for line in lines:
        if line.startswith('    - '):
            subprocess.run(['bash', '-c', line.strip()[2:]], cwd=TOP, check=True,
                           stdout=subprocess.PIPE, env={'HOME': str(tmp_path)})
    assert call(tmp_path / 'public_html' / 'cgi-bin' / 'rpc.cgi') == 'example'
    assert (tmp_path / 'xmlrpcgi' / 'lib' / '.htaccess').exists()
