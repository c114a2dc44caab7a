"""Classes as people write them, at each kind of server; the table is tests/written.py."""

import os
import tempfile
import xmlrpc.client
from pathlib import Path

import pytest
import requests

from tests import written
from tests.conftest import need
from tests.tools import interpreters, servers

SCRIPTS = 'mod_cgid', 'mod_cgi', 'mod_fcgid'
WSGI = 'mod_wsgi', 'gunicorn'
NEWEST = interpreters.newer()[-1:]      # Debian's sid, whose Python every user may run


def each(kinds):
    return [pytest.param((kind, None), id=kind) for kind in kinds] + [
        pytest.param((kind, path), id='%s-%s' % (kind, name))
        for kind in kinds if kind in SCRIPTS for name, path in NEWEST]


@pytest.fixture(scope='module', params=each(SCRIPTS + WSGI))
def server(request):
    """A server of fixtures/written, with Debian's Python or the newest."""
    kind, python = request.param
    need(kind, python)
    with servers.start(kind, lib=written.LIB, python=python) as running:
        yield running


@pytest.fixture
def call(server):
    """call(method, *params): the value of a call; raises Fault."""
    def run(method, *params):
        with xmlrpc.client.ServerProxy(server.url + '/xmlrpc/', allow_none=True,
                                       use_builtin_types=True) as proxy:
            return getattr(proxy, method)(*params)
    return run


@pytest.fixture
def python(call):
    """The Python of the server (a pair)."""
    return tuple(call('processes.python'))


def test_a_call_gives_what_its_class_says(call, python):
    assert written.check_calls(call, python) == []


def test_all_of_it_is_described(call, python):
    assert written.names_described(call, python) == {'unbracketed'}


@pytest.mark.parametrize('what', written.MESSAGES)
def test_a_message_is_read_as_other_clients_write_it(server, what):
    message, wanted = written.MESSAGES[what]
    response = requests.post(server.url + '/xmlrpc/', message, timeout=written.SECONDS,
                             headers={'Content-Type': 'text/xml'})
    assert xmlrpc.client.loads(response.content, use_builtin_types=True)[0] == (wanted,)


@pytest.fixture
def folder():
    """A folder that the server's user may enter; other runs of pytest close the usual one."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o755)
        yield Path(made)


def test_work_that_a_method_leaves_is_done(server, call, folder):
    names = written.LEAVES
    if server.kind not in servers.CGI:      # functions of atexit run when the process ends
        names = [name for name in names if name != 'at_exit']
    assert written.check_work_after_the_response(call, folder, names) == []


def test_what_a_class_does_to_its_streams_ends_with_its_call(call):
    assert written.check_streams(call) == []


# A WSGI process belongs to its server: docs/growing.md says what classes leave alone there.
@pytest.mark.parametrize('server', each(SCRIPTS), indirect=True)
def test_what_a_class_does_to_its_process_ends_with_its_call(server, call):
    assert written.check_what_is_left_to_the_next(call) == []
