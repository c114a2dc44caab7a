"""The file that LOG_FILE names: many processes and threads write entries to its end.

Each entry is one write, so that entries never mix. No call waits here for anybody: whoever could
open the file could lock it, and keep it locked. So only its owner can open it, and a file that is
locked is written to all the same. It is renamed later, even without the lock once it is too large.
"""

import os
import time
from stat import S_ISREG

_MODE = 0o600
_OTHERS = 0o077
_FLAGS = os.O_APPEND | os.O_CREAT | getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_NONBLOCK', 0) \
    | getattr(os, 'O_NOCTTY', 0)
_LEAST = 100000             # bytes: what is locked may grow by its bound, or by this if it is more


def append(path, entry, bound, is_stamped=True):
    """Append `entry` (str), lines, to the file `path` (str); raises OSError.

    bound (int): the file's size in bytes at most, give or take the entries that come while another
    process renames it. is_stamped (bool): whether the time in UTC comes before the entry.
    """
    stamp = time.strftime('%Y-%m-%dT%H:%M:%SZ ', time.gmtime()) if is_stamped else ''
    data = (stamp + entry).encode('utf-8', 'backslashreplace')
    file = _open(path)
    try:
        size = os.fstat(file).st_size
        if size and size + len(data) > bound \
                and _put_aside(path, file, size - bound > max(bound, _LEAST)):
            full, file = file, _open(path)
            os.close(full)          # and with it the lock
        _write(file, data)
    finally:
        os.close(file)


def _open(path):
    """Return a descriptor of the file, closed to other users; raises OSError unless it is plain.

    To open a FIFO that nobody reads, or to write to a full one or to a device, could take for ever.
    """
    try:
        file = os.open(path, _FLAGS | os.O_RDWR, _MODE)
    except PermissionError:         # perhaps this user may write to it, but not read it
        file = os.open(path, _FLAGS | os.O_WRONLY, _MODE)
    try:
        mode = os.fstat(file).st_mode
        if not S_ISREG(mode):
            raise OSError('%s is not a plain file' % path)
        if mode & _OTHERS and hasattr(os, 'fchmod'):
            _close_to_others(file)
    except BaseException:
        os.close(file)
        raise
    return file


def _close_to_others(file):
    try:
        os.fchmod(file, _MODE)
    except OSError:                 # another user's
        pass


def _put_aside(path, file, is_far_beyond):
    """Rename the full `file` unless another process does; return whether to open `path` anew."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
        flock(file, LOCK_EX | LOCK_NB)
    except ImportError:             # Windows
        pass
    except OSError:                 # locked, or on a file system without locks
        if not is_far_beyond:
            return False
    try:
        if os.path.samestat(os.stat(path), os.fstat(file)):
            os.replace(path, path + '.1')
    except FileNotFoundError:
        pass
    return True


def _write(file, data):
    """Write the entry `data` (bytes) whole, or not at all: raises OSError.

    Where the process before was killed while it wrote, or the machine stopped, the entry ends that
    line, and is written again as a line of its own.
    """
    written = os.write(file, data)
    end = os.lseek(file, 0, os.SEEK_CUR)
    if written < len(data):
        if os.fstat(file).st_size == end:       # else another entry follows
            os.ftruncate(file, end - written)
        raise OSError('there is room for %d of the %d bytes of an entry' % (written, len(data)))
    if not _begins_line(file, end - written):
        os.write(file, data)


def _begins_line(file, place):
    if not place:
        return True
    try:
        os.lseek(file, place - 1, os.SEEK_SET)
        return os.read(file, 1) == b'\n'
    except OSError:                 # not open for reading
        return True
