"""Classes as people write them, under each interpreter; the table is tests/written.py."""

import shutil
import subprocess
import xmlrpc.client
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests import written
from tests.process.conftest import Bundle, each
from tests.process.resident import Door
from tests.tools import interpreters

PROGRAMS = Path(__file__).resolve().parent / 'programs'


@pytest.fixture(scope='module', params=each(interpreters.ring()))
def bundle_of_classes(request, tmp_path_factory):
    """A bundle of fixtures/written, run by one interpreter."""
    made = Bundle(tmp_path_factory.mktemp('written') / 'bundle', request.param)
    shutil.copytree(written.LIB, made.folder / 'lib', dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns('__pycache__'))
    return made


def loaded(body):
    return xmlrpc.client.loads(body, use_builtin_types=True)[0][0]


@contextmanager
def cgi(bundle):
    """A call starts rpc.cgi."""
    yield lambda message: bundle.run(message).stdout.partition(b'\r\n\r\n')[2]


@contextmanager
def fcgi(bundle):
    """One process of rpc.fcgi answers all calls."""
    with Door(bundle) as door:
        process = door.own()
        yield lambda message: process.ask(message).body


@contextmanager
def wsgi(bundle):
    """A process of the standard library's WSGI server answers all calls."""
    process = subprocess.Popen(
        [bundle.python, str(PROGRAMS / 'wsgi.py'), str(bundle.folder / 'cgi-bin')],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    url = 'http://127.0.0.1:%d/xmlrpc/' % int(process.stdout.readline())
    yield lambda message: requests.post(url, message, headers={'Content-Type': 'text/xml'},
                                        timeout=written.SECONDS).content
    process.terminate()
    process.communicate(timeout=written.SECONDS)


@pytest.fixture(scope='module', params=[cgi, fcgi, wsgi], ids=lambda way: way.__name__)
def way(request):
    """How the classes are run."""
    return request.param


@pytest.fixture(scope='module')
def call(way, bundle_of_classes):
    """call(method, *params): the value of a call; raises Fault."""
    with way(bundle_of_classes) as answer_to:
        yield lambda method, *params: loaded(answer_to(
            xmlrpc.client.dumps(params, method, allow_none=True).encode()))


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


# A WSGI process belongs to its server: docs/growing.md says what classes leave alone there.
@pytest.mark.parametrize('way', [cgi, fcgi], indirect=True)
def test_what_a_class_does_to_its_process_ends_with_its_call(call):
    assert written.check_what_is_left_to_the_next(call) == []
