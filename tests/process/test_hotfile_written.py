"""When and how the file of hot byte-code is written, and that calls answer where it cannot be."""

import os
import shutil
import signal
import subprocess
import threading
import time

import pytest

from tests.process import hot
from tests.process.conftest import CALL
from tests.tools import interpreters

CALLERS = 6


@pytest.fixture(params=hot.PYTHONS)
def bundle(request, tmp_path):
    return hot.HotBundle(tmp_path / 'bundle', request.param)


@pytest.fixture
def one_bundle(tmp_path):
    """Where the interpreter makes no difference."""
    return hot.HotBundle(tmp_path / 'bundle', dict(interpreters.supported()).get(
        '3.11', interpreters.supported()[-1][1]))


def obey_permissions(bundle):
    """Run the bundle as a process that permissions hold for, root's too."""
    if os.geteuid() == 0:
        bundle.command = ['setpriv', '--bounding-set=-dac_override,-dac_read_search',
                          bundle.python]
        probe = bundle.command + ['-c', 'import os, sys; sys.exit(os.access(sys.argv[1], os.W_OK))']
        folder = bundle.folder / 'probe'
        folder.mkdir(mode=0o555)
        assert subprocess.run(probe + [str(folder)]).returncode == 0
        folder.rmdir()


def test_a_folder_that_may_not_be_written_to(bundle):
    obey_permissions(bundle)
    bundle.package.chmod(0o555)
    for _ in range(2):
        assert bundle.call('seen.mark') == [False, 1]
    assert not bundle.cache.exists()
    bundle.package.chmod(0o755)
    bundle.cache.mkdir(mode=0o555)
    for _ in range(2):
        assert bundle.call('seen.mark') == [False, 1]
    assert list(bundle.cache.iterdir()) == []


def test_a_stale_file_that_may_not_be_replaced(bundle):
    bundle.kept()
    obey_permissions(bundle)
    bundle.source.write_text(bundle.source.read_text().replace('MARK = 1\n', 'MARK = 2\n'))
    for path in bundle.cache.glob('errors.*'):
        path.unlink()
    hot.age(bundle.file)
    bundle.cache.chmod(0o555)
    before = bundle.rows()
    hot.settle()
    for _ in range(2):
        assert bundle.call('seen.mark') == [False, 2]
    assert bundle.rows() == before
    bundle.cache.chmod(0o755)
    assert [bundle.call('seen.mark') for _ in range(2)] == [[False, 2], [True, 2]]


def test_a_file_that_may_not_be_read(bundle):
    bundle.kept().file.chmod(0)
    obey_permissions(bundle)
    assert bundle.call('seen.mark') == [False, 1]


def test_a_file_in_place_of_the_folder(bundle):
    bundle.cache.write_text('')
    for _ in range(2):
        assert bundle.call('seen.mark') == [False, 1]
    assert bundle.cache.read_text() == ''


@pytest.mark.parametrize('options, environ', [
    (('-ISB',), {}), (('-S',), {'PYTHONDONTWRITEBYTECODE': '1'})], ids=['-B', 'environment'])
def test_an_interpreter_that_is_to_write_no_byte_code_writes_none(bundle, options, environ):
    assert bundle.call('seen.mark', options=options, environ=environ) == [False, 1]
    assert not bundle.cache.exists()


def test_optimized_code_has_a_file_of_its_own(bundle):
    bundle.kept()
    assert [bundle.call('seen.is_kept', options=('-ISO',)) for _ in range(2)] == [False, True]
    assert bundle.call('seen.is_kept') is True
    assert sorted(bundle.rows()) == ['hot.%s.opt-1.pyc' % bundle.tag, bundle.file.name]


def test_calls_that_come_at_once_all_answer_and_write_one_file(bundle):
    for _ in range(3):
        shutil.rmtree(str(bundle.cache), ignore_errors=True)
        answers = []

        def call():
            answers.append(bundle.call('seen.mark')[1])     # noqa: B023  joined below
        callers = [threading.Thread(target=call) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert answers == [1] * CALLERS
        assert list(bundle.rows()) == [bundle.file.name]
        assert bundle.call('seen.mark') == [True, 1]


def test_while_one_process_writes_no_other_does(one_bundle):
    one_bundle.cache.mkdir()
    one_bundle.new.write_text('half')
    for _ in range(2):
        assert one_bundle.call('seen.mark') == [False, 1]
    assert one_bundle.rows() == {one_bundle.new.name: 4}


def test_what_a_killed_process_left_is_removed_after_a_minute(one_bundle):
    one_bundle.cache.mkdir()
    one_bundle.new.write_text('half')
    hot.age(one_bundle.new)
    assert one_bundle.call('seen.mark') == [False, 1]
    assert one_bundle.rows() == {}
    one_bundle.kept()
    assert list(one_bundle.rows()) == [one_bundle.file.name]


def test_processes_that_are_killed_while_they_write_leave_one_file_at_most(one_bundle):
    body = CALL % (b'seen.mark', b'')
    killed = 0
    for turn in range(40):
        one_bundle.file.exists() and one_bundle.file.unlink()
        process = subprocess.Popen(
            [one_bundle.python, '-IS', str(one_bundle.script)], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={'REQUEST_METHOD': 'POST', 'CONTENT_LENGTH': str(len(body))})
        end = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < end and not one_bundle.new.exists():
            pass
        time.sleep(turn / 4000)
        process.send_signal(signal.SIGKILL)
        process.stdin.close()
        process.wait()
        killed += one_bundle.new.exists()
        assert set(one_bundle.rows()) <= {one_bundle.new.name, one_bundle.file.name}
        assert one_bundle.call('seen.mark')[1] == 1
        if one_bundle.new.exists() and turn % 2:
            hot.age(one_bundle.new)
            one_bundle.call('seen.mark')
    assert killed


def test_a_full_disk_costs_no_call_and_one_try_per_minute(bundle):
    bundle.command = ['prlimit', '--fsize=50000', bundle.python]
    for _ in range(3):
        assert bundle.call('seen.mark') == [False, 1]
        assert bundle.rows() == {bundle.new.name: 0}
    before = bundle.new.stat().st_ino, bundle.new.stat().st_mtime_ns
    assert bundle.call('seen.mark') == [False, 1]
    assert (bundle.new.stat().st_ino, bundle.new.stat().st_mtime_ns) == before
    hot.age(bundle.new)
    bundle.command = ()
    assert bundle.call('seen.mark') == [False, 1]
    bundle.kept()


def test_a_disk_without_a_free_block(one_bundle):
    if os.geteuid():
        pytest.skip('only root mounts a small disk')
    one_bundle.cache.mkdir()
    mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'none',
                              str(one_bundle.cache)], stderr=subprocess.PIPE)
    if mounted.returncode:
        pytest.skip('no disk can be mounted here: %s' % mounted.stderr.decode())
    try:
        # Older Pythons leave their own files cut short there: these come first.
        subprocess.run([one_bundle.python, '-m', 'compileall', '-q', str(one_bundle.package)],
                       check=True)
        with pytest.raises(OSError), open(str(one_bundle.cache / 'full'), 'wb', 0) as file:
            while True:
                file.write(bytes(1024))
        for _ in range(2):
            assert one_bundle.call('seen.mark') == [False, 1]
        assert one_bundle.rows().get(one_bundle.new.name, 0) == 0
        assert not one_bundle.file.exists()
    finally:
        subprocess.run(['umount', '-l', str(one_bundle.cache)], check=True)
