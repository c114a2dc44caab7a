"""A handler with tokens, and calls of it, for the tests of tokens."""

import hashlib
import re

from xmlrpcgi import allow

from tests.unit.ask import ask, handler

ANN, BOB, OLD = 'ann-s-token', 'bob-s-token', 'an-old-token'


def line(name, token, *until):
    return ' '.join([name, hashlib.sha256(token.encode()).hexdigest(), *until]) + '\n'


def server(file, **settings):
    """A handler with `who`, which returns the user and what it sees of the token."""
    made = handler(TOKENS_FILE=str(file), **settings)

    def who(request):
        seen = [value for name, value in request.environ.items() if 'oken' in value.lower()
                and name not in ('REQUEST_METHOD',)]
        return [request.user, request.environ.get('AUTH_TYPE', ''), seen, sorted(request.headers)]

    @allow(user='ann')
    def hers():
        return 'hers'

    @allow(authenticated=True)
    def members():
        return 'members'

    for function in who, hers, members:
        made.register_function(function)
    made.register_introspection_functions()
    made.register_multicall_functions()
    return made


def said(to, method='who', **headers):
    """(status, the strings in the answer)."""
    response = ask(('<methodCall><methodName>%s</methodName></methodCall>' % method).encode(),
                   to=to, **headers)
    return response.status, re.findall('<string>(.*?)</string>', response.body.decode())
