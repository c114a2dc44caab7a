"""Tables "class as written -> what is published, what a call gets".

One module per rule. A row is (files of lib/, the names that are listed, {call: outcome}): a call is
written `app.add(1, 2)`, an outcome is a value, or the code of the fault in a Fails.
"""

import ast
import xmlrpc.client

from xmlrpcgi.message import Request


class Fails:
    """The outcome of a call that is a fault: its code (int) and a part of its text."""

    def __init__(self, code, part=''):
        self.code = code
        self.part = part

    def __repr__(self):
        return 'Fails(%d, %r)' % (self.code, self.part)

    def __eq__(self, other):
        return isinstance(other, Fails) and other.code == self.code and (
            self.part in other.part or other.part in self.part)

    __hash__ = None


NONE = Fails(-32601)        # there is no such method


def put(handler, written, user='', environ=()):
    """The outcome of a call as `written`, `app.add(1, 2)`, and the Request it came by."""
    name, _, params = written.partition('(')
    params = ast.literal_eval('(%s,)' % params[:-1]) if params[:-1] else ()
    variables = {'REQUEST_METHOD': 'POST', **dict(environ)}
    if user:
        variables['REMOTE_USER'] = user
    request = Request(variables, None)
    body = xmlrpc.client.dumps(params, name, allow_none=True).encode()
    result = handler.call(body, None, request)
    if result.refusal is not None:
        return result.refusal, request
    try:
        return xmlrpc.client.loads(result.body, use_builtin_types=True)[0][0], request
    except xmlrpc.client.Fault as fault:
        return Fails(fault.faultCode, fault.faultString), request


def value_of(handler, written, user=''):
    """The outcome of a call."""
    return put(handler, written, user)[0]


def listed(handler, user=''):
    """The names that are listed, without the built-in ones."""
    built_in = ('describe', 'getCapabilities', 'listMethods', 'methodHelp', 'methodSignature',
                'multicall')
    return [name for name in value_of(handler, 'system.listMethods()', user)
            if name not in ['system.' + part for part in built_in]]


def check(handler, row):
    """Look at a row of a table."""
    files, names, calls = row
    served = handler({'app.py': files} if isinstance(files, str) else files)
    for written, outcome in calls.items():
        assert value_of(served, written) == outcome, written
    assert listed(served) == names.split()
    for written, outcome in calls.items():          # once more, with everything imported
        assert value_of(served, written) == outcome, written
