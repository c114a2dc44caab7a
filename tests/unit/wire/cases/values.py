"""What stands in <value>: types that are unknown, text beside a type, two types."""

INVALID = (
    ('type-case', '<Int>1</Int>', -32600, 'unknown type <Int>'),
    ('type-other-prefix', '<x:i8>1</x:i8>', -32600, 'unknown type <x:i8>'),
    ('type-serializable', '<serializable>rO0AB</serializable>', -32600,
     'unknown type <serializable>'),
    ('type-unknown', '<integer>1</integer>', -32600, 'unknown type <integer>'),
    ('value-cdata-space-before-type', '<![CDATA[ x ]]><int>1</int>', -32600, 'before <int>'),
    ('value-in-value', '<value/>', -32600, 'unknown type <value>'),
    ('value-member', '<member/>', -32600, 'unknown type <member>'),
    ('value-nbsp-before-type', '\xa0<int>1</int>', -32600, 'before <int>'),
    ('value-text-after-array', '<array><data/></array>.', -32600, "text '.' in <value>"),
    ('value-text-after-type', '<int>1</int>x', -32600, "text 'x' in <value>"),
    ('value-text-around-struct', 'a<struct/>b', -32600, "text 'a' before <struct>"),
    ('value-text-before-type', 'x<int>1</int>', -32600, "text 'x' before <int>"),
    ('value-two-types', '<int>1</int><int>2</int>', -32600, '<int> after the type element'),
)
