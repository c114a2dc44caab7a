"""The page behind GET: script in what it shows (CVE-2019-16935), and frames round it.

What a browser makes of it is in tests/page/test_browser_hostile.py; here, what a request reaches.
"""

import pytest
from xmlrpcgi.web import page

from tests.page.lib.hostile import SHOTS
from tests.security import tried
from tests.unit.ask import ask, handler, header
from tests.unit.web.parsed import KNOWN, Parsed, described, method, param

KIND = 'page'
SCRIPTS = [
    SHOTS, '<script>alert(1)</script>', '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '</title><script>alert(1)</script>', '</style><script>alert(1)</script>',
    '<img src=x onerror=a>',
    '" onmouseover="alert(1)', "' onmouseover='alert(1)", '` onmouseover=`alert(1)',
    '<svg/onload=a>',
    'javascript:alert(1)', 'data:text/html,<script>alert(1)</script>',
    '<iframe src=//evil.example>',
    '<base href=//evil.example>', '<meta http-equiv=refresh content=0>',
    '<form action=//evil.example>',
    '<link rel=stylesheet href=//evil.example>', '<!--', '-->', ']]>', '<![CDATA[', '<?xml ?>',
    '<plaintext>',
    '\u2028alert(1)', '\\u003cscript>', '&lt;script&gt;', '&#60;script>', '%3Cscript%3E',
    '+ADw-script+AD4-',
    '\x00<script>', '<\x00script>', '\ufeff<script>', '\uff1cscript\uff1e', '{{constructor}}',
    '${alert(1)}',
    '\x1b[31m', '\ud800<script>', '<scr<script>ipt>', '<math><mi xlink:href="javascript:a">', '*/',
    '//',
    '*/alert(1)/*', '\nalert(1)', '</script ><script>alert(1)', '<SCRIPT>', '<script\n>',
]


def safe(html):
    """Nothing of it makes an element, an attribute or a link that the page has not."""
    found = Parsed(html.decode('utf-8'))
    assert set(found.tags) <= KNOWN
    assert (found.tags.count('script'), found.tags.count('style')) == (2, 1)
    assert not [name for _, name, _ in found.attributes if name.startswith('on') or name == 'style']
    assert all(value.startswith(('#', 'data:image/svg+xml,')) or value == '?openrpc'
               for value in found.values('href'))
    assert not found.values('src') and not found.values('action') and not found.values('http-equiv')
    assert not set('<>&') & set(found.raw['script', 'application/json'])
    return found


@pytest.mark.parametrize('text', SCRIPTS)
def test_text_of_the_application_is_no_markup_wherever_it_stands(text):
    """CVE-2019-16935: DocXMLRPCServer put its server's title into the page as it was."""
    parameter = param(text, text, text, default=text, choices=[text])
    struct = {'type': 'struct', 'title': text, 'members': [param(text, text, value=text)]}
    places = [
        described(method(name=text)), described(method(name='a.' + text)),
        described(method(help=text)),
        described(method(result=text)), described(method(params=[parameter])),
        described(method(params=[param(type='array', item=struct)])),
        described(method(), namespaces=[('app', text), (text, text)]),
        described(method(), unavailable=[{'name': text, 'reference': text}]),
        dict(described(method()), server=text, version=text),
    ]
    for place in places:
        tried(KIND)
        safe(page.document(place, 'https://example.org/xmlrpc/'))


@pytest.mark.parametrize('text', SCRIPTS)
@pytest.mark.parametrize('place', ['HTTP_HOST', 'SERVER_NAME', 'PATH_INFO', 'SCRIPT_NAME',
                                   'REMOTE_USER',
                                   'QUERY_STRING', 'HTTP_REFERER', 'HTTP_USER_AGENT', 'HTTP_COOKIE',
                                   'HTTP_ACCEPT_LANGUAGE', 'HTTP_X_FORWARDED_HOST',
                                   'REQUEST_SCHEME',
                                   'HTTP_X_FORWARDED_PROTO', 'HTTP_X_FORWARDED_FOR', 'AUTH_TYPE'])
def test_the_request_is_no_markup_either(place, text):
    """CVE-2019-16935, by the headers of a request that somebody else's page provokes."""
    tried(KIND)
    text = text.encode('utf-8', 'surrogatepass').decode('utf-8',
                                                        'surrogateescape')     # as doors do
    environ = {'HTTP_HOST': None} if place == 'SERVER_NAME' else {'AUTH_TYPE': 'Basic'}
    response = ask(method='GET', environ=dict(environ, **{place: text}))
    found = safe(response.body)
    assert found.words


def test_the_user_who_is_shown_cannot_end_the_data():
    for text in SCRIPTS:
        tried(KIND)
        found = safe(page.document(described(method()), 'https://example.org/', text, True))
        assert found.data['user'] == text.encode('utf-8', 'surrogatepass').decode(
            'utf-8', 'surrogatepass')


@pytest.mark.parametrize('to', [handler(), handler(DOCUMENTATION=False),
                                handler(INTROSPECTION=False)])
def test_no_answer_can_be_framed_sniffed_or_cached(to):
    for method_ in ('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'):
        tried(KIND)
        response = ask(method=method_, to=to)
        assert header(response, 'X-Content-Type-Options') == 'nosniff'
        assert header(response, 'Cache-Control') == 'no-store'
        if (header(response, 'Content-Type') or '').startswith('text/html'):
            policy = header(response, 'Content-Security-Policy')
            assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
            assert 'unsafe' not in policy and '*' not in policy


def test_a_refusal_shows_what_came_as_plain_text_alone():
    for text in SCRIPTS:
        for headers in ({'content_type': text}, {'content_encoding': text},
                        {'content_length': text},
                        {'origin': text}, {'transfer_encoding': text}):
            tried(KIND)
            response = ask(**headers)
            kind = header(response, 'Content-Type')
            assert kind in ('text/plain; charset=utf-8', 'text/xml; charset=utf-8')
            if kind.startswith('text/xml'):
                assert b'<script' not in response.body


def test_an_answer_cannot_be_read_as_a_page():
    """What is echoed in a fault or a result makes no element, of XHTML's namespace or another."""
    from xml.dom.minidom import parseString
    from xml.sax.saxutils import escape

    from tests.unit.ask import XML
    wanted = {'methodResponse', 'params', 'param', 'value', 'string', 'fault', 'struct', 'member',
              'name', 'int'}
    for text in SCRIPTS + ['<html xmlns="http://www.w3.org/1999/xhtml"><script>a</script></html>']:
        if not any(char in '\x00\x1b\x0b' or '\ud800' <= char < '\ue000' for char in text):
            for called in ('echo', text):
                tried(KIND)
                value = '<params><param><value>%s</value></param></params>' % escape(text)
                body = ask((XML % (escape(called), value)).encode()).body
                found = parseString(body).getElementsByTagName('*')
                assert {element.tagName for element in found} <= wanted
