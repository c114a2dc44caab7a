"""Reads lib/settings.py, and checks whether the values there can be settings.

Loaded only where that file exists: most installations have the defaults.
"""

import sys
from _frozen_importlib import module_from_spec  # importlib.util's, loaded already

from .errors import SettingsError
from .library import lstat, stat
from .settings import TABLE, Settings

RATE_LIMITS = 'MAX_CALLS_PER_MINUTE', 'MAX_DENIED_PER_MINUTE'  # 16 bits in web/counters.py
_KIND, _FILE, _EVERYBODY = 0o170000, 0o100000, 0o002    # of a mode: see files/way.py
_REPLACE = 'put the settings into a file there, or remove what is there'
_ENTER = 'let the user that calls run as enter each folder on the way to it'


def read(library):
    """Return the Settings of `lib/settings.py` in `library` (Library).

    Raises SettingsError, also where others may change that file, or where it cannot be read.
    """
    path = library.folder + '/settings.py'
    state = _state(path, library.folder)
    try:
        chosen = _run(path, library)
        settings = checked({name: value for name, value in chosen.items() if name.isupper()})
    except SettingsError:
        raise
    except (Exception, SystemExit) as error:
        if getattr(error, 'filename', None) == '<string>':
            error.filename = path       # a SyntaxError's
        raise SettingsError('lib/settings.py: %s' % error) from error
    settings.account = state.st_uid
    return settings


def _state(path, folder):
    """Return os.lstat of the file that `path` in `folder` leads to; raises SettingsError."""
    try:
        state = lstat(path)
        if state.st_mode & (_KIND | _EVERYBODY) == _FILE \
                and not stat(folder).st_mode & _EVERYBODY:
            return state                # the usual case, for which a call need load no more
        return _state_over_links(path, folder)
    except OSError as error:
        raise SettingsError('lib/settings.py cannot be read: %s: %s; %s' % (
            error.filename, error.strerror, _ENTER if isinstance(error, PermissionError)
            else _REPLACE)) from error


def _state_over_links(path, folder):
    from .files.way import HAS_MODES, Exposed, state_of, writable
    try:
        state = state_of(path, folder)
        if state.st_mode & _KIND != _FILE:
            raise SettingsError('lib/settings.py is not a plain file; ' + _REPLACE)
        if state.st_mode & _EVERYBODY and HAS_MODES:
            raise writable('everybody on this machine', path, _EVERYBODY)
        return state
    except Exposed as error:
        raise SettingsError('%s, so no settings are read%s' % (
            error, error.remedy and '; to fix this, run: ' + error.remedy)) from error


def _run(path, library):
    """Return the names ({str: value}) of lib/settings.py, without importing the package `lib`.

    Byte-code is not used: who may write to __pycache__ does not decide about the settings.
    """
    spec = library.find_spec('lib.settings')
    if spec.origin != path:
        raise SettingsError('%s hides lib/settings.py; give its folder another name' % spec.origin)
    loader = spec.loader
    loader.get_code = lambda name: _runnable(loader, path)
    module = sys.modules['lib.settings'] = module_from_spec(spec)
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop('lib.settings', None)
        raise
    return vars(module)


def _runnable(loader, path):
    """Return what exec() takes: the source, compiled where each call would log a warning.

    Else exec() compiles it: to do it here would make the classes of ast, which is half of a call.
    """
    source = loader.get_data(path)
    if b'\\' not in source:
        return source
    from warnings import catch_warnings, simplefilter
    with catch_warnings():
        simplefilter('ignore')          # of invalid escape sequences
        return loader.source_to_code(source, path)


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
