"""The brakes: who is held back, for how long, and what the file of counters survives."""

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from xmlrpcgi import allow, brakes, counters
from xmlrpcgi.faults import NOT_ALLOWED, Fault
from xmlrpcgi.handler import Handler
from xmlrpcgi.library import Library
from xmlrpcgi.settings import TABLE, Settings, SettingsError, load

from tests.pure.ask import ask, call, handler, header

CGI_BIN = Path(__file__).resolve().parent.parent.parent / 'cgi-bin'
START = 1_700_000_000.25


class Clock:
    """What the time is, for the counters."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(counters, 'time', clock)
    return clock


@pytest.fixture
def file(tmp_path):
    return tmp_path / 'brakes'


def server(file, calls=0, denied=0, **more):
    """A handler with the brakes on: `echo` for everybody, `hers` for ann, `login` for nobody."""
    made = handler(MAX_CALLS_PER_MINUTE=calls, MAX_DENIED_PER_MINUTE=denied,
                   BRAKES_FILE=str(file), **more)
    made.register_multicall_functions()

    @allow(user='ann')
    def hers(value):
        return value

    def login(value):
        raise Fault(NOT_ALLOWED, 'wrong password')

    made.register_function(hers, 'hers')
    made.register_function(login, 'login')
    return made


def status(to, method='echo', address='192.0.2.1', user='', **options):
    environ = dict(options.pop('environ', ()), REMOTE_ADDR=address, REMOTE_USER=user)
    return ask(options.pop('body', call(method)), to=to, environ=environ, **options).status


def many(to, times, **options):
    """The statuses of so many calls, in groups: {200: 3, 429: 2}."""
    found = [status(to, **options) for _ in range(times)]
    return {code: found.count(code) for code in sorted(set(found))}


def multicall(count, method='echo'):
    one = ('<value><struct><member><name>methodName</name><value>%s</value></member><member>'
           '<name>params</name><value><array><data><value>x</value></data></array></value>'
           '</member></struct></value>') % method
    return ('<methodCall><methodName>system.multicall</methodName><params><param><value><array>'
            '<data>%s</data></array></value></param></params></methodCall>'
            % (one * count)).encode()


# Off.

def test_the_brakes_are_off_by_default_and_not_even_loaded():
    assert [TABLE[name][0] for name in ('MAX_CALLS_PER_MINUTE', 'MAX_DENIED_PER_MINUTE')] == [0, 0]
    code = ('import sys; sys.path[:0] = [%r, %r]; from tests.pure.ask import ask; ask()\n'
            'print([name for name in sys.modules if name.endswith((".brakes", ".counters"))])' % (
                str(CGI_BIN), str(CGI_BIN.parent)))
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


def test_what_is_braked_is_not_counted(file, clock):
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


# What counts.

def test_a_braked_caller_costs_no_parsing_and_his_body_is_read_to_its_end(file, clock):
    from tests.pure.ask import Body
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


def test_options_other_methods_and_health_do_not_count_and_are_never_braked(file, clock):
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
    assert many(server(file, calls=1), 3, environ={brakes.UNCOUNTED: '1'}) == {200: 3}
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
    response = ask(multicall(11), to=server(file, calls=10), environ={'REMOTE_ADDR': '192.0.2.1'})
    assert response.status == 200
    assert b'system.multicall takes at most 10 calls, 11 came' in response.body


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


# The log.

def test_each_braked_call_is_a_line_in_the_error_log_and_the_log_file(file, clock, tmp_path,
                                                                       capsys):
    log = tmp_path / 'rpc.log'
    to = server(file, calls=1, LOG_FILE=str(log))
    many(to, 3, user='ann')
    line = ('xmlrpcgi: braked [ann@192.0.2.1]: more than 1 calls in a minute came from this '
            'user, for 61 seconds')
    assert capsys.readouterr().err.splitlines() == [line] * 2
    assert [row.split(' ', 1)[1] for row in log.read_text().splitlines()] == [line] * 2


# Settings.

@pytest.mark.parametrize('name', ['MAX_CALLS_PER_MINUTE', 'MAX_DENIED_PER_MINUTE'])
def test_a_brake_without_a_file_is_a_wrong_setting(name, tmp_path):
    with pytest.raises(ValueError, match='the setting %s needs BRAKES_FILE, the file to' % name):
        Settings(**{name: 1})
    with pytest.raises(ValueError, match='65535 at most'):
        Settings(**{name: 65536, 'BRAKES_FILE': '/x'})
    with pytest.raises(ValueError, match='cannot be negative'):
        Settings(**{name: -1})
    with pytest.raises(ValueError, match='an absolute path'):
        Settings(**{name: 1, 'BRAKES_FILE': 'brakes'})


def test_a_wrong_brake_in_the_settings_file_is_a_settings_error(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, 'path', sys.path[:])
    monkeypatch.setattr(sys, 'meta_path', sys.meta_path[:])
    monkeypatch.delitem(sys.modules, 'lib.settings', raising=False)
    (tmp_path / 'settings.py').write_text('MAX_CALLS_PER_MINUTE = 5\n')
    with pytest.raises(SettingsError, match='lib/settings.py: the setting MAX_CALLS_PER_MINUTE'):
        load(Library(str(tmp_path)))
    sys.modules.pop('lib.settings', None)
    sys.modules.pop('lib', None)


def test_a_file_below_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv('HOME', str(tmp_path))
    assert many(server('~/brakes', calls=1), 2) == {200: 1, 429: 1}
    assert (tmp_path / 'brakes').exists()


# The file.

def test_the_file_has_one_size_and_is_for_its_owner_alone(file, clock):
    to = server(file, calls=5)
    umask = os.umask(0)
    try:
        status(to)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == counters.SIZE < 700_000
    for number in range(300):
        status(to, address='10.0.%d.%d' % (number % 250, number // 250), user='user%d' % number)
    assert file.stat().st_size == counters.SIZE


def test_a_file_that_others_may_open_is_closed_to_them(file, clock):
    to = server(file, calls=5)
    status(to)
    file.chmod(0o666)
    status(to)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def link(file):
    file.symlink_to(file.parent / 'other')


def foreign(file):
    file.write_bytes(b'The diary of somebody.')


def short_foreign(file):
    file.write_bytes(b'y')


def large_blank(file):
    file.write_bytes(bytes(counters.SIZE + 1))


@pytest.mark.parametrize('make, why', [
    (link, 'it is a symbolic link'), (foreign, 'there is something else in it'),
    (short_foreign, 'there is something else in it'),
    (large_blank, 'there is something else in it'),
    (Path.mkdir, 'Is a directory'), (lambda file: os.mkfifo(str(file)), 'it is no plain file'),
])
def test_what_is_no_file_of_ours_stops_all_calls_and_is_not_touched(file, make, why):
    make(file)
    before = file.read_bytes() if file.is_file() else None
    to = server(file, calls=5)
    with pytest.raises(SettingsError) as caught:
        status(to)
    assert why in str(caught.value)
    assert str(caught.value).startswith('lib/settings.py: BRAKES_FILE cannot be %s: ' % file)
    assert to.called == []
    assert (file.read_bytes() if file.is_file() else None) == before
    assert not (file.parent / 'other').exists()
    with pytest.raises(SettingsError):
        ask(method='GET', to=to, environ={'QUERY_STRING': 'health'})


def test_a_file_in_no_folder_stops_all_calls(tmp_path):
    with pytest.raises(SettingsError, match='No such file or directory'):
        status(server(tmp_path / 'none' / 'brakes', calls=5))


def test_a_file_of_another_user_is_not_used(file, clock, monkeypatch):
    to = server(file, calls=5)
    status(to)
    monkeypatch.setattr(counters.os, 'geteuid', lambda: os.getuid() + 1)
    with pytest.raises(SettingsError, match='it belongs to another user'):
        status(to)


def test_a_python_without_file_locks_says_so(file, monkeypatch):
    monkeypatch.setitem(sys.modules, 'fcntl', None)
    monkeypatch.delitem(sys.modules, 'xmlrpcgi.counters')
    monkeypatch.delattr(sys.modules['xmlrpcgi'], 'counters')
    with pytest.raises(SettingsError, match='the brakes need file locks, which Python lacks here'):
        status(server(file, calls=5))


@pytest.mark.parametrize('number', [errno.ENOSPC, errno.EROFS, errno.EMFILE, errno.EIO])
def test_what_may_pass_by_itself_lets_calls_through_and_the_log_says_so(file, monkeypatch, capsys,
                                                                         number):
    def fail(*_):
        raise OSError(number, os.strerror(number))
    monkeypatch.setattr(counters.os, 'open', fail)
    assert many(server(file, calls=1, denied=1), 3, method='hers') == {200: 3}
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6              # when the call came, and when it was refused
    assert all(line.startswith('xmlrpcgi: BRAKES_FILE cannot be used now, calls are let through: ')
               for line in lines)


@pytest.mark.skipif(not os.path.exists('/dev/full'), reason='needs /dev/full')
def test_a_full_disk_while_the_file_is_made_leaves_one_that_is_finished_later(file, clock,
                                                                               monkeypatch):
    real, to = os.pwrite, server(file, calls=2)

    def full(descriptor, data, place):
        if place + len(data) > 4096:
            raise OSError(errno.ENOSPC, 'No space left on device')
        return real(descriptor, data, place)
    monkeypatch.setattr(counters.os, 'pwrite', full)
    assert many(to, 3) == {200: 3}
    monkeypatch.undo()
    monkeypatch.setattr(counters, 'time', clock)
    assert many(to, 3) == {200: 2, 429: 1}
    assert file.stat().st_size == counters.SIZE


def test_a_lock_that_is_not_given_back_lets_calls_through_after_a_while(file, clock, monkeypatch,
                                                                        capsys):
    import fcntl
    to = server(file, calls=1)
    status(to)
    monkeypatch.setattr(counters, '_WAIT', 0.2)
    with file.open('rb') as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert status(to) == 200
    assert 'another process has locked it' in capsys.readouterr().err
    assert status(to) == 429


@pytest.mark.parametrize('size', [0, 1, 15, 16, 31, 32, 33, 5000, counters.SIZE - 1])
def test_a_file_that_was_not_written_to_its_end_is_finished(file, clock, size):
    to = server(file, calls=2)
    many(to, 2)
    os.truncate(str(file), size)
    found = many(to, 3)
    assert found.get(200, 0) in (0, 2) and file.stat().st_size == counters.SIZE
    assert many(to, 1, address='192.0.2.77') == {200: 1}


@pytest.mark.parametrize('content', [bytes(100), bytes(counters.SIZE), b'xmlrpcgi-brakes9' * 9])
def test_a_blank_file_or_one_of_another_version_is_made_anew(file, clock, content):
    file.write_bytes(content)
    assert many(server(file, calls=2), 3) == {200: 2, 429: 1}
    assert file.stat().st_size == counters.SIZE


def test_a_slot_that_was_written_in_part_does_no_harm(file, clock):
    to = server(file, calls=2)
    many(to, 2)
    whole = file.read_bytes()
    used = [at for at in range(32, len(whole)) if whole[at]]
    for cut in range(used[0], used[-1] + 1, 3):
        file.write_bytes(whole[:cut] + b'\xff' * 7 + whole[cut + 7:])
        # What is no valid count counts as none; nobody is held back by it.
        assert many(to, 3) in ({200: 2, 429: 1}, {429: 3})
        assert status(to, address='192.0.2.3') == 200


def test_garbage_in_the_whole_table_holds_nobody_back(file, clock):
    to = server(file, calls=2)
    many(to, 2)
    for filler in (b'\xff', b'\x01', os.urandom(64)):
        head = file.read_bytes()[:32]
        file.write_bytes((head + filler * counters.SIZE)[:counters.SIZE])
        assert many(to, 3) == {200: 2, 429: 1}


def test_removing_the_file_lifts_all_brakes(file, clock):
    to = server(file, calls=1)
    many(to, 3)
    file.unlink()
    assert many(to, 2) == {200: 1, 429: 1}


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


# A full table.

def test_a_caller_at_his_limit_is_not_washed_out_by_many_who_call_less(file, clock):
    to = server(file, calls=3)
    many(to, 3)
    for number in range(15_000):
        with counters.Counters(str(file)) as table:
            table.add(counters.CALLS, b'a%d' % number)
    assert many(to, 2) == {429: 2}


def test_calls_do_not_wash_out_counts_of_refused_calls(file, clock):
    to = server(file, denied=1, calls=50)
    status(to, method='hers')
    for number in range(15_000):
        with counters.Counters(str(file)) as table:
            table.add(counters.CALLS, b'a%d' % number, 40)
    assert status(to) == 429


def test_in_a_table_full_of_callers_new_ones_are_let_through_and_counted(file, clock):
    for number in range(8_000):
        with counters.Counters(str(file)) as table:
            table.add(counters.CALLS, b'a%d' % number, 3)
    assert many(server(file, calls=3), 3, address='192.0.2.1')[200] == 3


def test_two_files_place_the_same_callers_differently(tmp_path, clock):
    places = []
    for name in 'xy':
        with counters.Counters(str(tmp_path / name)) as table:
            places.append([table._find(0, b'a%d' % number)[:2] for number in range(20)])
    assert all(one != other for one, other in zip(*places))


# Many at once.

WORKER = '''
import sys
sys.path.insert(0, %r)
from xmlrpcgi.counters import Counters
sys.stdin.readline()
passed = 0
for _ in range(50):
    with Counters(sys.argv[1]) as table:
        if not table.wait(0, b'a', 100):
            table.add(0, b'a')
            passed += 1
print(passed)
'''


def test_of_many_processes_at_once_exactly_the_limit_passes(file):
    workers = [subprocess.Popen([sys.executable, '-c', WORKER % str(CGI_BIN), str(file)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
               for _ in range(16)]
    for worker in workers:
        worker.stdin.write(b'\n')
        worker.stdin.flush()
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 100


def test_of_many_threads_of_one_handler_exactly_the_limit_passes(file):
    to, found = server(file, calls=50), []
    threads = [threading.Thread(target=lambda: found.extend(status(to) for _ in range(20)))
               for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (found.count(200), found.count(429)) == (50, 150)


KILLED = '''
import sys
sys.path.insert(0, %r)
from xmlrpcgi.counters import Counters
print(flush=True)
number = 0
while True:
    number += 1
    with Counters(sys.argv[1]) as table:
        table.add(0, b'k%%d' %% (number %% 300))
'''


@pytest.mark.parametrize('fresh', [True, False])
def test_a_process_that_is_killed_at_any_moment_leaves_a_file_that_works(file, fresh):
    for turn in range(15):
        if fresh and file.exists():
            file.unlink()
        worker = subprocess.Popen([sys.executable, '-c', KILLED % str(CGI_BIN), str(file)],
                                  stdout=subprocess.PIPE)
        worker.stdout.readline()
        try:
            worker.wait(0.002 * turn)
        except subprocess.TimeoutExpired:
            pass
        worker.kill()
        worker.communicate()
        to = server(file, calls=3)
        assert many(to, 5, address='192.0.2.%d' % turn) == {200: 3, 429: 2}


def test_a_handler_made_by_hand_has_brakes_by_its_settings(file, clock):
    made = Handler(settings=Settings(MAX_CALLS_PER_MINUTE=1, BRAKES_FILE=str(file)))
    made.register_function(lambda value: value, 'echo')
    assert many(made, 2) == {200: 1, 429: 1}
