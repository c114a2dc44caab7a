"""lib/ in a long-running process: a changed, added or removed file counts from the next call on.

At most once per second, before a call, the files and folders that imports used, or looked for, are
checked (one stat each). When one has changed, all modules of lib/ are forgotten together, and
imported anew when a call names them: no call sees old and new code mixed, and the modules' own data
begins anew. This switch waits briefly for calls that run in other threads; a call that takes longer
goes on with the old modules (see former.py).
"""

import _frozen_importlib  # its _module_locks tell which imports run; nothing public does
import _imp  # the import lock has no public functions
import importlib
import os
import sys
import threading
from _thread import get_ident
from time import monotonic, time

from ..errors import BrokenFile
from ..library import Library, is_folder, lstat, stat
from ..startup import find_installed
from .former import Former, Formers
from .loading import Finder, Loader

_EVERY = 1.0                # seconds between two looks
_PATIENCE = 2.0             # seconds a switch waits for running calls
_LATER = 10.0               # seconds in which a switch that an import held up waits for nobody
_NEVER = float('inf')
_MOST = 5000                # files that are watched; clients may name any number of modules
_RACY = 2.0                 # seconds after an edit in which another may leave the same time


class FreshLibrary(Library):
    """A Library that notices changes; use it as a context round each call.

    version (int): grows with each switch. looks (int): grows with each look at the files.
    due (float): when a switch is made though no file has changed.
    """

    def __init__(self, folder):
        self.version = self.looks = 0
        self._seen = {}             # {path: its stamp when an import looked for it}
        self._compiled = {}         # {path: its stamp when its byte-code was read or written}
        self._looked = monotonic()
        self.due = _NEVER
        self._patient = 0.0         # when a switch may wait for calls again, see _LATER
        self._running = set()       # the threads that are in a call
        self._put = set()           # names in sys.modules under which files of lib/ put objects
        self._switching = False
        self._gate = threading.RLock()      # taken twice per call: faster than its Condition
        self._ended = threading.Condition(self._gate)   # a call, or a switch
        self._importing = threading.RLock()
        self._named = os.path.abspath(folder)
        # Where the folder is a link, all modules come from its old target until a switch here.
        super().__init__(os.path.realpath(folder))
        self._is_link = self.folder != self._named
        self._known = time()        # when lib/ still had this version
        self._formers = Formers(self)
        self._watch(self.folder + '/__init__.py')
        sys.path_hooks.insert(0, self._finder)
        sys.path_importer_cache.pop(self.folder, None)

    def __enter__(self):
        with self._gate:
            now = monotonic()
            if not self._switching and (now - self._looked >= _EVERY or now >= self.due
                                        or self._is_link and not is_folder(self.folder)):
                self._looked, known, is_due = now, time(), now >= self.due
                self.looks += 1
                if is_due:              # again in a second, where an import holds the switch up
                    self.due = now + _EVERY
                if not is_due and not self._changed():
                    self._known = known
                elif now >= self._patient or not self._is_importing():
                    self._switching = True
                    try:
                        self._ended.wait_for(lambda: not self._running, _PATIENCE)
                        done = self._switch()
                        self._looked = monotonic()
                        self._patient = 0.0 if done else self._looked + _LATER
                    finally:
                        self._switching = False
                        self._ended.notify_all()
            while self._switching:
                self._ended.wait()
            self._running.add(get_ident())
        return self

    def __exit__(self, *_):
        while self._importing._is_owned():      # OutOfTime came while it was acquired
            self._importing.release()
        with self._gate:
            # Both at once: after a switch in between, this thread's next call would get the old
            # modules, and the Handler of the new version would keep them.
            self._running.discard(get_ident())
            if self._formers.threads:
                self._formers.leave()
            if self._switching:
                self._ended.notify_all()

    def is_behind(self):
        """Whether lib/ was switched since the call of this thread began (bool)."""
        return bool(self._formers.threads) and self._formers.of_this_thread() is not None

    def begin(self, handler):
        """As Library.begin, by one thread."""
        with self._importing:
            if not handler.begun:
                super().begin(handler)
                handler.begun = True

    def table(self, name):
        """As Library.table, by one thread; the Handler of this version keeps what is found."""
        with self._importing:
            return super().table(name)

    def _imported(self, module, path):
        former = self._formers.of_this_thread()
        if former is None:
            return super()._imported(module, path)
        try:
            return former.module(module)
        except BaseException as error:
            raise BrokenFile('lib/%s.py does not import' % path) from error

    def has(self, name):
        """As Library.has; the file is watched from then on."""
        self._watch('%s/%s.py' % (self.folder, name))
        return super().has(name)

    def find_spec(self, fullname, path=None, target=None):
        """As Library.find_spec; the files that it uses are watched from then on."""
        spec = super().find_spec(fullname, path, target)
        if spec is not None and spec.has_location and spec.origin.startswith(self.folder + '/'):
            reader = vars(spec.loader).get('get_resource_reader')
            spec.loader = Loader(fullname, spec.origin, self)
            if reader is not None:
                spec.loader.get_resource_reader = reader
        return spec

    def spec_of(self, fullname, place):
        """As Library.spec_of; the files that it uses are watched from then on."""
        self._watch_module(place)
        return super().spec_of(fullname, place)

    def has_byte_code(self, path):
        """Whether the byte-code of `path`, which goes by whole seconds and size, can be trusted.

        It can, for a file that has not changed since its byte-code was first read or written here.
        """
        stamp = _stamp(path)
        if stamp is None or not self.version and time() - stamp[1] / 1e9 < _RACY:
            return False
        if not self.version:
            self._compiled.setdefault(path, stamp)
        return self._compiled.get(path) == stamp

    def watch_import(self, name, spec):
        """Watch the place of an import in lib/; name (str): its path without the ending."""
        self._watch_module(name)
        if spec is not None and spec.origin:
            self._watch(spec.origin)

    def _finder(self, folder):
        """For sys.path_hooks, so that packages in lib/ that are imported absolutely are watched."""
        if not (folder + '/').startswith(self.folder + '/') or not os.path.isdir(folder):
            raise ImportError('not in lib/')
        return Finder(folder, self)

    def _watch_module(self, place):
        """Watch what makes a module of `place` (a path without its ending), there or not."""
        self._watch(place)
        if is_folder(place):
            self._watch(place + '/__init__.py')
        if place != self.folder:
            self._watch(place + '.py')

    def _watch(self, path):
        if path not in self._seen and len(self._seen) < _MOST:
            self._seen[path] = _stamp(path)

    def note_put(self, before, name, module):
        """Note what the file of the module `name` has put into sys.modules.

        before: the names that were there before it was run.
        """
        if sys.modules.get(name) is not module:         # itself replaced
            self._put.add(name)
        for other, value in list(sys.modules.items()):
            if other not in before and getattr(value, '__spec__', None) is None:
                top = other.partition('.')[0]           # else an installed package put it
                if top == other or top in self._put or self._is_within(sys.modules.get(top)):
                    self._put.add(other)

    def _is_within(self, module):
        """Whether a module, or all of a folder without __init__.py, is from lib/ (bool)."""
        try:
            spec = getattr(module, '__spec__', None)
            places = [getattr(module, '__file__', None) or getattr(spec, 'origin', None)]
            if not isinstance(places[0], str) or spec is not None and spec.origin == 'namespace':
                places = list(getattr(module, '__path__', ()))
            return bool(places) and all(
                isinstance(place, str) and (place + '/').startswith(self.folder + '/')
                for place in places)
        except Exception:           # an object of the application's, which may do anything
            return False

    def _own(self):
        """{name: module} of all in sys.modules that is of lib/, or was put there by its code."""
        found = {}
        for name, module in sorted(sys.modules.copy().items(), key=lambda item: item[0]):
            if name == 'lib' or name[:4] == 'lib.' or name in self._put \
                    or name.rpartition('.')[0] in found or self._is_within(module):
                found[name] = module
        for name, module in list(sys.modules.items()):
            if name not in found and type(module).__module__ in found:
                found[name] = module
        return found

    def _changed(self):
        return os.path.realpath(self._named) != self.folder or any(
            _stamp(path) != stamp for path, stamp in list(self._seen.items()))

    def _is_importing(self):
        if not self._importing.acquire(blocking=False):
            return True
        try:
            return _are_importing(self._own())
        finally:
            self._importing.release()

    def _move(self, folder):
        sys.path[:] = [folder if entry == self.folder else entry for entry in sys.path]
        if find_installed.last == self.folder:
            find_installed.last = folder
        self.folder = folder

    def _switch(self):
        """Forget all modules of lib/; return False where one of them is being imported (bool)."""
        if not self._importing.acquire(timeout=0.1):
            return False
        try:
            _imp.acquire_lock()             # no import begins now
            try:
                own = self._own()
                if _are_importing(own):
                    return False
                if self._running:
                    self._formers.add(Former(self, self.folder, own, self._known), self._running)
                for name, module in own.items():
                    sys.modules.pop(name, None)
                    parent, _, child = name.rpartition('.')
                    if parent and parent not in own:    # a package with a part in lib/
                        _unlink(sys.modules.get(parent), child, module)
                self._put.clear()
                self._move(os.path.realpath(self._named))
                self._is_link = self.folder != self._named
                self._known = time()
                self._seen.clear()
                self.due = _NEVER
                self.make_package()
                self._watch(self.folder + '/__init__.py')
                self.version += 1
            finally:
                _imp.release_lock()
            importlib.invalidate_caches()
        finally:
            self._importing.release()
        return True


def _are_importing(own):
    """Whether a module of lib/, or one of `own` ({name: module}), is being imported (bool)."""
    return any(name == 'lib' or name[:4] == 'lib.' or name in own
               for name in list(_frozen_importlib._module_locks))


def _unlink(package, child, module):
    if package is not None and vars(package).get(child) is module:
        delattr(package, child)


def _stamp(path):
    """What tells editions of a file apart; of a folder, that it is there; None for neither."""
    try:
        try:
            found = stat(path)
        except OSError:                 # perhaps a link that leads nowhere
            found = lstat(path)
        if found.st_mode & 0o170000 == 0o040000:
            return True
        return found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino
    except (OSError, ValueError):
        return None
