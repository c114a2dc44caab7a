"""Installed packages, for a process that was started with -S.

site.main does once what the interpreter does at its start without -S (virtual environment and user
site included), and the import is tried again.
"""

import _imp  # the import lock has no public functions
import sys
from _thread import allocate_lock, get_ident


class _Looking:
    """The thread that adds site-packages: imports that fail in it come here, too."""

    lock = allocate_lock()
    thread = None
    longest = 2                 # seconds that another thread waits for it


def find_in_site_packages(fullname, finder):
    """Add the installed packages to sys.path, once; return the spec of `fullname`, or None.

    finder: the entry of sys.meta_path that calls this function; it is removed. finder.last (str):
    a folder that comes after the installed packages on sys.path, '' for none.
    """
    if _Looking.thread == get_ident():
        return None
    # This thread holds the import lock, because it asks a finder. A thread that is about to end an
    # import which this one needs may wait for that lock.
    depth = _release_import_lock()
    try:
        if not _Looking.lock.acquire(timeout=_Looking.longest):
            _Looking.longest = 0        # that thread waits for an import of ours in turn
            return None
        try:
            if finder in sys.meta_path:
                _Looking.thread = get_ident()
                _add_site_packages(finder.last)
        finally:
            _Looking.thread = None
            if finder in sys.meta_path:
                sys.meta_path.remove(finder)
            _Looking.lock.release()
        from importlib.util import find_spec
        return find_spec(fullname)
    finally:
        for _ in range(depth):
            _imp.acquire_lock()


def _add_site_packages(last):
    import os
    import site
    if site.ENABLE_USER_SITE is None and hasattr(os, 'geteuid'):
        # -I alone switched the user site off: the other check of site.check_enableusersite decides.
        site.ENABLE_USER_SITE = os.geteuid() == os.getuid() and os.getegid() == os.getgid()
    site.main()
    if last:
        place = os.path.abspath(last)
        sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != place]
        sys.path.append(last)


def _release_import_lock():
    """Release the import lock; return how many times this thread held it (int)."""
    depth = 0
    try:
        while _imp.lock_held():
            _imp.release_lock()
            depth += 1
    except RuntimeError:        # another thread holds it now
        pass
    return depth
