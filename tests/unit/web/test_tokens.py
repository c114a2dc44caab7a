"""Tokens: who is logged in by which, and what a file that cannot be used does."""

import collections
import hashlib
import os
import shlex
import time

import pytest
from xmlrpcgi import allow, http
from xmlrpcgi.errors import SettingsError
from xmlrpcgi.http import answer_by
from xmlrpcgi.message import Request
from xmlrpcgi.resident.request import ParamsRequest
from xmlrpcgi.web import ratelimits, tokenfile
from xmlrpcgi.wsgi import _Request

from tests.documents import TOP
from tests.unit.ask import Body, ask, call, handler, header

ANN, BOB, OLD = 'ann-s-token', 'bob-s-token', 'an-old-token'


def line(name, token, *until):
    return ' '.join([name, hashlib.sha256(token.encode()).hexdigest(), *until]) + '\n'


@pytest.fixture
def file(tmp_path):
    """A file with the tokens of ann, of bob, and one that has ended."""
    path = tmp_path / 'tokens'
    path.write_text('# a remark\n\n' + line('ann', ANN) + line('bob', BOB, '9999-12-31')
                    + line('old', OLD, '2020-02-29'))
    path.chmod(0o600)
    return path


def server(file, **settings):
    """A handler with `who`, which returns the user and what it sees of the token."""
    made = handler(TOKENS_FILE=str(file), **settings)

    def who(request):
        seen = [value for name, value in request.environ.items() if 'oken' in value.lower()
                and name not in ('REQUEST_METHOD',)]
        return [request.user, request.environ.get('AUTH_TYPE', ''), seen, sorted(request.headers)]

    @allow(user='ann')
    def hers():
        return 'hers'

    @allow(authenticated=True)
    def members():
        return 'members'

    for function in who, hers, members:
        made.register_function(function)
    made.register_introspection_functions()
    made.register_multicall_functions()
    return made


def said(to, method='who', **headers):
    """(status, the strings in the answer)."""
    import re
    response = ask(('<methodCall><methodName>%s</methodName></methodCall>' % method).encode(),
                   to=to, **headers)
    return response.status, re.findall('<string>(.*?)</string>', response.body.decode())


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
def test_the_name_of_a_token_is_the_user(file, carrier):
    served = server(file)
    for token, name in (ANN, 'ann'), (BOB, 'bob'):
        status, found = said(served, **carrying(carrier, token))
        assert (status, found[:2]) == (200, [name, 'Bearer'])


@pytest.mark.parametrize('carrier', CARRIERS, ids=str)
def test_the_class_does_not_see_the_token(file, carrier, monkeypatch):
    for name in 'HTTP_AUTHORIZATION', 'HTTP_X_AUTH_TOKEN', 'REDIRECT_HTTP_AUTHORIZATION':
        monkeypatch.setenv(name, 'Bearer ' + ANN)
    status, found = said(server(file), **carrying(carrier, ANN),
                         environ={'REDIRECT_' * times + 'HTTP_AUTHORIZATION': 'Bearer ' + ANN
                                  for times in (1, 2, 3)})
    assert status == 200 and ANN not in repr(found) and 'X-Auth-Token' not in found
    assert ('Authorization' in found) == carrier.get('authorization', '').startswith('Basic')
    assert 'HTTP_X_AUTH_TOKEN' not in os.environ
    assert 'REDIRECT_HTTP_AUTHORIZATION' not in os.environ


@pytest.mark.parametrize('carrier', CARRIERS, ids=str)
def test_a_class_that_shows_its_whole_request_shows_no_token(file, carrier):
    """As `log(vars(request))` does, at FastCGI and WSGI, where variables have a second form."""
    served = server(file)
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


def test_variables_that_other_threads_take_away_meanwhile_do_no_harm(file, monkeypatch):
    class Fleeting(collections.UserDict):
        def __iter__(self):
            return iter(['HTTP_GONE', 'HTTP_X_AUTH_TOKEN', 'HTTP_AUTHORIZATION'])
    monkeypatch.setattr(os, 'environ', Fleeting())
    assert said(server(file), x_auth_token=ANN)[1][0] == 'ann'


def test_allow_goes_by_the_name(file):
    served = server(file)
    assert said(served, 'hers', x_auth_token=ANN)[1] == ['hers']
    assert said(served, 'hers', x_auth_token=BOB)[1] == [
        'hers is not for this user']
    assert said(served, 'members', x_auth_token=BOB)[1] == ['members']
    assert said(served, 'members')[1] == [
        'members is for users who log in, and this call came without a user']
    assert 'hers' in said(served, 'system.listMethods', x_auth_token=ANN)[1]
    assert 'hers' not in said(served, 'system.listMethods', x_auth_token=BOB)[1]


def test_without_a_token_a_call_is_answered_as_ever(file):
    assert said(server(file))[1][:1] == ['']
    assert said(server(file), environ={'REMOTE_USER': 'eve'})[1][:1] == ['eve']
    assert said(server(file), authorization='Basic YW5uOnNlY3JldA==')[1][:1] == ['']
    assert said(server(file), authorization='')[1][:1] == ['']


def test_a_token_wins_over_the_user_whom_the_web_server_let_in(file):
    environ = {'REMOTE_USER': 'eve', 'AUTH_TYPE': 'Basic'}
    assert said(server(file), x_auth_token=ANN, environ=environ)[1][:2] == ['ann', 'Bearer']


@pytest.mark.parametrize('headers', [
    {'x_auth_token': 'wrong'}, {'authorization': 'Bearer wrong'}, {'x_auth_token': OLD},
    {'authorization': 'Bearer ' + OLD}], ids=str)
@pytest.mark.parametrize('user', ['', 'ann'])
def test_a_wrong_or_ended_token_is_refused_whoever_the_web_server_let_in(file, headers, user):
    served = server(file)
    called = []
    served.register_function(lambda: called.append(1), 'f')
    response = ask(call('f'), to=served, environ={'REMOTE_USER': user}, **headers)
    assert response.status == 401 and not called
    assert header(response, 'WWW-Authenticate') == 'Bearer realm="XML-RPC", error="invalid_token"'
    assert response.body == b'the token is wrong, or its last day is over\n'


def test_a_token_is_good_to_the_end_of_its_last_day(file, monkeypatch):
    file.write_text(line('ann', ANN, '2027-01-31'))
    for moment, status in ('2027-01-31 23:59:59', 200), ('2027-02-01 00:00:00', 401):
        now = time.strptime(moment, '%Y-%m-%d %H:%M:%S')
        monkeypatch.setattr(tokenfile, 'gmtime', lambda now=now: now)
        assert said(server(file), x_auth_token=ANN)[0] == status


def test_a_token_that_is_removed_is_refused_at_once(file):
    served = server(file)
    assert said(served, x_auth_token=ANN)[0] == 200
    file.write_text(line('bob', BOB))
    assert said(served, x_auth_token=ANN)[0] == 401
    assert said(served, x_auth_token=BOB)[0] == 200


def test_the_page_is_for_the_user_of_the_token(file):
    served = server(file)
    plain = ask(method='GET', to=served)
    hers = ask(method='GET', to=served, x_auth_token=ANN)
    assert b'id="hers"' in hers.body and b'id="hers"' not in plain.body
    assert b'<b>ann</b>' in hers.body
    assert ask(method='GET', to=served, x_auth_token='wrong').status == 401


def test_a_preflight_needs_no_token(file):
    served = server(file, CORS_ORIGINS=('https://example.com',))
    response = ask(method='OPTIONS', to=served, origin='https://example.com')
    assert response.status == 204
    allowed = header(response, 'Access-Control-Allow-Headers')
    assert {'Authorization', 'X-Auth-Token'} <= set(allowed.split(', '))


# With rate limits.

@pytest.fixture
def limited(file, tmp_path):
    return server(file, MAX_DENIED_PER_MINUTE=3, MAX_CALLS_PER_MINUTE=20,
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


# The file.

def answered(served, environ=()):
    """The Response of answer_by, which every way to run it uses."""
    body = Body(call('who'))
    return answer_by(Request({
        'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml', **dict(environ),
        'CONTENT_LENGTH': str(len(body.data))}, body.read), lambda: served)


SPOILT = {
    'missing': lambda file: file.unlink(),
    'a folder': lambda file: (file.unlink(), file.mkdir()),
    'a FIFO': lambda file: (file.unlink(), os.mkfifo(str(file), 0o600)),
    'others may write': lambda file: file.chmod(0o602),
    'the group may write': lambda file: file.chmod(0o620),
    'the folder is everybody\'s': lambda file: file.parent.chmod(0o777),
    'a line of something else': lambda file: file.write_text(line('ann', ANN) + 'ann secret\n'),
    'a plain token': lambda file: file.write_text('ann %s\n' % ANN),
    'a password file': lambda file: file.write_text('ann:{SHA}abc=\n'),
    'upper case': lambda file: file.write_text(line('ann', ANN).upper()),
    'four words': lambda file: file.write_text(line('ann', ANN, '2030-01-01', 'x')),
    'no day': lambda file: file.write_text(line('ann', ANN, 'tomorrow')),
    'month 13': lambda file: file.write_text(line('ann', ANN, '2030-13-01')),
    'an odd name': lambda file: file.write_text(line('a:b', ANN)),
    'a long name': lambda file: file.write_text(line('a' * 65, ANN)),
    'beyond ASCII': lambda file: file.write_bytes(b'# \xe4\n'),
    'too large': lambda file: file.write_text('#' * ((1 << 20) + 1)),
}


@pytest.mark.parametrize('token', [None, ANN, 'wrong'])
@pytest.mark.parametrize('spoil', SPOILT)
def test_a_file_that_cannot_be_used_stops_every_call(file, spoil, token, capsys):
    served = server(file)
    SPOILT[spoil](file)
    response = answered(served, {} if token is None else {'HTTP_X_AUTH_TOKEN': token})
    assert response.status == 500
    assert response.body == (b'the settings of this server are wrong; its error log says what to '
                             b'do\n')
    log = capsys.readouterr().err
    assert log.startswith('xmlrpcgi: lib/settings.py: TOKENS_FILE %s cannot be used' % file)
    assert len(log.splitlines()) == 1 and ANN not in log and 'secret' not in log
    with pytest.raises(SettingsError):
        ask(method='GET', to=served, environ={'QUERY_STRING': 'health'})


@pytest.mark.skipif(os.geteuid() == 0, reason='root may read every file')
def test_a_file_that_may_not_be_read_stops_every_call(file):
    file.chmod(0)
    assert answered(server(file)).status == 500


def test_the_command_that_fixes_it_can_be_pasted_whatever_the_path(file, capsys):
    odd = file.rename(file.parent / "ann's tokens")
    odd.chmod(0o602)
    answered(server(odd))
    command = capsys.readouterr().err.rpartition('run: ')[2]
    assert shlex.split(command) == ['chmod', '600', str(odd)]


def test_a_missing_file_is_said_how_to_make(file, capsys):
    file.unlink()
    answered(server(file))
    assert 'run: python3 %s/cgi-bin/xmlrpcgi token add NAME' % TOP in capsys.readouterr().err


def test_a_link_to_the_file_is_followed_and_its_group_may_read_it(file, tmp_path):
    file.chmod(0o640)
    (tmp_path / 'link').symlink_to(file)
    assert said(server(tmp_path / 'link'), x_auth_token=ANN)[1][0] == 'ann'


def test_a_link_to_a_file_that_everybody_may_replace_stops_every_call(file, tmp_path, capsys):
    (tmp_path / 'open').mkdir()
    file.rename(tmp_path / 'open' / 'tokens')
    file.symlink_to('open/tokens')
    (tmp_path / 'link').symlink_to('tokens')
    for path in file, tmp_path / 'link':
        (tmp_path / 'open').chmod(0o755)
        assert said(server(path), x_auth_token=ANN)[1][0] == 'ann'
        (tmp_path / 'open').chmod(0o777)
        assert answered(server(path), {'HTTP_X_AUTH_TOKEN': ANN}).status == 500
        assert 'chmod o-w %s\n' % (tmp_path / 'open') in capsys.readouterr().err


def test_the_commands_own_calls_need_the_file_only_for_a_token(file):
    file.unlink()
    served = server(file)
    assert answered(served, {ratelimits.UNCOUNTED: '1'}).status == 200
    assert answered(served, {ratelimits.UNCOUNTED: '1', 'HTTP_X_AUTH_TOKEN': ANN}).status == 500


def test_every_line_is_compared_in_constant_time(file, monkeypatch):
    from xmlrpcgi.web import tokens
    compared = []

    def spy(one, other):
        compared.append((one, other))
        return one == other
    monkeypatch.setattr(tokens, '_compare_digest', spy)
    for token in ANN, OLD, 'wrong':
        del compared[:]
        said(server(file), x_auth_token=token)
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
