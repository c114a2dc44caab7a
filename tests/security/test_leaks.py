"""What an answer must not show with DEBUG off: paths, tracebacks, classes and texts of exceptions,
addresses of memory, versions of the interpreter.
"""

import re
import sys
from xmlrpc.client import Fault, dumps

import pytest
from xmlrpcgi.web import page

from tests.security import tried
from tests.security.test_objects import PACKAGE
from tests.unit.ask import ask, header

KIND = 'what faults tell'
SECRET = 'xyzzy-secret'
BROKEN = {      # files of lib/ that fail, each in another place
    'syntax.py': 'class Application:\n    def go(self) return "xyzzy-secret"\n',
    'imports.py': 'import module_xyzzy_secret\nclass Application: pass\n',
    'missing.py': 'from lib import nothing_xyzzy_secret\n',
    'raises.py': 'raise RuntimeError("xyzzy-secret")\nclass Application: pass\n',
    'exits.py': 'import sys\nsys.exit("xyzzy-secret")\nclass Application: pass\n',
    'interrupts.py': 'raise KeyboardInterrupt("xyzzy-secret")\nclass Application: pass\n',
    'memory.py': 'raise MemoryError("xyzzy-secret")\n',
    'deep.py': 'def f(): f()\nf()\n',
    'nul.py': 'a = 1\0xyzzy-secret\n',
    'bytes.py': 'xyzzy-secret = 1\n',
    'assigns.py': 'class Application:\n    __slots__ = 1\n',
    'encoding.py': '# coding: xyzzy-secret\nclass Application: pass\n',
    'made.py': '''
        class Application:
            def __init__(self): raise ValueError("xyzzy-secret")
            def go(self): pass
        ''',
    'takes.py': '''
        class Application:
            def __init__(self, xyzzy_secret): pass
            def go(self): pass
        ''',
    'fails.py': '''
        import os, pathlib
        class XyzzySecret(Exception): pass
        class Loud:
            def __repr__(self): return "xyzzy-secret"
            __str__ = __repr__
        class Odd:
            def __iter__(self): raise ValueError("xyzzy-secret")
        class Mapping:
            def keys(self): raise ValueError("xyzzy-secret")
            def __getitem__(self, name): pass
        class Broken(dict):
            def items(self): raise ValueError("xyzzy-secret")
        class NoText(Exception):
            def __str__(self): raise ValueError("xyzzy-secret")
        class Application:
            def value(self): raise ValueError("xyzzy-secret")
            def own(self): raise XyzzySecret(__file__)
            def key(self): return {}["xyzzy-secret"]
            def attribute(self): return self.xyzzy_secret
            def name(self): return xyzzy_secret
            def type_(self): return len(5, "xyzzy-secret")
            def open_(self): open("/srv/xyzzy-secret/password")
            def folder(self): os.listdir("/srv/xyzzy-secret")
            def unicode_(self): return "xyzzy-secret \\ud800".encode()
            def bytes_(self): return b"xyzzy-secret\\xff".decode()
            def int_(self): return int("xyzzy-secret")
            def asserts(self): assert False, "xyzzy-secret"
            def chained(self):
                try: raise ValueError("xyzzy-secret")
                except ValueError as error: raise KeyError("other xyzzy-secret") from error
            def cause(self): raise KeyError from ValueError("xyzzy-secret")
            def group(self): raise type("XyzzySecret", (Exception,), {})(Loud())
            def textless(self): raise NoText("xyzzy-secret")
            def exits(self): raise SystemExit("xyzzy-secret")
            def interrupts(self): raise KeyboardInterrupt("xyzzy-secret")
            def memory(self): raise MemoryError("xyzzy-secret")
            def recursion(self): return self.recursion()
            def generator(self):
                yield 1
                raise ValueError("xyzzy-secret")
            def iterates(self): return Odd()
            def maps(self): return Mapping()
            def items(self): return [{"a": Broken(a=1)}]
            def process(self):
                import subprocess
                subprocess.check_output(["false", "xyzzy-secret"])
            def warning(self):
                import warnings
                warnings.warn("xyzzy-secret", ResourceWarning)
                raise DeprecationWarning("xyzzy-secret")
            def printed(self):
                print("xyzzy-secret")
                raise ValueError
            def syntax(self): compile("xyzzy-secret = 1", "/srv/xyzzy-secret.py", "exec")
        ''',
    # A place in lib/ that XML-RPC can carry: shown by design, for it is the result itself.
    'sends.py': '''
        class Plain: pass
        class Application:
            def thing(self): return Plain()
            def function(self): return len
            def keyed(self): return {Plain(): 1}
            def keyed_deep(self): return {(Plain(), Plain): 1}
            def nested(self): return [[{"a": object()}]]
            def set_(self): return {Plain}
            def defaults(self, a=Plain(), b=len, c=object(), d=lambda: 0, e=[Plain()]): pass
        ''',
    # Values of the application in the sentences of faults, with a __repr__ and a __str__ that tell.
    'told.py': '''
        import datetime, decimal, enum, pathlib, typing
        class Loud:
            def __repr__(self): return "xyzzy-secret"
            __str__ = __repr__
            __hash__ = object.__hash__
        class Silent: pass
        class Choice(enum.Enum):
            A, B, C = Loud(), pathlib.Path("/srv/xyzzy-secret"), Silent()
        class Number(decimal.Decimal):
            def __str__(self): return "xyzzy-secret"
            __repr__ = __str__
        class Zone(datetime.tzinfo):
            def utcoffset(self, when): return datetime.timedelta(hours=5)
            def tzname(self, when): return "xyzzy-secret"
            __repr__ = __str__ = tzname
        class Date(datetime.datetime):
            def __str__(self): return "xyzzy-secret"
            __repr__ = isoformat = __str__
        class Application:
            def literal(self, a): pass
            literal.__annotations__["a"] = typing.Literal[1, Silent(), Loud()]
            def enumerated(self, a: Choice): pass
            def both(self, a): pass
            both.__annotations__["a"] = typing.Union[Choice, typing.List[Choice]]
            def path_key(self, a): return {pathlib.Path("/srv/xyzzy-secret"): 1}
            def bytes_key(self, a): return {b"xyzzy-secret": 1}
            def tuple_key(self, a): return {(1, Loud()): 1}
            def enum_key(self, a): return {Choice.B: 1}
            def number(self, a): return Number("0.10000000000000000000000000000001")
            def nan(self, a): return Number("NaN")
            def date(self, a): return Date(1, 1, 1, tzinfo=Zone())
            def stock_date(self, a):
                from xmlrpc.client import DateTime
                return DateTime("xyzzy-secret")
        ''',
    'good.py': 'class Application:\n    def open_(self): return "open"\n',
}
METHODS = [name for name in re.findall(r'def (\w+)\(self', BROKEN['fails.py']) if name[0] != '_'
           and name not in ('keys', 'items')] + ['items']
FILES = [name[:-3] for name in BROKEN if name not in ('good.py', 'fails.py', 'sends.py',
                                                                   'told.py')]
TELLS = re.compile(
    r'xyzzy|Traceback|File "|line \d+, in|\.py\b|site-packages|'
    r'/(?:usr|home|root|srv|tmp|var|opt|work|etc|lib)/|'
    r'\b0x[0-9a-f]{6,}|(?:Value|Key|Type|Attribute|Name|Import|Index|Runtime|OS|Recursion|Syntax|'
    r'Assertion|ModuleNotFound|FileNotFound|CalledProcess|Unicode\w+)Error|SystemExit|'
    r'KeyboardInterrupt|Python/|CPython', re.I)


def silent(response):
    """Nothing of a Response tells what it must not; the fault's text."""
    tried(KIND)
    head = '\n'.join('%s: %s' % pair for pair in response.headers)
    body = response.body.decode('utf-8')
    for text in (head, body.replace('lib/settings.py', '')):        # a name that all hosts have
        found = TELLS.search(text)
        assert not found, (found.group(), text[:500])
    for path in (str(PACKAGE), sys.prefix, sys.base_prefix):
        assert path not in body
    return body


def of(method, *params):
    return dumps(params, method, allow_none=True).encode()


@pytest.fixture
def served(handler):
    return handler(BROKEN)


@pytest.mark.filterwarnings('ignore::ResourceWarning')
@pytest.mark.parametrize('method', METHODS)
def test_the_failure_of_a_method_is_a_general_sentence(served, method, capfd):
    body = silent(ask(of('fails.' + method), to=served))
    assert re.search(r'<int>(-32500|-32400)</int>', body) and re.search(r'\(ref [0-9a-f]{8}\)',
                                                                        body)
    assert 'xyzzy' in capfd.readouterr().err.lower() or method in ('recursion', 'printed')


@pytest.mark.parametrize('file', FILES)
def test_the_failure_of_a_file_is_a_general_sentence(served, file):
    body = silent(ask(of(file + '.go'), to=served))
    assert re.search(r'<int>(-32500|-32400|-32601)</int>', body)
    assert 'open' in silent(ask(of('good.open_'), to=served))


@pytest.mark.filterwarnings('ignore::ResourceWarning')
@pytest.mark.parametrize('method', METHODS)
def test_the_same_within_a_multicall(served, method):
    silent(ask(of('system.multicall', [{'methodName': 'fails.' + method, 'params': []}]),
               to=served))


@pytest.mark.parametrize('method', re.findall(r'def (\w+)\(self', BROKEN['sends.py']))
def test_what_cannot_be_sent_is_named_by_its_type_and_not_by_its_text(served, method):
    body = silent(ask(of('sends.' + method), to=served))
    assert method == 'defaults' or 'sends.%s: ' % method in body


TOLD = re.findall(r'def (\w+)\(self, a', BROKEN['told.py'])


@pytest.mark.parametrize('method', TOLD)
def test_no_fault_shows_the_applications_objects(served, method):
    body = silent(ask(of('told.' + method, 'x'), to=served))
    assert 'told.%s: ' % method in body and '<fault>' in body
    silent(ask(of('system.multicall', [{'methodName': 'told.' + method, 'params': ['x']}]),
               to=served))


def test_lists_and_the_page_tell_of_broken_files_by_reference_alone(served):
    for method in ('system.listMethods', 'system.describe'):
        silent(ask(of(method), to=served))
    response = ask(method='GET', to=served)
    own = ''.join(page._files(names) for names in (page._STYLE, page._SCRIPT))
    text = response.body.decode()
    for line in set(own.split('\n')):
        text = text.replace(line, '') if len(line) > 10 else text
    found = TELLS.search(re.sub('ServerProxy|from xmlrpc', '', text))
    assert not found, found
    tried(KIND)
    for file in ('syntax', 'raises', 'exits', 'imports', 'interrupts'):
        assert '<code>%s</code> does not load' % file in text


def test_defaults_show_no_addresses_of_memory(served):
    """They would tell where the process lies in memory, which ASLR hides."""
    body = silent(ask(of('system.describe'), to=served))
    assert 'sends.defaults' in body and ' at 0x' not in body
    response = ask(method='GET', to=served)
    assert b'sends.defaults' in response.body and b' at 0x' not in response.body


@pytest.mark.parametrize('source', [
    'MAX_BODY = "xyzzy-secret"', 'XYZZY_SECRET = 1', 'raise ValueError("xyzzy-secret")',
    'import sys; sys.exit("xyzzy-secret")', 'import xyzzy_secret', 'def f(): f()\nf()', 'a b xyzzy',
    'TRUSTED_PROXIES = ("xyzzy-secret",)', 'LOG_FILE = "xyzzy-secret"', '\0', 'DEBUG = 1/0',
    'CORS_ORIGINS = "xyzzy-secret"', 'raise SystemExit', '# coding: xyzzy\n',
])
def test_wrong_settings_are_a_general_sentence(library, source):
    from xmlrpcgi.errors import SettingsError
    from xmlrpcgi.handler import load_settings
    from xmlrpcgi.web.refusals import unusable
    tried(KIND)
    with pytest.raises(SettingsError) as caught:
        load_settings(library({'settings.py': source}))

    class Request:
        environ, method, unread = {}, 'POST', False
    response = unusable(Request(), caught.value)
    assert response.status == 500
    silent(response)


def test_a_missing_folder_of_classes_is_a_general_sentence(tmp_path):
    from xmlrpcgi.errors import LibraryError
    from xmlrpcgi.handler import Handler
    from xmlrpcgi.library import Library
    from xmlrpcgi.web.refusals import unusable
    before = list(sys.path), list(sys.meta_path)
    try:
        made = Handler(library=Library(str(tmp_path / 'xyzzy')))
        with pytest.raises(LibraryError) as caught:
            ask(of('app.open_'), to=made)

        class Request:
            environ, method, unread = {}, 'POST', False
        assert unusable(Request(), caught.value).status == 500
        silent(unusable(Request(), caught.value))
    finally:
        sys.path[:], sys.meta_path[:] = before
        sys.modules.pop('lib', None)


def test_no_answer_names_the_interpreter_or_this_program(served):
    """Which version runs is told by the page and by system.describe, and can be switched off."""
    for environ in ({}, {'CONTENT_TYPE': 'image/png'}, {'CONTENT_LENGTH': ''},
                    {'REQUEST_METHOD': 'PUT'},
                    {'HTTP_ORIGIN': 'null'}, {'CONTENT_LENGTH': '99999999999'}):
        tried(KIND)
        response = ask(of('good.open_'), to=served, environ=environ)
        assert header(response, 'Server') is None and header(response, 'X-Powered-By') is None
        silent(response)


def test_a_fault_of_the_applications_own_is_all_that_it_says(handler, call):
    """`raise Fault` is for the client: what it was raised from stays in the log."""
    tried(KIND)
    made = handler({'app.py': '''
        from xmlrpcgi import Fault
        class Application:
            def go(self):
                try: raise ValueError("xyzzy-secret")
                except ValueError as error: raise Fault(42, "sold out") from error
        '''})
    with pytest.raises(Fault) as caught:
        call(made, 'app.go')
    assert (caught.value.faultCode, caught.value.faultString) == (42, 'sold out')
    silent(ask(of('app.go'), to=made))


def test_a_fault_code_is_a_number_in_the_header_whatever_its_class(handler):
    tried(KIND)
    made = handler({'app.py': '''
        import enum
        from xmlrpcgi import Fault
        class XyzzySecret(enum.IntEnum):
            SOLD_OUT = 42
        class Application:
            def go(self): raise Fault(XyzzySecret.SOLD_OUT, "sold out")
            def yes(self): raise Fault(True, "sold out")
        '''})
    for method, code in (('go', '42'), ('yes', '-32500')):       # a bool is not a code
        response = ask(of('app.' + method), to=made)
        silent(response)
        assert header(response, 'X-RPC-Fault') == code
