"""A WSGI server whose page offers a login by tokens: `python -m tests.page.tokenserver LIB`.

It prints its port. The token `right` is Ann's; any other is refused, as docs/settings.md has it.
"""

import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

from xmlrpcgi.web import page
from xmlrpcgi.wsgi import Application


class Silent(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def guarded(application):
    """The application behind a look at tokens."""
    def answer(environ, start_response):
        token = environ.pop('HTTP_X_AUTH_TOKEN', None)
        if token == 'right':
            environ.update(REMOTE_USER='ann', AUTH_TYPE='Bearer')
        elif token is not None:
            start_response('401 Unauthorized', [('Content-Type', 'text/plain')])
            return [b'wrong']
        return application(environ, start_response)
    return answer


def main(lib):
    document = page.document
    page.document = lambda *args: document(*args[:4], True)
    server = make_server('127.0.0.1', 0, guarded(Application(lib)), handler_class=Silent)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main(sys.argv[1])
