"""The HTTP rules that settings change, on real servers with a lib/ of their own."""

import shutil
import xmlrpc.client

import pytest
import requests

from tests.conftest import TOP, need
from tests.tools import servers

SECONDS = 30
SITE = 'https://shop.example'
SETTINGS = """
MAX_BODY = 1000
GZIP_MIN = 1
DOCUMENTATION = False
CORS_ORIGINS = ['%s']
""" % SITE
CALL = xmlrpc.client.dumps(('hello',), 'echo.echo').encode()


@pytest.fixture(scope='module', params=list(servers.KINDS))
def server(request, tmp_path_factory):
    need(request.param)
    lib = tmp_path_factory.mktemp('strict') / 'lib'
    lib.mkdir()
    shutil.copy(TOP / 'tests' / 'fixtures' / 'lib' / 'echo.py', lib)
    (lib / 'settings.py').write_text(SETTINGS)
    with servers.start(request.param, lib=lib) as running:
        yield running


def ask(server, body=None, method='POST', **headers):
    headers = {'Content-Type': 'text/xml', 'Accept-Encoding': 'identity',
               **{name.replace('_', '-'): value for name, value in headers.items()}}
    return requests.request(method, server.url + '/xmlrpc/', data=body, headers=headers,
                            timeout=SECONDS)


@pytest.mark.parametrize('size', [1001, 200_000, 8_000_000])
def test_a_small_maximum_resets_no_connection(server, size):
    for _ in range(10):
        response = ask(server, b' ' * size)
        assert response.status_code == 413
        assert response.text == 'the request is larger than 1000 bytes\n'


def test_a_body_of_the_small_maximum_passes(server):
    response = ask(server, CALL + b' ' * (1000 - len(CALL)))
    assert xmlrpc.client.loads(response.content)[0] == ('hello',)


@pytest.mark.parametrize('method', ['GET', 'HEAD'])
def test_a_get_is_405_without_the_page(server, method):
    response = ask(server, method=method)
    assert response.status_code == 405
    assert response.headers['Allow'] == 'OPTIONS, POST'


def test_a_listed_site_gets_its_headers_through(server):
    response = ask(server, CALL, Origin=SITE, Accept_Encoding='gzip')
    assert xmlrpc.client.loads(response.content)[0] == ('hello',)
    assert response.headers['Access-Control-Allow-Origin'] == SITE
    assert response.headers['Access-Control-Allow-Credentials'] == 'true'
    assert response.headers['Content-Encoding'] == 'gzip'
    vary = response.headers['Vary'].replace(' ', '')       # Apache joins the two by ','
    assert set(vary.split(',')) == {'Accept-Encoding', 'Origin'}


def test_a_preflight_is_answered(server):
    response = ask(server, method='OPTIONS', Origin=SITE, Access_Control_Request_Method='POST')
    assert response.status_code == 204
    assert response.headers['Access-Control-Allow-Origin'] == SITE
    assert response.headers['Access-Control-Allow-Methods'] == 'POST'


def test_another_site_is_403(server):
    assert ask(server, CALL, Origin='https://other.example').status_code == 403


def test_a_wrong_setting_is_500_and_the_log_says_why(tmp_path):
    need('mod_cgid')
    (tmp_path / 'settings.py').write_text('MAX_BODDY = 1\n')
    with servers.start('mod_cgid', lib=tmp_path) as server:
        for size in (100, 200_000) * 10:
            response = ask(server, b' ' * size)
            assert response.status_code == 500
            assert 'MAX_BODDY' not in response.text
        assert 'MAX_BODDY' in server.log()
