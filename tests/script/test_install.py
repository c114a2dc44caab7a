"""install and uninstall: what is written, for whom, and what is left alone."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests import interpreters
from tests.script.installing import (
    PYTHON,
    TOP,
    call,
    command,
    complaint,
    copy,
    installed,
    load,
    modes,
    request,
    tree,
    versions,
)

EACH = [pytest.param(path, id=name) for name, path in interpreters.supported()]
USER = 65534                # nobody
DOORS = 'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi'


@pytest.fixture
def site(tmp_path):
    """A folder for CGI scripts that is not there yet; lib will be beside it."""
    return tmp_path / 'site' / 'cgi-bin'


def lines(path):
    return path.read_text().splitlines()


def chosen(door):
    """What LIB is in a door."""
    return next(line for line in lines(door) if line.startswith('LIB = ')).split("'")[1]


# What is written.

@pytest.mark.parametrize('python', EACH)
def test_the_interpreter_that_ran_install_runs_the_script(python, site):
    out = installed(site, python=python)
    script = (site / 'rpc.cgi').read_bytes()
    line = script.split(b'\n')[0].decode()
    assert line.startswith('#!/') and line.endswith(' -IS')
    assert 'rpc.cgi starts %s (Python ' % line[2:-4] in out
    assert call(site / 'rpc.cgi') == 'example'
    assert b'app.getName' in request(site / 'rpc.cgi').stdout           # a GET
    version = subprocess.run([line[2:-4], '--version'], stdout=subprocess.PIPE).stdout
    assert version == subprocess.run([python, '--version'], stdout=subprocess.PIPE).stdout
    assert command('call', '--lib', site.parent / 'lib', 'app.getName', python=python,
                   source=site.parent) == (0, 'example\n', '')


@pytest.mark.parametrize('python', EACH)
def test_another_interpreter_can_be_named_and_the_program_is_compiled_for_it(python, site):
    installed(site, '--python', python)
    folder = site / versions(site)[0]
    tag = subprocess.run([python, '-c', 'import sys; print(sys.implementation.cache_tag)'],
                         stdout=subprocess.PIPE).stdout.decode().strip()
    compiled = {path.name: path.read_bytes() for path in (folder / '__pycache__').iterdir()}
    assert set(compiled) == {'%s.%s.pyc' % (path.stem, tag) for path in folder.glob('*.py')}
    flags = {int.from_bytes(data[4:8], 'little') for data in compiled.values()}
    assert flags == {3} or tag == 'cpython-36'          # PEP 552: by hash, and checked
    assert (site / 'xmlrpcgi' / '__pycache__' / ('__init__.%s.pyc' % tag)).exists()
    assert (site.parent / 'lib' / '__pycache__' / ('app.%s.pyc' % tag)).exists()
    before = tree(site), modes(site)
    assert call(site / 'rpc.cgi') == 'example'
    assert request(site / 'rpc.cgi').returncode == 0
    assert (tree(site), modes(site)) == before          # nothing was left to compile


@pytest.mark.parametrize('umask', [0o077, 0o022, 0o000])
def test_the_modes_are_what_suexec_wants_whatever_the_umask(site, umask):
    installed(site, umask=umask)
    installed(site, umask=umask)
    for name, mode in modes(site.parent).items():
        runs = (site.parent / name).is_dir() or name in (
            'cgi-bin/rpc.cgi', 'cgi-bin/rpc.fcgi')
        assert mode == (0o755 if runs else 0o644), name


def test_line_ends_and_a_byte_order_mark_of_an_upload_are_mended(tmp_path, site):
    source = copy(tmp_path / 'unpacked')
    for path in source.rglob('*'):
        if path.is_file():
            path.write_bytes(b'\xef\xbb\xbf' * (path.suffix in ('.cgi', '.fcgi', '.wsgi'))
                             + path.read_bytes().replace(b'\n', b'\r\n'))
    installed(site, source=source)
    for name, (data, _, _) in tree(site.parent).items():
        assert b'\r' not in data and not data.startswith(b'\xef'), name
    assert call(site / 'rpc.cgi') == 'example'


def test_everything_is_closed_to_the_world_by_a_deny_file(site):
    installed(site)
    for folder in [site / 'xmlrpcgi', site / versions(site)[0], site.parent / 'lib']:
        assert 'Require all denied\n' in (folder / '.htaccess').read_text()
    assert {path.name for path in site.iterdir()} == {
        'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi', 'xmlrpcgi', *versions(site)}


def test_deny_files_that_an_upload_left_out_are_put_there(tmp_path, site):
    source = copy(tmp_path / 'unpacked')
    package = source / 'cgi-bin' / 'xmlrpcgi'
    text = (package / '.htaccess').read_text()
    for path in (package, source / 'lib'):
        (path / '.htaccess').unlink()
    installed(site, source=source)
    assert (site / 'xmlrpcgi' / '.htaccess').read_text() == text
    assert (site.parent / 'lib' / '.htaccess').read_text() == text
    installed(source / 'cgi-bin', source=source)            # in place
    assert (package / '.htaccess').read_text() == text


def test_paths_may_contain_spaces_and_umlauts(tmp_path):
    site = tmp_path / 'my sité' / 'cgi bin'
    lib = tmp_path / "my 'lib'"
    out = installed(site, '--lib', lib)
    assert 'The classes are in %s, which is new' % lib in out
    assert call(site / 'rpc.cgi', env={'LANG': 'C'}) == 'example'


def test_by_its_folder_alone_as_make_does(site):
    env = {name: value for name, value in os.environ.items()
           if name[:4] != 'MAKE' and name not in ('ARGS', 'LIB', 'MFLAGS', 'PYTHON', 'DEPLOY')}
    make = ['make', '-s', 'CGIBIN=%s' % site]
    subprocess.run([*make, 'install', 'LIB=%s' % (site.parent / 'classes')], cwd=TOP, env=env,
                   check=True, stdout=subprocess.PIPE)
    assert call(site / 'rpc.cgi') == 'example'
    assert (site.parent / 'classes' / 'app.py').exists()
    subprocess.run([*make, 'uninstall'], cwd=TOP, env=env, check=True, stdout=subprocess.PIPE)
    assert list(site.iterdir()) == []
    done = subprocess.run(['make', '-s', 'install'], cwd=TOP, env=env, stderr=subprocess.PIPE)
    assert done.returncode and b'make install CGIBIN=/srv/site/cgi-bin' in done.stderr


# The classes.

def test_classes_and_settings_that_are_there_stay_as_they_are(site):
    lib = site.parent / 'lib'
    lib.mkdir(parents=True)
    (lib / 'app.py').write_bytes(b'class Application:\r\n    def getName(self):\r\n'
                                 b'        return "mine"\r\n')
    (lib / 'settings.py').write_text('MAX_DEPTH = 9\n')
    (lib / 'broken.py').write_text('def half(')
    (lib / 'settings.py').chmod(0o600)
    before = tree(lib)
    for _ in range(2):
        assert 'The classes are in %s, as they were.' % lib in installed(site)
        assert tree(lib) == before
        assert call(site / 'rpc.cgi') == 'mine'
    command('uninstall', '--cgi-bin', site)
    assert tree(lib) == before


@pytest.mark.parametrize('cgi_bin, lib', [
    ('public_html/cgi-bin', 'xmlrpcgi/lib'),
    ('www/cgi-bin', 'xmlrpcgi/lib'),
    ('htdocs', 'xmlrpcgi/lib'),
    ('cgi-bin', 'lib'),
    ('domains/example.org/cgi-bin', 'domains/example.org/lib'),
])
def test_the_classes_are_outside_of_what_the_world_sees(tmp_path, cgi_bin, lib):
    home = tmp_path / 'home'
    home.mkdir()
    installed('~/' + cgi_bin, env={'HOME': str(home)})
    assert (home / lib / 'app.py').exists()
    assert "LIB = '%s'" % (home / lib) in (home / cgi_bin / 'rpc.cgi').read_text()
    assert call(home / cgi_bin / 'rpc.cgi') == 'example'


def test_in_a_public_folder_that_is_nobodys_home_the_classes_folder_must_be_named(tmp_path):
    site = tmp_path / 'www' / 'cgi-bin'
    home = {'HOME': str(tmp_path / 'home')}
    assert complaint('install', '--cgi-bin', site, env=home) == (
        '%s is inside a public folder: name a folder for the classes outside of it with --lib.'
        % site)
    assert not site.exists()
    lib = tmp_path / 'www' / 'lib'
    lib.mkdir(parents=True)
    (lib / 'mine.py').write_text('')
    assert 'put a .htaccess with the line "Require all denied" into it' in installed(
        site, '--lib', lib, env=home)


def test_an_upgrade_keeps_the_classes_folder_that_the_user_wrote_into_the_script(site, tmp_path):
    installed(site)
    (tmp_path / 'mine').mkdir()
    (tmp_path / 'mine' / 'app.py').write_text(
        'class Application:\n    def getName(self):\n        return "mine"\n')
    for place in (str(tmp_path / 'mine'), '../../mine'):
        script = (site / 'rpc.cgi').read_text()
        old = "LIB = '%s'" % (site.parent / 'lib') if place[0] == '/' else "LIB = '%s'" % (
            tmp_path / 'mine')
        assert old in script
        (site / 'rpc.cgi').write_text(script.replace(old, 'LIB = "%s"' % place))
        installed(site)
        assert call(site / 'rpc.cgi') == 'mine'
        assert "LIB = '%s'        # the folder of your classes" % place in (
            site / 'rpc.cgi').read_text()


# A second time, and in odd places.

def test_a_second_install_changes_nothing_but_mends_what_is_damaged(site):
    installed(site)
    before, folder = tree(site), site / versions(site)[0]
    assert 'as it was.' in installed(site)
    assert {name: data for name, (data, _, _) in tree(site).items()} == {
        name: data for name, (data, _, _) in before.items()}
    (folder / 'handler.py').write_text('def half(')
    (site / 'rpc.cgi').chmod(0o666)
    installed(site)
    assert tree(site)['rpc.cgi'][2] & 0o777 == 0o755
    assert call(site / 'rpc.cgi') == 'example'


def test_unpacked_where_it_is_to_run_it_is_set_up_in_place(tmp_path):
    site = copy(tmp_path / 'public_html')
    (site / 'cgi-bin' / 'rpc.cgi').chmod(0o664)
    out = installed(site / 'cgi-bin', source=site)
    assert 'The classes are in %s, as they were.' % (site / 'lib') in out
    assert (site / 'cgi-bin' / 'rpc.cgi').read_text().startswith('#!%s -IS\n' % PYTHON)
    assert call(site / 'cgi-bin' / 'rpc.cgi') == 'example'
    assert versions(site / 'cgi-bin') == []
    assert complaint('uninstall', '--cgi-bin', site / 'cgi-bin').endswith(
        'was copied there by hand, not by install: delete it and rpc.cgi by hand.')


def test_what_is_installed_can_install_itself_elsewhere(site, tmp_path):
    installed(site)
    other = tmp_path / 'other' / 'cgi-bin'
    installed(other, source=site.parent, python='/usr/bin/python3')
    assert call(other / 'rpc.cgi') == 'example'
    installed(site, '--python', '/usr/bin/python3', source=site.parent)
    assert (site / 'rpc.cgi').read_text().startswith('#!/usr/bin/python3 -IS\n')
    assert call(site / 'rpc.cgi') == 'example'


def test_uninstall_removes_what_install_made_and_nothing_else(site):
    installed(site)
    (site / 'other.cgi').write_text('mine')
    (site / 'xmlrpcgi-notes.txt').write_text('mine')
    status, out, err = command('uninstall', '--cgi-bin', site)
    assert (status, err) == (0, '')
    assert 'The classes stay in %s.' % (site.parent / 'lib') in out
    assert {path.name for path in site.iterdir()} == {'other.cgi', 'xmlrpcgi-notes.txt'}
    assert (site.parent / 'lib' / 'app.py').exists()
    assert complaint('uninstall', '--cgi-bin', site) == 'xmlrpcgi is not installed in %s.' % site


# The doors for processes that stay.

@pytest.mark.parametrize('python', EACH)
def test_the_other_doors_are_filled_in_and_answer_too(python, site, tmp_path):
    installed(site, '--lib', tmp_path / 'my lib', '--python', python)
    for name in DOORS:
        assert "LIB = '%s'        # the folder" % (tmp_path / 'my lib') in (site / name).read_text()
    assert lines(site / 'rpc.fcgi')[0] == lines(site / 'rpc.cgi')[0]
    assert call(site / 'rpc.fcgi') == 'example'
    assert load(site / 'rpc.wsgi', python) == 'example'
    before = tree(site)
    installed(site, '--python', python)
    assert {name: data for name, (data, _, _) in tree(site).items()} == {
        name: data for name, (data, _, _) in before.items()}


def test_an_upgrade_keeps_the_classes_folder_of_each_door(site, tmp_path):
    installed(site)
    for name in 'rpc.fcgi', 'rpc.wsgi':
        shutil.copytree(site.parent / 'lib', tmp_path / name)
        (site / name).write_text((site / name).read_text().replace(
            str(site.parent / 'lib'), str(tmp_path / name)))
    before = [lines(site / name) for name in DOORS]
    installed(site)
    assert [lines(site / name) for name in DOORS] == before
    installed(site, '--lib', tmp_path / 'one')
    assert {chosen(site / name) for name in DOORS} == {str(tmp_path / 'one')}


def test_a_door_that_is_new_gets_the_classes_folder_of_the_others(site, tmp_path):
    installed(site, '--lib', tmp_path / 'mine')
    for name in 'rpc.fcgi', 'rpc.wsgi':
        (site / name).unlink()
    installed(site)
    assert {chosen(site / name) for name in DOORS} == {str(tmp_path / 'mine')}
    (site / 'rpc.cgi').unlink()
    installed(site)
    assert {chosen(site / name) for name in DOORS} == {str(tmp_path / 'mine')}


def test_in_place_a_door_that_names_no_folder_gets_that_of_rpc_cgi(tmp_path):
    site = copy(tmp_path / 'public_html')
    shutil.move(str(site / 'lib'), str(tmp_path / 'mine'))
    script = site / 'cgi-bin' / 'rpc.cgi'
    script.write_text(script.read_text().replace("LIB = ''", "LIB = '%s'" % (tmp_path / 'mine')))
    (site / 'cgi-bin' / 'rpc.fcgi').chmod(0o644)
    installed(site / 'cgi-bin', source=site)
    assert {chosen(site / 'cgi-bin' / name) for name in DOORS} == {str(tmp_path / 'mine')}
    assert call(site / 'cgi-bin' / 'rpc.fcgi') == 'example'


def test_a_copy_without_the_other_doors_installs_rpc_cgi_and_keeps_those_that_are_there(
        site, tmp_path):
    source = copy(tmp_path / 'unpacked')
    for name in 'rpc.fcgi', 'rpc.wsgi':
        (source / 'cgi-bin' / name).unlink()
    installed(site, source=source)
    assert not (site / 'rpc.fcgi').exists() and not (site / 'rpc.wsgi').exists()
    installed(site)
    installed(site, '--python', '/usr/bin/python3', source=source)
    assert lines(site / 'rpc.fcgi')[0] == '#!/usr/bin/python3 -IS'
    assert call(site / 'rpc.fcgi') == call(site / 'rpc.cgi') == 'example'


# What cannot be.

@pytest.mark.parametrize('name', DOORS)
def test_a_script_of_somebody_else_is_not_replaced(site, name):
    site.mkdir(parents=True)
    (site / name).write_text('#!/bin/sh\n')
    assert complaint('install', '--cgi-bin', site) == (
        '%s/%s is not from xmlrpcgi: move it away first.' % (site, name))
    assert [path.name for path in site.iterdir()] == [name]
    (site / name).unlink()
    installed(site)
    (site / name).write_text('#!/bin/sh\n')
    assert command('uninstall', '--cgi-bin', site)[0] == 0
    assert [path.name for path in site.iterdir()] == [name]


def test_a_package_that_is_a_symbolic_link_is_not_written_through(site, tmp_path):
    site.mkdir(parents=True)
    other = copy(tmp_path / 'other')
    before = tree(other)
    (site / 'xmlrpcgi').symlink_to(other / 'cgi-bin' / 'xmlrpcgi')
    assert complaint('install', '--cgi-bin', site) == (
        '%s/xmlrpcgi is a symbolic link: remove it first.' % site)
    assert tree(other) == before


def test_an_archive_that_is_not_whole_is_noticed(tmp_path, site):
    source = copy(tmp_path / 'unpacked')
    (source / 'cgi-bin' / 'rpc.cgi').unlink()
    assert complaint('install', '--cgi-bin', site, source=source) == (
        'There is no rpc.cgi in %s: unpack the archive again.' % (source / 'cgi-bin'))
    assert not site.exists()


def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path):
    (tmp_path / 'file').write_text('')
    text = complaint('install', '--cgi-bin', tmp_path / 'file' / 'cgi-bin')
    assert text.startswith(str(tmp_path / 'file')) and text.endswith(
        ': Not a directory. Name a folder that you may write, or run this as its owner.')


def test_a_folder_of_somebody_else_is_a_sentence_and_stays_as_it_is():
    top = Path(tempfile.mkdtemp())
    try:
        top.chmod(0o755)
        source = copy(top / 'unpacked')
        site = top / 'site'
        site.mkdir()
        site.chmod(0o555)
        options = {'preexec_fn': lambda: os.setuid(USER)} if os.geteuid() == 0 else {}
        text = complaint('install', '--cgi-bin', site, '--lib', top / 'lib', source=source,
                         python='/usr/bin/python3', **options)
        assert text.startswith(str(top)) and 'Permission denied. Name a folder that you' in text
        assert list(site.iterdir()) == []
    finally:
        shutil.rmtree(top)
