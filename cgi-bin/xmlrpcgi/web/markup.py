"""Text of an application as HTML text."""

import re
from html import escape
from urllib.parse import quote

_FORBIDDEN = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f]')
# An address; not the marks behind it that end a sentence.
_ADDRESS = re.compile(r"https?://[\w.~:/?#\[\]@!$&'()*+,;=%-]*[\w~/#=&-]", re.ASCII)


def text(value):
    """Return `value` as HTML text, also within quotes; what HTML cannot carry is U+FFFD."""
    return escape(_FORBIDDEN.sub('\ufffd', str(value)))


def linked(value):
    """Return `value` (str) as HTML text, in which http and https addresses are links."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(value):
        address = text(found.group())
        parts += [text(value[at:found.start()]),
                  '<a href="%s" rel="noreferrer">%s</a>' % (address, address)]
        at = found.end()
    return ''.join(parts) + text(value[at:])


def anchor(name):
    """Return the id of a method, without characters that end an attribute or a word."""
    return quote(name, '', errors='replace')


def cut(value, size=60):
    """Return `value` (str), or its beginning and an ellipsis."""
    return value if len(value) <= size else value[:size] + '…'


def plural(count, noun):
    """Return like `1 method` or `3 methods`."""
    return '%d %s%s' % (count, noun, '' if count == 1 else 's')
