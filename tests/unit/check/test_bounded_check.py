"""`check URL` of a server that says too much: the work follows the answer, not its square."""

import time
import xmlrpc.client

import pytest
from xmlrpcgi import decode
from xmlrpcgi.check import check, exposure, probes
from xmlrpcgi.client.errors import ClientError

from tests.process.command_line import answering

XML = [('Content-Type', 'text/xml')]
MANY = 20000


def described(names):
    """A description of methods as our own servers give it."""
    return [{'name': name, 'help': 'h', 'signatures': [['int']], 'params': [], 'result': 'int',
             'returns': {'type': 'int'}, 'more': False} for name in names]


@pytest.mark.slow
def test_of_a_server_that_describes_20000_methods_whatever_it_is_asked_three_answers_are_read(
        monkeypatch):
    body = xmlrpc.client.dumps(({'server': 'x', 'version': '1', 'methods': described(
        'a.m%d' % number for number in range(MANY))},), methodresponse=True).encode()
    assert len(body) > probes.MOST
    sizes, read = [], decode.Message.read

    def counted(message, body, charset):
        sizes.append(len(body))
        return read(message, body, charset)
    monkeypatch.setattr(decode.Message, 'read', counted)
    with answering(200, XML, body) as server:
        found = check.findings(server.url)
    assert sizes == [len(body)] * 3     # a call, again for its fault, and the description
    assert 'Methods are listed: 20000, a.m0 first.' in [row.sentence for row in found]
    assert any('The answer is larger than 2 MB' in row.sentence for row in found)


@pytest.mark.parametrize('path', ['/RPC2', '/a/b/c/cgi-bin/rpc.cgi'])
def test_the_places_of_sources_follow_few_of_the_names(path):
    began = time.process_time()
    found = list(exposure._places(path, ['n%d.m' % number for number in range(MANY)]))
    assert time.process_time() - began < 1.5
    assert [place for place, _ in found if place.startswith('/lib/')] == (
        ['/lib/%s.py' % name for name in ('app', 'settings', 'n0', 'n1', 'n2')])


def test_methods_that_show_headers_but_take_arguments_are_looked_at_once():
    class Server:
        transport = type('Transport', (), {'user': None, 'token': None})
        own = False
        methods = [{'name': 'n%d.header' % number, 'params': [{}]} for number in range(MANY)]

        def raw(self, *_):
            return ClientError('no answer')
    server = Server()
    server.names = [method['name'] for method in server.methods]
    began = time.process_time()
    assert 'no method shows it' in probes._authorization(server).sentence
    assert time.process_time() - began < 1.5
