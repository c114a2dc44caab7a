"""Fixtures for the pure parts: the rate limits' clock and file, and the WSGI door of a lib/."""

import sys

import pytest
from xmlrpcgi import wsgi
from xmlrpcgi.web import counters

from tests.pure.ratelimited import Clock
from tests.pure.wsgi_server import SEEN


@pytest.fixture
def clock(monkeypatch):
    """What the rate limits take for the time; a test moves its `now`."""
    clock = Clock()
    monkeypatch.setattr(counters, 'time', clock)
    return clock


@pytest.fixture
def file(tmp_path):
    """Where the rate limits keep their counters; nothing is there yet."""
    return tmp_path / 'ratelimits'


@pytest.fixture
def lib(tmp_path, monkeypatch):
    """A lib/ with seen.py; what the door keeps for a process is put back afterwards."""
    before = list(sys.path), list(sys.meta_path), list(sys.path_hooks)
    monkeypatch.setattr(wsgi, '_services', {})
    monkeypatch.delenv('XMLRPCGI_LIB', raising=False)
    folder = tmp_path / 'lib'
    folder.mkdir()
    (folder / 'seen.py').write_text(SEEN)
    yield folder
    sys.path[:], sys.meta_path[:], sys.path_hooks[:] = before
    for name in [name for name in sys.modules if name == 'lib' or name.startswith('lib.')]:
        del sys.modules[name]


@pytest.fixture
def door(lib):
    """The WSGI application of that lib/."""
    return wsgi.Application(str(lib))
