"""The essentials of all the tables here, to be looked at through each way to run the program.

FILES: a lib/. CALLS: {a call: its outcome}, where an outcome is a value, a Fails, or an Http.
"""

import ast
import xmlrpc.client

from tests.unit.published import NONE, Fails

ONE = 'class Application:\n    def get(self): return %r\n'


class Http:
    """The outcome of a call that is answered by an HTTP status, or with a header of its own."""

    def __init__(self, status, name, value):
        self.status, self.name, self.value = status, name.lower(), value


FILES = {
    '__init__.py': '''
from xmlrpcgi import name
STARTED = []
def register(handler):
    STARTED.append(1)
    handler.register_function(pow)
    handler.register_class('byhand', ByHand)
class ByHand:
    def _around(self, request, proceed): return ['around', proceed()]
    def get(self): return len(STARTED)
class Application:
    def ping(self, number: int = 0): return ['pong', number]
    @name('a-b c.d')
    def odd(self): return 'odd'
''',
    'system.py': 'class Application:\n    def version(self): return "7"\n'
                 '    def listMethods(self): return []\n',
    'settings.py': 'MAX_MULTICALL = 3\n',
    'd.py': '''
from xmlrpcgi import name
class Application:
    @name('custom1.set')
    def set(self): return 'd'
    def _dispatch(self, method, params): return [method, list(params)]
''',
    'd/custom1.py': ONE % 'custom1',
    'vendored13/__init__.py': 'WORD = "copied"\n' + ONE % 'package',
    'vendored13/config.py': ONE % 'package',
    'email.py': 'import email.message\n' + ONE % 'email',
    'broken.py': 'import nosuch13\n' + ONE % 'broken',
    'guarded.py': '''
from xmlrpcgi import allow
def bare(function):
    def wrapper(*args): return function(*args)
    return wrapper
class Application:
    @bare
    @allow(user='ann')
    def get(self): return 'anybody'
''',
    'hers.py': 'from xmlrpcgi import allow\n@allow(user="ann")\n' + ONE % 'hers',
    'data/answers.py': '''
import os, vendored13
try:
    from importlib.resources import read_text
except ImportError:                 # Python 3.6
    def read_text(package, name): return open(os.path.join(os.path.dirname(__file__), name)).read()
from importlib.util import find_spec
from xmlrpcgi import Fault, Refusal
class Odd(Exception):
    faultCode = 17
class Application:
    limit = 3
    remove = os.remove
    def _around(self, request, proceed):
        request.add_header('X-Around', request.method_name)
        return proceed()
    @property
    def secret(self): return 'secret'
    @staticmethod
    def text(): return read_text(__package__, 'word.txt')
    def imported(self): return [vendored13.WORD, find_spec('lib').name, __package__]
    def login(self): raise Refusal(401, 'log in', [('WWW-Authenticate', 'Bearer')])
    def odd(self): raise Odd('odd one')
    def cookie(self, request): return request.cookies
''',
    'data/word.txt': 'word',
}
NAMES = ['a-b c.d', 'byhand.get', 'd.custom1.get', 'd.custom1.set', 'data.answers.cookie',
         'data.answers.imported', 'data.answers.login', 'data.answers.odd', 'data.answers.text',
         'email.get', 'ping', 'pow', 'system.describe', 'system.getCapabilities',
         'system.listMethods', 'system.methodHelp', 'system.methodSignature', 'system.multicall',
         'system.version']
CALLS = {
    'system.listMethods()': NAMES,
    'ping(3)': ['pong', 3],
    'ping("x")': Fails(-32602, "ping: parameter 1 'number': expected int"),
    'a-b c.d()': 'odd',
    'odd()': NONE,
    'pow(2, 5)': 32,
    'byhand.get()': ['around', 1],
    'byhand.get() ': ['around', 1],
    'system.version()': '7',
    'system.multicall([{"methodName": "ping", "params": []}, {"methodName": "no", "params": []}])':
        [[['pong', 0]], {'faultCode': -32601, 'faultString': 'there is no method no'}],
    'system.multicall([{}, {}, {}, {}])': Fails(-32600, 'at most 3 calls'),
    'd.custom1.set()': 'd',
    'd.custom1.get()': 'custom1',
    'd.any.thing(1)': ['d.any.thing', [1]],
    'vendored13.get()': NONE,
    'vendored13.config.get()': NONE,
    'email.get()': 'email',
    'broken.get()': Fails(-32500, 'ref '),
    'guarded.get()': Fails(-32500, 'ref '),
    'guarded.get() ': Fails(-32500, 'ref '),
    'hers.get()': Fails(-32501),
    'data.answers.limit()': NONE,
    'data.answers.remove("x")': NONE,
    'data.answers.secret()': NONE,
    'data.answers.text()': Http(200, 'X-Around', 'data.answers.text'),
    'data.answers.text() ': 'word',
    'data.answers.imported()': ['copied', 'lib', 'lib.data'],
    'data.answers.login()': Http(401, 'WWW-Authenticate', 'Bearer'),
    'data.answers.odd()': Fails(17, 'odd one'),
    'data.answers.cookie()': {},
    'data.answers._around()': NONE,
    'settings.MAX_MULTICALL()': NONE,
}


def write(folder):
    """Write FILES into the folder (Path) lib/."""
    for name, source in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


def check(ask):
    """Make all CALLS; ask(body) returns (status, {header: value}, body)."""
    found = {}
    for written, outcome in CALLS.items():
        name, _, params = written.strip().partition('(')
        params = ast.literal_eval('(%s,)' % params[:-1]) if params[:-1] else ()
        status, headers, body = ask(xmlrpc.client.dumps(params, name).encode())
        if isinstance(outcome, Http):
            headers = {name.lower(): value for name, value in headers.items()}
            assert (status, headers.get(outcome.name)) == (outcome.status, outcome.value), written
            continue
        assert status == 200, written
        try:
            found[written] = xmlrpc.client.loads(body, use_builtin_types=True)[0][0]
        except xmlrpc.client.Fault as fault:
            found[written] = Fails(fault.faultCode, fault.faultString)
    assert found == {written: outcome for written, outcome in CALLS.items()
                     if not isinstance(outcome, Http)}
