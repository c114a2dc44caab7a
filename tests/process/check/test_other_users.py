"""`check` where others than the owner must read the program: its own user, and that of scripts."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from xmlrpcgi.check import folder, script
from xmlrpcgi.install import reach

from tests.process.check.installation import BAD
from tests.process.installing import command, copy, installed

PYTHON = '/usr/bin/python3'
USER = 65534                # nobody
PERSON = 12345              # somebody who is no service
root = pytest.mark.skipif(os.geteuid() != 0, reason='only root can be another user')


@pytest.fixture
def place():
    """A folder that everybody may enter; pytest's are closed to other users."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(params=['copied', 'installed'])
def site(request, place):
    """An installation that everybody may read, and the program beside it that looks at it."""
    copy(place / 'unpacked')
    cgi_bin = place / 'site' / 'cgi-bin'
    if request.param == 'copied':
        copy(place / 'site')
        (cgi_bin / 'rpc.cgi').chmod(0o755)
        subprocess.run([PYTHON, '-m', 'compileall', '-q', str(place / 'site')], check=True)
    else:
        installed(cgi_bin, '--python', PYTHON)
    # As a copy is of files that were unpacked with the usual umask.
    subprocess.run(['chmod', '-R', 'u+w,go+rX,go-w', str(place)], check=True)
    return cgi_bin


def found(site, user=None):
    """The findings about what is to be fixed, looked at by that user."""
    become = {} if user is None else {'preexec_fn': lambda: leave_root(user)}
    status, out, err = command('check', '--cgi-bin', site, '--json', python=PYTHON,
                               source=site.parent.parent / 'unpacked', **become)
    assert err == '', err
    return [row for row in json.loads(out)['findings'] if row['level'] in BAD]


def bad(site, user=None):
    return {row['id']: row for row in found(site, user)}


def leave_root(user):
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)


# The user of the check.

@root
@pytest.mark.parametrize('closed', ['xmlrpcgi', 'xmlrpcgi*', 'xmlrpcgi*/web', 'xmlrpcgi*/http.py',
                                    '../lib', '../lib/app.py'])
def test_what_another_user_may_not_read_is_opened_by_the_command(site, closed):
    subprocess.run('chmod -R go-rwx %s/%s' % (site, closed), shell=True, check=True)
    rows, rounds = bad(site, USER), 0
    while rows and rounds < 2:          # the pointer first, then the version that it names
        assert rows['unreadable']['level'] == 'fail'
        assert rows['unreadable']['sentence'].startswith('The user of this check may not read ')
        assert rows['unreadable']['remedy'].startswith('chmod -R go+rX ')
        subprocess.run(rows['unreadable']['remedy'], shell=True, check=True)
        rows, rounds = bad(site, USER), rounds + 1
    assert rounds and rows == {}


@root
@pytest.mark.parametrize('name', ['.', '..'])
def test_a_folder_above_the_scripts_that_may_not_be_entered_is_named(site, name):
    (site / name).resolve().chmod(0o700)
    row, = bad(site, USER).values()
    assert (row['level'], row['id']) == ('fail', 'unreadable')
    assert row['sentence'].startswith('The user of this check may not enter %s, on the way to '
                                      % (site / name).resolve())
    subprocess.run(row['remedy'], shell=True, check=True)
    assert (site / name).resolve().stat().st_mode & 0o777 == 0o711


@root
@pytest.mark.parametrize('name, is_alone', [('rpc.cgi', False), ('rpc.wsgi', False),
                                            ('rpc.wsgi', True)])
def test_a_script_that_another_user_may_not_read_is_opened_by_the_command(site, name, is_alone):
    for other in ('rpc.cgi', 'rpc.fcgi') if is_alone else ():
        (site / other).unlink()
    (site / name).chmod(0o700)
    row, = bad(site, USER).values()
    assert row['sentence'] == 'The user of this check may not read %s.' % name
    subprocess.run(row['remedy'].partition(';')[0], shell=True, check=True)
    assert bad(site, USER) == {}


# The user that scripts run as.

@pytest.fixture
def suexec(tmp_path, monkeypatch):
    """Says whether suEXEC is on this machine."""
    def is_there(there):
        (tmp_path / 'suexec').write_text('')
        monkeypatch.setattr(reach, '_SUEXEC', (str(tmp_path / 'suexec'),) if there else ())
    is_there(False)
    return is_there


def private(site, level):
    """The Findings of this level about what only its owner may read, or enter."""
    return [row for row in folder.findings(str(site)) if row.level == level
            and row.sentence.startswith('Only their owner may ')]


@pytest.mark.parametrize('closed', ['xmlrpcgi', 'xmlrpcgi*', 'xmlrpcgi*/web', 'rpc.cgi', '../lib',
                                    '../lib/app.py', '.'])
def test_what_the_user_of_scripts_may_not_read_is_opened_by_the_command(site, suexec, closed):
    assert private(site, 'warn') == []
    subprocess.run('chmod -R go-rwx %s/%s' % (site, closed), shell=True, check=True)
    row, = private(site, 'warn')
    assert row.id == 'private' and row.sentence.endswith(
        ': calls fail where scripts run as another user, as they do without suEXEC.')
    subprocess.run(row.remedy, shell=True, check=True)
    assert private(site, 'warn') == private(site, 'info') == []


@root
@pytest.mark.parametrize('owner, file, level', [
    (PERSON, PERSON, 'info'),           # suEXEC runs the scripts as the owner
    (0, 0, 'warn'),                     # it runs nothing as root
    (PERSON, 0, 'warn'),
])
def test_with_suexec_what_only_the_owner_may_read_is_right(site, suexec, owner, file, level):
    suexec(True)
    subprocess.run(['chown', '-R', '%d:%d' % (owner, owner), str(site.parent)], check=True)
    os.chown(str(site.parent / 'lib' / 'app.py'), file, file)
    (site.parent / 'lib' / 'app.py').chmod(0o600)
    row, = private(site, level)
    assert str(site.parent / 'lib' / 'app.py') in row.sentence
    assert private(site, 'warn' if level == 'info' else 'info') == []


@root
@pytest.mark.parametrize('owner, group, mode', [
    (33, 33, 0o600),                    # a service, as which the web server may run
    (0, 33, 0o640),                     # the same as a group
])
def test_what_the_web_server_itself_may_read_is_right(site, suexec, owner, group, mode):
    os.chown(str(site.parent / 'lib' / 'app.py'), owner, group)
    (site.parent / 'lib' / 'app.py').chmod(mode)
    assert private(site, 'warn') == [] and len(private(site, 'info')) == 1


def test_where_nobody_else_may_reach_the_scripts_they_run_as_their_owner(site, suexec):
    (site.parent / 'lib' / 'app.py').chmod(0o600)
    site.parent.chmod(0o700)
    assert private(site, 'warn') == []
    assert private(site, 'info')[-1].sentence == (
        'Only their owner may enter %s: right where the web server itself runs as this user; else '
        'chmod go+x %s.' % (site.parent, site.parent))


def test_a_folder_above_the_classes_that_others_may_not_enter_is_opened_by_the_command(
        site, suexec):
    home = site.parent / 'home'
    (home / 'mine').mkdir(parents=True)
    shutil.move(str(site.parent / 'lib'), str(home / 'mine' / 'lib'))
    for name in 'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi':
        text = (site / name).read_text()
        line = next(line for line in text.splitlines() if line.startswith('LIB = '))
        (site / name).write_text(text.replace(line, 'LIB = %r' % str(home / 'mine' / 'lib')))
    home.chmod(0o700)
    row, = private(site, 'warn')
    assert row.sentence.startswith('Only their owner may enter %s, on the way to the classes: '
                                   % home)
    subprocess.run(row.remedy, shell=True, check=True)
    assert private(site, 'warn') == []


# The interpreter.

@pytest.fixture
def python(place):
    """An interpreter in a folder that only its owner may enter."""
    (place / 'py').mkdir(mode=0o700)
    (place / 'py' / 'python3').symlink_to(PYTHON)
    return place / 'py' / 'python3'


def name_interpreter(site, python):
    for name in 'rpc.cgi', 'rpc.fcgi':
        rest = (site / name).read_bytes().partition(b'\n')[2]
        (site / name).write_bytes(b'#!%s -IS\n' % os.fsencode(python) + rest)


def commands(row):
    """The two commands of a remedy."""
    first, last = row['remedy'].split('; or, to keep the interpreter, ')
    return first, last


@pytest.mark.parametrize('which', [0, 1])
def test_an_interpreter_that_others_may_not_reach_is_a_warning(site, python, which):
    name_interpreter(site, python)
    row, = [row for row in found(site) if row['id'] == 'closed-interpreter']
    assert (row['level'], row['sentence']) == ('warn', (
        '%s runs rpc.cgi, but only the owner can start it, because of the modes of %s: calls fail '
        'where scripts run as another user, as they do without suEXEC.' % (
            python, python.parent)))
    subprocess.run(commands(row)[which], shell=True, check=True, stdout=subprocess.DEVNULL)
    assert 'closed-interpreter' not in bad(site)


def test_an_interpreter_that_others_may_reach_by_no_link_is_a_warning(place, python, suexec):
    (place / 'open').mkdir()
    (place / 'open' / 'python3').symlink_to('../py/python3')
    closed = [str(python.parent)]
    assert reach.closed_to_scripts(str(place / 'open' / 'python3'), str(place / 'open')) == closed
    python.parent.chmod(0o755)
    python.unlink()
    shutil.copy(os.path.realpath(PYTHON), str(python))
    python.chmod(0o700)
    assert reach.closed_to_scripts(str(place / 'open' / 'python3'),
                                   str(place / 'open')) == [str(python)]


@root
@pytest.mark.parametrize('which', [0, 1])
def test_an_interpreter_that_the_user_of_the_check_may_not_reach_is_there(site, python, which):
    name_interpreter(site, python)
    row = bad(site, USER)['closed-interpreter']
    assert (row['level'], row['sentence']) == ('fail', (
        'rpc.cgi names the interpreter %s, and the user of this check may not enter %s; nor may '
        'scripts that run as this user. Where they run as the owner, run the check as the owner.'
        % (python, python.parent)))
    subprocess.run(commands(row)[which], shell=True, check=True, stdout=subprocess.DEVNULL)
    assert bad(site, USER) == {}


@root
@pytest.mark.parametrize('owner, level', [(PERSON, 'ok'), (0, 'warn')])
def test_with_suexec_an_interpreter_of_the_owner_is_right(site, python, suexec, owner, level):
    suexec(True)
    os.chown(str(site), PERSON, PERSON)
    os.chown(str(python.parent), owner, owner)
    name_interpreter(site, python)
    (row,), _ = script.first_line(str(site / 'rpc.cgi'))
    assert row.level == level
