"""The archives of `make dist`: their bytes, modes and files, and that they work as unpacked."""

import os
import shutil
import stat
import subprocess
import tarfile
import time
import zipfile

import pytest

from tests.process.installing import TOP, call, copy, load, modes, request
from tests.tools.archives import dist

SECONDS = 1600000000


@pytest.fixture
def archives(tmp_path, monkeypatch):
    monkeypatch.setenv('SOURCE_DATE_EPOCH', str(SECONDS))
    return dist.write(tmp_path / 'dist')


def test_two_runs_give_the_same_bytes_whatever_the_umask_times_and_modes_of_the_sources(tmp_path):
    top = copy(tmp_path / 'top')
    shutil.copytree(TOP / 'apache', top / 'apache')
    shutil.copytree(TOP / 'docs', top / 'docs')
    for name in ('README.md', 'CHANGES.md', 'SECURITY.md', 'LICENSE', '.htaccess'):
        shutil.copy(TOP / name, top)
    before = [path.read_bytes() for path in dist.write(tmp_path / 'one', top)]
    time.sleep(1.1)
    for path in top.rglob('*.py'):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    (top / 'lib' / 'settings.py').write_text('SECRET = 1\n')
    (top / 'lib' / '__pycache__').mkdir()
    (top / 'lib' / '__pycache__' / 'app.pyc').write_text('')
    umask = os.umask(0)
    try:
        after = [path.read_bytes() for path in dist.write(tmp_path / 'two', top)]
    finally:
        os.umask(umask)
    assert before == after


def test_the_time_of_the_files_is_the_one_given_or_the_last_commits(archives, monkeypatch):
    with zipfile.ZipFile(archives[0]) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2020, 9, 13, 12, 26, 40)}
    with tarfile.open(archives[1]) as archive:
        assert {info.mtime for info in archive} == {SECONDS}
    monkeypatch.delenv('SOURCE_DATE_EPOCH')
    assert dist.moment() >= dist.EARLIEST
    monkeypatch.setenv('SOURCE_DATE_EPOCH', 'yesterday')
    with pytest.raises(dist.DistError, match='it takes seconds since 1970'):
        dist.moment()


def test_both_archives_have_the_same_files_modes_and_no_owner(archives):
    with zipfile.ZipFile(archives[0]) as archive:
        assert archive.testzip() is None
        zipped = {info.filename: (info.external_attr >> 16, archive.read(info))
                  for info in archive.infolist()}
        assert {info.create_system for info in archive.infolist()} == {3}
    with tarfile.open(archives[1]) as archive:
        tarred = {}
        for info in archive:
            assert (info.uid, info.gid, info.uname, info.gname) == (0, 0, '', '')
            kind = stat.S_IFDIR if info.isdir() else stat.S_IFREG
            tarred[info.name + '/' * info.isdir()] = (
                kind | info.mode, b'' if info.isdir() else archive.extractfile(info).read())
    assert zipped == tarred
    assert list(zipped) == sorted(zipped)
    for name, (mode, data) in zipped.items():
        assert stat.S_IMODE(mode) == (
            0o755 if name.endswith(('/', '.cgi', '.fcgi')) else 0o644), name
        assert b'\r' not in data or name.endswith('.png')


def test_they_have_the_program_the_example_and_the_texts_and_nothing_else(archives):
    with zipfile.ZipFile(archives[0]) as archive:
        names = set(archive.namelist())
    package = {str(path.relative_to(TOP)) + '/' * path.is_dir()
               for path in (TOP / 'cgi-bin/xmlrpcgi').rglob('*') if '__pycache__' not in path.parts}
    pages = {'docs/' + path.name for path in (TOP / 'docs').iterdir()}
    top = 'xmlrpcgi-%s/' % dist.version()
    assert {name[len(top):] for name in names} - {''} == package | pages | {
        'cgi-bin/', 'cgi-bin/rpc.cgi', 'cgi-bin/rpc-sh.cgi', 'cgi-bin/rpc.fcgi',
        'cgi-bin/rpc.wsgi', 'cgi-bin/xmlrpcgi/', 'lib/', 'lib/app.py', 'lib/.htaccess', 'apache/',
        'apache/rpc.conf', 'apache/fcgid.conf', 'apache/wsgi.conf', 'apache/passenger_wsgi.py',
        'apache/nginx.conf', 'apache/lighttpd.conf', 'apache/htaccess.sample',
        'apache/balancer.conf', 'apache/Dockerfile', 'apache/compose.yaml', 'apache/httpd.conf',
        'apache/start.sh', 'apache/health.py', 'apache/cpanel.yml',
        'apache/fail2ban-xmlrpcgi.conf', 'README.md', 'docs/', 'CHANGES.md', 'SECURITY.md',
        'LICENSE', 'INSTALL.txt', '.htaccess'}
    assert 'Require all denied' in (TOP / 'lib' / '.htaccess').read_text()
    assert 'Require all denied' in (TOP / 'cgi-bin' / 'xmlrpcgi' / '.htaccess').read_text()


def test_unpacked_in_a_site_no_file_gets_among_those_of_the_site(archives, tmp_path):
    site = tmp_path / 'public_html'
    (site / 'lib').mkdir(parents=True)
    for name in 'README.md', 'LICENSE', 'lib/jquery.js':
        (site / name).write_text('of the site')
    before = set(site.rglob('*'))
    for archive in archives[:2]:
        shutil.unpack_archive(str(archive), str(site))
    top = site / ('xmlrpcgi-%s' % dist.version())
    assert {path for path in site.rglob('*') if top not in path.parents} == before | {top}
    assert {path.read_text() for path in before if path.is_file()} == {'of the site'}
    assert (top / 'lib' / '.htaccess').exists() and (top / 'INSTALL.txt').exists()


@pytest.mark.parametrize('suffix, unpack', [('.zip', ['unzip', '-q']), ('.gz', ['tar', 'xzf'])])
@pytest.mark.parametrize('umask', [0o077, 0o022, 0o002])
def test_unpacked_as_it_is_it_answers(archives, tmp_path, suffix, unpack, umask):
    if not shutil.which(unpack[0]):
        pytest.skip('there is no %s here' % unpack[0])
    archive = next(path for path in archives if path.suffix == suffix)
    site = tmp_path / 'site'
    site.mkdir()
    subprocess.run(['sh', '-c', 'umask %o; exec "$@"' % umask, 'sh', *unpack, archive], cwd=site,
                   check=True)
    site, = site.iterdir()
    for name, mode in modes(site).items():
        program = (site / name).is_dir() or name.endswith(('.cgi', '.fcgi'))
        stored = 0o755 if program else 0o644
        assert mode in (stored, stored & ~umask), name      # tar of a mortal obeys the umask
    assert call(site / 'cgi-bin' / 'rpc.cgi') == 'example'
    assert call(site / 'cgi-bin' / 'rpc-sh.cgi') == 'example'
    assert call(site / 'cgi-bin' / 'rpc.fcgi') == 'example'
    assert load(site / 'cgi-bin' / 'rpc.wsgi') == 'example'
    assert b'app.getName' in request(site / 'cgi-bin' / 'rpc.cgi').stdout


@pytest.mark.parametrize('damage', [b'\xef\xbb\xbf#!/usr/bin/python3\n', b'#!/usr/bin/python3\r\n'])
@pytest.mark.parametrize('name', ['rpc.cgi', 'rpc.fcgi'])
def test_a_script_that_would_not_start_is_not_packed(tmp_path, name, damage):
    top = copy(tmp_path / 'top')
    (top / 'cgi-bin' / name).write_bytes(damage)
    with pytest.raises(dist.DistError, match='cgi-bin/%s has carriage returns or a byte' % name):
        dist.entries(top)


def test_make_dist_says_what_it_wrote(tmp_path):
    env = {name: value for name, value in os.environ.items() if name[:4] != 'MAKE'}
    done = subprocess.run(['make', '-s', 'dist'], cwd=TOP, env=env, stdout=subprocess.PIPE)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.decode().splitlines()] == [
        'dist/xmlrpcgi-%s%s' % (dist.version(), suffix)
        for suffix in ('.zip', '.tar.gz', '-py3-none-any.whl')]
