"""serve: run the small HTTP server on this machine, to try the script without Apache."""

import sys

from ..serve.server import SCRIPT, Server, how_to_try, port_taken, until_stopped


def arguments(parser):
    parser.add_argument('--port', type=int, default=8000, help='default 8000; 0: any free one')
    parser.add_argument('--lib', help="folder of the application classes (default: the script's "
                        'own choice)')
    parser.add_argument('--script', default=SCRIPT, help='the CGI script (default: rpc.cgi)')


def run(options):
    try:
        server = Server(options.script, port=options.port, lib=options.lib)
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
