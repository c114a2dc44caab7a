"""`check` of a folder without rpc.cgi goes by the doors that are there."""

import json
import subprocess

import pytest
from xmlrpcgi.check import script

from tests.process.command_line import PROGRAM, run
from tests.process.installing import PYTHON, installed

TRIED = {'rpc.fcgi': 'A call through rpc.fcgi, run as a CGI script, is answered.',
         'rpc.wsgi': 'A call through rpc.wsgi, loaded by %s, is answered.' % PYTHON}
BAD = ('warn', 'fail')


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    """An installation that is left as it is: making one takes long."""
    folder = tmp_path_factory.mktemp('whole') / 'cgi-bin'
    installed(folder, '--python', PYTHON)
    return folder.parent


@pytest.fixture
def site(tmp_path, whole):
    subprocess.run(['cp', '-a', str(whole), str(tmp_path / 'site')], check=True)
    return tmp_path / 'site' / 'cgi-bin'


def leave(site, *names):
    """Remove the doors but these."""
    for name in {'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi'} - set(names):
        (site / name).unlink()


def check(site):
    """The findings; the exit status agrees with them."""
    status, out, err = run('check', '--cgi-bin', site, '--json', python=PYTHON)
    answer = json.loads(out)
    assert err == ''
    assert status == (0 if answer['good'] else 1)
    return answer['findings']


def only(site, cause):
    """The one finding that is to be fixed, which has this cause."""
    bad = [row for row in check(site) if row['level'] in BAD]
    assert [row['id'] for row in bad] == [cause], bad
    return bad[0]


def fixed(site, cause):
    """The sentence of that finding; its command was run, and calls are answered after it."""
    row = only(site, cause)
    subprocess.run(row['remedy'], shell=True, check=True, stdout=subprocess.DEVNULL)
    rows = check(site)
    assert not [row for row in rows if row['level'] == 'fail' or row['id'] == cause], rows
    return row['sentence']


@pytest.mark.parametrize('names', [('rpc.fcgi',), ('rpc.wsgi',), ('rpc.fcgi', 'rpc.wsgi')])
def test_the_doors_that_are_there_are_named_and_tried(site, names):
    leave(site, *names)
    rows = check(site)
    assert [row for row in rows if row['level'] in BAD] == []
    sentences = [row['sentence'] for row in rows]
    assert sentences[0] == (
        'There is no rpc.cgi in %s, which is right where the web server does not use CGI; this '
        'check looks at %s.'
        % (site, ' and '.join(names)))
    assert [text for text in sentences if text.startswith('A call')] == [
        TRIED[name] for name in names]
    assert 'Classes that answer calls: app (2).' in sentences


def test_rpc_cgi_is_not_missed_where_it_is(site):
    assert not [row for row in check(site) if 'There is no rpc.cgi' in row['sentence']]


def test_a_folder_without_any_door_fails(site):
    leave(site)
    row = only(site, 'no-script')
    assert row['sentence'] == 'There is no rpc.cgi in %s, nor rpc.fcgi or rpc.wsgi.' % site
    command, words = row['remedy'].split('; ')
    assert command == 'python3 %s install --cgi-bin %s' % (PROGRAM, site)
    assert words == 'if the web server uses another folder, name that with --cgi-bin'
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)
    assert not [row for row in check(site) if row['level'] in BAD]


def test_a_folder_that_is_not_there_fails(tmp_path):
    row = only(tmp_path / 'nothing', 'no-script')
    assert row['sentence'] == 'There is no folder %s/nothing.' % tmp_path
    assert row['remedy'].startswith('if the web server uses another folder, name that ')


def test_where_the_program_is_alone_its_scripts_are_to_be_copied(site):
    leave(site)
    done = subprocess.run([PYTHON, str(site / 'xmlrpcgi'), 'check'], stdout=subprocess.PIPE)
    assert '->  copy cgi-bin/rpc.cgi of the archive there; if ' in done.stdout.decode()


def test_the_interpreter_of_rpc_fcgi_looks_at_the_classes(site):
    leave(site, 'rpc.fcgi')
    script = site / 'rpc.fcgi'
    script.write_text(script.read_text().replace('#!%s' % PYTHON, '#!/nowhere/python3', 1))
    sentence = fixed(site, 'interpreter')
    assert 'rpc.fcgi names /nowhere/python3' in sentence


@pytest.mark.parametrize('door, name, mode, cause, part', [
    ('rpc.fcgi', 'rpc.fcgi', 0o644, 'not-executable', 'rpc.fcgi is not executable (mode 644).'),
    ('rpc.fcgi', '.', 0o777, 'writable',
     'The folder of rpc.fcgi can be written by everybody (mode 777)'),
    ('rpc.wsgi', 'rpc.wsgi', 0o646, 'world-writable',
     'Everybody on this machine may change rpc.wsgi.'),
    ('rpc.wsgi', '.', 0o777, 'world-writable',
     'Everybody on this machine may change the folder of rpc.wsgi.'),
    ('rpc.wsgi', 'rpc.wsgi', 0o044, 'unreadable', 'Not even its owner may read rpc.wsgi.')])
def test_a_door_alone_is_looked_at_with_its_folder(site, door, name, mode, cause, part):
    leave(site, door)
    (site / name).chmod(mode)
    assert part in fixed(site, cause)


@pytest.mark.parametrize('name', TRIED)
def test_the_folder_of_classes_is_that_of_the_door(site, name):
    leave(site, name)
    script = site / name
    script.write_text(script.read_text().replace('LIB = ', "LIB = '../mine'    # was ", 1))
    row = only(site, 'no-lib')
    assert row['sentence'] == ('There is no folder of classes at %s (LIB in %s can name another).'
                               % (site.parent / 'mine', name))


@pytest.mark.parametrize('name', TRIED)
def test_a_call_that_fails_is_a_finding_of_the_door(site, name):
    leave(site, name)
    script = site / name
    script.write_text(script.read_text().replace(
        'import sys\n', 'import sys\nraise SystemExit("the cause")\n', 1))
    assert only(site, 'trial')['sentence'] == (
        'A call through %s fails: it ends without an answer; it says: the cause.' % name)


def test_doors_that_serve_different_classes_are_told_of_by_their_names(site):
    leave(site, 'rpc.fcgi', 'rpc.wsgi')
    script = site / 'rpc.wsgi'
    script.write_text(script.read_text().replace('LIB = ', "LIB = '../mine'    # was ", 1))
    assert only(site, 'doors-differ')['sentence'].startswith(
        'Different classes are served: by rpc.fcgi those in ')


def test_a_door_that_the_check_may_not_read_is_a_finding(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, 'Permission denied')

    monkeypatch.setattr(script, 'open', refused, raising=False)    # root may read all
    (found,), python = script.first_line(str(tmp_path / 'rpc.cgi'))
    assert (found.level, found.id, python) == ('fail', 'unreadable', None)
    assert found.sentence == 'The user of this check may not read rpc.cgi.'
