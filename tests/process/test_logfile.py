"""LOG_FILE: a log of one's own, for hosts that hide the error log."""

import fcntl
import json
import os
import re
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from xmlrpc.client import Fault

import pytest

FAILING = '''
from xmlrpcgi import Fault

class Application:
    def crash(self):
        raise ValueError('the cause')

    def refuse(self):
        raise Fault(7, 'no')

    def odd(self):
        return object()
'''
LINE = (r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ xmlrpcgi: fault (-?\d+) (\S+) '
        r'\[(\S+)\]: (.*)')


@pytest.fixture
def logged(bundle, tmp_path):
    """The bundle with failing methods and a log file."""
    bundle.log = tmp_path / 'rpc.log'
    bundle.write('fails.py', FAILING)
    bundle.write('settings.py', 'LOG_FILE = %r\n' % str(bundle.log))
    return bundle


def fail(bundle, method, **environ):
    with pytest.raises(Fault) as caught:
        bundle.call(method, environ=environ)
    return caught.value


def test_every_fault_is_a_line_with_method_caller_and_cause(logged):
    crash = fail(logged, 'fails.crash', REMOTE_USER='ann')
    fail(logged, 'fails.refuse')
    fail(logged, 'fails.odd')
    fail(logged, 'fails.none')
    lines = [line for line in logged.log.read_text().splitlines() if not line.startswith('    ')]
    found = [re.fullmatch(LINE, line).groups() for line in lines]
    assert [row[:3] for row in found] == [
        ('-32500', 'fails.crash', 'ann@127.0.0.1'), ('7', 'fails.refuse', '127.0.0.1'),
        ('-32500', 'fails.odd', '127.0.0.1'), ('-32601', 'fails.none', '127.0.0.1')]
    reference = re.search(r'ref (\w+)', crash.faultString).group(1)
    assert found[0][3] == 'ref %s ValueError: the cause' % reference
    assert '    Traceback (most recent call last):' in logged.log.read_text().splitlines()


def test_the_error_log_has_the_failures_all_the_same(logged):
    done = logged.run(b'<methodCall><methodName>fails.crash</methodName></methodCall>')
    assert b'ValueError: the cause' in done.stderr
    done = logged.run(b'<methodCall><methodName>fails.none</methodName></methodCall>')
    assert done.stderr == b''


def test_only_its_owner_can_read_it(logged):
    fail(logged, 'fails.crash')
    assert stat.S_IMODE(logged.log.stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_closed_to_them(logged):
    logged.log.touch()
    logged.log.chmod(0o666)
    fail(logged, 'fails.crash')
    assert stat.S_IMODE(logged.log.stat().st_mode) == 0o600


@pytest.mark.parametrize('kind', [fcntl.LOCK_SH, fcntl.LOCK_EX])
def test_no_call_waits_for_who_has_locked_the_file(logged, kind):
    logged.write('settings.py', 'LOG_FILE = %r\nLOG_BYTES = 100\n' % str(logged.log))
    fail(logged, 'fails.crash')
    with logged.log.open() as other:
        fcntl.flock(other, kind)
        began = time.monotonic()
        faults = [fail(logged, 'fails.crash') for _ in range(3)]
        assert time.monotonic() - began < 15
    for fault in faults:
        assert re.search(r'ref (\w+)', fault.faultString).group(1) in logged.log.read_text()


def test_a_full_disk_leaves_no_part_of_an_entry_and_the_error_log_says_so(logged):
    """As of a disk, of a file that may not grow further; each place where an entry can be cut."""
    logged.write('settings.py', "LOG_FILE = %r\nLOG_FORMAT = 'json'\nLOG_CALLS = True\n"
                 'import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n'
                 % str(logged.log))
    first = json.dumps({'event': 'first'}) + '\n'
    for room in 1, 100, 300, 700, 1000:
        logged.log.write_text(first.rstrip('\n').ljust(4000 - room - 1) + '\n')
        done = logged.run(b'<methodCall><methodName>fails.crash</methodName></methodCall>')
        assert done.stdout.startswith(b'Status: 200 OK')
        rows = [json.loads(line) for line in logged.log.read_text().splitlines()]
        assert rows[0] == {'event': 'first'}
        said = [json.loads(line) for line in done.stderr.splitlines()]
        told = [row['text'] for row in said if row['event'] == 'trouble']
        assert len(rows) + len(told) == 3, (room, rows, said)
        assert told or room == 1000
        assert all(re.fullmatch('LOG_FILE cannot be written: there is room for .* bytes of an entry'
                                '|LOG_FILE cannot be written: .*File too large.*', text)
                   for text in told)


def test_it_begins_anew_at_its_bound_and_keeps_one_before(logged):
    logged.write('settings.py', 'LOG_FILE = %r\nLOG_BYTES = 2000\n' % str(logged.log))
    for _ in range(8):
        fail(logged, 'fails.crash')
    assert logged.log.stat().st_size <= 2000
    assert sorted(path.name for path in logged.log.parent.glob('rpc.log*')) \
        == ['rpc.log', 'rpc.log.1']


def test_entries_of_many_processes_do_not_mix_nor_get_lost_while_it_begins_anew(logged):
    fail(logged, 'fails.crash')
    entry = logged.log.stat().st_size
    logged.log.unlink()
    logged.write('settings.py', 'LOG_FILE = %r\nLOG_BYTES = %d\n' % (str(logged.log), 25 * entry))
    with ThreadPoolExecutor(8) as pool:
        faults = list(pool.map(lambda _: fail(logged, 'fails.crash'), range(40)))
    text = logged.log.with_name('rpc.log.1').read_text() + logged.log.read_text()
    starts = [line for line in text.splitlines() if not line.startswith('    ')]
    assert all(re.fullmatch(LINE, line) for line in starts)
    assert len(starts) == 40
    for fault in faults:
        assert re.search(r'ref (\w+)', fault.faultString).group(1) in text


@pytest.mark.parametrize('place', ['/no/such/folder/rpc.log', '/dev/full', '/proc/version'])
def test_a_log_file_that_cannot_be_written_costs_nobody_the_answer(logged, place):
    logged.write('settings.py', 'LOG_FILE = %r\n' % place)
    done = logged.run(b'<methodCall><methodName>fails.crash</methodName></methodCall>')
    assert b'(ref ' in done.stdout
    assert b'LOG_FILE cannot be written' in done.stderr
    assert b'ValueError: the cause' in done.stderr


@pytest.mark.parametrize('cut', ['', 'def append(path,'])
def test_an_upgrade_that_has_not_brought_all_files_costs_nobody_the_answer(logged, cut):
    logged.folder.joinpath('cgi-bin', 'xmlrpcgi', 'logs', 'logfile.py').write_text(cut)
    done = logged.run(b'<methodCall><methodName>fails.crash</methodName></methodCall>')
    assert b'(ref ' in done.stdout
    assert b'LOG_FILE cannot be written' in done.stderr
    assert b'ValueError: the cause' in done.stderr


def test_a_symbolic_link_is_not_followed(logged, tmp_path):
    logged.log.symlink_to(tmp_path / 'other')
    fail(logged, 'fails.crash')
    assert not (tmp_path / 'other').exists()


@pytest.mark.parametrize('make', [lambda path: os.mkfifo(str(path)),
                                  lambda path: os.mkfifo(str(path))
                                  or os.open(str(path), os.O_RDWR),
                                  lambda path: path.mkdir()], ids=['fifo', 'read', 'folder'])
def test_a_fifo_or_the_like_costs_no_call(logged, make):
    held = make(logged.log)
    try:
        done = logged.run(b'<methodCall><methodName>fails.crash</methodName></methodCall>')
    finally:
        if held is not None:
            os.close(held)
    assert done.stdout.startswith(b'Status: 200 OK')
    assert b'ValueError: the cause' in done.stderr
    assert b'xmlrpcgi: LOG_FILE cannot be written: ' in done.stderr


def test_a_device_is_not_written_to(logged):
    logged.write('settings.py', "LOG_FILE = '/dev/null'\n")
    done = logged.run(b'<methodCall><methodName>fails.crash</methodName></methodCall>')
    assert done.stdout.startswith(b'Status: 200 OK')
    assert b'LOG_FILE cannot be written: /dev/null is not a plain file' in done.stderr
