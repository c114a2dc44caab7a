"""Tokens: who is logged in by which. What their file does is in test_tokens_file.py."""

import collections
import os
import time

import pytest
from xmlrpcgi import http
from xmlrpcgi.resident.request import ParamsRequest
from xmlrpcgi.web import tokenfile
from xmlrpcgi.wsgi import _Request

from tests.unit.ask import Body, ask, call, header
from tests.unit.web.tokened import ANN, BOB, OLD, line, said, server

CARRIERS = [
    {'authorization': 'Bearer %s'}, {'authorization': 'bearer %s'},
    {'authorization': 'BEARER  %s '}, {'authorization': 'Bearer\t%s'},
    {'x_auth_token': '%s'}, {'x_auth_token': ' %s '},
    {'authorization': 'Bearer %s', 'x_auth_token': '%s'},
    {'authorization': 'Basic YW5uOnNlY3JldA==', 'x_auth_token': '%s'},
]


def carrying(carrier, token):
    return {name: value.replace('%s', token) for name, value in carrier.items()}


@pytest.mark.parametrize('carrier', CARRIERS, ids=str)
def test_the_name_of_a_token_is_the_user(tokens_file, carrier):
    served = server(tokens_file)
    for token, name in (ANN, 'ann'), (BOB, 'bob'):
        status, found = said(served, **carrying(carrier, token))
        assert (status, found[:2]) == (200, [name, 'Bearer'])


@pytest.mark.parametrize('carrier', CARRIERS, ids=str)
def test_the_class_does_not_see_the_token(tokens_file, carrier, monkeypatch):
    for name in 'HTTP_AUTHORIZATION', 'HTTP_X_AUTH_TOKEN', 'REDIRECT_HTTP_AUTHORIZATION':
        monkeypatch.setenv(name, 'Bearer ' + ANN)
    status, found = said(server(tokens_file), **carrying(carrier, ANN),
                         environ={'REDIRECT_' * times + 'HTTP_AUTHORIZATION': 'Bearer ' + ANN
                                  for times in (1, 2, 3)})
    assert status == 200 and ANN not in repr(found) and 'X-Auth-Token' not in found
    assert ('Authorization' in found) == carrier.get('authorization', '').startswith('Basic')
    assert 'HTTP_X_AUTH_TOKEN' not in os.environ
    assert 'REDIRECT_HTTP_AUTHORIZATION' not in os.environ


@pytest.mark.parametrize('carrier', CARRIERS, ids=str)
def test_a_class_that_shows_its_whole_request_shows_no_token(tokens_file, carrier):
    """As `log(vars(request))` does, at FastCGI and WSGI, where variables have a second form."""
    served = server(tokens_file)
    served.register_function(lambda request: [request.user, repr(vars(request))], 'whole')
    body = b'<methodCall><methodName>whole</methodName></methodCall>'
    variables = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml', 'SCRIPT_NAME': '/xmlrpc/',
                 'CONTENT_LENGTH': str(len(body))}
    variables.update({'HTTP_' + name.upper(): value
                      for name, value in carrying(carrier, ANN).items()})
    wsgi = dict(variables, **{'wsgi.input': Body(body), 'wsgi.version': (1, 0)})
    params = {name.encode(): value.encode() for name, value in variables.items()}
    for request in _Request(wsgi), ParamsRequest(params, Body(body).read):
        said = http.answer(request, served).body.decode()
        assert '<string>ann<' in said and 'CONTENT_LENGTH' in said and ANN not in said


def test_variables_that_other_threads_take_away_meanwhile_do_no_harm(tokens_file, monkeypatch):
    class Fleeting(collections.UserDict):
        def __iter__(self):
            return iter(['HTTP_GONE', 'HTTP_X_AUTH_TOKEN', 'HTTP_AUTHORIZATION'])
    monkeypatch.setattr(os, 'environ', Fleeting())
    assert said(server(tokens_file), x_auth_token=ANN)[1][0] == 'ann'


def test_allow_goes_by_the_name(tokens_file):
    served = server(tokens_file)
    assert said(served, 'hers', x_auth_token=ANN)[1] == ['hers']
    assert said(served, 'hers', x_auth_token=BOB)[1] == [
        'hers is not for this user']
    assert said(served, 'members', x_auth_token=BOB)[1] == ['members']
    assert said(served, 'members')[1] == [
        'members is for users who log in, and this call came without a user']
    assert 'hers' in said(served, 'system.listMethods', x_auth_token=ANN)[1]
    assert 'hers' not in said(served, 'system.listMethods', x_auth_token=BOB)[1]


def test_without_a_token_a_call_is_answered_as_ever(tokens_file):
    assert said(server(tokens_file))[1][:1] == ['']
    assert said(server(tokens_file), environ={'REMOTE_USER': 'eve'})[1][:1] == ['eve']
    assert said(server(tokens_file), authorization='Basic YW5uOnNlY3JldA==')[1][:1] == ['']
    assert said(server(tokens_file), authorization='')[1][:1] == ['']


def test_a_token_wins_over_the_user_whom_the_web_server_let_in(tokens_file):
    environ = {'REMOTE_USER': 'eve', 'AUTH_TYPE': 'Basic'}
    assert said(server(tokens_file), x_auth_token=ANN, environ=environ)[1][:2] == ['ann', 'Bearer']


@pytest.mark.parametrize('headers', [
    {'x_auth_token': 'wrong'}, {'authorization': 'Bearer wrong'}, {'x_auth_token': OLD},
    {'authorization': 'Bearer ' + OLD}], ids=str)
@pytest.mark.parametrize('user', ['', 'ann'])
def test_a_wrong_or_ended_token_is_refused_whoever_the_web_server_let_in(
        tokens_file, headers, user):
    served = server(tokens_file)
    called = []
    served.register_function(lambda: called.append(1), 'f')
    response = ask(call('f'), to=served, environ={'REMOTE_USER': user}, **headers)
    assert response.status == 401 and not called
    assert header(response, 'WWW-Authenticate') == 'Bearer realm="XML-RPC", error="invalid_token"'
    assert response.body == b'the token is wrong, or its last day is over\n'


def test_a_token_is_good_to_the_end_of_its_last_day(tokens_file, monkeypatch):
    tokens_file.write_text(line('ann', ANN, '2027-01-31'))
    for moment, status in ('2027-01-31 23:59:59', 200), ('2027-02-01 00:00:00', 401):
        now = time.strptime(moment, '%Y-%m-%d %H:%M:%S')
        monkeypatch.setattr(tokenfile, 'gmtime', lambda now=now: now)
        assert said(server(tokens_file), x_auth_token=ANN)[0] == status


def test_a_token_that_is_removed_is_refused_at_once(tokens_file):
    served = server(tokens_file)
    assert said(served, x_auth_token=ANN)[0] == 200
    tokens_file.write_text(line('bob', BOB))
    assert said(served, x_auth_token=ANN)[0] == 401
    assert said(served, x_auth_token=BOB)[0] == 200


def test_the_page_is_for_the_user_of_the_token(tokens_file):
    served = server(tokens_file)
    plain = ask(method='GET', to=served)
    hers = ask(method='GET', to=served, x_auth_token=ANN)
    assert b'id="hers"' in hers.body and b'id="hers"' not in plain.body
    assert b'<b>ann</b>' in hers.body
    assert ask(method='GET', to=served, x_auth_token='wrong').status == 401


def test_a_preflight_needs_no_token(tokens_file):
    served = server(tokens_file, CORS_ORIGINS=('https://example.com',))
    response = ask(method='OPTIONS', to=served, origin='https://example.com')
    assert response.status == 204
    allowed = header(response, 'Access-Control-Allow-Headers')
    assert {'Authorization', 'X-Auth-Token'} <= set(allowed.split(', '))


# With rate limits.

@pytest.fixture
def limited(tokens_file, tmp_path):
    return server(tokens_file, MAX_DENIED_PER_MINUTE=3, MAX_CALLS_PER_MINUTE=20,
                  RATE_LIMIT_FILE=str(tmp_path / 'ratelimits'))


def status(to, token, address='192.0.2.1', user=''):
    headers = {} if token is None else {'x_auth_token': token}
    return said(to, environ={'REMOTE_ADDR': address, 'REMOTE_USER': user}, **headers)[0]


def test_wrong_tokens_count_as_denied_calls(limited):
    assert [status(limited, 'guess%d' % number) for number in range(5)] == [401] * 3 + [429] * 2
    assert status(limited, None) == 429
    assert status(limited, 'guess', '192.0.2.2') == 401


def test_whoever_is_over_the_limit_does_not_learn_whether_a_token_is_right(limited):
    for number in range(3):
        status(limited, 'guess%d' % number)
    assert status(limited, ANN) == status(limited, 'wrong') == 429


def test_calls_count_for_the_name_of_the_token(limited):
    found = [status(limited, ANN, '192.0.2.%d' % number) for number in range(1, 25)]
    assert found == [200] * 20 + [429] * 4
    assert status(limited, BOB, '192.0.2.1') == 200


def test_no_name_is_held_back_by_those_who_guess_at_other_addresses(limited):
    for number in range(5):
        status(limited, 'guess%d' % number)
    assert status(limited, ANN, '192.0.2.9') == 200


def test_every_line_is_compared_in_constant_time(tokens_file, monkeypatch):
    from xmlrpcgi.web import tokens
    compared = []

    def spy(one, other):
        compared.append((one, other))
        return one == other
    monkeypatch.setattr(tokens, '_compare_digest', spy)
    for token in ANN, OLD, 'wrong':
        del compared[:]
        said(server(tokens_file), x_auth_token=token)
        assert len(compared) == 4           # three lines, and the headers with each other


def test_without_the_setting_nothing_of_it_is_loaded():
    import subprocess
    import sys

    from tests.unit.web.ratelimited import CGI_BIN
    code = ('import sys; sys.path[0] = %r\n'
            'from xmlrpcgi.handler import Handler\nfrom xmlrpcgi.settings import Settings\n'
            'made = Handler(settings=Settings(%%s)); assert made.handle_request\n'
            'print("xmlrpcgi.web.tokens" in sys.modules)' % str(CGI_BIN))
    for chosen, loaded in ('', b'False'), ('TOKENS_FILE="/x"', b'True'):
        done = subprocess.run([sys.executable, '-c', code % chosen], stdout=subprocess.PIPE,
                              timeout=60, check=True)
        assert done.stdout.strip() == loaded
