"""Fixtures of tests/hosts: one shared host for all of them, and installations on it."""


import pytest

from tests.hosts.host import Host, need_engine

LOG_TAIL = 6000


@pytest.fixture(scope='session')
def host():
    """The machine; skipped, or with CI=true failed, where no container engine answers."""
    need_engine()
    with Host() as running:
        yield running


@pytest.fixture
def site(host):
    """A fresh installation on the host with suEXEC where .htaccess may say all."""
    return host.site('open')


@pytest.fixture
def python36(host):
    return _python(host, (3, 6))


@pytest.fixture
def python2(host):
    return _python(host, (2, 7))


def _python(host, version):
    path = host.python(version)
    if path is None:
        pytest.skip('There is no Python %d.%d here that could be copied to the host.' % version)
    return path


def pytest_collection_modifyitems(items):
    for item in items:
        if 'host' in item.fixturenames:
            item.add_marker('server')


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    running = getattr(item, 'funcargs', {}).get('host')
    if report.failed and isinstance(running, Host):
        site = item.funcargs.get('site')
        report.sections.append(('logs of the host (their end)',
                                (site or running.latest or running).log()[-LOG_TAIL:] or '(empty)'))
