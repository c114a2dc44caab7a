"""Depth, numbers of digits, and other messages of a certain size."""

from .case import nested


def arrays(depth):
    return '<array><data><value>' * depth + 'x' + '</value></data></array>' * depth


def structs(depth):
    return ('<struct><member><name>a</name><value>' * depth + 'x' +
            '</value></member></struct>' * depth)


def members(count):
    return ''.join('<member><name>n%d</name><value><int>%d</int></value></member>' % (n, n)
                   for n in range(count))


DEEPER = -32600, 'nested deeper than 64'

VALID = (
    ('array-64-deep', arrays(64), nested(64, 'x')),
)

INVALID = (
    ('array-65-deep', arrays(65), *DEEPER),
    ('bigdecimal-1001-digits', '<bigdecimal>%s</bigdecimal>' % ('1' * 1001), -32600,
     'expected a decimal number'),
    ('date-very-long', '<dateTime.iso8601>19980717T14:08:55.%s</dateTime.iso8601>' % ('1' * 1000),
     -32600, 'expected a date and time'),
    ('int-1001-digits', '<biginteger>%s</biginteger>' % ('1' * 1001), -32600,
     'at most 1000 digits'),
    ('int-10000-digits', '<int>%s</int>' % ('9' * 10000), -32600, 'at most 1000 digits'),
    ('struct-65-deep', structs(65), *DEEPER),
    ('struct-last-member-bad', '<struct>%s<member><name>z</name></member></struct>' % members(20),
     -32600, 'a struct member without a value'),
    ('type-very-long', '<%s/>' % ('t' * 5000), -32600, 'unknown type <%s...>' % ('t' * 40)),
)
