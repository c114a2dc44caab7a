"""The settings: one table with each one's default, unit and reason.

A user changes them in `lib/settings.py`, by the same upper-case names.
"""

import sys

# name: (default, unit, reason)
TABLE = {
    'MAX_BODY': (16 * 1024 * 1024, 'bytes',
                 'size of a request, also after inflating; memory follows it'),
    'MAX_DEPTH': (64, 'levels', 'arrays and structs within each other in a request'),
    'MAX_ELEMENTS': (2000000, 'elements', 'XML elements of a request'),
    'MAX_MULTICALL': (1000, 'calls', 'calls in one system.multicall'),
    'GZIP_MIN': (4096, 'bytes', 'answers of this size or more are compressed for clients that '
                                'ask; 0 means never'),
    'ALLOW_NIL': (True, 'yes or no', 'None may be sent as <nil/>'),
    'INTROSPECTION': (True, 'yes or no', 'system.listMethods and its like answer'),
    'DOCUMENTATION': (True, 'yes or no', 'GET shows a page; otherwise it is refused with 405'),
    'DEBUG': (False, 'yes or no', 'faults show the class and text of the exception'),
    'TRUSTED_PROXIES': ((), 'addresses', 'proxies in front whose X-Forwarded-For and '
                                         'X-Forwarded-Proto are believed, like 10.0.0.0/8'),
    'CORS_ORIGINS': ((), 'origins', 'web sites whose pages may call, like https://example.org'),
}


class Settings:
    """The settings in force, as attributes; `Settings(MAX_BODY=1024)` changes some."""

    def __init__(self, **changes):
        values = self.__dict__
        for name, row in TABLE.items():
            values[name] = row[0]
        for name, value in changes.items():
            if name not in TABLE:
                raise ValueError('there is no setting %s; there are %s'
                                 % (name, ', '.join(TABLE)))
            default = TABLE[name][0]
            wanted = (tuple, list) if isinstance(default, tuple) else type(default)
            if not isinstance(value, wanted) or (
                    isinstance(default, int) and type(value) is not type(default)):
                raise ValueError('the setting %s is %r; it takes %s, like %r'
                                 % (name, value, TABLE[name][1], default))
            if type(value) is int and value < 0:
                raise ValueError('the setting %s is %d; it cannot be negative' % (name, value))
            values[name] = value


def load(library):
    """Return the Settings of `lib/settings.py`, the defaults where there is no such file.

    Its upper-case names count. Raises SettingsError for what is no setting or no value of it.
    """
    if not library.has('settings'):
        return Settings()
    try:
        __import__('lib.settings')
        chosen = vars(sys.modules['lib.settings'])
        return Settings(**{name: value for name, value in chosen.items() if name.isupper()})
    except Exception as error:
        raise SettingsError('lib/settings.py: %s' % error) from error


class SettingsError(Exception):
    """The settings cannot be used; the text names the line's fault and what it takes."""
