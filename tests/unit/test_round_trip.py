"""Generated values survive the way out and back, by our own codec and the standard library's.

Seeded: a failure shows the seed of its value, and `value_of(seed)` makes it again.
"""

import datetime
import random
import xmlrpc.client
from decimal import Decimal

import pytest
from xmlrpcgi import decode
from xmlrpcgi.client.response import decode_response
from xmlrpcgi.decode import decode_call
from xmlrpcgi.encode import encode_call, encode_response

pytestmark = pytest.mark.slow

COUNT = 5000
ALPHABETS = ('abcXYZ 019', '<>&"\'] [;#', 'äöüßéñ€', 'Жщё日本語', '\U0001f600\U00010000\U0010ffff',
             '\t\n  ', '\r\n\r', '\x7f\x85\xa0\u2028\ufeff\ufffd', '&lt;&#13;]]><![CDATA[<!--')


def text_of(chance):
    if chance.random() < 0.1:
        return ''
    alphabet = ''.join(chance.sample(ALPHABETS, chance.randint(1, 3)))
    size = chance.choice((1, 3, 8, 30, 200)) if chance.random() < 0.98 else 5000
    return ''.join(chance.choice(alphabet) for _ in range(size))


def int_of(chance, bits):
    edge = chance.choice((0, 7, 8, 15, 16, 31, 31, 32, 63)[:6 if bits == 32 else 9])
    number = (1 << edge) + chance.randint(-2, 2) if chance.random() < 0.5 else (
        chance.getrandbits(edge + 1))
    number = -number if chance.random() < 0.5 else number
    limit = 1 << (bits - 1)
    return min(max(number, -limit), limit - 1)


def float_of(chance):
    kind = chance.randrange(4)
    if kind == 0:
        return chance.uniform(-1e3, 1e3)
    if kind == 1:
        return chance.choice((0.0, -0.0, 1.0, 0.1, 1e16, 1e22, 1e23, 5e-324, 2.2e-308,
                              1.7976931348623157e308, 1e-5, 123456789012345680.0))
    if kind == 2:
        return float(chance.randrange(-10 ** 6, 10 ** 6))
    return chance.choice((1, -1)) * chance.random() * 10.0 ** chance.randint(-300, 300)


def date_of(chance):
    return datetime.datetime(1000, 1, 1) + datetime.timedelta(
        days=chance.randrange(3000000), seconds=chance.randrange(86400))


def value_of(seed, bits=64, nil=True):
    chance = random.Random(seed)

    def leaf():
        kind = chance.randrange(8 if nil else 7)
        if kind < 2:
            return text_of(chance)
        return (lambda: int_of(chance, bits), lambda: float_of(chance),
                lambda: chance.random() < 0.5, lambda: date_of(chance),
                lambda: bytes(chance.getrandbits(8) for _ in range(chance.choice((0, 2, 3, 80)))),
                lambda: None)[kind - 2]()

    def value(depth):
        kind = chance.random()
        if kind < 0.25 and depth < 6:
            return [value(depth + 1) for _ in range(chance.randrange(5))]
        if kind < 0.5 and depth < 6:
            return {text_of(chance): value(depth + 1) for _ in range(chance.randrange(5))}
        return leaf()

    return value(0)


def same(got, value):
    """By repr: 1 is not True and not 1.0, and -0.0 is not 0.0."""
    return repr(got) == repr(value)


def test_the_generator_makes_all_types_of_values():
    kinds = {type(value_of(seed)) for seed in range(300)}
    assert kinds == {str, int, float, bool, bytes, type(None), list, dict, datetime.datetime}


@pytest.mark.parametrize('extended', (False, True))
def test_what_we_write_we_read(extended):
    for seed in range(COUNT):
        value = value_of(seed)
        assert same(decode_response(encode_response(value, extended)), value), seed


def test_calls_that_we_write_we_read():
    for seed in range(COUNT):
        params = [value_of(seed), value_of(seed + COUNT)]
        call = decode_call(encode_call('a.b', params))
        assert (call.method, call.extended) == ('a.b', False)
        assert same(call.params, params), seed


def test_what_we_write_the_standard_library_reads():
    for seed in range(COUNT):
        value = value_of(seed)
        (got,), method = xmlrpc.client.loads(encode_response(value), use_builtin_types=True)
        assert same(got, value), seed


def test_what_the_standard_library_writes_we_read():
    for seed in range(COUNT):
        value = value_of(seed, bits=32)
        body = xmlrpc.client.dumps((value,), 'echo', allow_none=True).encode('utf-8')
        assert same(decode_call(body).params, [line_ends(value)]), seed


def line_ends(value):
    """What XML makes of a carriage return that is written as it is, as the stock library does."""
    if isinstance(value, str):
        return value.replace('\r\n', '\n').replace('\r', '\n')
    if isinstance(value, dict):
        return {line_ends(name): line_ends(item) for name, item in value.items()}
    return [line_ends(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize('write', (
    lambda value: encode_call('echo', [value]),
    lambda value: xmlrpc.client.dumps((value,), 'echo', allow_none=True).encode()),
    ids=('ours', 'stock'))
def test_large_messages_go_through_the_scanner_unchanged(write, monkeypatch):
    value = [value_of(seed, bits=32) for seed in range(2000)]
    body = write(value)
    assert len(body) > decode.SCAN_FROM
    by_scanner = decode_call(body).params
    monkeypatch.setattr(decode, 'SCAN_FROM', len(body) + 1)
    assert same(decode_call(body).params, by_scanner)


def test_encodings_do_not_change_values():
    for seed in range(500):
        body = encode_call('echo', [value_of(seed)])
        for encoding in ('utf-16', 'utf-16-le', 'utf-32', 'gb18030'):
            other = body.decode().encode(encoding)
            assert same(decode_call(other, encoding).params, [value_of(seed)]), (seed, encoding)


def test_decimals_that_a_double_holds_come_back_as_that_double():
    chance = random.Random(3)
    for _ in range(COUNT):
        number = Decimal(chance.randrange(-10 ** 12, 10 ** 12)).scaleb(-chance.randrange(12))
        assert decode_response(encode_response(number)) == float(number)


def test_aware_dates_come_back_as_the_same_moment_in_utc_without_a_zone():
    chance = random.Random(4)
    for _ in range(COUNT):
        zone = datetime.timezone(datetime.timedelta(minutes=chance.randint(-1439, 1439)))
        moment = date_of(chance).replace(tzinfo=zone)
        got = decode_response(encode_response(moment))
        assert got.tzinfo is None and got.replace(tzinfo=datetime.timezone.utc) == moment
