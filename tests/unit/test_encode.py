"""Writing messages: the frame to the byte, nesting, and fault strings.

Values are in test_encode_values.py.
"""

import collections
import dataclasses
import xml.etree.ElementTree
import xmlrpc.client

import pytest
from xmlrpcgi import errors
from xmlrpcgi.encode import MAX_DEPTH, encode_call, encode_fault, encode_response

from tests.unit.wire.cases import nested
from tests.unit.xmltext import items, refusal, written

ONE = '<int>1</int>'

# The frame.

def test_a_response_to_the_byte():
    assert encode_response('a') == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse>\n<params>\n<param>\n'
        b'<value><string>a</string></value>\n</param>\n</params>\n</methodResponse>\n')


@pytest.mark.parametrize('item', ['a', 'ż&', 7, None, [1.5], {'ż': b'x'}], ids=ascii)
def test_a_large_array_is_written_as_a_small_one(item):
    """Its items become bytes one by one."""
    assert written([item] * 1000) == items(*[written(item)] * 1000)


@pytest.mark.parametrize('count', [10, 1000])
def test_a_string_that_cannot_be_sent_is_a_fault_in_an_array_of_any_size(count):
    assert 'U+D800' in refusal(['x'] * count + ['\ud800'])


def test_a_fault_to_the_byte_code_before_text():
    assert encode_fault(4, 'Too <many>') == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse>\n<fault>\n<value><struct>\n'
        b'<member>\n<name>faultCode</name>\n<value><int>4</int></value>\n</member>\n'
        b'<member>\n<name>faultString</name>\n<value><string>Too &lt;many&gt;</string></value>\n'
        b'</member>\n</struct></value>\n</fault>\n</methodResponse>\n')


def test_a_call_to_the_byte():
    assert encode_call('a.b', [1, 'x']) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<methodCall>\n<methodName>a.b</methodName>\n'
        b'<params>\n<param>\n<value><int>1</int></value>\n</param>\n<param>\n'
        b'<value><string>x</string></value>\n</param>\n</params>\n</methodCall>\n')
    assert encode_call('a&b', []).endswith(
        b'<methodName>a&amp;b</methodName>\n<params>\n</params>\n</methodCall>\n')


def test_apaches_client_gets_its_namespace_and_types():
    assert encode_response([None, 1 << 40, 7], extended=True) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse '
        b'xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions">\n<params>\n<param>\n'
        b'<value><array><data>\n<value><ex:nil/></value>\n'
        b'<value><ex:i8>1099511627776</ex:i8></value>\n<value><int>7</int></value>\n'
        b'</data></array></value>\n</param>\n</params>\n</methodResponse>\n')


# Limits and settings.

@dataclasses.dataclass
class Holder:
    value: object


def test_nil_can_be_refused():
    assert refusal([None], allow_nil=False) == (
        'the result holds None, and the settings refuse nil')
    assert written([1], allow_nil=False) == items(ONE)


@pytest.mark.parametrize('wrap', (lambda value: [value], lambda value: (value,),
                                  lambda value: {'a': value}, lambda value: iter([value]),
                                  Holder, lambda value: collections.UserDict(a=value)),
                         ids=('list', 'tuple', 'dict', 'generator', 'dataclass', 'mapping'))
def test_nesting_is_limited_exactly(wrap):
    def deep(levels):
        value = 1
        for _ in range(levels):
            value = wrap(value)
        return value
    encode_response(deep(MAX_DEPTH))
    assert refusal(deep(MAX_DEPTH + 1)) == (
        'the result is nested deeper than 64, or contains itself')
    assert 'nested deeper' in refusal(deep(500))


def test_the_depth_is_that_of_nesting_not_the_number_of_containers():
    assert written([nested(3, 1)] * 100).count('<array>') == 301


def test_what_contains_itself_is_a_fault():
    loop, ring = [], {}
    loop.append(loop)
    ring['a'] = [ring]
    for value in (loop, ring, Holder(loop)):
        assert 'contains itself' in refusal(value)


def test_a_value_that_comes_twice_is_written_twice():
    twice = [1]
    assert written([twice, twice]) == items(items(ONE), items(ONE))


# Fault strings.

def test_fault_strings_stay_well_formed_whatever_they_hold():
    text = 'a\0\x0b\ud800\udfff\ufffe\uffff<&>\r\n]]>é\U0001f600'
    body = encode_fault(1, text)
    xml.etree.ElementTree.fromstring(body)
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(body)
    assert caught.value.faultString == 'a' + '\ufffd' * 6 + '<&>\r\n]]>é\U0001f600'


@pytest.mark.parametrize('text, sent', ((None, 'None'), (17, '17'), (ValueError('x'), 'x'),
                                        ('', ''), (b'x', "b'x'")))
def test_a_fault_string_of_another_type_is_its_text(text, sent):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(encode_fault(1, text))
    assert caught.value.faultString == sent


@pytest.mark.parametrize('count', [1, 255, 256, 1000])
@pytest.mark.parametrize('kind', [list, tuple])
def test_the_limit_is_that_of_the_whole_value_however_long_the_array(kind, count):
    value = kind([1] * count)
    size = len('<array><data>\n</data></array>') + count * len('<value><int>1</int></value>\n')
    assert encode_response(value, limit=size)
    with pytest.raises(errors.EncodeFault, match='larger than'):
        encode_response(value, limit=size - 1)


@pytest.mark.parametrize('count', [1, 255, 256, 1000])
def test_an_error_of_the_applications_own_encoding_is_not_taken_for_one_of_xml(count):
    def lines():
        yield 'caf\u00e9'.encode('ascii')
    with pytest.raises(UnicodeEncodeError):
        encode_response([1] * (count - 1) + [lines()])
    with pytest.raises(errors.EncodeFault, match=r'U\+D800'):
        encode_response([1] * (count - 1) + ['\ud800'])
