"""The values of elements that hold text, for the types that few calls have.

decode.py reads strings, numbers and booleans itself. Each function here takes the text, the
element's name and the parser, whose place goes into the fault.
"""

from .faults import refuse

_MOST_DIGITS = 1000         # of a decimal number, as decode.MAX_DIGITS of an integer
_SPACE = ' \t\r\n'          # what XML calls white space


def _decimal(data, name, parser):
    from decimal import Decimal, DecimalException
    number = data.strip(_SPACE)
    try:
        if not number or number.strip('0123456789.+-eE') or len(number) > _MOST_DIGITS:
            raise ValueError
        found = Decimal(number)
    except (ValueError, DecimalException):
        raise _unfit(data, name, 'a decimal number', parser) from None
    # int(), or a format, of 1E+999999999 would write as many digits.
    if abs(found.as_tuple().exponent) > _MOST_DIGITS:
        raise _unfit(data, name, 'a decimal number with an exponent of at most %d' % _MOST_DIGITS,
                     parser)
    return found


def _base64(data, name, parser):
    from binascii import a2b_base64, b2a_base64
    try:
        packed = data.encode('ascii').translate(None, b' \t\r\n')
        value = a2b_base64(packed)
        if b2a_base64(value, newline=False) != packed:
            raise ValueError
    except ValueError:                  # binascii.Error and UnicodeError are ValueErrors
        raise _unfit(data, name, 'base64', parser) from None
    return value


def _string(data, name, parser):
    return data


def _nil(data, name, parser):
    if data.strip(_SPACE):
        raise _unfit(data, name, 'nothing', parser)


def _date(data, name, parser):
    from .dates import parse
    try:
        return parse(data.strip(_SPACE))
    except ValueError as error:
        raise _unfit(data, name, 'a date and time like 19980717T14:08:55 (%s)' % error,
                     parser) from None


def _unfit(data, name, expected, parser):
    return refuse('<%s> holds %r, expected ' + expected.replace('%', '%%'), parser, name, data)


LEAVES = {
    'string': _string, 'bigdecimal': _decimal, 'dateTime.iso8601': _date, 'dateTime': _date,
    'base64': _base64, 'nil': _nil,
}
