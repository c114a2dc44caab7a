"""install and uninstall: what is written, for whom, and what is left alone."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from xmlrpcgi import __version__

from tests.process.installing import (
    DOORS,
    ENDS,
    PYTHON,
    TOP,
    call,
    command,
    complaint,
    copy,
    installed,
    modes,
    request,
    tree,
    versions,
)

USER = 65534                # nobody


# What is written.

@pytest.mark.parametrize('python', ENDS)
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


@pytest.mark.parametrize('python', ENDS)
def test_another_interpreter_can_be_named_and_the_program_is_compiled_for_it(python, site):
    installed(site, '--python', python)
    folder = site / versions(site)[0]
    tag = subprocess.run([python, '-c', 'import sys; print(sys.implementation.cache_tag)'],
                         stdout=subprocess.PIPE).stdout.decode().strip()
    compiled = {path: path.read_bytes() for path in folder.rglob('__pycache__/*')}
    hot = compiled.pop(folder / '__pycache__' / ('hot.%s.pyc' % tag), None)
    assert (hot is None) == (tag == 'cpython-36')       # see startup.py
    assert compiled.pop(folder / '__pycache__' / ('scanner.%s.pyc' % tag))  # see wire/scanner.py
    assert set(compiled) == {path.parent / '__pycache__' / ('%s.%s.pyc' % (path.stem, tag))
                             for path in folder.rglob('*.py')}
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


def test_line_ends_and_a_byte_order_mark_of_an_upload_are_fixed(tmp_path, site):
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


def test_a_new_folder_is_called_new_so_that_a_mistyped_name_is_noticed(tmp_path):
    site = tmp_path / 'cgi_bin'
    first = 'xmlrpcgi %s is installed in %s' % (__version__, site)
    assert installed(site).startswith(first + ', which is new.\n')
    assert installed(site).startswith(first + ', as it was.\n')
    command('uninstall', '--cgi-bin', site)
    assert installed(site).startswith(first + '.\n')


def test_at_its_end_both_checks_are_named(site):
    check = '%s %s/xmlrpcgi check' % (PYTHON, site)
    assert installed(site).splitlines()[-2:] == [
        'To check the files: ' + check,
        'To check that the web server runs them: %s https://your.site/cgi-bin/rpc.cgi' % check]
    assert subprocess.run(check, shell=True, stdout=subprocess.DEVNULL).returncode == 0


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


# A second time, and in odd places.

def test_a_second_install_changes_nothing_but_fixes_what_is_damaged(site):
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


def test_uninstall_leaves_files_that_somebody_put_into_the_folders_of_the_package(site):
    installed(site)
    mine = [site / 'xmlrpcgi' / name for name in ('mine.py', 'data/db', 'web/mine.py')]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text('mine')
    status, out, err = command('uninstall', '--cgi-bin', site)
    assert (status, err) == (0, '')
    assert '%s/xmlrpcgi stays, with files in it that are not from this version.' % site in out
    assert sorted(path for path in site.rglob('*') if path.is_file()) == sorted(mine)


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


@pytest.mark.parametrize('name', ['precious.py', 'data/db', '__init__.py'])
def test_a_folder_of_somebody_else_with_the_packages_name_is_not_used(site, name):
    path = site / 'xmlrpcgi' / name
    path.parent.mkdir(parents=True)
    path.write_text('mine')
    assert complaint('install', '--cgi-bin', site) == (
        '%s/xmlrpcgi is not from xmlrpcgi: move it away first.' % site)
    assert [found for found in site.parent.rglob('*') if found.is_file()] == [path]


@pytest.mark.parametrize('words', [('--cgi-bin', ''), ('--cgi-bin', 'site', '--lib', '')])
def test_an_empty_name_as_of_an_unset_variable_is_a_sentence(tmp_path, words):
    sentence = ('The name of the folder is empty: write it behind the option, or . for the current '
                'folder. (A variable of the shell may not be set.)')
    assert complaint('install', *words, cwd=str(tmp_path)) == sentence
    assert list(tmp_path.iterdir()) == []
    if len(words) == 2:
        assert complaint('install', '--rollback', *words, cwd=str(tmp_path)) == sentence
        assert complaint('uninstall', *words, cwd=str(tmp_path)) == sentence


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
