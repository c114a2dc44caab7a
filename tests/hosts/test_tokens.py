"""Tokens on a shared host: made by the customer, checked by a script that runs by suEXEC or not."""

import xmlrpc.client

import pytest
from xmlrpcgi.check.check import findings

from .test_requests import sample

WHO = "def getName(self, request):\n    return request.user or 'nobody'"


@pytest.fixture(params=['open', 'shared', 'users'])
def site(request, host):
    """An installation with one token, `site.token`, made by the customer's own command."""
    made = host.site(request.param)
    made.application(WHO)
    made.kept = made.sh('echo ~/tokens-of-%s' % made.name).strip()
    made.write('lib/settings.py', 'TOKENS_FILE = %r\n' % (made.kept + '/tokens'))
    made.token = made.sh('python3 cgi-bin/xmlrpcgi token add ann 2>/dev/null').strip()
    if request.param == 'shared':           # calls run as another user than the customer
        assert who(made) == 500
        made.sh('chmod 755 %s; chmod 644 %s/tokens' % (made.kept, made.kept))
    return made


def who(site, **headers):
    """As whom a call with these headers is answered, or the status."""
    answer = site.post(headers=headers)
    if answer.status_code != 200:
        return answer.status_code
    return xmlrpc.client.loads(answer.content)[0][0]


def said(site):
    """{id or level: sentence} of what check finds from outside about the header Authorization."""
    return {finding.id or finding.level: finding.sentence for finding in findings(site.url)
            if finding.name == 'authorization'}


def test_x_auth_token_gets_through_where_authorization_is_held_back(site):
    assert who(site, **{'X-Auth-Token': site.token}) == 'ann'
    assert who(site, **{'X-Auth-Token': 'wrong'}) == 401
    assert who(site, Authorization='Bearer ' + site.token) == 'nobody'
    assert who(site) == 'nobody'
    assert list(said(site)) == ['token-authorization']


@pytest.mark.parametrize('lines', ['CGIPassAuth On\n', None], ids=['CGIPassAuth', 'the sample'])
def test_with_the_lines_of_the_sample_both_get_through(site, lines):
    site.write('cgi-bin/.htaccess', 'Options +ExecCGI\nAddHandler cgi-script .cgi\n'
               + (lines or sample()))
    for headers in {'X-Auth-Token': site.token}, {'Authorization': 'Bearer ' + site.token}:
        assert who(site, **headers) == 'ann'
    assert who(site, Authorization='Bearer wrong') == 401
    assert said(site) == {'ok': 'The script checks tokens, and the header Authorization reaches '
                                'it.'}


def test_the_file_is_the_customers_alone_and_check_is_content(site):
    path, shared = site.kept + '/tokens', site.vhost == 'shared'
    assert site.sh('stat -c "%%a %%U" %s' % path).split() == ['644' if shared else '600', site.user]
    assert not [id for id in site.local_check() if id.startswith('tokens')]
    site.sh('chmod 666 ' + path)
    assert 'tokens-file' in site.local_check()
    assert who(site, **{'X-Auth-Token': site.token}) == who(site) == 500


def test_a_token_that_the_customer_removes_is_refused(site):
    site.sh('python3 cgi-bin/xmlrpcgi token remove ann')
    assert who(site, **{'X-Auth-Token': site.token}) == 401
