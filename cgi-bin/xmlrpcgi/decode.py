"""Bytes to calls and values: the reading half of the wire codec.

`decode_call` reads a methodCall, client/response.py a methodResponse. Both use Message, a state
machine on pyexpat. The grammar is a table: in each state, the elements that may come, each with its
own state and the state its parent is in afterwards; so order, number and place of elements are
checked by one look-up. Values pile up on one list and are folded into their array or struct when
that ends. Limits are checked while the bytes are read, so memory stays within them.

Sources: the XML-RPC specification (http://xmlrpc.com/spec.md), Apache
ws-xmlrpc's extension types, and "Specification for Fault Code
Interoperability", version 20010516, for the fault codes.
"""

from pyexpat import ExpatError, ParserCreate

from . import errors

EXTENSIONS = 'http://ws.apache.org/xmlrpc/namespaces/extensions'

MAX_DEPTH = 64              # arrays and structs within each other
MAX_ELEMENTS = 2000000      # XML elements of a message
MAX_DIGITS = 1000           # digits of an integer; int() takes quadratic time
SCAN_FROM = 1 << 12         # bytes from which wire/scanner.py is tried first
MAX_MARKUP = 1 << 18        # bytes of the longest tag or comment; expat keeps all of one
_CHUNK = 1 << 18            # bytes handed to the parser at once
_USUAL = (                  # how messages in UTF-8 usually begin
    b'<?xml version="1.0"?>', b"<?xml version='1.0'?>", b'<methodCall>',
    b'<?xml version="1.0" encoding="UTF-8"?>', b'<?xml version="1.0" encoding="utf-8"?>',
    b"<?xml version='1.0' encoding='UTF-8'?>", b"<?xml version='1.0' encoding='utf-8'?>")
_SPACE = ' \t\r\n'          # what XML calls white space
_DIGITS = '0123456789'
_BOOLEANS = {'1': True, '0': False, 'true': True, 'false': False}

# The grammar. State: {element: (its own state, the state of its parent after it)}.
_LEAF, _DONE, _TYPED, _NAMED, _FULL, _HELD = {}, {}, {}, {}, {}, {}
_VALUE, _ARRAY, _DATA, _STRUCT, _MEMBER, _VALUED = {}, {}, {}, {}, {}, {}
_PARAM, _PARAMS, _FAULT, _CALL, _CALLED, _UNNAMED, _START, _ONE, _RESPONSE = (
    {}, {}, {}, {}, {}, {}, {}, {}, {})
for _name in ('int i4 i8 i1 i2 biginteger boolean string double float bigdecimal '
               'dateTime.iso8601 dateTime base64 nil').split():
    _VALUE[_name] = _VALUE['ex:' + _name] = (_LEAF, _TYPED)
_VALUE['array'] = (_ARRAY, _TYPED)
_VALUE['struct'] = (_STRUCT, _TYPED)
_ARRAY['data'] = (_DATA, _DONE)
_DATA['value'] = (_VALUE, _DATA)
_STRUCT['member'] = (_MEMBER, _STRUCT)
_MEMBER['name'] = (_LEAF, _NAMED)
_MEMBER['value'] = (_VALUE, _VALUED)
_NAMED['value'] = (_VALUE, _FULL)
_VALUED['name'] = (_LEAF, _FULL)
_PARAM['value'] = (_VALUE, _HELD)
_PARAMS['param'] = (_PARAM, _PARAMS)
_CALL['methodName'] = (_LEAF, _CALLED)
_CALLED['params'] = (_PARAMS, _DONE)
_CALL['params'] = (_PARAMS, _UNNAMED)         # some clients write the parameters first
_UNNAMED['methodName'] = (_LEAF, _DONE)
_START['methodCall'] = (_CALL, _DONE)
_START['methodResponse'] = (_RESPONSE, _DONE)
_RESPONSE['params'] = (_ONE, _DONE)
_RESPONSE['fault'] = (_FAULT, _DONE)
_ONE['param'] = (_PARAM, _DONE)
_FAULT['value'] = (_VALUE, _HELD)


def decode_call(body, charset=None, max_depth=MAX_DEPTH, max_elements=MAX_ELEMENTS,
                scan_from=None):
    """Return the Message in `body` (bytes), a methodCall.

    charset: the encoding named by the transport; it wins over the XML declaration.
    max_depth, max_elements: limits of nesting and of the number of XML elements.
    scan_from: bytes from which wire/scanner.py is tried first; None for SCAN_FROM.
    Raises WireFault: -32700 not well formed, -32701 unsupported encoding, -32702
    bytes not valid in the encoding, -32600 XML that is not a call.
    """
    if len(body) >= (SCAN_FROM if scan_from is None else scan_from) and (
            charset is None and body.startswith(_USUAL) or _is_utf8(body, charset)):
        plain = (_read_plain or _load_scanner())(body, max_depth, max_elements)
        if plain is not None:
            message = Message(max_depth, max_elements)
            message.method, message.params = plain
            return message
    message = Message(max_depth, max_elements)
    message.read(body, charset)
    if message.root != 'methodCall':
        raise errors.WireFault(errors.INVALID_CALL, 'expected a methodCall, got a methodResponse; '
                                      'this address answers calls')
    if not message.method:
        raise errors.WireFault(errors.INVALID_CALL, 'the methodCall has no methodName')
    return message


_read_plain = None          # wire.scanner.read_call, once a message needs it


def _load_scanner():
    global _read_plain
    from .wire.scanner import read_call
    _read_plain = read_call
    return read_call


def _is_utf8(body, charset):
    """Whether the first bytes of `body` say UTF-8; wire/charset.py decides about all others."""
    if charset is not None:
        return body[:1] == b'<' and body[1:2] != b'\0' and charset.lower() == 'utf-8'
    if body.startswith(_USUAL):
        return True
    if body[:1] != b'<' or body[1:2] == b'\0':
        return False
    if body[:5] != b'<?xml':
        return True
    declaration, end, _ = body[:100].lower().partition(b'?>')
    return bool(end) and (b'encoding' not in declaration or b'encoding="utf-8"' in declaration
                          or b"encoding='utf-8'" in declaration)


class Message:
    """A message, once `read` has read it.

    root (str): methodCall or methodResponse. method (str or None): the method name, white space
    round it removed. params (list): the values. extended (bool): whether the message declares
    Apache's extension namespace. is_fault (bool): whether it is the response of a fault.
    """

    root = method = None
    extended = is_fault = False

    def __init__(self, max_depth, max_elements):
        self.max_depth = max_depth
        self.max_elements = max_elements
        self.params = []

    def read(self, body, charset):
        """Read `body` (bytes); charset as for decode_call. Raises WireFault."""
        encoding = 'utf-8'
        if not _is_utf8(body, charset):
            from .wire.charset import to_parser
            body, encoding = to_parser(body, charset)
        parser = ParserCreate(encoding)     # given, so that expat never asks Python for a codec
        finish = self._connect(parser)
        try:
            for start in range(0, len(body), _CHUNK):
                parser.Parse(body[start:start + _CHUNK] if len(body) > _CHUNK else body, False)
                if start + _CHUNK - parser.CurrentByteIndex > MAX_MARKUP and (
                        start + _CHUNK < len(body)):
                    raise _refuse('a tag or comment longer than %d bytes' % MAX_MARKUP, parser)
            parser.Parse(b'', True)
        except (ExpatError, UnicodeError) as error:     # the second of Python 3.6
            from .wire.charset import diagnose
            raise diagnose(body, encoding, error) from None
        finally:
            finish()

    def _connect(self, parser):
        """Set the parser's handlers: closures, because they run once or twice per element."""
        values = self.params
        max_depth, max_elements = self.max_depth, self.max_elements
        node, stack, text = _START, [], []
        marks, names = [], []       # where the open arrays and structs began; member names
        count = depth = 0
        value_state, typed, leaf, member, full = _VALUE, _TYPED, _LEAF, _MEMBER, _FULL
        push, pop, append = stack.append, stack.pop, values.append
        read_leaf = _LEAVES

        def start(name, attributes):
            nonlocal node, count, depth
            if text:
                stray = ''.join(text).strip(_SPACE)
                del text[:]
                if stray:
                    raise _refuse('text %r before <%s>', parser, stray, name)
            try:
                child, after = node[name]
            except KeyError:
                raise _misplaced(name, node, parser) from None
            push(after)
            node = child
            count += 1
            if count > max_elements:
                raise _refuse('more than %d elements' % max_elements, parser)
            if attributes and attributes.get('xmlns:ex') == EXTENSIONS:
                self.extended = True
            if child is leaf or child is value_state:
                return
            if name == 'array' or name == 'struct':
                depth += 1
                if depth > max_depth:
                    raise _refuse('values nested deeper than %d' % max_depth, parser)
                marks.append(len(values) if name == 'array' else {})
            elif name == 'methodCall' or name == 'methodResponse':
                self.root = name
            elif name == 'fault':
                self.is_fault = True

        def end(name):
            nonlocal node, depth
            ended = node
            node = pop()
            if ended is leaf:
                data = text[0] if len(text) == 1 else ''.join(text)
                del text[:]
                if name == 'string':
                    append(data)
                elif name == 'name':
                    names.append(data)
                elif name == 'int' or name == 'i4':
                    if len(data) < 19 and not data.strip(_DIGITS) and data:
                        append(int(data))
                    else:
                        append(_integer(data, name, parser))
                elif name == 'methodName':
                    self.method = data.strip(_SPACE)
                else:
                    if name not in read_leaf:
                        _load_leaves()
                    append(read_leaf[name](data, name, parser))
                return
            if ended is value_state:            # <value>text</value>
                append(text[0] if len(text) == 1 else ''.join(text))
                del text[:]
                return
            if text:
                stray = ''.join(text).strip(_SPACE)
                del text[:]
                if stray:
                    raise _refuse('text %r in <%s>', parser, stray, name)
            if ended is typed:                  # </value>
                return
            if name == 'member':
                if ended is not full:
                    raise _refuse('a struct member without %s' % (
                        'name and value' if ended is member else
                        'a name' if ended is _VALUED else 'a value'), parser)
                marks[-1][names.pop()] = values.pop()
            elif name == 'struct':
                depth -= 1
                append(marks.pop())
            elif name == 'array':
                depth -= 1
                mark = marks.pop()
                items = values[mark:]
                del values[mark:]
                append(items)
            elif ended is _PARAM or ended is _FAULT:
                raise _refuse('a <%s> without value' % name, parser)
            elif ended is _CALL or ended is _UNNAMED:
                raise _refuse('a methodCall without methodName', parser)

        def doctype(*declared):
            raise _refuse('document type declarations are not allowed', parser)

        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text.append
        parser.StartDoctypeDeclHandler = doctype

        def finish():                           # free the cycle of the handlers and the parser
            parser.StartElementHandler = parser.EndElementHandler = None
            parser.CharacterDataHandler = parser.StartDoctypeDeclHandler = None
        return finish


def _refuse(what, parser, *texts):
    """The WireFault that says `what` (str), in which `texts` of the message fill the places."""
    from .wire.faults import refuse
    return refuse(what, parser, *texts)


def _misplaced(name, node, parser):
    if node is _TYPED:
        return _refuse('<%s> after the type element of a value', parser, name)
    if node is _VALUE:
        return _refuse('unknown type <%s>', parser, name)
    expected = ' or '.join('<%s>' % known for known in node) or 'no element'
    return _refuse('<%%s> where %s may stand' % expected, parser, name)


def _integer(data, name, parser):
    digits = data.strip(_SPACE)
    number = digits[1:] if digits[:1] in ('+', '-') else digits
    if not number or number.strip(_DIGITS):
        raise _refuse('<%s> holds %r, expected an integer', parser, name, data)
    if len(number) > MAX_DIGITS:
        raise _refuse('<%%s> holds %%r, expected an integer of at most %d digits' % MAX_DIGITS,
                      parser, name, data)
    found = int(digits)
    # Larger ones may all have one hash, and a set or dict of those takes quadratic time.
    if not -1 << 63 <= found < 1 << 63 and name[-10:] != 'biginteger':
        raise _refuse('<%s> holds %r, expected an integer of at most 64 bits', parser, name, data)
    return found


def _double(data, name, parser):
    digits = data.strip(_SPACE)
    try:
        if digits.strip('0123456789.+-eE'):
            raise ValueError
        number = float(digits)
        if number - number != 0:        # infinity (1e999), without an import of math
            raise ValueError
        return number
    except ValueError:
        raise _refuse('<%s> holds %r, expected a finite decimal number',
                      parser, name, data) from None


def _boolean(data, name, parser):
    try:
        return _BOOLEANS[data.strip(_SPACE)]
    except KeyError:
        raise _refuse('<%s> holds %r, expected 0 or 1', parser, name, data) from None


def _load_leaves():
    from .wire.leaves import LEAVES
    _LEAVES.update(LEAVES)
    for name, read in list(_LEAVES.items()):
        _LEAVES['ex:' + name] = read


_LEAVES = {             # those of wire/leaves.py are added when a message has one
    'int': _integer, 'i4': _integer, 'i8': _integer, 'i1': _integer, 'i2': _integer,
    'biginteger': _integer, 'boolean': _boolean, 'double': _double, 'float': _double,
}
