"""Fixtures: the clock and the file of the rate limits, and a file of tokens."""

import pytest
from xmlrpcgi.web import counters

from tests.unit.web.ratelimited import Clock
from tests.unit.web.tokened import ANN, BOB, OLD, line


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
def tokens_file(tmp_path):
    """A file with the tokens of ann, of bob, and one that has ended."""
    path = tmp_path / 'tokens'
    path.write_text('# a remark\n\n' + line('ann', ANN) + line('bob', BOB, '9999-12-31')
                    + line('old', OLD, '2020-02-29'))
    path.chmod(0o600)
    return path
