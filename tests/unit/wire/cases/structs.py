"""Structs."""

from datetime import datetime

CANONICAL = (
    ('struct-as-written',
     '<struct>\n<member>\n<name>b &amp; a</name>\n<value><int>1</int></value>\n</member>\n'
     '<member>\n<name></name>\n<value><struct>\n</struct></value>\n</member>\n</struct>',
     {'b & a': 1, '': {}}),
    ('struct-empty-as-written', '<struct>\n</struct>', {}),
)

VALID = (
    ('struct-comments',
     '<struct><!-- a --><member><!-- b --><name>a</name><!-- c --><value>x</value><!-- d -->'
     '</member><?e f?></struct>', {'a': 'x'}),
    ('struct-duplicate-name',
     '<struct><member><name>a</name><value><int>1</int></value></member><member><name>b</name>'
     '<value><int>2</int></value></member><member><name>a</name><value><int>3</int></value>'
     '</member></struct>', {'a': 3, 'b': 2}),
    ('struct-empty-name', '<struct><member><name></name><value>x</value></member></struct>',
     {'': 'x'}),
    ('struct-empty', '<struct></struct>', {}),
    ('struct-name-beyond-ascii',
     '<struct><member><name>naïve 😀</name><value>x</value></member></struct>', {'naïve 😀': 'x'}),
    ('struct-name-cdata',
     '<struct><member><name><![CDATA[<a>]]></name><value>x</value></member></struct>',
     {'<a>': 'x'}),
    ('struct-name-entities',
     '<struct><member><name>a&lt;b&amp;&#65;</name><value>x</value></member></struct>',
     {'a<b&A': 'x'}),
    ('struct-name-self-closed', '<struct><member><name/><value>x</value></member></struct>',
     {'': 'x'}),
    ('struct-name-white-space-kept',
     '<struct><member><name> a </name><value>x</value></member></struct>', {' a ': 'x'}),
    ('struct-nested',
     '<struct><member><name>a</name><value><struct><member><name>a</name><value><struct>'
     '<member><name>a</name><value><struct/></value></member></struct></value></member>'
     '</struct></value></member></struct>', {'a': {'a': {'a': {}}}}),
    ('struct-of-everything',
     '<struct><member><name>i</name><value><int>1</int></value></member><member><name>b</name>'
     '<value><boolean>0</boolean></value></member><member><name>s</name><value>'
     '<string>s</string></value></member><member><name>d</name><value><double>1.5</double>'
     '</value></member><member><name>t</name><value>'
     '<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value></member><member>'
     '<name>x</name><value><base64>YQ==</base64></value></member><member><name>n</name><value>'
     '<nil/></value></member><member><name>a</name><value><array><data></data></array></value>'
     '</member><member><name>z</name><value><struct></struct></value></member></struct>',
     {'i': 1, 'b': False, 's': 's', 'd': 1.5, 't': datetime(1998, 7, 17, 14, 8, 55), 'x': b'a',
      'n': None, 'a': [], 'z': {}}),
    ('struct-python-names',
     '<struct><member><name>__class__</name><value>x</value></member><member><name>self</name>'
     '<value>y</value></member></struct>', {'__class__': 'x', 'self': 'y'}),
    ('struct-self-closed', '<struct/>', {}),
    ('struct-value-before-name-array',
     '<struct><member><value><array><data><value>x</value><value><struct><member>'
     '<name>c</name><value/></member></struct></value></data></array></value><name>a</name>'
     '</member></struct>', {'a': ['x', {'c': ''}]}),
    ('struct-value-before-name-nested',
     '<struct><member><value><struct><member><value><int>1</int></value><name>b</name>'
     '</member></struct></value><name>a</name></member></struct>', {'a': {'b': 1}}),
    ('struct-value-before-name',
     '<struct><member><value><int>1</int></value><name>a</name></member></struct>', {'a': 1}),
    ('struct-white-space', '<struct>\n </struct>', {}),
)

INVALID = (
    ('struct-member-empty', '<struct><member/></struct>', -32600,
     'a struct member without name and value'),
    ('struct-member-text-at-end', '<struct><member><name>a</name><value/>x</member></struct>',
     -32600, "text 'x' in <member>"),
    ('struct-member-text', '<struct><member>x<name>a</name><value/></member></struct>', -32600,
     "text 'x' before <name>"),
    ('struct-member-two-names-around',
     '<struct><member><name>a</name><value/><name>b</name></member></struct>', -32600,
     '<name> where no element may stand'),
    ('struct-member-two-names',
     '<struct><member><name>a</name><name>b</name><value/></member></struct>', -32600,
     '<name> where <value> may stand'),
    ('struct-member-two-values',
     '<struct><member><name>a</name><value/><value/></member></struct>', -32600,
     '<value> where no element may stand'),
    ('struct-member-without-name', '<struct><member><value>a</value></member></struct>', -32600,
     'a struct member without a name'),
    ('struct-member-without-value', '<struct><member><name>a</name></member></struct>', -32600,
     'a struct member without a value'),
    ('struct-name-outside', '<struct><name>a</name><value/></struct>', -32600,
     '<name> where <member> may stand'),
    ('struct-name-with-element', '<struct><member><name><b/></name><value/></member></struct>',
     -32600, '<b> where no element may stand'),
    ('struct-text', '<struct>x</struct>', -32600, "text 'x' in <struct>"),
    ('struct-value-bare', '<struct><member><name>a</name>text</member></struct>', -32600,
     "text 'text' in <member>"),
    ('struct-value', '<struct><value/></struct>', -32600, '<value> where <member> may stand'),
)
