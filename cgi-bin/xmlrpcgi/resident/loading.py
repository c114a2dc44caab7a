"""How a long-running process loads the modules of lib/: watched, and never by stale byte-code."""

import importlib.machinery
import sys
from _frozen_importlib_external import SourceFileLoader

from ..startup import code_of


class Loader(SourceFileLoader):
    """Compiles the source where its byte-code may be of another edit."""

    def __init__(self, fullname, path, library):
        super().__init__(fullname, path)
        self._library = library

    def exec_module(self, module):
        before = set(sys.modules)
        try:
            super().exec_module(module)
        finally:
            self._library.note_put(before, module.__name__, module)

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        if self._library.has_byte_code(path):
            return code_of(self, fullname)
        return self.source_to_code(self.get_data(path), path)


class Finder(importlib.machinery.FileFinder):
    """Finds the modules in a folder of lib/, and has their files watched."""

    def __init__(self, folder, library):
        machinery = importlib.machinery
        super().__init__(
            folder, (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
            (lambda fullname, path: Loader(fullname, path, library), machinery.SOURCE_SUFFIXES),
            (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES))
        self._library = library

    def find_spec(self, fullname, target=None):
        spec = super().find_spec(fullname, target)
        self._library.watch_import('%s/%s' % (self.path, fullname.rpartition('.')[2]), spec)
        return spec
