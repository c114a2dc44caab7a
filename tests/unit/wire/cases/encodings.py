"""Encodings: named by the declaration, by the transport, by a byte order mark, or by nothing."""

from .case import HEAD, data, declared, message

UNSUPPORTED = -32701, 'is not supported'
# White space pushes the encoding out of sight of a reader of the first bytes.
FAR = '<?xml version="1.0"' + ' ' * 300 + 'encoding="%s"?>\n'

# (name, declared encoding, a string in it, the value)
DECLARED = (
    ('encoding-big5', 'Big5', b'\xa4\xa4\xa4\xe5', '中文'),
    ('encoding-euc-jp', 'EUC-JP', b'\xc6\xfc\xcb\xdc\xb8\xec', '日本語'),
    ('encoding-euc-kr', 'euc-kr', b'\xc7\xd1\xb1\xb9\xbe\xee', '한국어'),
    ('encoding-gb18030', 'gb18030', b'\xd6\xd0\xce\xc4 \xa2\xe3\x949\xfc6', '中文 €😀'),
    ('encoding-gb2312', 'gb2312', b'\xd6\xd0\xce\xc4', '中文'),
    ('encoding-ibm866', 'ibm866', b'\x8f\xe0\xa8\xa2\xa5\xe2', 'Привет'),
    ('encoding-iso-8859-1', 'ISO-8859-1', b'Z\xfcrich', 'Zürich'),
    ('encoding-iso-8859-15', 'ISO-8859-15', b'\xa4 5', '€ 5'),
    ('encoding-koi8-r', 'KOI8-R', b'\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет'),
    ('encoding-latin1-alias', 'latin1', b'Z\xfcrich', 'Zürich'),
    ('encoding-shift-jis', 'Shift_JIS', b'\x93\xfa\x96{\x8c\xea \x95\\', '日本語 表'),
    ('encoding-us-ascii', 'US-ASCII', 'plain', 'plain'),
    # Says UTF-16 and is none: .NET clients that write to a string first.
    ('encoding-utf-16-declared-but-ascii', 'utf-16', 'Zurich', 'Zurich'),
    ('encoding-utf-8-small', 'utf-8', 'Zürich', 'Zürich'),
    ('encoding-utf-8', 'UTF-8', 'Zürich €😀', 'Zürich €😀'),
    ('encoding-utf8-alias', 'utf8', 'Zürich', 'Zürich'),
    ('encoding-windows-1251', 'windows-1251', b'\xcf\xf0\xe8\xe2\xe5\xf2', 'Привет'),
    ('encoding-windows-1252', 'windows-1252', b'\x93quoted\x94 \x80', '“quoted” €'),
)

# (what follows encoding-refused- in the name, declared encoding)
REFUSED = (
    ('aliases', 'aliases'),
    ('base64', 'base64'),
    ('bz2', 'bz2'),
    ('charmap', 'charmap'),
    ('dunder-init', '__init__'),
    ('empty', ''),
    ('hex', 'hex'),
    ('idna', 'idna'),
    ('name-beyond-ascii', 'über'),
    ('name-very-long', 'a' * 200),
    ('no-such-encoding', 'no-such-encoding'),
    ('os', 'os'),
    ('path', '../codecs'),
    ('punycode', 'punycode'),
    ('quopri', 'quopri'),
    ('raw-unicode-escape', 'raw_unicode_escape'),
    ('rot13', 'rot13'),
    ('two-names', 'utf-8 utf-16'),
    ('undefined', 'undefined'),
    ('unicode-escape', 'unicode_escape'),
    ('unicode-internal', 'unicode_internal'),
    ('utf-7', 'utf-7'),
    ('utf-9', 'UTF-9'),
    ('uu', 'uu'),
    ('x-utf-8', 'x-utf-8'),
    ('zlib', 'zlib'),
)

# (what follows encoding-refused-charset- in the name, the transport's charset)
REFUSED_CHARSETS = (
    ('beyond-ascii', 'ü'),
    ('hex', 'hex'),
    ('nul', 'utf\x008'),
    ('unicode-escape', 'unicode_escape'),
    ('unknown', 'x-user-defined'),
    ('utf-7', 'UTF-7'),
)

CANONICAL = (
    ('encoding-utf-8-undeclared', '<string>Zürich</string>', 'Zürich'),
)

VALID = (
    ('encoding-iso-8859-1-charset', b'<string>Z\xfcrich</string>', 'Zürich',
     {'charset': 'iso-8859-1'}),
)

VALID_MESSAGES = (
    *((name, message(b'<string>%s</string>' % data(text), head=declared(encoding)), [value])
      for name, encoding, text, value in DECLARED),
    ('encoding-charset-utf-8-wins-over-nonsense',
     message('<string>Привет</string>', head=declared('no-such-encoding')), ['Привет'],
     {'charset': 'UTF-8'}),
    ('encoding-charset-utf-8-wins-over-utf-16',
     message('<string>Привет</string>', head=declared('utf-16')), ['Привет'],
     {'charset': 'Utf-8'}),
    # The charset of the transport wins over the declaration.
    ('encoding-charset-utf-8-wins', message('<string>Привет</string>', head=declared('koi8-r')),
     ['Привет'], {'charset': 'utf-8'}),
    # The charset of the transport wins over the declaration.
    ('encoding-charset-wins',
     message(b'<string>\xcf\xf0\xe8\xe2\xe5\xf2</string>', head=declared('utf-8')), ['Привет'],
     {'charset': 'windows-1251'}),
    ('encoding-declared-far',
     message(b'\xd0\xd2\xc9\xd7\xc5\xd4', head=FAR % 'koi8-r'), ['привет']),
    ('encoding-iso-8859-1-single-quotes',
     message(b'Z\xfcrich', head="<?xml version='1.0' encoding='iso-8859-1'?>\n"), ['Zürich']),
    ('encoding-says-utf-8-in-a-string', message('encoding="koi8-r"?>', head=''),
     ['encoding="koi8-r"?>']),
    ('encoding-us-ascii-charset', message('<string>plain</string>', head=declared('utf-8')),
     ['plain'], {'charset': 'us-ascii'}),
    ('encoding-utf-8-bom-charset', message('<string>Zürich</string>', head='\ufeff' + HEAD),
     ['Zürich'], {'charset': 'utf-8'}),
    # The byte order mark wins.
    ('encoding-utf-8-bom-other-declaration',
     message('<string>Zürich</string>', head='\ufeff' + declared('iso-8859-1')), ['Zürich']),
    ('encoding-utf-8-bom-undeclared', message('<string>Zürich</string>', head='\ufeff' + HEAD),
     ['Zürich']),
    ('encoding-utf-8-bom-wins-over-charset',
     message('<string>Привет</string>', head='\ufeff' + HEAD), ['Привет'],
     {'charset': 'iso-8859-1'}),
    ('encoding-utf-8-bom', message('<string>Zürich</string>', head='\ufeff' + declared('UTF-8')),
     ['Zürich']),
)

VALID_FILES = (
    # What the declaration says counts for nothing.
    ('encoding-utf-16-be-bom-charset', ['Zürich'], {'charset': 'utf-16'}),
    ('encoding-utf-16-be-bom-undeclared', ['Zürich']),
    ('encoding-utf-16-be-bom', ['Zürich😀']),
    ('encoding-utf-16-be-charset', ['Zürich'], {'charset': 'UTF-16BE'}),
    ('encoding-utf-16-be-no-declaration', ['Zürich']),
    ('encoding-utf-16-be-undeclared', ['Zürich']),
    ('encoding-utf-16-be', ['Zürich']),
    # Every other byte is zero: there is one encoding this can be.
    ('encoding-utf-16-in-charset-utf-8', ['x'], {'charset': 'utf-8'}),
    # What the declaration says counts for nothing.
    ('encoding-utf-16-le-bom-charset', ['Zürich'], {'charset': 'utf-16'}),
    ('encoding-utf-16-le-bom-undeclared', ['Zürich']),
    ('encoding-utf-16-le-bom', ['Zürich😀']),
    ('encoding-utf-16-le-charset', ['Zürich'], {'charset': 'UTF-16LE'}),
    ('encoding-utf-16-le-no-declaration', ['Zürich']),
    ('encoding-utf-16-le-undeclared', ['Zürich']),
    ('encoding-utf-16-le', ['Zürich']),
    ('encoding-utf-16-no-bom-charset', ['Zürich'], {'charset': 'utf-16'}),
    ('encoding-utf-32-bom', ['Zürich'], {'charset': 'utf-32'}),
)

INVALID_MESSAGES = (
    *(('encoding-refused-' + name, message('x', head=declared(encoding)), *UNSUPPORTED)
      for name, encoding in REFUSED),
    *(('encoding-refused-charset-' + name, message('x', head=declared('utf-8')), *UNSUPPORTED,
       {'charset': charset}) for name, charset in REFUSED_CHARSETS),
    ('encoding-refused-declared-far',
     message('x', head=FAR % 'unicode_escape'), *UNSUPPORTED),
    ('encoding-refused-unicode-escape-hidden',
     declared('unicode_escape').rstrip() + r'\u003cmethodCall\u003e\u003c/methodCall\u003e',
     *UNSUPPORTED),
)
