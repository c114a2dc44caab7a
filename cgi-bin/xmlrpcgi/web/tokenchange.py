"""A change of the file of tokens, by the command token.

It writes a new file beside the old one, and renames it, so that a call reads all of one or all of
the other. The new file is locked meanwhile: a second command waits, and then sees the first one's
change.
"""

from stat import S_IMODE, S_ISREG

from ..files.lock import lock
from ..files.way import HAS_MODES
from .tokenfile import OTHERS, UnusableFile, look_at_way, parsed, text_of

try:
    import posix as os
except ImportError:             # Windows
    import os

MODE = 0o600
PATIENCE = 10               # seconds that other commands have
_HEAD = '# Tokens, written by the command token: name, SHA-256 of the token, last day in UTC.'
_FLAGS = os.O_RDWR | getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_NONBLOCK', 0)


class Change:
    """A change of the file `path` (str): `with Change(path) as change: ... change.rows ...`.

    rows (list): as from `parsed`; at the end of the `with` they are the file, unless an exception
    ends it. account: as for `read`. Raises UnusableFile and OSError.
    """

    def __init__(self, path, account=None):
        self.path = _target(path)           # several paths may lead to one file
        self._account = account
        self._new = self.path + '.new'
        try:
            look_at_way(path, account)
        except FileNotFoundError:           # it is made, where nobody else can make it
            pass
        self._file = self._locked()
        try:
            self.rows = self._rows()
        except BaseException:
            self._close()
            raise

    def _rows(self):
        try:
            return parsed(text_of(self.path, self._account))
        except UnusableFile as error:
            if not error.is_missing:
                raise
            return [_HEAD]

    def _locked(self):
        """Return a descriptor of the new file, made here and locked.

        A file that was there before is not written to: others may have it open.
        """
        while True:
            try:
                file = os.open(self._new, _FLAGS | os.O_CREAT | os.O_EXCL, MODE)
            except FileExistsError:
                self._wait()
                continue
            try:
                self._lock(file)
                if self._is_new(file):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)              # another command took it for one that was left

    def _wait(self):
        """Wait for the command that made the new file; remove a file that a killed one left."""
        if not HAS_MODES:                   # an open file is not removed
            return os.unlink(self._new)
        try:
            file = os.open(self._new, _FLAGS)
        except FileNotFoundError:
            return None
        try:
            state = os.fstat(file)
            if not S_ISREG(state.st_mode) or state.st_uid not in self._users():
                from shlex import quote
                raise UnusableFile('%s of user number %d is in the way' % (
                    self._new, state.st_uid), 'rm %s' % quote(self._new))
            self._lock(file)
            return os.unlink(self._new) if self._is_new(file) else None
        finally:
            os.close(file)

    def _lock(self, file):
        """Lock the descriptor of the new file, once other commands have done with it."""
        if not lock(file, PATIENCE):
            raise UnusableFile('another process has had %s locked for %d seconds: end it, or run '
                               'this again' % (self._new, PATIENCE))

    def _users(self):
        """Return the numbers of those who may have made the new file."""
        folder = os.stat(self.path.rpartition('/')[0] or '/')
        return 0, os.geteuid(), self._account, folder.st_uid

    def _is_new(self, file):
        """Whether the path of the new file leads to `file` (a descriptor) still (bool)."""
        try:
            here, there = os.fstat(file), os.stat(self._new)
        except FileNotFoundError:
            return False
        return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)

    def _close(self):
        os.unlink(self._new)
        os.close(self._file)

    def __enter__(self):
        return self

    def __exit__(self, type_, *_):
        if type_ is not None:
            self._close()
            return
        try:
            data = ''.join('%s\n' % row for row in self.rows).encode('ascii')
            while data:
                data = data[os.write(self._file, data):]
            self._keep_owner()
            os.fsync(self._file)
            os.replace(self._new, self.path)
        except BaseException:
            self._close()
            raise
        os.close(self._file)
        _sync(self.path.rpartition('/')[0] or '/')

    def _keep_owner(self):
        """Give the new file the owner, the group and the mode of the old one."""
        if not hasattr(os, 'fchown'):       # Windows
            return
        mode = MODE
        try:
            old, new = os.stat(self.path), os.fstat(self._file)
        except FileNotFoundError:
            pass
        else:
            if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
                os.fchown(self._file, old.st_uid, old.st_gid)
            mode = S_IMODE(old.st_mode) & ~OTHERS
        os.fchmod(self._file, mode)


def _target(path):
    """Return the path of the file itself, where `path` (str) is a link to it; else `path`."""
    try:
        os.readlink(path)
    except (OSError, AttributeError):       # not a link; Windows
        return path
    from os.path import realpath
    return realpath(path)


def _sync(folder):
    """Have the new name on the disk, too."""
    try:
        file = os.open(folder, os.O_RDONLY)
    except OSError:                         # Windows; a folder that this user may not read
        return
    try:
        os.fsync(file)
    except OSError:                         # a file system that cannot
        pass
    finally:
        os.close(file)
