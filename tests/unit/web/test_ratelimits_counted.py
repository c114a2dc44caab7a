"""What the rate limits count: calls, those within a multicall, and those that are refused."""

from xmlrpc.client import dumps

import pytest
from xmlrpcgi.errors import Refusal
from xmlrpcgi.web import ratelimits

from tests.unit.ask import Body, ask, header
from tests.unit.web.ratelimited import many, multicall, server, status

# Calls.

def test_a_rate_limited_caller_costs_no_parsing_and_his_body_is_read_to_its_end(file, clock):
    to = server(file, calls=1)
    status(to)
    body = Body(b'<' * 100_000)
    assert status(to, body=body) == 429
    assert body.at == 100_000


def test_calls_that_fail_count_too(file, clock):
    to = server(file, calls=3)
    assert status(to, method='none') == 200                 # a fault
    assert status(to, body=b'<') == 200
    assert status(to, content_type='image/png') == 415
    assert status(to) == 429


@pytest.mark.parametrize('method', ['GET', 'HEAD'])
def test_the_page_counts_as_a_call(file, clock, method):
    to = server(file, calls=2)
    found = [ask(method=method, to=to, environ={'REMOTE_ADDR': '192.0.2.1'}).status
             for _ in range(3)]
    assert found == [200, 200, 429]


def test_what_a_page_of_another_site_sends_uses_up_nothing_of_its_visitor(file, clock):
    to = server(file, calls=1, denied=1)
    for headers in ({'HTTP_ORIGIN': 'https://evil.example'},
                    {'HTTP_SEC_FETCH_SITE': 'cross-site'}):
        for _ in range(3):
            assert status(to, environ=dict(headers, HTTP_HOST='a.example')) == 403
    assert many(to, 2) == {200: 1, 429: 1}


def test_options_other_methods_and_health_do_not_count_and_are_never_rate_limited(file, clock):
    to = server(file, calls=1)
    for _ in range(2):
        for method, query, expected in (('OPTIONS', '', 204), ('PUT', '', 405),
                                        ('GET', 'health', 200), ('HEAD', 'health', 200)):
            assert ask(method=method, to=to, environ={
                'REMOTE_ADDR': '192.0.2.1', 'QUERY_STRING': query}).status == expected
        status(to)
    assert status(to) == 429


def test_the_answer_to_a_listed_site_can_be_read_by_its_page(file, clock):
    to = server(file, calls=1, CORS_ORIGINS=('https://a.example',))
    status(to)
    response = ask(to=to, origin='https://a.example', environ={'REMOTE_ADDR': '192.0.2.1'})
    assert response.status == 429
    assert header(response, 'Access-Control-Allow-Origin') == 'https://a.example'
    assert 'Retry-After' in header(response, 'Access-Control-Expose-Headers')


def test_calls_of_our_own_command_line_are_not_counted(file, clock):
    assert many(server(file, calls=1), 3, environ={ratelimits.UNCOUNTED: '1'}) == {200: 3}
    assert not file.exists()


# system.multicall.

def test_a_multicall_counts_as_the_calls_in_it(file, clock):
    to = server(file, calls=10)
    assert status(to, body=multicall(7)) == 200
    assert many(to, 4) == {200: 3, 429: 1}


def test_a_multicall_of_none_or_one_counts_as_one(file, clock):
    to = server(file, calls=3)
    assert [status(to, body=multicall(count)) for count in (0, 1)] == [200, 200]
    assert many(to, 2) == {200: 1, 429: 1}


def test_nothing_of_a_multicall_over_the_limit_runs_and_it_uses_up_nothing(file, clock):
    to = server(file, calls=10)
    many(to, 4)
    to.called.clear()
    response = ask(multicall(7), to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
    assert response.status == 429 and to.called == []
    assert many(to, 7) == {200: 6, 429: 1}


def test_a_multicall_that_waits_as_long_as_told_gets_through(file, clock):
    to = server(file, calls=10)
    for _ in range(4):
        status(to)
        clock.now += 5
    response = ask(multicall(8), to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
    assert response.status == 429
    clock.now += int(header(response, 'Retry-After'))
    assert status(to, body=multicall(8)) == 200


def test_a_multicall_where_not_one_call_fits_is_told_to_wait_at_most_twice(file, clock):
    to = server(file, calls=10)         # before its body is read it is one call
    for _ in range(10):
        status(to)
        clock.now += 5
    for _ in range(2):
        response = ask(multicall(8), to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
        assert response.status == 429
        clock.now += int(header(response, 'Retry-After'))
    assert status(to, body=multicall(8)) == 200


def test_a_multicall_that_could_never_pass_is_a_fault_that_says_so(file, clock):
    to = server(file, calls=10)
    response = ask(multicall(11), to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
    assert response.status == 200 and to.called == []
    assert b'system.multicall takes at most 10 calls, 11 came' in response.body
    assert b'<int>-32600</int>' in response.body
    assert many(to, 10) == {200: 9, 429: 1}         # it counts as one call


def test_a_multicall_without_a_request_is_not_counted(file):
    to = server(file, calls=10)
    for _ in range(3):
        assert b'<fault>' not in to._marshaled_dispatch(multicall(10))
    assert not file.exists()


# Refused calls in a minute.

def test_after_so_many_refused_calls_every_call_is_429(file, clock):
    to = server(file, denied=3)
    assert many(to, 3, method='hers') == {200: 3}
    assert many(to, 2) == {429: 2}
    assert status(to, address='192.0.2.9') == 200
    response = ask(to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
    assert response.body == (b'3 calls in a minute from this address were refused; '
                             b'call again in 61 seconds\n')
    clock.now += int(header(response, 'Retry-After'))
    assert status(to) == 200


def test_calls_that_are_not_refused_do_not_count_as_such(file, clock):
    to = server(file, denied=1)
    assert many(to, 9) == {200: 9}
    assert many(to, 9, method='none') == {200: 9}
    assert many(to, 9, method='hers', user='ann') == {200: 9}


def test_a_class_that_checks_passwords_itself_counts_by_the_same_fault(file, clock):
    to = server(file, denied=2)
    assert many(to, 3, method='login') == {200: 2, 429: 1}


def test_a_refused_call_within_a_multicall_counts_once_as_the_others_are_not_tried(file, clock):
    to = server(file, denied=3)
    assert [status(to, body=multicall(100, 'hers')) for _ in range(4)] == [200, 200, 200, 429]


def test_a_refusal_by_a_later_part_of_a_multicall_counts_too(file, clock):
    to = server(file, denied=2)

    def refuses():
        raise Refusal(401, 'who are you?')

    to.register_function(refuses, 'refuses')
    calls = [{'methodName': 'echo', 'params': ['x']}, {'methodName': 'refuses', 'params': []}]
    body = dumps((calls,), 'system.multicall').encode()
    assert [status(to, body=body) for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize('code', [400, 401, 402, 403, 404, 409, 422, 429, 500, 503])
def test_only_a_refusal_for_who_may_not_call_counts_as_denied(file, clock, code):
    to = server(file, denied=1)

    def refuses():
        raise Refusal(code, 'no')
    to.register_function(refuses, 'refuses')
    one = {'methodName': 'refuses', 'params': []}
    other = {'methodName': 'echo', 'params': ['x']}
    for number, (body, answer) in enumerate([
            (dumps((), 'refuses'), code), (dumps(([one],), 'system.multicall'), code),
            (dumps(([other, one, other],), 'system.multicall'), 200)]):
        address = '192.0.2.%d' % number
        assert status(to, body=body.encode(), address=address) == answer
        assert status(to, address=address) == (429 if code in (401, 403) else 200)


def test_refused_calls_count_by_user_too(file, clock):
    to = server(file, denied=2)
    assert [status(to, 'hers', user='bob', address='192.0.2.%d' % number) for number in range(3)] \
        == [200, 200, 429]
    assert status(to, user='eve', address='192.0.2.3') == 200


def test_both_limits_hold_and_the_longer_wait_is_told(file, clock):
    to = server(file, calls=5, denied=2)
    many(to, 2, method='hers')
    clock.now += 20
    assert many(to, 1) == {429: 1}
    assert header(ask(to=to, environ={'REMOTE_ADDR': '192.0.2.1'}), 'Retry-After') == '41'
