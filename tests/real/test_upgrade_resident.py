"""An upgrade under long-running processes: the new version answers, and no call fails."""

import shutil
import tempfile
import threading
import time
import xmlrpc.client
from pathlib import Path

import pytest

from tests.conftest import need
from tests.process.installing import command, installed
from tests.process.resident import runs
from tests.process.test_upgrade import stamped
from tests.tools import servers

KINDS = 'mod_fcgid', 'mod_wsgi'
PYTHON = '/usr/bin/python3'
CALLERS = 3
SECONDS = 30
APP = '''
import os, sys
class Application:
    def version(self):
        return [sys.the_version, os.getpid()]
'''


@pytest.fixture
def top():
    """A folder that Apache's user may read, so that the server serves it as it is."""
    folder = Path(tempfile.mkdtemp(dir='/tmp'))
    try:
        folder.chmod(0o755)
        (folder / 'site' / 'lib').mkdir(parents=True)
        (folder / 'site' / 'lib' / 'app.py').write_text(APP)
        yield folder
    finally:
        shutil.rmtree(folder)


def version(server):
    return xmlrpc.client.ServerProxy(server.url + '/xmlrpc/').app.version()


def until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.parametrize('kind', KINDS)
def test_after_an_upgrade_the_new_version_answers_and_no_call_fails_on_the_way(kind, top):
    need(kind)
    site = top / 'site' / 'cgi-bin'
    one, two = stamped(top, '1.1'), stamped(top, '1.22')
    installed(site, source=one, python=PYTHON)
    wrong, stop, seen = [], threading.Event(), set()

    def caller():
        while not stop.is_set():
            try:
                seen.add(version(server)[0])
            except Exception as error:
                wrong.append(error)
                return

    with servers.start(kind, cgi_bin=str(site)) as server:
        threads = [threading.Thread(target=caller) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(3):
                installed(site, source=two, python=PYTHON)
                assert version(server)[0] == '1.22'
                assert command('install', '--cgi-bin', site, '--rollback', source=two,
                               python=PYTHON)[0] == 0
                assert version(server)[0] == '1.1'
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert not wrong, (wrong, server.log())
        assert seen == {'1.1', '1.22'}


def test_processes_of_mod_fcgid_end_by_themselves_when_the_program_was_replaced(top):
    need('mod_fcgid')
    site = top / 'site' / 'cgi-bin'
    one, two = stamped(top, '1.1'), stamped(top, '1.22')
    shutil.copytree(one / 'cgi-bin', site)              # by hand: rpc.fcgi stays the same file
    with servers.start('mod_fcgid', cgi_bin=str(site)) as server:
        first, process = version(server)
        assert first == '1.1'
        shutil.copytree(two / 'cgi-bin' / 'xmlrpcgi', site / 'xmlrpcgi', dirs_exist_ok=True)
        until(lambda: version(server)[0] == '1.22')
        until(lambda: not runs(process))
        # One that nobody calls ends as well: after install rpc.fcgi is another file.
        idle = version(server)[1]
        installed(site, source=one, python=PYTHON)
        assert version(server)[0] == '1.1'
        until(lambda: not runs(idle))
        assert version(server)[0] == '1.1'


def test_processes_that_mod_fcgid_takes_for_those_of_the_new_version_become_that(top):
    """It knows them by the inode of rpc.fcgi, which may come again when files were replaced."""
    need('mod_fcgid')
    site = top / 'site' / 'cgi-bin'
    one, two = stamped(top, '1.1'), stamped(top, '1.22')
    installed(site, source=one, python=PYTHON)
    with servers.start('mod_fcgid', cgi_bin=str(site)) as server:
        first, process = version(server)
        (top / 'same').hardlink_to(site / 'rpc.fcgi')
        installed(site, source=two, python=PYTHON)
        (top / 'same').rename(site / 'rpc.fcgi')
        assert [first, version(server)] == ['1.1', ['1.22', process]]
