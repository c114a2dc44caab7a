"""Servers are started by the scenarios themselves; these tests need one, and take their time."""

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if 'trust' in item.path.parts and {'kind', 'place'} & set(item.fixturenames):
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.slow)
