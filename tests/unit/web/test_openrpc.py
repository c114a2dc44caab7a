"""?openrpc: the description of the methods as a file, for those who may see the page."""

import gzip
import json

import pytest
from xmlrpcgi import allow

from tests.unit.ask import ask, handler, header

EVA = {'REMOTE_USER': 'eva', 'AUTH_TYPE': 'Basic'}


def got(to, environ=(), method='GET', **headers):
    return ask(method=method, to=to, environ=dict(environ, QUERY_STRING='openrpc'), **headers)


def served(**settings):
    made = handler(**settings)

    @allow(user='eva')
    def secret(when: str = b'\xff'):
        """For eva."""

    made.register_function(secret, 'secret')
    return made


def test_the_document_names_the_methods_and_the_address():
    response = got(handler())
    assert response.status == 200
    assert header(response, 'Content-Type') == 'application/json; charset=utf-8'
    assert header(response, 'X-Content-Type-Options') == 'nosniff'
    found = json.loads(response.body.decode('utf-8'))
    assert found['openrpc'] and found['servers'][0]['url'] == 'http://example.org/xmlrpc/'
    assert [method['name'] for method in found['methods']] == ['echo']


def test_the_document_has_what_the_caller_may_call():
    made = served()
    assert b'secret' not in got(made).body
    found = json.loads(got(made, EVA).body.decode('utf-8'))
    secret = [method for method in found['methods'] if method['name'] == 'secret'][0]
    assert secret['description'] == 'For eva.'
    assert secret['params'][0]['schema']['default'] == '/w=='
    assert b'secret' not in got(made).body


@pytest.mark.parametrize('settings, status', [
    ({'DOCUMENTATION': False}, 405), ({'MAX_ANSWER': 50}, 500), ({}, 200)])
def test_the_settings_of_the_page_hold_for_it(settings, status):
    assert got(handler(**settings)).status == status


def test_without_introspection_it_has_no_methods():
    assert json.loads(got(served(INTROSPECTION=False), EVA).body.decode())['methods'] == []


def test_it_is_packed_like_the_page():
    made = served()
    plain, packed = got(made), got(made, accept_encoding='gzip')
    assert gzip.decompress(packed.body) == plain.body
    head = got(made, method='HEAD')
    assert not head.body and head.headers == plain.headers
