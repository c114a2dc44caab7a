"""Answers of other people's servers are read as well as can be; the tables are in answers.py."""

import math

import pytest
from xmlrpcgi.client.client import Client, Response
from xmlrpcgi.client.errors import ClientError
from xmlrpcgi.errors import Fault

from tests.unit.client.answers import FAULTS, NONE, RESULTS, X, deep, holding


def called(body, warn=pytest.fail, kind='text/xml', status=200):
    """The result of a call that is answered by `body`."""
    class Transport:
        place, path, user, timeout = 'example.org', '/RPC2', None, 60

        def post(self, sent):
            return Response(status, '', {'content-type': kind}, body)
    return Client(Transport(), warn=warn).call('m')


@pytest.mark.parametrize('name', RESULTS)
def test_an_answer_is_read_as_well_as_can_be(name):
    body, result = RESULTS[name]
    assert called(body) == result and type(called(body)) is type(result)


def test_nan_and_seventy_arrays_are_read():
    assert math.isnan(called(holding(b'<double>nan</double>')))
    value = called(holding(deep(70)))
    for _ in range(70):
        value, = value
    assert value == 'x'


@pytest.mark.parametrize('body, words', [
    (b'<br />\n<b>Notice</b>: in x.php\n' + X, "'<br />\\n<b>Notice</b>: in x.php'"),
    (b'Deprecated!<methodResponse>' + X.partition(b'<methodResponse>')[2], "'Deprecated!'"),
    (X + b'\n<script>track()\x1b</script>\n', "'<script>track()\\x1b</script>'"),
])
def test_other_text_round_the_answer_is_told_of(body, words):
    warnings = []
    assert called(body, warnings.append) == 'x'
    assert warnings == ['The answer of example.org has other text round it: ' + words]


@pytest.mark.parametrize('body', FAULTS)
def test_a_fault_is_a_fault_whatever_its_members_are(body):
    with pytest.raises(Fault) as fault:
        called(body, warn=lambda words: None)
    assert (fault.value.faultCode, fault.value.faultString) == FAULTS[body]
    with pytest.raises(Fault):
        called(body, warn=lambda words: None, status=500)


@pytest.mark.parametrize('body', NONE)
def test_what_is_not_an_answer_is_a_sentence(body):
    with pytest.raises(ClientError):
        called(body)


def test_an_entity_that_the_answer_declares_is_not_read():
    body = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "secret">]>' + holding(b'&e;')[22:]
    assert called(body, warn=lambda words: None) == '&e;'
