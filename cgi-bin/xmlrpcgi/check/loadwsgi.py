"""Load an rpc.wsgi as mod_wsgi does, and answer one request as a CGI script would.

Run as a process: PYTHON -I loadwsgi.py RPC.WSGI, with the request in the environment and on
standard input. What the file prints goes to standard error.
"""

import os
import sys


def main(path):
    out = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    names = {'__name__': 'trial', '__file__': path}
    with open(path, 'rb') as file:
        exec(compile(file.read(), path, 'exec'), names)     # noqa: S102  what mod_wsgi does
    environ = dict(os.environ, **{
        'wsgi.version': (1, 0), 'wsgi.url_scheme': 'http', 'wsgi.errors': sys.stderr,
        'wsgi.input': sys.stdin.buffer, 'wsgi.multithread': False, 'wsgi.multiprocess': True,
        'wsgi.run_once': True})
    said = []
    body = b''.join(names['application'](environ, lambda *words: said.extend(words)))
    out.write(('Status: %s\r\n\r\n' % said[0]).encode('latin-1') + body)
    out.flush()
    os._exit(0)                 # whatever threads the classes started


if __name__ == '__main__':
    main(sys.argv[1])
