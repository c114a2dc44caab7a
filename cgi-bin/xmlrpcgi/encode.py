"""Values to bytes: the writing half of the wire codec.

One function per type, found by the exact type first, then by its bases. The style is one that every
known client reads (no namespace, no self-closed elements but nil, doubles without exponent). For a
value that XML-RPC or XML cannot carry a Fault is raised that says so; malformed XML is never
written.
"""

import sys

from . import errors
from .decode import EXTENSIONS, MAX_DEPTH

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_EXTENDED = ' xmlns:ex="%s"' % EXTENSIONS
_BEGIN = _HEAD + '<methodResponse>\n<params>\n<param>\n<value>'
_END = '</value>\n</param>\n</params>\n</methodResponse>\n'

# Characters that XML 1.0 (production [2] Char) cannot carry; surrogates are found when encoding.
_FORBIDDEN = frozenset(
    '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17'
    '\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\ufffe\uffff')
_MANY = 256             # items of an array from which the limit is looked at after each
_ITEM = 26              # characters that an item comes to at least: <value><nil/></value>
_MEMBER_END = '</value>\n</member>\n'
_SMALL = 4096           # longer text is searched by a regular expression
_LARGE = 1 << 20        # longer text is not copied to put its beginning and end to it


def encode_response(value, extended=False, allow_nil=True, limit=0):
    """Return the methodResponse (bytes, UTF-8) that carries `value`.

    extended: write <ex:nil/> and <ex:i8> with their namespace, for Apache's client.
    allow_nil: whether None may be sent; where it may not, a method that returns nothing gives ''.
    limit: characters of the value as XML, 0 for no limit.
    Raises EncodeFault where the value cannot be sent.
    """
    if value is None and not allow_nil:
        value = ''
    begin = _BEGIN
    if extended:
        begin = begin.replace('<methodResponse', '<methodResponse' + _EXTENDED)
    writer = Writer(extended, allow_nil, limit)
    if type(value) is list and len(value) >= _MANY:
        return b''.join((begin.encode('utf-8'), *writer.long_array(value), _END.encode('utf-8')))
    # No name here for the text: it would keep a large one while its bytes are made.
    return _bytes(begin, writer.whole(value), _END)


def encode_fault(code, text):
    """Return the methodResponse (bytes) of a fault; code (int), text (str)."""
    return _bytes(_HEAD + '<methodResponse>\n<fault>\n<value>',
                  Writer().write(fault_struct(code, text)),
                  '</value>\n</fault>\n</methodResponse>\n')


def fault_struct(code, text):
    """Return the struct of a fault; characters that XML cannot carry become U+FFFD."""
    return {'faultCode': int(code),
            'faultString': ''.join(
                '\ufffd' if char in _FORBIDDEN or '\ud800' <= char <= '\udfff' else char
                for char in str(text))}


def encode_call(method, params, allow_nil=True):
    """Return the methodCall (bytes) of `method` with `params` (a sequence)."""
    writer = Writer(False, allow_nil)
    values = ''.join(['<param>\n<value>%s</value>\n</param>\n' % writer.write(value)
                      for value in params])
    return _bytes(
        _HEAD + '<methodCall>\n<methodName>' + writer.escape(method) + '</methodName>\n<params>\n',
        values, '</params>\n</methodCall>\n')


def _bytes(begin, text, end):
    """The three texts as UTF-8; a large `text` is not copied to join it with the other two."""
    try:
        if len(text) < _LARGE:
            text = f'{begin}{text}{end}'
            return text.encode('utf-8')
        data = text.encode('utf-8')
    except UnicodeEncodeError as error:
        raise _unfit(text[error.start]) from None
    del text
    return b''.join((begin.encode('utf-8'), data, end.encode('utf-8')))


def _unfit(char):
    return errors.EncodeFault('holds a string with U+%04X, which XML cannot carry' % ord(char),
                              'return it as bytes (base64)')


class Writer:
    """Writes values as the text inside <value>; made for one message.

    limit (int): characters of XML that a value may come to. It is looked at after each array and
    struct, and within long arrays, so that memory follows it.
    """

    limit = sys.maxsize
    _depth = 0
    _i8, _nil = '<i8>%d</i8>', '<nil/>'

    def __init__(self, extended=False, allow_nil=True, limit=0):
        self._heads = {}            # what comes before a member's value, by its name
        if limit:
            self.limit = limit
        if extended:
            self._i8, self._nil = '<ex:i8>%d</ex:i8>', '<ex:nil/>'
        if not allow_nil:
            self._nil = None

    def write(self, value):
        """Return `value` as XML text, its type element included (str)."""
        writer = _WRITERS.get(type(value))
        if writer is None:
            return self._other(value)
        return writer(self, value)

    def _other(self, value):
        from .wire.objects import Written, standard
        if Written not in _WRITERS:
            _WRITERS[Written] = lambda writer, value: value.xml
            return self.write(value)
        return self.write(standard(value, self.limit // _ITEM))

    def escape(self, text):
        """Return `text` with &, < and > escaped, and a carriage return kept."""
        if not text.isprintable():
            self._check(text)
            if '\r' in text:
                return text.replace('&', '&amp;').replace('<', '&lt;').replace(
                    '>', '&gt;').replace('\r', '&#13;')
        if '&' in text:
            text = text.replace('&', '&amp;')
        if '<' in text:
            text = text.replace('<', '&lt;')
        if '>' in text:
            text = text.replace('>', '&gt;')
        return text

    def _string(self, value):
        # Most strings need no escape: this is seen here, without a further call.
        if not value.isprintable() or '&' in value or '<' in value or '>' in value:
            value = self.escape(value)
        return f'<string>{value}</string>'

    def _integer(self, value):
        if -2147483648 <= value <= 2147483647:
            return f'<int>{value}</int>'
        if -9223372036854775808 <= value <= 9223372036854775807:
            return self._i8 % value
        raise errors.EncodeFault('holds an int of %d bits, which does not fit into 64 bits'
                                 % value.bit_length(), 'return it as a string')

    def _check(self, text):
        if len(text) > _SMALL:
            import re
            found = re.search('[%s]' % re.escape(''.join(_FORBIDDEN)), text)
            if found:
                raise _unfit(found.group())
        elif not _FORBIDDEN.isdisjoint(text):
            raise _unfit(next(char for char in text if char in _FORBIDDEN))

    def _none(self, value):
        if self._nil is None:
            raise errors.EncodeFault('holds None, and the settings refuse nil')
        return self._nil

    def _bool(self, value):
        return '<boolean>1</boolean>' if value else '<boolean>0</boolean>'

    def _double(self, value):
        text = repr(value)
        if 'e' in text or 'n' in text:          # 1e+16, nan, inf
            text = self._plain(value)
        return f'<double>{text}</double>'

    def _plain(self, value):
        if value - value != 0:                  # nan or inf, without an import of math
            raise errors.EncodeFault('holds %r, a number that XML-RPC cannot carry' % value,
                                     'return None or a string')
        from decimal import Decimal
        text = format(Decimal(repr(value)), 'f')
        return text if '.' in text else text + '.0'

    def _binary(self, value):
        from binascii import b2a_base64  # 1 % of a call, and most have no base64
        return f'<base64>{b2a_base64(value, newline=False).decode("ascii")}</base64>'

    def _array(self, value):
        self._deeper()
        write = self.write
        if len(value) < _MANY:
            body = ''.join([f'<value>{write(item)}</value>\n' for item in value])
        else:
            body = ''.join(self._items(value, self.limit))
        if len(body) > self.limit:
            raise self.too_large()
        self._depth -= 1
        return f'<array><data>\n{body}</data></array>'

    def _items(self, value, limit):
        """The items of a long array as XML, given up where they come to more than `limit`."""
        size, write = 0, self.write
        for item in value:
            text = f'<value>{write(item)}</value>\n'
            size += len(text)
            if size > limit:
                raise self.too_large()
            yield text

    def long_array(self, value):
        """Return the parts (list of bytes) of a long array: in bytes from the start, because text
        beyond Latin-1 would take twice the memory."""
        self._deeper()
        parts, size = [b'<array><data>\n'], len('<array><data>\n</data></array>')
        for text in self._items(value, self.limit - size):
            try:
                parts.append(text.encode('utf-8'))
            except UnicodeEncodeError as error:
                raise _unfit(text[error.start]) from None
        parts.append(b'</data></array>')
        return parts

    def whole(self, value):
        """Return what `write` does, for a value that no other one holds."""
        text = self.write(value)
        if len(text) > self.limit:
            raise self.too_large()
        return text

    def too_large(self):
        """Return the EncodeFault of a value that comes to more than the limit."""
        fault = errors.EncodeFault('is larger than %d bytes (MAX_ANSWER)' % self.limit,
                                   'return less of it at a time')
        fault.is_too_large = True
        return fault

    def _struct(self, value):
        self._deeper()
        write, heads, get = self.write, self._heads, _WRITERS.get
        parts = ['<struct>\n']
        for name, item in value.items():
            head = heads.get(name) if type(name) is str else None
            if head is None:
                head = self._head(name)
            writer = get(type(item))
            parts += head, write(item) if writer is None else writer(self, item), _MEMBER_END
        self._depth -= 1
        parts.append('</struct>')
        text = ''.join(parts)
        if len(text) > self.limit:
            raise self.too_large()
        return text

    def _head(self, name):
        if type(name) is not str:
            name = self._name(name)
        head = '<member>\n<name>%s</name>\n<value>' % self.escape(name)
        if len(self._heads) < 1000:
            self._heads[name] = head
        return head

    def _name(self, name):
        if isinstance(name, str):
            return str.__str__(name)        # of an Enum of strings, its value
        from .wire.objects import key_fault
        raise key_fault(name)

    def _deeper(self):
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise errors.EncodeFault('is nested deeper than %d, or contains itself' % MAX_DEPTH)


_WRITERS = {
    str: Writer._string, int: Writer._integer, bool: Writer._bool, float: Writer._double,
    type(None): Writer._none,
    list: Writer._array, tuple: Writer._array, dict: Writer._struct,
    bytes: Writer._binary, bytearray: Writer._binary,
}
