"""Entities and document types: nothing is declared, expanded or fetched.

The messages are built in every encoding, also behind a declaration that names another one, and
both small and so large that the fast reader (wire/scanner.py) is asked first.
"""

import codecs
import encodings
import pkgutil
import socket

import pytest
from xmlrpcgi.decode import BULK, decode_call
from xmlrpcgi.errors import WireFault

from tests import wire
from tests.security import tried

KIND = 'entities'
CALL = ('<methodCall><methodName>echo</methodName><params><param><value>%s</value></param>'
        '</params></methodCall>')
FILE = '/etc/passwd'


def laughs(levels, factor=10):
    lines = ['<!ENTITY l0 "lol">']
    for level in range(1, levels):
        lines.append('<!ENTITY l%d "%s">' % (level, '&l%d;' % (level - 1) * factor))
    return '<!DOCTYPE x [%s]>' % ''.join(lines), '&l%d;' % (levels - 1)


# name: (document type, value)
DOCTYPES = {
    'billion laughs': laughs(10),
    'a few laughs': laughs(3),
    'quadratic blow-up': ('<!DOCTYPE x [<!ENTITY a "%s">]>' % ('a' * 50000), '&a;' * 5000),
    'external file': ('<!DOCTYPE x [<!ENTITY a SYSTEM "file://%s">]>' % FILE, '&a;'),
    'external path': ('<!DOCTYPE x [<!ENTITY a SYSTEM "%s">]>' % FILE, '&a;'),
    'external http': ('<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:%d/a">]>', '&a;'),
    'external public': ('<!DOCTYPE x [<!ENTITY a PUBLIC "p" "http://127.0.0.1:%d/a">]>', '&a;'),
    'external subset': ('<!DOCTYPE x SYSTEM "http://127.0.0.1:%d/a.dtd">', 'hello'),
    'external subset, public': ('<!DOCTYPE x PUBLIC "p" "http://127.0.0.1:%d/a.dtd">', 'hello'),
    'parameter entity': ('<!DOCTYPE x [<!ENTITY %% a SYSTEM "http://127.0.0.1:%d/a"> %%a;]>',
                         'hello'),
    'parameter laughs': ('<!DOCTYPE x [<!ENTITY % a "a"><!ENTITY % b "%a;%a;%a;">%b;]>', 'hello'),
    'error channel': ('<!DOCTYPE x [<!ENTITY % f SYSTEM "file:///etc/passwd"><!ENTITY % e "'
                      '<!ENTITY '
                      '&#x25; s SYSTEM \'file:///none/%f;\'>">%e;%s;]>', 'hello'),
    'php filter': ('<!DOCTYPE x [<!ENTITY a SYSTEM "php://filter/read=convert.base64-encode/'
                   'resource=/etc/passwd">]>', '&a;'),
    'expect': ('<!DOCTYPE x [<!ENTITY a SYSTEM "expect://id">]>', '&a;'),
    'jar': ('<!DOCTYPE x [<!ENTITY a SYSTEM "jar:file:///a.zip!/a">]>', '&a;'),
    'recursion': ('<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', '&a;'),
    'attribute default': ('<!DOCTYPE x [<!ATTLIST methodCall a CDATA "x">]>', 'hello'),
    'notation': ('<!DOCTYPE x [<!NOTATION n SYSTEM "id"><!ENTITY a SYSTEM "f" NDATA n>]>', 'hello'),
    'redefined': ('<!DOCTYPE x [<!ENTITY lt "&#38;#60;int>9&#38;#60;/int>">]>', '&lt;'),
    'empty': ('<!DOCTYPE x>', 'hello'),
    'named as the root': ('<!DOCTYPE methodCall []>', 'hello'),
    'unfinished': ('<!DOCTYPE x [<!ENTITY a "b"', '&a;'),
    'lower case': ('<!doctype x [<!ENTITY a "b">]>', '&a;'),
    'within the call': ('', '<!DOCTYPE x [<!ENTITY a "b">]>&a;'),
    'undeclared': ('', '&a;'), 'undeclared, of HTML': ('', '&nbsp;'),
    'undeclared parameter': ('', '%a;&a;'),
    'reference beyond Unicode': ('', '&#x110000;'), 'reference to nothing': ('', '&#0;'),
    'reference to a surrogate': ('', '&#xD800;'), 'included': (
        '', '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
}


@pytest.fixture
def listener():
    """A port on which nobody may knock."""
    with socket.create_server(('127.0.0.1', 0)) as server:
        server.settimeout(0)
        yield server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()


def refused(body, charset=None):
    tried(KIND)
    with pytest.raises(WireFault) as caught:
        decode_call(body, charset)
    assert caught.value.faultCode in (-32700, -32701, -32702, -32600)
    text = caught.value.faultString
    assert len(text) < 300 and 'root:' not in text and 'lollol' not in text
    return caught.value


def message(name, port, declared='', size=0):
    doctype, value = DOCTYPES[name]
    doctype = doctype % port if '%d' in doctype else doctype
    declaration = '<?xml version="1.0"%s?>' % declared
    return declaration + doctype + CALL % (value + 'x' * size)


@pytest.mark.parametrize('size', [0, 2 * BULK])
@pytest.mark.parametrize('name', DOCTYPES)
def test_a_document_type_or_an_entity_is_refused(name, size, listener):
    """CVE-2003-1564 (billion laughs), CVE-2013-1664, CVE-2013-1665 (Python's own parsers)."""
    fault = refused(message(name, listener, size=size).encode())
    if DOCTYPES[name][0].startswith('<!DOCTYPE') and name != 'unfinished':
        assert fault.faultCode == -32600 and 'document type' in fault.faultString


def codecs_of_text():
    names = {name for _, name, _ in pkgutil.iter_modules(encodings.__path__)}
    for name in sorted(names - {'aliases', 'mbcs', 'oem', 'undefined', 'idna', 'punycode'}):
        try:
            if codecs.lookup(name)._is_text_encoding:
                yield name
        except LookupError:
            pass


@pytest.mark.parametrize('codec', list(codecs_of_text()) + ['utf-16-bom', 'utf-8-bom',
                                                            'utf-32-bom'])
def test_no_encoding_hides_a_document_type(codec, listener):
    """A filter in front that reads ASCII sees none of it in UTF-7, UTF-16 or EBCDIC."""
    real = codec.replace('-bom', '')
    for name in ('billion laughs', 'external http', 'external subset', 'parameter entity', 'empty'):
        for declared in ('', ' encoding="%s"' % real, ' encoding="us-ascii"'):
            try:
                body = message(name, listener, declared).encode(real)
            except (UnicodeError, LookupError):
                continue
            refused(body)
            refused(body, real)
            refused(body, 'utf-8')
            if codec == 'utf-8-bom':
                refused(codecs.BOM_UTF8 + body)


@pytest.mark.parametrize('codec', ['utf-7', 'unicode_escape', 'raw_unicode_escape', 'punycode',
                                   'idna',
                                   'rot13', 'base64', 'zip', 'bz2', 'hex', 'quopri', 'uu',
                                   'undefined',
                                   'charmap', 'string_escape', 'mbcs', 'oem', 'aliases', '..',
                                   '__init__',
                                   'os', 'xmlrpcgi', 'lib.app', 'a' * 41, 'a' * 65536, 'utf-8\0',
                                   'utf-8;', '../../etc', 'utf_8_sig.x', '\u2010utf8',
                                   'utf\uff0d8'])
def test_an_encoding_that_hides_characters_or_is_none_is_refused(codec):
    for body, charset in ((CALL % 'hello', codec),
                          ('<?xml version="1.0" encoding="%s"?>' % codec + CALL % 'hello', None)):
        tried(KIND)
        with pytest.raises(WireFault) as caught:
            decode_call(body.encode(), charset)
        assert caught.value.faultCode in (-32701, -32700) and len(caught.value.faultString) < 200


def test_a_document_type_in_utf_7_is_not_found_behind_a_declaration():
    body = '+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY a +ACI-b+ACI-+AD4-]+AD4-' + CALL % '+ACY-a+ADs-'
    for declared in ('', '<?xml version="1.0" encoding="utf-7"?>'):
        for charset in (None, 'utf-7', 'UTF7', 'unicode-1-1-utf-7', 'utf-8'):
            refused((declared + body).encode(), charset)


@pytest.mark.parametrize('case', wire.cases('invalid'), ids=repr)
def test_every_invalid_message_of_the_corpus_is_refused_at_any_size(case):
    for body in (case.body, case.padded(2 * BULK)):
        assert refused(body, case.charset)


def test_the_parser_is_given_no_way_to_fetch():
    """expat fetches nothing by itself, and no handler for external entities is set."""
    from xmlrpcgi import decode
    from xmlrpcgi.wire import scanner
    for module in (scanner, decode):
        with open(module.__file__, encoding='utf-8') as file:
            source = file.read()
        assert 'ExternalEntityRef' not in source and 'SetParamEntityParsing' not in source
