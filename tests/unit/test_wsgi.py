"""The WSGI door without a server: PEP 3333's own validator, and many threads."""

import os
import random
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from xmlrpcgi import wsgi
from xmlrpcgi.resident import freshlibrary as fresh

from tests.unit.wsgi_server import ECHO, SEEN, ask, call

TOP = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize('environ, status', [
    ({}, 200), ({'body': b'<broken'}, 200), ({'body': b''}, 200),
    ({'method': 'GET'}, 200), ({'method': 'GET', 'QUERY_STRING': 'health'}, 200),
    ({'method': 'HEAD'}, 200), ({'method': 'HEAD', 'QUERY_STRING': 'health'}, 200),
    ({'method': 'OPTIONS'}, 204), ({'method': 'PUT'}, 405), ({'method': 'DELETE'}, 405),
    ({'method': 'PATCH', 'body': ECHO, 'CONTENT_LENGTH': str(len(ECHO))}, 405),
    ({'CONTENT_TYPE': 'application/json'}, 415), ({'HTTP_CONTENT_ENCODING': 'br'}, 415),
    ({'HTTP_ORIGIN': 'https://evil.example'}, 403), ({'CONTENT_LENGTH': '99999999999'}, 413),
    ({'CONTENT_LENGTH': None}, 411), ({'CONTENT_LENGTH': ''}, 411),
    ({'PATH_INFO': '/other'}, 404), ({'PATH_INFO': '/other', 'method': 'HEAD'}, 404),
    ({'HTTP_ACCEPT_ENCODING': 'gzip'}, 200),
])
def test_the_validator_has_nothing_to_say(door, environ, status):
    body = environ.pop('body', ECHO if environ.get('method', 'POST') == 'POST' else b'')
    answer = ask(door, body, **environ)
    assert answer.status == status
    if environ.get('method') == 'HEAD' or status == 204:
        assert answer.body == b''
    else:
        assert answer.headers['Content-Length'] == str(len(answer.body))


def latin(text):
    """Text as WSGI has it: bytes of UTF-8, one character each."""
    return text.encode('utf-8', 'surrogateescape').decode('latin-1')


@pytest.mark.parametrize('text', ['plain', 'J\u00fcrgen', '\u043a\u043b\u044e\u0447', '\U0001f600'])
def test_text_arrives_as_through_cgi(door, text):
    seen = call(door, 'seen.seen', 'X-Text', REMOTE_USER=latin(text), SCRIPT_NAME=latin('/' + text),
                PATH_INFO=latin('/' + text), HTTP_X_TEXT=latin(text))
    assert seen[:3] == [text, '/%s/%s' % (text, text), text]


def test_bytes_that_are_no_utf8_do_not_cost_the_answer(door):
    assert call(door, 'seen.echo', 'x', HTTP_X_TEXT='\xff\xfe', REMOTE_USER='\xe4') == 'x'


def test_variables_are_made_only_for_those_who_ask(door, monkeypatch):
    """And once: what a method changes in them, it finds there again."""
    made = []
    real = wsgi._cgi_variables
    monkeypatch.setattr(wsgi, '_cgi_variables', lambda environ: made.append(1) or real(environ))
    assert call(door, 'seen.echo', 'x') == 'x'
    asked = len(made)
    assert call(door, 'seen.echo', 'x') == 'x' and len(made) == asked
    assert call(door, 'seen.seen', 'X-Text', HTTP_X_TEXT='y')[2] == 'y'
    assert len(made) == asked + 1


@pytest.mark.parametrize('environ, https', [
    ({}, False), ({'wsgi.url_scheme': 'https'}, True), ({'HTTPS': 'on'}, True),
    ({'HTTPS': 'off'}, False)])
def test_https_goes_by_the_scheme(door, environ, https):
    assert call(door, 'seen.seen', **environ)[3] is https


@pytest.mark.parametrize('script, path, found', [
    ('', '/', True), ('', '/xmlrpc', True), ('', '/xmlrpc/', True), ('', '/RPC2', True),
    ('', '/cgi-bin/rpc.cgi', True), ('', '', False), ('', '/xmlrpc/x', False),
    ('', '/favicon.ico', False), ('', '//xmlrpc/', False), ('/app', '', True),
    ('/app', '/anything', True)])
def test_at_the_root_of_a_server_only_some_paths_are_answered(door, script, path, found):
    answer = ask(door, ECHO, SCRIPT_NAME=script, PATH_INFO=path)
    assert answer.status == (200 if found else 404)
    if not found:
        assert b'/xmlrpc/' in answer.body and call(door, 'seen.calls') == 0


def test_the_proxy_of_a_client_is_nobodys(door):
    assert call(door, 'seen.seen', 'Proxy', HTTP_PROXY='http://evil.example')[2] == ''


def test_what_a_request_says_is_not_there_in_the_next(door):
    seen = call(door, 'seen.seen', 'X-Once', HTTP_X_ONCE='1', REMOTE_USER='ann')
    assert seen[:3] == ['ann', '/xmlrpc/', '1']
    assert call(door, 'seen.seen', 'X-Once')[:3] == ['', '/xmlrpc/', '']


@pytest.mark.slow
def test_sixteen_threads_get_each_its_own(door):
    seeds = range(16)
    ready = threading.Barrier(16)

    def run(number):
        seed = random.Random(number)
        user = 'even' if number % 2 == 0 else 'odd-%d' % number
        ready.wait()
        for turn in range(500):
            value = '%d-%d-%s' % (number, turn, 'x' * seed.randrange(200))
            kind = seed.randrange(4)
            if kind == 0:
                found = call(door, 'seen.own', value, REMOTE_USER=user, check=False)
                assert found[:3] == [value, user, 'seen.own']
                assert found[3] == threading.get_ident()
            elif kind == 1:
                found = call(door, 'seen.even', value, REMOTE_USER=user, check=False)
                if number % 2:
                    assert found.faultCode == -32501
                else:
                    assert found == value
            elif kind == 2:
                calls = [{'methodName': 'seen.own', 'params': [value + str(at)]}
                         for at in range(3)]
                found = call(door, 'system.multicall', calls, REMOTE_USER=user, check=False)
                assert [one[0][:2] for one in found] == [[value + str(at), user]
                                                         for at in range(3)]
            else:
                assert call(door, 'seen.no%d' % number, check=False).faultString \
                    == 'there is no method seen.no%d' % number
        return turn

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(run, seeds)) == [499] * 16
    finally:
        sys.setswitchinterval(interval)


def test_one_folder_of_classes_a_process(door, lib):
    assert call(wsgi.Application(str(lib)), 'seen.calls') == call(door, 'seen.calls') == 0
    other = wsgi.Application(str(lib.parent / 'other'))
    with pytest.raises(RuntimeError, match='one process serves one folder of classes: it has .*lib,'
                                           ' so .*other needs a process of its own'):
        call(other, 'seen.calls')


@pytest.mark.parametrize('line', ['sys.stderr = None', 'sys.stderr.close()'])
def test_the_log_goes_on_where_a_class_closes_stderr(tmp_path, line):
    (tmp_path / 'a.py').write_text('import sys\n%s\nclass Application:\n    def a(self):\n'
                                   '        raise ValueError("the cause")\n' % line)
    code = ('import io, sys\nsys.path.insert(0, sys.argv[1])\n'
            'from xmlrpcgi.wsgi import Application\n'
            'body = b"<methodCall><methodName>a.a</methodName></methodCall>"\n'
            'Application(sys.argv[2])({"REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/xml", '
            '"PATH_INFO": "/", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}, '
            'print)\n')
    done = subprocess.run([sys.executable, '-I', '-c', code, str(TOP / 'cgi-bin'), str(tmp_path)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert b'200 OK' in done.stdout and b'ValueError: the cause' in done.stderr


def test_no_folder_of_classes_is_a_500_until_there_is_one(lib, capsys, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(fresh, 'monotonic', lambda: clock[0])
    door = wsgi.Application(str(lib))
    lib.rename(lib.parent / 'away')
    answer = ask(door, ECHO)
    assert answer.status == 500 and b'this server has no folder of classes: ' in answer.body
    assert 'there is no folder %s' % lib in capsys.readouterr().err
    (lib.parent / 'away').rename(lib)
    clock[0] += 1
    assert ask(door, ECHO).value == 'hello'


def test_wrong_settings_are_a_500_until_they_are_right(door, lib, capsys, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(fresh, 'monotonic', lambda: clock[0])
    (lib / 'settings.py').write_text('MAX_BODDY = 1\n')
    answer = ask(door, ECHO)
    assert answer.status == 500 and b'the settings of this server are wrong' in answer.body
    assert 'did you mean MAX_BODY?' in capsys.readouterr().err
    (lib / 'settings.py').write_text('MAX_BODY = 1\n')
    clock[0] += 1
    assert ask(door, ECHO).status == 413


def test_the_module_has_an_application_and_so_has_the_file(tmp_path):
    """As gunicorn takes it, and as mod_wsgi does."""
    shutil.copytree(TOP / 'cgi-bin', tmp_path / 'cgi-bin',
                    ignore=shutil.ignore_patterns('__pycache__'))
    (tmp_path / 'lib').mkdir()
    (tmp_path / 'lib' / 'seen.py').write_text(SEEN)
    code = '''
import io, sys
from xmlrpc.client import dumps, loads
%s
def ask(application):
    body = dumps(('hello',), 'seen.echo').encode()
    environ = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml', 'PATH_INFO': '/xmlrpc/',
               'CONTENT_LENGTH': str(len(body)), 'wsgi.input': io.BytesIO(body)}
    return loads(b''.join(application(environ, lambda status, headers: None)))[0][0]
print(ask(application))
'''
    module = "sys.path.insert(0, 'cgi-bin')\nfrom xmlrpcgi.wsgi import application"
    file = "import runpy\napplication = runpy.run_path('cgi-bin/rpc.wsgi')['application']\n" \
           "assert 'cgi-bin' not in ''.join(sys.path)"
    for load in module, file:
        done = subprocess.run([sys.executable, '-I', '-c', code % load], cwd=tmp_path,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                              env={'PATH': os.environ['PATH']})
        assert (done.stdout, done.stderr) == (b'hello\n', b'')


def test_the_setting_wsgi_paths_adds_paths_at_the_root_of_a_server(lib, door):
    (lib / 'settings.py').write_text("WSGI_PATHS = ('/xmlrpc.php',)\n")
    assert call(door, 'seen.echo', 1, PATH_INFO='/xmlrpc.php') == 1
    assert call(door, 'seen.echo', 1) == 1
    assert ask(door, ECHO, PATH_INFO='/other').status == 404
    assert ask(door, ECHO, PATH_INFO='/xmlrpc.php/').status == 404


@pytest.mark.parametrize('text', ["WSGI_PATHS = '/xmlrpc.php'\n", "WSGI_PATHS = ('xmlrpc.php',)\n",
                                  'WSGI_PATHS = (1,)\n', "WSGI_PATHS = ('',)\n"])
def test_paths_that_are_none_are_an_error_of_the_settings(lib, door, capsys, text):
    (lib / 'settings.py').write_text(text)
    assert ask(door, ECHO).status == 500
    assert 'WSGI_PATHS is ' in capsys.readouterr().err
    assert ask(door, ECHO, PATH_INFO='/other').status == 404
