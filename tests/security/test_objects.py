"""Values that mean to become more than values: pickles, marshal, XML that names classes.

There is no revival of objects at all; these tests keep it so.
"""

import ast
import base64
import marshal
import os
import pickle
import sys
from pathlib import Path

import pytest

from tests.security import tried
from tests.unit.ask import ask, handler
from tests.unit.ask import call as message

KIND = 'objects in values'
PACKAGE = Path(__file__).resolve().parents[2] / 'cgi-bin' / 'xmlrpcgi'
# Programs that `install` writes and `check` starts, which run a file of the installation. No call
# imports them: that has a test here.
RUN_FILES = {'install/pointer/__init__.py', 'install/pointer/__main__.py', 'install/hotfile.py',
             'check/loadwsgi.py'}
SOURCES = sorted(path for path in PACKAGE.rglob('*.py')
                 if str(path.relative_to(PACKAGE)) not in RUN_FILES)
# What turns bytes or text into objects or code.
REVIVES = {'pickle', 'cPickle', '_pickle', 'marshal', 'shelve', 'dbm', 'copyreg', 'dill', 'yaml',
           'jsonpickle', 'plistlib', 'pty', 'code', 'codeop', 'runpy', 'imp'}


class Bomb:
    """Unpickled, it would make the file named here."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def value(xml):
    return ('<methodCall><methodName>echo</methodName><params><param><value>%s</value></param>'
            '</params></methodCall>' % xml).encode()


def imported(tree):
    """The modules that a source imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module
        elif isinstance(node, ast.Call) and getattr(node.func, 'id', '') == '__import__' \
                and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


@pytest.mark.parametrize('protocol', range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_stays_bytes(protocol, tmp_path):
    path = str(tmp_path / 'made')
    for data in (pickle.dumps(Bomb(path), protocol), marshal.dumps({'a': path})):
        tried(KIND)
        made = handler()
        assert ask(value('<base64>%s</base64>' % base64.b64encode(data).decode()),
                   to=made).status == 200
        assert made.called == [data]
    assert not os.path.exists(path)


@pytest.mark.parametrize('xml', [
    '<struct><member><name>__class__</name><value>os.system</value></member></struct>',
    '<struct><member><name>py/object</name><value>os.system</value></member></struct>',
    '<struct><member><name>__reduce__</name><value><array><data><value>os.system</value></data>'
    '</array></value></member></struct>',
    '<struct><member><name>__dict__</name><value><struct/></value></member></struct>',
    '<struct><member><name>__proto__</name><value>1</value></member></struct>',
    '!!python/object/apply:os.system [id]', '${jndi:ldap://127.0.0.1/a}', '{{7*7}}', '$(id)',
    "__import__('os').system('id')", '%(app)s', '{0.__class__}', '<string>cos\nsystem\n(S\'id\'\n'
    'tR.</string>',
])
def test_a_value_that_names_code_stays_what_it_is(xml):
    tried(KIND)
    made = handler()
    response = ask(value(xml), to=made)
    assert response.status == 200 and b'faultCode' not in response.body
    assert type(made.called[0]) in (str, dict)
    if isinstance(made.called[0], str):
        assert made.called[0] == xml.replace('<string>', '').replace('</string>', '')


@pytest.mark.parametrize('name', [
    # Apache's own server revived what it called serializable: CVE-2016-5003, CVE-2019-17570.
    'ex:serializable', 'serializable', 'ex:dom', 'dom', 'object', 'pyobject', 'instance', 'fault',
    'class', 'ref', 'import', 'xi:include', 'x:x', 'code', 'pickle', 'binary', 'Fault', 'exec',
])
def test_a_type_that_names_objects_is_refused(name):
    """CVE-2016-5003: ws-xmlrpc revived Java objects out of <ex:serializable>."""
    data = base64.b64encode(pickle.dumps(Bomb('/nonexistent/a'))).decode()
    for prefix in ('', ' xmlns:ex="http://ws.apache.org/xmlrpc/namespaces/extensions"'):
        tried(KIND)
        made = handler()
        body = value('<%s>%s</%s>' % (name, data, name)).replace(
            b'<methodCall', b'<methodCall' + prefix.encode())
        assert b'-32600' in ask(body, to=made).body
        assert not made.called


def test_what_is_handed_to_a_method_is_of_these_types_alone():
    """Every valid message of the corpus, looked through to its leaves."""
    import datetime
    import decimal

    from tests.unit.wire.cases import cases
    plain = {int, bool, str, float, bytes, list, dict, type(None), datetime.datetime,
             decimal.Decimal}

    def check(found):
        assert type(found) in plain
        if isinstance(found, dict):
            assert all(type(name) is str for name in found)
            found = list(found.values())
        if isinstance(found, list):
            for item in found:
                check(item)

    from xmlrpcgi.decode import decode_call
    for case in cases('valid'):
        tried(KIND)
        check(decode_call(case.body, case.charset).params)


@pytest.mark.parametrize('source', SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_can_revive_an_object(source):
    # They keep byte-code in __pycache__, which they trust exactly as Python does.
    allowed = {'marshal'} if str(source.relative_to(PACKAGE)) in (
        'startup.py', 'imports/kept.py', 'check/inspection.py') else set()
    assert REVIVES & {name.split('.')[0] for name in imported(ast.parse(source.read_text()))} \
        == allowed


def test_a_call_loads_no_module_that_revives_objects():
    """In a process of its own, as this one has them loaded."""
    import subprocess
    code = ('import sys; sys.path.insert(0, %r)\nfrom xmlrpcgi.handler import Handler\n'
            'h = Handler(); h.register_function(lambda v: v, "echo")\n'
            'assert b"hello" in h.call(%r).body\n'
            'sys.exit(" ".join({"pickle", "shelve", "ctypes", "code"} & set(sys.modules)) or 0)'
            % (str(PACKAGE.parent), message()))
    assert subprocess.run([sys.executable, '-IS', '-c', code]).returncode == 0




def test_nothing_imports_the_programs_that_run_files():
    names = {Path(name).stem if 'pointer' not in name else 'pointer' for name in RUN_FILES}
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                words = (getattr(node, 'module', None) or '').split('.')
                words += [alias.name for alias in node.names]
                assert not names & set(words), source


def test_text_becomes_code_nowhere_but_in_one_place_of_the_applications_own():
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            name = getattr(node.func, 'id', '') if isinstance(node, ast.Call) else ''
            if name in ('eval', 'exec', 'execfile'):
                assert (source.name, name) in (('hinttext.py', 'eval'), ('startup.py', 'exec'))
            if name == 'compile':               # check's: whether a file of the user's compiles
                assert source.name in ('hinttext.py', 'inspection.py')


def test_a_shell_is_started_nowhere():
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call):
                called = ast.dump(node.func)
                assert 'cgi_script' in called or not any(       # rpc-sh.cgi or rpc.cgi, as a text
                    word.arg == 'shell' for word in node.keywords), source.name
                assert not ("'os'" in called and ("'system'" in called or "'popen'" in called))


def test_struct_names_are_hashed_with_a_secret():
    """CVE-2012-1150: names chosen to collide; -I keeps the interpreter from being told a seed."""
    import subprocess
    first = (PACKAGE.parent / 'rpc.cgi').read_text().split('\n')[0]
    assert first.endswith(' -IS')
    found = {subprocess.run([sys.executable, '-IS', '-c', 'print(hash("a"))'], text=True,
                            stdout=subprocess.PIPE, env={'PYTHONHASHSEED': '0'}).stdout
             for _ in range(4)}
    tried(KIND, len(found))
    assert len(found) == 4
