"""install, rollback and uninstall that are ended in the middle, as by kill -9 or a power cut.

Each can be made again, and leaves nothing.
"""

import fcntl
import os
import subprocess
import sys

import pytest
from xmlrpcgi.client.errors import InstallError
from xmlrpcgi.install import bundle, versions
from xmlrpcgi.install.install import install

from tests.process.installing import DOORS, TOP, call, command, copy, installed

MANY = 100000
# The steps to end a command before: the first ones, some between, and the last ones.
STEPS = [*range(6), 0.3, 0.8, *range(-8, 0)]
BROKEN = '''
import os, sys
left = int(sys.argv.pop(1))
def counted(function):
    def call(*args, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(99)
        return function(*args, **options)
    return call
for name in ('rename', 'unlink', 'mkdir', 'rmdir'):
    setattr(os, name, counted(getattr(os, name)))
import shutil
shutil._use_fd_functions = False
sys.path.insert(0, os.path.join(sys.argv[1], 'cgi-bin'))
del sys.argv[1]
from xmlrpcgi.__main__ import main
status = main(sys.argv[1:])
sys.stderr.write(str(left))
sys.exit(status)
'''


def run(after, source, words):
    done = subprocess.run([sys.executable, '-c', BROKEN, str(after), str(source), *map(str, words)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode in (0, 99), done.stderr
    return done


def broken_off(after, source, *words):
    """Run a command that ends, as by kill -9, before its step number `after`; whether it did."""
    return run(after, source, words).returncode == 99


@pytest.fixture(scope='module')
def steps(tmp_path_factory):
    """{command: how many steps it has}."""
    site = tmp_path_factory.mktemp('steps') / 'cgi-bin'
    return {word: MANY - int(run(MANY, TOP, [word, '--cgi-bin', site]).stderr)
            for word in ('install', 'uninstall')}


def number(after, steps):
    """The number of a step of STEPS."""
    return int(after * steps) if isinstance(after, float) else after % steps


def left(site):
    return [str(path.relative_to(site)) for path in site.rglob('*')]


@pytest.mark.parametrize('after', STEPS)
def test_an_uninstall_that_is_broken_off_can_be_made_again(site, steps, after):
    installed(site)
    assert broken_off(number(after, steps['uninstall']), TOP, 'uninstall', '--cgi-bin', site)
    status, out, err = command('uninstall', '--cgi-bin', site)
    assert (status, err) == (0, ''), left(site)
    assert left(site) == []


@pytest.mark.parametrize('after', STEPS)
def test_an_install_that_is_broken_off_can_be_made_again_or_removed(site, steps, after):
    assert broken_off(number(after, steps['install']), TOP, 'install', '--cgi-bin', site)
    if site.exists() and after % 2 == 1:
        command('uninstall', '--cgi-bin', site)
        assert left(site) == []
    installed(site)
    assert call(site / 'rpc.cgi') == 'example'
    lib = site.parent / 'lib'
    assert {path.name for path in lib.iterdir()} == {'.htaccess', 'app.py', '__pycache__'}
    assert not [name for name in left(site) if name.endswith('.new') or 'switching' in name]
    assert command('uninstall', '--cgi-bin', site)[0] == 0
    assert left(site) == []


def test_a_rollback_that_is_broken_off_keeps_the_doors_of_both_versions(site, tmp_path):
    source = copy(tmp_path / 'other')
    (source / 'cgi-bin' / 'xmlrpcgi' / 'more.py').write_text('')
    installed(site, '--lib', tmp_path / 'one', source=source)
    for after in range(40):
        installed(site, '--lib', tmp_path / 'two')
        ended = broken_off(after, TOP, 'install', '--cgi-bin', site, '--rollback')
        if ended:
            now = (site / 'xmlrpcgi' / '__init__.py').read_text()
            if bundle.identity(bundle.program(str(TOP / 'cgi-bin' / 'xmlrpcgi'))) not in \
                    now.partition('# before')[0]:
                installed(site)         # it was switched already, and is completed
                continue
            assert command('install', '--cgi-bin', site, '--rollback')[0] == 0
        assert {(tmp_path / 'one').name} == {
            line.split("'")[1].rpartition('/')[2] for name in DOORS
            for line in (site / name).read_text().splitlines() if line.startswith('LIB = ')}
        assert command('install', '--cgi-bin', site, '--rollback')[0] == 0
        assert all("LIB = '%s'" % (tmp_path / 'two') in (site / name).read_text() for name in DOORS)
        if not ended:
            break
    assert not ended


@pytest.mark.parametrize('kind', [fcntl.LOCK_SH, fcntl.LOCK_EX])
def test_nobody_who_has_locked_the_folder_can_hold_an_install_for_ever(site, monkeypatch, kind):
    monkeypatch.setattr(versions, '_WAIT', 0.3)
    site.mkdir(parents=True)
    other = os.open(str(site), os.O_RDONLY)
    fcntl.flock(other, kind)
    try:
        with pytest.raises(InstallError, match='Another process has locked %s for 0 s' % site):
            list(install(str(site)))
    finally:
        os.close(other)
    assert left(site) == []
    list(install(str(site)))
    assert call(site / 'rpc.cgi') == 'example'


def test_an_upgrade_is_on_the_disk_before_the_switch(site, monkeypatch, tmp_path):
    synced, at_switch = set(), []
    fsync, rename = os.fsync, os.rename

    def note(descriptor):
        synced.add(os.readlink('/proc/self/fd/%d' % descriptor))
        fsync(descriptor)

    def switched(old, new):
        if new == str(site / 'xmlrpcgi' / '__init__.py'):
            at_switch.append(set(synced))
            assert old in synced
        rename(old, new)

    monkeypatch.setattr(os, 'fsync', note)
    monkeypatch.setattr(os, 'rename', switched)
    list(install(str(site)))
    version, = site.glob('xmlrpcgi-*')
    wanted = {str(path) for path in version.rglob('*')} | {str(version), str(site)}
    assert len(wanted) > 100 and len(at_switch) == 1
    assert wanted <= at_switch[0]
    assert str(site / 'xmlrpcgi') in synced
