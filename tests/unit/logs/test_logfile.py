"""LOG_FILE on a full disk, locked by others, torn by a process that was killed."""

import fcntl
import os
import stat
import time

import pytest
from xmlrpcgi.logs import logfile
from xmlrpcgi.logs.logfile import append

ENTRY = '{"event": "call"}\n'
BOUND = 1000000


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'rpc.log'


def add(path, entry=ENTRY, bound=BOUND):
    append(str(path), entry, bound, is_stamped=False)


# Others.

@pytest.mark.parametrize('kind', [fcntl.LOCK_SH, fcntl.LOCK_EX])
def test_nobody_waits_for_who_has_locked_a_full_file(path, kind):
    path.write_text(ENTRY)
    with path.open() as other:
        fcntl.flock(other, kind)
        seconds = []
        for _ in range(50):
            began = time.monotonic()
            add(path, bound=len(ENTRY))
            seconds.append(time.monotonic() - began)
        assert min(seconds) < 0.02
    assert path.read_text() == ENTRY * 51
    add(path, bound=len(ENTRY))
    assert path.read_text() == ENTRY and path.with_name('rpc.log.1').read_text() == ENTRY * 51


@pytest.mark.parametrize('bound, most', [(100, 1100), (10000, 20000)])
def test_a_file_that_stays_locked_is_renamed_at_twice_its_bound(path, monkeypatch, bound, most):
    monkeypatch.setattr(logfile, '_LEAST', 1000)
    add(path)
    with path.open() as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        while not path.with_name('rpc.log.1').exists():
            add(path, bound=bound)
        assert most < os.fstat(other.fileno()).st_size <= most + len(ENTRY)
    assert path.read_text() == ENTRY


def test_an_empty_file_does_not_take_the_place_of_the_one_before(path):
    for number in range(3):
        add(path, 'entry %d\n' % number, bound=3)
    path.unlink()
    add(path, 'entry 3\n', bound=3)
    assert path.read_text() == 'entry 3\n'
    assert path.with_name('rpc.log.1').read_text() == 'entry 1\n'


def test_a_file_system_without_locks_does_not_keep_entries_out(path, monkeypatch):
    def flock(*_):
        raise OSError(37, 'No locks available')
    monkeypatch.setattr(fcntl, 'flock', flock)
    monkeypatch.setattr(logfile, '_LEAST', 100)
    for _ in range(100):
        add(path, bound=100)
    assert path.stat().st_size <= 200 + 2 * len(ENTRY)
    assert path.with_name('rpc.log.1').exists()


@pytest.mark.parametrize('mode', [0o666, 0o644, 0o640, 0o777])
def test_a_file_that_others_may_open_is_closed_to_them(path, mode):
    path.touch()
    path.chmod(mode)
    add(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_of_another_user_is_written_to_as_it_is(path, monkeypatch):
    def fchmod(*_):
        raise PermissionError(1, 'Operation not permitted')
    monkeypatch.setattr(os, 'fchmod', fchmod)
    path.touch()
    path.chmod(0o666)
    add(path)
    assert path.read_text() == ENTRY


def test_a_file_that_cannot_be_read_is_still_written_to(path, monkeypatch):
    real = os.open

    def opened(path, flags, *mode):
        if flags & os.O_RDWR:
            raise PermissionError(13, 'Permission denied')
        return real(path, flags, *mode)
    monkeypatch.setattr(os, 'open', opened)
    add(path)
    add(path)
    assert path.read_text() == ENTRY * 2


# Parts of entries.

@pytest.fixture
def full(monkeypatch):
    """A function: from now on files take so many bytes of each write."""
    real = os.write

    def fill(room, meanwhile=lambda: None):
        def write(file, data):
            written = real(file, data[:room])
            meanwhile()
            return written
        monkeypatch.setattr(os, 'write', write)
    yield fill
    monkeypatch.undo()


@pytest.mark.parametrize('room', [1, 5, len(ENTRY) - 1])
def test_no_part_of_an_entry_stays_where_the_disk_is_full(path, full, monkeypatch, room):
    add(path)
    full(room)
    for _ in range(3):
        with pytest.raises(OSError, match='there is room for %d of the 18 bytes of an' % room):
            add(path)
    monkeypatch.undo()
    add(path)
    assert path.read_text() == ENTRY * 2


def test_an_entry_that_follows_a_part_at_once_is_not_taken_back_and_has_its_line(path, full,
                                                                                 monkeypatch):
    def other():
        monkeypatch.undo()
        add(path, '{"event": "other"}\n')
    full(5, other)
    with pytest.raises(OSError, match='there is room for 5 of'):
        add(path)
    assert '{"event": "other"}' in path.read_text().splitlines()
    add(path)
    assert path.read_text().splitlines()[-1] == ENTRY.strip()


@pytest.mark.parametrize('torn', ['{"ev', '{"event": "call"}', '\n{"', '\0\0\0'])
def test_after_a_torn_entry_the_next_has_a_line_of_its_own(path, torn):
    path.write_text(ENTRY + torn)
    add(path)
    add(path)
    assert path.read_text().startswith(ENTRY + torn)
    assert path.read_text().splitlines()[-2:] == [ENTRY.strip()] * 2
