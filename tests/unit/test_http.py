"""The HTTP rules: methods, content types, the headers of an answer."""

import re
import xmlrpc.client

import pytest
from xmlrpcgi import http, message
from xmlrpcgi.errors import LibraryError

from tests.unit.ask import Body, ask, call, handler, header

EVERY_METHOD = 'GET, HEAD, OPTIONS, POST'


@pytest.mark.parametrize('kind', [
    'text/xml', 'TEXT/XML', ' text/xml ', 'text/xml;charset=utf-8', 'text/xml; charset=UTF-8',
    'text/xml; charset="utf-8"', "text/xml; charset='utf-8'", 'text/xml;charset=', 'text/xml;',
    'text/xml; charset', 'text/xml ; charset = utf-8', 'Text/Xml; boundary=x; CHARSET=Utf-8',
    'application/xml', 'application/xml; charset=utf-8', 'application/soap+xml',
    'application/xmlrpc+xml', 'Application/Any+XML; v=1', 'text/vnd.x+xml',
    '', None, ';charset=utf-8', 'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=UTF-8',
])
def test_a_content_type_that_clients_send_is_taken(kind):
    response = ask(content_type=kind)
    assert response.status == 200
    assert xmlrpc.client.loads(response.body)[0] == ('hello',)


@pytest.mark.parametrize('kind', [
    'text/plain', 'text/html', 'application/json', 'multipart/form-data; boundary=x',
    'image/png', 'xml', 'text/xmlx', 'text/xml, text/xml', 'application/xml+json', 'nonsense',
    'text', 'text/', '*/*', 'text/plain; x=text/xml', 'caf\xe9/\udce9', 'x' * 5000,
])
def test_another_content_type_is_415(kind):
    to = handler()
    response = ask(content_type=kind, to=to)
    assert response.status == 415
    assert header(response, 'Content-Type') == 'text/plain; charset=utf-8'
    assert b'text/xml' in response.body and len(response.body) < 300
    assert not to.called


@pytest.mark.parametrize('value, expected', [
    ('', ('', None)), ('text/xml', ('text/xml', None)), ('A/B; charset=X', ('a/b', 'X')),
    ('a/b;charset="x y"', ('a/b', 'x y')), ('a/b; q=1; charset=x', ('a/b', 'x')),
    ('a/b; CharSet=x', ('a/b', 'x')),
    ('a/b; xcharset=x', ('a/b', None)), ('a/b; charset=""', ('a/b', None)),
])
def test_a_content_type_is_taken_apart(value, expected):
    assert message.content_type(value) == expected


def test_the_charset_of_the_content_type_wins_over_the_declaration():
    body = call(text='caf\xe9').decode().replace('?>', ' encoding="UTF-8"?>').encode('latin-1')
    response = ask(body, content_type='text/xml; charset=iso-8859-1')
    assert xmlrpc.client.loads(response.body)[0] == ('caf\xe9',)


def test_the_headers_of_an_answer_are_these():
    response = ask()
    *rest, (name, microseconds) = response.headers
    assert rest == [
        ('Content-Type', 'text/xml; charset=utf-8'), ('Content-Length', str(len(response.body))),
        ('X-Content-Type-Options', 'nosniff'), ('Cache-Control', 'no-store'),
        ('X-RPC-Method', 'echo')]
    assert name == 'X-RPC-Time-Us' and 0 < int(microseconds) < 10_000_000


def test_the_length_counts_bytes_not_characters():
    response = ask(call(text='\u20ac\U0001f600'))
    assert header(response, 'Content-Length') == str(len(response.body))
    assert '\u20ac\U0001f600'.encode() in response.body


TWO = call().replace(b'</params>', b'<param><value/></param></params>')


@pytest.mark.parametrize('body, code, method', [
    (b'', -32700, None), (b'<methodCall>', -32700, None), (b'<a/>', -32600, None),
    (call('no.such'), -32601, 'no.such'), (TWO, -32602, 'echo'),
])
def test_a_fault_is_200_and_named_in_the_headers(body, code, method):
    response = ask(body)
    assert response.status == 200
    assert header(response, 'X-RPC-Fault') == str(code)
    assert header(response, 'X-RPC-Method') == method
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(response.body)
    assert caught.value.faultCode == code


def test_a_success_names_no_fault():
    assert header(ask(), 'X-RPC-Fault') is None


@pytest.mark.parametrize('name, shown', [
    ('shop.orders.create', 'shop.orders.create'), ('a_b:c/d-e.F9', 'a_b:c/d-e.F9'),
    ('a&#13;&#10;Set-Cookie: x=1', 'a??Set-Cookie:?x?1'), ('a&#9;b', 'a?b'),
    ('caf\xe9', 'caf?'), ('\u2028', '?'), ('a"b\'c\\d', 'a?b?c?d'), ('a%0d%0ab', 'a?0d?0ab'),
    ('\uff1a\uff21', '??'), ('x' * 1000, 'x' * 255), ('a b', 'a?b'),
])
def test_the_method_name_in_the_headers_has_safe_characters_only(name, shown):
    assert header(ask(call(name)), 'X-RPC-Method') == shown


@pytest.mark.parametrize('method', ['PUT', 'DELETE', 'TRACE', 'PATCH', 'CONNECT', 'PROPFIND',
                                    'post', 'get', 'POST ', 'NONSENSE', ''])
def test_another_method_is_405_and_is_told_which_there_are(method):
    to = handler()
    response = ask(call(), method, to, content_type='text/xml', content_length='10')
    assert response.status == 405
    assert header(response, 'Allow') == EVERY_METHOD
    assert not to.called


@pytest.mark.parametrize('page, status, allow', [
    (True, 200, EVERY_METHOD), (False, 405, 'OPTIONS, POST')])
def test_a_get_shows_the_page_unless_the_settings_say_no(page, status, allow):
    to = handler(DOCUMENTATION=page)
    got, head, options, put = (ask(method=method, to=to)
                               for method in ('GET', 'HEAD', 'OPTIONS', 'PUT'))
    assert (got.status, head.status, options.status, put.status) == (status, status, 204, 405)
    assert header(options, 'Allow') == header(put, 'Allow') == allow
    if not page:
        assert header(got, 'Allow') == header(head, 'Allow') == allow


@pytest.mark.parametrize('settings', [{}, {'DOCUMENTATION': False}])
def test_a_head_has_the_headers_of_a_get_and_no_body(settings):
    got, head = (ask(method=method, to=handler(**settings)) for method in ('GET', 'HEAD'))
    assert head.headers == got.headers and head.status == got.status
    assert got.body and not head.body


@pytest.mark.parametrize('page', (True, False))
def test_a_get_of_health_is_a_word_for_a_balancer(page):
    to = handler(DOCUMENTATION=page)
    response = ask(method='GET', to=to, environ={'QUERY_STRING': 'health'})
    assert response.status == 200 and response.body == b'ok\n'
    assert ask(method='HEAD', to=to, environ={'QUERY_STRING': 'health'}).status == 200


def test_health_is_not_well_without_a_folder_of_classes(tmp_path):
    class Missing:
        def check(self):
            raise LibraryError('there is no folder')
    to = handler()
    to.library = Missing()
    with pytest.raises(LibraryError):       # which the door answers with 500
        ask(method='GET', to=to, environ={'QUERY_STRING': 'health'})


def test_the_page_is_text_and_lists_the_methods():
    response = ask(method='GET')
    assert header(response, 'Content-Type').startswith('text/')
    assert 'echo' in response.body.decode()


def test_the_page_lists_nothing_without_introspection():
    assert b'echo' not in ask(method='GET', to=handler(INTROSPECTION=False)).body


def test_a_page_that_fails_is_500_with_a_reference_and_no_more(capsys, monkeypatch):
    def fail(*_):
        raise ValueError('secret')
    monkeypatch.setattr('xmlrpcgi.web.page.document', fail)
    response = ask(method='GET', to=handler())
    assert response.status == 500
    reference = re.search(r'ref [0-9a-f]{8}', response.body.decode()).group()
    assert reference in capsys.readouterr().err and b'secret' not in response.body


def test_a_list_of_methods_that_fails_leaves_the_page_and_is_in_the_log(capsys):
    class Broken:
        def _dispatch(self, method, params):
            pass

        def _listMethods(self):
            raise ValueError('secret')
    to = handler()
    to.register_instance(Broken())
    response = ask(method='GET', to=to)
    assert response.status == 200 and b'secret' not in response.body
    assert 'secret' in capsys.readouterr().err


def test_options_is_204_with_allow_and_no_body():
    response = ask(method='OPTIONS')
    assert (response.status, response.body) == (204, b'')
    assert response.headers == [
        ('Allow', EVERY_METHOD), ('X-Content-Type-Options', 'nosniff'),
        ('Cache-Control', 'no-store')]


@pytest.mark.parametrize('kind, environ, expected', [
    ('user', {'REMOTE_USER': 'eva'}, 'eva'), ('user', {}, ''),
    ('remote_addr', {'REMOTE_ADDR': '::1'}, '::1'),
    ('https', {'HTTPS': 'on'}, True), ('https', {'HTTPS': 'ON'}, True),
    ('https', {'HTTPS': 'off'}, False), ('https', {}, False),
    ('https', {'REQUEST_SCHEME': 'https'}, True), ('https', {'REQUEST_SCHEME': 'http'}, False),
    ('path', {'SCRIPT_NAME': '/rpc', 'PATH_INFO': '/a'}, '/rpc/a'), ('path', {}, ''),
    ('headers', {'HTTP_X_A': '1', 'CONTENT_TYPE': 'text/xml', 'PATH': '/bin'},
     {'X-A': '1', 'Content-Type': 'text/xml'}),
])
def test_a_request_tells_what_the_server_said(kind, environ, expected):
    assert getattr(message.Request(environ, None), kind) == expected


@pytest.mark.parametrize('name, expected', [
    ('Content-Type', 'text/xml'), ('content-length', '5'), ('X-Token', 'abc'), ('X-None', '')])
def test_a_header_is_found_whatever_its_case(name, expected):
    request = message.Request({'CONTENT_TYPE': 'text/xml', 'CONTENT_LENGTH': '5',
                            'HTTP_X_TOKEN': 'abc', 'HTTP_CONTENT_TYPE': 'no'}, None)
    assert request.header(name) == expected


@pytest.mark.parametrize('method, headers', [
    ('POST', {'content_type': 'text/plain'}), ('POST', {'origin': 'https://other.example'}),
    ('PUT', {'content_length': '300000'}), ('GET', {'content_length': '300000'}),
    ('POST', {'content_encoding': 'br'}),
    ('DELETE', {'content_length': None, 'transfer_encoding': 'chunked'}),
])
def test_a_refused_body_is_read_nevertheless(method, headers):
    # mod_cgid resets the connection of a script that ends with input unread.
    body = Body(b' ' * 300_000, piece=4096)
    assert ask(body, method, **headers).status in (200, 403, 405, 415)
    assert body.at == 300_000 and 0 not in body.asked


def test_headers_of_methods_are_kept_for_short_names_of_methods_that_there_are(monkeypatch):
    kept = {}
    monkeypatch.setattr(http, '_named', kept)
    to = handler()
    to.register_function(lambda value: value, 'a' * 300)
    to.register_function(lambda value: value, 'b b')
    for name in ('echo', 'nothing', 'a' * 300, 'b b', 'echo'):
        response = ask(call(name), to=to)
        assert header(response, 'X-RPC-Method') == name[:255].replace(' ', '?')
    assert kept == {'echo': ('X-RPC-Method', 'echo')}
