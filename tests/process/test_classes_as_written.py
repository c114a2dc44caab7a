"""Classes as people write them, under each interpreter; the table is tests/written.py."""

import shutil
import xmlrpc.client

import pytest

from tests import written
from tests.process.conftest import Bundle, each
from tests.process.resident import Door
from tests.tools import interpreters
from tests.tools.fcgi import ask


@pytest.fixture(scope='module', params=each(interpreters.ring()))
def bundle_of_classes(request, tmp_path_factory):
    """A bundle of fixtures/written, run by one interpreter."""
    made = Bundle(tmp_path_factory.mktemp('written') / 'bundle', request.param)
    for path in written.LIB.glob('*.py'):
        shutil.copy(path, made.folder / 'lib')
    return made


@pytest.fixture(scope='module', params=['rpc.cgi', 'rpc.fcgi'])
def call(request, bundle_of_classes):
    """call(method, *params): the value of a call by one of the scripts; raises Fault."""
    if request.param == 'rpc.cgi':
        def run(method, *params):
            done = bundle_of_classes.run(
                xmlrpc.client.dumps(params, method, allow_none=True).encode())
            return xmlrpc.client.loads(done.stdout.partition(b'\r\n\r\n')[2],
                                       use_builtin_types=True)[0][0]
        yield run
        return
    with Door(bundle_of_classes) as door:
        process = door.own()

        def run(method, *params):
            answer = ask(process.address,
                         xmlrpc.client.dumps(params, method, allow_none=True).encode())
            return xmlrpc.client.loads(answer.body, use_builtin_types=True)[0][0]
        yield run


@pytest.fixture
def python(call):
    """The Python that runs the script (a pair)."""
    return tuple(call('processes.python'))


def test_a_call_gives_what_its_class_says(call, python):
    assert written.check_calls(call, python) == []


def test_all_of_it_is_described(call, python):
    assert written.names_described(call, python) == {'unbracketed'}


def test_what_a_class_does_to_its_streams_ends_with_its_call(call):
    assert written.check_streams(call) == []


def test_what_a_class_does_to_its_process_ends_with_its_call(call):
    assert written.check_what_is_left_to_the_next(call) == []
