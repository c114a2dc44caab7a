"""The small server (cgi-bin/xmlrpcgi/serve/), in a thread of this process."""

import errno
import os
import shutil
import sys
import tempfile

from .base import TOP, PortTaken, Server, ServerError

if os.path.join(TOP, 'cgi-bin') not in sys.path:
    sys.path.insert(0, os.path.join(TOP, 'cgi-bin'))


def small_server(bundle, port, logs):
    """The server of `make run`, at more URLs; with its lines in `logs`, if not None."""
    from xmlrpcgi.serve.server import Server as SmallServer

    class TestedServer(SmallServer):
        def route(self, path):
            for url, script in bundle.aliases.items():
                if path == url or path.startswith(url + '/'):
                    return url, script, path[len(url):]
            return super().route(path)

        if logs:
            def log_error(self, line):
                logs.lines.append(line)

            def log_access(self, line):
                logs.access_lines.append(line)

    return TestedServer(bundle.script, port=port, lib=bundle.lib)


class Embedded(Server):
    kind = 'embedded'

    def __init__(self, bundle, port, extra_conf='', to_terminal=False):
        self.temp, self.server, self.lines, self.access_lines = None, None, [], []
        try:
            if bundle.python:
                self.temp = tempfile.mkdtemp(prefix='xmlrpcgi-')
                bundle.copy_cgi_bin(self.temp)
            self.server = small_server(bundle, port, None if to_terminal else self)
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
