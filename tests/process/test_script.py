"""rpc.cgi as a process: where it may lie, who may run it, and what it does to its streams."""

import shutil
import stat
import subprocess
from xmlrpc.client import Fault

import pytest

from tests.tools import interpreters

UNUSABLE = ('xmlrpcgi cannot start: wait for the end of an upgrade, or copy the folder "xmlrpcgi" '
            'beside rpc.cgi again\n')


def head_and_body(done):
    head, _, body = done.stdout.partition(b'\r\n\r\n')
    return head.decode().split('\r\n'), body.decode()


def test_a_call_is_answered_under_every_interpreter(every_bundle):
    assert every_bundle.call('app.getName') == 'example'


@pytest.mark.parametrize('name', ['rpc.cgi', 'rpc.fcgi'])
def test_the_script_itself_is_executable_and_starts_the_interpreter_bare(bundle, name):
    script = bundle.script.parent / name
    assert script.stat().st_mode & stat.S_IXOTH
    lines = script.read_text().splitlines()
    assert lines[0] == '#!/usr/bin/python3 -IS'
    assert len(lines) < 30


def test_the_fastcgi_door_is_the_cgi_door_but_for_names(bundle):
    fcgi = (bundle.script.parent / 'rpc.fcgi').read_text()
    assert fcgi.replace('rpc.fcgi', 'rpc.cgi').replace('fcgi', 'cgi').replace(
        'Answers XML-RPC calls by FastCGI, one after another.',
        'Answers one XML-RPC call as a CGI script.') == bundle.script.read_text()


def test_the_wsgi_door_is_as_short_and_no_script(bundle):
    door = bundle.script.parent / 'rpc.wsgi'
    assert not door.stat().st_mode & stat.S_IXUSR
    lines = door.read_text().splitlines()
    assert not lines[0].startswith('#!') and len(lines) < 25


@pytest.mark.skipif(not interpreters.too_old(), reason='there is no Python before 3.6 here')
@pytest.mark.parametrize('python', [pytest.param(path, id=name)
                                    for name, path in interpreters.too_old()])
@pytest.mark.parametrize('name', ['rpc.cgi', 'rpc.fcgi'])
def test_a_python_too_old_is_an_http_error_that_says_what_to_do(bundle, python, name):
    bundle.python = python
    done = bundle.run(options=(), script=bundle.script.parent / name)
    head, body = head_and_body(done)
    assert head[0] == 'Status: 503 Service Unavailable' and 'Retry-After: 10' in head
    assert 'beside %s again, and name Python 3.6 or newer in line 1' % name in body
    assert b'Python 3.6 or newer must run it' in done.stderr


def test_without_the_package_beside_it_it_says_what_to_copy(any_bundle):
    shutil.rmtree(any_bundle.folder / 'cgi-bin' / 'xmlrpcgi')
    done = any_bundle.run()
    head, body = head_and_body(done)
    assert head[0] == 'Status: 503 Service Unavailable' and 'Retry-After: 10' in head
    assert body == UNUSABLE.rstrip('\n') + ', and name Python 3.6 or newer in line 1\n'
    assert b'copy the folder "xmlrpcgi"' in done.stderr
    assert b"No module named 'xmlrpcgi'" in done.stderr


@pytest.mark.parametrize('name', ['__init__', 'startup', 'cgi'])
def test_a_module_that_is_uploaded_in_part_is_an_error_that_says_what_to_copy(bundle, name):
    (bundle.folder / 'cgi-bin' / 'xmlrpcgi' / (name + '.py')).write_text('def half(')
    done = bundle.run()
    head, body = head_and_body(done)
    assert head[0] == 'Status: 503 Service Unavailable' and 'Retry-After: 10' in head
    assert 'copy the folder "xmlrpcgi" beside rpc.cgi again' in body
    assert b'SyntaxError' in done.stderr and b'%s.py' % name.encode() in done.stderr


def test_a_damaged_package_leaks_nothing_and_logs_the_cause(bundle):
    (bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'handler.py').write_text('def half(')
    done = bundle.run()
    head, body = head_and_body(done)
    assert head[0] == 'Status: 503 Service Unavailable' and 'Retry-After: 10' in head
    assert body == UNUSABLE
    assert b'SyntaxError' in done.stderr and b'handler.py' in done.stderr


def test_without_lib_it_says_what_is_missing_and_the_log_says_where(any_bundle):
    shutil.rmtree(any_bundle.folder / 'lib')
    done = any_bundle.run(b'<methodCall><methodName>app.getName</methodName></methodCall>')
    head, body = head_and_body(done)
    assert head[0] == 'Status: 500 Internal Server Error'
    assert body == (
        'this server has no folder of classes: copy lib beside cgi-bin, or name its folder in LIB '
        'in rpc.cgi, and let this server read it; the error log names the folder\n')
    assert str(any_bundle.folder).encode() in done.stderr
    assert b'put your classes there, or name their folder in LIB in rpc.cgi' in done.stderr


def test_settings_that_python_warns_of_put_no_line_into_the_log_of_each_call(any_bundle):
    any_bundle.write('settings.py', 'WSGI_PATHS = ["/a\\d"]\n')
    done = any_bundle.run(b'<methodCall><methodName>app.getName</methodName></methodCall>')
    assert b'example' in done.stdout and done.stderr == b''


def test_it_works_through_a_symbolic_link_from_any_directory(any_bundle, tmp_path):
    link = tmp_path / 'elsewhere' / 'call'
    link.parent.mkdir()
    link.symlink_to(any_bundle.script)
    assert any_bundle.call('app.getName', script=link, cwd='/') == 'example'
    assert any_bundle.call('app.getName', script='./call', cwd=link.parent) == 'example'
    assert any_bundle.call('app.getName', script='rpc.cgi') == 'example'


def test_it_works_in_folders_it_may_not_write(bundle):
    folders = [bundle.folder / name for name in ('cgi-bin', 'cgi-bin/xmlrpcgi', 'lib')]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert bundle.call('app.getName') == 'example'
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_lib_can_be_named_in_the_script_or_by_the_server(bundle, tmp_path):
    shutil.move(str(bundle.folder / 'lib'), str(tmp_path / 'classes'))
    assert bundle.call('app.getName', environ={'XMLRPCGI_LIB': str(tmp_path / 'classes')}) \
        == 'example'
    source = bundle.script.read_text()
    for place in (str(tmp_path / 'classes'), '../../classes'):
        bundle.script.write_text(source.replace("LIB = ''", 'LIB = %r' % place))
        assert bundle.call('app.getName') == 'example'


def test_in_a_shell_it_explains_itself_and_does_not_wait_for_input(any_bundle):
    done = subprocess.run([any_bundle.python, '-IS', str(any_bundle.script)],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, timeout=20, env={})
    assert b'answers XML-RPC calls for a web server' in done.stdout
    assert b' serve' in done.stdout
    assert done.returncode == 0


def test_words_of_a_query_string_are_no_options(bundle):
    done = bundle.run(b'', {'REQUEST_METHOD': 'GET', 'QUERY_STRING': '-h'})
    assert done.stdout.startswith(b'Status: 200 OK')
    again = subprocess.run([bundle.python, '-IS', str(bundle.script), '-h', '--version'],
                           stdout=subprocess.PIPE, timeout=20,
                           env={'REQUEST_METHOD': 'GET', 'GATEWAY_INTERFACE': 'CGI/1.1'})
    assert again.stdout.startswith(b'Status: 200 OK')


def test_a_proxy_header_does_not_reach_the_application(any_bundle):
    any_bundle.write('env.py', '''
import os
class Application:
    def proxy(self):
        return [os.environ.get('HTTP_PROXY'), os.environ.get('HTTP_HOST')]
''')
    assert any_bundle.call('env.proxy', environ={'HTTP_PROXY': 'evil', 'HTTP_HOST': 'h'}) \
        == [None, 'h']


def test_a_process_that_ends_itself_in_a_method_sends_no_half_answer(bundle):
    bundle.write('end.py', 'import os\nclass Application:\n    def now(self): os._exit(3)\n'
                           '    def politely(self): raise SystemExit(3)\n')
    done = bundle.run(b'<methodCall><methodName>end.now</methodName></methodCall>')
    assert done.stdout == b''
    with pytest.raises(Fault, match='ref '):
        bundle.call('end.politely')


@pytest.mark.parametrize('source, text', [
    ('MAX_BODIES = 3', b'there is no setting MAX_BODIES; did you mean MAX_BODY?'),
    ('COLOUR = 3', b'there is no setting COLOUR; there are MAX_BODY'),
    ('LOG_FILE = "rpc.log"', b'it takes an absolute path'),
    ('TRUSTED_PROXIES = ["x"]', b"'x' does not appear to be"),
    ('MAX_BODY = "3"', b"the setting MAX_BODY is '3'; it takes bytes"),
    ('MAX_BODY = -3', b'cannot be negative'),
    ('DEBUG = 1', b'it takes yes or no'),
    ('MAX_BODY = ', b'lib/settings.py'),
])
def test_wrong_settings_are_an_error_at_start_with_the_cause_in_the_log(bundle, source, text):
    bundle.write('settings.py', source + '\n')
    done = bundle.run(b'<methodCall><methodName>app.getName</methodName></methodCall>')
    head, body = head_and_body(done)
    assert head[0] == 'Status: 500 Internal Server Error'
    assert body == 'the settings of this server are wrong; its error log says what to do\n'
    assert text in done.stderr


def test_settings_are_read_from_lib(bundle):
    bundle.write('settings.py', 'DOCUMENTATION = False\n')
    done = bundle.run(b'', {'REQUEST_METHOD': 'GET'})
    assert done.stdout.startswith(b'Status: 405 Method Not Allowed\r\n')
    assert bundle.call('app.getName') == 'example'


EXPLICIT = '''#!{python} -IS
import sys
sys.path[:0] = [{cgi_bin!r}, {lib!r}]
from xmlrpcgi import Handler
from app import Application
handler = Handler()
handler.register_class('app', Application())
handler.handle_request()
'''


def test_the_explicit_form_registers_by_hand(any_bundle):
    script = any_bundle.folder / 'cgi-bin' / 'mine.cgi'
    script.write_text(EXPLICIT.format(python=any_bundle.python,
                                      cgi_bin=str(any_bundle.folder / 'cgi-bin'),
                                      lib=str(any_bundle.folder / 'lib')))
    assert any_bundle.call('app.getName', script=script) == 'example'


def test_bytes_are_read_by_content_length_and_not_beyond(bundle):
    body = '<methodCall><methodName>app.getName</methodName></methodCall>'.encode('utf-16')
    assert b'example' in bundle.run(body).stdout
    done = bundle.run(body + b'more', {'CONTENT_LENGTH': str(len(body))})
    assert b'example' in done.stdout


def test_no_environment_but_the_needed_is_enough(bundle):
    done = subprocess.run([bundle.python, '-IS', str(bundle.script)], stdout=subprocess.PIPE,
                          env={'REQUEST_METHOD': 'GET'}, stdin=subprocess.DEVNULL, timeout=20)
    assert done.stdout.startswith(b'Status: 200 OK')


def test_an_exception_after_stdout_is_set_aside_is_still_answered(bundle):
    library = bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'library.py'
    library.write_text(library.read_text().replace('finders = sys.meta_path', 'gone'))
    done = bundle.run()
    assert done.stdout.startswith(b'Status: 500 Internal Server Error\r\n')
    assert b'cannot start' in done.stdout and b'NameError' in done.stderr
