"""rpc-sh.cgi: the script for hosts whose Python 3 is elsewhere, started by the shell."""

import ast
import os
import shutil
import subprocess
import sys

import pytest
from xmlrpcgi.install.doors import in_shell

from tests.process.installing import TOP, call, copy, request
from tests.tools import interpreters

ENDS = [pytest.param(path, id=name) for name, path in interpreters.ends()]
STUB = (TOP / 'cgi-bin' / 'rpc-sh.cgi').read_text()


@pytest.fixture
def script(tmp_path):
    return copy(tmp_path / 'my site') / 'cgi-bin' / 'rpc-sh.cgi'


def run_by(words, script):
    body = b'<?xml version="1.0"?><methodCall><methodName>app.getName</methodName></methodCall>'
    done = subprocess.run([*words, str(script)], input=body, stdout=subprocess.PIPE,
                          env={'REQUEST_METHOD': 'POST', 'CONTENT_LENGTH': str(len(body)),
                               'PATH': os.environ['PATH']})
    return done.stdout


def named(script, python):
    script.write_text(STUB.replace("PYTHON=''  ", "PYTHON='%s'  " % python, 1))


def nowhere(script, tmp_path):
    """Have it look in folders where no Python is."""
    script.write_text(STUB.replace('/usr', str(tmp_path)).replace('/opt', str(tmp_path)))


def test_it_is_a_shell_script_whose_python_part_is_rpc_cgi():
    head, _, body = STUB.partition("\n'''\n")
    assert head.startswith("#!/bin/sh\n''':'") and head.count("'''") == 1
    assert body == ''.join((TOP / 'cgi-bin' / 'rpc.cgi').read_text().partition('import sys\n')[1:])
    ast.parse(STUB, feature_version=(3, 6))


def test_its_form_of_rpc_fcgi_is_the_same_shell_part_before_rpc_fcgi(tmp_path):
    fcgi = (TOP / 'cgi-bin' / 'rpc.fcgi').read_bytes()
    made = in_shell(fcgi, STUB.encode())
    assert in_shell(made, STUB.encode()) == made
    text = made.decode()
    head, _, body = text.partition("\n'''\n")
    assert body == ''.join(fcgi.decode().partition('import sys\n')[1:])
    assert head == STUB.partition("\n'''\n")[0].replace('rpc.cgi', 'rpc.fcgi').replace(
        '-IS "$0"', '-IS "$0" "$@"')
    assert 'rpc.fcgi for hosts whose' in head and head.count('"$@"') == 1
    ast.parse(text, feature_version=(3, 6))


def test_its_form_of_rpc_fcgi_listens_where_its_options_say(tmp_path):
    script = copy(tmp_path / 'site') / 'cgi-bin' / 'rpc.fcgi'
    script.write_bytes(in_shell(script.read_bytes(), STUB.encode()))
    done = subprocess.run([str(script), '--listen', '--help'], stdout=subprocess.PIPE, timeout=60,
                          env={'PATH': os.environ['PATH']}, stdin=subprocess.DEVNULL)
    assert done.returncode == 0 and b'--processes' in done.stdout


@pytest.mark.parametrize('shell', ['dash', 'bash', 'bash --posix', 'ksh', 'mksh', 'busybox sh'])
def test_any_shell_can_run_it(script, tmp_path, shell):
    words = shell.split()
    if not shutil.which(words[0]):
        pytest.skip('there is no %s here' % words[0])
    nowhere(script, tmp_path)
    assert b'Status: 500 Error\r\n' in run_by(words, script)
    script.write_text(STUB)
    assert b'<string>example</string>' in run_by(words, script)


@pytest.mark.parametrize('env', [{}, {'PATH': ''}, {'PATH': '/nowhere'}, {'PYTHON': 'x'}])
def test_it_finds_python_without_path_and_without_home(script, env):
    assert call(script, env=env) == 'example'


def test_suexec_starts_it_by_its_name_in_its_folder(script):
    assert call('./rpc-sh.cgi', cwd=script.parent) == 'example'
    body = b'<?xml version="1.0"?><methodCall><methodName>app.getName</methodName></methodCall>'
    # As suEXEC does: execv() of the bare name, where the shell gets no folder to go by.
    exec_it = [sys.executable, '-c', 'import os; os.execv("rpc-sh.cgi", ["rpc-sh.cgi"])']
    done = subprocess.run(exec_it, cwd=script.parent, input=body, stdout=subprocess.PIPE,
                          env={'REQUEST_METHOD': 'POST', 'CONTENT_LENGTH': str(len(body))})
    assert b'<string>example</string>' in done.stdout


def test_it_can_bear_the_name_rpc_cgi(script):
    shutil.move(str(script), str(script.parent / 'rpc.cgi'))
    assert call(script.parent / 'rpc.cgi') == 'example'


@pytest.mark.parametrize('python', ENDS)
def test_an_interpreter_can_be_named_in_it(script, python):
    (script.parent.parent / 'lib' / 'app.py').write_text(
        'import sys\nclass Application:\n    def getName(self):\n'
        '        return "%d.%d %d" % (sys.version_info[:2] + (sys.flags.isolated,))\n')
    named(script, python)
    version = subprocess.run([python, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
                             stdout=subprocess.PIPE).stdout.decode().strip()
    assert call(script) == version + ' 1'


def test_the_newest_is_taken_where_there_are_several(script, tmp_path):
    nowhere(script, tmp_path)
    for folder, name in [('bin', 'python3.6'), ('bin', 'python3'), ('python-3.9/bin', 'python3.9'),
                         ('alt/python310/bin', 'python3.10')]:
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        path = tmp_path / folder / name
        path.write_text('#!/bin/sh\nprintf "Status: 200 OK\\r\\n\\r\\n%s"\n' % path)
        path.chmod(0o755)
    assert request(script).stdout.endswith(b'python3.10')
    shutil.rmtree(tmp_path / 'alt')
    assert request(script).stdout.endswith(b'python3.9')
    shutil.rmtree(tmp_path / 'python-3.9')
    assert request(script).stdout.endswith(b'python3.6')


def test_where_there_is_none_it_says_so_and_reads_the_request(script, tmp_path):
    nowhere(script, tmp_path)
    done = request(script, 'm' * 500000)                # more than a pipe holds
    assert done.stdout == (
        b'Status: 500 Error\r\nContent-Type: text/plain\r\n\r\nxmlrpcgi cannot start: Python 3 is '
        b'not there; name yours in PYTHON in this file\n')
    assert b'Python 3 is not there' in done.stderr and os.fsencode(script) in done.stderr
    named(script, '/no/such/python3')
    assert b'xmlrpcgi cannot start: /no/such/python3 is not there; name yours' in request(
        script).stdout


def test_words_of_a_query_string_are_no_options(script):
    body = b'<?xml version="1.0"?><methodCall><methodName>app.getName</methodName></methodCall>'
    done = subprocess.run([str(script), '-c', 'print(1)'], input=body, stdout=subprocess.PIPE,
                          env={'REQUEST_METHOD': 'POST', 'CONTENT_LENGTH': str(len(body))})
    assert b'<string>example</string>' in done.stdout
