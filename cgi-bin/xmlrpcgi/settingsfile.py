"""Reads lib/settings.py, and checks whether the values there can be settings.

Loaded only where that file exists: most installations have the defaults.
"""

import sys
from _frozen_importlib import module_from_spec  # importlib.util's, loaded already

try:
    from posix import readlink
except ImportError:             # Windows
    from os import readlink

from .errors import SettingsError
from .library import stat
from .settings import TABLE, Settings

RATE_LIMITS = 'MAX_CALLS_PER_MINUTE', 'MAX_DENIED_PER_MINUTE'  # 16 bits in web/counters.py
_ANYBODY = 0o002 if sys.platform != 'win32' else 0      # Windows has no such modes
_STICKY = 0o1000            # in such a folder nobody can replace another's file


def read(library):
    """Return the Settings of `lib/settings.py` in `library` (Library); raises SettingsError."""
    try:
        exposed = _exposed(library.folder)
        if exposed:
            from shlex import quote
            raise SettingsError('everybody on this machine may change %s, so no settings are read; '
                                'to fix this, run: chmod o-w %s' % (exposed, quote(exposed)))
        chosen = _run(library)
        return checked({name: value for name, value in chosen.items() if name.isupper()})
    except SettingsError:
        raise
    except (Exception, SystemExit) as error:
        raise SettingsError('lib/settings.py: %s' % error) from error


def _run(library):
    """Return the names ({str: value}) of lib/settings.py, without importing the package `lib`."""
    spec = library.find_spec('lib.settings')
    module = sys.modules['lib.settings'] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop('lib.settings', None)
        raise
    return vars(module)


def checked(chosen):
    """Return the Settings with the changes `chosen` ({name: value}).

    Raises ValueError, which says what to change, for an unknown setting or an unfit value.
    """
    for name, value in chosen.items():
        _check_one(name, value)
    for name in RATE_LIMITS:
        if chosen.get(name) and not chosen.get('RATE_LIMIT_FILE'):
            raise ValueError('the setting %s needs RATE_LIMIT_FILE, the file to count in, like '
                             "RATE_LIMIT_FILE = '~/xmlrpcgi/ratelimits'" % name)
    return Settings(**{name: expanded(value) if TABLE[name][1] == 'path' else value
                       for name, value in chosen.items()})


def expanded(path):
    """Return `path` (str), in which ~/ at the beginning stands for the home folder.

    A HOME that is not an absolute path, as some web servers set it, does not count: then the
    system's list of users is asked. Raises SettingsError where that does not know the user.
    """
    if path[:2] != '~/':
        return path
    import os
    home = os.environ.get('HOME', '')
    if home[:1] != '/' and sys.platform != 'win32':
        from pwd import getpwuid
        try:
            home = getpwuid(os.getuid()).pw_dir
        except KeyError:
            raise SettingsError('%s names no file: user number %d has no home folder here; write '
                                'an absolute path' % (path, os.getuid())) from None
    return (home if home[:1] == '/' else os.path.expanduser('~')).rstrip('/') + path[1:]


def _check_one(name, value):
    """Raise ValueError, which says what to change, unless `name` may be `value`."""
    if name not in TABLE:
        from difflib import get_close_matches
        close = get_close_matches(name, TABLE, 1)
        raise ValueError('there is no setting %s; %s' % (
            name, 'did you mean %s?' % close[0] if close else 'there are ' + ', '.join(TABLE)))
    default, unit, _ = TABLE[name]
    fits = isinstance(value, (tuple, list)) if isinstance(default, tuple) \
        else type(value) is type(default)
    if not fits:
        raise ValueError('the setting %s is %r; it takes %s, like %r'
                         % (name, value, unit, default))
    if type(value) is int and value < 0:
        raise ValueError('the setting %s is %d; it cannot be negative' % (name, value))
    if name in RATE_LIMITS and value > 65535:
        raise ValueError('the setting %s is %d; it takes 65535 at most, or 0 for no limit'
                         % (name, value))
    if unit == 'path' and value and value[0] != '/' and value[:2] != '~/':
        raise ValueError('the setting %s is %r; it takes an absolute path, or one that begins '
                         'with ~/' % (name, value))
    if name == 'LOG_FORMAT' and value not in ('text', 'json'):
        raise ValueError("the setting LOG_FORMAT is %r; it takes 'text' or 'json'" % value)
    if name == 'WSGI_PATHS' and not all(type(path) is str and path[:1] == '/' for path in value):
        raise ValueError('the setting WSGI_PATHS is %r; each of its paths begins with /' % (value,))
    if name == 'TRUSTED_PROXIES':
        from ipaddress import ip_network
        for entry in value:
            if entry != 'unix:':
                ip_network(entry, strict=False)


def _exposed(folder):
    """The path that everybody may write, settings.py's or that of its folder, None for neither."""
    path = folder + '/settings.py'
    if stat(path).st_mode & _ANYBODY:
        return path
    folders = [folder]
    try:
        readlink(path)
    except OSError:             # not a link
        pass
    else:
        from os.path import dirname, realpath
        folders.append(dirname(realpath(path)))
    for place in folders:
        if _ANYBODY and stat(place).st_mode & (_ANYBODY | _STICKY) == _ANYBODY:
            return place
    return None
