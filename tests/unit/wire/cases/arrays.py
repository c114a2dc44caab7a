"""Arrays."""

from datetime import datetime

CANONICAL = (
    ('array-as-written',
     '<array><data>\n<value><int>1</int></value>\n<value><array><data>\n'
     '<value><string></string></value>\n</data></array></value>\n<value><nil/></value>\n'
     '</data></array>', [1, [''], None]),
    ('array-empty-as-written', '<array><data>\n</data></array>', []),
)

VALID = (
    ('array-comments',
     '<array><!-- a --><data><!-- b --><value><int>1</int></value><!-- c --></data><!-- d -->'
     '</array>', [1]),
    ('array-data-self-closed', '<array><data/></array>', []),
    ('array-empty-data', '<array><data></data></array>', []),
    ('array-nested',
     '<array><data><value><array><data><value><array><data/></array></value></data></array>'
     '</value><value><int>1</int></value></data></array>', [[[]], 1]),
    ('array-of-everything',
     '<array><data><value><int>1</int></value><value><boolean>1</boolean></value><value>'
     '<string>s</string></value><value><double>1.0</double></value><value>'
     '<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value><value>'
     '<base64>YQ==</base64></value><value><nil/></value><value><struct></struct></value>'
     '<value><array><data></data></array></value></data></array>',
     [1, True, 's', 1.0, datetime(1998, 7, 17, 14, 8, 55), b'a', None, {}, []]),
    ('array-white-space', '\n<array>\n <data>\n\n </data> </array>\n', []),
    ('array-without-data', '<array/>', []),
)

INVALID = (
    ('array-data-text-between', '<array><data><value/>,<value/></data></array>', -32600,
     "text ',' before <value>"),
    ('array-data-text', '<array><data>x</data></array>', -32600, "text 'x' in <data>"),
    ('array-member', '<array><data><member/></data></array>', -32600,
     '<member> where <value> may stand'),
    ('array-text-alone', '<array>x</array>', -32600, "text 'x' in <array>"),
    ('array-text', '<array>x<data/></array>', -32600, "text 'x' before <data>"),
    ('array-two-data', '<array><data/><data/></array>', -32600,
     '<data> where no element may stand'),
    ('array-type-in-data', '<array><data><int>1</int></data></array>', -32600,
     '<int> where <value> may stand'),
    ('array-value-without-data', '<array><value/></array>', -32600,
     '<value> where <data> may stand'),
)
