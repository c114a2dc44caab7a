"""Fixtures of tests/many: a stack of three members, one for each door, and how to call it."""

import os
import shutil
from pathlib import Path

import pytest

from tests.tools import ledger

from . import stack as many

HERE = Path(__file__).parent
LOG_TAIL = 8000
DATABASE = 'ledger.sqlite'
DOORS = {1: 'wsgi', 2: 'fcgid', 3: 'cgi'}


def need_engine():
    """Skip the test, or with CI=true fail it, where no container engine answers."""
    why = many.missing()
    if why and os.environ.get('CI') == 'true':
        pytest.fail('%s (with CI=true no server may be missing)' % why, pytrace=False)
    if why:
        pytest.skip(why)


@pytest.fixture(scope='session')
def files(tmp_path_factory):
    """(folder of the tests' classes, folder with an empty ledger for them)"""
    top = tmp_path_factory.mktemp('many')
    lib, data = top / 'lib', top / 'data'
    shutil.copytree(HERE / 'lib', lib, ignore=shutil.ignore_patterns('__pycache__'))
    shutil.copy(HERE.parent.parent / 'lib' / 'app.py', lib)
    data.mkdir()
    ledger.install(lib, data / DATABASE, '%s/%s' % (many.DATA, DATABASE))
    return lib, data


@pytest.fixture(scope='session')
def running(files):
    """Three members, each with another door."""
    need_engine()
    lib, data = files
    with many.stack(lib=lib, data=data, environment={
            number: {'XMLRPCGI_DOOR': door} for number, door in DOORS.items()}) as started:
        yield started


@pytest.fixture
def compare(tmp_path):
    """A function: hold a stack's ledger against what callers were told."""
    def report(started, outcomes):
        started.fetch(DATABASE, tmp_path / DATABASE)
        return ledger.compare(tmp_path / DATABASE, outcomes)
    return report


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    started = [value for value in getattr(item, 'funcargs', {}).values()
               if isinstance(value, many.Stack)]
    if report.failed and started:
        lines = [line for line in started[0].logs().splitlines() if '" 200 ' not in line]
        report.sections.append(('logs of the stack (their end, without what went well)',
                                '\n'.join(lines)[-LOG_TAIL:]))
