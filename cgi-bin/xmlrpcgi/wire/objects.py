"""Python objects beyond the plain types: turned into values that the codec writes, and back.

Loaded when the first such object is met. Any object that is not listed here is refused: its
__dict__ is never sent.
"""

import sys

from ..errors import EncodeFault


class Written:
    """A value that is XML text already (a date, a decimal, one result of a multicall)."""

    def __init__(self, xml):
        self.xml = xml


def standard(value, most):
    """Return `value` as a plain type (str, int, list, dict, bytes, ...), or as Written.

    most (int): items that are taken of what has no length, as a generator.
    Raises EncodeFault, which names the type, where XML-RPC cannot carry the value.
    """
    for module, name, convert in _CLASSES:
        type_ = getattr(sys.modules.get(module), name, None)     # loaded, or no such value exists
        if isinstance(type_, type) and isinstance(value, type_):
            xml = _XML.get(convert)
            return Written(xml % convert(value)) if xml else convert(value)
    type_ = type(value)
    if hasattr(type_, '__dataclass_fields__'):
        from dataclasses import fields
        return {field.name: getattr(value, field.name) for field in fields(value)}
    for types, convert in _PLAIN:
        if isinstance(value, types):
            return convert(value)
    if type_.__module__ == 'numpy' and not hasattr(value, '__len__') \
            or not hasattr(type_, '__len__'):
        found = _number(type_, value)
        if found is not None:
            return found
    if _is_mapping(type_):
        return {name: value[name] for name in value.keys()}
    if hasattr(type_, '__iter__') and type_ is not type and not any(
            hasattr(type_, name) for name in ('read', 'keys', '__fspath__')):   # a file, an Element
        return _items(value, most)
    if hasattr(type_, 'cr_await'):              # of an async function behind a decorator
        value.close()                           # else Python warns that nobody awaited it
        raise EncodeFault('holds a coroutine, and nothing awaits it here',
                          'let the method call asyncio.run')
    raise EncodeFault('holds an object of type %s, which XML-RPC cannot carry' % _type_name(value),
                      'return a struct, a list or a string')


def key_fault(key):
    """Return the EncodeFault of a dict that has the key `key`, which is not a string.

    It shows a plain key, and any other by its type alone: the repr of the application's objects
    may hold a path, a password, an address of memory.
    """
    which = 'the key %.40r' % key if type(key) in (bool, int, float, type(None)) else \
        'a key of type %s' % _type_name(key)
    return EncodeFault('holds a dict with ' + which, 'the names of a struct are strings')


def _type_name(value):
    type_ = type(value)
    return type_.__name__ if type_.__module__ == 'builtins' else '%s.%s' % (
        type_.__module__, type_.__name__)


def _items(value, most):
    if hasattr(type(value), '__len__'):
        return list(value)
    found = []
    for item in value:
        found.append(item)
        if len(found) > most:
            fault = EncodeFault('has more than %d items, beyond MAX_ANSWER' % most,
                                'return less of it at a time')
            fault.is_too_large = True
            raise fault
    return found


def _number(type_, value):
    """The int, float or bool that an object says it is, as numpy's scalars do; None for others."""
    if type_.__module__ == 'numpy' and type_.__name__ in ('bool', 'bool_'):
        return bool(value)
    if type_.__module__ == 'numpy' and type_.__name__.startswith('float'):
        return float(str(value))                    # the shortest form: 0.1, not 0.10000000149
    if hasattr(type_, '__index__'):
        from operator import index
        return index(value)
    return None


def _is_mapping(type_):
    """Whether a class is a mapping, as dict() takes it; an XML element also has `keys`."""
    return hasattr(type_, 'keys') and hasattr(type_, '__getitem__') and not hasattr(type_, 'tag')


def _date(value):
    from .dates import render
    try:
        return render(value)
    except ValueError as error:
        raise EncodeFault('holds a date of the year %d, which cannot be sent: %s'
                          % (value.year, error)) from None


def _stock_date(value):
    from .dates import parse
    try:
        return _date(parse(str(value)))
    except ValueError:
        raise EncodeFault('holds an xmlrpc.client.DateTime that is not a date') from None


def _decimal(value):
    from decimal import Decimal
    text = Decimal.__str__(value)       # of a subclass, too
    if not value.is_finite():
        raise EncodeFault('holds %s, a number that XML-RPC cannot carry' % text,
                          'return None or a string')
    number = float(text)                # infinity where it is too big
    from math import isinf
    if isinf(number) or Decimal(repr(number)) != value:
        raise EncodeFault('holds Decimal(%r), which has more digits than a double'
                          % text[:60], 'return it as a string')
    # Of 0E-999999999, format would write all digits.
    text = format(value, 'f') if value else '-0.0' if value.is_signed() else '0.0'
    return text if '.' in text else text + '.0'


def _mapping(value):
    return dict(value.items())


def _tuple(value):
    return dict(zip(value._fields, value)) if hasattr(type(value), '_fields') else list(value)


def wrapped(value):
    """Return `value` with bytes as Binary and datetime as DateTime, also in lists and dicts."""
    from datetime import datetime
    from xmlrpc.client import Binary, DateTime
    if isinstance(value, bytes):
        return Binary(value)
    if isinstance(value, datetime):
        from .dates import render
        return DateTime(render(value))
    if isinstance(value, list):
        return [wrapped(item) for item in value]
    if isinstance(value, dict):
        return {name: wrapped(item) for name, item in value.items()}
    return value


_XML = {
    _date: '<dateTime.iso8601>%s</dateTime.iso8601>',
    _stock_date: '<dateTime.iso8601>%s</dateTime.iso8601>',
    _decimal: '<double>%s</double>',
}
# Each class is looked up where its module is loaded; the first match converts.
_CLASSES = (
    ('enum', 'Enum', lambda value: value.value),
    ('xmlrpc.client', 'Binary', lambda value: value.data),
    ('xmlrpc.client', 'DateTime', _stock_date),
    ('_datetime', 'date', _date),               # a datetime is a date
    ('datetime', 'date', _date),
    ('decimal', 'Decimal', _decimal),
    ('uuid', 'UUID', str),
    ('pathlib', 'PurePath', str),
)
_PLAIN = (
    (int, int.__int__), (float, float.__float__), (str, str.__str__), (dict, _mapping),
    (tuple, _tuple), ((bytes, bytearray, memoryview), bytes),
)
