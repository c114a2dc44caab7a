"""Two headers that are one variable of a CGI process, as lighttpd makes them."""

import pytest
from xmlrpcgi import Refusal
from xmlrpcgi.message import Request
from xmlrpcgi.web import tokenfile, twins
from xmlrpcgi.web.proxies import Proxies

from tests.unit.ask import ask, handler

PROXY = {'REMOTE_ADDR': '10.0.0.1', 'HTTP_X_FORWARDED_FOR': '203.0.113.9'}


@pytest.fixture
def started_with(tmp_path, monkeypatch):
    """A function: let this process have been started with these variables ('NAME=value')."""
    def start(*variables):
        file = tmp_path / 'environ'
        file.write_bytes(b''.join(text.encode('latin-1') + b'\0' for text in variables))
        monkeypatch.setattr(twins, 'VARIABLES', str(file))
        monkeypatch.setattr(twins, '_twin', None)
    return start


@pytest.mark.parametrize('method', ['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT'])
@pytest.mark.parametrize('name', ['X_FORWARDED_FOR', 'X_FORWARDED_PROTO', 'X_AUTH_TOKEN', 'X_ANY'])
def test_behind_a_trusted_proxy_the_request_is_400(started_with, name, method):
    to = handler(TRUSTED_PROXIES=('10.0.0.1',))
    started_with('A=1', 'HTTP_%s=198.51.100.1' % name, 'B=2', 'HTTP_%s=203.0.113.9' % name)
    response = ask(method=method, to=to, environ=PROXY)
    assert response.status == 400 and not to.called
    assert method == 'HEAD' or response.body.decode() == (
        'the header %s came in two spellings\n' % name.replace('_', '-').title())


def test_such_a_request_is_of_the_proxy_in_the_log(started_with):
    request = Request(PROXY, None)
    started_with('HTTP_X_FORWARDED_FOR=203.0.113.9', 'HTTP_X_FORWARDED_FOR=198.51.100.1')
    with pytest.raises(Refusal):
        Proxies(('10.0.0.1',)).admit(request)
    assert request.remote_addr == '10.0.0.1'


@pytest.mark.parametrize('variables', [
    (), ('HTTP_X_FORWARDED_FOR=203.0.113.9',), ('HTTP_X_FORWARDED_FOR=HTTP_X_FORWARDED_FOR=',),
    ('HTTP_X_FORWARDED_FOR=1', 'HTTP_X_FORWARDED_FORWARD=1'), ('PATH=1', 'PATH=2'), ('=', '=', '')])
def test_other_variables_are_let_through(started_with, variables):
    started_with(*variables)
    assert ask(to=handler(TRUSTED_PROXIES=('10.0.0.1',)), environ=PROXY).status == 200


def test_without_trusted_proxies_and_tokens_nothing_is_read(started_with, monkeypatch):
    monkeypatch.setattr(twins, '_found', lambda: 1 / 0)
    assert ask(to=handler(), environ=PROXY).status == 200


def test_where_the_system_does_not_show_the_variables_the_first_counts(started_with, monkeypatch):
    started_with()
    monkeypatch.setattr(twins, 'VARIABLES', '/nowhere')
    assert ask(to=handler(TRUSTED_PROXIES=('10.0.0.1',)), environ=PROXY).status == 200


def test_a_token_in_two_spellings_logs_nobody_in(started_with, tmp_path):
    file = tmp_path / 'tokens'
    file.write_text('ann %s\n' % tokenfile.digest_of('right'))
    file.chmod(0o600)
    to = handler(TOKENS_FILE=str(file))
    started_with('HTTP_X_AUTH_TOKEN=right', 'HTTP_X_AUTH_TOKEN=wrong')
    assert ask(to=to, x_auth_token='right').status == 400 and not to.called
    started_with('HTTP_X_AUTH_TOKEN=right')
    assert ask(to=to, x_auth_token='right').status == 200
