"""Fixtures for calls: a Library on files that the test names, and the WSGI door of a lib/."""

import sys
import textwrap

import pytest
from xmlrpcgi import wsgi
from xmlrpcgi.handler import Handler
from xmlrpcgi.library import Library
from xmlrpcgi.settings import Settings

from tests.unit.wsgi_server import SEEN


@pytest.fixture
def library(tmp_path):
    """A function: write these files ({path: source}) into a new lib/, return its Library."""
    before = list(sys.path), list(sys.meta_path)

    def make(files):
        folder = tmp_path / 'lib'
        for name, source in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(source))
        return Library(str(folder))

    yield make
    sys.path[:], sys.meta_path[:] = before
    for name, module in list(sys.modules.items()):
        file = getattr(module, '__file__', None) or ''
        if name == 'lib' or name.startswith('lib.') or file.startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def handler(library):
    """A function: the Handler of a new lib/ of these files."""
    def make(files, **settings):
        return Handler(library=library(files), settings=Settings(**settings))
    return make


@pytest.fixture
def call():
    """A function: call(handler, method, *params) → the value, or the Fault raised."""
    import xmlrpc.client

    def run(handler, method, *params):
        body = xmlrpc.client.dumps(params, method, allow_none=True).encode()
        return xmlrpc.client.loads(handler.call(body).body, use_builtin_types=True)[0][0]
    return run


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
