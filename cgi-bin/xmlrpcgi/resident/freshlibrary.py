"""lib/ in a long-running process: a changed, added or removed file counts from the next call on.

At most once per second, before a call, the files that imports used are checked (one
stat each). When one has changed, all modules of lib/ are forgotten together, and
imported anew when a call names them: no call sees old and new code mixed, and the
modules' own data begins anew. This switch waits briefly for calls that run in other
threads; a call that takes longer ends with the old functions.
"""

import _frozen_importlib  # its _module_locks tell which imports run; nothing public does
import _frozen_importlib_external as _importlib  # importlib.machinery, by the name in library.py
import _imp  # the import lock has no public functions
import importlib
import importlib.machinery
import os
import sys
import threading
from time import monotonic, time

from ..library import Library, stat
from ..startup import code_of, find_installed

_EVERY = 1.0                # seconds between two looks
_PATIENCE = 2.0             # seconds a switch waits for running calls
_LATER = 10.0               # seconds until a switch that an import held up is tried again
_MOST = 5000                # files that are watched; clients may name any number of modules
_RACY = 2.0                 # seconds after an edit in which another may leave the same time


class FreshLibrary(Library):
    """A Library that notices changes; use it as a context round each call.

    version (int): grows with each switch.
    """

    def __init__(self, folder):
        self.version = 0
        self._seen = {}             # {path: its stamp when an import looked for it}
        self._compiled = {}         # {path: its stamp when its byte-code was read or written}
        self._looked = monotonic()
        self._calls = 0
        self._switching = False
        self._gate = threading.RLock()      # taken twice per call: faster than its Condition
        self._ended = threading.Condition(self._gate)   # a call, or a switch
        self._importing = threading.RLock()
        self._named = os.path.abspath(folder)
        # Where the folder is a link, all modules come from its old target until a switch here.
        super().__init__(os.path.realpath(folder))
        self._watch(self.folder + '/__init__.py')
        sys.path_hooks.insert(0, self._finder)
        sys.path_importer_cache.pop(self.folder, None)

    def __enter__(self):
        with self._gate:
            now = monotonic()
            if now - self._looked >= _EVERY and not self._switching:
                self._looked = now
                if self._changed():
                    self._switching = True
                    try:
                        self._ended.wait_for(lambda: not self._calls, _PATIENCE)
                        if not self._switch():
                            self._looked = monotonic() + _LATER
                    finally:
                        self._switching = False
                        self._ended.notify_all()
            while self._switching:
                self._ended.wait()
            self._calls += 1
        return self

    def __exit__(self, *_):
        while self._importing._is_owned():      # OutOfTime came while it was acquired
            self._importing.release()
        with self._gate:
            self._calls -= 1
            if self._switching:
                self._ended.notify_all()

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

    def has(self, name):
        """As Library.has; the file is watched from then on."""
        self._watch('%s/%s.py' % (self.folder, name))
        return super().has(name)

    def find_spec(self, fullname, path=None, target=None):
        """As Library.find_spec; the files that it uses are watched from then on."""
        spec = super().find_spec(fullname, path, target)
        if spec is not None and spec.has_location and spec.origin.startswith(self.folder + '/'):
            spec.loader = _Loader(fullname, spec.origin, self)
        return spec

    def spec_of(self, fullname, place):
        """As Library.spec_of; the files that it uses are watched from then on."""
        self._watch(place + '/__init__.py')
        if fullname != 'lib':
            self._watch(place + '.py')
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
        if spec is None or not spec.origin:
            self._watch(name + '/__init__.py')
            self._watch(name + '.py')
        else:
            self._watch(spec.origin)

    def _finder(self, folder):
        """For sys.path_hooks, so that packages in lib/ that are imported absolutely are watched."""
        if not (folder + '/').startswith(self.folder + '/') or not os.path.isdir(folder):
            raise ImportError('not in lib/')
        return _Finder(folder, self)

    def _watch(self, path):
        if path not in self._seen and len(self._seen) < _MOST:
            self._seen[path] = _stamp(path)

    def _own(self):
        for name, module in list(sys.modules.items()):
            file = getattr(module, '__file__', None)
            if name == 'lib' or name[:4] == 'lib.' \
                    or isinstance(file, str) and file.startswith(self.folder + '/'):
                yield name, module

    def _changed(self):
        return os.path.realpath(self._named) != self.folder or any(
            _stamp(path) != stamp for path, stamp in list(self._seen.items()))

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
                own = {name for name, _ in self._own()}
                if any(name == 'lib' or name[:4] == 'lib.' or name in own
                       for name in list(_frozen_importlib._module_locks)):
                    return False
                for name in own:
                    sys.modules.pop(name, None)
                self._move(os.path.realpath(self._named))
                self._seen.clear()
                self.make_package()
                self._watch(self.folder + '/__init__.py')
                self.version += 1
            finally:
                _imp.release_lock()
            importlib.invalidate_caches()
        finally:
            self._importing.release()
        return True


class _Loader(_importlib.SourceFileLoader):
    """Compiles the source where its byte-code may be of another edit."""

    def __init__(self, fullname, path, library):
        super().__init__(fullname, path)
        self._library = library

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        if self._library.has_byte_code(path):
            return code_of(self, fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder(importlib.machinery.FileFinder):
    """Finds the modules in a folder of lib/, and has their files watched."""

    def __init__(self, folder, library):
        machinery = importlib.machinery
        super().__init__(
            folder, (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
            (lambda fullname, path: _Loader(fullname, path, library), machinery.SOURCE_SUFFIXES),
            (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES))
        self._library = library

    def find_spec(self, fullname, target=None):
        spec = super().find_spec(fullname, target)
        self._library.watch_import('%s/%s' % (self.path, fullname.rpartition('.')[2]), spec)
        return spec


def _stamp(path):
    try:
        found = stat(path)
        return found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino
    except (OSError, ValueError):
        return None
