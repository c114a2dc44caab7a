"""Modules of lib/ that a switch replaced, for the calls that began with them and still run.

Python knows one module per name, so an import in such a call would give new code to old. While such
calls run, `builtins.__import__` and importlib.import_module ask here first: they give them the
modules of before, and import what they had not yet loaded from the files of before. A file that was
changed since cannot be had any more: then the import fails, and with it the call. What looks into
sys.modules itself, as pickle does, finds the new modules.
"""

import _frozen_importlib  # its _gcd_import is all of importlib.import_module
import _frozen_importlib_external as _importlib
import builtins
import sys
import threading
from _frozen_importlib import module_from_spec
from _thread import get_ident

from ..imports.absolute import defines_class, standard_path
from ..library import CLASS, Library, is_file, is_folder, stat

_TICK = 0.02                # seconds that the time of a file may lag behind the clock


class Formers:
    """The Formers of a library (FreshLibrary), by the threads whose calls need them."""

    def __init__(self, library):
        self._library = library
        self.threads = {}           # {thread: its Former}
        self._gate = threading.Lock()
        self._hooks = []            # [(module, name, the function there, ours in its place)]

    def of_this_thread(self):
        """Return the Former that the call of this thread began with, None for none."""
        return self.threads.get(get_ident())

    def add(self, former, threads):
        """Let `former` serve these threads, except those that an earlier one serves."""
        with self._gate:
            for thread in threads:
                self.threads.setdefault(thread, former)
            if self.threads and not self._hooks:
                self._put(builtins, '__import__', self._statement)
                self._put(_frozen_importlib, '_gcd_import', self._function)

    def _put(self, module, name, make):
        real = getattr(module, name)
        hook = make(real)
        self._hooks.append((module, name, real, hook))
        setattr(module, name, hook)

    def leave(self):
        """The call of this thread is over."""
        if self.threads.pop(get_ident(), None) is not None and not self.threads:
            with self._gate:
                # Else somebody put another function there.
                if not self.threads and all(getattr(module, name) is hook
                                            for module, name, _, hook in self._hooks):
                    for module, name, real, _ in self._hooks:
                        setattr(module, name, real)
                    self._hooks = []

    def _statement(self, real):
        """What takes the place of `real`, builtins.__import__."""
        former_of = self.threads.get

        def hook(name, globals=None, locals=None, fromlist=(), level=0):
            former = former_of(get_ident())
            if former is not None:
                found = former.imported(name, globals, fromlist, level)
                if found is not None:
                    return found
            return real(name, globals, locals, fromlist, level)
        return hook

    def _function(self, real):
        """What takes the place of `real`, importlib._bootstrap._gcd_import."""
        former_of = self.threads.get

        def hook(name, package=None, level=0):
            former = former_of(get_ident())
            if former is not None:
                found = former.imported(name, {'__package__': package}, ('*',), level)
                if found is not None:
                    return found
            return real(name, package, level)
        return hook


class Former:
    """The modules ({name: module}) of a version of `library` (Library) in `folder` (str).

    known (float): a time, seconds since 1970, at which the folder still had that version.
    """

    def __init__(self, library, folder, modules, known):
        self._library, self._folder, self._modules = library, folder, modules
        self._known = known
        self._importing = threading.RLock()

    def imported(self, name, globals, fromlist, level):
        """As __import__; None for what is not of lib/."""
        if level:
            package = _package_of(globals or {})
            if not package:
                return None
            base = package.rsplit('.', level - 1)[0]
            name = '%s.%s' % (base, name) if name else base
        top = name.partition('.')[0]
        if not self._owns(top):
            return None
        module = self.module(name)
        if not fromlist:
            return self.module(top)
        for wanted in fromlist:
            if isinstance(wanted, str) and wanted != '*' and hasattr(module, '__path__') \
                    and not hasattr(module, wanted):
                try:
                    self.module('%s.%s' % (name, wanted))
                except ModuleNotFoundError:
                    pass
        return module

    def _owns(self, top):
        if top == 'lib' or top in self._modules:
            return True
        place = '%s/%s' % (self._folder, top)
        return (is_file(place + '.py') or is_folder(place)) and self._found(top, None) is not None

    def module(self, name):
        """Return the module `name` of that version; raises what its import raises."""
        with self._importing:
            found = self._modules.get(name)
            return self._load(name) if found is None else found

    def _load(self, name):
        parent, _, child = name.rpartition('.')
        above = self.module(parent) if parent else None
        path = getattr(above, '__path__', None)
        spec = None if parent and path is None else self._found(name, path)
        if spec is None:
            raise ModuleNotFoundError('No module named %r' % name, name=name)
        if spec.has_location and not self._is_of_before(spec.origin):
            raise ImportError('%s was changed while this call ran; call again' % name, name=name)
        module = self._modules[name] = module_from_spec(spec)
        try:
            if spec.loader is not None:             # a folder without __init__.py has none
                spec.loader.exec_module(module)
        except BaseException:
            del self._modules[name]
            raise
        if above is not None:
            setattr(above, child, module)
        return module

    def _found(self, name, path):
        """The spec of a module in the folder of that version, None where there is none."""
        if name == 'lib' or name[:4] == 'lib.':
            return Library.spec_of(self._library, name, '%s%s' % (
                self._folder, name[3:].replace('.', '/')))
        if path is None:
            if _importlib.PathFinder.find_spec(name, standard_path()) is not None:
                return None
            place, path = '%s/%s' % (self._folder, name), [self._folder]
            is_package = is_file(place + '/__init__.py')
            if is_package or is_file(place + '.py'):
                if not is_package and defines_class(place + '.py', CLASS) \
                        and self._is_installed(name):
                    return None
                return Library.spec_of(self._library, name, place)
        return _importlib.PathFinder.find_spec(name, list(path))

    def _is_installed(self, name):
        ours = self._folder, self._library.folder
        return _importlib.PathFinder.find_spec(
            name, [entry for entry in sys.path if entry not in ours]) is not None

    def _is_of_before(self, path):
        try:
            return stat(path).st_ctime < self._known - _TICK
        except OSError:
            return False


def _package_of(globals):
    """The package at which relative imports begin in a module of these globals (str)."""
    package = globals.get('__package__')
    return getattr(globals.get('__spec__'), 'parent', '') if package is None else package
