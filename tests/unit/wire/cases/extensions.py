"""Apache's extension types: the names with the prefix ex, which Apache's own client writes.

Clients send them with and without the declaration of their namespace.
"""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .case import EXTENSIONS, message

EXTENDED = {'extended': True}
TYPES = (
    ('bigdecimal', '<ex:bigdecimal>3.14159265358979323846264338327950288</ex:bigdecimal>',
     Decimal('3.14159265358979323846264338327950288')),
    ('biginteger', '<ex:biginteger>123456789012345678901234567890</ex:biginteger>',
     123456789012345678901234567890),
    ('datetime', '<ex:dateTime>2005-10-10T18:30:01.250-02:00</ex:dateTime>',
     datetime(2005, 10, 10, 18, 30, 1, 250000, timezone(-timedelta(hours=2)))),
    ('float', '<ex:float>1.5</ex:float>', 1.5),
    ('i1', '<ex:i1>127</ex:i1>', 127),
    ('i2', '<ex:i2>-32768</ex:i2>', -32768),
)
# To a client that declares the namespace the writer answers with these two.
WRITTEN = (
    ('i8', '<ex:i8>9223372036854775807</ex:i8>', 9223372036854775807),
    ('nil', '<ex:nil/>', None),
)

CANONICAL = tuple(('ex-%s-declared' % name, inner, value, EXTENDED)
                  for name, inner, value in WRITTEN)

VALID = (
    *(('ex-%s-declared' % name, inner, value, EXTENDED) for name, inner, value in TYPES),
    *(('ex-%s-undeclared' % name, inner, value) for name, inner, value in TYPES + WRITTEN),
)

VALID_MESSAGES = (
    ('ex-declared-on-an-ignored-value',
     message('<array><data><value><ex:i8%s>1</ex:i8></value><value><ex:nil%s/></value></data>'
             '</array>' % (EXTENSIONS, EXTENSIONS)), [[1, None]], EXTENDED),
    ('ex-nil-declared-in-place', message('<ex:nil%s/>' % EXTENSIONS), [None], EXTENDED),
    # Not the extension namespace: a plain answer.
    ('ex-prefix-bound-elsewhere', message('<int>1</int>').replace(
        b'<methodCall>', b'<methodCall xmlns:ex="http://example.org/other">'), [1]),
)

INVALID = (
    ('ex-date-bad', '<ex:dateTime>now</ex:dateTime>', -32600, 'expected a date and time'),
    ('ex-float-infinity', '<ex:float>Infinity</ex:float>', -32600,
     'expected a finite decimal number'),
    ('ex-i8-empty', '<ex:i8/>', -32600, 'expected an integer'),
    ('ex-i8-underscore', '<ex:i8>1_0</ex:i8>', -32600, 'expected an integer'),
    ('ex-nil-text', '<ex:nil>0</ex:nil>', -32600, 'expected nothing'),
    ('type-ex-unknown', '<ex:serializable>rO0AB</ex:serializable>', -32600,
     'unknown type <ex:serializable>'),
)
