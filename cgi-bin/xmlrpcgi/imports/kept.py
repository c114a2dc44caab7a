"""Writes files of byte-code that later calls read, see startup.py."""

import sys
from _frozen_importlib_external import MAGIC_NUMBER  # importlib.util's, loaded already
from marshal import dumps
from time import time

try:
    import posix as os
except ImportError:             # Windows
    import os

_PAUSE = 60                     # seconds between two tries of calls to write a file


def keep_rows(path, make_rows, at_once=False):
    """Write the file `path` with the rows that make_rows() returns, if possible; says nothing.

    at_once (bool): write whatever other processes do. Else one process per minute tries: to make
    the rows takes longer than many calls, and is in vain on a full disk, or on a network's file
    system whose inodes change.
    """
    place, new = path.rpartition('/')[0], path[:-4] + '.new'    # one name: old ones cannot pile up
    if sys.dont_write_bytecode:
        return
    try:
        if not os.access(place, os.W_OK):
            os.mkdir(place)
        if at_once:
            _remove(new)
        else:
            written, begun = _age(path), _age(new)
            if written is not None and written < _PAUSE or begun is not None and begun < _PAUSE:
                return
            if begun is not None:       # left by a process that was killed
                return _remove(new)     # the next one writes: two could meet here
        _write(new, path, make_rows)
    except Exception:           # noqa: S110  not ours to write, a full disk, a changing source
        pass


def _age(path):
    """Return the seconds since the file `path` was written, None where it is not there."""
    try:
        return abs(time() - os.stat(path).st_mtime)
    except FileNotFoundError:
        return None


def _remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _write(new, path, make_rows):
    """Write the file `path` as `new`, then rename it; an empty `new` stays where that fails."""
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    whole = False
    try:
        data = dumps(make_rows())
        data = MAGIC_NUMBER + (len(data) + len(MAGIC_NUMBER) + 8).to_bytes(8, 'little') + data
        whole = os.write(file, data) == len(data)
    finally:
        if not whole:
            os.ftruncate(file, 0)
        os.close(file)
    if whole:
        os.replace(new, path)
