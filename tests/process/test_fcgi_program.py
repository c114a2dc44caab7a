"""rpc.fcgi and the files of the program: replaced by an upgrade, or reached by a relative path."""

import contextlib
import os
import shutil
import time

import pytest

from tests.process.installing import command, installed
from tests.process.resident import whole
from tests.process.test_upgrade import stamped
from tests.tools.fcgi import wait_for

APP = '''
import atexit, os, sys, threading
go = threading.Event()
class Application:
    def version(self):
        return sys.the_version
    def around(self):
        return [os.getpid(), os.getcwd(), os.umask(0o22), os.environ.get('MINE', ''),
                os.environ.get('REMOTE_ADDR', ''), os.environ['STAYS']]
    def changes(self):
        os.chdir('/tmp')
        os.umask(0o7)
        os.environ['MINE'] = os.environ['STAYS'] = 'changed'
    def writes_at_exit(self, path: str):
        atexit.register(lambda: open(path, 'a').write('done'))
    def begins_a_thread(self):
        threading.Thread(target=go.wait).start()
    def ends_the_thread(self):
        go.set()
'''


class Site:
    """A folder with version 1.1 installed, under one interpreter; 1.22 is there to install."""

    def __init__(self, door, tmp_path):
        self.door, self.cgi_bin = door, door.bundle.folder / 'site'
        self.one, self.two = stamped(tmp_path, '1.1'), stamped(tmp_path, '1.22')
        door.bundle.write('app.py', APP)
        door.script = str(self.cgi_bin / 'rpc.fcgi')
        self.install(self.one)

    def install(self, source, *words):
        installed(self.cgi_bin, '--lib', self.door.bundle.folder / 'lib', *words,
                  source=source, python=self.door.bundle.python)


@pytest.fixture
def site(door, tmp_path):
    return Site(door, tmp_path)


@pytest.mark.parametrize('words', [(), ('--sh',)])
def test_after_install_the_next_call_is_answered_by_the_new_version_in_the_same_process(
        any_door, tmp_path, words):
    site = Site(any_door, tmp_path)
    site.install(site.one, *words)
    process = any_door.own(STAYS='here')
    assert process.call('app.version') == '1.1'
    around = process.call('app.around', REMOTE_ADDR='192.0.2.1')
    process.call('app.changes')
    process.call('app.writes_at_exit', str(tmp_path / 'at_exit'))
    for version in '1.22', '1.1', '1.22':
        if version == '1.22':
            site.install(site.two, *words)
        else:
            assert command('install', '--cgi-bin', site.cgi_bin, '--rollback', source=site.two,
                           python=any_door.bundle.python)[0] == 0
        assert process.call('app.version') == version
        assert (tmp_path / 'at_exit').read_text() == 'done'
    assert process.call('app.around', REMOTE_ADDR='192.0.2.1') == around
    assert around[0] == process.pid
    process.kill()
    assert process.status() == 0 and 'Traceback' not in process.log()


def test_calls_that_wait_while_it_is_switched_are_all_answered(site):
    process = site.door.own(STAYS='')
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(process.connect()) for _ in range(20)]
        site.install(site.two)          # while the first is accepted, and has not asked
        for client in waiting[::-1]:
            client.send(whole('app.version'))
        answers = [client.answer().value for client in waiting]
    assert answers == ['1.1'] + ['1.22'] * 19
    assert not process.ended()


def test_threads_of_an_application_are_not_broken_off_by_a_switch(site):
    process = site.door.own(STAYS='')
    process.call('app.begins_a_thread')
    first, second = process.connect(), process.connect()
    site.install(site.two)
    with first, second:
        first.send(whole('app.version'))
        assert first.answer().value == '1.1'
        second.send(whole('app.ends_the_thread'))       # who connected is answered, then it ends
        second.answer()
    assert process.status() == 0


def test_where_the_version_before_had_no_such_door_the_process_ends(site):
    process = site.door.own(STAYS='')
    site.install(site.two)
    (site.cgi_bin / 'rpc.fcgi').unlink()
    assert process.call('app.version') == '1.1'
    assert process.status() == 0


def test_a_process_of_mod_fcgid_ends_between_two_calls_when_the_program_was_replaced(door):
    process = door.own()
    assert process.call('app.getName') == 'example'
    package = door.bundle.folder / 'cgi-bin' / 'xmlrpcgi'
    shutil.copy(package / 'http.py', package / 'new')
    os.rename(package / 'new', package / 'http.py')
    connected = True
    while connected:
        try:
            client = process.connect()
        except ConnectionError:                 # from now on mod_fcgid starts another
            connected = False
        else:
            with client:
                client.send(whole('door.pid'))
                assert client.answer().value == process.pid
    wait_for(process.ended)
    assert process.status() == 0 and 'Traceback' not in process.log()


def looking_often(door):
    """Have its processes look at the program's files ten times as often."""
    folder = door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'resident'
    for name, line, often in (('upgrade.py', '\n_EVERY = 2.0 ', '\n_EVERY = 0.2 '),
                              ('worker.py', '\n_LOOK = 10 ', '\n_LOOK = 1 ')):
        source = (folder / name).read_text()
        assert source.count(line) == 1
        (folder / name).write_text(source.replace(line, often))
    return door


def test_one_that_nobody_calls_ends_too(door):
    process = looking_often(door).own()
    assert process.call('app.getName') == 'example'
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__init__.py').touch()
    wait_for(process.ended)
    assert process.status() == 0


def test_one_whose_program_is_as_it_was_stays(door):
    process = looking_often(door).own()
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__main__.py').touch()       # not imported
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'http.py').chmod(0o600)
    for _ in range(5):
        assert process.call('door.pid') == process.pid
        time.sleep(0.25)
    assert not process.ended()


def test_processes_that_nobody_would_start_anew_stay(door):
    process = looking_often(door).listen()
    pid = process.call('door.pid')
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__init__.py').touch()
    for _ in range(6):
        assert process.call('app.getName') == 'example'
        time.sleep(0.25)
    os.kill(pid, 0)


def test_started_by_a_relative_path_a_class_may_go_to_another_folder(any_door):
    any_door.bundle.write('moves.py', 'import os\n\n\nclass Application:\n'
                                      '    def go(self):\n        os.chdir("/tmp")\n')
    any_door.script = any_door.script.lstrip('/')           # in the folder /, as by suEXEC
    for process in any_door.own(), any_door.listen(None, '--processes', '1'):
        process.call('moves.go')
        assert process.call('app.getName') == 'example'
        assert 'app.getName' in process.call('system.listMethods')


def test_a_process_that_something_else_than_line_1_started_ends(site, tmp_path):
    """As by FcgidWrapper: the interpreter of line 1 may lack what the classes import."""
    process = site.door.own(STAYS='')
    site.install(site.two)
    other = tmp_path / 'python'
    other.symlink_to(site.door.bundle.python)
    script = site.cgi_bin / 'rpc.fcgi'
    script.write_text(script.read_text().replace(site.door.bundle.python, str(other), 1))
    assert process.call('app.version') == '1.1'
    assert process.status() == 0
