"""lib/ is changed while calls run: one call goes by one version, and the newest is soon seen."""

import os
import subprocess
import time

import pytest

WHOLE = '''
import os
os.replace(%r, %r)              # as if it were switched just now
from . import part

class Application:
    def read(self):
        return [%r, part.NAME]
'''


def test_a_call_goes_by_one_version_when_the_link_lib_is_switched(any_bundle):
    folder = any_bundle.folder
    switch = str(folder / 'lib.new'), str(folder / 'lib')
    for name in 'old', 'new':
        any_bundle.write('../lib-%s/whole.py' % name, WHOLE % (switch + (name,)))
        any_bundle.write('../lib-%s/part.py' % name, 'NAME = %r\n' % name)
    (folder / 'lib').rename(folder / 'lib-first')
    (folder / 'lib').symlink_to('lib-old')
    (folder / 'lib.new').symlink_to(folder / 'lib-new')
    assert any_bundle.call('whole.read') == ['old', 'old']
    assert os.readlink(folder / 'lib') == str(folder / 'lib-new')
    (folder / 'lib.new').symlink_to(folder / 'lib-old')
    assert any_bundle.call('whole.read') == ['new', 'new']


def soon(edits):
    """What edits() returns; again where it took so long that its files were no longer young."""
    for _ in range(10):
        begun = time.monotonic()
        found = edits()
        if time.monotonic() - begun < 1.8:
            break
    return found


def test_a_file_edited_twice_in_a_second_is_seen_as_it_is_now(any_bundle):
    """Byte-code that was kept in between would stand for it for ever: same second, same size."""
    source = 'class Application:\n    def number(self):\n        return %d\n'

    def edited():
        any_bundle.write('quick.py', source % 1)
        times = os.stat(any_bundle.folder / 'lib' / 'quick.py')
        first = any_bundle.call('quick.number')
        any_bundle.write('quick.py', source % 2)
        os.utime(any_bundle.folder / 'lib' / 'quick.py', ns=(times.st_atime_ns, times.st_mtime_ns))
        return [first, any_bundle.call('quick.number')]
    assert soon(edited) == [1, 2]


@pytest.mark.parametrize('name', ['__init__.py', 'shop/__init__.py', 'words/__init__.py',
                                  'words/inner.py', 'tools/inner.py', 'shop/helper.py'])
def test_so_is_any_other_file_of_lib(any_bundle, name):
    any_bundle.write('app.py', '''
class Application:
    def words(self):
        import lib, lib.shop.helper, words.inner, tools.inner
        return [getattr(one, 'WORD', '') for one in (
            lib, lib.shop, lib.shop.helper, words, words.inner, tools.inner)]
''')
    for file in ('__init__.py', 'shop/__init__.py', 'shop/helper.py', 'words/__init__.py',
                 'words/inner.py', 'tools/inner.py'):
        any_bundle.write(file, '')
    path = any_bundle.folder / 'lib' / name

    def edited():
        any_bundle.write(name, 'WORD = "one"\n')
        times, found = os.stat(path), []
        for word in 'one', 'two', 'six':
            any_bundle.write(name, 'WORD = %r\n' % word)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
            found.append(word in any_bundle.call('app.words'))
        return found
    assert soon(edited) == [True] * 3


def test_byte_code_is_kept_for_a_file_that_rests(any_bundle):
    path = any_bundle.folder / 'lib' / 'app.py'
    os.utime(path, (1600000000, 1600000000))
    assert any_bundle.call('app.getName') == 'example'
    assert [name for name in os.listdir(path.parent / '__pycache__') if name.startswith('app.')]


def test_byte_code_that_a_full_disk_has_cut_short_means_the_source(any_bundle):
    """CPython before the end of 2024 takes a short write for a whole one."""
    any_bundle.write('helper.py', 'WORD = "from the source"\n')
    any_bundle.write('user.py', 'from lib import helper\nclass Application:\n'
                                '    def word(self):\n        return helper.WORD\n')
    for name in 'helper.py', 'user.py':
        os.utime(str(any_bundle.folder / 'lib' / name), (1000000000, 1000000000))
    assert any_bundle.call('user.word') == 'from the source'
    found = sorted((any_bundle.folder / 'lib' / '__pycache__').glob('*er.*.pyc'))
    assert len(found) == 2
    whole = {path: path.read_bytes() for path in found}
    for part in 0, 0.2, 0.5, 0.9:
        for path, data in whole.items():
            path.write_bytes(data[:16 + int((len(data) - 16) * part)])
        assert any_bundle.call('user.word') == 'from the source', part


def test_byte_code_of_our_own_modules_that_is_cut_short_means_the_source(bundle):
    body = b'<methodCall><methodName>system.listMethods</methodName></methodCall>'
    assert bundle.run(body).returncode == 0
    for path in (bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'methods' / '__pycache__').glob('*.pyc'):
        path.write_bytes(path.read_bytes()[:300])
    assert b'app.getName' in bundle.run(body).stdout


@pytest.mark.parametrize('name', ['__init__', 'cgi', 'startup', 'errors', 'http'])
def test_so_does_that_of_a_module_that_is_imported_first(any_bundle, name):
    """Before the program can do anything about it; cut at the beginning and in the middle."""
    package = any_bundle.folder / 'cgi-bin' / 'xmlrpcgi'
    for path in package.glob('*.py'):
        os.utime(str(path), (1000000000, 1000000000))
    for _ in range(2):
        assert any_bundle.call('app.getName') == 'example'
    for kept in list(package.glob('__pycache__/hot*')) + list(package.glob('__pycache__/hot*/*')):
        kept.unlink()
    found = list(package.glob('__pycache__/%s.*.pyc' % name)) or [
        package / '__pycache__' / ('none-%s.pyc' % name)]
    for size in 16, 200:
        for path in found:
            if path.exists():
                os.truncate(str(path), size)
        assert any_bundle.call('app.getName') == 'example'


@pytest.mark.parametrize('method, folder', [
    ('app.getName', ''), ('system.listMethods', 'methods/'), ('app.none', 'methods/'),
    ('system.describe', 'wire/'), ('app.none', 'resident/')])
def test_so_does_that_of_a_module_of_the_wsgi_application(bundle, method, folder):
    package = bundle.folder / 'cgi-bin' / 'xmlrpcgi'
    code = ('import importlib.machinery as m, sys, types; '
            'l = m.SourceFileLoader("door", %r); o = types.ModuleType("door"); '
            'o.__file__ = l.path; exec(l.source_to_code(l.get_data(l.path), l.path), vars(o)); '
            'import io; b = b"<methodCall><methodName>%s</methodName></methodCall>"; '
            'a = o.application({"REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/xml", '
            '"CONTENT_LENGTH": str(len(b)), "wsgi.input": io.BytesIO(b), "PATH_INFO": "/"}, '
            'lambda *_: None); sys.exit(b"getName" not in a[0] and b"example" not in a[0] '
            'and b"-32601" not in a[0])' % (str(package.parent / 'rpc.wsgi'), method))

    def status():
        return subprocess.run([bundle.python, '-c', code], timeout=30,
                              env={'PATH': '/usr/bin:/bin'}).returncode
    assert status() == 0
    cut = list(package.glob(folder + '__pycache__/*.pyc'))
    assert len(cut) > 2
    for path in cut:
        data = path.read_bytes()
        os.truncate(str(path), 100)
        assert status() == 0, path
        path.write_bytes(data)
