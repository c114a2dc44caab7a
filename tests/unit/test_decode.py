"""Reading: every case of the corpus, whole, in pieces and made large, and the limits.

The corpus is tests/unit/wire/cases: a case is a message and what it must come to. Values
are compared by repr, which tells 1 from True and 1.0, and shows a time zone.
"""

import random
import subprocess
import sys
import xmlrpc.client

import pytest
from xmlrpcgi import decode
from xmlrpcgi.client.response import decode_response
from xmlrpcgi.decode import decode_call
from xmlrpcgi.errors import WireFault
from xmlrpcgi.wire import scanner

from tests.tools import interpreters
from tests.tools.bench import payload
from tests.unit.wire.cases import cases, nested

VALID, INVALID = cases('valid'), cases('invalid')
valid = pytest.mark.parametrize('case', VALID, ids=str)
invalid = pytest.mark.parametrize('case', INVALID, ids=str)
NEVER = sys.maxsize             # as decode.SCAN_FROM: the scanner is not tried


def message(value, head='<?xml version="1.0"?>'):
    return ('%s<methodCall><methodName>echo</methodName><params><param><value>%s</value></param>'
            '</params></methodCall>' % (head, value)).encode()


def read(body, charset=None):
    call = decode_call(body, charset)
    return repr((call.method, call.params, call.extended))


def expected(case):
    return repr((case.method, case.params, case.extended))


def refusal(body, charset=None, **limits):
    with pytest.raises(WireFault) as caught:
        decode_call(body, charset, **limits)
    return caught.value.faultCode, caught.value.faultString


def check_refused(case, body):
    code, text = refusal(body, case.charset)
    assert code == case.code
    assert case.says in text


# The corpus.

@valid
def test_a_valid_message_is_read(case):
    assert read(case.body, case.charset) == expected(case)


@invalid
def test_an_invalid_message_is_refused_with_its_code_and_reason(case):
    check_refused(case, case.body)


@pytest.mark.parametrize('size', (1, 7))
@valid
def test_a_valid_message_is_read_in_pieces(case, size, monkeypatch):
    monkeypatch.setattr(decode, '_CHUNK', size)
    assert read(case.body, case.charset) == expected(case)


@pytest.mark.parametrize('size', (1, 7))
@invalid
def test_an_invalid_message_is_refused_in_pieces(case, size, monkeypatch):
    monkeypatch.setattr(decode, '_CHUNK', size)
    check_refused(case, case.body)


@valid
def test_a_valid_message_is_read_when_large(case):
    assert read(case.padded(decode.SCAN_FROM), case.charset) == expected(case)


@invalid
def test_an_invalid_message_is_refused_when_large(case):
    check_refused(case, case.padded(decode.SCAN_FROM))


@valid
def test_the_scanner_says_the_same_as_the_ordinary_one_or_nothing(case, monkeypatch):
    monkeypatch.setattr(decode, 'SCAN_FROM', 0)
    by_scanner = read(case.body, case.charset)
    monkeypatch.setattr(decode, 'SCAN_FROM', NEVER)
    assert by_scanner == read(case.body, case.charset)


@invalid
def test_the_scanner_accepts_nothing_that_the_ordinary_one_refuses(case, monkeypatch):
    monkeypatch.setattr(decode, 'SCAN_FROM', 0)
    small = refusal(case.body, case.charset)
    monkeypatch.setattr(decode, 'SCAN_FROM', NEVER)
    assert small == refusal(case.body, case.charset)


def test_the_scanner_takes_most_of_the_plain_corpus_and_all_that_clients_write():
    taken = [case for case in VALID
             if scanner.read_call(case.body, decode.MAX_DEPTH, decode.MAX_ELEMENTS)]
    assert len(taken) > 70
    body = payload.call(payload.values(100000))
    method, params = scanner.read_call(body, decode.MAX_DEPTH, decode.MAX_ELEMENTS)
    assert (method, params) == ('app.echo', [payload.values(100000)])


def test_both_readers_agree_on_generated_text(monkeypatch):
    """Pieces that belong to the plain form and some that do not, put together at random."""
    chance = random.Random(20010516)
    agreed = 0
    for _ in range(5000):
        body = random_message(chance)
        monkeypatch.setattr(decode, 'SCAN_FROM', 0)
        first = outcome(body)
        monkeypatch.setattr(decode, 'SCAN_FROM', NEVER)
        assert first == outcome(body), body
        agreed += first.startswith('(')
    assert 1000 < agreed < 4500       # both kinds came


def outcome(body):
    try:
        return read(body)
    except WireFault as fault:
        return '%d %s' % (fault.faultCode, fault.faultString)


LEAVES = ('<int>1</int>', '<i4>-7</i4>', '<i8> 5</i8>', '<int>+1</int>', '<double>1.5</double>',
          '<double>1e3</double>', '<double>%s</double>' % ('9' * 310), '<double>-</double>',
          '<boolean>1</boolean>', '<boolean>2</boolean>', '<string>a &amp;lt; b</string>',
          '<string/>', '<string>\r\n</string>', '<string>\u00e4&#228;</string>', '<nil/>',
          '<nil></nil>', '<nil>x</nil>', '<base64>YWI=\nYWI=</base64>', '<base64>YWI=\n</base64>',
          '<base64>Y W I =</base64>', '<int></int>', '<i1>1</i1>', 'bare', '', ' ', '&lt;', ']]>',
          '<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>', '<!-- --><int>1</int>',
          '<dateTime.iso8601> 1998-07-17T14:08:55.5Z\n</dateTime.iso8601>',
          '<dateTime.iso8601>19981317T14:08:55</dateTime.iso8601>', '<dateTime.iso8601/>',
          '<string><![CDATA[<]]></string>', '<int>1_0</int>', '<int>0000000000000000000001</int>')
SPACES = ('', '', '', ' ', '\n', '\t\n ', '\r\n', '<!-- -->', 'x')


def random_message(chance):
    plain = chance.random() < 0.5
    space = (lambda: chance.choice(SPACES[:6])) if plain else (
        lambda: chance.choice(SPACES) if chance.random() < 0.2 else '')

    def value(depth):
        kind = chance.randrange(6)
        if kind == 0 and depth < 5:
            return '<value>%s<array>%s<data>%s</data>%s</array>%s</value>' % (
                space(), space(), ''.join(value(depth + 1) + space() for _ in range(
                    chance.randrange(4))), space(), space())
        if kind == 1 and depth < 5:
            return '<value>%s<struct>%s</struct>%s</value>' % (space(), ''.join(
                member(depth) + space() for _ in range(chance.randrange(4))), space())
        leaf = chance.choice(LEAVES[:5] if plain and chance.random() < 0.8 else LEAVES)
        return '<value>%s</value>' % leaf

    def member(depth):
        name = '<name>%s</name>' % chance.choice(('a', 'b', '', 'a&amp;b', '\u00e4'))
        parts = [name, value(depth + 1)]
        if chance.random() < 0.03:
            chance.choice((parts.reverse, parts.pop, lambda: parts.append(name)))()
        return '<member>%s%s%s</member>' % (space(), space().join(parts), space())

    params = '<params>%s</params>' % ''.join('<param>%s</param>' % value(0)
                                             for _ in range(chance.randrange(3)))
    text = '<methodCall>%s<methodName>echo</methodName>%s%s%s</methodCall>' % (
        space(), space(), params if chance.random() < 0.95 else '', space())
    if chance.random() < 0.05:
        cut = chance.randrange(len(text))
        text = text[:cut] + text[cut + 1:]
    return text.encode()


# Limits: the maximum passes, one more is refused.

def arrays(depth):
    return '<array><data><value>' * depth + 'x' + '</value></data></array>' * depth


def structs(depth):
    return '<struct><member><name>a</name><value>' * depth + 'x' + (
        '</value></member></struct>' * depth)


@pytest.mark.parametrize('size', (0, decode.SCAN_FROM), ids=('small', 'large'))
@pytest.mark.parametrize('limit', (0, 1, 5, 64, 5000))
def test_depth_is_limited(limit, size):
    space = ' ' * size
    body = message(arrays(limit)).replace(b'<params>', b'<params>' + space.encode())
    params = decode_call(body, max_depth=limit).params
    for _ in range(limit):
        params, = params
    assert params == ['x']
    for values in (arrays, structs):
        code, text = refusal(message(values(limit + 1)) + space.encode(), max_depth=limit)
        assert code == -32600
        assert 'nested deeper than %d' % limit in text


def test_depth_counts_nesting_and_not_the_number_of_containers():
    body = message('<array><data>%s</data></array>' % ('<value>%s</value>' % arrays(2) * 500))
    assert decode_call(body, max_depth=3).params == [[nested(2, 'x')] * 500]


@pytest.mark.parametrize('size', (0, decode.SCAN_FROM), ids=('small', 'large'))
@pytest.mark.parametrize('head', ('', '<?xml version="1.0"?>'))
def test_the_number_of_elements_is_limited(head, size):
    body = message('<array><data>%s</data></array>' % ('<value/><value>a</value>' * 10), head)
    body += b' ' * size
    count = 4 + 1 + 2 + 20      # call, name, params, param; value; array, data; values
    assert len(decode_call(body, max_elements=count).params[0]) == 20
    code, text = refusal(body, max_elements=count - 1)
    assert code == -32600
    assert 'more than %d elements' % (count - 1) in text


@pytest.mark.parametrize('sign', ('', '-', '+'))
def test_digits_of_an_integer_are_limited(sign):
    most = decode.MAX_DIGITS
    number = int(sign + '9' * most)
    assert decode_call(message('<biginteger>%s%s</biginteger>' % (sign, '9' * most))).params \
        == [number]
    code, text = refusal(message('<biginteger>%s%s</biginteger>' % (sign, '9' * (most + 1))))
    assert (code, 'at most %d digits' % most in text) == (-32600, True)


def test_a_fault_shows_the_place_and_only_the_beginning_of_what_was_wrong():
    code, text = refusal(b'<methodCall>\n<methodName>a</methodName>\n  <params>' + b'x' * 100000 +
                         b'</params></methodCall>')
    assert text == ("not an XML-RPC message: text '%s...' in <params> (line 3, column 100011)"
                    % ('x' * 40))


# Responses, for the command line and for tests.

def test_a_response_written_by_the_standard_library_is_read():
    body = xmlrpc.client.dumps(({'a': [1, 'b']},), methodresponse=True).encode()
    assert decode_response(body) == {'a': [1, 'b']}


def test_a_fault_in_a_response_is_raised():
    body = xmlrpc.client.dumps(xmlrpc.client.Fault(4, 'Too many')).encode()
    with pytest.raises(xmlrpc.client.Fault) as caught:
        decode_response(body)
    assert (caught.value.faultCode, caught.value.faultString) == (4, 'Too many')


@pytest.mark.parametrize('body', (
    '<methodResponse/>', '<methodResponse><params/></methodResponse>', '<methodResponse><fault>'
    '<value><int>1</int></value></fault></methodResponse>', '<methodResponse><fault/>'
    '</methodResponse>', '<methodResponse><params><param><value/></param><param><value/></param>'
    '</params></methodResponse>', '<methodCall><methodName>a</methodName></methodCall>',
    '<methodResponse><fault><value><struct/></value></fault></methodResponse>'))
def test_what_is_no_response_is_refused(body):
    with pytest.raises(WireFault) as caught:
        decode_response(body.encode())
    assert caught.value.faultCode == -32600


# Other interpreters.

@pytest.mark.slow
@pytest.mark.parametrize('python', [pytest.param(path, id=name)
                                    for name, path in interpreters.every()])
def test_the_corpus_comes_to_the_same_under_every_interpreter(python):
    done = subprocess.run([python, '-m', 'tests.unit.wire.cases'], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120)
    assert done.returncode == 0, done.stdout.decode()
