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
    'CALL_SECONDS': (50, 'seconds', 'of the clock for one call, then it is a fault; below the 60 '
                                    'of apache/rpc.conf; 0 means no limit'),
    'CPU_SECONDS': (0, 'seconds', 'of CPU for one call (CGI only); 0 leaves it to the host'),
    'MEMORY': (0, 'bytes', 'of address space for one call (CGI only); 0 leaves it to the host'),
    'MAX_REQUESTS': (10000, 'requests', 'answered by one FastCGI process, then a new one takes its '
                                        'place; below the 20000 of apache/fcgid.conf; 0 means no '
                                        'limit'),
    'MAX_CALLS_PER_MINUTE': (0, 'calls', 'of one user, and of one address, then the answer is 429; '
                                         'see "Brakes"; 0 means no limit'),
    'MAX_DENIED_PER_MINUTE': (0, 'calls', 'of one user, and of one address, refused with fault '
                                          '-32501, then the answer is 429; 0 means no limit'),
    'BRAKES_FILE': ('', 'path', 'a file to count these in, for xmlrpcgi alone; absolute or '
                                'beginning with ~/'),
    'LOG_FILE': ('', 'path', 'a file that gets a line for every fault, beside the error log; '
                             'absolute or beginning with ~/'),
    'LOG_BYTES': (1000000, 'bytes', 'size at which LOG_FILE becomes LOG_FILE.1'),
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
BRAKES = 'MAX_CALLS_PER_MINUTE', 'MAX_DENIED_PER_MINUTE'       # a slot of counters.py bounds them


class Settings:
    """The settings in force, as attributes; `Settings(MAX_BODY=1024)` changes some."""

    def __init__(self, **changes):
        values = self.__dict__
        for name, row in TABLE.items():
            values[name] = row[0]
        for name, value in changes.items():
            _check(name, value)
            values[name] = value
        if changes and not self.BRAKES_FILE:
            _check_brakes(self)


def _check(name, value):
    """Raise ValueError with the way out unless `value` may be the setting `name`."""
    if name not in TABLE:
        from difflib import get_close_matches
        close = get_close_matches(name, TABLE, 1)
        raise ValueError('there is no setting %s; %s' % (
            name, 'is %s meant?' % close[0] if close else 'there are ' + ', '.join(TABLE)))
    default, unit, _ = TABLE[name]
    fits = isinstance(value, (tuple, list)) if isinstance(default, tuple) \
        else type(value) is type(default)
    if not fits:
        raise ValueError('the setting %s is %r; it takes %s, like %r'
                         % (name, value, unit, default))
    if type(value) is int and value < 0:
        raise ValueError('the setting %s is %d; it cannot be negative' % (name, value))
    if name in BRAKES and value > 65535:
        raise ValueError('the setting %s is %d; it takes 65535 at most, or 0 for no limit'
                         % (name, value))
    if unit == 'path' and value and value[0] != '/' and value[:2] != '~/':
        raise ValueError('the setting %s is %r; it takes an absolute path, or one that begins '
                         'with ~/' % (name, value))
    if name == 'TRUSTED_PROXIES':
        from ipaddress import ip_network
        for entry in value:
            ip_network(entry, strict=False)


def _check_brakes(settings):
    """Raise ValueError where something is to be counted; there is no file for it."""
    for name in BRAKES:
        if getattr(settings, name):
            raise ValueError('the setting %s needs BRAKES_FILE, the file to count in, like '
                             "BRAKES_FILE = '~/xmlrpcgi/brakes'" % name)


def load(library):
    """Return the Settings of `lib/settings.py`, the defaults where there is no such file.

    Its upper-case names count. Raises SettingsError for what is no setting or no value of it,
    and where anybody on the machine may change the file.
    """
    if not library.has('settings'):
        return Settings()
    try:
        exposed = library.exposed('settings')
        if exposed:
            raise SettingsError('everybody on this machine may change %s, so no settings are read; '
                                'the way out is: chmod o-w %s' % (exposed, exposed))
        __import__('lib.settings')
        chosen = vars(sys.modules['lib.settings'])
        return Settings(**{name: value for name, value in chosen.items() if name.isupper()})
    except SettingsError:
        raise
    except (Exception, SystemExit) as error:
        raise SettingsError('lib/settings.py: %s' % error) from error


class SettingsError(Exception):
    """The settings cannot be used; the text names the line's fault and what it takes."""
