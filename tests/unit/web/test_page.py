"""The page as a text: what it says, that nothing in it can run but its own script, its policy."""

import base64
import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from xmlrpcgi import allow
from xmlrpcgi.web import page

from tests.page.lib.hostile import SHOTS
from tests.unit.ask import ask, handler, header
from tests.unit.web.parsed import ADDRESS, KNOWN, Parsed, described, method, param, parsed

PACKAGE = Path(page.__file__).resolve().parent.parent
CGI_BIN = PACKAGE.parent

STRUCT = {'type': 'struct', 'title': SHOTS, 'members': [
    param(SHOTS, SHOTS, optional=True, value=SHOTS), param(choices=[SHOTS])]}
HOSTILE = [
    method(SHOTS, SHOTS + '\n\n' + SHOTS + '\n\n    ' + SHOTS, SHOTS, [
        param(SHOTS, SHOTS, SHOTS), param(SHOTS, 'array', SHOTS, default=SHOTS, item=STRUCT),
        param(SHOTS, 'string', SHOTS, default=repr(SHOTS), choices=[SHOTS, SHOTS])], True),
    method('app.' + SHOTS.replace('.', '')), method('__proto__'), method(''), method('=methods.a'),
]


def hostile():
    html = page.document(
        dict(described(*HOSTILE, unavailable=[{'name': SHOTS, 'reference': SHOTS}],
                       namespaces=[(SHOTS.rpartition('.')[0], SHOTS)], restricted=True),
             server=SHOTS, version=SHOTS), 'https://' + SHOTS, SHOTS, True)
    return html.decode('utf-8')


# What it says.

def test_the_page_reads_as_documentation_without_a_script():
    found = parsed(method(params=[param('a'), param('b', default='3')]),
                   method('app.mix', 'Mix.\n\nSlowly.', 'undef', [
                       param('items', 'array', item={'type': 'int'}),
                       param('how', 'string', choices=['slow', 'fast'])], True))
    for words in ('XML-RPC endpoint https://example.org/xmlrpc/', 'It has 2 methods.',
                  'app 2 methods', 'app.add Return the sum. app.add(a: int, b: int = 3) → int',
                  'app.mix Mix. app.mix(items: array of int, how: string, ...) Slowly.',
                  "how one of 'slow', 'fast'", 'Served by xmlrpcgi 1.0.0.'):
        assert words in found.words
    assert ('form', 'hidden', '') in found.attributes       # search, of no use without a script


@pytest.mark.parametrize('type, shown', [
    ('int', 'a: int'), ('undef', 'a'), ('dateTime.iso8601', 'a: dateTime'),
    ('int or nil', 'a: int or nil'), ('nil or dateTime.iso8601', 'a: nil or dateTime')])
def test_a_type_is_shown_by_its_xml_rpc_name(type, shown):
    assert 'app.add(%s) → int' % shown in parsed(method(params=[param(type=type)])).words


def test_a_method_without_help_shows_its_signature_in_its_line():
    assert 'app.add (a: int) → int app.add(a: int) → int' in parsed(
        method(help='', params=[param()])).words


def test_namespaces_have_their_help_and_system_alone_is_folded():
    found = parsed(method(), method('system.listMethods'), namespaces=[
        ('app', 'The first.\n\nAnd more: https://example.org/.')])
    assert 'app 1 method The first. And more: https://example.org/. app.add' in found.words
    assert [tag for tag, name, _ in found.attributes if name == 'open'] == ['details']
    assert found.words.index('system 1 method') > found.words.index('app 1 method')
    assert ('details', 'open', '') in parsed(method('system.listMethods')).attributes


def test_that_some_methods_need_a_login_is_said():
    assert 'need a login' not in parsed(method(), login=True).words
    assert 'Some methods need a login.' in parsed(method(), restricted=True).words
    assert 'Other users may call more methods.' in parsed(
        method(), restricted=True, user='eva').words


@pytest.mark.parametrize('login, restricted, user, basic, offered', [
    (True, True, '', False, True), (False, True, '', False, False), (True, False, '', False, False),
    (True, False, 'eva', False, True), (True, False, 'eva', True, False)])
def test_a_login_by_a_token_is_offered_where_it_changes_something(
        login, restricted, user, basic, offered):
    found = parsed(method(), login=login, restricted=restricted, user=user, basic=basic)
    assert found.data['login'] is offered


def test_the_description_can_be_downloaded():
    assert ('a', 'href', '?openrpc') in parsed(method()).attributes
    assert '?openrpc' not in parsed().values('href')


def test_namespaces_are_sorted_and_system_is_the_last():
    found = parsed(*map(method, ('system.listMethods', 'zoo.a', 'alone', 'app.b', 'app.a')))
    assert found.values('id') == ['==methods', '=', 'alone', '=app', 'app.b', 'app.a', '=zoo',
                                  'zoo.a', '=system', 'system.listMethods']
    assert '5 methods in 4 namespaces' in found.words


def test_files_that_do_not_load_are_listed_with_the_reference_in_the_log():
    found = parsed(unavailable=[{'name': 'shop.bad', 'reference': '7f3a91c2'}])
    assert 'Unavailable shop.bad does not load.' in found.words
    assert 'under the reference 7f3a91c2.' in found.words
    assert 'Unavailable' not in parsed(method()).words


def test_the_example_is_a_method_that_needs_no_arguments():
    found = parsed(method(params=[param()]), method('system.listMethods'), method('zoo.all'))
    assert "server = ServerProxy('%s') print(server.zoo.all())" % ADDRESS in found.words
    assert 'print' not in parsed(method('b-c'), method('x', params=[param()])).words


def test_who_is_logged_in_is_told():
    assert 'You are logged in as eva, who may call 1 method.' in parsed(method(), user='eva').words
    assert parsed(method(), user='eva').data['user'] == ''
    assert parsed(method(), user='eva', basic=True).data['user'] == 'eva'


def test_a_page_without_methods_says_so_and_has_no_search():
    found = parsed()
    assert 'This server does not list its methods.' in found.words
    assert 'nav' not in found.tags


# Escaping.

def test_hostile_text_makes_no_element_and_no_attribute():
    found = Parsed(hostile())
    assert set(found.tags) <= KNOWN
    assert (found.tags.count('script'), found.tags.count('style')) == (2, 1)
    assert not {name for _, name, _ in found.attributes} - {
        'lang', 'charset', 'name', 'content', 'rel', 'href', 'class', 'role', 'hidden', 'type',
        'autocomplete', 'spellcheck', 'placeholder', 'aria-keyshortcuts', 'aria-label', 'id',
        'tabindex', 'aria-labelledby', 'title', 'open', 'download'}
    assert SHOTS.partition(' ')[0] in found.words       # it is there, as text


def test_a_hostile_link_leads_only_within_the_page_or_to_a_web_address():
    for href in Parsed(hostile()).values('href'):
        assert re.fullmatch(r'#[-\w.%=~]*|\?openrpc|data:image/svg\+xml,[^"<>]*', href)
    evil = 'https://example.org/"onclick="a <b> javascript:a() http://x/\'><i>'
    found = parsed(method(help='A.\n\n' + evil, params=[param('a', 'string', default=evil)]),
                   namespaces=[('app', evil)])
    links = [href for href in found.values('href') if href[:1] not in '#?d']
    assert links == ["https://example.org/", 'http://x/'] * 2
    assert 'i' in found.tags and found.tags.count('b') == 0 and not found.values('onclick')


def test_ids_are_words_and_come_once():
    ids = Parsed(hostile()).values('id')
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r'[-\w.%=~]*', found) for found in ids)


def test_the_data_holds_no_markup_and_all_the_names():
    found = Parsed(hostile())
    assert not set('<>&') & set(found.raw['script', 'application/json'])
    assert set(found.data['methods']) == {method['name'] for method in HOSTILE}


def test_characters_that_html_does_not_take_are_replaced():
    html = hostile()
    assert not re.search('[\x00-\x08\x0b-\x1f\x7f-\x9f]', html)


def test_the_script_makes_nodes_and_never_markup():
    for name in page._SCRIPT:
        text = (PACKAGE / 'web' / name).read_text(encoding='utf-8')
        assert not re.search(r'innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b'
                             r'|Function\(|srcdoc|setTimeout\(.[\'"]|Storage|cookie|import\(', text)
        assert '</script' not in text and '<!--' not in text and len(text.split('\n')) < 310


# The policy.

def directives(response):
    policy = header(response, 'Content-Security-Policy')
    return dict(part.split(' ', 1) for part in policy.split('; '))


def test_the_policy_lets_the_pages_own_script_and_style_through_by_their_hashes():
    response = ask(method='GET')
    found, policy = Parsed(response.body.decode('utf-8')), directives(response)
    for directive, key in (('script-src', ('script', 'module')), ('style-src', ('style', ''))):
        digest = hashlib.sha256(found.raw[key].encode('utf-8')).digest()
        assert policy[directive] == "'sha256-%s'" % base64.b64encode(digest).decode()


def test_the_policy_forbids_everything_else():
    policy = directives(ask(method='GET'))
    assert {name: policy[name] for name in policy if name not in ('script-src', 'style-src')} == {
        'default-src': "'none'", 'connect-src': "'self'", 'img-src': 'data:',
        'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'"}
    assert header(ask(method='GET'), 'Referrer-Policy') == 'no-referrer'


def test_the_page_loads_nothing_from_anywhere():
    response = ask(method='GET')
    found = Parsed(response.body.decode('utf-8'))
    assert not found.values('src') and not found.values('style')
    style = found.raw['style', '']
    assert 'url(' not in style and '@import' not in style


# The request.

def test_the_page_is_packed_for_those_who_ask():
    plain, packed = ask(method='GET'), ask(method='GET', accept_encoding='gzip')
    assert header(packed, 'Content-Encoding') == 'gzip'
    assert gzip.decompress(packed.body) == plain.body
    assert 'Accept-Encoding' in header(plain, 'Vary')
    assert header(ask(method='GET', to=handler(GZIP_MIN=0), accept_encoding='gzip'),
                  'Content-Encoding') is None
    head = ask(method='HEAD', accept_encoding='gzip')
    assert head.headers == packed.headers and not head.body


@pytest.mark.parametrize('environ, expected', [
    ({}, 'http://example.org/xmlrpc/'), ({'HTTPS': 'on'}, 'https://example.org/xmlrpc/'),
    ({'HTTP_HOST': 'a:8080', 'SCRIPT_NAME': '/RPC2'}, 'http://a:8080/RPC2'),
    ({'HTTP_HOST': '"><b>'}, 'http://"><b>/xmlrpc/'),
    ({'HTTP_HOST': None, 'SERVER_NAME': 'me'}, 'http://me/xmlrpc/'),
    ({'PATH_INFO': '/"<é ?#%'}, 'http://example.org/xmlrpc//%22%3C%C3%A9%20%3F%23%25'),
])
def test_the_page_names_the_address_it_was_asked_at(environ, expected):
    found = Parsed(ask(method='GET', environ=environ).body.decode('utf-8'))
    assert 'XML-RPC endpoint %s Programs call' % expected in found.words


def test_only_what_the_caller_may_call_is_on_the_page():
    made = handler()

    @allow(user='eva')
    def secret():
        pass

    made.register_function(secret, 'secret')
    eva = {'REMOTE_USER': 'eva', 'AUTH_TYPE': 'Basic'}
    assert b'secret' in ask(method='GET', to=made, environ=eva).body
    assert b'secret' not in ask(method='GET', to=made).body
    assert ask(to=made, environ=eva).status == 200
    assert b'secret' not in ask(method='GET', to=made).body      # not by the call before


def test_a_call_does_not_load_the_page():
    code = ('from tests.unit.ask import ask; ask(); import sys;'
            'print([name for name in sys.modules if name.startswith("xmlrpcgi.web")])')
    done = subprocess.run([sys.executable, '-c', code], cwd=CGI_BIN.parent, timeout=20,
                          env={'PYTHONPATH': str(CGI_BIN)}, stdout=subprocess.PIPE)
    assert done.stdout == b'[]\n'


def test_the_page_is_small_and_grows_little_with_each_method():
    params = [param('first'), param('second', 'string', default="'x'")]
    sizes = [len(page.document(described(*(method('app.m%d' % n, 'One line.', 'int', params)
                                           for n in range(count))), ADDRESS))
             for count in (0, 1000)]
    assert sizes[0] < 70000 and sizes[1] - sizes[0] < 800 * 1000
    assert len(ask(method='GET', accept_encoding='gzip').body) < 22000
