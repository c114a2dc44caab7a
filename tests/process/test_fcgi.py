"""rpc.fcgi as a process, without a web server: what it answers."""

import gzip
import signal
import subprocess
import time

import pytest

from tests.process.resident import SECONDS, calling, free_port, raises, whole
from tests.tools import interpreters
from tests.tools.fcgi import wait_for


def test_it_answers_calls_and_what_is_printed_goes_to_the_log(any_door):
    process = any_door.own()
    assert process.call('app.getName') == 'example'
    answer = process.ask(calling('door.says', 'J\u00fcrgen'))
    assert answer.value == 'J\u00fcrgen' and answer.whole
    assert answer.out.count('J\u00fcrgen'.encode()) == 1
    lines = answer.err.decode().splitlines()
    assert [line for line in lines if line[0] == 'J'] == ['J\u00fcrgen ' + how for how in (
        'printed', 'as bytes', 'to stderr', 'at last')]
    assert 'WARNING:root:J\u00fcrgen logged' in lines and answer.err.endswith(b'\n')
    log = process.log().splitlines()
    assert sorted(log) == ['J\u00fcrgen to descriptor 1', 'by a child', 'by a child of stdout']
    assert raises(process, 'door.no').faultCode == -32601
    process.kill()
    assert process.status() == 0


def test_the_environment_is_that_of_the_request(any_door):
    process = any_door.own(KEPT='own', OVER='own')
    first = process.call('door.environ', REMOTE_USER='ann', HTTP_X_ONE='J\u00fcrgen',
                         OVER='request', HTTP_PROXY='http://evil.example')
    assert (first['REMOTE_USER'], first['HTTP_X_ONE'], first['OVER'], first['KEPT']) \
        == ('ann', 'J\u00fcrgen', 'request', 'own')
    second = process.call('door.environ', HTTP_X_TWO='2')
    assert second['HTTP_X_TWO'] == '2' and second['OVER'] == 'own'
    assert 'HTTP_PROXY' not in {**first, **second}
    assert not {'REMOTE_USER', 'HTTP_X_ONE'} & set(second)
    # What an application did to a request's variables is undone, too.
    process.call('door.set', 'HTTP_X_TWO', 'changed', HTTP_X_TWO='2')
    assert process.call('door.environ', HTTP_X_TWO='2')['HTTP_X_TWO'] == '2'
    assert 'HTTP_X_TWO' not in process.call('door.environ')


def test_the_folder_and_umask_that_a_call_leaves_are_not_those_of_the_next(any_door):
    process = any_door.own()
    first = process.call('door.moves')
    assert first[0] == '/' and process.call('door.moves') == first


PROCESS = '''
import locale, os, signal, subprocess, sys, time

NAMES = 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGPIPE', 'SIGTERM', 'SIGCHLD'

class Application:
    def leave(self):
        for name in NAMES:
            signal.signal(getattr(signal, name), lambda *_: None)
        now = locale.setlocale(locale.LC_ALL)
        locale.setlocale(locale.LC_ALL, 'C' if now != 'C' else 'C.UTF-8')
        signal.set_wakeup_fd(-1)
        signal.alarm(1)

    def found(self):
        return [str(signal.getsignal(getattr(signal, name))) for name in NAMES] + [
            locale.setlocale(locale.LC_ALL)]

    def sleep(self):
        time.sleep(1.3)
        return 'slept'

    def close(self):
        sys.__stdout__.close()
        sys.__stderr__.close()

    def print(self):
        print('printed', file=sys.__stdout__)
        subprocess.call(['echo', 'by a child'])
        return 'printed'
'''


def test_signals_locale_and_alarm_that_a_call_leaves_are_not_those_of_the_next(any_door):
    any_door.bundle.write('settings.py', 'CALL_SECONDS = 0\n')
    any_door.bundle.write('process.py', PROCESS)
    process = any_door.own()
    first = process.call('process.found')
    process.call('process.leave')
    assert process.call('process.found') == first
    process.call('process.leave')
    assert process.call('process.sleep') == 'slept'
    process.kill()
    assert process.status() == 0


LEFT = '''
import asyncio, os, signal, time

class Application:
    def leaves(self):
        """Change all that the next request should not find."""
        os.environ['REMOTE_USER'] = 'ann'
        os.environ['LEFT'] = os.environ['HTTP_PROXY'] = 'x'
        os.environ['TZ'] = 'JST-9'
        os.environ.pop('KEPT')
        time.tzset()
        self.blocks()

    def leaves_the_zone(self):
        """Change the time zone where only the C library knows it."""
        os.environ['TZ'] = 'JST-9'
        time.tzset()
        del os.environ['TZ']

    def blocks(self):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM, signal.SIGTERM])

    def ignores(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def runs(self):
        async def nothing():
            pass
        return asyncio.get_event_loop_policy().new_event_loop().run_until_complete(nothing())

    def handles(self):
        loop = asyncio.new_event_loop()
        loop.add_signal_handler(signal.SIGTERM, print)
        loop.remove_signal_handler(signal.SIGTERM)
        loop.close()

    def found(self):
        return [sorted(os.environ.items()), time.strftime('%Z', time.localtime(0)),
                [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])]]

    def spin(self):
        while True:
            pass
'''


@pytest.mark.parametrize('how', ['leaves', 'leaves_the_zone'])
def test_the_variables_zone_and_signal_mask_that_a_call_leaves_are_not_those_of_the_next(
        any_door, how):
    any_door.bundle.write('settings.py', 'CALL_SECONDS = 1\n')
    any_door.bundle.write('left.py', LEFT)
    process = any_door.own(KEPT='own')
    first = process.call('left.found', SIZE='1')
    process.call('left.' + how, SIZE='1')
    assert process.call('left.found', SIZE='1') == first
    process.call('left.' + how, SIZE='1')
    assert raises(process, 'left.spin').faultString.startswith('the call took longer')


def test_a_time_zone_that_a_request_has_holds_for_that_request(any_door):
    any_door.bundle.write('left.py', LEFT)
    process = any_door.own()
    zones = [process.call('left.found', **zone)[1] for zone in (
        {}, {'TZ': 'JST-9'}, {'TZ': 'CET-1'}, {})]
    assert zones == [zones[0], 'JST', 'CET', zones[0]]


@pytest.mark.parametrize('how', ['blocks', 'ignores', 'runs', 'handles'])
def test_sigterm_ends_a_process_that_waits_whatever_a_call_did_to_signals(any_door, how):
    any_door.bundle.write('left.py', LEFT)
    process = any_door.own()
    process.call('left.' + how)
    time.sleep(0.2)
    begun = time.monotonic()
    process.kill()
    assert process.status() == 0 and time.monotonic() - begun < 9


def test_a_class_closes_the_first_streams_for_no_other(any_door):
    any_door.bundle.write('process.py', PROCESS)
    process = any_door.own()
    process.call('process.close')
    for _ in range(2):
        answer = process.ask(calling('process.print'))
        assert answer.whole and b'printed\n' in answer.err
    assert process.log().count('by a child\n') == 2


def test_a_stream_of_its_own_round_stdout_does_not_end_that_of_the_next(any_door):
    any_door.bundle.write('wrapper.py', '''
import io, sys
class Application:
    def wrap(self, text: str):
        sys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'utf-8')
        print(text)
        sys.stdout.close()
''')
    process = any_door.own()
    for text in 'one', 'two':
        assert text.encode() in process.ask(calling('wrapper.wrap', text)).err


def test_calls_that_use_up_their_seconds_are_faults_and_it_goes_on(any_door):
    any_door.bundle.write('settings.py', 'CALL_SECONDS = 1\n')
    process = any_door.own()
    fault = raises(process, 'door.spin')
    assert fault.faultCode == -32500
    assert fault.faultString.startswith('the call took longer than 1 seconds (ref ')
    assert process.call('door.pid') == process.pid


def test_the_end_of_its_seconds_breaks_no_record_of_the_log(door):
    door.bundle.write('settings.py', 'CALL_SECONDS = 1\n')
    process = door.listen('127.0.0.1:%d' % free_port(), '--processes', '1')
    with process.connect() as client:
        client.send(whole('door.chatter'))
        time.sleep(1.5)             # its end comes while it waits for us to read
        answer = client.answer()
    assert answer.whole and b'took longer than 1 seconds' in answer.body
    assert set(answer.err.partition(b'xmlrpcgi')[0]) <= set(b'x\n')
    assert process.call('app.getName') == 'example'


def test_what_a_method_does_to_its_process(any_door):
    process = any_door.own()
    assert raises(process, 'door.exits').faultCode == -32500
    assert process.call('door.threads') >= 1
    assert process.call('door.child') == -signal.SIGTERM
    assert process.call('door.pid') == process.pid
    assert 'the child runs' in process.log()
    assert not process.ask(calling('door.dies')).whole
    assert process.status() == 1


@pytest.mark.parametrize('more, status', [({'CONTENT_TYPE': 'image/png'}, 415),
                                          ({'SIZE': 20000000}, 413), ({'SIZE': 70000000}, 413)])
def test_a_refusal_is_read_by_who_still_sends(door, more, status):
    process = door.own()
    body = b'x' * more.pop('SIZE', 3000000)
    answer = process.ask(body, **more)
    assert answer.status == status and answer.whole


def test_large_answers_and_compressed_ones_arrive(door):
    process = door.own()
    assert len(process.call('door.big', 5000000)) == 5000000
    answer = process.ask(calling('door.big', 5000000), HTTP_ACCEPT_ENCODING='gzip')
    assert len(answer.body) < 50000 and len(gzip.decompress(answer.body)) > 5000000


def test_a_changed_class_counts_in_a_process_that_runs(door):
    says = 'class Application:\n    def says(self):\n        return %r\n'
    door.bundle.write('fresh.py', says % 'one')
    process = door.own()
    assert process.call('fresh.says') == 'one'
    door.bundle.write('fresh.py', says % 'two')
    wait_for(lambda: process.call('fresh.says') == 'two')


def test_no_folder_of_classes_is_said_in_each_answer_until_there_is_one(door):
    lib = door.bundle.folder / 'lib'
    lib.rename(lib.parent / 'away')
    process = door.own()
    answer = process.ask(calling('door.pid'))
    assert answer.status == 500 and b'no folder of classes' in answer.body
    assert b'there is no folder ' in answer.err
    (lib.parent / 'away').rename(lib)
    wait_for(lambda: process.ask(calling('door.pid')).status == 200)


def test_without_arguments_in_a_shell_it_explains_itself(door):
    done = subprocess.run([door.bundle.python, '-IS', 'rpc.fcgi'], timeout=SECONDS,
                          cwd=door.bundle.folder / 'cgi-bin', stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0 and done.stderr == b''
    assert b'rpc.fcgi --listen /run/xmlrpcgi/rpc.sock' in done.stdout


def test_as_a_cgi_script_it_answers_like_one(any_door):
    bundle = any_door.bundle
    bundle.script = bundle.folder / 'cgi-bin' / 'rpc.fcgi'
    assert bundle.call('app.getName') == 'example'


@pytest.mark.parametrize('python', [pytest.param(path, id=name)
                                    for name, path in interpreters.too_old()])
def test_an_older_python_says_so(door, python):
    door.bundle.python, door.options = python, []
    process = door.own()
    process.status()
    log = process.log()
    assert 'Python 3.6 or newer in line 1' in log
    assert 'Python 3.6 or newer must run it' in log
    assert 'Traceback' not in log
