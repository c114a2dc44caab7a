"""Identifiers of typed clients for names that are none, or that meet."""

import pytest
from xmlrpcgi.client.stubs.naming import Names


@pytest.mark.parametrize('texts, names', [
    (['a', 'b'], ['a', 'b']),
    (['a.b', 'a-b', 'a b', 'a b'], ['a_b', 'a_b_', 'a_b_2', 'a_b_3']),
    (['a_', 'a', 'a', 'a_2', 'a'], ['a_', 'a', 'a_2', 'a_2_', 'a_3']),
    (['class', 'self'], ['class_', 'self']),
    (['A', 'a'], ['A', 'a']),
    (['-', '_', '+', '!'], ['_', 'x_', 'x_2', 'x_3']),
    (['', '3', '__init__'], ['_', '_3', '_init__'])])
def test_each_identifier_is_given_out_once(texts, names):
    given = Names(reserved=['class'])
    assert [given.unique(text) for text in texts] == names


def test_where_upper_and_lower_case_are_one_they_meet():
    given = Names(fold=True)
    assert [given.unique(text) for text in ('Ab', 'ab', 'AB')] == ['Ab', 'ab_', 'AB_2']


def test_thousands_of_one_identifier_take_a_step_each():
    steps = []
    given = Names()
    given._fold = lambda name: steps.append(name) or name
    names = [given.unique('+' * 8) for _ in range(2000)]
    assert len(set(names)) == 2000 and max(map(len, names)) < 16
    assert len(steps) < 10 * 2000
