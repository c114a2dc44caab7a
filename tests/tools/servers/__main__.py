"""`make run` and the preparation of `make test`: `python3 -m tests.tools.servers run|setup|status`.

run     start a server and print how to call it; Ctrl-C or SIGTERM ends it.  Environment:
        SERVER=embedded, apache (that is mod_cgid), mod_cgi, mod_fcgid, mod_wsgi, passenger,
        gunicorn, waitress, nginx, lighttpd or docker; PORT=8000, LIB=folder, DOCKER=podman.
setup   see to it that there is a real server for the tests (setup.py).
status  which servers can be started here.
"""

import os
import sys
import time

from . import KINDS, Bundle, Embedded, PortTaken, ServerError, available, start

NAMES = {'apache': 'mod_cgid'}


def run():
    from xmlrpcgi.serve.server import how_to_try, port_taken, until_stopped
    name = os.environ.get('SERVER') or 'embedded'
    kind = NAMES.get(name, name)
    if kind not in KINDS:
        print('SERVER=%s is not known: %s.' % (name, ', '.join([*KINDS, *NAMES])), file=sys.stderr)
        return 2
    port, lib = os.environ.get('PORT') or '8000', os.environ.get('LIB') or None
    if not port.isdigit() or int(port) > 65535:
        print('PORT=%s is no port number.' % port, file=sys.stderr)
        return 2
    server = None

    def wait():
        nonlocal server
        if kind == 'embedded':
            server = Embedded(Bundle(lib=lib), int(port), to_terminal=True)
        else:
            if kind == 'docker':
                print('Building the image, which takes a minute the first time ...', flush=True)
            server = start(kind, lib=lib, port=int(port))
        for note in server.notes:
            print(note)
        print(how_to_try(server.url), flush=True)
        follow(server)

    try:
        until_stopped(wait)
    except PortTaken:
        print(port_taken(port), file=sys.stderr)
        return 1
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if server:
            server.stop()
    return 0


def follow(server):
    """Copy the server's logs to the terminal as they grow, until interrupted."""
    done = {server.access_log: len(server.access_log()), server.log: len(server.log())}
    while True:
        time.sleep(0.2)
        for log in done:
            text = log()
            if len(text) > done[log]:
                print(text[done[log]:], end='', flush=True)
                done[log] = len(text)


def status():
    for kind in KINDS:
        print('%-10s %s' % (kind, available(kind) or 'can be started'))
    return 0


def setup():
    from .setup import setup
    return setup()


COMMANDS = {'run': run, 'setup': setup, 'status': status}

if __name__ == '__main__':
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(COMMANDS[sys.argv[1]]())
