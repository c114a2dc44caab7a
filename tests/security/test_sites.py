"""Calls out of a browser, by pages of other sites, with what the visitor has there: cookies, a
Basic password, an address inside of a network (CSRF). A browser asks first (CORS pre-flight) for
all that a form cannot send; what a form can send must not be a call.
"""

import itertools

import pytest

from tests.security import tried
from tests.unit.ask import ask, call, handler, header

KIND = 'other sites'
EVIL = 'https://evil.example'
# What a browser adds by itself.
VISITOR = {'authorization': 'Basic YW5uOnNlY3JldA==', 'cookie': 'session=1',
           'user_agent': 'Mozilla'}
BODY = call()
# What a page may send without being asked for (Fetch standard, CORS-safelisted Content-Type), and
# the spellings that were tried elsewhere to get past a test for it.
UNASKED = [
    'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', None, '',
    'TEXT/PLAIN', 'text/plain;charset=utf-8', 'text/plain; text/xml', 'text/plain;text/xml',
    'text/plain; x=application/xml', 'text/plain;+xml', 'text/plain ;a/b+xml',
    'multipart/form-data;boundary=a+xml', 'multipart/form-data; boundary="text/xml"',
    'application/x-www-form-urlencoded; text/xml', 'application/x-www-form-urlencoded;a+xml',
    ' application/x-www-form-urlencoded ', ';text/xml', '; charset=utf-8',
    'APPLICATION/X-WWW-FORM-URLENCODED;CHARSET=UTF-8',
]
# The form trick for XML by text/plain: the part before the first "=" is a field's name.
FORMS = [BODY, BODY.replace(b'?xml version', b'?xml version', 1), b'x=' + BODY,
         b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + BODY + b'\r\n--x--\r\n',
         b'%3C%3Fxml+version%3D%221.0%22%3F%3E']
# How a browser names another site's page, new to old: all, without Origin, Referer alone.
PAGES = {
    'with all': {'origin': EVIL, 'sec_fetch_site': 'cross-site', 'referer': EVIL + '/a'},
    'Origin alone': {'origin': EVIL},
    'Origin of a hidden page': {'origin': 'null', 'sec_fetch_site': 'cross-site'},
    'Origin null alone': {'origin': 'null'},
    'Origin null, said to be of this host': {'origin': 'null', 'sec_fetch_site': 'same-origin'},
    'Sec-Fetch-Site alone': {'sec_fetch_site': 'cross-site'},
    'a neighbour': {'sec_fetch_site': 'same-site'},
    'a neighbour, Referer of this host': {'sec_fetch_site': 'same-site',
                                          'referer': 'http://example.org/'},
    'a Sec-Fetch-Site unheard of': {'sec_fetch_site': 'elsewhere'},
    'a neighbour with Origin': {'origin': 'http://sub.example.org', 'sec_fetch_site': 'same-site'},
    'another port': {'origin': 'http://example.org:81', 'sec_fetch_site': 'same-site'},
    'Referer alone': {'referer': EVIL + '/a?b'},
    'Referer that looks alike': {'referer': 'http://example.org.evil.example/'},
    'Referer with a user': {'referer': 'http://example.org@evil.example/'},
    'Referer of another port': {'referer': 'http://example.org:81/'},
    'Referer without a slash': {'referer': EVIL},
    'Referer of no site': {'referer': 'about:client'},
    'Origin in capitals': {'origin': 'HTTPS://EVIL.EXAMPLE'},
    'two Origins': {'origin': 'http://example.org, ' + EVIL},
    'an empty Origin': {'origin': ''},
    'the path of this host': {'origin': 'http://example.org/'},
    'a character that folds to k': {'origin': 'http://example.org\u212a'},
}


@pytest.mark.parametrize('kind', UNASKED)
@pytest.mark.parametrize('page', PAGES)
def test_a_form_of_another_site_cannot_call(page, kind):
    for body, cors in itertools.product(FORMS, [(), ('https://shop.example',), ('*',)]):
        tried(KIND)
        made = handler(CORS_ORIGINS=cors)
        response = ask(body, to=made, content_type=kind, **PAGES[page], **VISITOR)
        assert not made.called
        assert response.status in (403, 415)
        assert header(response, 'Access-Control-Allow-Credentials') is None


@pytest.mark.parametrize('page',
                         [name for name in PAGES if 'Referer' not in name or 'this' in name])
def test_a_script_of_another_site_cannot_call_either(page):
    """It would have to be let by the answer to its pre-flight; this is a browser that forgot."""
    for kind in ('text/xml', 'application/xml', 'application/a+xml'):
        tried(KIND)
        made = handler(CORS_ORIGINS=('https://shop.example',))
        assert ask(to=made, content_type=kind, **PAGES[page], **VISITOR).status == 403
        assert not made.called


@pytest.mark.parametrize('page', [{'origin': EVIL}, {'origin': 'null'}])
@pytest.mark.parametrize('wanted', ['content-type', 'authorization', 'content-type, x-csrf', '*'])
def test_a_preflight_of_another_site_gets_nothing(page, wanted):
    for method in ('POST', 'GET', 'PUT', 'DELETE', '*'):
        tried(KIND)
        response = ask(method='OPTIONS', access_control_request_method=method,
                       access_control_request_headers=wanted,
                       access_control_request_private_network='true', **page)
        assert response.status == 403
        assert not any(name.lower().startswith('access-control') for name, _ in response.headers)


@pytest.mark.parametrize('origin', [
    EVIL, 'null', 'https://shop.example.evil.example', 'https://evilshop.example',
    'http://shop.example', 'https://shop.example:8443', 'https://shop\u212a.example',
    'https://shop.example\x00', 'https://shop.example/', 'https://user@shop.example', '*',
    'https://shop.example https://evil.example', 'https://SHOP.example.', 'file://', 'https://'])
def test_credentials_are_let_in_for_sites_of_the_settings_alone(origin):
    for cors in (('https://shop.example', '*'), ('*',), ('https://shop.example',)):
        for method in ('POST', 'OPTIONS', 'GET'):
            tried(KIND)
            response = ask(method=method, origin=origin, to=handler(CORS_ORIGINS=cors))
            assert header(response, 'Access-Control-Allow-Credentials') is None
            assert header(response, 'Access-Control-Allow-Origin') in (None, '*')


def test_null_in_the_settings_lets_no_hidden_page_in_with_a_password():
    """Any site can make a page whose Origin is null, by a sandboxed frame."""
    for cors in (('null',), ('null', '*'), ('*',)):
        tried(KIND)
        response = ask(origin='null', to=handler(CORS_ORIGINS=cors))
        assert header(response, 'Access-Control-Allow-Credentials') is None


def test_what_is_sent_back_as_allowed_is_what_the_settings_say():
    """Never the client's own spelling: U+212A in lower case is "k"."""
    made = handler(CORS_ORIGINS=('https://bank.example',))
    for origin in ('https://BANK.example', 'https://ban\u212a.example'):
        tried(KIND)
        assert header(ask(origin=origin, to=made), 'Access-Control-Allow-Origin') \
            == 'https://bank.example'


@pytest.mark.parametrize('headers', [
    {'origin': 'http://example.org', 'sec_fetch_site': 'same-origin',
     'referer': 'http://example.org/'},
    {'sec_fetch_site': 'same-origin'}, {'sec_fetch_site': 'none'},
    {'referer': 'http://example.org/a'},
    {'referer': 'https://example.org/xmlrpc/'}, {'referer': ''},
    {'referer': '', 'sec_fetch_site': ''},
    {},
])
@pytest.mark.parametrize('kind', ['text/xml', 'application/x-www-form-urlencoded', ''])
def test_a_page_of_this_host_and_a_program_call_as_before(headers, kind):
    made = handler()
    assert ask(to=made, content_type=kind, **headers).status == 200
    assert made.called == ['hello']


def test_a_program_that_names_a_page_calls_as_before():
    """Some libraries send a Referer; XML is what a form cannot send."""
    for kind in ('text/xml', 'application/xml; charset=utf-8'):
        assert ask(content_type=kind, referer=EVIL + '/').status == 200


def test_a_link_from_another_site_leads_to_the_page():
    headers = {'sec_fetch_site': 'cross-site', 'sec_fetch_mode': 'navigate', 'referer': EVIL}
    assert ask(method='GET', **headers).status == 200
    assert ask(method='HEAD', **headers).status == 200


def test_a_plain_call_does_not_load_the_rules_for_browsers():
    import subprocess
    import sys

    from xmlrpcgi.web import origin

    from tests.security.test_objects import PACKAGE
    code = ('import sys; sys.path.insert(0, %r); sys.path.append(%r)\n'
            'from tests.unit.ask import ask\nassert ask().status == 200\n'
            'assert %r not in sys.modules\n' % (
                str(PACKAGE.parent), str(PACKAGE.parents[1]), origin.__name__))
    assert subprocess.run([sys.executable, '-c', code]).returncode == 0


def test_a_get_calls_nothing():
    """Links, images and scripts of other sites are GETs."""
    for query in ('', 'methodName=echo', 'echo', '<methodCall/>', BODY.decode(),
                  'method=echo&params=a'):
        for method in ('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT',
                       'post', 'Post', 'POST ', ''):
            tried(KIND)
            made = handler()
            ask(BODY, method=method, to=made, content_type='text/xml',
                environ={'QUERY_STRING': query}, x_http_method_override='POST',
                content_length=str(len(BODY)))
            assert not made.called
