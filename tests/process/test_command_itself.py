"""The command as a program: its version and usage, colours, progress, and `serve`."""

import os
import pty
import subprocess

import pytest

from tests.process.command_line import PROGRAM, PYTHON, TOP, answering, run, said

COLOURS = {'TERM': 'xterm', 'NO_COLOR': ''}
ANSWER = (b'<methodResponse><params><param><value>x</value></param></params></methodResponse>')


def test_the_version_is_that_of_the_program():
    from xmlrpcgi import __version__
    assert said('--version') == 'xmlrpcgi %s\n' % __version__


def usage(*command, cwd=TOP):
    return subprocess.run([*command, 'call', '--help'], stdout=subprocess.PIPE, cwd=cwd, timeout=60,
                          check=True, env=dict(os.environ, PYTHONPATH='cgi-bin')
                          ).stdout.decode().partition('\n')[0]


def test_the_usage_names_the_command_as_it_was_started(tmp_path):
    rest = ' call [OPTION ...] URL METHOD [ARGUMENT ...]'
    assert usage(PYTHON, 'cgi-bin/xmlrpcgi') == 'usage: python3 cgi-bin/xmlrpcgi' + rest
    assert usage(PYTHON, '-m', 'xmlrpcgi') == 'usage: python3 %s/cgi-bin/xmlrpcgi' % TOP + rest
    installed = tmp_path / 'xmlrpcgi'
    installed.write_text('#!%s\nimport sys\nsys.path.insert(0, %r)\nfrom xmlrpcgi.__main__ import '
                         'main\nsys.exit(main(sys.argv[1:]))\n' % (PYTHON, str(TOP / 'cgi-bin')))
    installed.chmod(0o755)
    assert usage(str(installed)) == 'usage: xmlrpcgi' + rest


def test_the_usage_of_an_installation_names_its_folder_and_not_that_of_a_version(tmp_path):
    run('install', '--cgi-bin', str(tmp_path), '--lib', str(tmp_path / 'lib'))
    assert usage(PYTHON, str(tmp_path / 'xmlrpcgi')).startswith(
        'usage: python3 %s call ' % (tmp_path / 'xmlrpcgi'))


def on_a_terminal(*words, **env):
    """What the command writes to a terminal, to both of its streams."""
    child, terminal = pty.fork()
    if not child:
        os.execve(PYTHON, [PYTHON, PROGRAM, *words], {**os.environ, **COLOURS, **env})
    shown = b''
    try:
        while True:
            shown += os.read(terminal, 65536)
    except OSError:                 # the terminal's other end is closed
        pass
    os.close(terminal)
    os.waitpid(child, 0)
    return shown.decode()


def test_check_shows_colours_and_progress_on_a_terminal_alone():
    with answering(body=ANSWER, headers=[('Content-Type', 'text/xml')]) as server:
        shown = on_a_terminal('check', server.url)
        assert '\x1b[32mok\x1b[0m    script ' in shown and '\x1b[31mFAIL\x1b[0m' in shown
        assert '\r\x1b[Ka call ...' in shown and '\r\x1b[Kgzip request ...' in shown
        plain = on_a_terminal('check', server.url, NO_COLOR='1')
        assert '\x1b[32m' not in plain and 'ok    script ' in plain
        assert '\x1b' not in on_a_terminal('check', server.url, TERM='dumb')
        status, out, err = run('check', server.url)
        assert (status, err) == (1, '') and '\x1b' not in out and out.startswith('ok    script ')


@pytest.mark.parametrize('port', ['99999', '65536', '-1', 'x', '1' * 5000])
def test_a_port_that_is_none_is_a_sentence(port):
    status, out, err = run('serve', '--port=' + port)
    assert (status, out) == (2, '')
    assert err.endswith('is not a port: a number from 0 to 65535\n')


def test_the_first_calls_that_serve_shows_answer_whatever_the_classes_are(tmp_path):
    (tmp_path / 'shop.py').write_text('class Application:\n    def buy(self): pass\n')
    server = subprocess.Popen([PYTHON, PROGRAM, 'serve', '--port', '0', '--lib', str(tmp_path)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        shown = ''.join(server.stdout.readline().decode() for _ in range(10))
        curl, python = shown.split('\n\n')[2], '\n'.join(shown.split('\n')[8:])
        assert 'system.listMethods' in curl
        assert 'shop.buy' in subprocess.run([PYTHON, '-c', python], stdout=subprocess.PIPE,
                                            timeout=60, check=True).stdout.decode()
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_serve_answers_as_a_user_to_try_allow(tmp_path):
    (tmp_path / 'app.py').write_text(
        'from xmlrpcgi import allow\n\n\nclass Application:\n    @allow(user="ann")\n'
        '    def who(self, request):\n        return request.user\n')
    for user, status in ('ann', 0), ('bob', 1):
        server = subprocess.Popen([PYTHON, PROGRAM, 'serve', '--port', '0', '--lib', str(tmp_path),
                                   '--as', user], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            url = server.stdout.readline().decode().split()[3]
            done = run('call', url, 'app.who')
            assert done[0] == status and done[1] == ('ann\n' if user == 'ann' else '')
            if status:
                assert done[2].startswith('fault -32501: ')
        finally:
            server.terminate()
            server.communicate(timeout=60)
