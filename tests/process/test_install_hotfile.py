"""install writes the file of hot byte-code for its interpreter; uninstall and check know it."""

import json
import os
import shutil
import subprocess
import time

import pytest

from tests.process import hot
from tests.process.installing import PYTHON, call, command, copy, installed, request, versions


def hot_files(folder):
    return sorted(folder.rglob('__pycache__/hot.*'))


def with_seen(site):
    (site.parent / 'lib').mkdir(parents=True, exist_ok=True)
    (site.parent / 'lib' / 'seen.py').write_text(hot.SEEN)


@pytest.mark.parametrize('python', hot.PYTHONS)
def test_the_first_call_after_an_install_uses_the_file(python, site):
    with_seen(site)
    installed(site, '--python', python)
    [file] = hot_files(site.parent)
    assert file.parent.parent == site / versions(site)[0]
    before = file.stat().st_ino, file.stat().st_mtime_ns
    assert call(site / 'rpc.cgi', 'seen.is_kept') is True
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before


@pytest.mark.parametrize('python', hot.PYTHONS)
def test_so_it_does_where_the_program_was_unpacked(python, tmp_path):
    top = copy(tmp_path / 'unpacked')
    with_seen(top / 'cgi-bin')
    for _ in range(2):                  # the second one changes the times of all files
        installed(top / 'cgi-bin', '--python', python, source=top)
        assert call(top / 'cgi-bin' / 'rpc.cgi', 'seen.is_kept') is True
    assert len(hot_files(top)) == 1


def test_installed_again_for_another_interpreter_each_has_its_file(site):
    with_seen(site)
    pythons = [param.values[0] for param in hot.PYTHONS]
    for python in pythons + pythons:
        installed(site, '--python', python)
        assert call(site / 'rpc.cgi', 'seen.is_kept') is True
    assert len(hot_files(site.parent)) == len(pythons)


def test_a_rollback_uses_the_file_of_the_version_before(site, tmp_path):
    with_seen(site)
    other = copy(tmp_path / 'other')
    with open(other / 'cgi-bin' / 'xmlrpcgi' / 'log.py', 'a') as file:
        file.write('# another version\n')
    python = hot.PYTHONS[-1].values[0]
    installed(site, '--python', python)
    installed(site, '--python', python, source=other)
    for _ in range(2):
        assert command('install', '--cgi-bin', site, '--rollback')[0] == 0
        assert call(site / 'rpc.cgi', 'seen.is_kept') is True
    assert len(hot_files(site.parent)) == 2


def test_a_package_copied_by_hand_gets_its_file_with_the_upgrade(site):
    with_seen(site)
    shutil.copytree(copy(site.parent / 'unpacked') / 'cgi-bin', site)
    python = '/usr/bin/python3'                 # which its rpc.cgi names
    with open(site / 'xmlrpcgi' / 'log.py', 'a') as file:
        file.write('# another version\n')
    installed(site, '--python', python, source=site.parent / 'unpacked')
    assert command('install', '--cgi-bin', site, '--rollback')[0] == 0
    assert call(site / 'rpc.cgi', 'seen.is_kept') is True


def test_a_version_without_such_a_file_can_be_installed_and_upgraded(site, tmp_path):
    old = copy(tmp_path / 'old')
    shutil.copytree(old / 'cgi-bin', site)
    shutil.copytree(old / 'lib', site.parent / 'lib')
    (site / 'xmlrpcgi' / 'startup.py').write_text('def stock():\n    """As in version 1.0."""\n')
    installed(site)                             # gives the old one a folder of its own
    assert len(versions(site)) == 2 and call(site / 'rpc.cgi') == 'example'


def test_install_goes_well_where_the_file_cannot_be_written(tmp_path):
    top = copy(tmp_path / 'unpacked')
    tag = subprocess.run([PYTHON, '-c', 'import sys; print(sys.implementation.cache_tag)'],
                         stdout=subprocess.PIPE).stdout.decode().strip()
    cache = top / 'cgi-bin' / 'xmlrpcgi' / '__pycache__'
    (cache / ('hot.%s.pyc' % tag)).mkdir(parents=True)
    installed(top / 'cgi-bin', source=top)
    assert call(top / 'cgi-bin' / 'rpc.cgi') == 'example'


def test_uninstall_removes_it(site):
    installed(site)
    request(site / 'rpc.cgi', 'app.getName')
    assert hot_files(site)
    assert command('uninstall', '--cgi-bin', site)[0] == 0
    assert not site.exists() or list(site.iterdir()) == []


def findings(site):
    out = command('check', '--cgi-bin', site, '--json')[1]
    return {row['id']: row['sentence'] for row in json.loads(out)['findings']
            if row['level'] in ('warn', 'fail')}


def test_check_says_nothing_of_it_whole_damaged_or_missing(site):
    installed(site)
    [file] = hot_files(site)
    quiet = findings(site)
    assert not {name for name in quiet if 'byte' in name or 'file' in name}
    file.write_bytes(file.read_bytes()[:5000])
    assert findings(site) == quiet
    file.unlink()
    assert findings(site) == quiet


def test_calls_go_on_while_the_file_is_written_removed_and_written_again(site):
    with_seen(site)
    installed(site, '--python', hot.PYTHONS[-1].values[0])
    [file] = hot_files(site)
    seen, end = set(), time.monotonic() + 5
    turn = 0
    while time.monotonic() < end or len(seen) < 2 and turn < 100:
        done = [subprocess.Popen([str(site / 'rpc.cgi')], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env={'REQUEST_METHOD': 'POST', 'CONTENT_LENGTH': '76'})
                for _ in range(3)]
        turn += 1
        if turn % 3 == 1 and file.exists():
            file.unlink()
        elif turn % 3 == 2 and file.exists():
            os.truncate(file, turn * 997 % file.stat().st_size)
            hot.age(file)
        for process in done:
            out, err = process.communicate(
                b'<methodCall><methodName>seen.is_kept</methodName></methodCall>'.ljust(76))
            assert (process.returncode, err) == (0, b'') and b'<boolean>' in out, (out, err)
            seen.add(b'<boolean>1' in out)
    assert seen == {True, False}
