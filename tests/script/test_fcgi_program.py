"""rpc.fcgi and the files of the program: replaced by an upgrade, or reached by a relative path."""

import os
import shutil
import time

from tests.fcgi import wait_for
from tests.script.resident import whole


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


def test_one_that_nobody_calls_ends_too(door):
    process = door.own()
    assert process.call('app.getName') == 'example'
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__init__.py').touch()
    wait_for(process.ended)
    assert process.status() == 0


def test_one_whose_program_is_as_it_was_stays(door):
    process = door.own()
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__main__.py').touch()       # not imported
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'http.py').chmod(0o600)
    for _ in range(5):
        assert process.call('door.pid') == process.pid
        time.sleep(1)
    assert not process.ended()


def test_processes_that_nobody_would_start_anew_stay(door):
    process = door.listen()
    pid = process.call('door.pid')
    (door.bundle.folder / 'cgi-bin' / 'xmlrpcgi' / '__init__.py').touch()
    for _ in range(6):
        assert process.call('app.getName') == 'example'
        time.sleep(1)
    os.kill(pid, 0)


def test_started_by_a_relative_path_a_class_may_go_to_another_folder(any_door):
    any_door.bundle.write('moves.py', 'import os\n\n\nclass Application:\n'
                                      '    def go(self):\n        os.chdir("/tmp")\n')
    any_door.script = any_door.script.lstrip('/')           # in the folder /, as by suEXEC
    for process in any_door.own(), any_door.listen(None, '--processes', '1'):
        process.call('moves.go')
        assert process.call('app.getName') == 'example'
        assert 'app.getName' in process.call('system.listMethods')
