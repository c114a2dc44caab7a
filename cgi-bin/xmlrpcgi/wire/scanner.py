"""Reads plain messages several times faster: large ones, and all in a long-running process.

The parser calls back for every element, and those calls are most of the time
of a large message. Here regular expressions take the bytes apart, a whole
parameter, member or array item at a time. They know only the plain form: no
attributes, comments, CDATA or character references beyond the five named ones.
Anything else, errors included, is left to the reader in decode.py: this module
returns None and says nothing, so that one module alone judges messages.

No parser sees a message that is read here. All its markup has matched an expression, element by
element, so it is well formed if the text between the markup is. _is_clean, _HEAD and the strict
decoding of each text make sure of that (XML 1.0, productions [2] Char, [14] CharData, [23] XMLDecl,
[66] CharRef). The readers are compared by `python3 -m tests.tools.fuzz --readers`.
"""

import _sre  # compiles kept code without an import of re
from binascii import a2b_base64, b2a_base64

from .. import startup

_LEAF = (rb'<(string|int|i4|i8|double|boolean|dateTime\.iso8601|base64|nil)'
         rb'(?:/>|>([^<]*)</\%d>)')
_FILE = 'scanner'           # see startup.file_of
_VERBOSE = 64               # re.VERBOSE: most processes that read here do not import re
EXPRESSIONS = (
    (rb'''
    (?: <\?xml [ ] version=(?:"1\.0"|'1\.0')
        (?: [ ] encoding=(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8') )? [ ]? \?> )?
    \s* <methodCall> \s* <methodName> ([^<&]*) </methodName> \s*
    (?: ((?: <params> \s* </params> \s* )? </methodCall>\s*\Z) | <params> )''', _VERBOSE),
    (rb'\s*<param>\s*<value>%s\s*</value>\s*</param>' % (_LEAF % 1), 0),
    (rb'\s*<member>\s*<name>([^<]*)</name>\s*<value>%s\s*</value>\s*</member>' % (_LEAF % 2), 0),
    (rb'''
    \s*
    (?: (?: <member>\s*<name>([^<]*)</name>\s* )?           # 1 name
        <value>
        (?: %s \s*</value>                                  # 2 type, 3 text
          | ([^<]*)</value>                                 # 4 bare text
          | \s*<(struct|array>\s*<data)>                    # 5 opened
        )
        (?: \s*(</member>) )?                               # 6
      | </(struct|data>\s*</array)>\s*</value>(?:\s*(</member>))?   # 7 closed, 8
    )''' % (_LEAF % 2), _VERBOSE),
    (rb'\s*<param>', 0),
    (rb'\s*</param>', 0),
    (rb'\s*</params>\s*</methodCall>\s*\Z', 0),
)


def _compiled():
    """EXPRESSIONS, compiled: from the file of kept code, else by `re`.

    Where there is any doubt about the file, it is written anew.
    """
    folder = __file__.rpartition('/wire/')[0]
    if startup.IS_OURS:             # else `re` is loaded, or will be
        try:
            (_, stamp, (magic, kept)), = startup.read(startup.file_of(folder, _FILE))
            if magic == _sre.MAGIC and stamp == startup.stamp(__file__) \
                    and [row[0] for row in kept] == [row[0] for row in EXPRESSIONS]:
                return [_sre.compile(*parts) for parts in kept]
        except Exception:       # noqa: S110  not there, cut short, of another interpreter
            pass
        keep_expressions(folder)
    from .expressions import compiled
    return compiled(EXPRESSIONS)


def keep_expressions(folder, at_once=False):
    """Write the file of kept code for the package in `folder` (str; any version), if possible.

    at_once (bool): see imports/kept.py.
    """
    from .expressions import keep
    keep(startup.file_of(folder, _FILE), folder + '/wire/scanner.py', EXPRESSIONS, at_once)


_HEAD, _SCALAR, _MEMBER, _TOKEN, _PARAM, _PARAM_END, _TAIL = _compiled()
_BLOCK = 1 << 16            # bytes looked at in one step: no copy of a large message is made
_LEAST = 10                 # bytes of the smallest element: its tags, and its share of <value>
# Bytes that XML cannot carry, and those that the expressions take for white space, but XML does
# not. XML turns a carriage return into another character, so it is left to the parser, too.
_UNCLEAN = bytes(range(9)) + bytes(range(11, 32))


def read_call(body, max_depth, max_elements):
    """Return (method, params) of the methodCall in `body`, UTF-8 bytes; None for any doubt."""
    head = _HEAD.match(body)
    if head is None or len(body) > _LEAST * max_elements \
            and body.count(b'<') - body.count(b'</') > max_elements:
        return None
    method, ended = head.groups()
    if not method or not _is_clean(body):
        return None
    params, position, readers = [], head.end(), _READERS
    try:
        method = method.decode('utf-8').strip(' \t\n')
        while ended is None:
            token = _SCALAR.match(body, position)
            if token is not None:
                type_, text = token.groups()
                params.append(readers[type_](text))
                position = token.end()
                continue
            opened = _PARAM.match(body, position)
            if opened is None:
                break
            position = _read_value(body, opened.end(), params, max_depth)
            closed = _PARAM_END.match(body, position)
            if closed is None:
                return None
            position = closed.end()
        if method and (ended or _TAIL.match(body, position)):
            return method, params
    except (ValueError, LookupError, TypeError):
        pass
    return None


def _is_clean(body):
    """Whether text in XML may have these bytes (bool); that they are UTF-8 is checked later."""
    for start in range(0, len(body), _BLOCK) if len(body) > _BLOCK else (0,):
        block = body[start:start + _BLOCK]
        if len(block.translate(None, _UNCLEAN)) != len(block):
            return False
    # A single byte is found several times faster than a few.
    if b']' in body and b']]>' in body or b'\xef' in body and (
            b'\xef\xbf\xbe' in body or b'\xef\xbf\xbf' in body):      # U+FFFE, U+FFFF
        return False
    return b'&' not in body or body.count(b'&') == sum(map(body.count, _ENTITIES))


def _read_value(body, position, into, max_depth):
    """Append the one value at `position` to `into`; return where it ends.

    Raises ValueError, LookupError or TypeError where it is not in the plain form.
    """
    known = {}                          # member names: the same string for the same bytes
    outer = []                          # the containers round the open one: (add, store, named)
    add, store = into.append, None      # into an array, or into a struct
    readers = _READERS
    while True:
        if store is not None:           # the usual run of plain members, one match per member
            # The scanner matches each where the last one ended, as re.Scanner does.
            for token in iter(_MEMBER.scanner(body, position).match, None):
                name, type_, text = token.groups()
                try:
                    name = known[name]
                except KeyError:
                    name = known.setdefault(name, _string(name))
                store(name, readers[type_](text))
                position = token.end()
        token = _TOKEN.match(body, position)
        if token is None:
            raise ValueError
        position = token.end()
        name, type_, text, bare, opened, member, closed, member_after = token.groups()
        if name is not None:
            name = known.setdefault(name, _string(name))
        if closed is not None:
            if (closed == b'struct') is (store is None):
                raise ValueError
            add, store, named = outer.pop()
            if named is not (member_after is not None):
                raise ValueError
        elif (name is None) is not (store is None):
            raise ValueError
        elif opened is not None:
            if member is not None or len(outer) == max_depth:
                raise ValueError
            outer.append((add, store, name is not None))
            fresh = {} if opened == b'struct' else []
            if name is None:
                add(fresh)
            else:
                store(name, fresh)
            add, store = (None, fresh.__setitem__) if opened == b'struct' else (
                fresh.append, None)
            continue
        else:
            if (name is None) is not (member is None):
                raise ValueError
            value = _string(bare) if type_ is None else readers[type_](text)
            if name is None:
                add(value)
            else:
                store(name, value)
        if not outer:
            return position


def _string(data):
    if data is None:
        return ''
    if b'&' in data:
        if b'&#' in data:
            raise ValueError
        data = data.replace(b'&lt;', b'<').replace(b'&gt;', b'>').replace(
            b'&quot;', b'"').replace(b'&apos;', b"'").replace(b'&amp;', b'&')
    return data.decode('utf-8')


def _integer(data):
    if len(data) > 20 or data.strip(b'0123456789-'):
        raise ValueError
    found = int(data)
    if not -1 << 63 <= found < 1 << 63:
        raise ValueError
    return found


def _double(data):
    if len(data) > 300 or data.strip(b'0123456789.-'):    # more digits: may be infinity
        raise ValueError
    return float(data)


def _base64(data):
    packed = data.translate(None, b' \t\n') if b'\n' in data else data
    value = a2b_base64(packed)
    if b2a_base64(value, newline=False) != packed:
        raise ValueError
    return value


def _date(data):
    from .dates import parse
    if data is None:
        raise ValueError
    return parse(data.decode('ascii').strip(' \t\n'))


def _nil(data):
    if data:
        raise ValueError


_ENTITIES = b'&lt;', b'&gt;', b'&amp;', b'&quot;', b'&apos;'
_READERS = {
    b'string': _string, b'int': _integer, b'i4': _integer, b'i8': _integer, b'double': _double,
    b'boolean': {b'1': True, b'0': False}.__getitem__, b'base64': _base64, b'nil': _nil,
    b'dateTime.iso8601': _date,
}
