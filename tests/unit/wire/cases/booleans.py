"""Booleans."""

BOOLEAN = -32600, 'expected 0 or 1'

CANONICAL = (
    ('boolean-zero', '<boolean>0</boolean>', False),
)

VALID = (
    ('boolean-false', '<boolean>false</boolean>', False),
    ('boolean-true', '<boolean>true</boolean>', True),
    ('boolean-white-space', '<boolean>\n 1 </boolean>', True),
)

INVALID = (
    ('boolean-capital', '<boolean>True</boolean>', *BOOLEAN),
    ('boolean-decimal', '<boolean>1.0</boolean>', *BOOLEAN),
    ('boolean-double-zero', '<boolean>00</boolean>', *BOOLEAN),
    ('boolean-empty', '<boolean></boolean>', *BOOLEAN),
    ('boolean-minus-one', '<boolean>-1</boolean>', *BOOLEAN),
    ('boolean-t', '<boolean>t</boolean>', *BOOLEAN),
    ('boolean-two', '<boolean>2</boolean>', *BOOLEAN),
    ('boolean-yes', '<boolean>yes</boolean>', *BOOLEAN),
)
