"""The script as a process: what a request can put into its environment and its command line."""

import os
import subprocess
import sys

import pytest

from tests.security import tried
from tests.security.test_objects import PACKAGE

KIND = 'headers and environment'
SHOW = '''
import os, sys, urllib.request

class Application:
    def show(self, request):
        return {'proxies': urllib.request.getproxies(), 'argv': len(sys.argv),
                'flags': [sys.flags.isolated, sys.flags.ignore_environment, sys.flags.no_user_site],
                'names': sorted(os.environ), 'headers': sorted(request.headers),
                'path': [str(path) for path in sys.path], 'cwd': os.getcwd()}
'''
BODY = b'<methodCall><methodName>app.show</methodName></methodCall>'
SCRIPT = str(PACKAGE.parent / 'rpc.cgi')


@pytest.fixture(scope='module')
def lib(tmp_path_factory):
    folder = tmp_path_factory.mktemp('lib')
    (folder / 'app.py').write_text(SHOW)
    return folder


def run(lib, environ=(), words=(), script=(sys.executable, '-IS', SCRIPT), cwd=None):
    """(what the script writes, and to its log) for a request."""
    variables = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                 'CONTENT_LENGTH': str(len(BODY)),
                 'GATEWAY_INTERFACE': 'CGI/1.1', 'XMLRPCGI_LIB': str(lib),
                 'PATH': os.environ['PATH']}
    variables.update(environ)
    done = subprocess.run(list(script) + list(words), input=BODY, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=variables, cwd=cwd)
    return done.stdout, done.stderr.decode()


def value(output):
    import xmlrpc.client
    head, _, body = output.partition(b'\r\n\r\n')
    assert head.startswith(b'Status: 200'), output
    return xmlrpc.client.loads(body)[0][0]


@pytest.mark.slow
@pytest.mark.parametrize('address', ['http://evil.example:8080', '', 'evil.example',
                                     'socks5://evil.example'])
def test_a_proxy_header_is_no_proxy_of_the_applications(lib, address):
    """CVE-2016-1000110, httpoxy: the header `Proxy:` comes as HTTP_PROXY, which urllib obeys."""
    tried(KIND)
    shown = value(run(lib, {'HTTP_PROXY': address})[0])
    assert 'HTTP_PROXY' not in shown['names'] and 'Proxy' not in shown['headers']
    assert not shown['proxies']


def test_the_proxy_of_the_host_stays(lib):
    shown = value(run(lib, {'http_proxy': 'http://proxy.example:3128',
                            'HTTP_PROXY': 'http://evil.example'})[0])
    assert shown['proxies'].get('http') == 'http://proxy.example:3128'


WORDS = ['-c', '-cimport os; os.system("id")', '-m', '-mpdb', '-i', '-s', '-d allow_url_include=1',
         '--', '-',
         '-h', '--help', '-V', '--version', '-x', '-E', '/etc/passwd', '-X importtime', '-W error',
         '-u',
         'serve', 'call', 'install', '--lib', '--cgi-bin=/tmp', '-b', '-v', '-B', '-O', '-?', '\\',
         '"', '`id`',
         '-dauto_prepend_file=php://input', '-n', '-T']


@pytest.mark.slow
@pytest.mark.parametrize('word', WORDS)
def test_words_of_a_query_string_are_no_options(lib, word):
    """CVE-2012-1823: php-cgi took `?-s` for an option (RFC 3875 section 4.4 puts it there)."""
    for words in ([word], [word, word], word.split()):
        tried(KIND)
        output, log = run(lib, {'QUERY_STRING': '+'.join(words)}, words)
        assert value(output)['flags'] == [1, 1, 1] and log == ''


@pytest.mark.slow
@pytest.mark.parametrize('word', WORDS)
def test_nor_are_they_for_the_form_that_the_shell_starts(lib, word, tmp_path):
    tried(KIND)
    output, log = run(lib, {'QUERY_STRING': word}, word.split(),
                      ['/bin/sh', str(PACKAGE.parent / 'rpc-sh.cgi')])
    assert value(output) and log == ''


# Variables that would change the interpreter, and what a header makes of their names.
VARIABLES = {
    'PYTHONPATH': '/tmp/evil', 'PYTHONHOME': '/tmp/evil', 'PYTHONSTARTUP': '/tmp/evil.py',
    'PYTHONINSPECT': '1', 'PYTHONVERBOSE': '1', 'PYTHONDEBUG': '1', 'PYTHONWARNINGS': 'error',
    'PYTHONBREAKPOINT': 'os.system', 'PYTHONUSERBASE': '/tmp/evil',
    'PYTHONPYCACHEPREFIX': '/tmp/evil',
    'PYTHONEXECUTABLE': '/tmp/evil', 'PYTHONPLATLIBDIR': '/tmp/evil', 'PYTHONIOENCODING': 'utf-7',
    'PYTHONHASHSEED': '0', 'PYTHONMALLOC': 'debug', 'PYTHONDUMPREFS': '1',
    'PYTHONDONTWRITEBYTECODE': '1',
}


@pytest.mark.slow
def test_the_interpreter_takes_no_orders_from_the_environment(lib):
    for name, text in VARIABLES.items():
        tried(KIND, 2)
        output, log = run(lib, {name: text, 'HTTP_' + name: text})
        shown = value(output)
        assert log == '' and not [path for path in shown['path'] if 'evil' in path], name


@pytest.mark.slow
@pytest.mark.parametrize('name', [
    'XMLRPCGI_LIB', 'REMOTE_USER', 'REMOTE_ADDR', 'HTTPS', 'REQUEST_METHOD', 'SCRIPT_NAME', 'PATH',
    'LD_PRELOAD', 'CONTENT_TYPE', 'AUTH_TYPE', 'HOST', 'PYTHONPATH', 'LIB', 'MAX_BODY', 'DEBUG',
    'SETTINGS'])
def test_a_header_is_no_variable_of_the_servers(lib, name, tmp_path):
    tried(KIND)
    shown = value(run(lib, {'HTTP_' + name: str(tmp_path)})[0])
    assert shown['flags'] == [1, 1, 1] and str(tmp_path) not in shown['path']


# Starts a program with variables that need not differ in name, as only C can.
START = '''
import ctypes, sys
def array(words):
    words = [word.encode() for word in words]
    return (ctypes.c_char_p * (len(words) + 1))(*words, None)
count = int(sys.argv[1])
command = sys.argv[2 + count:]
ctypes.CDLL(None).execve(command[0].encode(), array(command), array(sys.argv[2:2 + count]))
'''


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists('/proc/self/environ'), reason='only Linux shows variables')
@pytest.mark.parametrize('name, first, second', [
    ('X_FORWARDED_FOR', '198.51.100.1', '203.0.113.9'), ('X_FORWARDED_PROTO', 'https', 'http'),
    ('X_AUTH_TOKEN', 'one', 'another')])
def test_of_two_headers_that_are_one_variable_neither_is_believed(tmp_path, name, first, second):
    """X_Forwarded_For beside X-Forwarded-For (RFC 3875 section 4.1.18), as lighttpd hands them."""
    (tmp_path / 'app.py').write_text(SHOW)
    (tmp_path / 'settings.py').write_text('TRUSTED_PROXIES = "10.0.0.1",\n')
    for values in (first, second), (second, first), (first, first), ('', first):
        tried(KIND)
        variables = ['REQUEST_METHOD=POST', 'CONTENT_TYPE=text/xml', 'REMOTE_ADDR=10.0.0.1',
                     'CONTENT_LENGTH=%d' % len(BODY), 'XMLRPCGI_LIB=%s' % tmp_path,
                     *['HTTP_%s=%s' % (name, value) for value in values]]
        output, log = run(tmp_path, script=[sys.executable, '-c', START, str(len(variables)),
                                            *variables, sys.executable, '-IS', SCRIPT])
        assert output.startswith(b'Status: 400') and b'in two spellings' in output and log == ''


@pytest.mark.slow
@pytest.mark.parametrize('text', ['() { :; }; echo vulnerable', '() { (a)=>\\', '$(id)', '`id`',
                                  '\n\nX: 1',
                                  '\xff\xfe', 'a' * 100000, '%n%s%x', '\x1b[2J'])
def test_a_header_is_text_and_nothing_else(lib, text):
    """CVE-2014-6271 and its kin: the environment reaches programs that a class starts."""
    tried(KIND)
    environ = dict.fromkeys(['HTTP_USER_AGENT', 'HTTP_COOKIE', 'HTTP_X_ANY', 'HTTP_ACCEPT',
                             'QUERY_STRING', 'PATH_INFO', 'HTTP_HOST'], text)
    output, log = run(lib, environ)
    assert value(output) and log == ''
    assert output.count(b'Status:') == 1
    assert b'vulnerable' not in output and b'\r\nX: 1' not in output


def test_nothing_is_imported_from_where_the_script_is_run(lib, tmp_path):
    """A folder of uploads, say: the interpreter's -I leaves it out, also for `-S` and site."""
    for name in ('os', 'sys', 'xmlrpc', 'xmlrpcgi', 'site', 'sitecustomize', 'usercustomize', 'lib',
                 'posix',
                 'encodings', 'pyexpat', 'urllib', 'app', 'settings'):
        tried(KIND)
        (tmp_path / (name + '.py')).write_text('raise SystemExit("evil %s")' % name)
    output, log = run(lib, cwd=str(tmp_path))
    shown = value(output)
    assert log == '' and '' not in shown['path'] and str(tmp_path) not in shown['path']


def test_methods_of_the_request_line_are_no_options_either(lib):
    for method in ('-c', '--help', 'POST\r\nX: 1', 'GET ', '', '\x00'.strip('\x00'), 'x' * 9000):
        tried(KIND)
        output, _ = run(lib, {'REQUEST_METHOD': method})
        assert output.startswith(b'Status: 405'), method
        assert b'\r\nX: 1' not in output
