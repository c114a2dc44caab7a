"""A log file of one's own, for hosts that hide the error log.

Each entry is one write to the end of the file, so that entries of several
processes never mix. A file that has grown to its bound becomes FILE.1, and the
one before is dropped. Nobody but its owner can read it.
"""

import os
import time

_MODE = 0o600


def append(path, entry, bound):
    """Write `entry` (str) with the time before it; raises OSError where that fails.

    path (str): the file. bound (int): its size in bytes at most, give or take an entry.
    """
    stamp = time.strftime('%Y-%m-%dT%H:%M:%SZ ', time.gmtime())
    data = (stamp + entry).encode('utf-8', 'backslashreplace')
    descriptor = _open(path)
    try:
        if os.fstat(descriptor).st_size + len(data) > bound:
            descriptor = _rotated(path, descriptor, bound)
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


def _open(path):
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, 'O_NOFOLLOW', 0),
                   _MODE)


def _rotated(path, descriptor, bound):
    """Put the full file aside, unless another process just did; the descriptor to write to."""
    try:
        import fcntl
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except ImportError:         # Windows
        pass
    try:
        if os.path.samestat(os.stat(path), os.fstat(descriptor)):
            os.replace(path, path + '.1')
    except FileNotFoundError:
        pass
    fresh = _open(path)
    os.close(descriptor)        # and with it the lock
    return fresh
