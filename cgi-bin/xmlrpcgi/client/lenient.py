"""lenient: answers as other people's servers send them, read as well as can be.

`decode_response` takes what the specification allows. An answer that it refuses is read here once
more, because the call was made and its result is what the caller wants to see: a server's notices
round the answer are left aside, a value that is not what its type says is its text, and no params
are no result. A document type is never looked at, so nothing is declared here either.
"""

import re
from binascii import a2b_base64
from decimal import Decimal, DecimalException
from html.entities import name2codepoint
from pyexpat import ExpatError, ParserCreate

from ..decode import MAX_DIGITS, MAX_ELEMENTS
from ..errors import INVALID_CALL, NOT_WELL_FORMED, Fault, WireFault
from ..wire.charset import to_parser
from ..wire.dates import parse

_MAX_OPEN = 400             # elements within each other: more than 100 arrays
_SPACE = ' \t\r\n\0\ufeff'
_ROOT, _END = '<methodResponse', '</methodResponse'
_NO_XML = re.compile('[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_REFERENCE = re.compile('&(#(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});|[a-zA-Z][a-zA-Z0-9]{1,30};)?')
_INTEGER = re.compile('[+-]?[0-9]{1,%d}' % MAX_DIGITS)
_TYPES = {'int', 'i1', 'i2', 'i4', 'i8', 'biginteger', 'double', 'float', 'bigdecimal', 'boolean',
          'bool', 'dateTime.iso8601', 'dateTime', 'base64', 'nil'}


def read(body, charset):
    """Return the result in the answer `body` (bytes), and what stood round it (list of str).

    Raises Fault where the answer is a fault; its code is an int where that can be had, else a
    str. Raises WireFault where there is no answer to be seen.
    """
    text = _text(body, charset)
    start = text.find(_ROOT)
    if start < 0:
        raise WireFault(INVALID_CALL, 'there is no methodResponse')
    end = text.find('>', max(start, text.rfind(_END))) + 1
    answer = text[start:end or len(text)]
    try:
        value = _parsed(answer)
    except ExpatError:
        try:
            value = _parsed(_REFERENCE.sub(_known, _NO_XML.sub('\ufffd', answer)))
        except ExpatError as error:
            raise WireFault(NOT_WELL_FORMED, str(error)) from None
    before = text[:start].rpartition('<?xml')
    round_it = [before[0] if before[1] else '' if '<!DOCTYPE' in before[2] else before[2],
                text[end:]]
    return value, [words.strip(_SPACE) for words in round_it if words.strip(_SPACE)]


def _text(body, charset):
    try:
        body, encoding = to_parser(body, charset)
        return body.decode(encoding)
    except (WireFault, UnicodeError):
        pass
    try:
        return body.decode('utf-8')
    except UnicodeError:
        return body.decode('cp1252', 'replace')     # as browsers read what declares nothing


def _known(reference):
    """What XML knows in place of a reference: to no character, by HTML's names, or a mere &."""
    name = reference.group(1)
    if name is None:
        return '&amp;'
    if name[0] == '#':
        number = int(name[2:-1], 16) if name[1] == 'x' else int(name[1:-1])
        return reference.group() if number < 0x110000 and not _NO_XML.match(chr(number)) \
            else '\ufffd'
    if name[:-1] in ('lt', 'gt', 'amp', 'quot', 'apos'):
        return reference.group()
    point = name2codepoint.get(name[:-1])
    return '&amp;' + name if point is None else chr(point)


def _parsed(answer):
    """Return the result in `answer` (str), from <methodResponse to its end; raises Fault."""
    parser = ParserCreate('utf-8')
    opened = [('', [], [])]             # name, text, and (name, value) of what is within
    count = 0

    def start(name, attributes):
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS or len(opened) > _MAX_OPEN:
            raise WireFault(INVALID_CALL, 'more elements than are read')
        opened.append((name.rpartition(':')[2], [], []))

    def end(name):
        name, text, within = opened.pop()
        opened[-1][2].append((name, _folded(name, ''.join(text), within)))

    def doctype(*declared):
        raise WireFault(INVALID_CALL, 'document type declarations are not allowed')

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: opened[-1][1].append(text)
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(answer.encode('utf-8', 'replace'), True)
    finally:
        parser.StartElementHandler = parser.EndElementHandler = None
        parser.CharacterDataHandler = parser.StartDoctypeDeclHandler = None
    name, value = opened[0][2][0]
    return _result(value if name == _ROOT[1:] else None)


def _folded(name, text, within):
    """Return the value of an element: of its `text`, or of (name, value) of what is within."""
    values = [value for _, value in within]
    if name == 'value':
        return values[-1] if values else text
    if name == 'array':
        return [item for part, value in within
                for item in (value if part == 'data' else [value])]
    if name == 'struct':
        return dict(value for part, value in within if part == 'member')
    if name == 'member':
        found = dict(within)
        return str(found.get('name', '')), found.get('value')
    if name == 'params':
        return [value if part == 'value' else value[0] if isinstance(value, list) and value
                else None for part, value in within]
    if name in ('data', 'param', 'fault'):
        return values
    if name == 'methodResponse' and not text.strip() and {'params', 'fault'}.issuperset(
            part for part, _ in within):
        return dict(within)
    return values if values else _scalar(name, text)


def _scalar(name, text):
    """Return the value that `text` has by the type `name`, or `text` where it has none."""
    if name not in _TYPES:
        return text
    word = text.strip()
    try:
        if name == 'nil':
            return None
        if name[:4] == 'bool':
            return {'1': True, '0': False, 'true': True, 'false': False}[word.lower()]
        if name[:8] == 'dateTime':
            return date(word)
        if name == 'base64':
            return a2b_base64(word.encode('ascii'))
        if _INTEGER.fullmatch(word) and name not in ('double', 'float', 'bigdecimal'):
            return int(word)
        if len(word) > MAX_DIGITS or '_' in word:
            return text
        return Decimal(word) if name == 'bigdecimal' else float(word)
    except (KeyError, ValueError, DecimalException):
        return text


def date(word):
    """Return the datetime that `word` names, also without a time or with a space before it."""
    return parse(word.replace(' ', 'T', 1))


def _result(response):
    """Return the result in the parts of a methodResponse; raises Fault."""
    if not isinstance(response, dict):
        raise WireFault(INVALID_CALL, 'the methodResponse holds neither params nor a fault')
    if 'fault' in response:
        found = response['fault'][0] if response['fault'] else None
        if not isinstance(found, dict) or not {'faultCode', 'faultString'} & set(found):
            raise WireFault(INVALID_CALL, 'the fault has no faultCode and no faultString')
        raise Fault(_code(found.get('faultCode', 0)), _string(found.get('faultString')))
    params = response.get('params', [])
    return params[0] if len(params) == 1 else params or None


def _code(code):
    if isinstance(code, (str, float)):
        try:
            return int(code)
        except (ValueError, OverflowError):
            pass
    return code if isinstance(code, int) else str(code)[:40]


def _string(text):
    return '' if text is None else text if isinstance(text, str) else str(text)
