"""The kept expressions of the scanner: a large call need not import re, and any doubt means to."""

import os
import subprocess
import textwrap

import pytest

from tests.process.hot import age

SIZE = b'<value><string>%s</string></value>' % (b'x' * 5000)
PARAMS = b'<param>%s</param>' % SIZE
SEEN = textwrap.dedent('''
    import sys
    class Application:
        def modules(self, text):
            return [len(text), sorted(sys.modules)]
''')


@pytest.fixture
def kept(bundle):
    """The bundle with its file of expressions, which a first call has left."""
    bundle.write('seen.py', SEEN)
    assert loaded(bundle)[0]
    return bundle


def loaded(bundle):
    """Whether a large call was read by the scanner with `re`, and whether by the scanner at all."""
    length, names = bundle.call('seen.modules', PARAMS)
    assert length == 5000 and 'xmlrpcgi.wire.scanner' in names
    return 're' in names, names


def file_of(bundle):
    found = list((bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__pycache__').glob('scanner.*.pyc'))
    assert len(found) == 1
    return found[0]


def test_the_second_large_call_imports_no_re(any_bundle):
    any_bundle.write('seen.py', SEEN)
    first, _ = loaded(any_bundle)
    second, names = loaded(any_bundle)
    assert first and not second and 'enum' not in names
    assert file_of(any_bundle).stat().st_size < 20000


def test_a_small_call_loads_no_scanner(kept):
    names = kept.call('seen.modules', b'<param><value>a</value></param>')[1]
    assert 'xmlrpcgi.wire.scanner' not in names and 'xmlrpcgi.wire.expressions' not in names


@pytest.mark.parametrize('damage', [
    lambda data: b'', lambda data: data[:10], lambda data: data[:-1], lambda data: data + b'x',
    lambda data: b'\0' * len(data), lambda data: data[:16] + b'\0' * (len(data) - 16)],
    ids=['empty', 'head', 'cut', 'longer', 'zeros', 'zeros behind the head'])
def test_a_damaged_file_means_compiling_and_is_written_again(kept, damage):
    file = file_of(kept)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    age(file)
    assert loaded(kept)[0]
    assert file.read_bytes() == whole and not loaded(kept)[0]


def test_an_edited_scanner_means_compiling(kept):
    source = kept.folder / 'cgi-bin' / 'xmlrpcgi' / 'wire' / 'scanner.py'
    found = source.stat()
    text = source.read_text()
    source.write_text(text.replace('(string|int|', '(int|string|'))
    os.utime(str(source), ns=(found.st_atime_ns, found.st_mtime_ns))
    age(file_of(kept))
    assert loaded(kept)[0] and not loaded(kept)[0]


def test_another_edition_of_the_compiler_means_compiling(kept):
    """As where two builds of one Python share a folder."""
    file = file_of(kept)
    code = ('import marshal; data = open(%r, "rb").read(); '
            '(name, stamp, (magic, kept)), = marshal.loads(data[12:]); '
            'data = data[:12] + marshal.dumps(((name, stamp, (magic + 1, kept)),)); '
            'data = data[:4] + len(data).to_bytes(8, "little") + data[12:]; '
            'open(%r, "wb").write(data)' % (str(file), str(file)))
    assert kept.run_code(code) == 0
    age(file)
    assert loaded(kept)[0] and not loaded(kept)[0]


def test_where_nothing_can_be_written_the_call_is_answered_all_the_same(kept):
    file = file_of(kept)
    file.unlink()
    file.with_name(file.name[:-4] + '.new').mkdir()     # in the way, also of a root
    assert loaded(kept)[0] and loaded(kept)[0]
    assert not file.exists()


def test_an_installation_can_write_the_file_before_any_call(kept):
    file = file_of(kept)
    whole = file.read_bytes()
    file.unlink()
    folder = str(kept.folder / 'cgi-bin')
    code = 'import sys; sys.path.insert(0, sys.argv[1]); from xmlrpcgi.wire import scanner; ' \
           'scanner.keep_expressions(sys.argv[1] + "/xmlrpcgi")'
    subprocess.run([kept.python, '-I', '-c', code, folder], timeout=30, check=True)
    assert file.read_bytes() == whole and not loaded(kept)[0]
