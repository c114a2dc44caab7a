"""Nil."""

CANONICAL = (
    ('nil', '<nil/>', None),
)

VALID = (
    ('nil-comment', '<nil><!-- --></nil>', None),
    ('nil-in-containers',
     '<array><data><value><nil/></value><value><struct><member><name>a</name><value><nil/>'
     '</value></member></struct></value></data></array>', [None, {'a': None}]),
    ('nil-long', '<nil></nil>', None),
    ('nil-space', '<nil> </nil>', None),
)

INVALID = (
    ('element-in-nil', '<nil><nil/></nil>', -32600, '<nil> where no element may stand'),
    ('nil-text', '<nil>null</nil>', -32600, 'expected nothing'),
)
