"""Servers whose logs are files in a temporary folder of ours, which goes when they stop."""

import os

from .base import Server


class Logged(Server):
    """Base of such a kind.  `temp`: the folder, None when it is gone."""

    temp = None
    logs = 'error.log', 'rpc.log'       # the names of the error log and of the access log

    def _path(self, name):
        return os.path.join(self.temp, name)

    def _read(self, name):
        try:
            with open(self._path(name), encoding='utf-8', errors='replace') as file:
                return file.read()
        except OSError:
            return ''

    def log(self):
        return self._read(self.logs[0]) if self.temp else ''

    def access_log(self):
        return self._read(self.logs[1]) if self.temp else ''
