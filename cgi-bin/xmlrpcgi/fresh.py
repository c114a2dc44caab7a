"""lib/ in a resident process: a changed, added or removed file counts from the next call on.

Once a second at most, before a call, the files that imports went by are looked at
(one stat each). When one is another than it was, all modules out of lib/ are
forgotten together, and imported anew when a call names them: no call sees old and
new code mixed, and what modules keep begins anew. A switch waits a little for the
calls that run in other threads; one that takes longer ends with its old functions.
"""

import _frozen_importlib_external as _importlib
import importlib
import sys
import threading
from time import monotonic

from .library import Library, stat

_EVERY = 1.0                # seconds between two looks
_PATIENCE = 2.0             # seconds a switch waits for running calls


class _Loader(_importlib.SourceFileLoader):
    """Compiles the source: byte-code goes by whole seconds, and an edit may be faster."""

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class FreshLibrary(Library):
    """A Library that notices changes; use it as a context round each call.

    version (int): grows with each switch.
    """

    def __init__(self, folder):
        super().__init__(folder)
        self.version = 0
        self._tables = {}
        self._seen = {}             # path: its stamp when an import looked for it
        self._modules = 0           # how many there were in sys.modules
        self._looked = monotonic()
        self._calls = 0
        self._switching = False
        self._gate = threading.Condition()
        self._importing = threading.RLock()

    def __enter__(self):
        with self._gate:
            now = monotonic()
            if now - self._looked >= _EVERY and not self._switching:
                self._looked = now
                if self._changed():
                    self._switching = True
                    self._gate.wait_for(lambda: not self._calls, _PATIENCE)
                    self._switch()
                    self._switching = False
                    self._gate.notify_all()
            while self._switching:
                self._gate.wait()
            self._calls += 1
        return self

    def __exit__(self, *_):
        with self._gate:
            self._calls -= 1
            if len(sys.modules) != self._modules:
                self._note()
            if self._switching:
                self._gate.notify_all()

    def table(self, name):
        """As Library.table; what is found is kept until the next switch."""
        found = self._tables.get(name)
        if found is None:
            with self._importing:
                found = super().table(name)
                if found is not None:
                    self._tables[name] = found
        return found

    def has(self, name):
        """As Library.has; the file is watched from then on."""
        self._watch('%s/%s.py' % (self.folder, name))
        return super().has(name)

    def find_spec(self, fullname, path=None, target=None):
        """As Library.find_spec; the files that it goes by are watched from then on."""
        if fullname[:4] != 'lib.':
            return None
        place = '%s/%s' % (self.folder, fullname[4:].replace('.', '/'))
        self._watch(place + '/__init__.py')
        self._watch(place + '.py')
        spec = super().find_spec(fullname, path, target)
        if self.version and spec is not None and spec.origin:
            spec.loader = _Loader(fullname, spec.origin)
        return spec

    def _watch(self, path):
        self._seen.setdefault(path, _stamp(path))

    def _note(self):
        """Watch what was imported out of lib/ by another name: packages copied into it."""
        for name, module in self._own():
            file = getattr(module, '__file__', None)
            if file and name[:4] != 'lib.':
                self._watch(file)
        self._modules = len(sys.modules)

    def _own(self):
        for name, module in list(sys.modules.items()):
            file = getattr(module, '__file__', None)
            if name[:4] == 'lib.' or isinstance(file, str) and file.startswith(self.folder + '/'):
                yield name, module

    def _changed(self):
        return any(_stamp(path) != stamp for path, stamp in list(self._seen.items()))

    def _switch(self):
        with self._importing:
            for name, _ in list(self._own()):
                sys.modules.pop(name, None)
            self.make_package()
            importlib.invalidate_caches()
            self._tables.clear()
            self._seen.clear()
            self.version += 1


def _stamp(path):
    try:
        found = stat(path)
        return found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino
    except (OSError, ValueError):
        return None
