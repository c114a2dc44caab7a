"""Fixtures for a long-running process in memory."""

import sys

import pytest
from xmlrpcgi.resident import freshlibrary as fresh

from tests.unit.resident.served import Gate, Served


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A Served of an empty lib/; afterwards no module and no path of it, or beside it, is left."""
    before = list(sys.path), list(sys.meta_path), list(sys.path_hooks), set(sys.modules)
    made = Served(tmp_path / 'lib')
    made.lib.mkdir()
    monkeypatch.setattr(fresh, 'monotonic', lambda: made.clock)
    monkeypatch.setattr(sys, 'dont_write_bytecode', False)
    yield made
    sys.path[:], sys.meta_path[:], sys.path_hooks[:] = before[:3]
    for name, module in list(sys.modules.items()):
        file = getattr(module, '__file__', None) or ''
        if name == 'lib' or name.startswith('lib.') or file.startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def gate(monkeypatch):
    made = Gate()
    monkeypatch.setitem(sys.modules, 'fresh_gate', made)
    yield made
    made.open.set()
