"""rpc.cgi as a process: its streams, and what a method leaves to run after the answer."""

import os
import signal
import subprocess

import pytest

NOISY = '''
import os, subprocess, sys
class Application:
    def shout(self):
        print('printed \\u00e9')
        sys.stdout.write('written\\n')
        os.write(1, b'to the descriptor\\n')
        subprocess.check_call(['echo', 'by a child'])
        os.system('echo by a shell')
        return 'quiet'
'''


def test_what_a_method_prints_goes_to_the_log_and_not_into_the_answer(any_bundle):
    any_bundle.write('noisy.py', NOISY)
    body = b'<methodCall><methodName>noisy.shout</methodName></methodCall>'
    done = any_bundle.run(body, {'LC_ALL': 'C'})
    assert done.stdout.startswith(b'Status: 200 OK\r\n')
    assert done.stdout.endswith(b'<value><string>quiet</string></value>\n</param>\n</params>\n'
                                b'</methodResponse>\n')
    for text in (b'printed', b'written', b'to the descriptor', b'by a child', b'by a shell'):
        assert text in done.stderr and text not in done.stdout


WRAPPED = """
import io, sys
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')
sys.stderr = io.TextIOWrapper(sys.stderr.buffer, encoding='utf-8')
class Application:
    def shout(self):
        print('printed')
        sys.stderr.write('written')
        return 'quiet'
"""
CLOSED = """
import codecs, sys
sys.stderr = codecs.getwriter('utf-8')(sys.stderr.detach())
sys.stdout.close()
class Application:
    def shout(self):
        print('printed')
        sys.stderr.write('written')
        return 'quiet'
"""


@pytest.mark.parametrize('source', [WRAPPED, CLOSED])
def test_a_class_may_put_streams_of_its_own_round_stdout_and_stderr(any_bundle, source):
    any_bundle.write('noisy.py', source)
    done = any_bundle.run(b'<methodCall><methodName>noisy.shout</methodName></methodCall>')
    assert b'<string>quiet</string>' in done.stdout, done.stdout
    assert sorted(done.stderr.split()) in ([b'printed', b'written'], [b'printedwritten'],
                                           [b'writtenprinted'])


def test_after_the_answer_exit_functions_run_and_threads_end(any_bundle, tmp_path):
    any_bundle.write('late.py', '''
import atexit, threading, time
class Application:
    def leave(self, path):
        def write(name):
            with open(path + name, 'w') as file:
                file.write(name)
        atexit.register(write, 'exit')
        threading.Thread(target=lambda: (time.sleep(0.2), write('thread'))).start()
        return True
''')
    place = str(tmp_path / 'left-').encode()
    assert any_bundle.call('late.leave', b'<param><value>%s</value></param>' % place) is True
    assert (tmp_path / 'left-exit').read_text() == 'exit'
    assert (tmp_path / 'left-thread').read_text() == 'thread'


def test_a_reader_that_is_gone_is_noted_and_nothing_breaks(bundle):
    bundle.write('big.py', 'class Application:\n    def text(self): return "x" * 4000000\n')
    body = b'<methodCall><methodName>big.text</methodName></methodCall>'
    process = subprocess.Popen(
        [bundle.python, '-IS', str(bundle.script)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
             'CONTENT_LENGTH': str(len(body))})
    process.stdout.close()
    process.stdin.write(body)
    process.stdin.close()
    log = process.stderr.read()
    process.stderr.close()
    assert process.wait(20) == 0
    assert b'could not be sent' in log and b'Traceback' not in log


def test_a_child_in_the_background_holds_neither_the_answer_nor_the_request(bundle):
    bundle.write('child.py', '''
import os, subprocess
class Application:
    def leave(self):
        return subprocess.Popen(["sleep", "60"], stderr=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL).pid
    def fork(self):
        pid = os.fork()
        if pid == 0:
            import time
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1), os.dup2(null, 2)
            time.sleep(60)
            os._exit(0)
        return pid
    def ask(self):
        try:
            return input()
        except EOFError:
            return 'nothing to read'
''')
    for method in ('child.leave', 'child.fork'):        # bundle.call waits 30 seconds for each
        os.kill(bundle.call(method), signal.SIGTERM)
    assert bundle.call('child.ask') == 'nothing to read'
