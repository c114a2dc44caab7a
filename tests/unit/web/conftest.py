"""Fixtures for the rate limits: their clock and their file."""

import pytest
from xmlrpcgi.web import counters

from tests.unit.web.ratelimited import Clock


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
