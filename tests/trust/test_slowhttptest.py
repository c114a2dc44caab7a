"""The tool for slow senders and readers: where it is missing that is seen, and it ends in time."""

import os
import subprocess
import types

import pytest

from tests.trust import load, scenarios, slowhttptest, table
from tests.trust.result import Result

SCENARIO = next(each for each in scenarios.LOADS if each.name == 'slowhttptest')


@pytest.fixture
def without_it(monkeypatch, tmp_path):
    """PATH leads to no such tool; and no server need be here."""
    monkeypatch.setenv('PATH', str(tmp_path))
    monkeypatch.setattr(scenarios.servers, 'available', lambda kind: None)


@pytest.mark.parametrize('ci, wrong', [('', False), ('true', True)])
def test_without_the_tool_the_row_says_so_and_in_ci_it_fails(monkeypatch, without_it, ci, wrong):
    monkeypatch.setenv('CI', ci)
    report = table.Report()
    report.load.append(scenarios.run(SCENARIO, 'mod_cgid', True))
    report.problems += report.load[0].problems
    assert 'not tried: There is no slowhttptest here: apt-get install' in report.text()
    assert report.failed() is wrong


@pytest.fixture
def here(tmp_path):
    return types.SimpleNamespace(temp=tmp_path, url='http://127.0.0.1:9/xmlrpc/')


def test_a_tool_that_does_not_end_is_ended(monkeypatch, here, tmp_path):
    tool = tmp_path / 'slowhttptest'
    tool.write_text('#!/bin/sh\necho $$ >number\nexec sleep 600\n')
    tool.chmod(0o755)
    monkeypatch.setenv('PATH', '%s:%s' % (tmp_path, os.environ['PATH']))
    monkeypatch.setattr(slowhttptest, 'PATIENCE', 1)
    with pytest.raises(subprocess.TimeoutExpired):
        with slowhttptest.attack(here, ('-H',), 1):
            pass
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / 'number').read_text()), 0)


def test_what_the_tool_counted_is_read(here):
    (here.temp / 'attack.csv').write_text(
        'Seconds,Closed,Pending,Connected,Service Available\n0,0,1,0,200\n9,24,5,171,200\n')
    assert slowhttptest.connections(here) == (195, 24)


def test_the_slowest_call_of_all_attacks_is_told():
    result = Result('slowhttptest', 'none')
    for latest in 1, 3, 2:
        load.add_tally(result, types.SimpleNamespace(tally={}, latest=latest))
    assert result.counts['slowest good call, ms'] == 3000
