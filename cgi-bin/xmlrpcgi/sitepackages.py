"""Installed packages, for the applications that use them.

The script runs with -S: reading site-packages and its .pth files costs more
than answering a call. A finder at the end of sys.meta_path is asked when an
import would fail; it then does what the interpreter does at start otherwise
(site.main, virtual environment and user site included), once, and the import
is tried again.
"""

import sys


class OnDemand:
    """The finder; importlib calls it with an import that nobody else could serve."""

    @classmethod
    def install(cls):
        """Put the finder in place where the interpreter was started with -S."""
        if sys.flags.no_site and 'site' not in sys.modules:
            sys.meta_path.append(cls)

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        """importlib's finder interface (PEP 451)."""
        if path is not None or fullname == 'org':   # inside a package; copy, pickle: for Jython
            return None
        sys.meta_path.remove(cls)
        import os
        import site
        if site.ENABLE_USER_SITE is None and hasattr(os, 'geteuid'):
            # -I switches the user site off; the check that is left is site.check_enableusersite's.
            site.ENABLE_USER_SITE = os.geteuid() == os.getuid() and os.getegid() == os.getgid()
        site.main()
        for folder in getattr(sys.modules.get('lib'), '__path__', ()):      # lib/ stays last
            place = os.path.abspath(folder)
            sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != place]
            sys.path.append(folder)
        from importlib.util import find_spec
        return find_spec(fullname)
