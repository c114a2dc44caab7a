"""The page of an Apache in a real Chromium calls at each address, and behind a password."""

import shutil
from urllib.parse import quote

import pytest

from tests.conftest import need
from tests.page.conftest import LIB
from tests.page.form import Form
from tests.page.languages import answer_of
from tests.real.passwords import PASSWORD, htpasswd_line
from tests.tools import servers

USER = "e'v`a$x"


@pytest.fixture(scope='module')
def apache():
    need('mod_cgid')
    with servers.start('mod_cgid', lib=LIB) as running:
        yield running


@pytest.mark.parametrize('path', ['/xmlrpc', '/RPC2', '/cgi-bin/rpc.cgi'])
def test_the_page_calls_at_each_address_of_an_apache(chromium, path, apache):
    chromium.open('about:blank')
    chromium.messages()
    chromium.open(apache.url + path)
    assert chromium.text('h1') == apache.url + path
    assert Form(chromium, 'values.add').fill('1').call() == '8'
    assert chromium.messages() == []


@pytest.fixture(scope='module')
def guarded(open_folder):
    """The address of a page behind Apache's password, with the user and password in it."""
    need('mod_cgid')
    folder = open_folder('guarded')
    (folder / 'htpasswd').write_text(htpasswd_line(USER, 'it%s'))
    (folder / 'htpasswd').chmod(0o644)
    with servers.start('mod_cgid', lib=LIB,
                       extra_conf=PASSWORD % (folder / 'htpasswd')) as running:
        yield '%s/xmlrpc/' % running.url.replace('//', '//%s:it%%25s@' % quote(USER))


def test_a_page_behind_a_password_calls_with_that_password(chromium, guarded):
    chromium.open(guarded)
    assert 'You are logged in as %s, who may call 26 methods' % USER in chromium.text('header')
    form = Form(chromium, 'values.add').fill('1')
    assert form.call() == '8'


@pytest.mark.parametrize('language', ['curl', 'Python', 'PHP', 'JavaScript'])
def test_the_lines_for_other_languages_name_the_user_and_leave_a_place_for_the_password(
        chromium, guarded, language):
    chromium.open(guarded)
    lines = Form(chromium, 'values.add').fill('1').lines(language)
    if language == 'curl':          # asks for it
        assert "-u 'e'\\''v`a$x' " in lines
        lines = lines.replace("$x' ", "$x:it%s' ")
    else:
        assert lines.count('PASSWORD') == 1
        lines = lines.replace('PASSWORD', 'it%s' if language == 'JavaScript' else 'it%25s')
    assert answer_of(language, lines) == 8


CALL = """
    const [url, login, done] = arguments
    fetch(url, {method: 'POST', credentials: 'include',
        headers: {'Content-Type': 'text/xml', Authorization: 'Basic ' + btoa(login)},
        body: '<methodCall><methodName>values.add</methodName><params><param><value><int>1</int>'
            + '</value></param></params></methodCall>'})
      .then(async response => done(response.status + ' ' + await response.text()),
            error => done('' + error))
"""


@pytest.fixture(scope='module')
def listed(open_folder):
    """Pages of two other sites, of which CORS_ORIGINS lists the first, and a guarded Apache."""
    need('mod_cgid')
    folder = open_folder('listed')
    (folder / 'htpasswd').write_text(htpasswd_line('ann', 'secret'))
    (folder / 'htpasswd').chmod(0o644)
    with servers.start('embedded', lib=LIB) as shop, servers.start('embedded', lib=LIB) as other:
        shutil.copytree(LIB, folder / 'lib')
        (folder / 'lib' / 'settings.py').write_text('CORS_ORIGINS = (%r,)\n' % shop.url)
        with servers.start('mod_cgid', lib=folder / 'lib',
                           extra_conf=PASSWORD % (folder / 'htpasswd')) as running:
            yield shop.url, other.url, running.url + '/xmlrpc/'


def test_a_page_of_a_listed_site_calls_behind_a_password(chromium, listed):
    shop, other, address = listed
    chromium.open(shop + '/xmlrpc/nothing')
    said = chromium.do('execute/async', script=CALL, args=[address, 'ann:secret'])
    assert said.startswith('200 ') and '<int>8</int>' in said
    chromium.open(other + '/xmlrpc/nothing')
    refused = chromium.do('execute/async', script=CALL, args=[address, 'ann:secret'])
    assert refused == 'TypeError: Failed to fetch'
    chromium.messages()
