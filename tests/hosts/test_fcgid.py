"""rpc.fcgi on a shared host: by mod_fcgid, by the lines of htaccess.sample, as a CGI script."""

import base64
import re

import pytest

from tests.tools.servers.base import APACHE

FCGI = '/cgi-bin/rpc.fcgi'
PROCESS = 'def number(self, request):\n    import os\n' \
          '    return [os.getpid(), os.environ["SCRIPT_NAME"]]\n' \
          'def login(self, request):\n    return request.headers.get("Authorization", "none")'


def sample(*headings):
    """The text of htaccess.sample; the lines below these headings are switched on."""
    with open(APACHE + '/htaccess.sample', encoding='utf-8') as file:
        text = file.read()
    for heading in headings:
        before, after = text.split(heading)
        block, end, rest = after.partition('\n\n')
        text = before + heading + re.sub('^#(?=<|    )', '', block, flags=re.M) + end + rest
    return text


def numbers(site, calls=6):
    """The processes that answered a few calls, one after the other, at the address of rpc.cgi."""
    return {site.call('app.number')[0] for _ in range(calls)}


@pytest.fixture
def moved_up(site):
    """A site whose .htaccess has the lines for mod_fcgid."""
    site.application(PROCESS)
    site.write('cgi-bin/.htaccess', sample('# Faster, where the host has mod_fcgid'))
    return site


def test_the_lines_of_htaccess_sample_have_a_process_that_stays_answer_at_rpc_cgi(moved_up):
    assert len(numbers(moved_up)) == 1
    answer = moved_up.post(headers={'Accept-Encoding': 'identity'})
    assert answer.headers['Content-Length'] == str(len(answer.content))
    assert set(moved_up.fixed()) == {'large'}      # mod_fcgid's 131072 bytes


def test_without_them_each_call_has_a_process(site):
    site.application(PROCESS)
    site.write('cgi-bin/.htaccess', sample())
    assert len(numbers(site)) == 6


def test_with_them_the_authorization_header_arrives(moved_up):
    login = 'Basic ' + base64.b64encode(b'ann:secret').decode()
    body = b'<methodCall><methodName>app.login</methodName></methodCall>'
    for sent, got in ((login, login), (None, 'none')):
        headers = {'Authorization': sent} if sent else {}
        assert got in moved_up.post(body, headers=headers).text


def test_with_them_a_change_in_lib_counts_and_the_process_stays(moved_up):
    before = numbers(moved_up)
    moved_up.application(PROCESS + '\ndef added(self):\n    return 1')
    moved_up.sh('sleep 1.1')
    assert moved_up.call('app.added') == 1
    assert numbers(moved_up) == before


def test_rpc_fcgi_as_a_cgi_script_answers_as_rpc_cgi(site):
    site.write('cgi-bin/.htaccess', 'AddHandler cgi-script .fcgi\n')
    given, expected = site.post(path=FCGI), site.post()
    assert given.status_code == 200 and given.content == expected.content
    assert {*given.headers} == {*expected.headers}
