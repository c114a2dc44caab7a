"""Writing values: the exact XML of each type, the refusal of every other, and the style of all.

The style is the one that every known client reads: see encode.py.
"""

import array
import collections
import dataclasses
import datetime
import enum
import fractions
import gc
import io
import pathlib
import types
import uuid
import xml.etree.ElementTree
import xmlrpc.client
from decimal import Decimal

import pytest
from xmlrpcgi.encode import encode_response
from xmlrpcgi.errors import EncodeFault

from tests.unit.xmltext import items, members, refusal, text, written

# One row a value: what is written for it.

Point = collections.namedtuple('Point', 'x y')


@dataclasses.dataclass
class Place:
    name: str
    at: Point = Point(1, 2)


class Colour(enum.Enum):
    RED = 'red'


class Level(enum.IntEnum):
    HIGH = 3


class Flags(enum.IntFlag):
    A = 1
    B = 2


class Name(str, enum.Enum):
    KEY = 'key'


class Text(str):
    def __str__(self):
        return 'another'


class Number(int):
    def __repr__(self):
        return 'another'


class Real(float):
    def __repr__(self):
        return 'another'


class Keyed:
    """A mapping without a base class, like a database row."""

    def keys(self):
        return ['a']

    def __getitem__(self, name):
        return 1


def zone(hours):
    return datetime.timezone(datetime.timedelta(hours=hours))


ONE, TWO = '<int>1</int>', '<int>2</int>'
DATE = '<dateTime.iso8601>%s</dateTime.iso8601>'
WRITTEN = [
    (0, '<int>0</int>'),
    (-12, '<int>-12</int>'),
    (2147483647, '<int>2147483647</int>'),
    (-2147483648, '<int>-2147483648</int>'),
    (2147483648, '<i8>2147483648</i8>'),
    (-2147483649, '<i8>-2147483649</i8>'),
    ((1 << 63) - 1, '<i8>9223372036854775807</i8>'),
    (-1 << 63, '<i8>-9223372036854775808</i8>'),
    (True, '<boolean>1</boolean>'),
    (False, '<boolean>0</boolean>'),
    (None, '<nil/>'),
    ('', '<string></string>'),
    (' a\tb\n', '<string> a\tb\n</string>'),
    ('a<b>&c', '<string>a&lt;b&gt;&amp;c</string>'),
    (']]>', '<string>]]&gt;</string>'),
    ('"it\'s"', '<string>"it\'s"</string>'),
    ('&lt;', '<string>&amp;lt;</string>'),
    ('a\rb\r\n', '<string>a&#13;b&#13;\n</string>'),
    ('<\r&>', '<string>&lt;&#13;&amp;&gt;</string>'),
    ('Zürich €\U0001f600', '<string>Zürich €\U0001f600</string>'),
    ('\x7f\x85\xa0\u2028\ufdd0\ufeff\ufffd\U0001ffff',
     '<string>\x7f\x85\xa0\u2028\ufdd0\ufeff\ufffd\U0001ffff</string>'),
    ('x' * 5000 + '\r\n<', '<string>' + 'x' * 5000 + '&#13;\n&lt;</string>'),
    (1.0, '<double>1.0</double>'),
    (-0.0, '<double>-0.0</double>'),
    (0.1, '<double>0.1</double>'),
    (-12.214, '<double>-12.214</double>'),
    (1e-8, '<double>0.00000001</double>'),
    (1.5e-7, '<double>0.00000015</double>'),
    (1e15, '<double>1000000000000000.0</double>'),
    (1e16, '<double>10000000000000000.0</double>'),
    (-1.25e20, '<double>-125000000000000000000.0</double>'),
    (5e-324, '<double>0.%s5</double>' % ('0' * 323)),
    (1.7976931348623157e308, '<double>17976931348623157%s.0</double>' % ('0' * 292)),
    (Decimal('12.50'), '<double>12.50</double>'),
    (Decimal('0.1'), '<double>0.1</double>'),
    (Decimal('7'), '<double>7.0</double>'),
    (Decimal('1E+3'), '<double>1000.0</double>'),
    (Decimal('-1E-7'), '<double>-0.0000001</double>'),
    (Decimal('0'), '<double>0.0</double>'),
    (Decimal('-0'), '<double>-0.0</double>'),
    (Decimal('0E-999999999'), '<double>0.0</double>'),
    (Decimal('0E+999999999'), '<double>0.0</double>'),
    (datetime.datetime(1998, 7, 17, 14, 8, 55), DATE % '19980717T14:08:55'),
    (datetime.datetime(1998, 7, 17, 14, 8, 55, 999999), DATE % '19980717T14:08:55'),
    (datetime.datetime(1998, 7, 17, 14, 8, 55, tzinfo=datetime.timezone.utc),
     DATE % '19980717T14:08:55'),
    (datetime.datetime(1998, 7, 17, 1, 8, 55, tzinfo=zone(5.5)), DATE % '19980716T19:38:55'),
    (datetime.datetime(1, 1, 1), DATE % '00010101T00:00:00'),
    (datetime.date(2024, 2, 29), DATE % '20240229T00:00:00'),
    (b'', '<base64></base64>'),
    (b'\0\1\xff', '<base64>AAH/</base64>'),
    (b'x' * 100, '<base64>%s</base64>' % ('eHh4' * 33 + 'eA==')),
    (bytearray(b'ab'), '<base64>YWI=</base64>'),
    (memoryview(b'abcd')[::2], '<base64>YWM=</base64>'),
    (xmlrpc.client.Binary(b'ab'), '<base64>YWI=</base64>'),
    (xmlrpc.client.DateTime('19980717T14:08:55'), DATE % '19980717T14:08:55'),
    (xmlrpc.client.DateTime(datetime.datetime(1998, 7, 17)), DATE % '19980717T00:00:00'),
    ([], '<array><data>\n</data></array>'),
    ([1, [2, []]], items(ONE, items(TWO, items()))),
    ((1, 2), items(ONE, TWO)),
    ({2}, items(TWO)),
    (frozenset([1]), items(ONE)),
    (range(1, 3), items(ONE, TWO)),
    ((number for number in (1, 2)), items(ONE, TWO)),
    (map(int, '12'), items(ONE, TWO)),
    (collections.deque([1, 2]), items(ONE, TWO)),
    (array.array('i', [1, 2]), items(ONE, TWO)),
    ({'a': 1}.keys(), items(text('a'))),
    ({}, '<struct>\n</struct>'),
    ({'b': 1, 'a': {}}, members(b=ONE, a=members())),
    ({'a<&>"\r': 1}, '<struct>\n<member>\n<name>a&lt;&amp;&gt;"&#13;</name>\n<value>%s</value>\n'
                     '</member>\n</struct>' % ONE),
    ({'': 1}, members(**{'': ONE})),
    ([{'a': 1}, {'a': 2}], items(members(a=ONE), members(a=TWO))),
    (collections.OrderedDict(b=1, a=2), members(b=ONE, a=TWO)),
    (collections.defaultdict(int, a=1), members(a=ONE)),
    (collections.Counter('a'), members(a=ONE)),
    (collections.UserDict(a=1), members(a=ONE)),
    (collections.ChainMap({'a': 1}, {'b': 2}), members(b=TWO, a=ONE)),
    (types.MappingProxyType({'a': 1}), members(a=ONE)),
    (Keyed(), members(a=ONE)),
    (Point(1, 2), members(x=ONE, y=TWO)),
    (Place('Zürich'), members(name=text('Zürich'), at=members(x=ONE, y=TWO))),
    (Colour.RED, text('red')),
    (Level.HIGH, '<int>3</int>'),
    (Flags.A | Flags.B, '<int>3</int>'),
    (Name.KEY, text('key')),
    ({Name.KEY: Colour.RED}, members(key=text('red'))),
    ({Text('name'): Text('value')}, members(name=text('value'))),
    (Number(2), TWO),
    (Real(0.5), '<double>0.5</double>'),
    (uuid.UUID(int=1), text('00000000-0000-0000-0000-000000000001')),
    (pathlib.PurePosixPath('/a/b'), text('/a/b')),
    (pathlib.Path('a'), text('a')),
]


def shown(value):
    """The value in a test's name, the same in each run."""
    return ascii(value).partition(' at 0x')[0][:40]


@pytest.mark.parametrize('value, wanted', WRITTEN, ids=shown)
def test_a_value_is_written(value, wanted):
    assert written(value) == wanted


@pytest.mark.parametrize('value, wanted', WRITTEN[-30:], ids=shown)
def test_a_value_is_written_the_same_within_others(value, wanted):
    if not hasattr(value, '__next__'):                  # not used up by the test before
        assert written([value, {'a': value}]) == items(wanted, members(a=wanted))


# What cannot be sent, and what the fault says.

class Broken:
    pass


SURROGATE = 'U+%s, which XML cannot carry; return it as bytes (base64)'
REFUSED = [
    ('a\0b', SURROGATE % '0000'),
    ('\x0b', SURROGATE % '000B'),
    ('\x1b[0m', SURROGATE % '001B'),
    ('\ud800', SURROGATE % 'D800'),
    ('a\udfff', SURROGATE % 'DFFF'),
    ('\ufffe', SURROGATE % 'FFFE'),
    ('\uffff', SURROGATE % 'FFFF'),
    ('x' * 10000 + '\x08', SURROGATE % '0008'),
    ('x' * 10000 + '\ud800', SURROGATE % 'D800'),
    ({'a\0': 1}, SURROGATE % '0000'),
    ({'\udc80': 1}, SURROGATE % 'DC80'),
    (float('inf'), 'holds inf, a number that XML-RPC cannot carry; return None or a string'),
    (float('-inf'), 'holds -inf, a number that XML-RPC cannot carry'),
    (float('nan'), 'holds nan, a number'),
    (Decimal('NaN'), 'holds NaN, a number'),
    (Decimal('sNaN'), 'holds sNaN, a number'),
    (Decimal('-Infinity'), 'holds -Infinity, a number'),
    (Decimal('3.14159265358979323846'), "Decimal('3.14159265358979323846'), which has more "
                                        "digits than a double; return it as a string"),
    (Decimal('1E+400'), 'has more digits'),
    (Decimal('1E-400'), 'has more digits'),
    (Decimal('1E+999999999'), 'has more digits'),
    (1 << 63, 'holds an int of 64 bits, which does not fit into 64 bits; return it as a string'),
    (-(1 << 63) - 1, 'does not fit into 64 bits'),
    (10 ** 4000, 'an int of 13288 bits'),
    ({1: 'a'}, 'holds a dict with the key 1; the names of a struct are strings'),
    ({None: 'a'}, 'the key None'),
    ({b'a': 1}, 'a key of type bytes'),
    ({(1, 2): 1}, 'a key of type tuple'),
    ({Colour.RED: 1}, 'a key of type %s.Colour' % __name__),
    (object(), 'the result holds an object of type object, which XML-RPC cannot carry'),
    (Broken(), 'of type %s.Broken, which XML-RPC cannot carry; return a struct, a list or a '
               'string' % __name__),
    (Broken, 'of type type,'),
    (len, 'builtin_function_or_method'),
    (ValueError('x'), 'of type ValueError'),
    (1j, 'of type complex'),
    (fractions.Fraction(1, 3), 'fractions.Fraction'),
    (datetime.timedelta(1), 'datetime.timedelta'),
    (datetime.time(1), 'datetime.time'),
    (Ellipsis, 'ellipsis'),
    (datetime.datetime(1, 1, 1, tzinfo=zone(1)), 'in UTC it is outside the years 1 to 9999'),
    (datetime.datetime(9999, 12, 31, 23, tzinfo=zone(-2)), 'outside the years'),
    (xmlrpc.client.DateTime('<script/>'), 'holds an xmlrpc.client.DateTime that is not a date'),
    ([1, {'a': [object()]}], 'of type object'),
    (Point(1, float('inf')), 'holds inf, a number'),
    ((value for value in (1, object())), 'of type object'),
]


@pytest.mark.parametrize('value, says', REFUSED, ids=shown)
def test_what_cannot_be_sent_is_a_fault_that_says_so(value, says):
    assert says in refusal(value)


# Style, over everything there is.

def test_the_style_of_answers_holds_for_all_values():
    values = [value for value, _ in WRITTEN if not hasattr(value, '__next__')]
    body = encode_response([values, {'all': values}])
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse>\n')
    for forbidden in (b'\r', b'<![CDATA[', b'<!--', b'xmlns', b'<string/>', b'<data/>',
                      b'<struct/>', b'<array/>', b'<value/>', b'<base64/>', b'&quot;', b'&apos;',
                      b'&#x'):
        assert forbidden not in body
    assert {line for line in body.split(b'/>')[:-1] if not line.endswith(b'<nil')} == set()
    for element in xml.etree.ElementTree.fromstring(body).iter('double'):
        assert '.' in element.text and 'e' not in element.text.lower()
    decoded = xmlrpc.client.loads(body)[0][0]
    assert decoded[0] == decoded[1]['all'] and len(decoded[0]) == len(values)


class Numpy:
    """As numpy's scalars look: no subclass of int or float, and what they are by __index__."""

    def __init__(self, value):
        self._value = value

    def __index__(self):
        return self._value


def test_what_says_that_it_is_an_int_is_one():
    assert encode_response(Numpy(7)) == encode_response(7)


@pytest.mark.parametrize('value', [
    xml.etree.ElementTree.fromstring('<a b="1"/>'), xml.etree.ElementTree.fromstring('<a><b/></a>'),
    io.StringIO('text'), io.BytesIO(b'data'), fractions.Fraction(1, 3)],
    ids=('element', 'parent', 'text file', 'binary file', 'fraction'))
def test_a_file_an_element_and_a_fraction_are_faults_that_name_their_type(value):
    with pytest.raises(EncodeFault, match=type(value).__name__):
        encode_response(value)


def test_a_row_of_sqlite_is_a_struct():
    sqlite3 = pytest.importorskip('sqlite3')
    connection = sqlite3.connect(':memory:')
    connection.row_factory = sqlite3.Row
    row = connection.execute('select 1 as a, "x" as b').fetchone()
    connection.close()
    assert encode_response(row) == encode_response({'a': 1, 'b': 'x'})


def test_a_method_that_returns_nothing_gives_an_empty_string_where_nil_is_refused():
    assert encode_response(None, allow_nil=False) == encode_response('')
    with pytest.raises(EncodeFault, match='holds None'):
        encode_response([None], allow_nil=False)


def test_a_coroutine_is_a_fault_that_says_what_to_do_and_python_has_nothing_to_say(recwarn):
    async def later():
        return 1
    with pytest.raises(EncodeFault, match='holds a coroutine, and nothing awaits it here; let the '
                                          'method call asyncio.run'):
        encode_response([later()])
    gc.collect()
    assert not [warning for warning in recwarn if 'never awaited' in str(warning.message)]
