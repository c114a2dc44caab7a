"""Fixtures for `check` on this machine: installations of the oldest and the newest Python."""

import pytest

from tests.process.check.installation import Installation
from tests.tools import interpreters

ENDS = interpreters.ends()


@pytest.fixture(scope='session')
def compiled(tmp_path_factory):
    """{interpreter: an installation that is left as it is}: compiling takes long."""
    return {path: Installation(tmp_path_factory.mktemp('compiled') / 'bundle', path)
            for _, path in ENDS}


@pytest.fixture(params=[pytest.param(path, id=name) for name, path in ENDS])
def it(request, tmp_path, compiled):
    return Installation(tmp_path / 'bundle', request.param, compiled[request.param])


@pytest.fixture
def one(tmp_path, compiled):
    """One interpreter is enough where the script's own interpreter has no part."""
    return Installation(tmp_path / 'bundle', ENDS[-1][1], compiled[ENDS[-1][1]])
