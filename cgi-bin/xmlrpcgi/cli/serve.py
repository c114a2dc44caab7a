"""serve: run the small HTTP server on this machine, to try the script without Apache."""

import argparse
import sys

from ..install.bundle import IS_WHEEL
from ..serve.scratch import script
from ..serve.server import Server, how_to_try, port_taken, until_stopped


def arguments(parser):
    parser.add_argument('--port', type=_port, default=8000, metavar='PORT',
                        help='default 8000; 0: any free one')
    parser.add_argument('--lib', metavar='FOLDER', default='lib' if IS_WHEEL else None,
                        help='folder of the application classes (default: %s)' % (
                            'lib' if IS_WHEEL else "the script's own choice"))
    parser.add_argument('--script', metavar='FILE', help='the CGI script (default: rpc.cgi)')
    parser.add_argument('--as', dest='user', metavar='NAME', help='answer as if each caller had '
                        'logged in by this name, to try @allow')


def _port(text):
    if text.strip('0123456789') or not text or len(text) > 5 or int(text) > 65535:
        raise argparse.ArgumentTypeError('%r is not a port: a number from 0 to 65535' % text)
    return int(text)


def run(options):
    with script(options.script) as path:
        return _serve(path, options)


def _serve(path, options):
    try:
        server = Server(path, port=options.port, lib=options.lib, user=options.user)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(port_taken(options.port, error, '--port '), file=sys.stderr)
        return 1
    server.start()
    print(how_to_try(server.url), flush=True)
    try:
        until_stopped()
    finally:
        server.stop()
    return 0
