"""Mutations: from messages of the corpus to messages that nobody wrote.

`mutant(chance, seeds)` takes a seed and changes it a few times; each change is
one small function of (chance, body, seeds). Seeded, so an input can be made again.
"""

import re

TAGS = tuple(b'methodCall methodName params param value int i4 i8 i1 boolean string double base64 '
             b'dateTime.iso8601 nil ex:nil ex:i8 bigdecimal float array data struct member name '
             b'methodResponse fault'.split())
TOKENS = (b'<', b'>', b'&', b'&lt;', b'&#13;', b'&#0;', b'&#x10FFFF;', b']]>', b'<![CDATA[',
          b'<!--', b'-->', b'<?', b'?>', b'/>', b'</', b'<!DOCTYPE a [<!ENTITY b "c">]>', b'&b;',
          b'\0', b'\r\n', b'\r', b'\t', b' ', b'\x0b', b'\xc2\xa0', b'\xef\xbb\xbf', b'\xff\xfe',
          b'\xc0\x80', b'\xed\xa0\x80', b'\xf0\x9f\x98\x80', b'\xef\xbf\xbe', b'+', b'-', b'.',
          b'e', b'_', b'0', b'1e999', b'NaN', b'inf', b'99999999999', b'9' * 1001, b'0E-999999999',
          b'1E-400', b'T', b'Z', b'+23:59', b'0001', b'9999', b'=', b'A', b'a="1"', b'echo',
          b'xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions"', b'system.multicall',
          b'system.listMethods')
ENCODINGS = ('utf-8', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'iso-8859-1', 'us-ascii',
             'windows-1251', 'koi8-r', 'shift_jis', 'gb18030', 'utf-7', 'utf-8-sig', 'cp037', 'hz',
             'iso2022_jp', 'unicode_escape', 'idna', 'hex', 'x', '', 'utf_8', 'UTF-8', 'latin-1')
_TAG = re.compile(rb'</?([A-Za-z0-9:.]+)')
_ELEMENT = re.compile(rb'<([A-Za-z0-9:.]+)[^<>]*>(?:[^<]*|.*?)</\1>', re.DOTALL)
_TEXT = re.compile(rb'(?<=>)[^<>]+(?=<)')


def mutant(chance, seeds):
    """Return a body (bytes) and a charset (str or None) made from the messages `seeds`.

    Half of them get the gentle changes alone, after which most are XML still.
    """
    body, charset = chance.choice(seeds)
    gentle = chance.random() < 0.5
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 12))):
        body = chance.choice(GENTLE if gentle else MUTATIONS)(chance, body, seeds)[:MOST]
    if not gentle and chance.random() < 0.2:
        charset = chance.choice(ENCODINGS)
    return body, charset


MOST = 200000                   # bytes; larger attacks are in tests/unit/test_decode_attacks.py


def _at(chance, body):
    return chance.randint(0, len(body))


def _span(chance, body):
    start = _at(chance, body)
    return start, min(len(body), start + chance.choice((1, 2, 8, 40, 200)))


def _pick(chance, pattern, body):
    found = list(pattern.finditer(body, 0, 5000))
    return chance.choice(found) if found else None


def flip_bits(chance, body, seeds):
    changed = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 8))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def set_byte(chance, body, seeds):
    at = _at(chance, body)
    return body[:at] + bytes([chance.randrange(256)]) + body[at + chance.randrange(2):]


def insert_token(chance, body, seeds):
    at = _at(chance, body)
    return body[:at] + chance.choice(TOKENS) + body[at:]


def replace_text(chance, body, seeds):
    """The text of some element becomes a token, or that of another message."""
    found = _pick(chance, _TEXT, body)
    if not found:
        return body
    other = _pick(chance, _TEXT, chance.choice(seeds)[0]) if chance.random() < 0.5 else None
    text = other.group() if other else chance.choice(TOKENS)
    if chance.random() < 0.3:
        text = found.group() + text
    return body[:found.start()] + text + body[found.end():]


def swap_tag(chance, body, seeds):
    """One tag gets another name, or all of that name do, so that it stays well formed."""
    found = _pick(chance, _TAG, body)
    if not found:
        return body
    old, new = found.group(1), chance.choice(TAGS)
    if chance.random() < 0.5:
        return body[:found.start(1)] + new + body[found.end(1):]
    return re.sub(rb'(</?)%s(?=[\s>/])' % re.escape(old), lambda tag: tag.group(1) + new, body)


def cut(chance, body, seeds):
    start, end = _span(chance, body)
    return body[:start] + body[end:]


def truncate(chance, body, seeds):
    return body[:_at(chance, body)]


def repeat(chance, body, seeds):
    start, end = _span(chance, body)
    return body[:start] + body[start:end] * chance.choice((2, 3, 70, 500)) + body[end:]


def repeat_element(chance, body, seeds):
    found = _pick(chance, _ELEMENT, body)
    return body if not found else (
        body[:found.end()] + found.group() * chance.choice((1, 2, 100)) + body[found.end():])


def wrap_element(chance, body, seeds):
    found = _pick(chance, _ELEMENT, body)
    if not found:
        return body
    name = chance.choice((b'value', b'array', b'data', b'struct', b'member', b'a'))
    times = chance.choice((1, 1, 2, 70))
    return (body[:found.start()] + (b'<%s>' % name) * times + found.group() +
            (b'</%s>' % name) * times + body[found.end():])


def nest_value(chance, body, seeds):
    found = _pick(chance, re.compile(rb'<value>.*?</value>', re.DOTALL), body)
    if not found:
        return body
    times = chance.choice((1, 3, 63, 64, 65))
    head, tail = chance.choice((
        (b'<value><array><data>', b'</data></array></value>'),
        (b'<value><struct><member><name>a</name>', b'</member></struct></value>')))
    return (body[:found.start()] + head * times + found.group() + tail * times +
            body[found.end():])


def splice(chance, body, seeds):
    """An element of another message in place of one of this."""
    other = _pick(chance, _ELEMENT, chance.choice(seeds)[0])
    found = _pick(chance, _ELEMENT, body)
    if not found or not other:
        return body[:_at(chance, body)] + chance.choice(seeds)[0][-_at(chance, body):]
    return body[:found.start()] + other.group() + body[found.end():]


def drop_element(chance, body, seeds):
    found = _pick(chance, _ELEMENT, body)
    return body if not found else body[:found.start()] + body[found.end():]


def move_space(chance, body, seeds):
    at = body.find(b'>', _at(chance, body)) + 1
    space = chance.choice((b' ', b'\n', b'\r\n', b'\t', b'\xc2\xa0', b'\x0c'))
    return body[:at] + space + body[at:]


def declare(chance, body, seeds):
    """Another XML declaration; now and then the bytes follow it."""
    name = chance.choice(ENCODINGS)
    head = b'<?xml version="1.0"%sencoding=%s?>' % (
        b' ' * chance.choice((1, 1, 120)), ('"%s"' % name).encode())
    body = head + body.partition(b'?>')[2]
    return recode(chance, body, seeds, name) if chance.random() < 0.5 else body


def recode(chance, body, seeds, name=None):
    try:
        return body.decode('utf-8').encode(name or chance.choice(ENCODINGS))
    except (LookupError, UnicodeError):
        return body


def to_scanner(chance, body, seeds):
    """White space enough for the scanner to be tried."""
    at = body.find(b'>', _at(chance, body)) + 1
    return body[:at] + b' ' * (1 << 15) + body[at:]


GENTLE = (replace_text, replace_text, swap_tag, repeat_element, nest_value, splice, move_space,
          wrap_element, to_scanner)
MUTATIONS = GENTLE + (flip_bits, set_byte, insert_token, insert_token, cut, truncate, repeat,
                      drop_element, declare, recode)
