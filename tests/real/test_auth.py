"""Passwords: the web server checks them in front, the script goes by whom it let in."""

import base64
import xmlrpc.client
from xmlrpc.client import Fault

import pytest
import requests

from tests.conftest import need
from tests.real.passwords import MEMBERS, htpasswd_line, lines_for
from tests.tools import servers

METHODS = '''
    def header(self, request):
        return request.headers.get('Authorization', '')
'''


@pytest.fixture(scope='module', params=['mod_cgid', 'mod_cgi', 'mod_fcgid', 'mod_wsgi',
                                        'passenger', 'nginx', 'lighttpd'])
def guarded(request, open_folder):
    """A server with a password on all XML-RPC addresses."""
    need(request.param)
    folder = open_folder('guarded')
    lib = folder / 'lib'
    lib.mkdir()
    (lib / 'members.py').write_text(MEMBERS + METHODS)
    (lib / 'settings.py').write_text("CORS_ORIGINS = ('https://shop.example',)\n")
    (folder / 'htpasswd').write_text(htpasswd_line('ann', 'secret') + htpasswd_line('bob', 'b:ä'))
    (folder / 'htpasswd').chmod(0o644)
    with servers.start(request.param, lib=lib,
                       extra_conf=lines_for(request.param, folder / 'htpasswd')) as server:
        yield server


def proxy(server, login=''):
    return xmlrpc.client.ServerProxy(server.url.replace('//', '//' + login) + '/xmlrpc/')


@pytest.mark.parametrize('login', ['', 'ann:wrong@', 'eve:secret@'])
def test_without_a_right_password_nothing_is_reached(guarded, login):
    with pytest.raises(xmlrpc.client.ProtocolError) as caught:
        proxy(guarded, login).members.who()
    assert caught.value.errcode == 401


def test_a_browser_that_asks_before_a_call_needs_no_password(guarded):
    asked = {'Origin': 'https://shop.example', 'Access-Control-Request-Method': 'POST',
             'Access-Control-Request-Headers': 'authorization,content-type'}
    response = requests.options(guarded.url + '/xmlrpc/', headers=asked, timeout=20)
    if guarded.kind == 'passenger':         # the password is of the whole site
        assert response.status_code == 401
        return
    assert response.status_code == 204
    assert response.headers['Access-Control-Allow-Origin'] == 'https://shop.example'
    assert response.headers['Access-Control-Allow-Headers'] == \
        'Authorization, Content-Type, X-Auth-Token'
    asked['Origin'] = 'https://elsewhere.example'
    assert requests.options(guarded.url + '/xmlrpc/', headers=asked, timeout=20).status_code == 403


def test_the_user_whom_apache_let_in_is_the_requests_user(guarded):
    assert proxy(guarded, 'ann:secret@').members.who() == 'ann'


def test_a_method_for_one_user_is_refused_and_hidden_to_the_others(guarded):
    assert proxy(guarded, 'ann:secret@').members.hers() == 'hers'
    bob = proxy(guarded, 'bob:b%3A%C3%A4@')
    with pytest.raises(Fault) as caught:
        bob.members.hers()
    assert caught.value.faultCode == -32501
    assert 'members.hers' not in bob.system.listMethods()
    assert 'members.hers' in proxy(guarded, 'ann:secret@').system.listMethods()


def test_the_authorization_header_itself_reaches_the_application(guarded):
    expected = 'Basic ' + base64.b64encode(b'ann:secret').decode()
    assert proxy(guarded, 'ann:secret@').members.header() == expected


def test_without_a_password_in_front_the_header_arrives_and_names_no_user(server):
    client = proxy(server, 'ann:secret@')
    assert client.interop_request.header().startswith('Basic ')
    assert client.interop_request.who() == ''
