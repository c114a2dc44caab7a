"""Encodings: each text codec Python has, the declaration's forms, and names that are none.

Single messages in each encoding are in tests/unit/wire/cases/encodings.py.
"""

import codecs
import encodings.aliases

import pytest
from xmlrpcgi.decode import decode_call
from xmlrpcgi.errors import WireFault


def message(text):
    return ('<methodCall><methodName>echo</methodName><params><param><value>%s</value></param>'
            '</params></methodCall>' % text)


def text_codecs():
    for name in sorted(set(encodings.aliases.aliases.values())):
        try:
            info = codecs.lookup(name)
        except LookupError:                     # mbcs and oem, elsewhere than on Windows
            continue
        if info._is_text_encoding:
            yield name


@pytest.mark.parametrize('codec', list(text_codecs()))
def test_every_text_codec_of_python_is_read_by_charset_or_refused(codec):
    if codec == 'utf_7':
        with pytest.raises(WireFault) as caught:
            decode_call(message('x').encode(codec), codec)
        assert caught.value.faultCode == -32701
        return
    text = 'x' + ''.join(chars(codec))
    assert decode_call(message(text).encode(codec), codec).params == [text]


def chars(codec):
    """Letters beyond ASCII that the codec has."""
    for char in 'äŁЖשقกπ日한中':
        try:
            char.encode(codec)
        except UnicodeError:
            continue
        yield char


@pytest.mark.parametrize('codec', ('cp1252', 'koi8_r', 'iso8859_15', 'shift_jis', 'gb18030'))
@pytest.mark.parametrize('quote', '"\'')
def test_the_declaration_is_read_in_every_legal_form(codec, quote):
    text = ''.join(chars(codec))
    for form in (' encoding=%s', '\n\tencoding = %s ', ' encoding\r\n=\r\n%s standalone="yes"'):
        head = "<?xml version='1.0'%s?>" % (form % (quote + codec.upper() + quote))
        assert decode_call((head + message(text)).encode(codec)).params == [text]


def test_names_of_encodings_that_clients_make_up_are_not_kept():
    """Python remembers each name it was asked for; a resident process would grow by them."""
    known = len(encodings._cache)
    for number in range(100):
        for name in ('x' * 50 + str(number), 'x %d' % number, 'x/%d' % number, '\0%d' % number):
            with pytest.raises(WireFault) as caught:
                decode_call(message('x').encode(), name)
            assert caught.value.faultCode == -32701
    assert len(encodings._cache) == known


def test_a_charset_is_compared_without_case_and_an_empty_one_is_none():
    body = message('ä').encode()
    for charset in (None, '', 'utf-8', 'UTF-8', 'Utf8', 'utf_8'):
        assert decode_call(body, charset).params == ['ä']


def test_the_fault_for_bad_bytes_says_where_they_are():
    body = message('ab\xff').encode('latin-1')
    with pytest.raises(WireFault) as caught:
        decode_call(body)
    assert caught.value.faultCode == -32702
    assert caught.value.faultString == (
        'the message is not valid UTF-8 (byte %d)' % body.index(b'\xff'))
