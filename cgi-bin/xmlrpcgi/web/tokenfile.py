"""The file of tokens (TOKENS_FILE): one line per token, with the SHA-256 of the token in its place.

    NAME SHA-256 [LAST-DAY]

The last day is like 2027-01-31, in UTC; without one the token has no end. Empty lines, and lines
that begin with #, are kept as they are. Whoever can read the file cannot log in by it: a token has
256 random bits, which nobody finds by trying.

A change writes a new file beside the old one, and renames it, so that a call reads all of one or
all of the other. The new file is locked meanwhile: a second command waits, and then sees the first
one's change.
"""

import errno
import sys
from stat import S_IMODE, S_ISREG, S_ISVTX
from time import gmtime, strftime

try:
    import posix as os
except ImportError:             # Windows
    import os
try:
    from _sha2 import sha256  # hashlib loads OpenSSL first
except ImportError:
    try:
        from _sha256 import sha256  # before Python 3.12
    except ImportError:
        from hashlib import sha256

MODE = 0o600
LONGEST = 64                # characters of a name
_NAME = frozenset('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-')
_HEX = frozenset('0123456789abcdef')
_MOST = 1 << 20             # bytes of the file
_OTHERS = 0o022 if sys.platform != 'win32' else 0       # who may write; Windows has no such modes
_HEAD = '# Tokens, written by the command token: name, SHA-256 of the token, last day in UTC.\n'


class UnusableFile(Exception):
    """The file cannot be used; the text says why.

    remedy (str): the command that fixes it, '' where none surely does. is_missing (bool): the file
    is not there.
    """

    is_missing = False

    def __init__(self, why, remedy=''):
        super().__init__(why)
        self.remedy = remedy


class Entry:
    """A token: its name (str), SHA-256 (str of hex), and last day (str, '' for none)."""

    def __init__(self, name, digest, until=''):
        self.name = name
        self.digest = digest
        self.until = until

    def __str__(self):
        return ' '.join([self.name, self.digest, self.until]).rstrip()

    @property
    def has_expired(self):
        """Whether the last day is over (bool)."""
        return bool(self.until) and strftime('%Y-%m-%d', gmtime()) > self.until


def digest_of(token):
    """Return the SHA-256 of `token` (str) in hex (str)."""
    return sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()


def is_name(text):
    """Whether a token may have this name (bool)."""
    return 0 < len(text) <= LONGEST and _NAME.issuperset(text)


def is_day(text):
    """Whether `text` (str) is written like a day, 2027-01-31 (bool)."""
    parts = text.split('-')
    return [len(part) for part in parts] == [4, 2, 2] and not ''.join(parts).strip('0123456789') \
        and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31


def read(path):
    """Return the entries (list) of the file `path` (str); raises UnusableFile."""
    return [entry for entry in parsed(text_of(path)) if isinstance(entry, Entry)]


def parsed(text):
    """Return an Entry per line of `text` (str), the line itself for a remark or an empty one.

    Raises UnusableFile.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0][0] == '#':
            rows.append(line)
        elif 2 <= len(words) <= 3 and is_name(words[0]) and len(words[1]) == 64 \
                and _HEX.issuperset(words[1]) and (words[2:] == [] or is_day(words[2])):
            rows.append(Entry(*words))
        else:
            raise UnusableFile('line %d is not a name, a SHA-256 and perhaps a last day' % number)
    return rows


def text_of(path):
    """Return the text of the file `path` (str); raises UnusableFile."""
    try:
        # Not blocking: to open a FIFO could take for ever.
        file = os.open(path, os.O_RDONLY | getattr(os, 'O_NONBLOCK', 0)
                       | getattr(os, 'O_NOCTTY', 0))
        try:
            _check(path, os.fstat(file))
            data = b''
            while len(data) <= _MOST:
                block = os.read(file, _MOST)
                if not block:
                    break
                data += block
        finally:
            os.close(file)
    except OSError as error:
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        unusable = UnusableFile(error.strerror, _how_to_add() if missing else '')
        unusable.is_missing = missing
        raise unusable from error
    if len(data) > _MOST:
        raise UnusableFile('it is larger than %d bytes' % _MOST)
    try:
        return data.decode('ascii')
    except UnicodeDecodeError:
        raise UnusableFile('it has characters beyond ASCII') from None


def _how_to_add():
    """Return the command of this installation that adds a token (str)."""
    from os.path import abspath, dirname, isdir, join
    from shlex import quote
    package = dirname(dirname(abspath(__file__)))
    if isdir(join(package, '_bundle')):         # in a wheel
        return 'xmlrpcgi token add NAME'
    # `install` keeps versions beside the folder xmlrpcgi, which starts the one in force.
    return 'python3 %s token add NAME' % quote(join(dirname(package), 'xmlrpcgi'))


def _check(path, state):
    """Raise UnusableFile where others than its owner can say who may log in."""
    if not S_ISREG(state.st_mode):
        raise UnusableFile('it is not a plain file')
    if state.st_mode & _OTHERS:
        raise UnusableFile('others than its owner may change it (mode %03o)'
                           % S_IMODE(state.st_mode), 'chmod 600 %s' % _quoted(path))
    for place in {path, _target(path)}:
        folder = place.rpartition('/')[0] or '/'
        mode = os.stat(folder).st_mode
        if _OTHERS and mode & 0o002 and not mode & S_ISVTX:
            raise UnusableFile('everybody on this machine may replace it',
                               'chmod o-w %s' % _quoted(folder))


def _quoted(path):
    import shlex  # which imports re; a call needs neither
    return shlex.quote(path)


def _target(path):
    """Return the path of the file itself, where `path` (str) is a link to it; else `path`."""
    try:
        os.readlink(path)
    except (OSError, AttributeError):       # not a link; Windows
        return path
    from os.path import realpath
    return realpath(path)


class Change:
    """A change of the file `path` (str): `with Change(path) as change: ... change.rows ...`.

    rows (list): as from `parsed`; at the end of the `with` they are the file, unless an exception
    ends it. Raises UnusableFile and OSError.
    """

    def __init__(self, path):
        self.path = _target(path)           # several paths may lead to one file
        self._new = self.path + '.new'
        self._file = self._locked()
        try:
            self.rows = self._rows()
        except BaseException:
            self._close()
            raise

    def _rows(self):
        try:
            return parsed(text_of(self.path))
        except UnusableFile as error:
            if not error.is_missing:
                raise
            return [_HEAD.rstrip('\n')]

    def _locked(self):
        """Return a descriptor of the new file, locked."""
        while True:
            file = os.open(self._new, os.O_RDWR | os.O_CREAT | getattr(os, 'O_NOFOLLOW', 0), MODE)
            try:
                from fcntl import LOCK_EX, flock
                flock(file, LOCK_EX)
            except ImportError:         # Windows
                return file
            except BaseException:
                os.close(file)
                raise
            try:
                here, there = os.fstat(file), os.stat(self._new)
                if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
                    return file
            except FileNotFoundError:
                pass
            os.close(file)              # another command has just renamed it

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
            os.ftruncate(self._file, 0)     # left by a command that was killed
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
            mode = S_IMODE(old.st_mode) & ~_OTHERS
        os.fchmod(self._file, mode)


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
