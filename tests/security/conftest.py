"""Counts leaks: see tests/security/__init__.py. The fixtures for a lib/ are those of dispatch."""

import pytest

from tests import security
from tests.unit.conftest import call, handler, library  # noqa: F401


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):  # noqa: F811
    report = (yield).get_result()
    if report.failed and report.when == 'call':
        security.failed()


@pytest.fixture(autouse=True)
def _one_test():
    security.begins()
