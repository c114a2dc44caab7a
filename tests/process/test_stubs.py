"""stubs: typed clients, checked by their languages' own tools and run against the server."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.command_line import PYTHON, answering, complaint, said
from tests.process.fetched import environment, missing
from tests.tools import interpreters, servers

PROGRAMS = Path(__file__).resolve().parent / 'programs'
SECONDS = 120


@pytest.fixture(scope='module')
def url(tmp_path_factory):
    lib = tmp_path_factory.mktemp('bundle') / 'lib'
    shutil.copytree(PROGRAMS / 'lib', lib, ignore=shutil.ignore_patterns('__pycache__'))
    with servers.start('embedded', lib=lib) as server:
        yield server.url + '/xmlrpc/'


@pytest.fixture(scope='module')
def mypy(tmp_path_factory):
    return environment(tmp_path_factory.mktemp('mypy') / 'venv', 'mypy') / 'mypy'


def output(*command, cwd=None):
    done = subprocess.run(list(map(str, command)), cwd=cwd, timeout=SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode()


def php():
    path = shutil.which('php')
    if not path:
        missing('there is no php here')
    return path


def test_a_client_in_python_runs(url, tmp_path):
    (tmp_path / 'client.py').write_text(said('stubs', 'python', url), encoding='utf-8')
    shutil.copy(str(PROGRAMS / 'stub.py'), str(tmp_path))
    assert output(sys.executable, 'stub.py', url, cwd=str(tmp_path)) == (0, 'fine\n')


def test_a_client_in_python_is_typed(url, tmp_path, mypy):
    (tmp_path / 'client.py').write_text(said('stubs', 'python', url), encoding='utf-8')
    shutil.copy(str(PROGRAMS / 'stub.py'), str(tmp_path))
    assert output(mypy, '--strict', 'client.py', 'stub.py', cwd=str(tmp_path)) == (
        0, 'Success: no issues found in 2 source files\n')
    (tmp_path / 'wrong.py').write_text(
        'from client import Client, Item, Spot\nclient = Client()\nclient.shop.add("x")\n'
        'Item("x", size="M")\ntext: str = client.shop.add(1)\nSpot(y=1.5)\n'
        'client.shop.find("x").name\nclient.shop.nothing()\n')
    status, out = output(mypy, '--strict', 'wrong.py', cwd=str(tmp_path))
    assert status == 1
    assert [line.partition(': error')[0] for line in out.splitlines() if ': error' in line] == [
        'wrong.py:%d' % number for number in (3, 4, 5, 6, 7, 8)], out


def test_a_client_in_php_runs(url, tmp_path):
    (tmp_path / 'client.php').write_text(said('stubs', 'php', url), encoding='utf-8')
    assert output(php(), PROGRAMS / 'stub.php', tmp_path, url) == (0, 'fine\n')


@pytest.mark.parametrize('language', ['python', 'php'])
def test_a_client_is_the_same_byte_for_byte(url, language):
    files = [said('stubs', language, url, env={'PYTHONHASHSEED': seed}) for seed in '12']
    assert files[0] == files[1]
    assert url in files[0] and 'system.' not in files[0]
    assert 'secret' not in said('stubs', language, url.replace('://', '://me:secret@'))


@pytest.mark.parametrize('python', [pytest.param(path, id=name)
                                    for name, path in interpreters.supported()])
def test_every_interpreter_writes_the_same(python, url):
    for language in 'python', 'php':
        assert said('stubs', language, url, python=python) == said('stubs', language, url)
    for form in '--json', '--openrpc':
        assert said('describe', url, form, python=python) == said('describe', url, form)


@pytest.mark.parametrize('language', ['python', 'php'])
def test_one_namespace_is_enough(url, language):
    text = said('stubs', language, url, 'shop.orders')
    assert 'shop.orders.count' in text and 'shop.add' not in text and 'Item' not in text


HOSTILE = '''
"""; import os; os.abort() #
*/ system('false'); exit(9); /* ?> <?php exit(9); {$x} $y \x9b\u202e\u2028\x85*\x85/ \\'''


@pytest.fixture(scope='module')
def hostile():
    """A server whose every word tries to become code."""
    import xmlrpc.client
    names = ['a.' + HOSTILE, '__init__', 'a.__del__', 'class', 'a.b', 'a.b.c', 'a.B', '3', '', 'é',
             '.', '..', '.a', 'a..b']
    type_ = {'type': 'struct', 'title': HOSTILE, 'members': [
        {'name': name, 'type': 'string', 'optional': True, 'value': HOSTILE}
        for name in [HOSTILE, '__dict__', 'self', 'this', 'str', 'List', 'class', '\\', "'"]]}
    described = {'methods': [
        {'name': name, 'help': HOSTILE, 'returns': type_, 'more': True, 'params': [
            dict(type_, name=name, optional=False), {'name': name, 'type': 'string',
                                                     'choices': [HOSTILE], 'value': HOSTILE,
                                                     'optional': True}]} for name in names]}
    body = xmlrpc.client.dumps((described,), methodresponse=True).encode()
    with answering(200, [('Content-Type', 'text/xml')], body) as server:
        yield server.url


@pytest.mark.parametrize('language', ['python', 'php'])
def test_no_server_can_turn_the_text_of_a_client_or_end_its_lines(hostile, language):
    """CVE-2021-42574: what a reader of the source sees is what it says."""
    text = said('stubs', language, hostile)
    assert text.replace('\n', '').isprintable()
    assert {'python': '\\u202e', 'php': '\\u{202E}'}[language] in text


@pytest.mark.parametrize('text', [
    'plain', "it's \\", '\x9b31m', '\u202e', '\u202e"; exit(9); "', '\u202e$x {$x} ${x} \\',
    "'\\n\n\r\t\v\x1b\0" '\x7f\u2028\U000e0001', '\u2028\\u{41}\\', 'é\u200bé'], ids=ascii)
def test_a_string_in_php_is_what_the_server_said(text):
    from xmlrpcgi.client.stubs import php as writer
    assert output(php(), '-r', 'echo bin2hex(%s);' % writer._string(text)) == (
        0, text.encode().hex())


@pytest.mark.parametrize('value, written', [
    (float('inf'), 'null'), (float('-inf'), 'null'), (float('nan'), 'null'), (-1 << 63, 'null'),
    (1e300, '1e+300'), (5, '5')])
def test_a_default_that_php_cannot_write_is_left_out(value, written):
    from xmlrpcgi.client.stubs import php as writer
    from xmlrpcgi.methods.contract import Field, Shape
    assert writer._literal(Field('x', [Shape('double')], True, True, value)) == written


def test_no_server_can_put_code_into_a_client_in_python(hostile, tmp_path, mypy):
    (tmp_path / 'client.py').write_text(said('stubs', 'python', hostile), encoding='utf-8')
    assert output(PYTHON, '-c', 'import client; client.Client()', cwd=str(tmp_path)) == (0, '')
    assert output(mypy, '--strict', 'client.py', cwd=str(tmp_path)) == (
        0, 'Success: no issues found in 1 source file\n')


def test_no_server_can_put_code_into_a_client_in_php(hostile, tmp_path):
    (tmp_path / 'client.php').write_text(said('stubs', 'php', hostile), encoding='utf-8')
    assert output(php(), '-r', 'require "client.php"; new XmlRpcClient\\Client(); echo "fine";',
                  cwd=str(tmp_path)) == (0, 'fine')


@pytest.mark.parametrize('words', [(), ('perl', 'http://127.0.0.1:1/')])
def test_the_language_comes_first(words):
    assert complaint('stubs', *words) == (
        'The first word is the language of the client: python or php.')
