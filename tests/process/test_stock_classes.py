"""The standard library's xmlrpc.* within a call, where the program itself starts without them."""

import subprocess
import textwrap

import pytest

from tests.process.conftest import Bundle
from tests.tools import interpreters

PYTHONS = [pytest.param(path, id=name) for name, path in interpreters.ring()]
# {name: (the module's lines, the method's, what the call gives; a tuple is a fault)}
FAULTS = {
    'theirs raised': ('import xmlrpc.client', 'raise xmlrpc.client.Fault(7, "theirs")',
                      (7, 'theirs')),
    'ours raised': ('from xmlrpcgi import Fault', 'raise Fault(7, "ours")', (7, 'ours')),
    'theirs caught as ours': (
        'from xmlrpcgi import Fault', '''
        import xmlrpc.client
        try: raise xmlrpc.client.Fault(8, "x")
        except Fault as fault: return [fault.faultCode, fault.faultString]''', [8, 'x']),
    'ours caught as theirs': (
        'from xmlrpcgi import Fault', '''
        try:
            raise Fault(8, "x")
        except Exception as error:
            import xmlrpc.client
            return [isinstance(error, xmlrpc.client.Fault), isinstance(error, xmlrpc.client.Error),
                    repr(error), str(error)]''',
        [True, True, "<Fault 8: 'x'>", "<Fault 8: 'x'>"]),
    'ours caught as their Error': (
        'from xmlrpcgi import Fault\nimport xmlrpc.client', '''
        try: raise Fault(8, "x")
        except xmlrpc.client.Error as fault: return fault.faultCode''', 8),
    'theirs parsed and caught as ours': (
        'from xmlrpcgi import Fault\nimport xmlrpc.client as c', '''
        text = c.dumps(Fault(9, "sent"), methodresponse=True)
        try: c.loads(text)
        except Fault as fault: return [fault.faultCode, fault.faultString]''', [9, 'sent']),
    'one class': ('from xmlrpcgi import Fault', '''
        import xmlrpc.client, xmlrpc.server
        return [xmlrpc.client.Fault is Fault, xmlrpc.server.Fault is Fault, Fault.__module__,
                [c.__name__ for c in Fault.__mro__], Fault.__bases__[0] is xmlrpc.client.Error]''',
                  [True, True, 'xmlrpc.client',
                   ['Fault', 'Error', 'Exception', 'BaseException', 'object'], True]),
    'subclasses made before and after': (
        '''
        from xmlrpcgi import Fault
        class Mixin: note = "mixed in"
        class Before(Mixin, Fault): pass
        class Slots(Fault): __slots__ = ("extra",)
        class System(Fault, OSError): pass
        class Reversed(OSError, Fault): pass
        import xmlrpc.client
        class After(xmlrpc.client.Fault): pass
        ALL = Before, Slots, System, Reversed, After''', '''
        seen = []
        for kind in ALL:
            made = kind.__new__(kind)
            Fault.__init__(made, 5, "five")
            try: raise made
            except xmlrpc.client.Error as error: seen.append(error.faultCode)
        return seen''', [5] * 5),
    'subclass with slots and an attribute': (
        '''
        from xmlrpcgi import Fault
        class Slots(Fault):
            __slots__ = ("extra",)
            def __init__(self, extra):
                super().__init__(6, "six")
                self.extra = extra''', '''
        made = Slots("e")
        import xmlrpc.client
        return [made.extra, made.faultCode, isinstance(made, xmlrpc.client.Fault)]''',
        ['e', 6, True]),
    'star import': (
        'from xmlrpc.client import *', '''
        try: raise Fault(3, "star")
        except Error as fault:
            return [fault.faultCode, issubclass(GzipDecodedResponse, __import__("gzip").GzipFile),
                    DateTime(1).value[:4] in ("1969", "1970"), expat.ParserCreate.__name__]''',
        [3, True, True, 'ParserCreate']),
    'pickled as the stock one is': (
        'from xmlrpcgi import Fault', '''
        import pickle
        data = pickle.dumps(Fault)
        import xmlrpc.client
        return [pickle.loads(data) is Fault, b"xmlrpc.client" in data]''', [True, True]),
}
MODULES = {
    'vars': ('import xmlrpc.server, xmlrpc.client', '''
        return [vars(xmlrpc.server)["SimpleXMLRPCServer"].__mro__[1].__name__,
                vars(xmlrpc.client)["base64"] is __import__("base64")]''', ['TCPServer', True]),
    'mock': ('import xmlrpc.client', '''
        from unittest import mock
        with mock.patch("xmlrpc.client.http.client.HTTPConnection") as fake:
            fake.side_effect = KeyError("fake")
            try: xmlrpc.client.ServerProxy("http://127.0.0.1:9").m()
            except KeyError as error: return error.args[0]''', 'fake'),
    'assigned': ('import xmlrpc.server\nxmlrpc.server.SimpleXMLRPCServer = 5', '''
        return [xmlrpc.server.SimpleXMLRPCServer, hasattr(xmlrpc.server, "nothing"),
                xmlrpc.server.SimpleXMLRPCServer]''', [5, False, 5]),
    'http and urllib loaded before': (
        'from http import HTTPStatus\nimport urllib\nfrom xmlrpc.client import ServerProxy', '''
        try: ServerProxy("http://127.0.0.1:9").m()
        except OSError as error: return type(error).__name__''', 'ConnectionRefusedError'),
    'runpy': ('import importlib.util', '''
        spec = importlib.util.find_spec("xmlrpc.server")
        return [spec.loader.get_code("xmlrpc.server").co_name,
                "class SimpleXMLRPCServer" in spec.loader.get_source("xmlrpc.server")]''',
              ['<module>', True]),
    'inspect': ('import inspect, xmlrpc.server', '''
        return inspect.getsource(xmlrpc.server.CGIXMLRPCRequestHandler)[:29]''',
                'class CGIXMLRPCRequestHandler'),
    'collected during the import': (
        '''
        import gc
        SEEN = []
        class Cycle:
            def __init__(self): self.me = self
            def __del__(self):
                import socketserver
                SEEN.append(type(socketserver.TCPServer).__name__)
        gc.set_threshold(1)
        Cycle()
        import xmlrpc.server
        gc.collect()''', 'return SEEN', ['type']),
    'threads that complete them at once': ('import xmlrpc.server, threading, sys', '''
        sys.setswitchinterval(1e-6)
        found = []
        start = threading.Barrier(8)
        def look():
            start.wait()
            found.append(xmlrpc.server.SimpleXMLRPCServer.__mro__[1].__name__)
            found.append(xmlrpc.server.DocXMLRPCServer.__mro__[1].__name__)
        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        return sorted(set(found)), len(found)''',
        [['SimpleXMLRPCServer', 'TCPServer'], 16]),
    'threads that import the others meanwhile': ('import threading, sys', '''
        sys.setswitchinterval(1e-6)
        found, start = [], threading.Barrier(6)
        def load(name, attribute):
            start.wait()
            __import__(name)
            found.append(isinstance(getattr(sys.modules[name], attribute), type))
        jobs = [("gzip", "GzipFile"), ("http.client", "HTTPConnection"), ("pydoc", "HTMLDoc"),
                ("socketserver", "TCPServer"), ("xmlrpc.server", "SimpleXMLRPCServer"),
                ("xmlrpc.client", "ServerProxy")]
        threads = [threading.Thread(target=load, args=job) for job in jobs]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        return found''', [True] * 6),
}
CASES = {**FAULTS, **MODULES}


@pytest.fixture(params=PYTHONS)
def bundle(request, tmp_path):
    """Under 3.6, Debian's interpreter and the newest."""
    return Bundle(tmp_path / 'bundle', request.param)


@pytest.mark.parametrize('case', sorted(CASES))
def test_what_a_class_does_with_the_stock_modules(bundle, case):
    head, body, expected = CASES[case]
    body = body if body.startswith('\n') else '\n        ' + body
    bundle.write('use.py', textwrap.dedent(head) + '\n\nclass Application:\n    def it(self):'
                 + body + '\n')
    if isinstance(expected, tuple):
        import xmlrpc.client
        with pytest.raises(xmlrpc.client.Fault) as raised:
            bundle.call('use.it')
        assert (raised.value.faultCode, raised.value.faultString) == expected
    else:
        assert bundle.call('use.it') == expected


FINDER = '''
import sys, threading
from importlib.machinery import ModuleSpec
half, begun, found = threading.Event(), threading.Event(), []

class Stubs:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return ModuleSpec(name, cls) if name in ("site", "needed") else None
    def create_module(spec):
        return None
    def exec_module(module):
        if module.__name__ == "needed":
            half.set()
            begun.wait(20)
            import http.server
        else:
            begun.set()
            import needed                           # which the other thread is about to end
            module.ENABLE_USER_SITE, module.main = False, lambda: None

def look():
    half.wait(20)
    try: import not_there
    except ImportError: found.append("looked")

def load():
    import needed
    found.append("loaded")

class Application:
    def it(self):
        sys.meta_path.insert(0, Stubs)
        threads = [threading.Thread(target=job, daemon=True) for job in (look, load)]
        for thread in threads: thread.start()
        for thread in threads: thread.join(10)
        return sorted(found)
'''


def test_site_packages_are_looked_at_while_another_thread_ends_an_import(bundle):
    bundle.write('use.py', FINDER)
    assert bundle.call('use.it') == ['loaded', 'looked']


TWO = '''
import threading
class Application:
    def it(self):
        found, start = [], threading.Barrier(6)
        def load(name):
            start.wait()
            try: found.append(__import__(name).NAME)
            except ImportError: found.append("missing")
        threads = [threading.Thread(target=load, args=("thirdparty%d" % n,)) for n in range(6)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        return found
'''


def test_threads_that_import_installed_packages_at_once_all_find_them(bundle, tmp_path):
    made = subprocess.run([bundle.python, '-m', 'venv', '--without-pip', str(tmp_path / 'venv')],
                          stderr=subprocess.PIPE)
    if made.returncode:
        pytest.skip('this interpreter makes no virtual environment: %s' % made.stderr.decode())
    bundle.python = str(tmp_path / 'venv' / 'bin' / 'python')
    packages = next((tmp_path / 'venv' / 'lib').glob('python*/site-packages'))
    for number in range(6):
        (packages / ('thirdparty%d.py' % number)).write_text('NAME = "found"\n')
    bundle.write('use.py', TWO)
    for _ in range(3):
        assert bundle.call('use.it') == ['found'] * 6
