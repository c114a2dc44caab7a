"""Python objects beyond the plain types, turned into values the codec writes.

Loaded when the first such object is met. What is not listed here is refused:
never an object's __dict__.
"""

import sys

from ..encode import EncodeFault, Written


def standard(value):
    """Return `value` as a plain type (str, int, list, dict, bytes, ...) or Written.

    Raises EncodeFault naming the type of what XML-RPC cannot carry.
    """
    for module, name, convert in _CLASSES:
        kind = getattr(sys.modules.get(module), name, None)     # loaded, or no such value exists
        if isinstance(kind, type) and isinstance(value, kind):
            return convert(value)
    kind = type(value)
    if hasattr(kind, '__dataclass_fields__'):
        from dataclasses import fields
        return {field.name: getattr(value, field.name) for field in fields(value)}
    for kinds, convert in _PLAIN:
        if isinstance(value, kinds):
            return convert(value)
    if hasattr(kind, 'keys') and hasattr(kind, '__getitem__'):      # a mapping, as dict() has it
        return {name: value[name] for name in value.keys()}
    if hasattr(kind, '__iter__') and kind is not type:
        return list(value)
    name = kind.__name__ if kind.__module__ == 'builtins' else '%s.%s' % (
        kind.__module__, kind.__name__)
    raise EncodeFault('the result holds an object of type %s, which XML-RPC cannot carry; '
                      'return a struct, a list or a string' % name)


def _date(value):
    from .dates import render
    try:
        return Written('<dateTime.iso8601>%s</dateTime.iso8601>' % render(value))
    except ValueError as error:
        raise EncodeFault('the date %s cannot be sent: %s' % (value, error)) from None


def _stock_date(value):
    from .dates import parse
    try:
        return _date(parse(str(value)))
    except ValueError as error:
        raise EncodeFault('the DateTime holds %.40r, which is no date: %s'
                          % (str(value), error)) from None


def _decimal(value):
    if not value.is_finite():
        raise EncodeFault('%s is not a number that XML-RPC can carry; '
                          'return None or a string' % value)
    number = float(value)               # infinity where it is too big
    from decimal import Decimal
    if number - number != 0 or Decimal(repr(number)) != value:
        raise EncodeFault('Decimal(%r) has more digits than a double holds; '
                          'return it as a string' % str(value)[:60])
    text = format(value, 'f') if value else '0.0'       # 0E-999999999 has as many digits
    return Written('<double>%s</double>' % (text if '.' in text else text + '.0'))


def _mapping(value):
    return dict(value.items())


def _tuple(value):
    return dict(zip(value._fields, value)) if hasattr(type(value), '_fields') else list(value)


# Looked up where they are loaded, the first match converts.
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
