"""The command line: call, list and describe, on our server and without one, and `make call`."""

import json
import os
import subprocess
import textwrap

import pytest

from tests.process.command_line import TOP, run, said
from tests.tools import interpreters, servers

APP = '''
    import datetime
    import typing
    from xmlrpcgi import Fault

    class Application:
        def getName(self):
            """Return the name."""
            return 'example'

        def add(self, a: int, b: int = 3) -> int:
            """Add two numbers.

            Of any size.
            """
            print('printed by the method')
            return a + b

        def echo(self, value):
            return value

        def types(self, *values):
            return [type(value).__name__ for value in values]

        def many(self) -> dict:
            return {'when': datetime.datetime(2020, 1, 2, 3, 4, 5), 'bits': b'\\0\\1\\2',
                    'name': 'Grüße', 'list': [1, None, 2.5]}

        def all(self, items: typing.List[int], more: str = 'x'):
            pass

        def fail(self):
            raise Fault(42, 'Grüße')

        def crash(self):
            raise RuntimeError('for the log alone')

        def user(self, request):
            return [request.user, request.header('X-Test')]
'''


@pytest.fixture(scope='module')
def lib(tmp_path_factory):
    folder = tmp_path_factory.mktemp('bundle') / 'lib'
    folder.mkdir()
    (folder / 'app.py').write_text(textwrap.dedent(APP), encoding='utf-8')
    (folder / 'broken.py').write_text('import nosuchmodule\nclass Application: pass\n')
    return folder


@pytest.fixture(scope='module')
def url(lib):
    with servers.start('embedded', lib=lib) as server:
        yield server.url + '/xmlrpc/'


@pytest.fixture(params=['server', 'lib'])
def target(request, lib, url):
    """The words that say whom to ask: a running server, or the classes without one."""
    return [url] if request.param == 'server' else ['--lib', lib]


@pytest.mark.parametrize('python', [pytest.param(path, id=name)
                                    for name, path in interpreters.ring()])
def test_all_three_commands_work_under_old_and_new_interpreters(python, url, lib):
    for target in ([url], ['--lib', lib]):
        assert said('call', *target, 'app.add', '2', '-7', '--timeout', '20',
                    python=python) == '-5\n'
        assert said('call', *target, '--', 'app.echo', '--x', python=python) == '--x\n'
        assert run('call', *target, 'app.fail', python=python)[::2] == (1, 'fault 42: Grüße\n')
        assert said('list', *target, 'app.getName', python=python) == (
            'app.getName()  Return the name.\n')
        assert 'Of any size.' in said('describe', *target, 'app.add', python=python)
    assert 'ARGUMENT' in said('call', '--help', python=python)


def test_arguments_are_json_or_strings(target):
    assert json.loads(said('call', *target, 'app.types', '2', '2.5', 'true', 'null', '[1]',
                           '{"a": 1}', 'hello', '"2"', '=2', 'date:20200102T03:04:05',
                           'base64:AAEC', '-1e3')) == [
        'int', 'float', 'bool', 'NoneType', 'list', 'dict', 'str', 'str', 'str', 'datetime',
        'bytes', 'float']
    assert said('call', *target, '--string', 'app.types', '2', '@x') == '["str", "str"]\n'


def test_the_bytes_of_a_file_or_of_standard_input_go_as_base64(target, tmp_path):
    (tmp_path / 'file').write_bytes(b'\0\1\2')
    assert said('call', *target, 'app.echo', '@file', cwd=tmp_path) == 'base64:AAEC\n'
    assert said('call', *target, 'app.echo', '@-', input=b'\0\1\2') == 'base64:AAEC\n'


def test_what_looks_like_json_and_is_none_goes_as_a_string_with_a_warning(target):
    status, out, err = run('call', *target, 'app.echo', '{a:1}')
    assert (status, out) == (0, '{a:1}\n')
    assert err.startswith('{a:1} looks like JSON but is not (')


def test_a_result_is_shown_readably_and_a_string_plainly(target):
    assert said('call', *target, 'app.getName') == 'example\n'
    assert said('call', *target, 'app.many') == textwrap.dedent('''\
        {
          "when": date:2020-01-02T03:04:05,
          "bits": base64:AAEC,
          "name": "Grüße",
          "list": [1, null, 2.5]
        }
        ''')
    assert json.loads(said('call', *target, 'app.many', '--json')) == {
        'when': '2020-01-02T03:04:05', 'bits': 'AAEC', 'name': 'Grüße', 'list': [1, None, 2.5]}


def test_a_fault_is_one_line_on_stderr_and_status_1(target):
    assert run('call', *target, 'app.fail') == (1, '', 'fault 42: Grüße\n')
    assert run('call', *target, 'app.nosuch') == (
        1, '', 'fault -32601: there is no method app.nosuch\n')


def test_a_name_that_is_almost_right_leads_to_the_right_one(target):
    for name, meant in (('app.getname', 'app.getName'), ('add', 'app.add'),
                        ('app.fial', 'app.fail')):
        assert run('call', *target, name) == (
            1, '', 'fault -32601: there is no method %s; did you mean %s?\n' % (name, meant))


def test_without_a_server_the_error_log_and_prints_are_on_stderr(lib):
    status, out, err = run('call', '--lib', lib, 'app.crash')
    assert (status, out) == (1, '')
    assert 'RuntimeError: for the log alone' in err and 'line 3' in err
    assert err.splitlines()[-1].startswith('fault -32500: the application failed')
    assert run('call', '--lib', lib, 'app.add', '2') == (0, '5\n', 'printed by the method\n')


def test_without_a_server_a_class_that_closes_its_streams_closes_none_of_others(tmp_path):
    (tmp_path / 'a.py').write_text('import sys\nsys.stdout.close()\nsys.stderr.close()\n'
                                   'class Application:\n    def a(self): sys.stderr = None\n')
    (tmp_path / 'b.py').write_text('print("printed")\nclass Application:\n'
                                   '    def b(self): return 1\n')
    assert run('list', '--lib', tmp_path, '--names') == (
        0, 'a.a\nb.b\n' + said('list', '--lib', tmp_path, 'system', '--names'), 'printed\n')
    assert run('call', '--lib', tmp_path, 'a.a') == (0, 'null\n', '')


def test_without_a_server_a_child_that_a_method_forked_shows_no_result(tmp_path):
    (tmp_path / 'a.py').write_text('import os\nclass Application:\n    def a(self):\n'
                                   '        child = os.fork()\n'
                                   '        return os.waitpid(child, 0)[1] if child else "child"\n')
    assert run('call', '--lib', tmp_path, 'a.a') == (0, '0\n', '')


def test_xml_shows_both_messages_beside_the_result(target):
    status, out, err = run('call', *target, '--xml', 'app.echo', 'Grüße')
    assert (status, out) == (0, 'Grüße\n')
    sent, received = err.split('--- received, HTTP 200, ')
    assert '<methodName>app.echo</methodName>' in sent
    assert '<string>Grüße</string>' in sent
    assert '<methodResponse>' in received and '<string>Grüße</string>' in received


def test_options_may_stand_anywhere_and_a_folder_needs_no_scheme(lib, url):
    assert said('call', '--timeout', '9', url, 'app.add', '--timeout=8', '2', '--json') == '5\n'
    assert said('call', 'app.add', '--lib', 'lib', '2', cwd=lib.parent) == '5\n'


def test_list_shows_a_line_for_each_method(target):
    status, out, err = run('list', *target)
    assert status == 0
    lines = out.splitlines()
    assert lines == sorted(lines)
    assert {'app.add(a: int, b: int = 3) -> int        Add two numbers.',
            'app.getName()                             Return the name.', 'app.many() -> struct',
            "app.all(items: array, more: string = 'x')", 'app.types(...)'} <= set(lines)
    assert not any('broken' in line for line in lines)
    assert 'broken is not available: its file does not import (ref ' in err
    assert 'app.add\n' in said('list', *target, '--names')
    assert all(line.startswith('app.') for line in said('list', *target, 'app').splitlines())


def test_describe_tells_parameters_defaults_and_help(target):
    assert said('describe', *target, 'app.add') == textwrap.dedent('''\
        app.add(a: int, b: int = 3) -> int
            a  int
            b  int, default 3

            Add two numbers.

            Of any size.
        ''')
    assert said('describe', *target, 'app.all') == textwrap.dedent('''\
        app.all(items: array, more: string = 'x')
            items  array, in Python List[int]
            more   string, default 'x'
        ''')
    everything = said('describe', *target)
    assert '\n\napp.getName()\n    Return the name.\n\n' in everything
    raw = json.loads(said('describe', *target, 'app.add', '--json'))
    assert raw['server'] == 'xmlrpcgi'
    assert [(method['name'], method['signatures']) for method in raw['methods']] == [
        ('app.add', [['int', 'int'], ['int', 'int', 'int']])]


def test_without_a_server_the_user_and_headers_are_what_a_server_would_have_given(lib):
    assert said('call', '--lib', lib, '--user', 'me', '--header', 'X-Test: yes',
                'app.user') == '["me", "yes"]\n'


def test_a_header_is_sent(url):
    assert said('call', url, '--header', 'X-Test: yes', 'app.user') == '["", "yes"]\n'


# make call

def make(*words):
    # Without what an outer `make test ARGS=...` hands down.
    env = {name: value for name, value in os.environ.items()
           if name[:4] != 'MAKE' and name not in ('A', 'ARGS', 'LIB', 'M', 'MFLAGS', 'URL')}
    done = subprocess.run(['make', '-s', 'call', *words], cwd=TOP, timeout=60, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_make_call_calls_lib_or_the_server_at_an_address(lib, url):
    assert make('M=app.getName') == (0, 'example\n', '')
    assert make('M=app.add', 'A=2 4', 'LIB=%s' % lib)[:2] == (0, '6\n')
    assert make('M=app.echo', "A='two words'", 'URL=' + url, 'ARGS=--json') == (
        0, '"two words"\n', '')
    status, out, err = make()
    assert status and not out and "M= names the method: make call M=app.getName A='2 3'" in err
