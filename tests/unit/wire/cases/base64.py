"""Binary data: base64."""

BASE64 = -32600, 'expected base64'

CANONICAL = (
    ('base64-all-bytes',
     '<base64>AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7'
     'PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9'
     'fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/'
     'wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w=='
     '</base64>', bytes(range(256))),
    ('base64-empty', '<base64></base64>', b''),
    ('base64-padding-one', '<base64>YWI=</base64>', b'ab'),
    ('base64-padding-two', '<base64>YQ==</base64>', b'a'),
)

VALID = (
    ('base64-carriage-returns',
     '<base64>\r\n'
     'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4\r\n'
     'OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3Bx\r\n'
     'cnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmq\r\n'
     'q6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj\r\n'
     '5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==\r\n</base64>', bytes(range(256))),
    ('base64-indented', '<base64>\n\t  AAEC\n\t  Aw==\n</base64>', b'\0\1\2\3'),
    ('base64-line-feeds',
     '<base64>\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4\n'
     'OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3Bx\n'
     'cnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmq\n'
     'q6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj\n'
     '5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==\n</base64>', bytes(range(256))),
    ('base64-self-closed', '<base64/>', b''),
    ('base64-spaces-within', '<base64>Y W I =</base64>', b'ab'),
)

INVALID = (
    ('base64-beyond-ascii', '<base64>Yü==</base64>', *BASE64),
    ('base64-em-space', '<base64>YW\u2003I=</base64>', *BASE64),
    ('base64-nbsp', '<base64>YW\xa0I=</base64>', *BASE64),
    ('base64-nel', '<base64>YW\x85I=</base64>', *BASE64),
    ('base64-one-character', '<base64>Y</base64>', *BASE64),
    ('base64-padding-missing', '<base64>YQ</base64>', *BASE64),
    ('base64-padding-one-short', '<base64>YQ=</base64>', *BASE64),
    ('base64-padding-only', '<base64>====</base64>', *BASE64),
    ('base64-padding-within', '<base64>YQ==YQ==</base64>', *BASE64),
    ('base64-percent', '<base64>YWI%3D</base64>', *BASE64),
    ('base64-text', '<base64>not base64!</base64>', *BASE64),
    ('base64-trailing-bits', '<base64>YR==</base64>', *BASE64),
    ('base64-trailing-text', '<base64>YWI=x</base64>', *BASE64),
    ('base64-url-alphabet', '<base64>-_-_</base64>', *BASE64),
)
