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
        path = sys.path                 # children of multiprocessing get it: see spawned/lib.py
        at = path.index(self.library.folder) if self.library.folder in path else len(path)
        path[at:at + 1] = [_CHILDREN, self.library.folder]
