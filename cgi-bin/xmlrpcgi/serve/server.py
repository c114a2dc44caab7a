"""serve: the embedded server, for trying the script on a machine that has no Apache.

A threaded HTTP/1.1 server for one's own machine.  It answers no call itself: each request
starts `rpc.cgi` as a true CGI process (RFC 3875), run as Apache runs it, by its first line
and in its own folder, with the environment and at the URLs that apache/rpc.conf gives it.
Here are the server, its URLs and the command `serve`; a connection is in exchange.py, a
script's process in child.py.

Not for the open network: no TLS, no limit on clients.  That is what Apache is for.
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

SECONDS = 60                 # for one run of the script, then it is killed: 504
SCRIPT = os.path.join(CGI_BIN, 'rpc.cgi')


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """The server.  `start()` runs it in a thread of its own, `stop()` ends it and its children.

    script   rpc.cgi.               python   run [python, -IS, script], not by its first line.
    port     0: any free one, see `.port`.   seconds  for one child process.
    lib      folder of the application classes; None: the script's own choice, ../lib.
    aliases  more scripts: {'/url': '/path/of/script'}.   environ  more variables for children.
    error_log, access_log: functions that take one line; the default writes to stderr, stdout.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, script=SCRIPT, host='127.0.0.1', port=0, python=None, lib=None,
                 aliases=None, environ=None, seconds=SECONDS, error_log=None, access_log=None):
        script = os.path.abspath(script)
        if not os.path.isfile(script):
            raise FileNotFoundError('There is no script %s.' % script)
        if lib is not None and not os.path.isdir(lib):
            raise FileNotFoundError('There is no folder %s to serve (LIB=, --lib).' % lib)
        self.script, self.host, self.python, self.seconds = script, host, python, seconds
        self.extra = dict(environ or {})
        if lib is not None:
            self.extra['XMLRPCGI_LIB'] = os.path.abspath(lib)
        self.aliases = dict(aliases or {})
        self.children, self.exchanges = set(), set()
        self.log_error = error_log or (lambda line: print(line, file=sys.stderr, flush=True))
        self.log_access = access_log or (lambda line: print(line, flush=True))
        super().__init__((host, port), Exchange)
        self.port = self.server_address[1]
        self.url = 'http://%s:%d' % (host, self.port)
        self.thread = None

    def route(self, path):
        """(SCRIPT_NAME, script, PATH_INFO) for a URL's path, or None.  The URLs of rpc.conf."""
        if re.search('%2f|%00', path, re.I):
            return None              # as Apache's AllowEncodedSlashes Off
        path = re.sub('/+', '/', unquote_to_bytes(path).decode('latin-1'))
        if path in ('/xmlrpc', '/xmlrpc/', '/RPC2'):
            return path, self.script, ''
        for url, script in [('/cgi-bin/rpc.cgi', self.script)] + sorted(self.aliases.items()):
            if path == url or path.startswith(url + '/'):
                return url, script, path[len(url):]
        return None

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
    """What to paste into a shell or into Python to make the first call."""
    xml = '<?xml version="1.0"?><methodCall><methodName>app.getName</methodName></methodCall>'
    return ('Serving XML-RPC at %s/xmlrpc/   (Ctrl-C stops)\n\nIn another shell:\n\n'
            "curl -sS -H 'Content-Type: text/xml' --data-binary '%s' %s/xmlrpc/\n\n"
            'The same call in Python:\n\nfrom xmlrpc.client import ServerProxy\n'
            "print(ServerProxy('%s/xmlrpc/').app.getName())\n" % (url, xml, url, url))


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


def serve(script=SCRIPT, host='127.0.0.1', port=8000, **options):
    """Serve until Ctrl-C.  Returns an exit status; options as for Server."""
    try:
        server = Server(script, host, port, **options)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(taken(port, error, '--port'), file=sys.stderr)
        return 1
    server.start()
    print(how_to_try(server.url), flush=True)
    try:
        until_stopped()
    finally:
        server.stop()
    return 0


def taken(port, error='Address already in use', option='PORT='):
    """The sentence for a port that cannot be had."""
    return 'Port %s cannot be used (%s): choose another with %s, for example %s%d.' % (
        port, getattr(error, 'strerror', error) or error, option,
        option if option.endswith('=') else option + ' ', (int(port) or 8000) + 1)


def arguments(parser):
    parser.add_argument('--port', type=int, default=8000, help='default 8000; 0: any free one')
    parser.add_argument('--lib', help="folder of the application classes (default: script's own)")
    parser.add_argument('--script', default=SCRIPT, help='the CGI script (default: rpc.cgi)')


def run(options):
    return serve(options.script, port=options.port, lib=options.lib)
