"""Counters: how often each of many callers came in the last minute, in one file of fixed size.

The file is a hash table for all processes and threads of a server: buckets of slots, one slot per
caller. A slot holds a hash of the caller, the last second in which the caller was counted, and a
count for each second of the minute before it. So no count is an estimate. Only the file has the key
of the hash: nobody can choose names or addresses that fall into the same bucket.

Each use opens the file and locks it (flock), so that threads exclude each other, too. A process
that is killed meanwhile does no harm: its lock ends with it, and a slot that was written in part
fails its checksum and counts as empty.

In a full bucket a new caller takes the slot with the lowest count. So single calls from many
addresses do not remove a counter near its limit: only callers that have called as often do.
"""

import errno
import struct
from binascii import crc32
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from time import monotonic, sleep, time

try:
    import posix as os
except ImportError:
    import os
try:
    from _blake2 import blake2b  # hashlib loads OpenSSL first
except ImportError:
    from hashlib import blake2b

MOST = 65535                    # the most that a slot can count in a second
MINUTE = 60
_SPAN = MINUTE + 1              # the second that has begun, and 60 whole ones
_SKEW = 2                       # seconds by which the clocks of two hosts may differ
_WAIT = 5                       # seconds for the lock, which is held for microseconds
_POLL = 0.002

_MAGIC = b'xmlrpcgi-ratelim1'    # the digit is the version of this layout
_HEADER = len(_MAGIC) + 16      # and the hash's key
_SLOT = struct.Struct('<16sq%dH2x' % _SPAN)     # hash, second, counts; then the checksum
_SUM = struct.Struct('<I')
_SLOT_SIZE = _SLOT.size + _SUM.size
_WAYS, _BUCKETS = 8, 512
SIZE = _HEADER + _BUCKETS * _WAYS * _SLOT_SIZE      # 622,624 bytes

# Errors that may pass by themselves; all others only the file's owner can fix.
_PASSING = (errno.EAGAIN, errno.EBUSY, errno.EDQUOT, errno.EINTR, errno.EIO, errno.EMFILE,
            errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ENOSPC, errno.ESTALE, errno.ETIMEDOUT)


class UnusableFile(Exception):
    """RATE_LIMIT_FILE cannot be used until its owner fixes it; the text says what is wrong."""


class Counters:
    """The counters in the file `path`, locked until the end of the `with`.

    now (float): the time, seconds since 1970. Raises UnusableFile; OSError where the cause may
    pass.
    """

    def __init__(self, path):
        self._file = _open(path)
        try:
            _lock(self._file)
            self._key = _prepared(self._file)
            self.now = time()           # read under the lock: later than what is in the file
        except BaseException as error:
            self._close()
            _refuse_lasting(error)
            raise

    def __enter__(self):
        return self

    def __exit__(self, _, error, *__):
        self._close()
        _refuse_lasting(error)

    def _close(self):
        try:
            flock(self._file, LOCK_UN)  # a child forked meanwhile would keep it
        except OSError:                 # a file system without locks
            pass
        finally:
            os.close(self._file)

    def wait(self, kind, name, limit, count=1):
        """Return the seconds (int) until `count` more do not exceed `limit`, 0 where they fit.

        kind (int): ratelimits.CALLS or DENIED; each has one half of the
        buckets. name (bytes): the caller. count: at most `limit`.
        """
        _, _, last, counts = self._find(kind, name)
        over = sum(counts) + count - limit
        if over <= 0:
            return 0
        age = _SPAN
        while over > 0:                 # the oldest counts go first
            age -= 1
            over -= counts[age]
        left = last - age + _SPAN - self.now
        return max(1, int(left) + (left > int(left)))       # rounded up

    def add(self, kind, name, count=1):
        """Count `name`; return the second it was counted in."""
        place, digest, last, counts = self._find(kind, name)
        counts[0] = min(counts[0] + count, MOST)
        self._write(place, digest, last, counts)
        return last

    def take_back(self, kind, name, second):
        """Undo one add() of that second, unless its counter is gone."""
        place, digest, last, counts = self._find(kind, name)
        age = last - second
        if 0 <= age < _SPAN and counts[age]:
            counts[age] -= 1
            self._write(place, digest, last, counts)

    def _find(self, kind, name):
        """(place in the file, hash, last second, counts) of a caller's slot, or of a new one."""
        digest = blake2b(name, digest_size=20, key=self._key).digest()
        half = _BUCKETS // 2
        bucket = kind * half + int.from_bytes(digest[16:], 'big') % half
        start, digest = _HEADER + bucket * _WAYS * _SLOT_SIZE, digest[:16]
        data = os.pread(self._file, _WAYS * _SLOT_SIZE, start)
        data += bytes(_WAYS * _SLOT_SIZE - len(data))       # somebody cut the file
        lowest = None
        for at in range(0, len(data), _SLOT_SIZE):
            found, last, counts = self._slot(data, at)
            if found == digest:
                if last > self.now + _SKEW:     # the clock was put back: its counts keep their ages
                    last = int(self.now)
                    self._write(start + at, digest, last, counts)
                return start + at, digest, last, counts
            rank = sum(counts), last
            if lowest is None or rank < lowest[0]:
                lowest = rank, start + at
        return lowest[1], digest, int(self.now), [0] * _SPAN

    def _slot(self, data, at):
        """(hash, last second, counts) of a slot as of now; a damaged one is empty."""
        now = int(self.now)
        if crc32(data[at:at + _SLOT.size]) != _SUM.unpack_from(data, at + _SLOT.size)[0]:
            return None, 0, ()
        digest, last, *counts = _SLOT.unpack_from(data, at)
        step = now - last
        if step >= _SPAN:
            return digest, now, [0] * _SPAN
        if step >= 0:
            return digest, now, [0] * step + counts[:_SPAN - step]
        return digest, last, counts     # another host's clock is ahead, or ours was put back

    def _write(self, place, digest, last, counts):
        data = _SLOT.pack(digest, last, *counts)
        os.pwrite(self._file, data + _SUM.pack(crc32(data)), place)


def _open(path):
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
                       | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnusableFile('it is a symbolic link') from error
        _refuse_lasting(error)
        raise
    try:
        state = os.fstat(file)
        if state.st_mode & 0o170000 != 0o100000:
            raise UnusableFile('it is not a plain file')
        if state.st_uid != os.geteuid():
            raise UnusableFile('it belongs to another user (number %d)' % state.st_uid)
        if state.st_mode & 0o077:       # who may open it may lock it
            os.fchmod(file, 0o600)
    except BaseException as error:
        os.close(file)
        _refuse_lasting(error)
        raise
    return file


def _refuse_lasting(error):
    """Raise UnusableFile for an OSError that does not pass by itself."""
    if isinstance(error, OSError) and error.errno not in _PASSING:
        raise UnusableFile(error.strerror) from error


def _lock(file):
    """Lock the file, or give up: a process that holds the lock may have been stopped."""
    end = monotonic() + _WAIT
    while True:
        try:
            return flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            if monotonic() > end:
                raise OSError(errno.EAGAIN, 'another process has locked it for %d seconds' % _WAIT
                              ) from None
            sleep(_POLL)
        except OSError as error:
            if error.errno in _PASSING:
                raise
            raise UnusableFile('its file system has no locks (%s)' % error.strerror) from error


def _prepared(file):
    """Complete the file, where it is new or cut; return the key of the hash (bytes)."""
    head = os.pread(file, _HEADER, 0)
    size = os.fstat(file).st_size
    magic = head[:len(_MAGIC)]
    if magic != _MAGIC or len(head) < _HEADER:
        unfinished = _MAGIC.startswith(magic)           # or empty
        blank = not head.strip(b'\0') and size <= SIZE  # the machine stopped while it was made
        if not unfinished and not blank and magic[:-1] != _MAGIC[:-1]:
            raise UnusableFile('there is something else in it')
        os.ftruncate(file, 0)
        head, size = _MAGIC + os.urandom(16), _HEADER
        if os.pwrite(file, head, 0) < _HEADER:
            raise OSError(errno.ENOSPC, 'there is no space for it')
    while size < SIZE:                  # written, not left as a hole: a disk may be full later
        size += os.pwrite(file, bytes(SIZE - size), size)
    return head[len(_MAGIC):]
