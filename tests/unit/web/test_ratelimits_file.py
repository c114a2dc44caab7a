"""The file of the rate limits: which one is taken, who may open it, and what it survives."""

import errno
import fcntl
import os
import stat
import sys
from pathlib import Path

import pytest
from xmlrpcgi.errors import SettingsError
from xmlrpcgi.handler import load_settings
from xmlrpcgi.library import Library
from xmlrpcgi.settingsfile import checked
from xmlrpcgi.web import counters

from tests.unit.ask import ask
from tests.unit.web.ratelimited import many, server, status

# The setting.

@pytest.mark.parametrize('name', ['MAX_CALLS_PER_MINUTE', 'MAX_DENIED_PER_MINUTE'])
def test_rate_limits_without_a_file_is_a_wrong_setting(name, tmp_path):
    with pytest.raises(ValueError, match='%s needs RATE_LIMIT_FILE, the file to' % name):
        checked({name: 1})
    with pytest.raises(ValueError, match='65535 at most'):
        checked({name: 65536, 'RATE_LIMIT_FILE': '/x'})
    with pytest.raises(ValueError, match='cannot be negative'):
        checked({name: -1})
    with pytest.raises(ValueError, match='an absolute path'):
        checked({name: 1, 'RATE_LIMIT_FILE': 'ratelimits'})


def test_a_wrong_rate_limit_in_the_settings_file_is_a_settings_error(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, 'path', sys.path[:])
    monkeypatch.setattr(sys, 'meta_path', sys.meta_path[:])
    monkeypatch.delitem(sys.modules, 'lib.settings', raising=False)
    (tmp_path / 'settings.py').write_text('MAX_CALLS_PER_MINUTE = 5\n')
    with pytest.raises(SettingsError, match='lib/settings.py: the setting MAX_CALLS_PER_MINUTE'):
        load_settings(Library(str(tmp_path)))
    sys.modules.pop('lib.settings', None)
    sys.modules.pop('lib', None)


def test_a_file_below_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv('HOME', str(tmp_path))
    chosen = checked({'RATE_LIMIT_FILE': '~/ratelimits', 'MAX_CALLS_PER_MINUTE': 1})
    assert many(server(chosen.RATE_LIMIT_FILE, calls=1), 2) == {200: 1, 429: 1}
    assert (tmp_path / 'ratelimits').exists()


# The file.

def test_the_file_has_one_size_and_is_for_its_owner_alone(file, clock):
    to = server(file, calls=5)
    umask = os.umask(0)
    try:
        status(to)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == counters.SIZE < 700_000
    for number in range(300):
        status(to, address='10.0.%d.%d' % (number % 250, number // 250), user='user%d' % number)
    assert file.stat().st_size == counters.SIZE


def test_a_file_that_others_may_open_is_closed_to_them(file, clock):
    to = server(file, calls=5)
    status(to)
    file.chmod(0o666)
    status(to)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def link(file):
    file.symlink_to(file.parent / 'other')


def foreign(file):
    file.write_bytes(b'The diary of somebody.')


def short_foreign(file):
    file.write_bytes(b'y')


def large_blank(file):
    file.write_bytes(bytes(counters.SIZE + 1))


@pytest.mark.parametrize('make, why', [
    (link, 'it is a symbolic link'), (foreign, 'there is something else in it'),
    (short_foreign, 'there is something else in it'),
    (large_blank, 'there is something else in it'),
    (Path.mkdir, 'Is a directory'), (lambda file: os.mkfifo(str(file)), 'it is not a plain file'),
])
def test_what_is_no_file_of_ours_stops_all_calls_and_is_not_touched(file, make, why):
    make(file)
    before = file.read_bytes() if file.is_file() else None
    to = server(file, calls=5)
    with pytest.raises(SettingsError) as caught:
        status(to)
    assert why in str(caught.value)
    assert str(caught.value).startswith('lib/settings.py: RATE_LIMIT_FILE cannot be %s: ' % file)
    assert to.called == []
    assert (file.read_bytes() if file.is_file() else None) == before
    assert not (file.parent / 'other').exists()
    with pytest.raises(SettingsError):
        ask(method='GET', to=to, environ={'QUERY_STRING': 'health'})


def test_a_file_in_no_folder_stops_all_calls(tmp_path):
    with pytest.raises(SettingsError, match='No such file or directory'):
        status(server(tmp_path / 'none' / 'ratelimits', calls=5))


def test_a_file_of_another_user_is_not_used(file, clock, monkeypatch):
    to = server(file, calls=5)
    status(to)
    monkeypatch.setattr(counters.os, 'geteuid', lambda: os.getuid() + 1)
    with pytest.raises(SettingsError, match='it belongs to another user'):
        status(to)


def test_a_python_without_file_locks_says_so(file, monkeypatch):
    monkeypatch.setitem(sys.modules, 'fcntl', None)
    monkeypatch.delitem(sys.modules, 'xmlrpcgi.web.counters')
    monkeypatch.delattr(sys.modules['xmlrpcgi.web'], 'counters')
    with pytest.raises(SettingsError, match='the rate limits need file locks, which Python lacks '
                                            'here'):
        status(server(file, calls=5))


def failing(monkeypatch, step, number):
    """Let a step of the counters fail with this error."""
    def fail(*_):
        raise OSError(number, os.strerror(number))
    monkeypatch.setattr(*((counters, step) if step == 'flock' else (counters.os, step)), fail)


PASSING = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'ESTALE', 'ETIMEDOUT']
LASTING = ['EROFS', 'EACCES', 'EPERM', 'ENOSYS', 'EINVAL', 'EFBIG', 'ENODEV']
NO_LOCKS = ['ENOLCK', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EINVAL']
STEPS = ['open', 'flock', 'pread', 'pwrite']


@pytest.mark.parametrize('step', STEPS)
@pytest.mark.parametrize('name', PASSING)
def test_what_may_pass_by_itself_lets_calls_through_and_the_log_says_so(file, monkeypatch, capsys,
                                                                         name, step):
    failing(monkeypatch, step, getattr(errno, name))
    assert many(server(file, calls=1, denied=1), 3, method='hers') == {200: 3}
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6              # when the call came, and when it was refused
    assert all(line.startswith('xmlrpcgi: RATE_LIMIT_FILE cannot be used now, calls are let '
                               'through: ')
               for line in lines)


@pytest.mark.parametrize('step, name', [
    *((step, name) for step in STEPS if step != 'flock' for name in LASTING),
    *(('flock', name) for name in NO_LOCKS)])
@pytest.mark.parametrize('made', [False, True])
def test_what_its_owner_must_fix_stops_all_calls(file, monkeypatch, step, name, made):
    to = server(file, calls=5)
    if made:
        status(to)
        to.called.clear()
    number = getattr(errno, name)
    failing(monkeypatch, step, number)
    why = 'its file system has no locks (%s)' % os.strerror(number) if step == 'flock' \
        else os.strerror(number)
    for method in 'POST', 'GET':
        with pytest.raises(SettingsError) as caught:
            ask(method=method, to=to)
        assert 'RATE_LIMIT_FILE cannot be %s: %s; ' % (file, why) in str(caught.value)
    assert to.called == []


def test_a_file_that_cannot_be_closed_to_others_stops_all_calls(file, clock, monkeypatch):
    to = server(file, calls=5)
    status(to)
    file.chmod(0o644)
    failing(monkeypatch, 'fchmod', errno.EPERM)
    with pytest.raises(SettingsError, match='Operation not permitted'):
        status(to)


def test_a_file_that_others_may_open_is_closed_to_them_while_one_of_them_has_locked_it(
        file, clock, monkeypatch):
    to = server(file, calls=5)
    status(to)
    file.chmod(0o644)
    monkeypatch.setattr(counters, '_WAIT', 0.1)
    with file.open('rb') as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert status(to) == 200
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.skipif(not os.path.exists('/dev/full'), reason='needs /dev/full')
def test_a_full_disk_while_the_file_is_made_leaves_one_that_is_finished_later(file, clock,
                                                                               monkeypatch):
    real, to = os.pwrite, server(file, calls=2)

    def full(descriptor, data, place):
        if place + len(data) > 4096:
            raise OSError(errno.ENOSPC, 'No space left on device')
        return real(descriptor, data, place)
    monkeypatch.setattr(counters.os, 'pwrite', full)
    assert many(to, 3) == {200: 3}
    monkeypatch.undo()
    monkeypatch.setattr(counters, 'time', clock)
    assert many(to, 3) == {200: 2, 429: 1}
    assert file.stat().st_size == counters.SIZE


def test_a_lock_that_is_not_given_back_lets_calls_through_after_a_while(file, clock, monkeypatch,
                                                                        capsys):
    to = server(file, calls=1)
    status(to)
    monkeypatch.setattr(counters, '_WAIT', 0.2)
    with file.open('rb') as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert status(to) == 200
    assert 'another process has locked it' in capsys.readouterr().err
    assert status(to) == 429


@pytest.mark.parametrize('size', [0, 1, 15, 16, 31, 32, 33, 5000, counters.SIZE - 1])
def test_a_file_that_was_not_written_to_its_end_is_finished(file, clock, size):
    to = server(file, calls=2)
    many(to, 2)
    os.truncate(str(file), size)
    found = many(to, 3)
    assert found.get(200, 0) in (0, 2) and file.stat().st_size == counters.SIZE
    assert many(to, 1, address='192.0.2.77') == {200: 1}


@pytest.mark.parametrize('content', [bytes(100), bytes(counters.SIZE), b'xmlrpcgi-ratelim9' * 9])
def test_a_blank_file_or_one_of_another_version_is_made_anew(file, clock, content):
    file.write_bytes(content)
    assert many(server(file, calls=2), 3) == {200: 2, 429: 1}
    assert file.stat().st_size == counters.SIZE


def test_a_slot_that_was_written_in_part_does_no_harm(file, clock):
    to = server(file, calls=2)
    many(to, 2)
    whole = file.read_bytes()
    used = [at for at in range(32, len(whole)) if whole[at]]
    for cut in sorted({at - at % 3 for at in used}):
        file.write_bytes(whole[:cut] + b'\xff' * 7 + whole[cut + 7:])
        # What is no valid count counts as none; nobody is held back by it.
        assert many(to, 3) in ({200: 2, 429: 1}, {429: 3})
        assert status(to, address='192.0.2.3') == 200


def test_garbage_in_the_whole_table_holds_nobody_back(file, clock):
    to = server(file, calls=2)
    many(to, 2)
    for filler in (b'\xff', b'\x01', os.urandom(64)):
        head = file.read_bytes()[:32]
        file.write_bytes((head + filler * counters.SIZE)[:counters.SIZE])
        assert many(to, 3) == {200: 2, 429: 1}


def test_removing_the_file_lifts_all_rate_limits(file, clock):
    to = server(file, calls=1)
    many(to, 3)
    file.unlink()
    assert many(to, 2) == {200: 1, 429: 1}
