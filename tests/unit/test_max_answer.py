"""MAX_ANSWER: what a call may make, not only what it is, is bounded."""

import xmlrpc.client

import pytest
from xmlrpcgi.encode import encode_response
from xmlrpcgi.errors import EncodeFault
from xmlrpcgi.handler import Handler
from xmlrpcgi.settings import Settings

LIMIT = 100000


def forever():
    while True:
        yield 1


@pytest.mark.parametrize('value', [
    'x' * (LIMIT + 1), ['x' * 1000] * 200, list(range(LIMIT)), [[1] * 100] * 100,
    {'a%d' % n: n for n in range(5000)}, [{'a': [None] * 50}] * 100, b'x' * LIMIT, forever(),
    (n for n in range(LIMIT))], ids=('string', 'strings', 'ints', 'arrays', 'struct', 'structs',
                                     'binary', 'generator without end', 'generator'))
def test_a_result_that_is_too_large_is_a_fault_that_says_so(value):
    with pytest.raises(EncodeFault, match='MAX_ANSWER') as caught:
        encode_response(value, limit=LIMIT)
    assert caught.value.is_too_large


@pytest.mark.parametrize('value', ['x' * (LIMIT - 100), list(range(3000)), [[1] * 100] * 10])
def test_a_result_within_the_limit_is_sent_as_without(value):
    assert encode_response(value, limit=LIMIT) == encode_response(value)


@pytest.mark.parametrize('items', [10, 1000])
def test_the_maximum_itself_is_allowed_for_an_array(items):
    value = ['é'] * items
    size = len('<array><data>\n</data></array>') + items * len(
        '<value><string>é</string></value>\n')
    assert encode_response(value, limit=size)
    with pytest.raises(EncodeFault):
        encode_response(value, limit=size - 1)


def test_the_maximum_itself_is_allowed():
    size = len('<string></string>') + 1000
    assert encode_response('x' * 1000, limit=size)
    with pytest.raises(EncodeFault):
        encode_response('x' * 1001, limit=size)


@pytest.fixture
def served():
    made = Handler(settings=Settings(MAX_ANSWER=LIMIT))
    made.run = []

    def give(size):
        made.run.append(size)
        return 'x' * size
    made.register_function(give, 'give')
    made.register_multicall_functions()
    return made


def multicall(handler, *sizes):
    calls = [{'methodName': 'give', 'params': [size]} for size in sizes]
    body = xmlrpc.client.dumps((calls,), 'system.multicall').encode()
    return xmlrpc.client.loads(handler.call(body).body)[0][0]


def test_in_a_multicall_the_part_that_does_not_fit_is_the_fault_and_later_ones_are_not_run(served):
    found = multicall(served, 40000, 40000, 40000, 10, 10)
    assert [len(part[0]) if isinstance(part, list) else part['faultCode'] for part in found] \
        == [40000, 40000, -32500, -32500, -32500]
    assert 'MAX_ANSWER' in found[2]['faultString']
    assert served.run == [40000, 40000, 40000]


def test_zero_means_no_limit():
    made = Handler(settings=Settings(MAX_ANSWER=0))
    made.register_function(lambda: 'x' * 30000000, 'large')
    body = b'<methodCall><methodName>large</methodName></methodCall>'
    assert len(made.call(body).body) > 30000000
