"""The file of hot byte-code: nobody gets anything else than by plain imports, whatever it holds."""

import os
import shutil
import subprocess
import textwrap

import pytest

from tests.process import hot
from tests.tools import interpreters


@pytest.fixture(params=hot.PYTHONS)
def bundle(request, tmp_path):
    return hot.HotBundle(tmp_path / 'bundle', request.param)


def test_the_first_call_after_unpacking_answers_right_and_leaves_the_file(any_bundle):
    any_bundle.write('seen.py', hot.SEEN)
    hot.settle()
    first, second = any_bundle.call('seen.is_kept'), any_bundle.call('seen.is_kept')
    found = list((any_bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__pycache__').glob('hot.*'))
    if any_bundle.run_code('import sys; sys.exit(sys.version_info < (3, 7))'):
        assert found == [] and first is True        # plain imports by the package itself
    else:
        assert (first, second, len(found)) == (False, True, 1)
        assert found[0].stat().st_mode & 0o777 == 0o644


def edited(path):
    path.write_text(path.read_text().replace('MARK = 1\n', 'MARK = 2    # longer\n'))


def replaced(path):
    new = path.with_suffix('.tmp')
    new.write_text(path.read_text().replace('MARK = 1\n', 'MARK = 2\n'))
    new.rename(path)


def keeping_times(change):
    def changed(path):
        before = path.stat()
        change(path)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
        assert path.stat().st_mtime_ns == before.st_mtime_ns
    return changed


def in_place(path):
    path.write_text(path.read_text().replace('MARK = 1\n', 'MARK = 2\n'))


def older(path):
    in_place(path)
    os.utime(path, (10 ** 9, 10 ** 9))


@pytest.mark.parametrize('change', [
    edited, replaced, in_place, older,
    pytest.param(keeping_times(in_place), id='same-time-and-size'),
    pytest.param(keeping_times(replaced), id='replaced-with-same-time-and-size')])
def test_a_changed_source_is_in_force_with_the_next_call(bundle, change):
    bundle.kept()
    for path in bundle.cache.glob('errors.*'):              # Python's own goes by time and size
        path.unlink()
    change(bundle.source)
    hot.settle()
    assert bundle.call('seen.mark') == [False, 2]
    hot.age(bundle.file)
    assert bundle.call('seen.mark') == [False, 2]
    assert bundle.call('seen.mark') == [True, 2]


def test_a_source_that_is_gone_is_not_run_from_the_file(bundle):
    bundle.kept()
    (bundle.package / 'encode.py').unlink()
    done = bundle.run(b'<methodCall><methodName>seen.mark</methodName></methodCall>')
    assert b'X-RPC-Error: cannot-start' in done.stdout


def test_another_interpreters_file_is_not_used(bundle, tmp_path):
    for name, python in interpreters.supported():
        if name == '3.6' or python == bundle.python:
            continue
        other = hot.HotBundle(tmp_path / name, python).kept()
        bundle.cache.mkdir(exist_ok=True)
        shutil.copy(other.file, bundle.file)
        assert bundle.call('seen.mark') == [False, 1], name
    hot.age(bundle.file)
    assert [bundle.call('seen.mark')[0] for _ in range(2)] == [False, True]


def damaged(data):
    """Names and contents of what can become of the file."""
    yield from (('cut at %d' % size, data[:size])
                for size in (0, 1, 4, 8, 11, 12, 13, 4096, 65536, len(data) // 2, len(data) - 1))
    yield 'longer', data + b'\0'
    yield 'zeros', bytes(len(data))
    yield 'text', b'#!/bin/sh\n' + data[10:]
    yield 'not marshal', data[:12] + b'?' * (len(data) - 12)
    yield 'other rows', data[:4] + (13).to_bytes(8, 'little') + b'N'


def test_a_damaged_file_is_not_used_and_is_written_anew(bundle):
    data = bundle.kept().file.read_bytes()
    for name, content in damaged(data):
        bundle.file.write_bytes(content)
        assert bundle.call('seen.mark') == [False, 1], name
        assert bundle.file.read_bytes() == content, name        # not within the minute
    hot.age(bundle.file)
    assert [bundle.call('seen.mark')[0] for _ in range(2)] == [False, True]


def test_code_in_the_file_that_fails_leaves_no_half_loaded_module(bundle):
    bundle.kept()
    bundle.write('uses.py', 'from xmlrpcgi import Fault\nimport xmlrpc.client\n'
                            'class Application:\n    def it(self):\n'
                            '        return xmlrpc.client.Fault is Fault\n')
    code = textwrap.dedent('''
        import importlib.util, marshal, os, sys
        path, folder = sys.argv[1:]
        data = open(path, 'rb').read()
        rows = list(marshal.loads(data[12:]))
        rows[-1] = rows[-1][:2] + (compile('raise MemoryError', 'x', 'exec'),)
        data = marshal.dumps(tuple(rows))
        open(path, 'wb').write(importlib.util.MAGIC_NUMBER
                               + (len(data) + 12).to_bytes(8, 'little') + data)
    ''')
    subprocess.run([bundle.python, '-c', code, str(bundle.file), str(bundle.package)], check=True)
    assert bundle.call('seen.mark') == [False, 1]
    assert bundle.call('uses.it') is True


def test_a_moved_or_linked_folder_is_not_stale_and_code_tells_its_path(bundle, tmp_path):
    bundle.kept()
    before = bundle.file.read_bytes(), bundle.file.stat().st_ino
    moved, link = tmp_path / 'moved', tmp_path / 'link'
    bundle.folder.rename(moved)
    link.symlink_to(moved)
    for place in (moved, link, moved, link):                # two paths in turn
        script = place / 'cgi-bin' / 'rpc.cgi'
        assert bundle.call('seen.is_kept', script=script, cwd=moved) is True
        paths = bundle.call('seen.path', script=script, cwd=moved)
        assert len(paths) == 3 and {os.path.dirname(path) for path in paths} == {
            str(place / 'cgi-bin' / 'xmlrpcgi')}
    file = moved / bundle.file.relative_to(bundle.folder)
    assert (file.read_bytes(), file.stat().st_ino) == before


def test_a_copied_folder_is_stale_and_answers_right(bundle, tmp_path):
    bundle.kept()
    shutil.copytree(bundle.folder, tmp_path / 'copied', symlinks=True)      # with all times
    script = tmp_path / 'copied' / 'cgi-bin' / 'rpc.cgi'
    assert bundle.call('seen.mark', script=script, cwd=tmp_path) == [False, 1]


SAME = '''
import inspect, sys, traceback
class Application:
    def it(self):
        names = 'errors', 'library', 'handler', 'http', 'process', 'message'
        modules = [sys.modules['xmlrpcgi.' + name] for name in names]
        return [traceback.format_stack(), [
            [inspect.getsource(module), sorted(set(vars(module)) - {'__cached__'}),
             module.__file__, module.__package__, module.__spec__.cached, module.__spec__.origin,
             module.__spec__.has_location, module.__spec__.parent, repr(module),
             type(module.__loader__).__name__, module.__loader__ is module.__spec__.loader,
             module.__loader__.path, module is getattr(sys.modules['xmlrpcgi'], name)]
            for name, module in zip(names, modules)]]
'''


def test_tracebacks_sources_and_modules_are_as_with_plain_imports(bundle):
    bundle.kept().write('same.py', SAME)
    assert bundle.call('seen.is_kept') is True
    swept = bundle.call('same.it')
    bundle.file.unlink()
    assert bundle.call('same.it', options=('-ISB',)) == swept
    assert any('handler.py' in row for row in swept[0]) and len(swept[1]) == 6


def test_compileall_and_the_file_leave_each_other_alone(bundle):
    compiled = [bundle.python, '-m', 'compileall', '-qf', str(bundle.folder / 'cgi-bin')]
    assert subprocess.run(compiled).returncode == 0
    bundle.kept()
    before = bundle.file.read_bytes(), bundle.file.stat().st_mtime_ns
    assert subprocess.run(compiled).returncode == 0
    assert bundle.call('seen.mark') == [True, 1]
    assert (bundle.file.read_bytes(), bundle.file.stat().st_mtime_ns) == before


def test_a_file_that_somebody_removes_comes_again(bundle):
    for _ in range(3):
        bundle.kept().file.unlink()


def test_the_file_holds_just_what_a_plain_call_loads(bundle):
    loaded = set(bundle.call('seen.loaded', options=('-ISB',))) - {'imports', 'imports.kept'}
    code = 'import sys; sys.path.insert(0, %r)\nfrom xmlrpcgi.startup import HOT; print(*HOT)'
    listed = subprocess.run([bundle.python, '-IS', '-c', code % str(bundle.package.parent)],
                            stdout=subprocess.PIPE, check=True).stdout.decode().split()
    assert sorted(loaded) == sorted(listed + ['startup'])
    bundle.kept()
    assert sorted(bundle.call('seen.loaded')) == sorted(loaded)
