"""Compiles the source where byte-code of this package is cut short, in a process that others share.

A process of our own does so for all modules, see startup.code_of. Here a path hook (see sys in the
library reference) does it for the folders of this package alone.
"""

import os
import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader


def forgive(package, get_code):
    """Load later modules of `package` (module) by get_code(loader, fullname)."""
    loader = type('Loader', (SourceFileLoader,), {'get_code': get_code})

    def hook(path):
        if not any(path == top or path.startswith(top + os.sep) for top in package.__path__):
            raise ImportError
        return FileFinder(path, (loader, SOURCE_SUFFIXES))
    sys.path_hooks.insert(0, hook)
    for path in package.__path__:           # its finder was made before
        sys.path_importer_cache.pop(path, None)
