"""Fixtures for all tests.

`server` is each kind of server in turn: a test that uses it runs on all of them.  A server is
started when the first test wants it.  One that cannot be had here is skipped, with the reason;
with CI=true that is a failure.  When a test fails, its server's error log is shown.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from tests.tools import interpreters, servers

TOP = Path(__file__).resolve().parent.parent
SERVER_FOLDERS = {'real', 'hosts', 'clients', 'page', 'many'}
LOG_TAIL = 6000              # characters of the log to show


@pytest.fixture(scope='session')
def test_lib(tmp_path_factory):
    """A lib folder: the shipped example beside the tests' own classes."""
    lib = tmp_path_factory.mktemp('bundle') / 'lib'
    shutil.copytree(TOP / 'tests' / 'fixtures' / 'lib', lib,
                    ignore=shutil.ignore_patterns('__pycache__'))
    shutil.copy(TOP / 'lib' / 'app.py', lib)
    return lib


@pytest.fixture(scope='session')
def open_folder():
    """A function: open_folder(name) makes a folder that every user may enter and read."""
    with tempfile.TemporaryDirectory() as top:          # pytest's are closed to other users
        def make(name):
            folder = Path(tempfile.mkdtemp(prefix=name, dir=top))
            folder.chmod(0o755)
            return folder

        Path(top).chmod(0o755)
        yield make


def need(kind, python=None):
    """Skip the test, or with CI=true fail it, where this kind of server cannot be had."""
    why = servers.available(kind, python)
    if why and os.environ.get('CI') == 'true':
        pytest.fail('%s (with CI=true no server may be missing)' % why, pytrace=False)
    if why:
        pytest.skip(why)


@pytest.fixture(scope='session', params=list(servers.KINDS))
def server(request, test_lib):
    """A running server of each kind: see tests/tools/servers.  Serves `test_lib`."""
    need(request.param)
    with servers.start(request.param, lib=test_lib) as running:
        yield running


def pytest_configure():
    """Have SIGTERM end a run as Ctrl-C does: its servers and containers are stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_report_header():
    return 'interpreters: %s' % ', '.join(name for name, _ in interpreters.every())


def pytest_terminal_summary(terminalreporter):
    if os.environ.get('CI') == 'true' and not any(
            name.startswith('sid') for name, _ in interpreters.newer()):
        terminalreporter.section("Debian sid's Python could not be unpacked: nothing ran under it",
                                 red=True)


def pytest_collection_modifyitems(items):
    for item in items:
        if 'server' in item.fixturenames or SERVER_FOLDERS & set(item.path.relative_to(TOP).parts):
            item.add_marker('server')


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    running = getattr(item, 'funcargs', {}).get('server')
    if report.failed and isinstance(running, servers.Server):
        report.sections.append(('error log of %s (its end)' % running.kind,
                                running.log()[-LOG_TAIL:] or '(empty)'))
