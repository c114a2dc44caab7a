"""The lean start: what is not loaded, and that applications do not notice."""

import os
import subprocess
import textwrap

import pytest

HEAVY = ('base64', 'decimal', 'email', 'gzip', 'html', 'http', 'inspect', 'os', 'pydoc', 're',
         'site', 'socket', 'socketserver', 'ssl', 'traceback', 'urllib', 'zlib')
# Python 3.6 has no __getattr__ of modules, by which they could come when they are asked for.
STOCK = ('xmlrpc.client', 'xmlrpc.server')


def test_a_plain_call_loads_none_of_the_heavy_modules(every_bundle):
    every_bundle.write('seen.py', textwrap.dedent('''
        import sys
        class Application:
            def modules(self):
                return sorted(sys.modules)
    '''))
    loaded = every_bundle.call('seen.modules')
    assert 'xmlrpcgi.handler' in loaded
    # Python's own start loads zlib or os in some versions; what that did is no matter of ours.
    bare = subprocess.run([every_bundle.python, '-IS', '-c', 'import sys; print(*sys.modules)'],
                          stdout=subprocess.PIPE, timeout=20).stdout.decode().split()
    heavy = HEAVY if every_bundle.run_code('import sys; sys.exit(sys.version_info < (3, 7))') \
        else HEAVY + STOCK
    assert [name for name in heavy if name in loaded and name not in bare] == []


USES = {
    'http.client': 'import http.client; return http.client.HTTPConnection.__name__',
    'http.server': 'import http.server; return http.server.BaseHTTPRequestHandler.__name__',
    'inspect': 'import inspect; return str(inspect.signature(lambda a, b=1: 0))',
    'pydoc': 'import pydoc; return pydoc.splitdoc("a\\n\\nb")[0]',
    'decimal': 'from decimal import Decimal; return str(Decimal("1.10") + 1)',
    'gzip': 'import gzip; return gzip.decompress(gzip.compress(b"data")).decode()',
    're': 'import re; return re.sub("a+", "b", "caat", flags=re.IGNORECASE)',
    'ssl': 'import ssl; return type(ssl.create_default_context()).__name__',
    'base64': 'import base64; return base64.b64encode(b"x").decode()',
    'datetime': 'import datetime; return str(datetime.timedelta(1))',
    'functools': 'import functools; return functools.reduce(lambda a, b: a + b, [1, 2])',
    'socketserver': 'import socketserver; return socketserver.TCPServer.address_family.name',
    'html': 'import html; return html.escape("<")',
    'traceback': 'import traceback; return len(traceback.format_stack()) > 0',
    'urllib': 'import urllib.request; return urllib.parse.quote("a b")',
    'xml': 'import xml.etree.ElementTree as e; return e.fromstring("<a><b/></a>")[0].tag',
    'expat': 'from xml.parsers import expat; return expat.ParserCreate().__class__.__name__',
    'os': 'import os.path; return os.path.join("a", "b")',
    'concurrent': ('from concurrent.futures import ThreadPoolExecutor as T\n'
                   '        with T(2) as pool: return sum(pool.map(abs, [-1, 2]))'),
    'fault': 'from xmlrpc.client import Fault, Binary; return str(Binary(b"x"))',
    'dumps': ('import xmlrpc.client as c\n'
              '        return c.loads(c.dumps((1, b"b", c.DateTime(0)), "m"))[1]'),
    'gzip_encode': ('import xmlrpc.client as c\n'
                    '        return c.gzip_decode(c.gzip_encode(b"x")).decode()'),
    'bigdecimal': ('import xmlrpc.client as c\n        return str(c.loads("<params><param>'
                   '<value><bigdecimal>1.5</bigdecimal></value></param></params>")[0][0])'),
    'subclass': ('from xmlrpc.server import SimpleXMLRPCRequestHandler as H\n'
                 '        class Mine(H): rpc_paths = ("/x",)\n'
                 '        return [H.aepattern.pattern.strip()[:3], H.__mro__[1].__name__]'),
    'star': ('space = {}\n        exec("from xmlrpc.server import *", space)\n'
             '        return "SimpleXMLRPCServer" in space'),
    'dir': 'import xmlrpc.server as s; return "DocXMLRPCServer" in dir(s)',
    'missing': 'import xmlrpc.server as s; return hasattr(s, "nothing")',
}


@pytest.fixture(params=sorted(USES))
def use(request):
    return USES[request.param]


def plainly(python, use):
    """What the same lines give in a plain interpreter."""
    code = 'def f():\n        %s\nprint(repr(f()))' % use
    done = subprocess.run([python, '-I', '-c', code], stdout=subprocess.PIPE, timeout=30,
                          check=True)
    return done.stdout.decode().strip()


def test_applications_get_the_real_modules(any_bundle, use):
    any_bundle.write('use.py', 'class Application:\n    def it(self):\n        value = self.f()\n'
                               '        return repr(value)\n    def f(self):\n        %s\n' % use)
    assert any_bundle.call('use.it') == plainly(any_bundle.python, use)


PROXY = '''
import threading
from xmlrpc.server import SimpleXMLRPCServer
from xmlrpc.client import ServerProxy, Fault
class Application:
    def talk(self):
        with SimpleXMLRPCServer(('127.0.0.1', 0), logRequests=False) as server:
            server.register_introspection_functions()
            server.register_function(lambda text: text * 2000, 'long')
            server.register_function(lambda: 1 // 0, 'fail')
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                with ServerProxy('http://127.0.0.1:%d' % server.server_address[1]) as proxy:
                    try:
                        proxy.fail()
                    except Fault as fault:
                        failed = fault.faultCode
                    return [len(proxy.long('ab')), failed, 'long' in proxy.system.listMethods()]
            finally:
                server.shutdown()
'''


def test_a_server_and_a_proxy_of_the_standard_library_work_in_an_application(any_bundle):
    any_bundle.write('talk.py', PROXY)
    assert any_bundle.call('talk.talk') == [4000, 1, True]


def site_packages(python):
    code = 'import sysconfig; print(sysconfig.get_paths()["purelib"])'
    return subprocess.run([python, '-I', '-c', code], stdout=subprocess.PIPE, timeout=20,
                          check=True).stdout.decode().strip()


def test_installed_packages_of_a_virtual_environment_are_found_when_imported(
        any_bundle, tmp_path):
    made = subprocess.run([any_bundle.python, '-m', 'venv', '--without-pip',
                           str(tmp_path / 'venv')], stderr=subprocess.PIPE)
    if made.returncode:
        pytest.skip('this interpreter makes no virtual environment: %s' % made.stderr.decode())
    python = str(tmp_path / 'venv' / 'bin' / 'python')
    with open(os.path.join(site_packages(python), 'thirdparty.py'), 'w') as file:
        file.write('NAME = "third party"\n')
    any_bundle.python = python
    any_bundle.write('uses.py', textwrap.dedent('''
        import thirdparty
        import sys
        class Application:
            def name(self):
                return [thirdparty.NAME, sys.path[-1].endswith('lib'), 'site' in sys.modules]
    '''))
    assert any_bundle.call('uses.name') == ['third party', True, True]


def test_an_installed_third_party_package_works(any_bundle):
    packages = site_packages(any_bundle.python)
    if not os.path.isdir(os.path.join(packages, 'pip')):
        pytest.skip('there is no package pip in %s to import' % packages)
    any_bundle.write('uses.py', 'import pip\nclass Application:\n'
                                '    def version(self): return pip.__version__\n')
    assert any_bundle.call('uses.version')[0].isdigit()


def test_packages_of_the_user_site_are_found(any_bundle, tmp_path):
    home = tmp_path / 'home'
    code = 'import site; print(site.getusersitepackages())'
    folder = subprocess.run([any_bundle.python, '-c', code], stdout=subprocess.PIPE, check=True,
                            env={'HOME': str(home)}, timeout=20).stdout.decode().strip()
    os.makedirs(folder)
    with open(os.path.join(folder, 'ofuser.py'), 'w') as file:
        file.write('NAME = "of the user"\n')
    any_bundle.write('uses.py', 'import ofuser\nclass Application:\n'
                                '    def name(self): return ofuser.NAME\n')
    assert any_bundle.call('uses.name', environ={'HOME': str(home)}) == 'of the user'


def test_a_package_copied_into_lib_imports_by_its_own_name(any_bundle):
    any_bundle.write('copied/__init__.py', 'from .part import NAME\n')
    any_bundle.write('copied/part.py', 'NAME = "copied"\n')
    any_bundle.write('uses.py', 'from copied import NAME\nclass Application:\n'
                                '    def name(self): return NAME\n')
    assert any_bundle.call('uses.name') == 'copied'


def test_the_plain_import_is_the_way_back_when_the_lean_one_fails(any_bundle):
    lean = any_bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'imports' / 'stock.py'
    source = lean.read_text()
    broken = source.replace("return {'IGNORECASE': 2, 'VERBOSE': 64}[name]", 'raise KeyError')
    assert broken != source
    lean.write_text(broken)
    any_bundle.write('seen.py', 'import sys\nclass Application:\n'
                                '    def modules(self):\n        import xmlrpc.server\n'
                                '        return sorted(sys.modules)\n')
    assert 'http.client' in any_bundle.call('seen.modules')
    any_bundle.write('talk.py', PROXY)
    assert any_bundle.call('talk.talk') == [4000, 1, True]
