"""Notices that another version of this program has taken the place of the running one.

For a FastCGI process that Apache started. A version that `install` put in force counts from the
next call on: the pointer to it (see install/versions.py) is looked at before each call. Files that
are copied there by hand count when two looks find the same: while they are uploaded one by one, the
old version in memory goes on. Then the process ends between two calls, and Apache starts a new one.
"""

import os
import sys
from time import monotonic

_EVERY = 2.0                # seconds between two looks at all files
_NAMES = b"__path__[:] = [__path__[0] + '-"     # in the pointer, before the version


class Program:
    """The files of this process's program, as they were when it began."""

    def __init__(self):
        self._package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self._pointer = os.path.join(os.path.dirname(self._package), 'xmlrpcgi', '__init__.py')
        self._begun = self._stamps()
        self._before = None
        self._looked = monotonic()
        self._read = None           # the pointer's stamp when it was last read
        self._switched = False

    def is_switched(self):
        """Whether `install` put another version in force."""
        stamp = _stamp(self._pointer)
        if stamp is not None and stamp != self._read:
            try:
                with open(self._pointer, 'rb') as file:
                    version = file.read().partition(_NAMES)[2].partition(b"'")[0].decode()
            except OSError:
                return False
            self._read = stamp
            self._switched = bool(version) and not self._package.endswith('-' + version)
        return self._switched

    def is_replaced(self):
        """Whether another version is in place, and settled; looks every two seconds at most."""
        now = monotonic()
        if now - self._looked < _EVERY:
            return False
        self._looked = now
        found, before = self._stamps(), self._before
        if all(self._begun.setdefault(path, stamp) == stamp for path, stamp in found.items()):
            found = None
        self._before = found
        return found is not None and found == before

    def _stamps(self):
        stamps = {self._pointer: _stamp(self._pointer)}
        for name, module in list(sys.modules.items()):
            if name.startswith('xmlrpcgi.'):
                path = os.path.join(self._package, *name.split('.')[1:])
                path += '/__init__.py' if hasattr(module, '__path__') else '.py'
                stamps[path] = _stamp(path)
        return stamps


def _stamp(path):
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
