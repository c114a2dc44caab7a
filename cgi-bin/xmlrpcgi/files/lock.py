"""Locks of the commands that change what calls read: of a file, or of a folder."""

from time import monotonic, sleep

_POLL = 0.02                # seconds between two tries


def lock(file, seconds):
    """Lock the descriptor `file`; return False where another process has it locked for so long.

    Whoever may read a file can lock it, so nobody waits for ever. Does nothing on Windows. Raises
    OSError on a file system without locks.
    """
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:                 # Windows
        return True
    end = monotonic() + seconds
    while True:
        try:
            flock(file, LOCK_EX | LOCK_NB)
            return True
        except BlockingIOError:
            if monotonic() > end:
                return False
            sleep(_POLL)
