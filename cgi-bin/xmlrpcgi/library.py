"""The user's classes in lib/, found by the name of a method.

`app.getName` is the method getName of class Application in `lib/app.py`, `shop.orders.create` that
of `lib/shop/orders.py`, `ping` that of `lib/__init__.py`. Only the file that a call names is
imported, as a module of the package `lib`, through a finder that looks at that one path: the
number of files in lib/ does not matter. A Table has the methods of a class that may be called; the
name that a client sends is used only as a key of Tables.

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
    from posix import R_OK, X_OK, access, stat
except ImportError:             # Windows
    from os import R_OK, X_OK, access, stat

from . import errors
from .signature import ALLOW, EVERYBODY, NAMED, UNKNOWN, mark_of, marked, wrapped
from .startup import find_installed

CLASS = 'Application'
# The system.* methods that are built in; lib/system.py may add others.
BUILT_IN = ('describe', 'getCapabilities', 'listMethods', 'methodHelp', 'methodSignature',
            'multicall')
RESERVED = 'settings',          # files of lib/ that hold no class to publish
MAX_NAME = 255                  # characters of a method name
NAME = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_')
_HOOKS = '_around', '_dispatch', '_listMethods', '_methodHelp'
_Function = type(lambda: None)
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
            spec = _importlib.spec_from_file_location(
                fullname, place + '.py', submodule_search_locations=folder)
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
        # The standard library first: defines_class imports from it.
        found = _importlib.PathFinder.find_spec(name, standard_path())
        if found is not None:
            return found
        place = '%s/%s' % (self.folder, name)
        if not is_file(place + '/__init__.py') and defines_class(place + '.py'):
            return None
        return self.spec_of(name, place)

    def has(self, name):
        """Whether there is a file `name`.py in lib/ itself (bool)."""
        return is_file('%s/%s.py' % (self.folder, name))

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
            raise errors.LibraryError(
                'there is no folder %s (or it may not be read); put your classes there, or name '
                'their folder in LIB in rpc.cgi' % self.folder)

    def holds(self, thing):
        """Whether a file in lib/ defines the class or function `thing` (bool)."""
        module = thing.__module__ or ''
        if module[:4] == 'lib.' or module == 'lib':
            return True
        file = getattr(sys.modules.get(module), '__file__', None) or ''
        return file.startswith(self.folder + '/')


class Method:
    """A method that a class publishes.

    value: the attribute of the class, to be bound to an instance. function: the function in it,
    where that is a static or class method, else the same. static (bool). users: who may call, as
    @allow says: None for everybody, else a list of marks (see methods/access.py). signature: kept
    here by the first call.
    """

    def __init__(self, value, users):
        self.value = value
        self.static = isinstance(value, staticmethod)
        self.function = value.__func__ if self.static or isinstance(value, classmethod) else value
        self.users = users
        self.signature = UNKNOWN


class Table:
    """What a class publishes: methods ({name: Method}), and which of the hooks it has (bool).

    A class publishes functions, static and class methods, and what decorators make of them, if it
    or a base for which `holds(base)` defines them under a name without a leading underscore. It
    never publishes attributes, properties or nested objects, nor a function of another module, as
    `run = subprocess.run` gives. Any other base hides the methods it overrides. Raises TypeError
    where an @allow of the class would have no effect, and where two methods have one public name.
    """

    def __init__(self, application, holds=lambda thing: thing is not object):
        self.application = application
        hooks, found = set(), {}
        for class_ in reversed(application.__mro__):
            counts = holds(class_)
            for name, value in vars(class_).items():
                if name[0] == '_':
                    if counts and name in _HOOKS:
                        hooks.add(name)
                elif counts and _publishes(value, holds):
                    found[name] = value
                else:
                    found.pop(name, None)
        self.around = '_around' in hooks
        self.dispatch = '_dispatch' in hooks
        self.lists = '_listMethods' in hooks
        self.helps = '_methodHelp' in hooks
        allowed = getattr(application, ALLOW, EVERYBODY)
        self.users = None if allowed is EVERYBODY else [allowed]
        self.methods = {}
        for name, value in found.items():
            users = self.users
            if type(value) is not _Function or value.__dict__:      # most have no mark at all
                mark = mark_of(value, ALLOW, EVERYBODY)
                if mark is not EVERYBODY:
                    if self.dispatch:
                        raise TypeError('@allow on %s would not hold for _dispatch, which gets '
                                        'every other name: put it on the class' % name)
                    users = (users or []) + [mark]
                name = mark_of(value, NAMED, name)
            self.methods[name] = Method(value, users)
        if len(self.methods) < len(found):
            _settle_names(self, found)
        if marked:
            _refuse_covered(self)


def _publishes(value, holds):
    """Whether `value`, an attribute of a class, binds like a method and is code of lib/."""
    class_ = type(value)
    if class_ is not _Function and not issubclass(class_, (staticmethod, classmethod)):
        if not hasattr(class_, '__get__') or hasattr(class_, '__set__') or class_ is getattr(
                sys.modules.get('functools'), 'partial', None) or not (
                callable(value) or '__wrapped__' in getattr(value, '__dict__', ())
                or class_.__module__ == 'functools' and 'method' in class_.__name__):
            return False                # an attribute, a property, a nested class
    function = list(wrapped(value))[-1]
    function = getattr(function, '__func__', function)
    if isinstance(function, (type(len), type)):         # in C, or a class: staticmethod(os.remove)
        return False
    return not isinstance(function, _Function) or holds(function) \
        or '<locals>' in function.__qualname__          # made by a decorator


def _settle_names(table, found):
    """Let the most derived class have a public name that several have by @name.

    found: {attribute: value} of what `table` publishes. Raises TypeError where one class has two.
    """
    winners = {}
    for attribute, value in found.items():
        name = mark_of(value, NAMED, attribute)
        depth = [attribute in vars(class_) for class_ in table.application.__mro__].index(True)
        other = winners.setdefault(name, (depth, attribute))
        if other[0] == depth and other[1] != attribute:
            raise TypeError('%s and %s are both published as %s' % (other[1], attribute, name))
        if depth <= other[0]:
            winners[name] = depth, attribute
    for name, (_, attribute) in winners.items():
        method = table.methods[name]
        if method.value is not found[attribute]:
            mark = mark_of(found[attribute], ALLOW, EVERYBODY)
            table.methods[name] = Method(found[attribute], table.users if mark is EVERYBODY
                                         else (table.users or []) + [mark])


def _refuse_covered(table):
    """Raise TypeError where @allow marks a function of the class that is not published.

    This is so where a decorator above @allow lacks functools.wraps: everybody could call it.
    """
    owners = {(class_.__module__, class_.__qualname__): class_
              for class_ in table.application.__mro__}
    published = {id(function) for method in table.methods.values()
                 for function in wrapped(method.value)}
    for mark in list(marked):
        function = mark.function()
        if function is None or id(function) in published or mark.edition != id(
                getattr(sys.modules.get(mark.module), '__dict__', None)):
            if mark in marked:          # another thread may have been here
                marked.remove(mark)     # gone, published, or of the file's earlier edition
            continue
        name = getattr(function, '__name__', 'a method')
        owner = owners.get((mark.module, mark.owner))
        if owner is not None and owner is next(
                class_ for class_ in table.application.__mro__
                if class_ is owner or name in vars(class_)):
            raise TypeError('@allow on %s is hidden by a decorator above it, or %s is not '
                            'published: put @allow above that decorator, have it use '
                            'functools.wraps, or put @allow on the class' % (name, name))


def standard_path():
    """Return the places of sys.path where the standard library is (list of str)."""
    # Each Python has imported `encodings` at its start. An import here, of os say, could come back.
    slash = _importlib.path_sep
    folder = sys.modules['encodings'].__file__.rpartition(slash)[0].rpartition(slash)[0]
    above = folder.rpartition(slash)[0]
    return [entry for entry in sys.path if entry == folder or entry == folder + '/lib-dynload'
            or entry.rpartition(slash)[0] == above and entry[-4:] == '.zip']


def mentions_class(path):
    """Whether the text of the file `path` has the word Application (bool)."""
    if not is_file(path):       # a named pipe would wait for a writer; it is not imported, either
        return False
    try:
        with open(path, 'rb') as file:
            return CLASS.encode() in file.read()
    except OSError:
        return True


def defines_class(path):
    """Whether the file `path` defines a class to publish, or cannot be read (bool)."""
    import ast
    try:
        with open(path, 'rb') as file:
            source = file.read()
        return CLASS.encode() in source and CLASS in set(_names(ast.parse(source)))
    except (OSError, SyntaxError, ValueError):
        return True


def _names(tree):
    """The names that a module, or any class or function in it, defines: too many, none missing."""
    import ast
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
