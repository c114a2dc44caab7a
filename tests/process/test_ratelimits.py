"""The rate limits of the CGI script, a process for each call."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

BODY = b'<methodCall><methodName>app.getName</methodName></methodCall>'
CALLS = 'MAX_CALLS_PER_MINUTE = %d\nRATE_LIMIT_FILE = %r\n'


@pytest.fixture
def file(tmp_path):
    return tmp_path / 'ratelimits'


def head(done):
    """The status of a run and its headers."""
    lines = done.stdout.partition(b'\r\n\r\n')[0].decode().split('\r\n')
    return lines[0], dict(line.split(': ', 1) for line in lines[1:])


def test_the_call_beyond_the_limit_is_429_with_retry_after(any_bundle, file):
    any_bundle.write('settings.py', CALLS % (2, str(file)))
    assert any_bundle.call('app.getName') == any_bundle.call('app.getName') == 'example'
    done = any_bundle.run(BODY)
    status, headers = head(done)
    assert status == 'Status: 429 Too Many Requests'
    assert 1 <= int(headers['Retry-After']) <= 61
    assert done.stderr.startswith(b'xmlrpcgi: rate limited [127.0.0.1]: more than 2 calls in a '
                                  b'minute')
    assert head(any_bundle.run(BODY, {'REMOTE_ADDR': '192.0.2.1'}))[0] == 'Status: 200 OK'


def test_of_many_processes_at_once_exactly_the_limit_passes(bundle, file):
    bundle.write('settings.py', CALLS % (30, str(file)))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: head(bundle.run(BODY))[0][8:11], range(60)))
    assert (found.count('200'), found.count('429')) == (30, 30)


def test_a_refused_call_is_counted_by_the_fault_of_allow(bundle, file):
    bundle.write('members.py', 'from xmlrpcgi import allow\nclass Application:\n'
                               '    @allow(user="ann")\n    def hers(self): return 1\n')
    bundle.write('settings.py', 'MAX_DENIED_PER_MINUTE = 2\nRATE_LIMIT_FILE = %r\n' % str(file))
    refused = BODY.replace(b'app.getName', b'members.hers')
    assert [b'-32501' in bundle.run(refused).stdout for _ in range(3)] == [True, True, False]
    assert head(bundle.run(BODY))[0] == 'Status: 429 Too Many Requests'
    assert head(bundle.run(BODY, {'REMOTE_ADDR': '192.0.2.1'}))[0] == 'Status: 200 OK'


@pytest.mark.parametrize('place, why', [
    ('/no/such/folder/ratelimits', b'No such file or directory'),
    ('/dev/null', b'it is not a plain file'),
    ('/proc/version', b'cannot be')])
def test_a_file_that_cannot_be_used_is_500_and_the_log_says_what_it_takes(bundle, place, why):
    bundle.write('settings.py', CALLS % (5, place))
    for method in 'POST', 'GET', 'HEAD':
        done = bundle.run(BODY, {'REQUEST_METHOD': method})
        assert head(done)[0] == 'Status: 500 Internal Server Error'
        assert place.encode() not in done.stdout
        assert why in done.stderr and b'RATE_LIMIT_FILE' in done.stderr
        assert b'in a folder that user number %d may write to' % os.geteuid() in done.stderr


@pytest.mark.parametrize('made', [False, True])
def test_a_read_only_file_system_is_500_too(bundle, tmp_path, made):
    new_mounts = ['unshare', '--map-root-user', '--mount']
    if not shutil.which('unshare') or subprocess.run(
            [*new_mounts, 'mount', '-t', 'tmpfs', 'none', str(tmp_path)]).returncode:
        pytest.skip('no file system can be mounted here')
    place = tmp_path / 'read_only'
    place.mkdir()
    bundle.write('settings.py', CALLS % (5, str(place / 'ratelimits')))
    bundle.command = [*new_mounts, 'sh', '-c', 'mount -t tmpfs none "$0" && { ! %s || '
                      ': >"$0/ratelimits"; } && mount -o remount,ro "$0" && exec "$@"' % str(
                          made).lower(), str(place), bundle.python]
    done = bundle.run(BODY)
    assert head(done)[0] == 'Status: 500 Internal Server Error'
    assert b'/ratelimits: Read-only file system' in done.stderr


def test_rate_limits_without_a_file_is_500_and_the_log_says_what_it_needs(bundle):
    bundle.write('settings.py', 'MAX_DENIED_PER_MINUTE = 5\n')
    done = bundle.run(BODY)
    assert head(done)[0] == 'Status: 500 Internal Server Error'
    assert b'the setting MAX_DENIED_PER_MINUTE needs RATE_LIMIT_FILE' in done.stderr


def test_only_a_call_with_rate_limits_loads_them(bundle, file):
    bundle.write('seen.py', 'import sys\nclass Application:\n    def loaded(self):\n'
                            '        return sorted(name[9:] for name in sys.modules '
                            'if name[:9] == "xmlrpcgi.")\n')
    assert not {'web.ratelimits', 'web.counters'} & set(bundle.call('seen.loaded'))
    bundle.write('settings.py', CALLS % (5, str(file)))
    assert {'web.ratelimits', 'web.counters'} <= set(bundle.call('seen.loaded'))


def test_calls_on_the_command_line_and_the_trial_of_check_do_not_make_the_file(bundle, file):
    bundle.write('settings.py', CALLS % (1, str(file)))
    program = str(bundle.folder / 'cgi-bin' / 'xmlrpcgi')
    for _ in range(3):
        done = subprocess.run([sys.executable, program, 'call', '--lib',
                               str(bundle.folder / 'lib'), 'app.getName'],
                              stdout=subprocess.PIPE, check=True)
        assert done.stdout == b'example\n'
    done = subprocess.run([sys.executable, program, 'check', '--cgi-bin',
                           str(bundle.folder / 'cgi-bin')], stdout=subprocess.PIPE)
    assert b'A call through rpc.cgi takes' in done.stdout
    assert not file.exists()
