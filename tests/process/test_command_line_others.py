"""The command line with other people's servers: logging in, and what they tell of their methods."""

import json
import os
import pty
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

import pytest

from tests.process.command_line import PROGRAM, PYTHON, answering, run, said, serving

EXAMPLE = '<methodResponse><params><param><value>%s</value></param></params></methodResponse>'


# Logging in.

def basic(request, sent):
    good = request.headers.get('Authorization') == 'Basic bcO8Onc6b3Jk'      # mü:w:ord
    if not good:
        return 401, [('WWW-Authenticate', 'Basic realm="calls"')], b''
    return 200, [('Content-Type', 'text/xml')], (EXAMPLE % 'in').encode()


def test_a_user_can_be_given_as_an_option_or_in_the_address():
    with answering(answer=basic) as server:
        assert said('call', server.url, '--user', 'mü:w:ord', 'm') == 'in\n'
        assert said('call', '-u', 'mü:w:ord', server.url, 'm') == 'in\n'
        assert said('call', '-umü:w:ord', server.url, 'm') == 'in\n'
        assert said('call', server.url.replace('//', '//m%C3%BC:w%3Aord@'), 'm') == 'in\n'
        assert said('call', server.url.replace('//', '//other:x@'), '--user', 'mü:w:ord',
                    'm') == 'in\n'


def test_a_password_that_is_not_given_is_asked_for_without_echo():
    with answering(answer=basic) as server:
        child, terminal = pty.fork()
        if not child:
            os.execv(PYTHON, [PYTHON, PROGRAM, 'call', server.url, 'm', '--user',
                                      'mü'])
        shown = b''
        while b': ' not in shown:
            shown += os.read(terminal, 1000)
        assert shown.decode() == 'Password of mü at %s: ' % server.url[7:]
        os.write(terminal, b'w:ord\n')
        try:
            while True:
                shown += os.read(terminal, 1000)
        except OSError:             # the terminal's other end is closed
            pass
        os.close(terminal)
        assert os.waitpid(child, 0)[1] == 0
        assert shown.endswith(b'\r\nin\r\n') and b'w:ord' not in shown


def test_a_header_is_sent_in_place_of_ours():
    with answering(body=(EXAMPLE % 'ok').encode()) as server:
        said('call', server.url, 'm', '-H', 'content-type: application/xml')
        path, headers, _ = server.requests[0]
        assert path == '/RPC2'          # of an address without a path, as ServerProxy has it
        assert headers.get_all('Content-Type') == ['application/xml']


def test_an_address_on_this_machine_needs_no_scheme():
    with answering(body=(EXAMPLE % 'ok').encode()) as server:
        for host in '127.0.0.1', 'localhost':
            assert said('call', server.url.replace('http://127.0.0.1', host), 'm') == 'ok\n'
            assert said('call', server.url.replace('http://127.0.0.1', host) + '/x', 'm') == 'ok\n'


# Other people's servers.

@pytest.fixture(scope='module', params=['plain', 'with multicall'])
def other(request):
    class Handler(SimpleXMLRPCRequestHandler):
        rpc_paths = ()

    server = SimpleXMLRPCServer(('127.0.0.1', 0), Handler, logRequests=False, allow_none=True)
    server.register_introspection_functions()
    if request.param == 'with multicall':
        server.register_multicall_functions()
    server.register_function(lambda a, b: a + b, 'add')

    def help_me():
        """Help.

        Indented.
        """
    server.register_function(help_me, 'help.me')
    server.register_function(lambda name: [['int', 'int', 'int'], ['string', 'undef']] if
                             name == 'add' else 'undef', 'system.methodSignature')
    with serving(server):
        yield server.url


def test_a_server_of_the_standard_library_can_be_called(other):
    assert said('call', other, 'add', '2', '3') == '5\n'
    status, out, err = run('call', other, 'nosuch')
    assert (status, out) == (1, '') and err.startswith('fault 1: ')


def test_a_server_without_system_describe_is_listed_and_described(other):
    lines = said('list', other).splitlines()
    assert 'add(int, int) -> int  or  add(any) -> string' in lines
    assert 'help.me' + ' ' * 35 + 'Help.' in lines
    assert said('list', other, '--names', 'help') == 'help.me\n'
    assert said('describe', other, 'help.me') == 'help.me\n    Help.\n\n    Indented.\n'
    assert json.loads(said('describe', other, 'add', '--json')) == {
        'methods': [{'name': 'add', 'help': '',
                     'signatures': [['int', 'int', 'int'], ['string', 'undef']]}],
        'unavailable': []}


def test_a_server_that_tells_nothing_gives_its_fault():
    with serving(SimpleXMLRPCServer(('127.0.0.1', 0), logRequests=False)) as server:
        for command in 'list', 'describe':
            status, out, err = run(command, server.url)
            assert (status, out) == (1, '')
            assert err.startswith('fault 1: ') and 'system.listMethods' in err
