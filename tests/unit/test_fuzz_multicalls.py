"""The fuzzer's multicalls stay in proportion to the request; it notices those that do not."""

import io
import random
import sys
import time

import pytest
from xmlrpcgi.methods import causes

from tests.tools.fuzz import multicalls


def run(count, monkeypatch, **settings):
    """Judge so many multicalls from a fixed seed."""
    chance, made = random.Random(1), multicalls.handler(**settings)
    before = multicalls.peak()          # of the tests before this one
    for _ in range(count):
        body = multicalls.body(chance, made)
        monkeypatch.setattr(sys, 'stderr', io.StringIO())
        started = time.process_time()
        answer = made.call(body)
        multicalls.judge(body, answer, sys.stderr.getvalue(), time.process_time() - started,
                         before=before)


@pytest.mark.slow
def test_multicalls_stay_in_proportion(monkeypatch):
    run(60, monkeypatch)


def test_an_answer_without_a_bound_is_found(monkeypatch):
    with pytest.raises(multicalls.TooMuch, match='an answer of'):
        run(60, monkeypatch, MAX_ANSWER=0)


def test_a_traceback_for_each_call_is_found(monkeypatch):
    monkeypatch.setattr(causes.Causes, '_logged', lambda self, error, method, log: log())
    with pytest.raises(multicalls.TooMuch, match='bytes of log'):
        run(200, monkeypatch)
