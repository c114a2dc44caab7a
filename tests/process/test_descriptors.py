"""Descriptors 0 to 2 are always taken: no answer and no file of the program gets one of them."""

import itertools

import pytest

from tests.process.conftest import CALL
from tests.process.resident import whole

CLOSES = '''
import os, subprocess, sys

class Application:
    def close(self, numbers: list):
        for number in numbers:
            os.close(number)
        return 'closed'

    def prints(self):
        print('printed')
        os.write(1, b'written')
        subprocess.call(['echo', 'by a child'])
        subprocess.call(['sh', '-c', 'echo by a child of it >&2; cat'])
        return [number for number in (0, 1, 2) if os.path.exists('/proc/self/fd/%d' % number)]
'''
SETS = [numbers for count in (1, 2, 3) for numbers in itertools.combinations((0, 1, 2), count)]


def without(numbers, python):
    """The command that runs `python` with these descriptors closed, as words before its options."""
    return ['/bin/sh', '-c', 'exec "$@" %s' % ' '.join('%d>&-' % number for number in numbers),
            'sh', python]


@pytest.mark.parametrize('numbers', SETS, ids=str)
def test_a_script_that_was_started_without_them_answers_what_it_can(any_bundle, numbers):
    any_bundle.write('closes.py', CLOSES)
    any_bundle.command = without(numbers, any_bundle.python)
    done = any_bundle.run(CALL % (b'closes.prints', b''))
    if 1 in numbers:
        assert done.stdout == b''
    else:
        head, _, body = done.stdout.partition(b'\r\n\r\n')
        assert head.startswith(b'Status: ') and b'printed' not in done.stdout
        assert b'written' not in done.stdout and b'child' not in done.stdout
        if 0 in numbers:
            assert b'the body ended after 0 of' in body
        else:
            assert b'<int>2</int>' in body
    assert b'Traceback' not in done.stderr
    assert 2 in numbers or 0 in numbers or b'printed' in done.stderr


@pytest.mark.parametrize('numbers', SETS, ids=str)
def test_where_the_package_cannot_start_there_is_no_second_traceback(bundle, numbers):
    (bundle.folder / 'cgi-bin' / 'xmlrpcgi' / 'handler.py').write_text('def half(')
    bundle.command = without(numbers, bundle.python)
    done = bundle.run(CALL % (b'app.getName', b''))
    assert b'Traceback' not in done.stderr
    assert 2 in numbers or b'cannot start' in done.stderr
    assert 1 in numbers or done.stdout.startswith(b'Status: 503')


@pytest.mark.parametrize('numbers', SETS, ids=str)
def test_after_a_class_closed_them_no_print_is_part_of_an_answer(door, numbers):
    door.bundle.write('closes.py', CLOSES)
    for process in door.own(), door.listen():
        for _ in range(2):
            assert process.call('closes.close', list(numbers)) == 'closed'
            for _ in range(2):
                assert process.call('closes.prints') == [0, 1, 2]
        with process.connect() as client:           # two requests on one connection
            client.send(whole('closes.close', list(numbers), keep=True))
            assert client.answer().value == 'closed'
            client.send(whole('closes.prints'))
            assert client.answer().value == [0, 1, 2]


@pytest.mark.parametrize('numbers', [(1,), (2,), (1, 2)], ids=str)
def test_a_fastcgi_process_that_was_started_without_them_answers(any_door, numbers):
    any_door.bundle.write('closes.py', CLOSES)
    command = without(numbers, any_door.bundle.python)
    any_door.bundle.python, any_door.options = command[0], command[1:] + any_door.options
    process = any_door.own()
    for _ in range(3):
        assert process.call('closes.prints') == [0, 1, 2]
