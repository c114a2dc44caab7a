"""The file of hot byte-code in this process: reading at every length, writing that fails."""

import errno
import os
import shutil
import sys
import time
from pathlib import Path

import pytest
from xmlrpcgi import startup

from tests.unit import test_layers

PACKAGE = Path(startup.__file__).parent


@pytest.fixture(autouse=True)
def writing(monkeypatch):
    monkeypatch.setattr(sys, 'dont_write_bytecode', False)


@pytest.fixture
def folder(tmp_path):
    """A copy of the package, older than the last moment."""
    copy = tmp_path / 'xmlrpcgi'
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns('__pycache__'))
    time.sleep(0.06)
    return str(copy)


@pytest.fixture
def file(folder):
    startup.keep(folder)
    return startup.file_of(folder)


def leftovers(folder):
    return sorted(name for name in os.listdir(folder + '/__pycache__'))


def test_the_whole_file_is_read_as_the_modules_of_the_list(file):
    rows = startup.read(file)
    assert [name for name, _, _ in rows] == list(startup.HOT)
    assert all(stamp == startup.stamp('%s/%s.py' % (os.path.dirname(file)[:-12], name))
               for name, stamp, _ in rows)


@pytest.mark.slow
def test_the_file_cut_at_any_byte_is_refused(file):
    for size in range(os.path.getsize(file) - 1, -1, -1):
        os.truncate(file, size)
        try:                            # pytest.raises would take longer than all the rest
            startup.read(file)
        except ImportError:
            continue
        pytest.fail('%d bytes were taken for the whole' % size)


def test_a_file_of_another_python_is_refused(file, monkeypatch):
    monkeypatch.setattr(startup, 'MAGIC_NUMBER', b'\0\0\r\n')
    with pytest.raises(ImportError):
        startup.read(file)


def test_the_list_has_each_module_after_those_it_imports():
    for place, name in enumerate(startup.HOT):
        needed = {target for target, head in test_layers.IMPORTS[name] if head}
        assert needed <= set(startup.HOT[:place]) | {'startup'}, name


def test_the_name_is_one_that_every_rule_about_byte_code_holds_for(folder):
    assert startup.file_of(folder) == '%s/__pycache__/hot.%s.pyc' % (
        folder, sys.implementation.cache_tag)


@pytest.mark.parametrize('error', [OSError(errno.ENOSPC, 'full'), MemoryError(),
                                   OSError(errno.EDQUOT, 'quota')])
def test_a_write_that_fails_is_passed_over_and_leaves_an_empty_file(folder, monkeypatch, error):
    def write(file, data):
        raise error
    with monkeypatch.context() as patch:
        patch.setattr(startup.os, 'write', write)
        startup.keep(folder)
    assert leftovers(folder) == [os.path.basename(startup.file_of(folder))[:-4] + '.new']
    assert os.path.getsize(startup.file_of(folder)[:-4] + '.new') == 0
    startup.keep(folder)                        # as install does, at once
    assert leftovers(folder) == [os.path.basename(startup.file_of(folder))]


def test_a_write_that_is_cut_short_is_no_file(folder, monkeypatch):
    write = os.write
    monkeypatch.setattr(startup.os, 'write', lambda file, data: write(file, data[:1000]))
    startup.keep(folder)
    assert not os.path.exists(startup.file_of(folder))
    assert os.path.getsize(startup.file_of(folder)[:-4] + '.new') == 0


def test_a_file_that_is_removed_while_it_is_written_is_passed_over(folder, monkeypatch):
    write, new = os.write, startup.file_of(folder)[:-4] + '.new'

    def removed(file, data):
        os.unlink(new)
        return write(file, data)
    monkeypatch.setattr(startup.os, 'write', removed)
    startup.keep(folder)
    assert leftovers(folder) == []


@pytest.mark.parametrize('nanoseconds, seconds, kept', [
    (1, 0.01, False), (1, 0.2, True), (1, -3600.0, True), (0, 0.2, False), (0, 1.9, False),
    (0, 2.1, True)])
def test_a_source_that_may_still_change_unseen_is_not_kept(
        folder, monkeypatch, nanoseconds, seconds, kept):
    """Not within a tick of the clock, nor within two seconds where times are whole seconds."""
    stamp = startup.stamp
    now = 2 * 10 ** 9

    def young(path):
        found = stamp(path)
        return found if 'handler' not in path else (
            found[0], now * 10 ** 9 + nanoseconds, *found[2:])
    monkeypatch.setattr(startup, 'stamp', young)
    monkeypatch.setattr(startup, 'time', lambda: now + seconds)
    startup.keep(folder)
    assert os.path.exists(startup.file_of(folder)) is kept


def test_a_source_that_changes_while_it_is_read_is_not_kept(folder, monkeypatch):
    loader = startup.SourceFileLoader

    class Changing(loader):
        def get_data(self, path):
            data = loader.get_data(self, path)
            if 'process' in path:
                with open(path, 'a') as source:
                    source.write('# more\n')
            return data
    monkeypatch.setattr(startup, 'SourceFileLoader', Changing)
    startup.keep(folder)
    assert not os.path.exists(startup.file_of(folder))


def test_a_source_that_does_not_compile_is_not_kept(folder):
    Path(folder, 'decode.py').write_text('def (')
    time.sleep(0.06)
    startup.keep(folder)
    assert not os.path.exists(startup.file_of(folder))


def test_nothing_is_written_where_python_writes_no_byte_code(folder, monkeypatch):
    monkeypatch.setattr(sys, 'dont_write_bytecode', True)
    startup.keep(folder)
    assert not os.path.exists(folder + '/__pycache__')


def test_an_import_goes_well_where_a_class_cannot_be_adopted(monkeypatch):
    monkeypatch.setattr(startup, '_adopted', {})
    monkeypatch.setattr(sys, 'meta_path', [*sys.meta_path])
    module = type(sys)('some.module')
    module.Base, module.Fault = OSError, ValueError         # another layout than Own's

    class Own(Exception):
        pass
    startup.adopt('some.module', Own, 'Base', 'Fault')
    startup.adopted(module)
    assert (Own.__bases__, module.Fault) == ((Exception,), ValueError)


def raised(code, **names):
    try:
        exec(code, names)
    except Exception as error:
        return error


OURS = {'__package__': 'xmlrpcgi.web'}


@pytest.mark.parametrize('code, names, expected', [
    ('import xmlrpcgi.web.nothing', OURS, True),
    ('from xmlrpcgi.errors import nothing', OURS, True),
    ('compile("def half(", %r, "exec")' % str(PACKAGE / 'web' / 'get.py'), OURS, True),
    ('compile("def half(", "/srv/lib/app.py", "exec")', OURS, False),
    ('import nothing', OURS, False),
    ('raise TypeError', OURS, False),
    # An application's own mistakes, also those of a script that registers its functions.
    ('from xmlrpcgi import nothing', {'__package__': 'lib'}, False),
    ('import xmlrpcgi.nothing', {'__package__': 'lib'}, False),
    ('import xmlrpcgi.nothing', {'__package__': None}, False),
    ('import xmlrpcgi.nothing', {}, False)])
def test_only_files_of_ours_that_are_missing_cut_or_mixed_are_an_upgrade(code, names, expected):
    assert startup.is_upgrade(raised(code, **names)) is expected


def test_an_exception_that_was_never_raised_is_no_upgrade():
    assert startup.is_upgrade(ImportError('no', name='xmlrpcgi.web.get')) is False


def test_no_byte_code_is_kept_of_a_source_that_was_just_changed_or_removed(tmp_path):
    kept = []

    def keep(loader, path, cached, data):
        kept.append(path)
    old, new, gone = (str(tmp_path / name) for name in ('old.py', 'new.py', 'gone.py'))
    for path in old, new:
        open(path, 'w').close()
    os.utime(old, (1, 1))
    for path in old, new, gone:
        startup.keep_byte_code(None, path, path + 'c', b'', keep)
    assert kept == [old]
