"""An upgrade is one switch: every call sees the old or the new version, never a mix of both.

The two versions here clash: each file of one refuses to be in a process with one of the other.
A call also goes on after the switch, and imports then what it had not needed before.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from xmlrpcgi.install import versions as switching

from tests.process.installing import (
    CALL,
    DOORS,
    ENDS,
    PYTHON,
    call,
    command,
    complaint,
    copy,
    installed,
    load,
    request,
    tree,
    versions,
)

SWITCHES = 3
CALLERS = 3
# In each file of a version, the last lines.
STAMP = '''
import sys as _sys
if _sys.__dict__.setdefault('the_version', %r) != %r:
    _sys.stderr.write('A MIX of %%s and %s\\n' %% _sys.the_version)
    raise SystemExit(3)
'''
APP = '''
import sys, time
class Application:
    def version(self):
        return sys.the_version
    def slow(self):
        import os, datetime
        open(os.environ['BEGUN'], 'w').close()
        while not os.path.exists(os.environ['GO']):
            time.sleep(0.005)
        return [sys.the_version, datetime.datetime(2020, 1, 2), {'a': {1, 2}}]
'''


def stamped(folder, version):
    """A bundle of its own with this version number, which no other one's files may join."""
    source = copy(folder / version)
    package = source / 'cgi-bin' / 'xmlrpcgi'
    for path in package.rglob('*.py'):
        text = path.read_text(encoding='utf-8')
        if path.name == '__init__.py':
            text = re.sub("__version__ = '.*'", "__version__ = '%s'" % version, text)
        # Not the pointer, which a version writes for any other one.
        if path.name != '__main__.py' and path.parent.name != 'pointer':
            path.write_text(text + STAMP % (version, version, version), encoding='utf-8')
    return source


@pytest.fixture
def one(tmp_path):
    return stamped(tmp_path, '1.1')


@pytest.fixture
def two(tmp_path):
    return stamped(tmp_path, '1.22')


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / 'site' / 'cgi-bin'
    (folder.parent / 'lib').mkdir(parents=True)
    (folder.parent / 'lib' / 'app.py').write_text(APP)
    return folder


def test_the_test_itself_would_notice_a_mix(one, two):
    for name in ('handler.py', 'http.py'):
        shutil.copy(two / 'cgi-bin' / 'xmlrpcgi' / name, one / 'cgi-bin' / 'xmlrpcgi' / name)
    assert b'A MIX of 1.' in request(one / 'cgi-bin' / 'rpc.cgi', 'app.getName').stderr


@pytest.mark.parametrize('python', ENDS)
def test_calls_see_the_old_or_the_new_version_and_never_a_mix(python, site, one, two):
    installed(site, '--python', python, source=one)
    seen, wrong, stop = set(), [], threading.Event()

    def caller(method):
        while not stop.is_set():
            done = request(site / 'rpc.cgi', method)
            found = re.search(b'<string>(1[.][0-9]+)</string>', done.stdout)
            if done.returncode or done.stderr or b'Status: 200 OK' not in done.stdout \
                    or method and not found:
                wrong.append((done.returncode, done.stdout[:300], done.stderr[-2000:]))
                return
            if found:
                seen.add(found.group(1))

    threads = [threading.Thread(target=caller, args=(method,))
               for method in ['app.version'] * CALLERS + [None, None]]
    for thread in threads:
        thread.start()
    try:
        for turn in range(SWITCHES):
            installed(site, '--python', python, source=one if turn % 2 else two)
            status, out, err = command('install', '--cgi-bin', site, '--rollback', source=one)
            assert status == 0, err
            if wrong:
                break
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wrong, wrong[0]
    assert seen == {b'1.1', b'1.22'}
    hot = {path.parts[-3] for path in site.rglob('__pycache__/hot.*.pyc')}
    assert hot == (set() if '3.6' in str(python) else set(versions(site)))  # see startup.py


@pytest.mark.parametrize('python', ENDS)
@pytest.mark.parametrize('by_hand', [False, True])
def test_a_call_that_is_running_goes_on_with_its_own_version(
        python, by_hand, site, one, two, tmp_path):
    if by_hand:                                 # copied there, as by FTP
        shutil.copytree(one / 'cgi-bin', site)
    else:
        installed(site, '--python', python, source=one)
    body = CALL % b'app.slow'
    env = {'REQUEST_METHOD': 'POST', 'CONTENT_LENGTH': str(len(body)), 'BEGUN':
           str(tmp_path / 'begun'), 'GO': str(tmp_path / 'go'), 'HTTP_ACCEPT_ENCODING': 'gzip'}
    call = subprocess.Popen([python, '-IS', str(site / 'rpc.cgi')], env=env,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    call.stdin.write(body)
    call.stdin.close()
    deadline = time.monotonic() + 30
    while not (tmp_path / 'begun').exists():
        assert time.monotonic() < deadline and call.poll() is None
        time.sleep(0.01)
    for source in (two, stamped(tmp_path, '1.3'), stamped(tmp_path, '1.4')):
        installed(site, '--python', python, source=source)
    (tmp_path / 'go').write_text('')
    out, err = call.stdout.read(), call.stderr.read()
    call.wait()
    assert (call.returncode, err) == (0, b'')
    assert b'<string>1.1</string>' in out and b'20200102T00:00:00' in out


def test_the_version_before_is_kept_and_one_can_go_back_and_forth(site, one, two):
    assert ' after ' not in installed(site, '--python', '/usr/bin/python3', source=one)
    script = (site / 'rpc.cgi').read_text()
    out = installed(site, source=two)
    assert 'xmlrpcgi 1.22 is installed in %s, after 1.1-' % site in out
    assert call(site / 'rpc.cgi', 'app.version') == '1.22'
    for version in ('1.1', '1.22', '1.1'):
        status, out, err = command('install', '--cgi-bin', site, '--rollback', source=site.parent)
        assert (status, err) == (0, '') and out.startswith('xmlrpcgi %s-' % version)
        assert call(site / 'rpc.cgi', 'app.version') == version
    assert (site / 'rpc.cgi').read_text() == script         # also with its interpreter


def test_the_doors_for_long_running_processes_go_back_and_forth_too(site, one, two):
    installed(site, '--python', '/usr/bin/python3', source=one)
    doors = [site / 'rpc.fcgi', site / 'rpc.wsgi']
    doors[1].write_text(doors[1].read_text() + '# mine\n')
    before = [door.read_bytes() for door in doors]
    out = installed(site, source=two)
    assert 'restart others: gunicorn (kill -HUP), Passenger' in out
    assert b'# mine' not in doors[1].read_bytes()
    for version in ('1.1', '1.22', '1.1'):
        status, out, err = command('install', '--cgi-bin', site, '--rollback', source=two)
        assert (status, err) == (0, '') and 'restart others: gunicorn' in out
        assert call(site / 'rpc.fcgi', 'app.version') == version
        assert load(site / 'rpc.wsgi', method='app.version') == version
    assert [door.read_bytes() for door in doors] == before
    assert [door.stat().st_mode & 0o777 for door in doors] == [0o755, 0o644]


def test_two_switches_within_a_second_make_these_doors_anew_twice(site, one, two, monkeypatch):
    """The time of the pointer has whole seconds; here it is long before the doors' times."""
    for source in one, two:
        installed(site, source=source)
    os.utime(str(site / 'xmlrpcgi' / '__init__.py'), (10 ** 9, 10 ** 9))
    monkeypatch.setattr(switching, 'time', SimpleNamespace(
        time=lambda: 1e9, monotonic=time.monotonic, sleep=time.sleep))
    held = open(site / 'rpc.fcgi', 'rb')        # or its number may come again
    with switching.Versions(str(site)) as found:
        found.switch(found.current()[1], sys.executable, found.doors.own(), older=True)
    assert (site / 'rpc.fcgi').stat().st_ino != os.fstat(held.fileno()).st_ino
    held.close()


def test_after_each_switch_these_doors_are_new_files_even_where_they_say_the_same(site, one, two):
    installed(site, source=one)
    assert 'restart' not in installed(site, source=one)
    for words in ((), ('--rollback',), ('--rollback',)):
        before = [(site / name).read_bytes() for name in DOORS]
        held = [open(site / name, 'rb') for name in DOORS]         # or a number may come again
        stats = [os.fstat(file.fileno()) for file in held]
        status, _, err = command('install', '--cgi-bin', site, *words, source=two)
        assert (status, err) == (0, '')
        for name, data, stat, file in zip(DOORS, before, stats, held):
            now = (site / name).stat()
            assert (site / name).read_bytes() == data
            assert (now.st_ino != stat.st_ino) == (name != 'rpc.cgi')
            assert (now.st_mtime_ns > stat.st_mtime_ns) == (name != 'rpc.cgi')
            file.close()


def test_a_version_from_before_there_were_these_doors_is_gone_back_to_without_them(
        site, one, two, tmp_path):
    for name in 'rpc.fcgi', 'rpc.wsgi', 'xmlrpcgi/fcgi.py', 'xmlrpcgi/wsgi.py':
        (one / 'cgi-bin' / name).unlink()
    installed(site, '--lib', site.parent / 'lib', source=one)
    assert 'restart' not in installed(site, source=two)
    mine = site.parent / 'mine'
    shutil.copytree(site.parent / 'lib', mine)
    door = site / 'rpc.fcgi'
    door.write_text(door.read_text().replace(str(site.parent / 'lib'), str(mine)))
    before = tree(site)
    status, out, err = command('install', '--cgi-bin', site, '--rollback', source=two)
    assert (status, err) == (0, '')
    assert ' had no rpc.fcgi and rpc.wsgi: removed until you go back.' in out
    assert 'restart' not in out
    assert not door.exists() and not (site / 'rpc.wsgi').exists()
    assert call(site / 'rpc.cgi', 'app.version') == '1.1'
    status, out, err = command('install', '--cgi-bin', site, '--rollback', source=two)
    assert (status, err) == (0, '')
    for name in DOORS:
        assert tree(site)[name][0] == before[name][0] and tree(site)[name][2] == before[name][2]
    assert call(door, 'app.version') == '1.22'


def test_without_a_version_before_there_is_no_way_back(site, one, tmp_path):
    sentence = 'There is no version before the one in %s.' % site
    assert complaint('install', '--cgi-bin', site, '--rollback') == sentence
    installed(site, source=one)
    before = tree(site)
    assert complaint('install', '--cgi-bin', site, '--rollback') == sentence
    assert tree(site) == before


def test_one_version_before_is_kept_and_older_ones_go_when_no_call_can_use_them(
        site, one, two, tmp_path):
    three = stamped(tmp_path, '1.3')
    for source in (one, two, three):
        installed(site, source=source)
    assert [name.split('-')[1] for name in versions(site)] == ['1.1', '1.22', '1.3']
    for name in versions(site):
        os.utime(site / name, (1, 1))                       # long ago
    installed(site, source=three)
    assert [name.split('-')[1] for name in versions(site)] == ['1.22', '1.3']


def test_a_package_copied_by_hand_is_upgraded_and_can_be_gone_back_to(site, one, two):
    shutil.copytree(one / 'cgi-bin', site)
    (site / 'rpc.cgi').chmod(0o775)
    assert 'after 1.1-' in installed(site, source=two)
    assert call(site / 'rpc.cgi', 'app.version') == '1.22'
    assert (site / 'xmlrpcgi' / 'handler.py').exists()      # for calls that began before
    (site / 'xmlrpcgi' / 'mine.py').write_text('')
    os.utime(site / 'xmlrpcgi' / '__init__.py', (1, 1))
    installed(site, source=two)
    assert sorted(path.name for path in (site / 'xmlrpcgi').iterdir()) == [
        '.htaccess', '__init__.py', '__main__.py', '__pycache__', 'mine.py']
    assert command('install', '--cgi-bin', site, '--rollback')[0] == 0
    assert call(site / 'rpc.cgi', 'app.version') == '1.1'


def test_a_package_copied_by_hand_over_an_installed_one_is_in_force(site, one, two):
    installed(site, source=one)
    shutil.copytree(two / 'cgi-bin', site, dirs_exist_ok=True)
    assert call(site / 'rpc.cgi', 'app.version') == '1.22'
    installed(site, source=one)
    assert call(site / 'rpc.cgi', 'app.version') == '1.1'


@pytest.mark.parametrize('python', ENDS)
def test_scripts_of_ones_own_beside_it_see_the_version_in_force(python, site, one, two):
    installed(site, '--python', python, source=one)
    own = site / 'own.py'
    own.write_text('import sys\nsys.path[:0] = [%r]\nfrom xmlrpcgi import Fault, Handler, allow\n'
                   'import xmlrpcgi\nprint(xmlrpcgi.__version__, xmlrpcgi.__file__, '
                   'bool(Handler and allow), "Handler" in xmlrpcgi.__all__)\n'
                   % str(site))
    for source, version in (one, '1.1'), (two, '1.22'):
        installed(site, '--python', python, source=source)
        said = subprocess.run([python, str(own)], stdout=subprocess.PIPE).stdout.decode()
        name = next(name for name in versions(site) if '-%s-' % version in name)
        assert said == '%s %s/__init__.py True True\n' % (version, site / name)


def test_an_install_that_is_broken_off_leaves_the_old_version_in_force(site, one, two):
    installed(site, source=one)
    (two / 'cgi-bin' / 'xmlrpcgi' / 'cgi.py').write_text('def half(')
    before = {name: data for name, data in tree(site).items() if '1.22' not in name}
    status, out, err = command('install', '--cgi-bin', site, source=two)
    assert (status, out) == (2, '')
    assert err.endswith('%s could not compile the program (status 1).\n' % PYTHON)
    assert {name: data for name, data in tree(site).items() if '1.22' not in name} == before
    assert call(site / 'rpc.cgi', 'app.version') == '1.1'
