"""The versions in a folder for CGI scripts, and the switch between them.

    cgi-bin/rpc.cgi, rpc.fcgi, rpc.wsgi what web servers start: the doors
    cgi-bin/xmlrpcgi/                   the pointer: its __init__.py names the version in force
    cgi-bin/xmlrpcgi-1.0.1-3f2a91c0/    that version, all of the package
    cgi-bin/xmlrpcgi-1.0.0-0b44d5ce/    the one before, for `install --rollback`

A version's folder is written under its final name, made of its contents, before anybody uses
it. Then one rename puts the pointer in place. A process reads the pointer once and imports
everything from the folder that the pointer names, so it has one version from its first module to
its last. (Each import would follow a symbolic link again.) A folder that is no longer in force
stays for a while, for calls that began in it; so do the files of a package copied by hand.

The pointer's last line runs the __init__.py of the version in force in the pointer's own name, so
that `import xmlrpcgi.cgi` needs nothing but this one file to be switched. Its two files are in
pointer/, where VERSION and PREVIOUS stand for what _point fills in. Version 1.0 reads and writes
the same pointer: its bytes stay as they are.

A switch that was ended in the middle can be made again: what it puts in place is on the disk before
it does so, files that were never finished are removed by whoever comes next, and only one process
at a time is at work in a folder. The file `switching` in the pointer's folder says that the doors
of a version were saved already, so that a second attempt does not take the new ones for them.

A long-running process has its version until it ends. mod_fcgid knows a script by its inode,
mod_wsgi by its time: after a switch rpc.fcgi and rpc.wsgi are new files, even with the same bytes.
"""

import os
import re
import shutil
import time

from ..client.errors import InstallError
from ..files.lock import lock
from . import bundle
from .files import clear, compile_all, compile_package, make_folder, put, sync
from .placed import RESIDENT, Placed, doors_in

_WAIT = 60                   # seconds for another install
GRACE = 600                  # seconds: longer than any call
NAME = re.compile(r'xmlrpcgi-([0-9A-Za-z.+]+-[0-9a-f]{8})$')
_POINTERS_FILES = frozenset(('.htaccess', '__init__.py', '__main__.py', 'switching'))
_POINTER = re.compile(r"^__path__\[:\] = \[__path__\[0\] \+ '-(\S+)'\]$.*^# before: (\S*)$",
                      re.M | re.S)


class Versions:
    """The versions in the folder `cgi_bin` (str); its doors are `doors` (Placed)."""

    def __init__(self, cgi_bin):
        self.doors = Placed(cgi_bin)
        self.cgi_bin = cgi_bin
        self.package = os.path.join(cgi_bin, 'xmlrpcgi')
        self._pointer = os.path.join(self.package, '__init__.py')
        self._switching = os.path.join(self.package, 'switching')
        self._locked = None

    def __enter__(self):
        self.lock()
        return self

    def __exit__(self, *_):
        if self._locked is not None:
            os.close(self._locked)
            self._locked = None

    def lock(self):
        """Wait until no other process is at work here, and remove what such a one left unfinished.

        Does nothing where the folder is not there yet. Raises InstallError where that takes too
        long: whoever may read the folder can lock it.
        """
        if self._locked is not None or not os.path.isdir(self.cgi_bin):
            return
        self._locked = os.open(self.cgi_bin, os.O_RDONLY)
        try:
            is_ours = lock(self._locked, _WAIT)
        except OSError:             # a file system without locks
            is_ours = True
        if not is_ours:
            self.__exit__()
            raise InstallError('Another process has locked %s for %d seconds: end it, or wait for '
                               'its end, then run this again; `fuser -v %s` names it.'
                               % (self.cgi_bin, _WAIT, self.cgi_bin))
        clear(self.cgi_bin, deep=False)
        for name in os.listdir(self.cgi_bin):
            path = os.path.join(self.cgi_bin, name)
            if NAME.match(name) or path == self.package and not os.path.islink(path):
                clear(path)

    def folder(self, version):
        """Return the path of a version's folder."""
        return '%s-%s' % (self.package, version)

    def current(self):
        """Return (version in force, the one before), '' where there is none.

        A package that was copied there by hand has a version, too, but no folder of its own.
        """
        named = self._read()
        if named:
            return named
        if not os.path.exists(self._pointer):
            return '', ''
        return bundle.identity(bundle.program(self.package)), ''

    def is_flat(self):
        """Whether the package there was copied by hand."""
        return os.path.exists(self._pointer) and not self._read()

    def _read(self):
        try:
            with open(self._pointer, 'rb') as file:
                found = _POINTER.search(file.read().decode('utf-8', 'replace'))
        except FileNotFoundError:
            return None
        return found and (found.group(1), found.group(2).replace('none', ''))

    def add(self, files, python):
        """Write a version's folder, whole and compiled by `python`; return its name.

        A folder that is there already is completed. files: {name: bytes}.
        """
        version = bundle.identity(files)
        folder = self.folder(version)
        make_folder(folder)
        os.chmod(folder, 0o755)         # noqa: S103  what suEXEC wants
        for name, data in files.items():
            path = os.path.join(folder, name)
            make_folder(os.path.dirname(path))
            put(path, data, keep=False)
        compile_package(python, folder)
        sync(folder)
        return version

    def keep_flat(self, python):
        """Give the package that was copied by hand a folder of its own, to go back to."""
        return self.add(bundle.program(self.package), python)

    def switch(self, version, python, doors, older=False):
        """Put `version`, which has its folder, and `doors` ({name: bytes}) in force.

        A package works with any older door, but not an older package with a newer door. So an
        upgrade puts the package in place first, and a rollback (`older`) puts it in place last.
        A rollback also removes doors of ours that `doors` lacks.
        """
        before, previous = self.current()
        if before and before != version:
            if self._saved() != before:
                self._save_doors(before)
                put(self._switching, before.encode())
            previous = before
            if os.path.isdir(self.folder(before)):
                os.utime(self.folder(before))           # out of force from now on
        make_folder(self.package)
        put(os.path.join(self.package, '.htaccess'),
            bundle.text(os.path.join(self.folder(version), '.htaccess')))
        if older:
            for name in self.doors.own():
                if name not in doors:
                    self.doors.remove(name)
            self.doors.put(doors)
        if before != version or self.is_flat():
            self._point(version, previous, python)
        else:
            self._complete(python)
        # Not st_mtime: that has whole seconds, see _point.
        self.doors.put(doors, os.stat(self._pointer).st_ctime)
        if os.path.exists(self._switching):
            os.unlink(self._switching)

    def _saved(self):
        """Return the version whose doors a switch saved that was ended in the middle, or ''."""
        try:
            with open(self._switching, encoding='utf-8') as file:
                return file.read()
        except FileNotFoundError:
            return ''

    def _point(self, version, previous, python):
        # 3.6 goes by the time and size of a source: each pointer has a time of its own.
        seconds = int(time.time())
        if os.path.exists(self._pointer):
            seconds = max(seconds, int(os.stat(self._pointer).st_mtime) + 1)
        pointer = _written('__init__.py').replace(b'VERSION', version.encode(), 1)
        pointer = pointer.replace(b'PREVIOUS', (previous or 'none').encode(), 1)
        put(self._pointer, pointer, seconds=seconds)
        self._complete(python)

    def _complete(self, python):
        put(os.path.join(self.package, '__main__.py'), _written('__main__.py'))
        compile_all(python, self.package)

    def _save_doors(self, version):
        if os.path.isdir(self.folder(version)):
            for name, data in self.doors.own().items():
                put(os.path.join(self.folder(version), name), data)

    def doors_of(self, version):
        """Return the doors ({name: bytes}) that belong to `version`: as saved, else as they are."""
        doors, folder = self.doors.own(), self.folder(version)
        doors.update(doors_in(folder))
        return {name: data for name, data in doors.items() if name not in RESIDENT
                or os.path.isfile(os.path.join(folder, RESIDENT[name]))}

    def prune(self):
        """Remove what no call can use any more, except the version before."""
        keep, now = self.current(), time.time()
        for name in os.listdir(self.cgi_bin):
            found, path = NAME.match(name), os.path.join(self.cgi_bin, name)
            if found and found.group(1) not in keep and now - os.stat(path).st_mtime > GRACE:
                shutil.rmtree(path)
        if self._read() and now - os.stat(self._pointer).st_mtime > GRACE:
            self._remove_files(keep=_POINTERS_FILES)

    def _remove_files(self, keep):
        """Remove this program's files from the pointer's folder, but those in `keep` (names).

        A package copied by hand left them there. What else lies there is its owner's, and stays.
        """
        names = _POINTERS_FILES.union(bundle.program(bundle.PACKAGE))
        for name in sorted(names - keep):
            path = os.path.join(self.package, name)
            if os.path.islink(path) or os.path.isfile(path):
                os.unlink(path)
        folders = {os.path.dirname(name) for name in names if '/' in name}
        for inside in sorted(folders, reverse=True):        # each before the one that it is in
            folder = os.path.join(self.package, inside)
            if os.path.isdir(folder) and not os.path.islink(folder):
                shutil.rmtree(os.path.join(folder, '__pycache__'), True)
                if not os.listdir(folder):
                    os.rmdir(folder)

    def is_foreign(self):
        """Whether the folder of the package's name is there and is somebody else's."""
        if not os.path.isdir(self.package) or self._read():
            return False
        if os.path.exists(self._pointer):
            return not os.path.exists(os.path.join(self.package, 'cgi.py'))
        return bool(set(os.listdir(self.package)) - _POINTERS_FILES - {'__pycache__'})

    def is_there(self):
        """Whether there is anything to remove, also what was left in the middle."""
        return bool(self.current()[0] or self._parts())

    def _parts(self):
        """Return the paths of versions, and of a pointer's folder that has no pointer any more."""
        parts = []
        if os.path.isdir(self.cgi_bin):
            parts = [os.path.join(self.cgi_bin, name) for name in sorted(os.listdir(self.cgi_bin))
                     if NAME.match(name)]
        if os.path.isdir(self.package) and not os.path.islink(self.package) and not (
                set(os.listdir(self.package)) - (_POINTERS_FILES - {'__init__.py'})
                - {'__pycache__'}):
            parts.append(self.package)
        return parts

    def remove(self):
        """Remove the doors, all versions, and last the pointer: until then this can be repeated."""
        for name in self.doors.own():
            self.doors.remove(name)
        if os.path.exists(self._pointer):
            self._remove_files(keep={'__init__.py'})
            shutil.rmtree(os.path.join(self.package, '__pycache__'), True)
            for path in self._parts():
                shutil.rmtree(path)
            os.unlink(self._pointer)
        for path in self._parts():
            shutil.rmtree(path)


def _written(name):
    """Return the bytes of a file of pointer/, as it is written into a folder for CGI scripts."""
    data = bundle.text(os.path.join(bundle.PACKAGE, 'install', 'pointer', name))
    return re.sub(br'  # noqa: .*', b'', data)
