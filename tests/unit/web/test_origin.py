"""Calls from web pages: whose may call (Fetch standard)."""

import pytest

from tests.unit.ask import ask, handler, header

SITE = 'https://shop.example'


@pytest.mark.parametrize('host, origin', [
    ('example.org', 'http://example.org'), ('example.org', 'https://example.org'),
    ('Example.ORG', 'http://example.org'), ('Example.ORG:81', 'http://example.org:81'),
    ('example.org:80', 'http://example.org'),
    ('example.org', 'http://example.org:80'), ('example.org:443', 'https://example.org'),
    ('example.org:8000', 'http://example.org:8000'), ('[::1]:8000', 'http://[::1]:8000'),
    ('[::1]', 'http://[::1]'), ('[::1]', 'https://[::1]:443'), ('127.0.0.1', 'http://127.0.0.1'),
])
def test_a_page_of_this_host_may_call(host, origin):
    response = ask(host=host, origin=origin)
    assert response.status == 200
    assert header(response, 'Vary') == 'Origin'
    assert header(response, 'Access-Control-Allow-Origin') is None


@pytest.mark.parametrize('origin', [
    'https://other.example', 'http://example.org.evil.example', 'http://evilexample.org',
    'http://example.org:81', 'https://example.org:80', 'http://sub.example.org', 'null', 'Null',
    '', 'example.org', '://example.org', 'file://', 'file://example.org', 'http://', 'http:',
    'ftp://example.org', 'chrome-extension://example.org', 'http://example.org/',
    'http://example.org, http://other.example', 'http://other.example, http://example.org',
    'http://example.org@other.example', 'http://other.example#example.org',
    'http://caf\xe9\udcff', 'x' * 9000, '*',
])
@pytest.mark.parametrize('method', ['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT'])
def test_a_page_of_another_site_is_403(origin, method):
    to = handler()
    response = ask(method=method, to=to, origin=origin)
    assert response.status == 403
    assert header(response, 'Vary') == 'Origin'
    assert not any(name.startswith('Access-Control') for name, _ in response.headers)
    assert method == 'HEAD' or b'CORS_ORIGINS' in response.body
    assert not to.called


@pytest.mark.parametrize('origin, status', [
    ('http://example.org', 403), ('http://example.org:80', 403), ('http://example.org:443', 403),
    ('https://example.org', 200), ('https://example.org:443', 200)])
def test_a_page_of_this_host_by_plain_http_may_not_call_by_https(origin, status):
    assert ask(host='example.org', origin=origin, environ={'HTTPS': 'on'}).status == status


@pytest.mark.parametrize('site, status', [('same-origin', 200), ('same-site', 403), ('', 403),
                                          ('cross-site', 403), ('none', 403)])
def test_the_browsers_own_word_is_enough_behind_a_proxy_that_rewrites_host(site, status):
    response = ask(host='inside:8080', origin='https://example.org', sec_fetch_site=site)
    assert response.status == status


def test_without_a_host_no_origin_is_our_own():
    assert ask(host=None, origin='http://example.org').status == 403
    assert ask(host='', origin='http://').status == 403


def test_a_client_that_is_no_browser_sends_no_origin():
    response = ask()
    assert response.status == 200 and header(response, 'Vary') is None


@pytest.mark.parametrize('listed', [SITE, SITE + '/', 'HTTPS://Shop.Example'])
def test_a_page_of_a_listed_site_may_call_and_is_told(listed):
    assert ask(to=handler(CORS_ORIGINS=(listed,)), origin=SITE.upper()).status == 200
    response = ask(to=handler(CORS_ORIGINS=('http://a.example', listed)), origin=SITE)
    assert response.status == 200
    assert response.headers[-4:] == [
        ('Vary', 'Origin'), ('Access-Control-Allow-Origin', SITE),
        ('Access-Control-Expose-Headers',
         'Retry-After, X-RPC-Method, X-RPC-Fault, X-RPC-Time-Us'),
        ('Access-Control-Allow-Credentials', 'true')]


@pytest.mark.parametrize('origin', ['http://shop.example', SITE + ':8443', 'https://x.shop.example',
                                    'https://shop.example.evil.example', 'null'])
def test_a_listed_site_is_exactly_that(origin):
    assert ask(to=handler(CORS_ORIGINS=(SITE,)), origin=origin).status == 403


def test_a_listed_site_gets_the_answer_to_its_preflight():
    response = ask(method='OPTIONS', to=handler(CORS_ORIGINS=[SITE]), origin=SITE,
                   access_control_request_method='POST',
                   access_control_request_headers='content-type')
    assert response.status == 204
    for name, value in [('Access-Control-Allow-Origin', SITE),
                        ('Access-Control-Allow-Methods', 'POST'),
                        ('Access-Control-Allow-Headers',
                         'Authorization, Content-Type, X-Auth-Token'),
                        ('Access-Control-Allow-Credentials', 'true'),
                        ('Access-Control-Max-Age', '600'), ('Vary', 'Origin')]:
        assert header(response, name) == value


@pytest.mark.parametrize('method, headers, status', [
    ('POST', {'content_type': 'image/png'}, 415), ('POST', {'content_length': None}, 411),
    ('POST', {'content_length': '999999999'}, 413), ('PUT', {}, 405),
    ('POST', {'content_length': '9999'}, 400),
])
def test_a_listed_site_can_read_a_refusal_too(method, headers, status):
    response = ask(method=method, to=handler(CORS_ORIGINS=(SITE,)), origin=SITE, **headers)
    assert response.status == status
    assert header(response, 'Access-Control-Allow-Origin') == SITE


def test_a_star_lets_every_site_in_but_without_passwords():
    to = handler(CORS_ORIGINS=('*',))
    for method in ('POST', 'OPTIONS', 'GET'):
        response = ask(method=method, to=to, origin=SITE)
        assert response.status in (200, 204)
        assert header(response, 'Access-Control-Allow-Origin') == '*'
        assert header(response, 'Access-Control-Allow-Credentials') is None
    assert ask(to=to, origin='null').status == 200


@pytest.mark.parametrize('kind', ['application/x-www-form-urlencoded', '', None,
                                  'Application/X-WWW-Form-Urlencoded; charset=utf-8'])
def test_with_a_star_a_form_of_another_site_may_not_call(kind):
    # A browser sends these with the visitor's password, and without asking first.
    to = handler(CORS_ORIGINS=('*', SITE))
    response = ask(to=to, origin='https://other.example', content_type=kind)
    assert response.status == 403 and b'text/xml' in response.body
    assert not to.called
    assert ask(to=to, origin=SITE, content_type=kind).status == 200
    assert ask(to=to, origin='http://example.org', content_type=kind).status == 200


def test_compression_and_origin_both_count_in_vary():
    response = ask(to=handler(CORS_ORIGINS=(SITE,), GZIP_MIN=1), origin=SITE,
                   accept_encoding='gzip')
    assert header(response, 'Vary') == 'Accept-Encoding, Origin'
