"""The Request of FastCGI: what the HTTP rules look at is text at once, the rest when asked for."""

import pytest
from xmlrpcgi import http
from xmlrpcgi.message import Request
from xmlrpcgi.resident.request import _LOOKED_AT, ParamsRequest

from tests.unit.ask import Body, call, handler

PARAMS = {b'REQUEST_METHOD': b'POST', b'CONTENT_TYPE': b'text/xml', b'HTTP_PROXY': b'http://evil',
          b'HTTP_X_TEXT': 'M\u00fcller'.encode(), b'REMOTE_USER': b'\xff', b'REMOTE_ADDR': b'::1'}


def test_all_of_it_is_there_but_what_a_client_could_set():
    request = ParamsRequest(PARAMS, None)
    assert request.method == 'POST'
    assert 'environ' not in vars(request)
    assert request.header('X-Text') == 'M\u00fcller' and request.user == '\xff'
    assert request.remote_addr == '::1' and request.header('Proxy') == ''
    assert set(request.environ) == {name.decode() for name in PARAMS} - {'HTTP_PROXY'}
    assert request.environ is request.environ


def test_what_is_not_there_is_said_so():
    assert not hasattr(ParamsRequest(PARAMS, None), 'nothing')


class Asked(dict):
    """Notes the names that it is asked for."""

    def __init__(self, *items):
        super().__init__(*items)
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)


@pytest.mark.parametrize('more', [
    {}, {'HTTP_ACCEPT_ENCODING': 'gzip'}, {'CONTENT_TYPE': 'text/plain'}, {'CONTENT_LENGTH': ''},
    {'CONTENT_LENGTH': '99999999999'}])
def test_the_rules_look_at_no_other_name_of_raw(more):
    """Else it would be missing by FastCGI, and there alone."""
    body = Body(call())
    environ = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
               'CONTENT_LENGTH': str(len(body.data)), **more}
    request = Request(environ, body.read)
    request.raw = Asked(environ)
    http.answer(request, handler(GZIP_MIN=1))
    assert request.raw.names and request.raw.names <= set(_LOOKED_AT.values())
