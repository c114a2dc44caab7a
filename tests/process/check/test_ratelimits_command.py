"""The command `check` looks at the file of the rate limits where they are on."""

import json
import os

import pytest

from tests.process.command_line import run
from tests.process.installing import copy


@pytest.fixture
def site(tmp_path):
    return copy(tmp_path)


def of_rate_limits(site, settings, env=None):
    """The findings of the command about rate limits."""
    (site / 'lib' / 'settings.py').write_text(settings)
    _, out, err = run('check', '--cgi-bin', site / 'cgi-bin', '--json', env=env)
    assert err == ''
    return [row for row in json.loads(out)['findings'] if row['name'] == 'rate limits']


@pytest.mark.parametrize('settings, looked_at', [
    ('', False), ('RATE_LIMIT_FILE = %r\n', False),
    ('RATE_LIMIT_FILE = %r\nMAX_CALLS_PER_MINUTE = 5\n', True),
    ('RATE_LIMIT_FILE = %r\nMAX_DENIED_PER_MINUTE = 5\n', True)])
def test_the_command_looks_at_the_file_where_the_rate_limits_are_on(site, settings, looked_at):
    path = str(site / 'no' / 'ratelimits')
    found = of_rate_limits(site, settings.replace('%r', repr(path)))
    assert [row['cause'] for row in found] == ['rate-limits-folder'] * looked_at


def test_the_command_finds_the_home_that_calls_find_not_that_of_the_environment(site):
    found = of_rate_limits(site, "RATE_LIMIT_FILE = '~/no-such-folder-here/ratelimits'\n"
                            'MAX_CALLS_PER_MINUTE = 5\n', env={'HOME': '/nowhere'})
    import pwd
    home = pwd.getpwuid(os.geteuid()).pw_dir
    assert found[0]['sentence'].endswith('no folder %s/no-such-folder-here.' % home)


def test_what_is_wrong_with_the_file_does_not_hide_what_else_is_looked_at(site):
    (site / 'lib' / 'settings.py').write_text("RATE_LIMIT_FILE = '/no/ratelimits'\n"
                                              'MAX_CALLS_PER_MINUTE = 5\n')
    status, out, _ = run('check', '--cgi-bin', site / 'cgi-bin')
    assert status == 1
    assert 'Classes that answer calls: app (1).' in out
    assert 'A call through rpc.cgi takes ' in out
    assert 'FAIL  rate limits' in out
