"""A child that a method forks, and that comes back from it: it does nothing of its parent's."""

import subprocess

import pytest

from tests.process.conftest import Bundle, each
from tests.process.ways import caller, cgi, fcgi, wsgi
from tests.tools import interpreters

FORKS = '''
import os, sys
from xmlrpcgi import Fault

def note(path, text):
    with open(path, 'a') as file:
        file.write(text + ' ')

def is_child():
    """Fork; the parent waits for the child."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
    return not child

class Fails:
    def __iter__(self):
        yield 1
        if is_child():
            raise ValueError('of the child')

class Text(Exception):
    def __str__(self):
        return 'of the child' if is_child() else 'of the parent'

class Application:
    def note(self, path: str):
        note(path, 'noted')

    def raises_text(self, path: str):
        raise Text

    def returns(self, path: str):
        return 'child' if is_child() else 'parent'

    def grandchild_returns(self, path: str):
        return 'child' if is_child() or is_child() else 'parent'

    def raises(self, path: str):
        if is_child():
            raise ValueError('of the child')
        return 'parent'

    def raises_fault(self, path: str):
        if is_child():
            raise Fault(5, 'of the child')
        return 'parent'

    def exits(self, path: str):
        if is_child():
            sys.exit(3)
        return 'parent'

    def cleans(self, path: str):
        try:
            return 'child' if is_child() else 'parent'
        finally:
            note(path, 'cleaned')

    def yields(self, path: str):
        yield 'child' if is_child() else 'parent'

    def yields_and_fails(self, path: str):
        return (item for item in Fails())

    def status(self, how: str, value=None):
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1] >> 8
        if how == 'return':
            return value
        if how == 'exit':
            sys.exit(value)
        print('printed by the child')
        raise {'ValueError': ValueError, 'KeyboardInterrupt': KeyboardInterrupt}.get(
            how, Fault)(*value)
'''
AROUND = FORKS + '''
    def _around(self, request, proceed):
        note(request.params[0], 'begun')
        try:
            value = proceed()
            note(request.params[0], 'committed')
            return value
        except ValueError:
            note(request.params[0], 'rolled back')
            raise
        finally:
            note(request.params[0], 'closed')

    def works(self, path: str):
        """What an isolated method gives: see Isolated."""
        return os.getpid()
'''
MADE = '''
from lib.forks import is_child, note

class Application:
    def __init__(self):
        is_child()

    def note(self, path: str):
        note(path, 'made')
'''
ISOLATED = '''
import os

class Application:
    def _around(self, request, proceed):
        """Runs the method in a child, which tells its parent what came of it."""
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.write(writer, proceed().encode())
            os._exit(0)
        os.waitpid(child, 0)
        return os.read(reader, 100).decode()

    def says(self, path: str):
        return 'in a child'
'''
IMPORTED = '''
from lib.forks import is_child, note
IS_CHILD = is_child()

class Application:
    def note(self, path: str):
        note(path, 'imported')
'''
CONVERTED = '''
from collections import namedtuple

from lib.forks import is_child, note

class Place(namedtuple('Place', 'path')):
    __annotations__ = {'path': str}

    def __new__(cls, path):
        is_child()
        return super().__new__(cls, path)

def note_at(place: Place):
    note(place.path, 'converted')

class Application:
    def note(self, place: Place):
        note_at(place)
'''
REGISTER = '''
from lib.converted import note_at
from lib.forks import is_child

def register(handler):
    handler.register_function(note_at)
    handler.register_function(lambda path: 'child' if is_child() else 'parent', 'registered')
'''
LIB = {'forks.py': FORKS, 'around.py': AROUND, 'made.py': MADE, 'isolated.py': ISOLATED,
       'imported.py': IMPORTED, 'converted.py': CONVERTED, '__init__.py': REGISTER}
ONCE = {        # method: (its value in the parent, what is in the file then)
    'forks.returns': ('parent', 'noted'),
    'forks.grandchild_returns': ('parent', 'noted'),
    'forks.raises': ('parent', 'noted'),
    'forks.raises_fault': ('parent', 'noted'),
    'forks.exits': ('parent', 'noted'),
    'forks.cleans': ('parent', 'cleaned cleaned noted'),        # as Python does it in each process
    'forks.yields': (['parent'], 'noted'),
    'forks.yields_and_fails': ([1], 'noted'),
    'registered': ('parent', 'noted'),
    'around.returns': ('parent', 'begun committed closed noted'),
    'around.raises': ('parent', 'begun committed closed noted'),
    'around.exits': ('parent', 'begun committed closed noted'),
    'isolated.says': ('in a child', 'noted'),
    'made.note': (None, 'made noted'),
    'imported.note': (None, 'imported noted'),
}
STATUS = [      # how the child ends, with what, and the exit status that its parent sees
    ('return', 'child', 0), ('exit', None, 0), ('exit', 0, 0), ('exit', 3, 3), ('exit', 259, 3),
    ('exit', -1, 255), ('exit', 'why', 1), ('ValueError', ['why'], 1), ('Fault', [5, 'why'], 1),
    ('KeyboardInterrupt', [], 1)]
TOLD = [        # how the child ends, with what, and what is in the log
    ('exit', 'why\nthis', ['forks.status forked ends by SystemExit: why\\nthis\n']),
    ('Fault', [5, 'why'], ["forked ends by Fault: <Fault 5: 'why'>\n"]),
    ('ValueError', ['why\nthis'], ['forked ends by ValueError\n', ' ValueError: why\\nthis\n',
                                   'Traceback', 'in status']),
    ('return', None, [])]


def with_forks(bundle):
    for name, source in LIB.items():
        bundle.write(name, source)
    return bundle


@pytest.fixture(scope='module', params=each(interpreters.ring()))
def forking(request, tmp_path_factory):
    """A bundle of LIB, run by one interpreter."""
    return with_forks(Bundle(tmp_path_factory.mktemp('forks') / 'bundle', request.param))


@pytest.fixture(scope='module', params=[cgi, fcgi, wsgi], ids=lambda way: way.__name__)
def call(request, forking):
    with request.param(forking) as answer_to:
        yield caller(answer_to)


@pytest.mark.parametrize('method', ONCE)
def test_a_forked_child_goes_on_with_nothing_that_is_its_parent_s(call, tmp_path, method):
    path = str(tmp_path / 'notes')
    value, notes = ONCE[method]
    assert call('system.multicall', [
        {'methodName': method, 'params': [path]},
        {'methodName': 'forks.note', 'params': [path]}]) == [[value], [None]]
    assert (tmp_path / 'notes').read_text().split() == notes.split()


@pytest.mark.parametrize('method', ['note_at', 'converted.note'])
def test_a_child_that_an_argument_forks_when_it_is_made_goes_on_with_nothing(
        call, tmp_path, method):
    assert call(method, {'path': str(tmp_path / 'notes')}) is None
    assert (tmp_path / 'notes').read_text() == 'converted '


def test_a_child_that_the_text_of_an_exception_forks_goes_on_with_nothing(call, tmp_path):
    path = str(tmp_path / 'notes')
    _, noted = call('system.multicall', [
        {'methodName': 'forks.raises_text', 'params': [path]},
        {'methodName': 'forks.note', 'params': [path]}])
    assert noted == [None] and (tmp_path / 'notes').read_text() == 'noted '


def test_a_forked_child_ends_with_the_status_that_python_gives_it(call):
    assert [call('forks.status', how, value) for how, value, _ in STATUS] \
        == [status for _, _, status in STATUS]


@pytest.mark.parametrize('way', [cgi, fcgi])
def test_what_ended_a_forked_child_is_in_the_log_in_lines_of_the_log(way, bundle, tmp_path):
    command = tmp_path / 'python'           # has stderr in a file
    command.write_text('#!/bin/sh\nexec %s "$@" 2>>%s/log\n' % (bundle.python, tmp_path))
    command.chmod(0o755)
    bundle.python = str(command)
    with way(with_forks(bundle)) as answer_to:
        for how, value, wanted in TOLD:
            (tmp_path / 'log').write_text('')
            caller(answer_to)('forks.status', how, value)
            log = (tmp_path / 'log').read_text()
            assert all(text in log for text in wanted), log
            assert 'this' not in [line[:4] for line in log.splitlines()]
            assert bool(wanted) == bool(log)
            assert ('printed' in log) == (how in ('Fault', 'ValueError'))


def test_without_a_server_a_forked_child_ends_with_the_status_that_python_gives_it(bundle):
    with_forks(bundle)
    for how, value, status in ('exit', '3', 3), ('ValueError', '["why"]', 1), ('return', '1', 0):
        done = subprocess.run(
            [bundle.python, str(bundle.folder / 'cgi-bin' / 'xmlrpcgi'), 'call', '--lib',
             str(bundle.folder / 'lib'), 'forks.status', how, value], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60)
        assert done.stdout == b'%d\n' % status, done
        assert (b'Traceback' in done.stderr) == (how == 'ValueError')


def test_the_children_of_multiprocessing_are_let_be(any_bundle):
    any_bundle.write('pool.py', '''
import multiprocessing

def square(number):
    return number * number

class Application:
    def squares(self, path: str):
        with multiprocessing.get_context('fork').Pool(2) as pool:
            return pool.map(square, [1, 2, 3])
''')
    assert any_bundle.call('pool.squares', b'<param><value>x</value></param>') == [1, 4, 9]
