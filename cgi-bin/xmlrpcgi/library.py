"""lib/: the user's classes, found by the name of a method.

`app.getName` is the method getName of class Application in `lib/app.py`,
`shop.orders.create` that of `lib/shop/orders.py`. Only the file that a call
names is imported, as a module of the package `lib`, through a finder that
looks at that one path: the number of files in lib/ does not matter. What may
be called stands in a table built from the class; a client's word is only ever
a key of it.
"""

import _frozen_importlib_external as _importlib
import sys
from time import time

try:
    from posix import R_OK, X_OK, access, stat
except ImportError:             # Windows
    from os import R_OK, X_OK, access, stat

from .errors import BrokenFile, LibraryError

CLASS = 'Application'
ALLOW = '_xmlrpcgi_allow'       # the attribute that @allow leaves on a function or class
RESERVED = 'settings', 'system'     # files of lib/ that hold no class to publish
MAX_NAME = 255                  # characters of a method name
_YOUNG = 2.0                    # seconds; byte-code goes by its source's whole second and size

_Function = type(lambda: None)
_Module = type(sys)
NAME = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_')


def _kind(path):
    try:
        return stat(path).st_mode & 0o170000
    except (OSError, ValueError):
        return 0


def _is_file(path):
    return _kind(path) == 0o100000


def _is_folder(path):
    return _kind(path) == 0o040000


class Library:
    """The folder `folder` (str, absolute) as the package `lib`; made once for a process."""

    def __init__(self, folder):
        self.folder = folder.rstrip('/')
        self.make_package()
        sys.meta_path.insert(0, self)
        sys.path.append(self.folder)

    def make_package(self):
        """Put an empty package `lib` into sys.modules."""
        package = _Module('lib', 'Your classes.')
        package.__path__ = [self.folder]
        sys.modules['lib'] = package

    def find_spec(self, fullname, path=None, target=None):
        """importlib's finder interface, for `lib.*` (PEP 451)."""
        if fullname[:4] != 'lib.':
            return None
        place = '%s/%s' % (self.folder, fullname[4:].replace('.', '/'))
        folder = [place] if _is_folder(place) else None
        if folder and _is_file(place + '/__init__.py'):
            return _importlib.spec_from_file_location(
                fullname, place + '/__init__.py', submodule_search_locations=folder)
        if _is_file(place + '.py'):
            spec = _importlib.spec_from_file_location(
                fullname, place + '.py', submodule_search_locations=folder)
            if abs(time() - stat(place + '.py').st_mtime) < _YOUNG:
                # Byte-code would hide another edit of this second.
                spec.loader.set_data = lambda *_, **__: None
            return spec
        if folder:
            spec = type(sys.__spec__)(fullname, None, is_package=True)
            spec.submodule_search_locations = folder
            return spec
        return None

    def has(self, name):
        """Whether there is a file `name`.py in lib/ itself (bool)."""
        return _is_file('%s/%s.py' % (self.folder, name))

    def table(self, name):
        """Return {method name: (class, function)} of the namespace `name`, or None.

        Raises LibraryError where there is no lib/, BrokenFile where the file does not import.
        """
        parts = name.split('.')
        if name in RESERVED:
            return None
        for part in parts:
            if not part or part[0] in '_0123456789' or not NAME.issuperset(part):
                return None
        if not _is_file('%s/%s.py' % (self.folder, '/'.join(parts))):
            self.check()
            return None
        module = 'lib.' + name
        try:
            __import__(module)
        except BaseException as error:
            sys.modules.pop(module, None)
            raise BrokenFile('lib/%s.py does not import' % '/'.join(parts)) from error
        application = vars(sys.modules[module]).get(CLASS)
        if not isinstance(application, type) or application.__module__ != module:
            return None
        return published(application, self._holds)

    def check(self):
        """Raise LibraryError unless lib/ is a folder that can be entered."""
        if not _is_folder(self.folder) or not access(self.folder, R_OK | X_OK):
            raise LibraryError('there is no folder %s (or it may not be read); put your classes '
                               'there, or name their folder in LIB in rpc.cgi' % self.folder)

    def _holds(self, thing):
        """Whether a class or function is out of a file in lib/."""
        module = thing.__module__ or ''
        if module[:4] == 'lib.':
            return True
        file = getattr(sys.modules.get(module), '__file__', None) or ''
        return file.startswith(self.folder + '/')


def published(application, holds=lambda kind: kind is not object):
    """Return {method name: (class, function)} of what the class `application` publishes.

    Functions, static and class methods without a leading underscore, defined by the
    class or by a base for which `holds(base)`; never attributes, properties or nested
    objects, nor a function that another module has (`run = subprocess.run`). A base that
    does not count hides what it overrides.
    """
    table = {}
    for kind in reversed(application.__mro__):
        counts = holds(kind)
        for name, value in vars(kind).items():
            if name[0] == '_':
                continue
            function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
            if counts and isinstance(function, _Function) and (
                    holds(function) or '<locals>' in function.__qualname__):    # or a decorator's
                table[name] = application, value
            else:
                table.pop(name, None)
    return table
