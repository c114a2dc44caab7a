"""Fixtures for the page: one Chromium for a module, at the page of our own small server."""

import os
from pathlib import Path

import pytest

from tests.page.browser import Browser, missing
from tests.tools import servers

LIB = Path(__file__).resolve().parent / 'lib'


def absent(why):
    """Skip the test, or with CI=true fail it, for want of a program."""
    if os.environ.get('CI') == 'true':
        pytest.fail('%s (with CI=true it must be there)' % why, pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope='module')
def chromium():
    """A Browser that is nowhere yet."""
    if missing():
        absent(missing())
    with Browser() as browser:
        yield browser


@pytest.fixture(scope='module')
def site():
    """The address of the page."""
    with servers.start('embedded', lib=LIB) as running:
        yield running.url + '/xmlrpc/'


@pytest.fixture
def browser(chromium, site):
    """The browser at the page; afterwards its console must have been silent."""
    chromium.protocol('Emulation.setDeviceMetricsOverride', width=1280, height=900,
                      deviceScaleFactor=1, mobile=False)
    chromium.open('about:blank')
    chromium.messages()
    chromium.open(site)
    yield chromium
    assert chromium.messages() == []
