"""lib/settings.py: one that cannot be read, or that others may replace, switches nothing off."""

import contextlib
import importlib.util
import marshal
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from xmlrpcgi.errors import SettingsError
from xmlrpcgi.handler import Handler, load_settings

from tests.security import tried
from tests.security.test_files import CLASS, SETTINGS
from tests.security.test_objects import PACKAGE

KIND = 'files of lib'
NOBODY = 65534
root = pytest.mark.skipif(os.geteuid() != 0, reason='only root can be another user')


def closed_link(path):
    closed = path.parent.parent / 'closed'
    closed.mkdir(mode=0o700)
    (closed / 'settings.py').write_text(SETTINGS)
    path.symlink_to(closed / 'settings.py')


UNSEEN = {
    'a link to nothing': lambda path: path.symlink_to('nothing'),
    'a link into no folder': lambda path: path.symlink_to('/nothing/here.py'),
    'a link to itself': lambda path: path.symlink_to('settings.py'),
    'a link through a file': lambda path: path.symlink_to('app.py/settings.py'),
    'a link to a device': lambda path: path.symlink_to('/dev/null'),
    'a link to a terminal': lambda path: path.symlink_to('/dev/tty'),
    'a link to a folder': lambda path: path.symlink_to('.'),
    'a pipe': lambda path: os.mkfifo(str(path)),
    'a folder': lambda path: path.mkdir(),
    'a link into a closed folder': closed_link,
}


@contextlib.contextmanager
def another_user():
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def made(library):
    return library({'app.py': CLASS})


def path_of(made):
    return Path(made.folder) / 'settings.py'


def refused(made):
    """What the log is told; nothing else may happen."""
    tried(KIND)
    with pytest.raises(SettingsError) as caught:
        load_settings(made)
    return str(caught.value)


@pytest.mark.parametrize('name', [name for name in UNSEEN if 'closed' not in name])
def test_settings_that_cannot_be_seen_are_no_defaults(made, name):
    UNSEEN[name](path_of(made))
    said = refused(made)
    assert said.startswith('lib/settings.py ')
    assert said.endswith('; put the settings into a file there, or remove what is there')
    tried(KIND)
    assert isinstance(Handler(lib=made.folder).trouble, SettingsError)


@root
def test_settings_behind_a_closed_folder_are_no_defaults(library):
    with tempfile.TemporaryDirectory() as name:     # pytest's are closed to other users
        Path(name).chmod(0o755)
        lib = Path(name) / 'lib'
        lib.mkdir(mode=0o755)
        made = library({})
        made.folder = str(lib)
        closed_link(lib / 'settings.py')
        with another_user():
            assert 'Permission denied' in refused(made)
        (lib / 'settings.py').unlink()
        (lib / 'settings.py').write_text(SETTINGS)
        lib.chmod(0o700)
        with another_user():
            assert 'let the user that calls run as enter each folder' in refused(made)


def test_a_folder_that_is_not_there_has_no_settings(library):
    for folder in '/nothing/lib', str(PACKAGE / 'http.py'):
        made = library({})
        made.folder = folder
        assert load_settings(made).MAX_BODY == 16777216


@pytest.mark.parametrize('name', ['a link to nothing', 'a pipe', 'a folder'])
def test_the_caller_gets_a_500_at_once(tmp_path, name):
    (tmp_path / 'lib').mkdir()
    (tmp_path / 'lib' / 'app.py').write_text(CLASS)
    UNSEEN[name](tmp_path / 'lib' / 'settings.py')
    body = b'<methodCall><methodName>app.open_</methodName></methodCall>'
    tried(KIND)
    done = subprocess.run(
        [sys.executable, '-IS', str(PACKAGE.parent / 'rpc.cgi')], input=body, timeout=30,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={
            'XMLRPCGI_LIB': str(tmp_path / 'lib'), 'REQUEST_METHOD': 'POST',
            'CONTENT_TYPE': 'text/xml', 'CONTENT_LENGTH': str(len(body))})
    assert done.stdout.startswith(b'Status: 500 ') and str(tmp_path).encode() not in done.stdout
    assert b'lib/settings.py ' in done.stderr and b'Traceback' not in done.stderr


def test_a_package_of_the_name_does_not_hide_the_file(library):
    made = library({'settings.py': SETTINGS, 'settings/__init__.py': '', 'app.py': CLASS})
    assert 'settings/__init__.py hides lib/settings.py' in refused(made)


# Who may replace it.

@pytest.fixture
def linked(made, tmp_path):
    """Folders: settings.py -> pub/mid.py -> real/settings.py; their place."""
    for name in 'pub', 'real':
        (tmp_path / name).mkdir()
    (tmp_path / 'real' / 'settings.py').write_text(SETTINGS)
    (tmp_path / 'pub' / 'mid.py').symlink_to('../real/settings.py')
    path_of(made).symlink_to('../pub/mid.py')
    return tmp_path


def test_links_through_a_folder_that_everybody_may_change_are_refused(made, linked):
    assert load_settings(made).MAX_BODY == 4321
    for name in 'pub', 'real':
        (linked / name).chmod(0o777)
        assert refused(made) == (
            'everybody on this machine may change {0}, so no settings are read; to fix this, run: '
            'chmod o-w {0}'.format(linked / name))
        (linked / name).chmod(0o775)
    assert load_settings(made).MAX_BODY == 4321


def test_a_folder_above_that_everybody_may_change_counts_where_a_link_passes(made, linked):
    (linked / 'cfg').mkdir()
    (linked / 'real').rename(linked / 'cfg' / 'real')
    (linked / 'real').symlink_to('cfg/real')
    assert load_settings(made).MAX_BODY == 4321
    (linked / 'cfg').chmod(0o777)
    assert refused(made).endswith('chmod o-w %s' % (linked / 'cfg'))


@root
@pytest.mark.parametrize('what', ['pub/mid.py', 'real/settings.py', 'lib/settings.py'])
def test_what_another_user_puts_into_a_folder_like_tmp_is_refused(made, linked, what):
    (linked / what).parent.chmod(0o1777)
    assert load_settings(made).MAX_BODY == 4321
    os.chown(str(linked / what), 4711, 4711, follow_symlinks=False)
    assert 'belongs to user number 4711' in refused(made)


@root
def test_a_group_that_shares_the_folder_may_share_the_settings(made):
    path_of(made).write_text(SETTINGS)
    path_of(made).chmod(0o664)
    Path(made.folder).chmod(0o2775)
    os.chown(str(path_of(made)), 4711, -1)
    assert load_settings(made).MAX_BODY == 4321


def forged(path, code):
    """Put byte-code with the time and the size of the source `path` where Python looks for it."""
    state = path.stat()
    head = importlib.util.MAGIC_NUMBER + bytes(4) + b''.join(
        int(number).to_bytes(4, 'little') for number in (state.st_mtime, state.st_size))
    cached = Path(importlib.util.cache_from_source(str(path)))
    cached.parent.mkdir(exist_ok=True)
    cached.parent.chmod(0o777)
    cached.write_bytes(head + marshal.dumps(compile(code, str(path), 'exec')))


def test_byte_code_is_not_run(made):
    """Everybody may write to that __pycache__; the classes have the same, and `check` says so."""
    path_of(made).write_text(SETTINGS)
    os.utime(path_of(made), (1e9, 1e9))
    forged(path_of(made), 'MAX_BODY = 666\n')
    tried(KIND)
    assert load_settings(made).MAX_BODY == 4321


def test_what_is_wrong_is_still_said_with_its_line(made):
    path_of(made).write_text('MAX_BODY = 1\nMAX_BODY = \n')
    assert refused(made) == 'lib/settings.py: invalid syntax (settings.py, line 2)'
    path_of(made).write_bytes('\ufeff# -*- coding: utf-8 -*-\r\nLOG_FILE = "/\u00e4"\r\n'.encode())
    assert load_settings(made).LOG_FILE == '/\u00e4'
    path_of(made).write_bytes('# -*- coding: latin-1 -*-\nLOG_FILE = "/\u00e4"'.encode('latin-1'))
    assert load_settings(made).LOG_FILE == '/\u00e4'


def test_no_byte_code_is_written(made):
    path_of(made).write_text(SETTINGS)
    os.utime(path_of(made), (1e9, 1e9))
    load_settings(made)
    assert not list(Path(made.folder).glob('__pycache__/settings*'))
