"""`check` on this machine looks at the file that the rate limits count in."""

import errno
import json
import multiprocessing
import os
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from xmlrpcgi.check import limits
from xmlrpcgi.web import counters

from tests.process.command_line import run
from tests.process.installing import copy

ROOT = os.geteuid() == 0
USER = 65534 if ROOT else os.geteuid()      # who runs the check and the calls
root = pytest.mark.skipif(not ROOT, reason='only root can be another user')
LIB = '/site/lib'
ELSEWHERE = ('name another file in RATE_LIMIT_FILE in /site/lib/settings.py, like '
             '~/xmlrpcgi/ratelimits')


@pytest.fixture
def folder():
    """A folder of that user."""
    with tempfile.TemporaryDirectory() as name:         # pytest's are closed to other users
        path = Path(name, 'counted')
        path.mkdir(mode=0o755)
        path.parent.chmod(0o755)
        given(path)
        yield path


@pytest.fixture
def file(folder):
    return folder / 'ratelimits'


def given(path, user=USER):
    """Let `path` belong to that user."""
    if ROOT:
        os.chown(str(path), user, user)
    return path


def leave_root(user):
    if ROOT:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def check(path, user=USER):
    """The Findings about RATE_LIMIT_FILE, looked at by that user."""
    with ProcessPoolExecutor(1, multiprocessing.get_context('fork'), leave_root, (user,)) as pool:
        return pool.submit(limits.findings, str(path), LIB).result(60)


def only(path, cause, level='fail', user=USER):
    """The one Finding there is, which has this cause."""
    found = check(path, user)
    assert [(row.level, row.id) for row in found] == [(level, cause)], found
    return found[0]


def fixed(path, cause, level='fail'):
    """The sentence of the one Finding there is; its command was run, and all is well after it."""
    row = only(path, cause, level)
    subprocess.run(row.remedy, shell=True, check=True)
    if level == 'fail' and cause == 'rate-limits-folder':
        given(path.parent)
    assert [row.level for row in check(path)] == ['ok']
    return row.sentence


def counted(path, user=USER):
    """Make the file as a call does."""
    with counters.Counters(str(path)):
        pass
    return given(path, user)


# Where all is well

def test_a_file_that_is_not_there_is_announced_and_not_made(file):
    assert [vars(row) for row in check(file)] == [{
        'name': 'rate limits', 'level': 'ok', 'remedy': '', 'id': '',
        'sentence': 'The rate limits count in %s, which the first call makes.' % file}]
    assert not file.exists()


def test_a_file_that_calls_have_made_is_right_and_stays_as_it_is(file):
    data = counted(file).read_bytes()
    assert only(file, '', 'ok').sentence == 'The rate limits count in %s.' % file
    assert file.read_bytes() == data


def test_a_file_in_a_sticky_folder_of_everybody_is_safe_once_it_is_there(folder, file):
    counted(file)
    folder.chmod(0o1777)
    only(file, '', 'ok')


# The folder

def test_a_folder_that_is_not_there_is_made_by_the_command(folder):
    path = folder / 'with a space' / 'ratelimits'
    assert fixed(path, 'rate-limits-folder') == (
        'RATE_LIMIT_FILE stops every call: there is no folder %s.' % path.parent)


def test_a_file_in_place_of_the_folder_is_no_folder(file):
    file.touch()
    row = only(file / 'ratelimits', 'rate-limits-folder')
    assert row.sentence == 'RATE_LIMIT_FILE stops every call: there is no folder %s.' % file
    assert row.remedy == ELSEWHERE


def test_a_folder_that_its_owner_may_not_write_to_is_opened_by_the_command(folder, file):
    folder.chmod(0o555)
    row = only(file, 'rate-limits-folder')
    assert row.sentence == (
        'RATE_LIMIT_FILE stops every call: nobody but root may write to %s.' % folder)
    assert row.remedy == 'chmod u+wx %s' % folder
    folder.chmod(0o755)
    only(file, '', 'ok')


@pytest.mark.parametrize('user', [0, USER] if ROOT else [USER])
def test_a_folder_on_a_read_only_file_system_stops_every_call(folder, file, monkeypatch, user):
    found = os.statvfs(folder)
    monkeypatch.setattr(os, 'statvfs', lambda _: type('State', (), {
        'f_flag': found.f_flag | os.ST_RDONLY}))
    row = only(file, 'rate-limits-folder', user=user)
    assert row.sentence == (
        'RATE_LIMIT_FILE stops every call: the file system of %s is read-only.' % folder)
    assert row.remedy == ELSEWHERE


@root
def test_a_folder_that_root_alone_may_write_to_stops_every_call(folder, file):
    given(folder, 0)
    row = only(file, 'rate-limits-folder')
    assert 'nobody but root may write to %s' % folder in row.sentence
    assert row.remedy == ELSEWHERE


@root
def test_root_is_warned_of_a_folder_that_suits_root_alone(folder, file):
    given(folder, 0)
    assert only(file, 'rate-limits-folder', 'warn', user=0).sentence == (
        'RATE_LIMIT_FILE stops every call that does not run as root: nobody else may write to %s.'
        % folder)


@root
@pytest.mark.parametrize('user', [0, USER])
def test_a_folder_of_another_user_is_good_to_know(folder, file, user):
    given(folder, 65533)
    assert only(file, '', 'info', user).sentence.startswith(
        'The first call makes %s, in a folder of 65533:65533 (mode 755): right where calls run as '
        % file)


@root
def test_a_folder_that_is_closed_to_the_user_of_the_check_is_good_to_know(folder, file):
    given(folder, 65533).chmod(0o700)
    assert only(file, '', 'info').sentence.startswith(
        'The user of this check may not look at %s: ' % file)


def test_a_folder_where_everybody_can_replace_the_file_is_closed_by_the_command(folder, file):
    folder.chmod(0o777)
    counted(file)
    found = {row.id: row for row in check(file)}
    assert found['rate-limits-exposed'].sentence == (
        'Everybody on this machine may write to %s, and so replace RATE_LIMIT_FILE.' % folder)
    subprocess.run(found['rate-limits-exposed'].remedy, shell=True, check=True)
    only(file, '', 'ok')


def test_a_folder_where_everybody_can_make_the_file_first_is_no_place_for_it(folder, file):
    folder.chmod(0o1777)
    row = {row.id: row for row in check(file)}['rate-limits-exposed']
    assert 'make RATE_LIMIT_FILE before the first call does' in row.sentence
    assert (row.level, row.remedy) == ('warn', ELSEWHERE)


@pytest.mark.parametrize('denied', [False, True])
def test_a_file_in_a_document_root_is_told_unless_it_is_denied(folder, denied):
    place = folder / 'public_html' / 'counted'
    place.mkdir(parents=True)
    given(place)
    if denied:
        (place / '.htaccess').write_text('Require all denied\n')
    found = check(place / 'ratelimits')
    assert [row.id for row in found] == [''] if denied else ['', 'rate-limits-public']
    assert denied or found[1].sentence == (
        'RATE_LIMIT_FILE lies in the document root (%s) without a file that denies it: browsers '
        'may '
        'get it.' % place.parent)


# The file

@pytest.mark.parametrize('content', [b'', counters._MAGIC])
def test_a_file_that_was_begun_is_right(file, content):
    file.write_bytes(content)
    given(file)
    only(file, '', 'ok')


def test_a_file_with_something_else_in_it_is_left_alone(file):
    file.write_bytes(b'a diary')
    row = only(given(file), 'rate-limits-file')
    assert row.sentence == ('RATE_LIMIT_FILE stops every call: %s cannot be used: there is '
                            'something '
                            'else in it.' % file)
    assert row.remedy == ELSEWHERE
    assert file.read_bytes() == b'a diary'


def test_a_link_is_told_and_what_it_leads_to_is_not_made(folder, file):
    file.symlink_to(folder / 'real')
    assert 'it is a symbolic link' in only(file, 'rate-limits-file').sentence
    assert not (folder / 'real').exists()


def test_a_folder_and_a_device_in_place_of_the_file_are_told(file):
    file.mkdir()
    assert only(file, 'rate-limits-file').remedy == ELSEWHERE
    assert 'it is not a plain file' in check('/dev/null')[0].sentence


def test_a_file_that_its_owner_may_not_write_to_is_opened_by_the_command(file):
    counted(file).chmod(0o400)
    assert 'cannot be used: Permission denied' in fixed(file, 'rate-limits-file')


@root
def test_a_file_of_root_stops_every_call(file):
    counted(file, 0)
    assert only(file, 'rate-limits-file').sentence == (
        'RATE_LIMIT_FILE stops every call: %s belongs to root.' % file)


@root
def test_root_is_warned_of_a_file_of_root_and_shown_how_to_remove_it(file):
    counted(file, 0)
    row = only(file, 'rate-limits-file', 'warn', user=0)
    assert row.sentence.startswith('RATE_LIMIT_FILE stops every call that does not run as root: ')
    subprocess.run(row.remedy, shell=True, check=True)
    only(file, '', 'info', user=0)


@root
@pytest.mark.parametrize('user', [0, USER])
def test_a_file_of_another_user_is_good_to_know(file, user):
    counted(file, 65533)
    assert only(file, '', 'info', user).sentence.startswith(
        'The rate limits count in %s, which belongs to 65533: right where calls run as this '
        'user; else '
        % file)


@pytest.mark.parametrize('number, why', [
    (errno.EROFS, 'Read-only file system'),
    (errno.ENOLCK, 'its file system has no locks (No locks available)')])
def test_a_file_on_a_file_system_that_does_not_fit_stops_every_call(file, monkeypatch, number, why):
    counted(file)

    def fail(*_):
        raise OSError(number, os.strerror(number))
    monkeypatch.setattr(counters, 'flock', fail)
    if number == errno.EROFS:
        monkeypatch.setattr(counters.os, 'open', fail)
    row = only(file, 'rate-limits-file')
    assert row.sentence == 'RATE_LIMIT_FILE stops every call: %s cannot be used: %s.' % (file, why)
    assert row.remedy == ELSEWHERE


def test_a_file_that_cannot_be_used_now_is_a_warning(file, monkeypatch):
    monkeypatch.setattr(counters, '_WAIT', 0.1)
    with counters.Counters(str(file)):
        given(file)
        row = only(file, 'rate-limits-now', 'warn')
    assert row.sentence.startswith('The rate limits let every call through, because %s cannot be '
                                   'used now: ' % file)


def test_a_python_without_file_locks_is_told_how_to_do_without_rate_limits(file, monkeypatch):
    import sys

    import xmlrpcgi.web
    monkeypatch.delattr(xmlrpcgi.web, 'counters')
    monkeypatch.setitem(sys.modules, 'xmlrpcgi.web.counters', None)
    row = only(file, 'rate-limits-locks')
    assert row.remedy.startswith('set MAX_CALLS_PER_MINUTE and MAX_DENIED_PER_MINUTE to 0 in ')


# The command

@pytest.fixture
def site(tmp_path):
    return copy(tmp_path)


def of_rate_limits(site, settings, env=None):
    """The findings of the command about rate limits."""
    (site / 'lib' / 'settings.py').write_text(settings)
    _, out, err = run('check', '--cgi-bin', site / 'cgi-bin', '--json', env=env)
    assert err == ''
    return [row for row in json.loads(out)['findings'] if row['name'] == 'rate limits']


@pytest.mark.parametrize('settings, looked_at', [
    ('', False), ('RATE_LIMIT_FILE = %r\n', False),
    ('RATE_LIMIT_FILE = %r\nMAX_CALLS_PER_MINUTE = 5\n', True),
    ('RATE_LIMIT_FILE = %r\nMAX_DENIED_PER_MINUTE = 5\n', True)])
def test_the_command_looks_at_the_file_where_the_rate_limits_are_on(site, settings, looked_at):
    path = str(site / 'no' / 'ratelimits')
    found = of_rate_limits(site, settings.replace('%r', repr(path)))
    assert [row['id'] for row in found] == ['rate-limits-folder'] * looked_at


def test_the_command_finds_the_home_that_calls_find_not_that_of_the_environment(site):
    found = of_rate_limits(site, "RATE_LIMIT_FILE = '~/no-such-folder-here/ratelimits'\n"
                            'MAX_CALLS_PER_MINUTE = 5\n', env={'HOME': '/nowhere'})
    import pwd
    home = pwd.getpwuid(os.geteuid()).pw_dir
    assert found[0]['sentence'].endswith('no folder %s/no-such-folder-here.' % home)


def test_what_is_wrong_with_the_file_does_not_hide_what_else_is_looked_at(site):
    (site / 'lib' / 'settings.py').write_text("RATE_LIMIT_FILE = '/no/ratelimits'\n"
                                              'MAX_CALLS_PER_MINUTE = 5\n')
    status, out, _ = run('check', '--cgi-bin', site / 'cgi-bin')
    assert status == 1
    assert 'Classes that answer calls: app (2).' in out
    assert 'A call through rpc.cgi takes ' in out
    assert 'FAIL  rate limits' in out
