"""dateTime.iso8601: text to datetime and back.

Reads the forms that clients send: with or without dashes and colons, without a time, with a
fraction of a second, with Z or an offset. A date without a zone becomes a naive datetime: the
XML-RPC specification leaves the zone to the server's documentation.
"""

from datetime import datetime, timedelta, timezone

_DIGITS = set('0123456789')


def parse(text):
    """Return the datetime that `text` names; raises ValueError with the reason."""
    if len(text) > 64:
        raise ValueError('too long')
    date, mark, clock = text.partition('T')
    year, month, day = _fields(date, '-', (4, 2, 2))
    if not mark:                        # a date without a time means its midnight
        return datetime(year, month, day)
    zone = None
    if clock[-1:] in ('Z', 'z'):
        clock, zone = clock[:-1], timezone.utc
    else:
        for sign in '+-':
            if sign in clock:
                clock, _, offset = clock.partition(sign)
                zone = _zone(sign, offset)
                break
    clock, point, fraction = clock.replace(',', '.').partition('.')
    if point and (not fraction or not _DIGITS.issuperset(fraction)):
        raise ValueError('the fraction of a second is not a number')
    hour, minute, second = _fields(clock, ':', (2, 2, 2))
    microsecond = int((fraction + '000000')[:6]) if point else 0
    return datetime(year, month, day, hour, minute, second, microsecond, zone)


def _fields(text, separator, widths):
    parts = text.split(separator) if separator in text else _cut(text, widths)
    if [len(part) for part in parts] != list(widths) or not _DIGITS.issuperset(''.join(parts)):
        raise ValueError('%r is not in the form %s' % (
            text[:20], separator.join('0' * width for width in widths)))
    return [int(part) for part in parts]


def _cut(text, widths):
    parts = []
    for width in widths:
        parts.append(text[:width])
        text = text[width:]
    return parts + ([text] if text else [])


def _zone(sign, offset):
    hours, minutes = _fields(offset if len(offset) != 2 else offset + '00', ':', (2, 2))
    if minutes > 59:
        raise ValueError('the offset from UTC is not hh:mm')
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(delta if sign == '+' else -delta)


def render(value):
    """Return the dateTime.iso8601 text of a date or datetime; an aware one in UTC.

    Raises ValueError where in UTC the date is outside the years 1 to 9999.

    The text has no zone: Python's own client cannot read one with use_builtin_types. A fraction of
    a second is dropped, as the standard library does: the specification has none, and most clients
    refuse a date with one.
    """
    if not isinstance(value, datetime):
        return '%04d%02d%02dT00:00:00' % (value.year, value.month, value.day)
    if value.tzinfo is not None and value.utcoffset() is not None:
        try:
            value = value.astimezone(timezone.utc)
        except OverflowError:
            raise ValueError('in UTC it is outside the years 1 to 9999') from None
    return '%04d%02d%02dT%02d:%02d:%02d' % (value.year, value.month, value.day,
                                            value.hour, value.minute, value.second)
