"""The short form of every load and fault. `make trust` runs the full one, and prints numbers."""

import os

import pytest

from tests.conftest import need
from tests.trust import scenarios


def each(chosen):
    return pytest.mark.parametrize('scenario, kind', [
        pytest.param(scenario, kind, id='%s-%s' % (scenario.name, kind))
        for scenario in chosen for kind in scenario.chosen(short=True)])


def put_through(scenario, kind):
    if kind != 'script':
        need(kind)
    why = scenarios.missing(scenario, kind)
    if why and os.environ.get('CI') != 'true':
        pytest.skip(why)
    assert not why
    result = scenario.run(kind, short=True)
    print(result)
    return result


@each(scenarios.LOADS)
def test_under_load_every_good_call_is_answered_right_or_refused_clearly(scenario, kind):
    result = put_through(scenario, kind)
    assert result.problems == [] and result.lost == 0
    assert result.counts['good: right']


@each(scenarios.FAULTS)
def test_a_fault_loses_no_acknowledged_call_and_leaves_nothing_hanging(scenario, kind):
    result = put_through(scenario, kind)
    assert result.problems == [] and result.lost == 0
