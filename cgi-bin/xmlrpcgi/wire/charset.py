"""The encoding of a message: which one it is, and its bytes made ready for the parser.

expat reads UTF-8, UTF-16, ISO-8859-1 and US-ASCII. A message in any other text encoding Python has
is decoded here and passed on as UTF-8. A charset named by the transport wins over the XML
declaration (RFC 7303 section 3); a byte order mark, or the zero bytes of UTF-16 and UTF-32, win
over both. White space before an XML declaration is ignored.
"""

import codecs
import sys

from ..errors import BAD_BYTES, NOT_WELL_FORMED, UNSUPPORTED_ENCODING, WireFault

_SPACE = b' \t\r\n'
_BOMS = ((b'\xef\xbb\xbf', 'utf-8'),
         (b'\xff\xfe\0\0', 'utf-32'), (b'\0\0\xfe\xff', 'utf-32'),
         (b'\xff\xfe', 'utf-16'), (b'\xfe\xff', 'utf-16'))
# Encodings that the parser reads itself, by their names in Python's codec registry.
_NATIVE = {'utf-8': 'utf-8', 'iso8859-1': 'iso-8859-1', 'ascii': 'us-ascii'}
# Python has these among its text encodings, but they hide characters behind escapes, or depend on
# the machine: a filter in front of this program could read another text.
_REFUSED = {'unicode_escape', 'raw_unicode_escape', 'utf_7', 'idna', 'punycode', 'undefined',
            'unicode_internal', 'charmap', 'mbcs', 'oem'}
# XML 1.0 production [81] EncName; here a digit may come first, too.
_NAME = set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-')


def to_parser(body, charset):
    """Return `body`, converted to UTF-8 if need be, and its encoding's name for the parser.

    Raises WireFault -32701 for an encoding that is unknown, refused or not one of
    text, -32702 where the bytes are not valid in it.
    """
    body, encoding = _read_as(body, charset)
    if b'\0' in body[:2]:               # which expat would take for UTF-16
        raise WireFault(NOT_WELL_FORMED, 'the message is not well-formed XML: U+0000 in it')
    return body, encoding


def _read_as(body, charset):
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return (body, encoding) if encoding == 'utf-8' else _transcode(body, encoding)
    if body[:4] in (b'<\0\0\0', b'\0\0\0<'):
        return _transcode(body, 'utf-32-le' if body[:1] == b'<' else 'utf-32-be')
    # Two ASCII characters in UTF-16 have a zero byte each (XML 1.0, appendix F).
    if body[:1] != b'\0' == body[1:2] and body[2:3] != b'\0' == body[3:4]:
        return _transcode(body, 'utf-16-le')
    if body[:1] == b'\0' != body[1:2] and body[2:3] == b'\0' != body[3:4]:
        return _transcode(body, 'utf-16-be')
    if body[:1] in _SPACE:              # some clients' templates begin with an empty line
        begun = body.lstrip(_SPACE)
        if begun.startswith(b'<?xml'):
            body = begun
    name = charset or _declared(body)
    if name is None:
        return body, 'utf-8'
    codec = _lookup(name)
    if codec in _NATIVE:
        return body, _NATIVE[codec]
    if codec[:6] in ('utf-16', 'utf-32') and not charset:
        return body, 'utf-8'            # its declaration is in ASCII: .NET clients send this
    return _transcode(body, codec)


def _declared(body):
    """The encoding in the XML declaration, or None."""
    if not body.startswith(b'<?xml'):
        return None
    declaration = body.partition(b'?>')[0]
    value = declaration.partition(b'encoding')[2].lstrip(b' \t\r\n')
    if not value.startswith(b'='):
        return None
    value = value[1:].lstrip(b' \t\r\n')
    quote = value[:1]
    if quote not in (b'"', b"'"):
        return None
    return value[1:].partition(quote)[0].decode('latin-1')


def _lookup(name):
    info = None
    if len(name) <= 40 and _NAME.issuperset(name):
        try:
            info = codecs.lookup(_canonical(name))
        except LookupError:
            _forget_unknown()
    if info is None or not getattr(info, '_is_text_encoding', True) or (
            info.name.replace('-', '_') in _REFUSED):
        raise WireFault(UNSUPPORTED_ENCODING, 'the encoding %r is not supported; send UTF-8'
                        % name[:40])
    return info.name


def _canonical(name):
    """`name` in one spelling, because Python caches every spelling that is looked up."""
    return '_'.join(filter(None, name.lower().replace('-', '_').split('_')))


def _forget_unknown():
    """Drop unknown names from Python's cache (no public way does): clients could fill it."""
    known = getattr(sys.modules.get('encodings'), '_cache', {})
    for name in [name for name, info in list(known.items()) if info is None]:
        known.pop(name, None)


def _transcode(body, codec):
    try:
        text = body.decode(codec)
        if text[:1] == '\ufeff':
            text = text[1:]
        return text.encode('utf-8'), 'utf-8'
    except UnicodeError as error:
        raise _bad_bytes(codec, error) from None


def _bad_bytes(codec, error):
    place = getattr(error, 'start', None)
    return WireFault(BAD_BYTES, 'the message is not valid %s%s' % (
        codec.upper(), '' if place is None else ' (byte %d)' % place))


def diagnose(body, encoding, error):
    """The WireFault for the parser's `error`: bad bytes, or bad XML."""
    try:
        body.decode(encoding)
    except UnicodeError as unicode_error:
        return _bad_bytes(encoding, unicode_error)
    if not body.strip():        # as mod_wsgi makes it of HTTP/2 without a Content-Length
        error = 'no body came (some web servers pass one on only if it has a Content-Length)'
    return WireFault(NOT_WELL_FORMED, 'the message is not well-formed XML: %s' % error)
