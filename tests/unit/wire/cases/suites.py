"""Calls that others published.

spec-*: the examples of the XML-RPC specification; interop-*: the interopEchoTests suite;
validator1-*: Userland's validator1.
"""

from datetime import datetime

from .case import message

CANONICAL = (
    ('interop-base64', '<base64>TWFyeSBoYWQgYSBsaXR0bGUgbGFtYg==</base64>',
     b'Mary had a little lamb', {'method': 'interopEchoTests.echoBase64'}),
    ('interop-boolean', '<boolean>0</boolean>', False, {'method': 'interopEchoTests.echoBoolean'}),
    ('interop-date', '<dateTime.iso8601>20010509T14:08:55</dateTime.iso8601>',
     datetime(2001, 5, 9, 14, 8, 55), {'method': 'interopEchoTests.echoDate'}),
    ('interop-float', '<double>3.7</double>', 3.7, {'method': 'interopEchoTests.echoFloat'}),
    ('interop-integer', '<int>42</int>', 42, {'method': 'interopEchoTests.echoInteger'}),
    ('interop-string', '<string>hello world</string>', 'hello world',
     {'method': 'interopEchoTests.echoString'}),
    ('spec-base64', '<base64>eW91IGNhbid0IHJlYWQgdGhpcyE=</base64>', b"you can't read this!"),
    ('spec-boolean', '<boolean>1</boolean>', True),
    ('spec-date', '<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>',
     datetime(1998, 7, 17, 14, 8, 55)),
    ('spec-double', '<double>-12.214</double>', -12.214),
    ('spec-int', '<int>-12</int>', -12),
    ('spec-string', '<string>hello world</string>', 'hello world'),
)

VALID = (
    ('interop-float-array',
     '<array><data><value><double>1</double></value><value><double>-2.25</double></value>'
     '</data></array>', [1.0, -2.25], {'method': 'interopEchoTests.echoFloatArray'}),
    ('interop-integer-array',
     '<array><data><value><int>1</int></value><value><i4>-2</i4></value></data></array>',
     [1, -2], {'method': 'interopEchoTests.echoIntegerArray'}),
    ('interop-string-array',
     '<array><data><value><string>a</string></value><value><string></string></value>'
     '<value>c</value></data></array>', ['a', '', 'c'],
     {'method': 'interopEchoTests.echoStringArray'}),
    ('interop-struct-array',
     '<array><data><value><struct><member><name>a</name><value><int>1</int></value></member>'
     '</struct></value><value><struct><member><name>a</name><value><int>2</int></value>'
     '</member></struct></value></data></array>', [{'a': 1}, {'a': 2}],
     {'method': 'interopEchoTests.echoStructArray'}),
    ('interop-struct',
     '<struct><member><name>varString</name><value><string>a</string></value></member><member>'
     '<name>varInt</name><value><int>1</int></value></member><member><name>varFloat</name>'
     '<value><double>0.5</double></value></member></struct>',
     {'varString': 'a', 'varInt': 1, 'varFloat': 0.5}, {'method': 'interopEchoTests.echoStruct'}),
    ('spec-array',
     '<array>\n   <data>\n      <value><i4>12</i4></value>\n      <value>'
     '<string>Egypt</string></value>\n      <value><boolean>0</boolean></value>\n      <value>'
     '<i4>-31</i4></value>\n      </data>\n   </array>', [12, 'Egypt', False, -31]),
    ('spec-struct',
     '<struct>\n   <member>\n      <name>lowerBound</name>\n      <value><i4>18</i4></value>\n'
     '      </member>\n   <member>\n      <name>upperBound</name>\n      <value><i4>139</i4>'
     '</value>\n      </member>\n   </struct>', {'lowerBound': 18, 'upperBound': 139}),
    ('validator1-array-of-structs',
     '<array><data><value><struct><member><name>moe</name><value><i4>5</i4></value></member>'
     '<member><name>larry</name><value><i4>3</i4></value></member><member><name>curly</name>'
     '<value><i4>-77</i4></value></member></struct></value><value><struct><member>'
     '<name>moe</name><value><i4>1</i4></value></member><member><name>larry</name><value>'
     '<i4>2</i4></value></member><member><name>curly</name><value><i4>3</i4></value></member>'
     '</struct></value></data></array>',
     [{'moe': 5, 'larry': 3, 'curly': -77}, {'moe': 1, 'larry': 2, 'curly': 3}],
     {'method': 'validator1.arrayOfStructsTest'}),
    ('validator1-count-the-entities',
     '<string>a&lt;b&gt;c&amp;d\'e"f&apos;&quot;&lt;&lt;</string>', 'a<b>c&d\'e"f\'"<<',
     {'method': 'validator1.countTheEntities'}),
    ('validator1-easy-struct',
     '<struct><member><name>moe</name><value><int>1</int></value></member><member>'
     '<name>larry</name><value><int>2</int></value></member><member><name>curly</name><value>'
     '<int>3</int></value></member></struct>', {'moe': 1, 'larry': 2, 'curly': 3},
     {'method': 'validator1.easyStructTest'}),
    ('validator1-echo-struct',
     '<struct><member><name>substruct0</name><value><struct><member><name>moe</name><value>'
     '<i4>1</i4></value></member></struct></value></member><member><name>substruct1</name>'
     '<value><array><data><value><i4>2</i4></value></data></array></value></member></struct>',
     {'substruct0': {'moe': 1}, 'substruct1': [2]}, {'method': 'validator1.echoStructTest'}),
    ('validator1-moderate-size-array',
     '<array><data>%s</data></array>' % ''.join(
         '<value><string>item %d</string></value>' % n for n in range(120)),
     ['item %d' % n for n in range(120)], {'method': 'validator1.moderateSizeArrayCheck'}),
    ('validator1-nested-struct',
     '<struct><member><name>2000</name><value><struct><member><name>04</name><value><struct>'
     '<member><name>01</name><value><struct><member><name>moe</name><value><i4>1</i4></value>'
     '</member><member><name>larry</name><value><i4>2</i4></value></member><member>'
     '<name>curly</name><value><i4>3</i4></value></member></struct></value></member></struct>'
     '</value></member></struct></value></member></struct>',
     {'2000': {'04': {'01': {'moe': 1, 'larry': 2, 'curly': 3}}}},
     {'method': 'validator1.nestedStructTest'}),
    ('validator1-simple-struct-return', '<i4>7</i4>', 7,
     {'method': 'validator1.simpleStructReturnTest'}),
)

VALID_MESSAGES = (
    ('interop-no-params', message(method='interopEchoTests.noInParams'), [],
     {'method': 'interopEchoTests.noInParams'}),
    ('spec-call',
     '<?xml version="1.0"?>\n<methodCall>\n   <methodName>examples.getStateName</methodName>\n'
     '   <params>\n      <param>\n         <value><i4>41</i4></value>\n         </param>\n'
     '      </params>\n   </methodCall>\n', [41], {'method': 'examples.getStateName'}),
    ('validator1-many-types',
     message('<i4>42</i4>', '<boolean>1</boolean>', '<string>text</string>',
             '<double>3.5</double>', '<dateTime.iso8601>20240229T23:59:59</dateTime.iso8601>',
             '<base64>AAEC/w==</base64>', method='validator1.manyTypesTest'),
     [42, True, 'text', 3.5, datetime(2024, 2, 29, 23, 59, 59), b'\x00\x01\x02\xff'],
     {'method': 'validator1.manyTypesTest'}),
)
