"""Classes as people write them, under each interpreter; the table is tests/written.py."""

import shutil

import pytest

from tests import written
from tests.process.conftest import Bundle, each
from tests.process.ways import caller, cgi, fcgi, wsgi
from tests.tools import interpreters


@pytest.fixture(scope='module', params=each(interpreters.ring()))
def bundle_of_classes(request, tmp_path_factory):
    """A bundle of fixtures/written, run by one interpreter."""
    made = Bundle(tmp_path_factory.mktemp('written') / 'bundle', request.param)
    shutil.copytree(written.LIB, made.folder / 'lib', dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns('__pycache__'))
    return made


@pytest.fixture(scope='module', params=[cgi, fcgi, wsgi], ids=lambda way: way.__name__)
def way(request):
    """How the classes are run."""
    return request.param


@pytest.fixture(scope='module')
def call(way, bundle_of_classes):
    """call(method, *params): the value of a call; raises Fault."""
    with way(bundle_of_classes) as answer_to:
        yield caller(answer_to)


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
