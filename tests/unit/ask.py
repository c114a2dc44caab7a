"""Requests in memory: `ask` puts one to http.answer, as a door would."""

from xmlrpcgi import http, message
from xmlrpcgi.handler import Handler
from xmlrpcgi.settings import Settings

XML = '<?xml version="1.0"?><methodCall><methodName>%s</methodName>%s</methodCall>'


def call(method='echo', text='hello'):
    """The bytes of a call with one string."""
    return (XML % (method, '<params><param><value>%s</value></param></params>' % text)).encode()


class Body:
    """A body that arrives in pieces.  `asked`: the sizes read() was called with."""

    def __init__(self, data, piece=1 << 20):
        self.data, self.piece, self.at, self.asked = data, piece, 0, []

    def read(self, size):
        self.asked.append(size)
        block = self.data[self.at:self.at + min(size, self.piece)]
        self.at += len(block)
        return block


def handler(**settings):
    """A Handler with the method `echo`; `called` is the list of what was echoed."""
    made = Handler(settings=Settings(**settings))
    made.called = []

    def echo(value):
        made.called.append(value)
        return value

    made.register_function(echo, 'echo')
    return made


def ask(body=None, method='POST', to=None, environ=(), **headers):
    """The Response to a request.

    body: bytes or a Body, by default a call of echo.  to: a Handler.  headers: like
    content_type='text/xml'; None takes one away that would be there.  environ: more variables.
    """
    if body is None:
        body = call() if method == 'POST' else b''
    if isinstance(body, bytes):
        body = Body(body)
    variables = {'REQUEST_METHOD': method, 'HTTP_HOST': 'example.org', 'SCRIPT_NAME': '/xmlrpc/'}
    if method == 'POST':
        variables.update(CONTENT_TYPE='text/xml', CONTENT_LENGTH=str(len(body.data)))
    for name, value in headers.items():
        name = name.upper()
        name = name if name in ('CONTENT_TYPE', 'CONTENT_LENGTH') else 'HTTP_' + name
        variables[name] = value
    variables.update(environ)
    variables = {name: value for name, value in variables.items() if value is not None}
    response = http.answer(message.Request(variables, body.read), to or handler())
    check(response, method)
    return response


def check(response, method):
    """What holds for every response."""
    names = [name for name, _ in response.headers]
    assert len(set(names) - {'Vary'}) == len(names) - names.count('Vary'), 'a header came twice'
    for name, value in response.headers:
        assert (name + value).isprintable() and (name + value).isascii()
    found = dict(response.headers)
    assert found['X-Content-Type-Options'] == 'nosniff'
    assert found['Cache-Control'] == 'no-store'
    if response.status == 204 or method == 'HEAD':
        assert response.body == b''
    else:
        assert found['Content-Length'] == str(len(response.body))
    if response.status == 204:
        assert 'Content-Type' not in found and 'Content-Length' not in found
    else:
        assert found['Content-Type'].endswith('; charset=utf-8')


def header(response, name):
    """The value of a header, several joined by a comma, None without."""
    values = [value for found, value in response.headers if found.lower() == name.lower()]
    return ', '.join(values) if values else None
