"""A WSGI server in memory: `ask` puts a request to an application, `call` a call."""

import io
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator
from xmlrpc.client import Fault, dumps, loads

SEEN = '''
import threading
from xmlrpcgi import allow

CALLS = []

class Application:
    def seen(self, request, header: str = ''):
        return [request.user, request.path, request.header(header), request.https,
                request.remote_addr]

    def echo(self, value):
        CALLS.append(value)
        return value

    def calls(self):
        return len(CALLS)

    def own(self, request, value):
        return [value, request.user, request.method_name, threading.current_thread().ident]

    @allow(user='even')
    def even(self, value):
        return value
'''
ECHO = dumps(('hello',), 'seen.echo').encode()


class Answer:
    """What an application gave: status (int), headers ({name: value}), body (bytes)."""

    def __init__(self, application, environ):
        def start_response(status, headers, exc_info=None):
            self.status, self.headers = int(status[:3]), dict(headers)
            assert len(headers) == len(self.headers)
        parts = application(environ, start_response)
        self.body = b''.join(parts)
        if hasattr(parts, 'close'):
            parts.close()

    @property
    def value(self):
        assert self.status == 200, (self.status, self.body)
        return loads(self.body, use_builtin_types=True)[0][0]


def ask(application, body=b'', method='POST', input=None, check=True, **environ):
    """The Answer to a request; with `check`, wsgiref.validate looks on."""
    variables = {'REQUEST_METHOD': method, 'SCRIPT_NAME': '', 'PATH_INFO': '/xmlrpc/',
                 'QUERY_STRING': '', 'wsgi.input': input or io.BytesIO(body)}
    if method == 'POST':
        variables.update(CONTENT_TYPE='text/xml', CONTENT_LENGTH=str(len(body)))
    variables.update(environ)
    setup_testing_defaults(variables)
    variables = {name: value for name, value in variables.items() if value is not None}
    return Answer(validator(application) if check else application, variables)


def call(application, method, *params, **environ):
    """The value of a method, or its Fault."""
    try:
        return ask(application, dumps(params, method).encode(), **environ).value
    except Fault as fault:
        return fault
