"""A file of lib/ beside a folder of the same name: lib/a.py and lib/a/.

The file is a module like those beside it, whose `from . import h` means lib/h.py, and it is the
parent of the modules in the folder, as a package is.
"""

from _frozen_importlib import ModuleSpec  # importlib.machinery's, loaded already
from _frozen_importlib_external import SourceFileLoader


class Spec(ModuleSpec):
    """Of the file `place`.py, beside the folder `place`; loader: of the file."""

    def __init__(self, fullname, place, loader):
        super().__init__(fullname, loader, origin=place + '.py')
        self.has_location = True
        self.submodule_search_locations = [place]
        loader.get_resource_reader = lambda name: _reader(name, place)

    @property
    def parent(self):
        """Where relative imports of the file begin (str): at the package that the file is in."""
        return self.name.rpartition('.')[0]


def _reader(name, place):
    """What importlib.resources asks for the files in the folder `place`."""
    return SourceFileLoader(name, place + '/__init__.py').get_resource_reader(name)
