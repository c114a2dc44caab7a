"""Rate limits on real servers: what passes among many clients at once, and what the log says."""

import concurrent.futures
import os
import shutil
import subprocess
import time
import uuid
import xmlrpc.client
from pathlib import Path

import pytest
import requests

from tests.conftest import TOP, need
from tests.real.passwords import PASSWORD, htpasswd_line
from tests.tools import servers
from tests.trust import clock

SECONDS = 60
LIMIT = 25
CLIENTS = 20
EACH = 5
FILTER = TOP / 'apache' / 'fail2ban-xmlrpcgi.conf'
CALL = xmlrpc.client.dumps(('hello',), 'echo.echo').encode()
SETTINGS = """
MAX_CALLS_PER_MINUTE = %d
MAX_DENIED_PER_MINUTE = 3
RATE_LIMIT_FILE = %r
TRUSTED_PROXIES = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']
"""
MEMBERS = '''
from xmlrpcgi import allow

class Application:
    @allow(user='ann')
    def hers(self):
        return 'hers'
'''


# waitress drops X-Forwarded-For, by which these tests are several callers.
KINDS = [kind for kind in servers.KINDS if kind != 'waitress']


def lib_with_rate_limits(folder, limit):
    """A lib folder with rate limits, and their file's path: where each server's user may write."""
    lib = folder / 'lib'
    lib.mkdir()
    path = Path('/tmp') / ('xmlrpcgi-rate limits-%s' % uuid.uuid4().hex)
    shutil.copy(TOP / 'tests' / 'fixtures' / 'lib' / 'echo.py', lib)
    (lib / 'members.py').write_text(MEMBERS)
    (lib / 'settings.py').write_text(SETTINGS % (limit, str(path)))
    return lib, path


@pytest.fixture(scope='module', params=KINDS)
def server(request, tmp_path_factory):
    need(request.param)
    lib, path = lib_with_rate_limits(tmp_path_factory.mktemp('rate limits'), LIMIT)
    try:
        with servers.start(request.param, lib=lib) as running:
            yield running
    finally:
        if path.exists():
            path.unlink()


_number = iter(range(1, 250))


@pytest.fixture
def address():
    """An address that no other test calls from."""
    return '198.51.100.%d' % next(_number)


def ask(server, address, body=CALL, method='POST', path='/xmlrpc/'):
    return requests.request(method, server.url + path, data=body, timeout=SECONDS,
                            headers={'Content-Type': 'text/xml', 'X-Forwarded-For': address})


def test_of_many_clients_at_once_exactly_the_limit_passes(server, address):
    def client(_):
        return [ask(server, address) for _ in range(EACH)]
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for part in pool.map(client, range(CLIENTS)) for answer in part]
    assert time.monotonic() - began < 60, 'too slow here to be one minute'
    passed = [answer for answer in answers if answer.status_code == 200]
    limited = [answer for answer in answers if answer.status_code == 429]
    assert (len(passed), len(limited)) == (LIMIT, CLIENTS * EACH - LIMIT)
    assert all(xmlrpc.client.loads(answer.content)[0] == ('hello',) for answer in passed)
    for answer in limited:
        assert 1 <= int(answer.headers['Retry-After']) <= 61
        assert answer.text.startswith('more than %d calls in a minute came from this address; '
                                      'call again in ' % LIMIT)


@pytest.mark.slow
def test_who_waits_as_long_as_told_gets_through(tmp_path):
    need('mod_cgid')
    lib, path = lib_with_rate_limits(tmp_path, 2)
    offset = Path('%s.clock' % path)    # of the script's, where libfaketime can set it
    offset.write_text('+0\n')
    conf = clock.CONF % (clock.library(), offset) if clock.library() else ''
    try:
        with servers.start('mod_cgid', lib=lib, extra_conf=conf) as server:
            answers = [ask(server, '192.0.2.1') for _ in range(3)]
            assert [answer.status_code for answer in answers] == [200, 200, 429]
            wait = int(answers[-1].headers['Retry-After'])
            assert 10 < wait <= 61
            for passed, status in (wait - 10, 429), (wait, 200):
                if conf:
                    offset.write_text('+%d\n' % passed)
                else:
                    time.sleep(wait - 10 if status == 429 else 10)
                assert ask(server, '192.0.2.1').status_code == status
    finally:
        for file in path, offset:
            if file.exists():
                file.unlink()


def test_a_large_body_of_a_rate_limited_caller_resets_no_connection(server, address):
    while ask(server, address).status_code == 200:
        pass
    for size in (100, 200_000, 4_000_000):
        assert ask(server, address, b' ' * size).status_code == 429


def test_a_multicall_over_the_limit_is_429_and_costs_nothing(server, address):
    call = {'methodName': 'echo.echo', 'params': ['hello']}
    body = xmlrpc.client.dumps(([call] * (LIMIT - 5),), 'system.multicall').encode()
    assert ask(server, address, body).status_code == 200
    assert ask(server, address, body).status_code == 429
    assert [ask(server, address).status_code for _ in range(6)] == [200] * 5 + [429]


def test_health_and_options_are_never_rate_limited_and_the_page_is(server, address):
    while ask(server, address).status_code == 200:
        pass
    assert ask(server, address, None, 'OPTIONS').status_code == 204
    assert ask(server, address, None, 'GET', '/xmlrpc/?health').text == 'ok\n'
    assert ask(server, address, None, 'GET').status_code == 429


def test_refused_calls_rate_limit_their_address_and_no_other(server, address):
    body = xmlrpc.client.dumps((), 'members.hers').encode()
    for _ in range(3):
        with pytest.raises(xmlrpc.client.Fault) as caught:
            xmlrpc.client.loads(ask(server, address, body).content)
        assert caught.value.faultCode == -32501
    answer = ask(server, address)
    assert answer.status_code == 429
    assert answer.text.startswith('3 calls in a minute from this address were refused')
    assert ask(server, '203.0.113.1').status_code == 200


def test_fail2ban_finds_the_callers_in_the_error_log(server, address, tmp_path):
    program = shutil.which('fail2ban-regex')
    if program is None:
        why = 'There is no fail2ban-regex here ("apt-get install fail2ban").'
        pytest.fail(why, pytrace=False) if os.environ.get('CI') == 'true' else pytest.skip(why)
    for _ in range(LIMIT + 3):
        requests.post(server.url + '/xmlrpc/', data=CALL, timeout=SECONDS, headers={
            'Content-Type': 'text/xml', 'X-Forwarded-For': address,
            'Referer': server.url + '/xmlrpcgi: rate limited [203.0.113.9]: x'})
    end = time.monotonic() + SECONDS
    found = []
    while found.count(address) != 3 and time.monotonic() < end:     # a container's log comes late
        (tmp_path / 'error.log').write_text(server.log())
        done = subprocess.run([program, '-o', 'ip', str(tmp_path / 'error.log'), str(FILTER)],
                              stdout=subprocess.PIPE, check=True, timeout=SECONDS)
        found = done.stdout.decode().split()
    assert found.count(address) == 3
    assert all(each.startswith('198.51.100.') for each in found)


@pytest.mark.parametrize('kind', ['mod_cgid', 'mod_cgi'])
def test_a_user_is_rate_limited_wherever_he_calls_from(kind, tmp_path):
    need(kind)
    lib, path = lib_with_rate_limits(tmp_path, 4)
    users = path.with_name(path.name + '.htpasswd')     # Apache's user may read it there
    users.write_text(htpasswd_line('ann', 'a') + htpasswd_line('bob', 'b'))
    users.chmod(0o644)

    def status(user, number):
        return requests.post(server.url + '/xmlrpc/', data=CALL, auth=(user, user[0]),
                             timeout=SECONDS, headers={
                                 'Content-Type': 'text/xml',
                                 'X-Forwarded-For': '198.51.100.%d' % number}).status_code
    try:
        with servers.start(kind, lib=lib, extra_conf=PASSWORD % users) as server:
            assert [status('ann', number) for number in range(6)] == [200] * 4 + [429] * 2
            assert status('bob', 7) == 200
            assert '[ann@198.51.100.5]: more than 4 calls in a minute came from this user' \
                in server.log()
    finally:
        users.unlink()
        if path.exists():
            path.unlink()
