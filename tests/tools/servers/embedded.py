"""The embedded server (cgi-bin/xmlrpcgi/serve), in a thread of this process."""

import errno
import os
import shutil
import sys
import tempfile

from .base import TOP, PortTaken, Server, ServerError

if os.path.join(TOP, 'cgi-bin') not in sys.path:
    sys.path.insert(0, os.path.join(TOP, 'cgi-bin'))


class Embedded(Server):
    kind = 'embedded'

    def __init__(self, bundle, port, extra_conf='', to_terminal=False):
        from xmlrpcgi.serve.server import Server as Serve
        self.temp, self.server, self.lines, self.access_lines = None, None, [], []
        logs = {} if to_terminal else {'error_log': self.lines.append,
                                       'access_log': self.access_lines.append}
        try:
            if bundle.python:
                self.temp = tempfile.mkdtemp(prefix='xmlrpcgi-')
                bundle.copy_cgi_bin(self.temp)
            self.server = Serve(bundle.script, port=port, lib=bundle.lib,
                                aliases=bundle.aliases, **logs)
        except OSError as error:
            self.stop()
            kind = PortTaken if error.errno == errno.EADDRINUSE else ServerError
            raise kind('%s: %s' % (self.kind, error)) from None
        self.port = self.server.port
        self.server.start()

    def log(self):
        return ''.join(line + '\n' for line in list(self.lines))

    def access_log(self):
        return ''.join(line + '\n' for line in list(self.access_lines))

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None
        if self.temp:
            shutil.rmtree(self.temp, ignore_errors=True)
            self.temp = None
