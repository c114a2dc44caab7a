"""Serves the classes in a process that others share, as a WSGI server's."""

import os
import sys

from .deadline import Deadline
from .service import Service
from .sharedstream import Streams

_CHILDREN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'spawned')


class SharedService(Service):
    """A Service whose calls run in any thread.

    streams (Streams): of the process.
    """

    def __init__(self, folder):
        super().__init__(folder, lambda settings, lib: Deadline(settings.CALL_SECONDS, lib))
        self.streams = Streams()
        # Children of multiprocessing get this path: see spawned/lib.py.
        path, folder = sys.path, self.library.folder
        at = path.index(folder) if folder in path else len(path)
        path[at:at + 1] = [_CHILDREN + '/next', folder]
        path.insert(0, _CHILDREN)
