"""The doors in a folder for CGI scripts: read, written, and never lost.

What they say is made in doors.py and read in known.py.
"""

import os

from . import known
from .files import put

DOORS = {'rpc.cgi': 0o755, 'rpc.fcgi': 0o755, 'rpc.wsgi': 0o644}
# Doors for long-running processes: the module that each imports, which early versions lacked.
RESIDENT = {'rpc.fcgi': 'fcgi.py', 'rpc.wsgi': 'wsgi.py'}


class Placed:
    """The doors in the folder `cgi_bin` (str).

    templates (tuple of bytes): the doors of the copy that is being installed. kept: [(path of a
    door, path of its copy)], of doors that were not ours.
    """

    def __init__(self, cgi_bin):
        self._cgi_bin = cgi_bin
        self.templates, self.kept = (), []

    def path(self, name):
        """Return the path of a door, like rpc.cgi."""
        return os.path.join(self._cgi_bin, name)

    def own(self):
        """Return {name: bytes} of the doors that are there, without files of somebody else."""
        return doors_in(self._cgi_bin)

    def put(self, doors, since=None):
        """Write `doors` ({name: bytes}).

        since (seconds, or None for never): a long-running process's door that is older is made
        anew even where it has these bytes, so that its process notices the switch.
        """
        for name, data in doors.items():
            path = self.path(name)
            self._keep(name, data)
            put(path, data, DOORS[name], always=name in RESIDENT and since is not None
                and os.path.exists(path) and os.stat(path).st_mtime <= since)

    def remove(self, name):
        """Remove a door."""
        self._keep(name)
        os.unlink(self.path(name))

    def _keep(self, name, new=None):
        """Keep a copy of a door that is not ours and is about to be removed, or to become `new`.

        No web server runs or shows the copy: it is its owner's alone, `.cgi` is not in its name,
        and Apache denies what begins with .ht.
        """
        path = self.path(name)
        try:
            with open(path, 'rb') as file:
                data = file.read()
        except FileNotFoundError:
            return
        if data == new or known.is_ours(data, self.templates):
            return
        stem = os.path.join(self._cgi_bin, '.htkept-' + name.replace('.', '-'))
        copy, number = stem, 1
        while os.path.lexists(copy):
            with open(copy, 'rb') as file:
                if file.read() == data:
                    break
            number += 1
            copy = '%s-%d' % (stem, number)
        put(copy, data, 0o600)
        self.kept.append((path, copy))


def doors_in(folder):
    """Return {name: bytes} of the doors of this program in `folder` (str)."""
    found = {}
    for name in DOORS:
        try:
            with open(os.path.join(folder, name), 'rb') as file:
                data = file.read()
        except (FileNotFoundError, IsADirectoryError):
            continue
        if b'xmlrpcgi' in data:
            found[name] = data
    return found
