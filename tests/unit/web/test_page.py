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

HOSTILE = [
    method(SHOTS, SHOTS + '\n\n' + SHOTS + '\n\n    ' + SHOTS, SHOTS, [
        param(SHOTS, SHOTS, SHOTS), param(SHOTS, 'array', SHOTS, default=SHOTS),
        param(SHOTS, 'string', SHOTS, default=repr(SHOTS), choices=[SHOTS, SHOTS])], True),
    method('app.' + SHOTS.replace('.', '')), method('__proto__'), method(''), method('=methods.a'),
]


def hostile():
    html = page.document(
        dict(described(*HOSTILE, unavailable=[{'name': SHOTS, 'reference': SHOTS}]),
             server=SHOTS, version=SHOTS), 'https://' + SHOTS, SHOTS, True)
    return html.decode('utf-8')


# What it says.

def test_the_page_reads_as_documentation_without_a_script():
    found = parsed(method(params=[param('a'), param('b', default='3')]),
                   method('app.mix', 'Mix.', 'undef', [param('items', 'array', 'List[int]'), param(
                       'how', 'string', 'x', choices=['slow', 'fast'])], True))
    for words in ('XML-RPC endpoint https://example.org/xmlrpc/', 'It has 2 methods.',
                  'app.add(a: int, b: int = 3) → int Return the sum.',
                  'app.mix(items: array, how: string, ...) Mix.', 'items List[int]',
                  "how one of 'slow', 'fast'", 'Served by xmlrpcgi 1.0.0.'):
        assert words in found.words
    assert ('form', 'hidden', '') in found.attributes       # search, of no use without a script


@pytest.mark.parametrize('type, shown', [
    ('int', 'a: int'), ('undef', 'a'), ('dateTime.iso8601', 'a: dateTime'),
    ('int or nil', 'a: int or nil'), ('nil or dateTime.iso8601', 'a: nil or dateTime')])
def test_a_type_is_shown_by_its_xml_rpc_name(type, shown):
    assert 'app.add(%s) → int' % shown in parsed(method(params=[param(type=type)])).words


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


@pytest.mark.parametrize('text, tags', [
    ('', []), ('  \n', []), ('one\ntwo', ['p']), ('one\n\n\n\ntwo', ['p', 'p']),
    ('one\n\n    code\n    more', ['p', 'pre', 'code']), ('>>> 1\n1', ['pre', 'code']),
])
def test_a_docstring_becomes_paragraphs_and_code(text, tags):
    found = Parsed(''.join(page._help(text)))
    assert found.tags == tags
    assert found.words.split() == text.split()


@pytest.mark.parametrize('text', ['- a\n- b', 'Raises:\n  this', '1. a\n2. b', ':param a: x\n* y'])
def test_a_list_in_a_docstring_keeps_its_lines(text):
    found = Parsed(''.join(page._help(text)))
    assert found.values('class') == ['kept'] and ''.join(found.text).strip('\n') == text


def test_who_is_logged_in_is_told():
    assert 'You are logged in as eva, who may call 1 method.' in parsed(method(), user='eva').words
    assert parsed(method(), user='eva').data['user'] == ''
    assert parsed(method(), user='eva', basic=True).data['user'] == 'eva'


def test_a_page_without_methods_says_so_and_has_no_search():
    found = parsed()
    assert 'This server does not list its methods.' in found.words
    assert 'nav' not in found.tags


# What the forms are made of.

@pytest.mark.parametrize('type, default, expected', [
    ('int', '3', ('int', '3')), ('string', "'a\"b'", ('string', 'a"b')),
    ('boolean', 'True', ('boolean', 'true')), ('double', '1e-07', ('double', '1e-07')),
    ('double', 'inf', None), ('array', '[1, (2, None)]', ('array', '[1, [2, null]]')),
    ('struct', "{'a': True}", ('struct', '{"a": true}')), ('struct', '{}', ('struct', '{}')),
    ('int or nil', 'None', ('nil', 'null')), ('int', 'None', ('int', 'null')),
    ('int or string', "'x'", ('string', 'x')), ('undef', '3', ('auto', '3')),
    ('undef', "'3'", ('string', '3')), ('undef', 'None', ('auto', 'null')),
    ('base64', "b'x'", None), ('dateTime.iso8601', 'datetime.datetime(2024, 1, 1)', None),
    ('string', "<Color.RED: 'red'>", None), ('array', '{1, 2}', None),
    ('struct', '{1: [b"x"]}', None),
    ('int', '(' * 3000, None), ('string', '-' * 100000 + '1', None),
])
def test_a_field_begins_with_the_default_where_it_can_be_written(type, default, expected):
    found = parsed(method(params=[param(type=type, default=default)])).data
    field = found['methods']['app.add']['params'][0]
    assert (('type' in field) and (field['type'], field['start']) or None) == expected


def test_a_field_offers_the_types_and_choices_of_its_parameter():
    found = parsed(method(params=[param(type='int or nil'), param('b', 'undef'),
                                  param('c', 'string or int', choices=['x', 1])], more=True)).data
    one, two, three = found['methods']['app.add']['params']
    assert one['types'] == ['int', 'nil'] and three['choices'] == ['x', 1]
    assert two['types'][:2] == ['auto', 'string'] and len(two['types']) == 10
    assert found['methods']['app.add']['more'] is True


# Escaping.

def test_hostile_text_makes_no_element_and_no_attribute():
    found = Parsed(hostile())
    assert set(found.tags) <= KNOWN
    assert (found.tags.count('script'), found.tags.count('style')) == (2, 1)
    assert not {name for _, name, _ in found.attributes} - {
        'lang', 'charset', 'name', 'content', 'rel', 'href', 'class', 'role', 'hidden', 'type',
        'autocomplete', 'spellcheck', 'placeholder', 'aria-keyshortcuts', 'aria-label', 'id',
        'tabindex', 'aria-labelledby', 'title'}
    assert SHOTS.partition(' ')[0] in found.words       # it is there, as text


def test_a_hostile_link_leads_only_within_the_page():
    for href in Parsed(hostile()).values('href'):
        assert re.fullmatch(r'#[-\w.%=~]*|data:image/svg\+xml,[^"<>]*', href)


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
    assert sizes[0] < 50000 and sizes[1] - sizes[0] < 800 * 1000
    assert len(ask(method='GET', accept_encoding='gzip').body) < 20000
