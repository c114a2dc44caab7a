"""server: the small server, for trying the script on a machine that has no Apache.

A threaded HTTP/1.1 server for your own machine.  It does not answer calls itself: each request
starts `rpc.cgi` as a real CGI process (RFC 3875), run as Apache runs it, by its first line
and in its own folder, with the environment and at the URLs that apache/rpc.conf gives it.
Here are the server and its URLs; a connection is in exchange.py, a script's process in child.py,
the command in cli/serve.py.

Not for the open network: it has no TLS and does not limit clients.  Apache does that.
"""

import os
import re
import signal
import socketserver
import sys
import threading
import time
from urllib.parse import unquote_to_bytes

from ..install.bundle import CGI_BIN
from .exchange import Exchange

SCRIPT = os.path.join(CGI_BIN, 'rpc.cgi')


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """The server.  `start()` runs it in a thread of its own, `stop()` ends it and its children.

    script (str): rpc.cgi.
    port (int): 0: any free one, see `.port`.
    lib (str or None): the folder of the application classes; None: the script's own choice.
    user (str or None): as whom the web server is taken to have authenticated every caller.
    Raises FileNotFoundError where `script` or `lib` is not there, OSError for the port.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, script=SCRIPT, host='127.0.0.1', port=0, lib=None, user=None):
        script = os.path.abspath(script)
        if not os.path.isfile(script):
            raise FileNotFoundError('There is no script %s.' % script)
        if lib is not None and not os.path.isdir(lib):
            raise FileNotFoundError(
                'There is no folder %s: make it and put a class into it, or name the folder of '
                'your classes with --lib.' % os.path.abspath(lib))
        self.host = host
        self.scripts = {'/cgi-bin/rpc.cgi': script, '/xmlrpc': script, '/xmlrpc/': script,
                        '/RPC2': script}
        self.extra = {} if lib is None else {'XMLRPCGI_LIB': os.path.abspath(lib)}
        self.children, self.exchanges = set(), set()
        if user is not None:
            self.extra.update(REMOTE_USER=user, AUTH_TYPE='Basic')
        super().__init__((host, port), Exchange)
        self.port = self.server_address[1]
        self.url = 'http://%s:%d' % (host, self.port)
        self.thread = None

    def route(self, path):
        """Return (SCRIPT_NAME, script, PATH_INFO) for a URL's path, or None: as in rpc.conf."""
        if re.search('%2f|%00', path, re.I):
            return None              # as Apache's AllowEncodedSlashes Off
        path = re.sub('/+', '/', unquote_to_bytes(path).decode('latin-1'))
        if path in self.scripts:
            return path, self.scripts[path], ''
        for url, script in self.scripts.items():
            if url.startswith('/cgi-bin/') and path.startswith(url + '/'):
                return url, script, path[len(url):]
        return None

    def log_error(self, line):
        """Write a line to the error log."""
        print(line, file=sys.stderr, flush=True)

    def log_access(self, line):
        """Write the line about an answered request."""
        print(line, flush=True)

    def handle_error(self, request, client_address):
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            self.log_error('%s: %r' % (client_address[0], error))

    def start(self):
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        if self.thread:
            self.shutdown()
            self.thread.join()
        self.server_close()
        deadline = time.monotonic() + 2      # calls that are about to end may end
        while self.children and time.monotonic() < deadline:
            time.sleep(0.01)
        for child in list(self.children):
            child.kill()
            child.process.wait()
        for exchange in list(self.exchanges):
            exchange.hang_up()


def how_to_try(url):
    """Return what to paste into a shell or into Python to make the first call."""
    xml = ('<?xml version="1.0"?><methodCall><methodName>system.listMethods</methodName>'
           '</methodCall>')
    return ('Serving XML-RPC at %s/xmlrpc/   (Ctrl-C stops)\n\nIn another shell:\n\n'
            "curl -sS -H 'Content-Type: text/xml' --data-binary '%s' %s/xmlrpc/\n\n"
            'The same call in Python:\n\nfrom xmlrpc.client import ServerProxy\n'
            "print(ServerProxy('%s/xmlrpc/').system.listMethods())\n" % (url, xml, url, url))


def until_stopped(wait=lambda: threading.Event().wait()):
    """Wait until Ctrl-C or SIGTERM."""
    def interrupt(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)      # also when a shell started us in background
    try:
        wait()
    except KeyboardInterrupt:
        pass


def port_taken(port, error='Address already in use', option='PORT='):
    """Return the sentence for a port that cannot be had. option (str): what names another."""
    return 'Port %s cannot be used (%s): choose another with %s, for example %s%d.' % (
        port, getattr(error, 'strerror', error) or error, option.strip(), option,
        (int(port) or 8000) + 1)
