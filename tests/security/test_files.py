"""lib/ on a file system with others: links, pipes and devices by the name of a class, modes.

Links are followed, as Python's own import does, and as Apache does with SymLinksIfOwnerMatch for
links of the same owner: who can make one in lib/ can as well put a class there. What is linked is
called and listed. SECURITY.md says so.
"""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from xmlrpc.client import Fault

import pytest
from xmlrpcgi.errors import SettingsError
from xmlrpcgi.handler import load_settings

from tests.security import tried
from tests.security.test_objects import PACKAGE

KIND = 'files of lib'
CLASS = 'class Application:\n    def open_(self): return "open"\n'
SETTINGS = 'MAX_BODY = 4321\n'


def refused(call, handler, *names):
    for name in names:
        tried(KIND)
        with pytest.raises(Fault) as caught:
            call(handler, name)
        assert caught.value.faultCode == -32601, name


def own_methods(call, made):
    return [name for name in call(made, 'system.listMethods') if name[:7] != 'system.']


def test_a_linked_file_or_folder_is_called_and_listed(handler, call, tmp_path):
    outside = tmp_path / 'outside'
    (outside / 'deep').mkdir(parents=True)
    (outside / 'orders.py').write_text(CLASS)
    (outside / 'deep' / 'down.py').write_text(CLASS)
    made = handler({'app.py': CLASS})
    lib = Path(made.library.folder)
    (lib / 'linked.py').symlink_to(outside / 'orders.py')
    (lib / 'shop').symlink_to(outside)
    names = ['app.open_', 'linked.open_', 'shop.deep.down.open_', 'shop.orders.open_']
    tried(KIND, len(names))
    assert own_methods(call, made) == names
    assert {call(made, name) for name in names} == {'open'}
    refused(call, made, 'outside.orders.open_', 'shop._orders.open_', 'shop.nothing.open_')


@pytest.mark.parametrize('links', [
    {'loop': '.'}, {'loop': '..'}, {'a': 'a'}, {'a': 'b', 'b': 'a'}, {'a.py': 'a.py'},
    {'a.py': 'none'},
    {'shop/up': '../..'}, {'shop/up': '..', 'market': 'shop'}, {'x': '.', 'y': '.', 'z': '.'},
    {'shop/a': '../mall', 'mall/b': '../shop', 'c': 'shop', 'd': 'mall'},
])
def test_links_in_a_circle_end(handler, call, links):
    made = handler({'app.py': CLASS, 'shop/orders.py': CLASS, 'mall/orders.py': CLASS})
    for name, target in links.items():
        tried(KIND)
        (Path(made.library.folder) / name).symlink_to(target)
    assert {'app.open_', 'shop.orders.open_', 'mall.orders.open_'} <= set(own_methods(call, made))
    refused(call, made, 'a.open_', 'a.a.open_', 'a.b.a.open_', '.'.join(['loop'] * 40) + '.nothing')
    assert call(made, 'app.open_') == 'open'


def test_a_link_to_what_is_no_python_is_refused_and_shows_nothing(handler, call, capfd):
    made = handler({'app.py': CLASS})
    (Path(made.library.folder) / 'linked.py').symlink_to('/etc/passwd')
    tried(KIND)
    with pytest.raises(Fault) as caught:
        call(made, 'linked.root')
    assert caught.value.faultCode == -32500 and 'root' not in caught.value.faultString


def test_a_class_that_is_no_file_is_not_read(handler, call):
    """A pipe would hold the call for ever, /dev/zero would fill the memory."""
    made = handler({'app.py': CLASS})
    lib = Path(made.library.folder)
    os.mkfifo(str(lib / 'pipe.py'))
    (lib / 'folder.py').mkdir()
    (lib / 'zero.py').symlink_to('/dev/zero')
    (lib / 'random.py').symlink_to('/dev/urandom')
    (lib / 'terminal.py').symlink_to('/dev/tty')
    with socket.socket(socket.AF_UNIX) as server:
        before = os.getcwd()
        os.chdir(str(lib))
        try:
            server.bind('socket.py')
        finally:
            os.chdir(before)
        refused(call, made, *['%s.open_' % path.stem for path in lib.glob('*.py')
                              if path.name != 'app.py'])
        assert own_methods(call, made) == ['app.open_']


# Who may change them.

def with_modes(library, settings=0o644, lib=0o755):
    made = library({'settings.py': SETTINGS, 'app.py': CLASS})
    os.chmod(made.folder + '/settings.py', settings)
    os.chmod(made.folder, lib)
    return made


@pytest.mark.parametrize('mode', [0o646, 0o666, 0o777, 0o602, 0o1666, 0o4646, 0o606])
def test_settings_that_everybody_may_change_are_refused(library, mode):
    tried(KIND)
    with pytest.raises(SettingsError) as caught:
        load_settings(with_modes(library, mode))
    assert 'settings.py' in str(caught.value) and 'chmod o-w' in str(caught.value)


@pytest.mark.parametrize('mode', [0o777, 0o757, 0o707, 0o2777])
def test_settings_that_everybody_may_replace_are_refused(library, mode):
    tried(KIND)
    made = with_modes(library, lib=mode)
    with pytest.raises(SettingsError) as caught:
        load_settings(made)
    assert str(caught.value).endswith('chmod o-w ' + made.folder)


def test_settings_behind_a_link_that_everybody_may_replace_are_refused(library, tmp_path):
    tried(KIND)
    shared = tmp_path / 'shared'
    shared.mkdir()
    made = with_modes(library)
    settings = Path(made.folder) / 'settings.py'
    settings.rename(shared / 'settings.py')
    settings.symlink_to(shared / 'settings.py')
    shared.chmod(0o755)
    assert load_settings(made).MAX_BODY == 4321
    shared.chmod(0o777)
    with pytest.raises(SettingsError, match='chmod o-w %s$' % shared):
        load_settings(made)


@pytest.mark.parametrize('settings, lib', [
    (0o600, 0o700), (0o644, 0o755), (0o664, 0o775), (0o660, 0o2770), (0o444, 0o555),
    (0o640, 0o1777),
    (0o755, 0o755)])
def test_settings_that_owner_and_group_alone_may_change_are_read(library, settings, lib):
    """A umask of 002 is usual where each user has a group of their own."""
    assert load_settings(with_modes(library, settings, lib)).MAX_BODY == 4321


def test_a_linked_file_of_settings_counts_by_what_it_leads_to(library, tmp_path):
    tried(KIND)
    made = library({'app.py': CLASS})
    (tmp_path / 'elsewhere.py').write_text(SETTINGS)
    (tmp_path / 'elsewhere.py').chmod(0o666)
    (Path(made.folder) / 'settings.py').symlink_to(tmp_path / 'elsewhere.py')
    with pytest.raises(SettingsError):
        load_settings(made)


def test_on_windows_modes_say_nothing(library, monkeypatch):
    monkeypatch.setattr('xmlrpcgi.files.way.HAS_MODES', False)
    assert load_settings(with_modes(library, 0o666, 0o777)).MAX_BODY == 4321


def test_without_settings_nothing_more_is_looked_at(library, monkeypatch):
    """It is the usual case, and each look costs every call."""
    made = library({'app.py': CLASS})
    looked = []
    for name, real in ('stat', os.stat), ('lstat', os.lstat):
        monkeypatch.setattr('xmlrpcgi.library.' + name,
                            lambda path, real=real: looked.append(path) or real(path))
    load_settings(made)
    assert looked == [made.folder + '/settings.py']


@pytest.fixture
def site(tmp_path):
    """An installation whose settings everybody may change: its folder."""
    import shutil
    shutil.copytree(PACKAGE.parent, tmp_path / 'cgi-bin',
                    ignore=shutil.ignore_patterns('__pycache__'))
    (tmp_path / 'lib').mkdir()
    (tmp_path / 'lib' / 'app.py').write_text(CLASS)
    (tmp_path / 'lib' / 'settings.py').write_text(SETTINGS)
    (tmp_path / 'lib' / 'settings.py').chmod(0o666)
    return tmp_path


def test_the_caller_gets_a_500_and_the_log_says_what_to_do(site):
    tried(KIND)
    body = b'<methodCall><methodName>app.open_</methodName></methodCall>'
    done = subprocess.run([sys.executable, '-IS', str(site / 'cgi-bin' / 'rpc.cgi')], input=body,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={
                              'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                              'CONTENT_LENGTH': str(len(body))})
    assert done.stdout.startswith(b'Status: 500 ') and str(site).encode() not in done.stdout
    assert b'chmod o-w ' + str(site).encode() in done.stderr and b'Traceback' not in done.stderr


@pytest.mark.slow
def test_check_says_so_too(site):
    tried(KIND)
    done = subprocess.run([sys.executable, str(site / 'cgi-bin' / 'xmlrpcgi'), 'check', '--cgi-bin',
                           str(site / 'cgi-bin')], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True)
    assert done.returncode == 1
    assert 'Everybody on this machine may change' in done.stdout and 'chmod o-w' in done.stdout


def test_what_this_program_makes_nobody_else_can_write(library, tmp_path):
    """Byte-code and the log file, with no umask at all."""
    code = ('import os, sys; os.umask(0); sys.path.insert(0, %r)\n'
            'from xmlrpcgi.logs.logfile import append\nfrom xmlrpcgi.library import Library\n'
            'append(%r, "line", 1000); Library(%r).table("app")\n' % (
                str(PACKAGE.parent), str(tmp_path / 'log'), library({'app.py': CLASS}).folder))
    source = str(tmp_path / 'lib' / 'app.py')
    os.chmod(source, 0o644)
    os.utime(source, (10 ** 9, 10 ** 9))        # of a file that was just written none is kept
    assert subprocess.run([sys.executable, '-IS', '-c', code]).returncode == 0
    made = [tmp_path / 'log'] + list((tmp_path / 'lib').glob('__pycache__/*'))
    assert len(made) == 2
    for path in made:
        tried(KIND)
        assert not stat.S_IMODE(path.stat().st_mode) & 0o022, path
