"""Bytes that are not valid in the encoding of the message."""

from .case import HEAD, message

NOT_UTF_8 = -32702, 'not valid UTF-8'

INVALID = (
    ('bytes-beyond-ascii-in-charset', 'ü', -32702, 'not valid', {'charset': 'us-ascii'}),
    ('bytes-beyond-unicode', b'\xf4\x90\x80\x80', *NOT_UTF_8),
    ('bytes-continuation-alone', b'\x80', *NOT_UTF_8),
    ('bytes-cut-sequence', b'\xe2\x82', *NOT_UTF_8),
    ('bytes-fe-ff', b'\xfe\xff', *NOT_UTF_8),
    ('bytes-five-bytes', b'\xf8\x88\x80\x80\x80', *NOT_UTF_8),
    ('bytes-latin-1-as-utf-8', b'Z\xfcrich', *NOT_UTF_8),
    ('bytes-mixed-encodings', b'Z\xc3\xbcrich Z\xfcrich', *NOT_UTF_8),
    ('bytes-overlong-three', b'\xe0\x80\xbc', *NOT_UTF_8),
    ('bytes-overlong', b'\xc0\xbc', *NOT_UTF_8),
    ('bytes-surrogate-pair-cesu', b'\xed\xa0\xbd\xed\xb8\x80', *NOT_UTF_8),
    ('bytes-surrogate', b'\xed\xa0\x80', *NOT_UTF_8),
)

INVALID_MESSAGES = (
    ('bytes-after-root', message() + b'\xff', *NOT_UTF_8),
    ('bytes-ascii-in-charset-utf-16',
     '<?xml version="1.0"?><methodCall><methodName>echo</methodName><params><param>'
     '<value>x</value></param></params></methodCall> ', -32700, 'not well-formed',
     {'charset': 'utf-16'}),
    ('bytes-bad-shift-jis',
     message(b'\x81\xff', head='<?xml version="1.0" encoding="shift_jis"?>'), -32702,
     'not valid SHIFT_JIS'),
    ('bytes-beyond-ascii-in-us-ascii',
     message('ü', head='<?xml version="1.0" encoding="us-ascii"?>'), -32702, 'not valid'),
    ('bytes-bom-only', '\ufeff', -32700, 'not well-formed'),
    ('bytes-bom-twice', message('x', head='\ufeff\ufeff' + HEAD), -32700, 'not well-formed'),
    ('bytes-bom-utf-16-only', b'\xff\xfe', -32700, 'not well-formed'),
    ('bytes-bom-within',
     '<?xml version="1.0"?>\n<methodCall>\n<methodName>echo</methodName>\n\ufeff<params>\n'
     '<param><value/></param>\n</params>\n</methodCall>\n', -32600, 'before <params>'),
    ('bytes-cut-euc-jp', message(b'\xc6', head='<?xml version="1.0" encoding="euc-jp"?>'),
     -32702, 'not valid EUC_JP'),
    ('bytes-gzip',
     b'\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03K\xccI\xcc\xcb\x06\x00WP\xdc\xe8\x05\x00\x00'
     b'\x00', *NOT_UTF_8),
    ('bytes-in-method-name', message(method=b'\xff'), *NOT_UTF_8),
    ('bytes-in-attribute-name', b'<methodCall \xe9="1"/>', *NOT_UTF_8),
    ('bytes-in-empty-element', b'<methodCall><methodName>a</methodName><params><param><value>'
     b'<\xe9t/></value></param></params></methodCall>', *NOT_UTF_8),
    ('bytes-in-element-name', b'<methodCall><\xc3\x28/></methodCall>', *NOT_UTF_8),
    ('bytes-in-root-element', b'<m\xff/>', *NOT_UTF_8),
    ('bytes-in-tag', b'<methodCall><method\xffName/></methodCall>', *NOT_UTF_8),
    ('bytes-latin-1-in-charset-utf-8',
     message(b'Z\xfcrich', head='<?xml version="1.0" encoding="iso-8859-1"?>'), *NOT_UTF_8,
     {'charset': 'utf-8'}),
    ('bytes-undefined-in-windows-1252',
     message(b'\x81', head='<?xml version="1.0" encoding="windows-1252"?>'), -32702,
     'not valid CP1252'),
)

INVALID_FILES = (
    ('bytes-ebcdic', *NOT_UTF_8),
    ('bytes-random', -32702, 'not valid'),
    ('bytes-utf-16-be-lone-surrogate', -32702, 'not valid UTF-16'),
    ('bytes-utf-16-lone-surrogate', -32702, 'not valid UTF-16'),
    ('bytes-utf-16-odd-length', -32702, 'not valid UTF-16'),
)
