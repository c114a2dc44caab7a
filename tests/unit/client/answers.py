"""Answers of other people's servers, as tables: what `call` makes of each."""

import datetime
import math

HEAD = b'<?xml version="1.0"?>\n<methodResponse>'
UTC = datetime.timezone.utc


def holding(xml):
    """The answer whose one param holds `xml`."""
    return HEAD + b'<params><param><value>%s</value></param></params></methodResponse>' % xml


def faulty(*members):
    """The answer that is a fault with these (name, value as XML)."""
    return HEAD + b'<fault><value><struct>%s</struct></value></fault></methodResponse>' % b''.join(
        b'<member><name>%s</name><value>%s</value></member>' % member for member in members)


def deep(levels):
    return b'<array><data><value>' * levels + b'x' + b'</value></data></array>' * levels


X = holding(b'<string>x</string>')
# name: (answer, the result)
RESULTS = {
    'plain': (X, 'x'),
    'a line end before it': (b'\n' + X, 'x'),
    'two line ends before it': (b'\r\n\r\n' + X, 'x'),
    'a space before it': (b' ' + X, 'x'),
    'a byte order mark and a line end': (b'\xef\xbb\xbf\n' + X, 'x'),
    'U+0000 behind it': (X + b'\0', 'x'),
    'spaces behind it': (X + b'\n\n  \n', 'x'),
    'params without a param': (HEAD + b'<params/></methodResponse>', None),
    'params of white space': (HEAD + b'<params>\n</params></methodResponse>', None),
    'a param without a value': (HEAD + b'<params><param/></params></methodResponse>', None),
    'nothing': (HEAD + b'</methodResponse>', None),
    'nothing at all': (b'<methodResponse/>', None),
    'a value without a param': (HEAD + b'<params><value>x</value></params></methodResponse>', 'x'),
    'two params': (HEAD + b'<params><param><value>x</value></param><param><value><int>2</int>'
                   b'</value></param></params></methodResponse>', ['x', 2]),
    'an empty value': (holding(b''), ''),
    'a date of zeros': (holding(b'<dateTime.iso8601>00000000T00:00:00Z</dateTime.iso8601>'),
                        '00000000T00:00:00Z'),
    'a date before all years': (holding(b'<dateTime.iso8601>-00011130T00:00:00'
                                        b'</dateTime.iso8601>'), '-00011130T00:00:00'),
    'an empty date': (holding(b'<dateTime.iso8601/>'), ''),
    'a date with dashes': (holding(b'<dateTime.iso8601>2018-03-06T06:21:20Z</dateTime.iso8601>'),
                           datetime.datetime(2018, 3, 6, 6, 21, 20, tzinfo=UTC)),
    'a date with a space': (holding(b'<dateTime.iso8601>2018-03-06 06:21:20</dateTime.iso8601>'),
                            datetime.datetime(2018, 3, 6, 6, 21, 20)),
    'a date alone': (holding(b'<dateTime.iso8601>2018-03-06</dateTime.iso8601>'),
                     datetime.datetime(2018, 3, 6)),
    'inf': (holding(b'<double>inf</double>'), math.inf),
    '-Infinity': (holding(b'<double>-Infinity</double>'), -math.inf),
    'an empty boolean': (holding(b'<boolean></boolean>'), ''),
    'True': (holding(b'<boolean>True</boolean>'), True),
    'a bool': (holding(b'<bool>0</bool>'), False),
    'a type nobody knows': (holding(b'<uuid>a-b</uuid>'), 'a-b'),
    'an array without data': (holding(b'<array><value><string>a</string></value></array>'), ['a']),
    'a member without a value': (holding(b'<struct><member><name>a</name></member></struct>'),
                                 {'a': None}),
    'a member without a name': (holding(b'<struct><member><value>x</value></member></struct>'),
                                {'': 'x'}),
    'a control character': (holding(b'<string>a\x0bb</string>'), 'a\ufffdb'),
    'a reference to a control character': (holding(b'a&#11;b&#xd800;'), 'a\ufffdb\ufffd'),
    'U+0000 inside': (holding(b'<string>a\0b</string>'), 'a\ufffdb'),
    'Latin-1 without saying so': (holding(b'<string>\xb0C \x80</string>'), '°C €'),
    'an encoding nobody knows': (X.replace(b'"1.0"', b'"1.0" encoding="nosuch"'), 'x'),
    'a big int': (holding(b'<i8>99999999999999999999</i8>'), 99999999999999999999),
    'an int with a point': (holding(b'<int>1.5</int>'), 1.5),
    'an int of words': (holding(b'<int>many</int>'), 'many'),
    'base64 without its padding': (holding(b'<base64>AAE</base64>'), 'AAE'),
    'an entity of HTML': (holding(b'<string>a&nbsp;b &copy;&lt;</string>'), 'a\xa0b ©<'),
    'a bare &': (holding(b'<string>you & me &nosuch; &#65;</string>'), 'you & me &nosuch; A'),
    'a document type': (b'<?xml version="1.0"?>\n<!DOCTYPE methodResponse SYSTEM "x.dtd">\n'
                        + X[22:], 'x'),
    'arrays within each other': (holding(deep(1) + b''), ['x']),
}

CODE, TEXT = (b'faultCode', b'<int>4</int>'), (b'faultString', b'no')
# answer: (code, text)
FAULTS = {
    faulty(CODE, TEXT): (4, 'no'),
    faulty((b'faultCode', b'<string>404</string>'), TEXT): (404, 'no'),
    faulty((b'faultCode', b'<double>5.0</double>'), TEXT): (5, 'no'),
    faulty((b'faultCode', b'Client'), TEXT): ('Client', 'no'),
    faulty((b'faultCode', b'<array><data></data></array>'), TEXT): ('[]', 'no'),
    faulty(CODE): (4, ''),
    faulty(TEXT): (0, 'no'),
    faulty(CODE, (b'faultString', b'<int>7</int>')): (4, '7'),
    faulty(CODE, TEXT, (b'detail', b'more')): (4, 'no'),
    faulty(CODE, TEXT) + b'\n<!-- end -->': (4, 'no'),
}

# What is not an answer.
NONE = [
    b'', b'x', X[:-9], X[:60], b'<methodResponse>x</methodResponse>',
    b'<methodResponse><error>x</error></methodResponse>', b'<methodResponses/>',
    HEAD + b'<fault><value>x</value></fault></methodResponse>',
    HEAD + b'<fault/></methodResponse>', faulty((b'code', b'1')),
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]>' + holding(b'<int>&e;<</int>')[22:],
    X.replace(b'<params>', b'<!DOCTYPE a><params>'),
    holding(deep(200)), holding(b'<string>a<b</string>'),
    b'<methodCall><methodName>m</methodName></methodCall>',
]
