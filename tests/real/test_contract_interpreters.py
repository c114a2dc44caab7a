"""The contract once more, under the oldest and the newest interpreter."""

import pytest

from tests.real.test_contract import *  # noqa: F403  (its tests run here again)
from tests.tools import interpreters, servers


@pytest.fixture(scope='module',
                params=[pytest.param(path, id=name) for name, path in interpreters.ends()])
def server(request, test_lib):
    """The embedded server, its script run by one interpreter."""
    with servers.start('embedded', lib=test_lib, python=request.param) as running:
        yield running
