"""The rate limits: who is held back, and for how long, whatever becomes of the clock."""

import subprocess
import sys

import pytest
from xmlrpcgi.handler import Handler
from xmlrpcgi.settings import TABLE, Settings
from xmlrpcgi.web import counters, ratelimits

from tests.unit.ask import ask, header
from tests.unit.web.ratelimited import CGI_BIN, START, many, server, status

# Off.

def test_the_rate_limits_are_off_by_default_and_not_even_loaded():
    assert [TABLE[name][0] for name in ('MAX_CALLS_PER_MINUTE', 'MAX_DENIED_PER_MINUTE')] == [0, 0]
    code = ('import sys; sys.path[:0] = [%r, %r]; from tests.unit.ask import ask; ask()\n'
            'print([name for name in %r if name in sys.modules])' % (
                str(CGI_BIN), str(CGI_BIN.parent), [ratelimits.__name__, counters.__name__]))
    done = subprocess.run([sys.executable, '-IS', '-c', code], timeout=30, stdout=subprocess.PIPE,
                          check=True)
    assert done.stdout == b'[]\n'


def test_a_file_without_a_limit_is_not_made(file):
    assert many(server(file), 5) == {200: 5}
    assert not file.exists()


# Calls in a minute.

def test_calls_up_to_the_limit_pass_and_the_next_is_429(file, clock):
    to = server(file, calls=3)
    assert [status(to) for _ in range(5)] == [200, 200, 200, 429, 429]
    assert to.called == ['hello'] * 3


def test_the_answer_says_how_long_to_wait_in_a_sentence_and_a_header(file, clock):
    to = server(file, calls=1)
    status(to)
    response = ask(to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
    assert response.status == 429
    assert header(response, 'Content-Type') == 'text/plain; charset=utf-8'
    assert response.body == (b'more than 1 calls in a minute came from this address; '
                             b'call again in 61 seconds\n')
    assert header(response, 'Retry-After') == '61'


@pytest.mark.parametrize('limit', [1, 2, 7, 60])
@pytest.mark.parametrize('pause', [0.1, 0.7, 3.3])
def test_who_waits_as_long_as_told_gets_through_and_not_a_second_before(file, clock, limit, pause):
    to = server(file, calls=limit)
    passed = []
    for _ in range(4 * limit):
        response = ask(to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
        if response.status == 429:
            wait = int(header(response, 'Retry-After'))
            assert 1 <= wait <= 61
            clock.now += wait - 1
            assert status(to) == 429
            clock.now += 1
            assert status(to) == 200
        passed.append(clock.now)
        clock.now += pause
    for end in passed:          # never more than the limit in any minute
        assert sum(end - 60 < moment <= end for moment in passed) <= limit


def test_what_is_rate_limited_is_not_counted(file, clock):
    to = server(file, calls=2)
    many(to, 2)
    for _ in range(60):
        clock.now += 1
        assert status(to) == 429
    clock.now += 1
    assert many(to, 3) == {200: 2, 429: 1}


def test_each_address_has_its_own_count(file, clock):
    to = server(file, calls=1)
    for number in range(50):
        assert many(to, 2, address='192.0.2.%d' % number) == {200: 1, 429: 1}


@pytest.mark.parametrize('one, other, same', [
    ('2001:db8:1:2::1', '2001:db8:1:2:ffff::9', True),          # one network of 64 bits
    ('2001:db8:1:2::1', '2001:DB8:1:2:0:0:0:1', True),
    ('2001:db8:1:2::1', '2001:db8:1:3::1', False),
    ('fe80::1%eth0', 'fe80::2%eth1', True),
    ('::ffff:192.0.2.1', '192.0.2.1', True),
    ('::ffff:192.0.2.1', '::ffff:192.0.2.2', False),
    ('192.0.2.1', '192.0.2.2', False),
    ('', 'unix:', True),                                        # no address at all: one caller
    ('\0', '1.2.3', True),
])
def test_an_address_is_an_ipv4_address_or_an_ipv6_network(file, clock, one, other, same):
    to = server(file, calls=1)
    assert status(to, address=one) == 200
    assert status(to, address=other) == (429 if same else 200)


def test_a_user_is_counted_from_wherever_he_calls(file, clock):
    to = server(file, calls=2)
    assert [status(to, user='ann', address='192.0.2.%d' % number) for number in range(4)] \
        == [200, 200, 429, 429]
    assert status(to, user='bob', address='192.0.2.3') == 200


@pytest.mark.parametrize('other', ['ANN', 'aNn', ' ann', 'ann ', '\uff41nn'])
def test_a_user_is_one_however_the_web_server_was_told_the_name(file, clock, other):
    to = server(file, calls=2)
    assert [status(to, user=user, address='192.0.2.%d' % number)
            for number, user in enumerate(('Ann', other, 'ann', other))] == [200, 200, 429, 429]
    assert status(to, user='anna', address='192.0.2.9') == 200


def test_a_user_over_the_limit_uses_up_nothing_of_his_address(file, clock):
    to = server(file, calls=2)
    many(to, 2, user='ann', address='192.0.2.1')
    assert many(to, 5, user='ann', address='192.0.2.2') == {429: 5}
    assert many(to, 3, user='bob', address='192.0.2.2') == {200: 2, 429: 1}


def test_users_behind_one_address_share_its_count(file, clock):
    to = server(file, calls=2)
    assert [status(to, user=user) for user in ('ann', 'bob', 'eve')] == [200, 200, 429]


def test_an_address_and_a_user_of_the_same_name_are_two(file, clock):
    to = server(file, calls=1)
    assert status(to, address='192.0.2.1') == 200
    assert status(to, address='192.0.2.2', user='192.0.2.1') == 200


@pytest.mark.parametrize('user', ['ä' * 3000, '\udcff', 'a@b', ''])
def test_any_name_of_a_user_can_be_counted(file, clock, user):
    assert many(server(file, calls=1), 2, user=user) == {200: 1, 429: 1}


def test_the_address_is_the_one_a_trusted_proxy_names(file, clock):
    to = server(file, calls=1, TRUSTED_PROXIES=('10.0.0.1',))

    def through(client):
        return status(to, address='10.0.0.1', environ={'HTTP_X_FORWARDED_FOR': client})
    assert [through('192.0.2.1'), through('192.0.2.2'), through('192.0.2.1')] == [200, 200, 429]
    assert through('192.0.2.3, 192.0.2.1') == 429           # the first is the client's word


def test_a_handler_made_by_hand_has_rate_limits_by_its_settings(file, clock):
    made = Handler(settings=Settings(MAX_CALLS_PER_MINUTE=1, RATE_LIMIT_FILE=str(file)))
    made.register_function(lambda value: value, 'echo')
    assert many(made, 2) == {200: 1, 429: 1}


# The log.

def test_each_rate_limited_call_is_a_line_in_the_error_log_and_the_log_file(file, clock, tmp_path,
                                                                       capsys):
    log = tmp_path / 'rpc.log'
    to = server(file, calls=1, LOG_FILE=str(log))
    many(to, 3, user='ann')
    line = ('xmlrpcgi: rate limited [ann@192.0.2.1]: more than 1 calls in a minute came from this '
            'user, for 61 seconds')
    assert capsys.readouterr().err.splitlines() == [line] * 2
    assert [row.split(' ', 1)[1] for row in log.read_text().splitlines()] == [line] * 2


# The clock.

@pytest.mark.parametrize('jump', [-10 ** 9, -86400, -3600, -61, -30, -3, -1, 30, 61, 86400])
def test_no_jump_of_the_clock_locks_anybody_out_for_more_than_a_minute(file, clock, jump):
    to = server(file, calls=3)
    many(to, 5)
    clock.now += jump
    response = ask(to=to, environ={'REMOTE_ADDR': '192.0.2.1'})
    if response.status == 429:
        wait = int(header(response, 'Retry-After'))
        assert wait <= 61 + counters._SKEW
        clock.now += wait
        assert status(to) == 200


@pytest.mark.parametrize('jump', [-86400, -3600, -61, -30, -3, -2, -1])
def test_a_clock_that_is_put_back_gives_nobody_a_new_minute(file, clock, jump):
    to = server(file, calls=3)
    many(to, 5)
    clock.now += jump
    assert many(to, 5) == {429: 5}


def test_a_clock_that_jumps_forth_and_back_locks_nobody_out(file, clock):
    to = server(file, calls=3)
    many(to, 5)
    clock.now += 10 ** 9
    assert many(to, 5) == {200: 3, 429: 2}
    clock.now -= 10 ** 9
    clock.now += 62
    assert many(to, 5) == {429: 5}
    clock.now += 61
    assert many(to, 5) == {200: 3, 429: 2}


def test_hosts_whose_clocks_differ_by_a_second_count_together(file, clock):
    to = server(file, calls=20)
    passed = 0
    for turn in range(400):             # two hosts in turn, one of them a second behind
        clock.now = START + turn * 0.1 - turn % 2
        passed += status(to) == 200
    assert passed == 20
