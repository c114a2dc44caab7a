"""`check URL`: all is well on every server, over https too, and what is no server is said."""

import json
import shutil
import socket
import xmlrpc.client
import xmlrpc.server

import pytest
from xmlrpcgi.check import check
from xmlrpcgi.client.errors import ClientError

from tests.conftest import TOP
from tests.process.command_line import run, serving
from tests.real.checked import BAD, bad, only
from tests.tools import servers

# Servers that are right

def test_nothing_is_to_fix_on_a_right_server(server):
    found = check.findings(server.url + '/xmlrpc/')
    assert [finding for finding in found if finding.level in BAD] == []
    levels = {finding.name: finding.level for finding in found}
    assert levels.pop('https') == 'info'            # 127.0.0.1
    assert set(levels.values()) == {'ok'}
    assert set(levels) == {
        'script', 'page', 'methods', 'call', 'values', 'text', 'chunked', 'gzip in', 'gzip out',
        'large', 'authorization', 'headers', 'sources', 'times'}


def test_the_report_and_the_exit_status_of_a_right_server(server):
    status, out, err = run('check', server.url + '/RPC2')
    assert (status, err) == (0, '')
    assert out.splitlines()[0].split(None, 2) == ['ok', 'script', '/RPC2 answers calls.']
    assert out.splitlines()[-1] == 'All is well: 15 things were looked at.'
    status, out, err = run('check', '--json', server.url + '/RPC2')
    assert (status, json.loads(out)['good']) == (0, True)


def test_the_example_alone_has_no_echo_and_is_right_too(tmp_path):
    lib = tmp_path / 'lib'
    shutil.copytree(TOP / 'lib', lib)
    with servers.start('embedded', lib=lib) as running:
        found = {finding.name: finding for finding in check.findings(running.url + '/RPC2')}
    assert not [finding for finding in found.values() if finding.level in BAD]
    assert found['values'].sentence == ('Every type is read; there is no method "echo" that would '
                                        'send them back.')
    assert found['text'].level == 'ok'
    assert found['authorization'].level == 'info'


@pytest.mark.parametrize('settings, name, part', [
    ('DOCUMENTATION = False', 'page', 'refused with 405'),
    ('INTROSPECTION = False', 'methods', 'does not list its methods'),
    ('MAX_BODY = 10000', 'large', 'is refused by MAX_BODY'),
    ('GZIP_MIN = 0', 'gzip out', 'is not compressed for clients that ask'),
    ('ALLOW_NIL = False', 'values', 'but not the additions (nil: came back as'),
])
def test_settings_of_the_user_are_no_faults(test_lib, tmp_path, settings, name, part):
    lib = tmp_path / 'lib'
    shutil.copytree(test_lib, lib)
    (lib / 'settings.py').write_text(settings + '\n')
    with servers.start('embedded', lib=lib) as running:
        found = {finding.name: finding for finding in check.findings(running.url + '/RPC2')}
    assert not [finding for finding in found.values() if finding.level in BAD]
    assert part in found[name].sentence


def test_a_class_that_does_not_import(tmp_path):
    lib = tmp_path / 'lib'
    shutil.copytree(TOP / 'lib', lib)
    (lib / 'shop').mkdir()
    (lib / 'shop' / 'orders.py').write_text('1/0\nclass Application: pass\n')
    with servers.start('embedded', lib=lib) as running:
        finding = only(running.url + '/RPC2')
    assert (finding.id, finding.level) == ('broken-class', 'fail')
    assert finding.sentence == 'Files of lib/ do not import: lib/shop/orders.py.'


def test_settings_that_are_wrong(tmp_path):
    lib = tmp_path / 'lib'
    shutil.copytree(TOP / 'lib', lib)
    (lib / 'settings.py').write_text('NO_SUCH = 1\n')
    with servers.start('embedded', lib=lib) as running:
        assert only(running.url + '/RPC2').id == 'settings'


def test_a_server_of_the_standard_library():
    server = xmlrpc.server.SimpleXMLRPCServer(('127.0.0.1', 0), logRequests=False,
                                              allow_none=True)
    server.register_introspection_functions()
    server.register_function(lambda value: value, 'echo')
    with serving(server):
        found = bad(server.url + '/RPC2')
    assert found['page'].sentence == 'Calls are answered, but a browser gets 501.'
    assert set(found) <= {'page', 'values', 'chunked'}


# The network, and HTTPS

def test_a_server_that_is_not_there_is_one_finding_and_status_2():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        url = 'http://127.0.0.1:%d/' % taken.getsockname()[1]
        found = check.findings(url)
        assert [(finding.name, finding.id) for finding in found] == [('reach', 'unreachable')]
        assert 'connection refused' in found[0].sentence
        assert run('check', url)[0] == 2


def test_a_server_that_does_not_answer_in_time():
    with socket.create_server(('127.0.0.1', 0)) as silent:
        found = check.findings('http://127.0.0.1:%d/' % silent.getsockname()[1], timeout=5)
    assert found[0].sentence.startswith('No answer came from ')


@pytest.mark.parametrize('url', ['example.org', 'ftp://example.org/'])
def test_what_is_no_address(url):
    with pytest.raises(ClientError):
        check.findings(url)
    status, out, err = run('check', url)
    assert (status, out) == (2, '')
    assert 'is not an address' in err


class Net:
    """In place of transport.Http for address._https: what each address gives."""

    def __init__(self, replies):
        self.replies = replies

    def __call__(self, transport, method, body=None, path=None, headers=()):
        return self.replies.get(transport.address.base.partition(':')[0])


@pytest.mark.parametrize('url, replies, cause', [
    ('http://example.org/RPC2', 'http https', 'https-unused'),
    ('http://example.org/RPC2', 'http', 'no-https'),
    ('http://example.org:8080/RPC2', 'http', 'no-https'),
    ('https://example.org/RPC2', 'http https', 'http-open'),
    ('https://example.org/RPC2', 'https', ''),
    ('https://example.org:8443/RPC2', 'https', ''),
    ('http://localhost/RPC2', 'http', ''),
    ('http://192.168.1.7/RPC2', 'http', ''),
])
def test_https_and_what_answers_without_it(monkeypatch, url, replies, cause):
    from xmlrpcgi.check import address
    from xmlrpcgi.client.address import Address
    from xmlrpcgi.client.client import Response
    from xmlrpcgi.client.transport import Http
    from xmlrpcgi.encode import encode_response
    reply = Response(200, 'OK', {'content-type': 'text/xml'}, encode_response(1))
    monkeypatch.setattr(address, 'attempt', Net(dict.fromkeys(replies.split(), reply)))
    finding = address._https(Http(Address(url)))
    assert finding.id == cause
    assert (finding.level == 'warn') == bool(cause)
