"""`check` and rpc.fcgi and rpc.wsgi beside rpc.cgi."""

import os
import shutil

import pytest

from tests.process.check.installation import BAD
from tests.process.command_line import run


def door(one, name):
    """The Path of a door; rpc.fcgi names the interpreter as rpc.cgi does."""
    path = one.cgi_bin / name
    if name == 'rpc.fcgi':
        path.write_bytes(b'#!%s -IS\n' % os.fsencode(one.python)
                         + path.read_bytes().partition(b'\n')[2])
    return path


def test_calls_through_the_other_doors_are_tried_too(it):
    door(it, 'rpc.fcgi')
    sentences = {row['name']: row['sentence'] for row in it.check()}
    assert sentences['rpc.fcgi'] == 'A call through rpc.fcgi, run as a CGI script, is answered.'
    assert sentences['rpc.wsgi'] == (
        'A call through rpc.wsgi, loaded by %s, is answered.' % it.python)


def test_doors_that_are_not_there_are_not_missed(one):
    for name in 'rpc.fcgi', 'rpc.wsgi':
        (one.cgi_bin / name).unlink()
    assert not [row for row in one.check() if row['level'] in BAD or row['name'] in (
        'rpc.fcgi', 'rpc.wsgi')]


@pytest.mark.parametrize('change, cause, part', [
    (lambda path: path.write_bytes(path.read_bytes().replace(b'\n', b'\r\n')), 'line-ends',
     'The first line of rpc.fcgi has a Windows line end (CRLF)'),
    (lambda path: path.write_bytes(b'#!/nowhere/python3 -IS\n' + path.read_bytes()), 'interpreter',
     'The first line of rpc.fcgi names /nowhere/python3, and there is no such file.'),
    (lambda path: path.chmod(0o644), 'not-executable', 'rpc.fcgi is not executable (mode 644).'),
    (lambda path: path.chmod(0o775), 'writable', 'rpc.fcgi can be written by its group'),
])
def test_rpc_fcgi_has_the_faults_that_rpc_cgi_can_have(one, change, cause, part):
    change(door(one, 'rpc.fcgi'))
    assert part in one.fixed(cause)


def test_rpc_fcgi_in_the_form_that_the_shell_starts(one, tmp_path):
    run('install', '--cgi-bin', one.cgi_bin, '--sh', '--python', one.python)
    one.compile()
    run('install', '--cgi-bin', tmp_path / 'made' / 'cgi-bin', '--sh', '--python', one.python)
    status, out, _ = run('check', '--cgi-bin', tmp_path / 'made' / 'cgi-bin', python=one.python)
    assert status == 0, out
    assert 'A call through rpc.fcgi, run as a CGI script, is answered.' in out


@pytest.mark.parametrize('mode, cause', [(0o646, 'world-writable'), (0o044, 'unreadable')])
def test_modes_of_rpc_wsgi(one, mode, cause):
    (one.cgi_bin / 'rpc.wsgi').chmod(mode)
    if cause == 'unreadable' and os.geteuid() != 0:
        assert cause in one.bad()
        return
    assert 'rpc.wsgi' in one.fixed(cause)


def test_rpc_wsgi_that_was_changed_on_the_way(one):
    path = one.cgi_bin / 'rpc.wsgi'
    path.write_bytes(path.read_bytes().replace(b'\n', b'\r\n'))
    assert str(path) in one.fixed('files-line-ends')
    assert b'\r' not in path.read_bytes()


@pytest.mark.parametrize('name', ['rpc.fcgi', 'rpc.wsgi'])
@pytest.mark.parametrize('is_there', [True, False])
def test_doors_that_serve_different_classes(one, name, is_there):
    path, mine = door(one, name), one.folder / 'my classes'
    if is_there:
        shutil.copytree(str(one.lib), str(mine))
    path.write_text(path.read_text().replace("LIB = ''", "LIB = '%s'" % mine))
    assert one.fixed('doors-differ') == (
        'Different classes are served: by rpc.cgi those in %s, by %s those in %s%s.'
        % (one.lib, name, mine, '' if is_there else ', which is not there'))
    assert "LIB = ''        # the folder of your classes" in path.read_text()


def test_doors_that_name_the_same_folder_in_other_words_serve_the_same(one):
    for name, words in ('rpc.fcgi', '../lib/'), ('rpc.wsgi', str(one.lib)):
        path = door(one, name)
        path.write_text(path.read_text().replace("LIB = ''", "LIB = '%s'" % words))
    assert one.bad() == {}


@pytest.mark.parametrize('name, part', [
    ('rpc.fcgi', 'A call through rpc.fcgi fails: it ends without an answer; it says: the cause'),
    ('rpc.wsgi', 'A call through rpc.wsgi fails: it ends without an answer; it says: the cause'),
])
def test_a_call_through_a_door_that_was_changed(it, name, part):
    path = door(it, name)
    path.write_text(path.read_text().replace('import sys\n',
                                             'import sys\nraise SystemExit("the cause")\n', 1))
    assert part in it.only('trial')['sentence']
