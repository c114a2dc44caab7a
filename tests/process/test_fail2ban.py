"""What fail2ban reads in our logs, by its own fail2ban-regex and apache/fail2ban-xmlrpcgi.conf."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FILTER = Path(__file__).resolve().parent.parent.parent / 'apache' / 'fail2ban-xmlrpcgi.conf'
PROGRAM = shutil.which('fail2ban-regex')
VICTIM = '203.0.113.9'
FORGED = ('xmlrpcgi: rate limited [%s]: more than 1 calls in a minute came from this address'
          % VICTIM)
LINE = ('xmlrpcgi: rate limited [%s]: more than 60 calls in a minute came from this address, '
        'for 9 seconds')
OBJECT = ('{"time": "2026-11-23T23:02:07.123Z", "event": "rate limited", "user": %s, '
          '"address": "%s", "text": "more than 60 calls in a minute came from this address, for 9 '
          'seconds"}')
DATE = '[Mon Nov 23 23:02:07.413078 2026] '
CLIENT = '[client 198.51.100.1:46484] '
SPLIT = 8191                    # bytes of a script's line that Apache logs as one


@pytest.fixture
def banned(tmp_path):
    """A function: the addresses that fail2ban finds in a log (str)."""
    if PROGRAM is None:
        why = 'There is no fail2ban-regex here ("apt-get install fail2ban").'
        pytest.fail(why, pytrace=False) if os.environ.get('CI') == 'true' else pytest.skip(why)

    def find(log):
        path = tmp_path / 'log'
        path.write_bytes(log.encode('utf-8', 'backslashreplace'))
        done = subprocess.run([PROGRAM, '-o', 'ip', str(path), str(FILTER)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        assert done.returncode == 0 and done.stderr == b'', done.stderr
        return done.stdout.decode().split()
    return find


def rate_limited(bundle, tmp_path, format_='text', **environ):
    """What the script writes on the second call, with a limit of one: (stderr, log file)."""
    log = tmp_path / 'rpc.log'
    bundle.write('settings.py', 'MAX_CALLS_PER_MINUTE = 1\nRATE_LIMIT_FILE = %r\nLOG_FILE = %r\n'
                                'TRUSTED_PROXIES = ["10.0.0.1"]\nLOG_FORMAT = %r\n'
                 % (str(tmp_path / 'ratelimits'), str(log), format_))
    body = b'<methodCall><methodName>app.getName</methodName></methodCall>'
    bundle.run(body, environ)
    done = bundle.run(body, environ)
    assert done.stdout.startswith(b'Status: 429 ')
    return done.stderr.decode(), log.read_text()


@pytest.mark.parametrize('prefix', [
    '',                                                             # mod_cgid
    DATE + '[cgi:error] [pid 14529:tid 14529] ' + CLIENT + 'AH01215: stderr from /a b/rpc.cgi: ',
    DATE + '[cgi:error] [pid 14529] ' + CLIENT + 'AH01215: ',       # Apache 2.4.38 and before
    DATE + '[cgid:error] [pid 1:tid 2] ' + CLIENT + 'AH01215: stderr from /srv/rpc.cgi: ',
    DATE + '[fcgid:warn] [pid 14529:tid 140] ' + CLIENT + 'mod_fcgid: stderr: ',
    DATE + '[proxy_fcgi:error] [pid 1:tid 2] ' + CLIENT + "AH01071: Got error '",
    DATE + '[wsgi:error] [pid 14529:tid 140] ' + CLIENT,
    DATE + '[wsgi:error] [pid 14529:tid 140] [remote 198.51.100.1:46484] ',
    DATE + '[cgi:error] [pid 1] [client 2001:db8::5:46484] AH01215: ',
    '2026/11/23 23:22:50 [error] 5790#5790: *394 FastCGI sent in stderr: "',       # nginx
    'App 4345 output: ',                                            # Passenger
    '2026-11-23T23:02:07Z ',                                        # LOG_FILE
])
def test_each_log_names_the_caller_and_not_the_proxy(banned, prefix):
    callers = '192.0.2.1', 'ann@192.0.2.2', 'ann@example.org@2001:db8::1'
    rows = [prefix + LINE % caller + more for caller in callers
            for more in ('\n', ', referer: http://a/' + FORGED + '\n')]
    assert banned(''.join(rows)) == ['192.0.2.1'] * 2 + ['192.0.2.2'] * 2 + ['2001:db8::1'] * 2
    if not prefix.startswith('2026-'):      # LOG_FILE, where an object stands alone
        escaped = '"a\\\\u0022b"'             # as Apache's error log has it
        rows = [prefix + OBJECT % caller + more for caller in (
            ('null', '192.0.2.1'), ('"ann"', '192.0.2.2'), (escaped, '2001:db8::1'))
            for more in ('\n', ', referer: http://a/' + OBJECT % ('null', VICTIM) + '\n')]
        assert banned(''.join(rows)) == ['192.0.2.1'] * 2 + ['192.0.2.2'] * 2 + ['2001:db8::1'] * 2


def test_lines_of_all_kinds_in_one_log_are_all_found(banned):
    rows = [DATE + '[mpm_event:notice] [pid 1:tid 1] AH00489: resuming normal operations',
            LINE % '192.0.2.1',
            DATE + '[cgi:error] [pid 1:tid 2] ' + CLIENT + 'AH01215: ' + LINE % '192.0.2.2',
            LINE % '192.0.2.3', '2026-11-23T23:02:07Z ' + LINE % '192.0.2.4',
            LINE % 'ann@192.0.2.5']
    assert banned('\n'.join(rows) + '\n') == ['192.0.2.%d' % number for number in range(1, 6)]


@pytest.mark.parametrize('row', [
    DATE + '[core:error] [pid 1:tid 2] ' + CLIENT + FORGED,
    DATE + '[core:info] [pid 1] ' + CLIENT + 'AH00128: File does not exist: /srv/' + FORGED,
    DATE + '[cgi:error] [pid 1] ' + CLIENT + 'AH01215: stderr from /srv/rpc.cgi: xmlrpcgi: fault '
    '-32601 x: ' + FORGED,
    DATE + '[cgi:error] [pid 1] ' + CLIENT + 'AH01215: a print ' + FORGED,
    '2026-11-23T23:02:07Z xmlrpcgi: fault -32601 ' + FORGED + ' [192.0.2.1]: there is no method',
    'xmlrpcgi: fault -32601 - [a@192.0.2.1]: ' + FORGED,
    '    ValueError: ' + FORGED,
    LINE % '-', LINE % 'ann@-', LINE % 'host.example',
    OBJECT % ('null', '-'), OBJECT % ('"ann"', ''), 'x' + OBJECT % ('null', VICTIM),
    '{"time": "2026-11-23T23:02:07.123Z", "event": "fault", "text": "\\u0022, \\u0022event\\u0022: '
    '\\u0022rate limited\\u0022, \\u0022user\\u0022: null, \\u0022address\\u0022: '
    '\\u0022203.0.113.9\\u0022, \\u0022text\\u0022: \\u0022"}',
])
def test_other_lines_ban_nobody_whatever_they_carry(banned, row):
    assert banned(row + '\n') == []


@pytest.mark.parametrize('name', [
    '%s]: x' % VICTIM, 'x@%s]: more' % VICTIM, '[%s]: ' % VICTIM, ']: [%s' % VICTIM,
    '%s]: more than 60 calls in a minute came from this address, for 9 seconds' % VICTIM,
    'a\n' + FORGED, 'a\r' + FORGED, 'a\x85' + FORGED, 'a\u2028' + FORGED, 'a\x1b[2K' + FORGED,
    'x' * 3000 + FORGED, 'x' * 50 + '@' + VICTIM + ']: ', '[2026-11-23T23:02:07Z] ' + FORGED,
    '@' + VICTIM, VICTIM + '@', '\\x5d: ' + VICTIM, '\udcff' + VICTIM,
    '", "address": "%s", "text": "' % VICTIM, 'a\n' + OBJECT % ('null', VICTIM), 'a\\', '\\"'])
@pytest.mark.parametrize('format_', ['text', 'json'])
def test_no_user_name_can_have_another_address_banned(banned, bundle, tmp_path, name, format_):
    environ = {'REMOTE_USER': name, 'REMOTE_ADDR': '192.0.2.1'}
    error_log, log_file = rate_limited(bundle, tmp_path, format_, **environ)
    assert len(error_log.splitlines()) == len(log_file.splitlines()) == 1
    by_mod_cgi = DATE + '[cgi:error] [pid 1] %sAH01215: %s' % (
        CLIENT, error_log.replace('\\', '\\\\'))      # which it doubles
    assert banned(error_log + log_file + by_mod_cgi) == ['192.0.2.1'] * 3


@pytest.mark.parametrize('forwarded', [
    '%s]: , 192.0.2.1' % VICTIM, VICTIM + ', 192.0.2.1', 'x, 192.0.2.1',
    'fe80::1%%]: [%s]: , 192.0.2.1' % VICTIM])
def test_no_forwarded_header_can_have_another_address_banned(banned, bundle, tmp_path, forwarded):
    logs = rate_limited(bundle, tmp_path, REMOTE_ADDR='10.0.0.1', HTTP_X_FORWARDED_FOR=forwarded)
    assert banned(''.join(logs)) == ['192.0.2.1'] * 2


def test_a_zone_in_an_address_is_not_logged(banned, bundle, tmp_path):
    logs = rate_limited(bundle, tmp_path, REMOTE_ADDR='10.0.0.1',
                  HTTP_X_FORWARDED_FOR='fe80::1%%]: [%s]: x' % VICTIM)
    assert set(banned(''.join(logs))) <= {'10.0.0.1', 'fe80::1'}


@pytest.mark.parametrize('method', ['x\n' + FORGED, 'x: ' + FORGED, FORGED, 'a b.' + FORGED])
def test_no_method_name_can_have_another_address_banned(banned, bundle, tmp_path, method):
    log = tmp_path / 'rpc.log'
    bundle.write('settings.py', 'LOG_FILE = %r\n' % str(log))
    bundle.run(('<methodCall><methodName>%s</methodName></methodCall>' % method).encode())
    assert 'xmlrpcgi: fault -32601' in log.read_text()
    assert banned(log.read_text()) == []


FAILS = '''
class Application:
    def fail(self, text):
        raise ValueError(text)
'''


@pytest.mark.parametrize('char', ['\U000e0001', '\x9f', '\U0001f600', 'x'])
def test_no_line_of_ours_is_so_long_that_apache_splits_it(banned, bundle, char):
    bundle.write('fails.py', FAILS)
    for length in range(0, 2001, 250):
        text = char * length + (FORGED + ' ') * 20
        params = '<params><param><value>%s</value></param></params>' % text
        done = bundle.run(('<methodCall><methodName>fails.fail</methodName>%s</methodCall>'
                           % params).encode())
        rows = done.stderr.splitlines()
        assert len(rows) > 3
        pieces = [row[at:at + SPLIT] for row in rows for at in range(0, len(row), SPLIT)]
        assert pieces == rows
    assert banned('\n'.join(row.decode() for row in rows) + '\n') == []
