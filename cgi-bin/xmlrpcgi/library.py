"""The user's classes in lib/, found by the name of a method.

`app.getName` is the method getName of class Application in `lib/app.py`, `shop.orders.create` that
of `lib/shop/orders.py`, `ping` that of `lib/__init__.py`. Only the file that a call names is
imported, as a module of the package `lib`, through a finder that looks at that one path: the
number of files in lib/ does not matter. What a class publishes is in its Table (table.py).

A folder of lib/ that has an `__init__.py` is a Python package for classes to import, copied there
or installed by `pip install --target`: nothing in it, or below it, is published.

Absolute imports find modules in lib/, too. The order is: the standard library; packages of lib/,
and files of it that define no class to publish; the installed packages; class files. So
`lib/email.py` with a class disturbs nobody, a copied `six.py` wins over an installed one whatever
was imported before, and `lib/redis.py` with `import redis` gets the installed one.
"""

import _frozen_importlib_external as _importlib  # what importlib is made of, and loaded already
import sys
from _frozen_importlib import ModuleSpec  # importlib.machinery's, loaded already
from time import time

try:
    from posix import R_OK, X_OK, access, lstat, stat
except ImportError:             # Windows
    from os import R_OK, X_OK, access, lstat, stat

from . import errors
from .startup import find_installed
from .table import Table

CLASS = 'Application'
# The system.* methods that are built in; lib/system.py may add others.
BUILT_IN = ('describe', 'getCapabilities', 'listMethods', 'methodHelp', 'methodSignature',
            'multicall')
RESERVED = 'settings',          # files of lib/ that hold no class to publish
MAX_NAME = 255                  # characters of a method name
NAME = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_')
_YOUNG = 2.0                    # seconds; byte-code is matched to its source by second and size


def is_file(path):
    """Whether `path` is a file (bool)."""
    return _mode(path) == 0o100000


def is_folder(path):
    """Whether `path` is a folder (bool)."""
    return _mode(path) == 0o040000


def _mode(path):
    try:
        return stat(path).st_mode & 0o170000
    except (OSError, ValueError):
        return 0


class Library:
    """The folder `folder` (str, absolute) as the package `lib`; made once per process.

    has_init (bool): whether there is a lib/__init__.py.
    """

    def __init__(self, folder):
        self.folder = folder.rstrip('/')
        self.make_package()
        finders = sys.meta_path
        finders.insert(finders.index(_importlib.PathFinder), self)
        if find_installed in finders:       # once they are there, lib/ goes last
            find_installed.last = self.folder
        else:
            sys.path.append(self.folder)

    def make_package(self):
        """Make the package `lib` here where it has no code to run; else its import makes it."""
        self.has_init = is_file(self.folder + '/__init__.py')
        spec = None if self.has_init else self.spec_of('lib', self.folder)
        if spec is not None:            # importlib would take longer
            package = sys.modules['lib'] = type(sys)('lib')
            package.__spec__, package.__loader__ = spec, spec.loader
            package.__path__, package.__package__ = spec.submodule_search_locations, 'lib'

    def find_spec(self, fullname, path=None, target=None):
        """importlib's finder interface (PEP 451), for `lib`, `lib.*` and other modules in lib/."""
        if fullname == 'lib':
            return self.spec_of(fullname, self.folder)
        if fullname[:4] == 'lib.':
            return self.spec_of(fullname, '%s/%s' % (self.folder, fullname[4:].replace('.', '/')))
        if path is None and (is_file('%s/%s.py' % (self.folder, fullname))
                             or is_file('%s/%s/__init__.py' % (self.folder, fullname))):
            return self._spec_of_absolute(fullname)
        return None

    def spec_of(self, fullname, place):
        """Return the spec of a module that is at `place` (a path without its ending), or None."""
        folder = [place] if is_folder(place) else None
        if folder and is_file(place + '/__init__.py'):
            return _importlib.spec_from_file_location(
                fullname, place + '/__init__.py', submodule_search_locations=folder)
        if fullname != 'lib' and is_file(place + '.py'):
            spec = _importlib.spec_from_file_location(fullname, place + '.py')
            if folder:
                from .imports.beside import Spec
                spec = Spec(fullname, place, spec.loader)
            if abs(time() - stat(place + '.py').st_mtime) < _YOUNG:
                # Byte-code would hide another edit in the same second.
                spec.loader.set_data = lambda *_, **__: None
            return spec
        if folder:
            # As if it had an empty __init__.py: importlib.resources asks the loader for the folder.
            loader = _importlib.SourceFileLoader(fullname, place + '/__init__.py')
            loader.exec_module = lambda module: None
            spec = ModuleSpec(fullname, loader, is_package=True)
            spec.submodule_search_locations = folder
            return spec
        return None

    def _spec_of_absolute(self, name):
        from .imports.absolute import defines_class, standard_path
        # The standard library first: defines_class imports from it.
        found = _importlib.PathFinder.find_spec(name, standard_path())
        if found is not None:
            return found
        place = '%s/%s' % (self.folder, name)
        if not is_file(place + '/__init__.py') and defines_class(place + '.py', CLASS):
            return None
        return self.spec_of(name, place)

    def has(self, name):
        """Whether there is a `name`.py in lib/ itself, which may be anything (bool)."""
        try:
            lstat('%s/%s.py' % (self.folder, name))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError:         # whatever it is, it may not be seen; or lib/ itself: see `check`
            return access(self.folder, X_OK)
        return True

    def begin(self, handler):
        """Import lib/__init__.py, if it exists, and call its `register` with the Handler.

        Raises BrokenFile.
        """
        if self.has_init:
            package = self._imported('lib', '__init__')
            register = vars(package).get('register')
            if callable(register):
                try:
                    register(handler)
                except BaseException as error:
                    raise errors.BrokenFile('register() of lib/__init__.py fails') from error

    def table(self, name):
        """Return the Table of the namespace `name` (str; '' for lib/__init__.py), or None.

        Raises LibraryError where there is no lib/, BrokenFile where the file cannot be imported, or
        where an @allow or @name in it cannot hold.
        """
        application = self.application(name)
        if application is None:
            return None
        try:
            return Table(application, self.holds)
        except TypeError as error:
            raise errors.BrokenFile('lib/%s.py cannot be published' % (
                name.replace('.', '/') or '__init__')) from error

    def application(self, name):
        """Return the class Application of the namespace `name` (str; '' for lib/__init__.py).

        None where there is none that may be published. Raises LibraryError, BrokenFile.
        """
        if not name:
            return self._application_of('lib', '__init__') if self.has_init else None
        if name in RESERVED:
            return None
        place, parts = self.folder, name.split('.')
        for part in parts:
            if not part or part[0] in '_0123456789' or not NAME.issuperset(part):
                return None
        for part in parts[:-1]:
            place = '%s/%s' % (place, part)
            if is_file(place + '/__init__.py'):         # a package, of which nothing is published
                return None
        place = '%s/%s' % (place, parts[-1])
        if not is_file(place + '.py'):
            self.check()
            return None
        return self._application_of('lib.' + name, '/'.join(parts))

    def _application_of(self, module, path):
        found = self._imported(module, path)
        if path != '__init__' and found.__file__[-12:] == '/__init__.py':
            return None                 # a package of the same name as the file
        application = vars(found).get(CLASS)
        if isinstance(application, type) and application.__module__ == module:
            return application
        return None

    def _imported(self, module, path):
        try:
            __import__(module)
            return sys.modules[module]
        except BaseException as error:
            sys.modules.pop(module, None)
            raise errors.BrokenFile('lib/%s.py does not import' % path) from error

    def check(self):
        """Raise LibraryError unless lib/ is a folder that can be entered."""
        if not is_folder(self.folder) or not access(self.folder, R_OK | X_OK):
            from os.path import normpath
            raise errors.LibraryError(
                'there is no folder %s (or it may not be read); put your classes there, or name '
                'their folder in LIB in rpc.cgi, or in the variable XMLRPCGI_LIB'
                % normpath(self.folder))

    def holds(self, thing):
        """Whether a file in lib/ defines the class or function `thing` (bool)."""
        module = thing.__module__ or ''
        if module[:4] == 'lib.' or module == 'lib':
            return True
        file = getattr(sys.modules.get(module), '__file__', None) or ''
        return file.startswith(self.folder + '/')
