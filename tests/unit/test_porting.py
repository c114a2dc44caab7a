"""docs/porting.md: what its blocks "before" answer, its blocks "now" answer too.

The servers of the standard library are made and not started: a call is put to their dispatcher. For
mod_python and xmlrpcserver.py, which have no version for Python 3, there are stand-ins.
"""

import datetime
import re
import subprocess
import sys
import types
import xmlrpc.client
import xmlrpc.server

import pytest
from xmlrpcgi import Handler, errors
from xmlrpcgi.message import Request

from tests.documents import TOP, blocks, fences, section, text
from tests.unit.ask import ask

PAGE = 'docs/porting.md'
RUN = set()             # the sections whose blocks the tests below run
DATE = datetime.datetime(2020, 1, 2, 3, 4, 5)


@pytest.fixture
def stock():
    """A function: run a block with a server of the standard library; what asks it."""
    made = []

    def run(source):
        source, changed = re.subn(r"\('localhost', 8000\)", "('127.0.0.1', 0), logRequests=False",
                                  source)
        source, started = re.subn(r'^server\.serve_forever\(\)$', '', source, flags=re.M)
        assert changed == started == 1
        namespace = {}
        exec(source, namespace)
        made.append(namespace['server'])
        return lambda *words: answer(made[-1], *words)

    yield run
    for server in made:
        server.server_close()


def answer(handler, method, *params):
    """The result of a call that is put to a dispatcher as text, or (code, text) of the fault."""
    body = handler._marshaled_dispatch(xmlrpc.client.dumps(params, method, allow_none=True))
    try:
        return xmlrpc.client.loads(body, use_builtin_types=True)[0][0]
    except xmlrpc.client.Fault as fault:
        return fault.faultCode, fault.faultString


def runs(heading):
    """Give a test the blocks of a section, nearly always two: before and now."""
    RUN.add(heading)
    return pytest.mark.parametrize('code', [blocks(section(PAGE, heading), 'python')],
                                   ids=[heading])


def defined(source):
    """The names that a block defines, without the server that it starts."""
    namespace = {}
    exec(source.partition('\nserver =')[0], namespace)
    return namespace


@runs('From SimpleXMLRPCServer')
def test_functions_and_an_instance(stock, handler, code):
    before, now = code
    before, now = stock(before), handler({'__init__.py': now})
    for words in ('pow', 2, 10), ('text.reverse', 'tea'), ('upper', 'tea'), \
            ('system.methodHelp', 'upper'), \
            ('system.multicall', [{'methodName': 'pow', 'params': [2, 3]}]):
        assert before(*words) == answer(now, *words)
    listed = set(before('system.listMethods'))
    assert {'pow', 'text.reverse', 'upper', 'system.multicall'} <= listed
    assert listed <= set(answer(now, 'system.listMethods'))
    assert before('upper', 1)[0] == 1
    assert answer(now, 'upper', 1)[0] == errors.APPLICATION


def test_the_same_names_as_classes(handler):
    said = ' '.join(section(PAGE, 'From SimpleXMLRPCServer').split())
    assert 'the class `Application` in `lib/__init__.py` has the names without a dot' in said
    made = handler({
        '__init__.py': 'class Application:\n def upper(self, text): return text.upper()',
        'text.py': 'class Application:\n def reverse(self, text): return text[::-1]'})
    assert answer(made, 'upper', 'tea') == 'TEA'
    assert answer(made, 'text.reverse', 'tea') == 'aet'


@pytest.mark.parametrize('setting, method', [('INTROSPECTION', 'system.listMethods'),
                                             ('INTROSPECTION', 'system.multicall')])
def test_introspection_and_multicall_can_be_taken_away(handler, setting, method):
    made = handler({'app.py': 'class Application:\n def it(self): pass'}, **{setting: False})
    assert answer(made, method, [])[0] == errors.NO_METHOD


def test_none_can_be_refused(handler):
    made = handler({'app.py': 'class Application:\n def it(self): return [None]'}, ALLOW_NIL=False)
    assert answer(made, 'app.it')[0] == errors.APPLICATION


@runs('Dotted names')
def test_dotted_names(stock, handler, call, code):
    before, now = code
    assert stock(before)('orders.create', 'Ann') == 'an order for Ann' == call(
        handler({'orders.py': now}), 'orders.create', 'Ann')


@runs('Dotted names')
def test_dotted_names_are_open_by_hand_too(call, code):
    made = Handler()
    made.register_instance(defined(code[0])['Root'](), allow_dotted_names=True)
    assert call(made, 'orders.create', 'Ann') == 'an order for Ann'


@runs('Names that a method decides about')
def test_a_dispatch_of_ones_own(handler, call, code):
    source, = code
    before = xmlrpc.server.SimpleXMLRPCDispatcher()
    before.register_instance(defined(source)['Application']())
    made = handler({'__init__.py': source, 'orders.py': source})
    for method in 'any', 'a.b', '_c', 'orders.create':
        expected = [method, [1, 'x']]
        assert answer(before, method, 1, 'x') == call(made, method, 1, 'x') == expected


@runs('Dates and bytes')
def test_dates_and_bytes(stock, handler, call, code):
    before, now = code
    assert stock(before)('store', DATE, b'\0\1') == ['2020', 2] == call(
        handler({'__init__.py': now}), 'store', DATE, b'\0\1')
    made = Handler(use_builtin_types=False)
    made.register_function(defined(before)['store'])
    assert call(made, 'store', DATE, b'\0\1') == ['2020', 2]


@runs('Threads and what they share')
def test_what_calls_share(stock, handler, tmp_path, call, code):
    before, now = code
    assert '/home/me/data/' in now
    before = stock(before)
    made = [handler({'__init__.py': now.replace('/home/me/data/', '%s/' % tmp_path)})
            for _ in range(2)]              # as two processes have it
    for number in 1, 2, 3:
        assert before('visit') == call(made[number % 2], 'visit') == number


def script(path, source, body=b'', **environ):
    """Run a block as a CGI script; the body of its response."""
    path.write_text(source.replace('/home/me/cgi-bin', str(TOP / 'cgi-bin')))
    options = source.splitlines()[0].split()[1:] if source.startswith('#!') else []
    done = subprocess.run([sys.executable, *options, path], input=body, stdout=subprocess.PIPE,
                          check=True, timeout=60, env={'CONTENT_LENGTH': str(len(body)), **environ})
    return re.split(b'\r?\n\r?\n', done.stdout, maxsplit=1)[1]


@runs('From CGIXMLRPCRequestHandler')
def test_a_script_of_ones_own(tmp_path, code):
    before, now = code
    assert now.count('/home/me/cgi-bin') == 1
    for name, source in ('before', before), ('now', now):
        found = script(tmp_path / name, source, xmlrpc.client.dumps((2, 3), 'add').encode(),
                       REQUEST_METHOD='POST', CONTENT_TYPE='text/xml')
        assert xmlrpc.client.loads(found) == ((5,), None)


@runs('From DocCGIXMLRPCRequestHandler')
def test_a_page_for_browsers(handler, tmp_path, code):
    before, now = code
    page = ask(method='GET', to=handler({'__init__.py': now})).body
    for found in page, script(tmp_path / 'before', before, REQUEST_METHOD='GET'):
        assert b'Return the sum of two numbers.' in found.replace(b'&nbsp;', b' ')
    closed = handler({'__init__.py': now}, DOCUMENTATION=False)
    assert ask(method='GET', to=closed).status == 405


@runs('From mod_python and xmlrpcserver.py')
def test_the_class_for_mod_python(handler, monkeypatch, code):
    before, now = code
    monkeypatch.setitem(sys.modules, 'mod_python', types.SimpleNamespace(apache=None))
    monkeypatch.setitem(sys.modules, 'xmlrpcserver',
                        types.SimpleNamespace(XmlRpcServer=XmlRpcServer))
    namespace = {}
    exec(before, namespace)
    made = handler({'app.py': now})
    for words in ('app.getName',), ('app.add', 3), ('app.add', 3, 4):
        assert namespace['handler'](words) == answer(made, *words)


class XmlRpcServer:
    """Stands in for Julien Oster's class: it calls a method with a dict in front."""

    def __init__(self):
        self.classes = {}

    def register_class(self, name, instance):
        self.classes[name] = instance

    def handle(self, words):
        name, method = words[0].split('.')
        return getattr(self.classes[name], method)({'xmlrpcserver': self}, *words[1:])


def test_methods_without_meta_need_none(handler, call):
    made = handler({'app.py': 'class Application:\n def getName(self): return "example"'})
    assert call(made, 'app.getName') == 'example'


def test_what_meta_has_is_in_the_table(handler):
    said = section(PAGE, 'From mod_python and xmlrpcserver.py')
    names = re.findall(r'`meta\.(\w+)(?:\(name\))?`', said)
    assert names == ['remote_addr', 'path', 'headers', 'header']
    made = handler({'app.py': """
        class Application:
            def it(self, meta):
                return [meta.remote_addr, meta.path, dict(meta.headers), meta.header('x-a')]
    """})
    request = Request({'REQUEST_METHOD': 'POST', 'REMOTE_ADDR': '192.0.2.1', 'HTTP_X_A': 'b',
                       'SCRIPT_NAME': '/xmlrpc/'}, None)
    body = made.call(xmlrpc.client.dumps((), 'app.it').encode(), None, request).body
    address, path, headers, header = xmlrpc.client.loads(body)[0][0]
    assert (address, path, header) == ('192.0.2.1', '/xmlrpc/', 'b') and 'b' in headers.values()


@runs('From mod_python and xmlrpcserver.py')
def test_registering_by_hand_as_xmlrpcserver_did(call, code):
    made = Handler()
    made.register_class('app', defined(code[1])['Application']())
    made.register('sum', lambda meta, *numbers: sum(numbers))
    assert call(made, 'app.getName') == 'example'
    assert call(made, 'sum', 1, 2) == 3
    made.unregister('sum')
    made.unregister_class('app')
    for remove, name in (made.unregister, 'sum'), (made.unregister_class, 'app'):
        with pytest.raises(KeyError):
            remove(name)


def test_every_block_of_the_page_is_run_here():
    parts = re.split(r'^## ', text(PAGE), flags=re.M)
    assert RUN == {part.splitlines()[0] for part in parts if '```' in part}
    assert {language for language, _, _ in fences(text(PAGE))} == {'python'}
