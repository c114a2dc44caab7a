"""Gives each request of a FastCGI process the surroundings that a CGI script has.

The request's variables are in os.environ; HTTP_PROXY never gets in. Each request begins in the
folder and with the umask that the process began with.
"""

import os


class Environment:
    """os.environ, in which each request's variables take the place of those of the one before.

    own: the variables ({bytes: bytes}) that the process began with.
    """

    def __init__(self):
        self._before = {}
        self.own = dict(os.environb)
        self._umask = os.umask(0o077)
        try:
            self._folder = os.open('.', os.O_RDONLY)
        except OSError:             # this process may not read it
            self._folder = None

    def put(self, params):
        """Set the variables `params` ({bytes: bytes}), and take back those of before."""
        os.umask(self._umask)
        if self._folder is not None:
            os.fchdir(self._folder)
        before, environ = self._before, os.environb
        if not before.keys() <= params.keys():
            for name in before.keys() - params.keys():
                if name in self.own:
                    environ[name] = self.own[name]
                else:
                    environ.pop(name, None)
        found = getattr(environ, '_data', environ)      # private, but much faster to read
        for name, value in params.items():
            # Compared with what is there now, which the application may have changed.
            if found.get(name) != value and name != b'HTTP_PROXY' and name \
                    and b'=' not in name and b'\0' not in name + value:
                environ[name] = value
        self._before = params
