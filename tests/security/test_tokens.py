"""Tokens: only the whole one, in a header meant for it, logs in; and none is ever shown."""

import os
import re
import sys
from xmlrpc.client import dumps

import pytest
from xmlrpcgi import Fault, allow
from xmlrpcgi.files import way
from xmlrpcgi.web import tokenfile

from tests.security import tried
from tests.security.test_timing import steps
from tests.unit.ask import ask, handler
from tests.unit.web.test_calls import put

KIND = 'tokens'
TOKEN = 'c0ffee' + '5a' * 26 + 'f00d0d'
ENDED = 'deadbeef' * 8
CALLED = []
CALL = b'<methodCall><methodName>hers</methodName></methodCall>'


@pytest.fixture
def file(tmp_path):
    (tmp_path / 'kept').mkdir(mode=0o755)
    path = tmp_path / 'kept' / 'tokens'
    path.write_text('# ann bob\nann %s\nann-old %s 2020-01-01\n' % (
        tokenfile.digest_of(TOKEN), tokenfile.digest_of(ENDED)))
    path.chmod(0o600)
    return path


@pytest.fixture
def served(file, tmp_path):
    del CALLED[:]
    made = handler(TOKENS_FILE=str(file), LOG_FILE=str(tmp_path / 'log'), LOG_CALLS=True)

    @allow(authenticated=True)
    def hers(*params):
        CALLED.append(params)
        return 'hers'

    def crash(request):
        raise ValueError('environ %r headers %r os %r' % (
            dict(request.environ), request.headers, dict(os.environ)))

    def teach(request):
        raise Fault(7, repr(request.headers))
    for function in hers, crash, teach:
        made.register_function(function)
    made.register_introspection_functions()
    made.register_multicall_functions()
    return made


WRONG = {
    'empty': '', 'blank': ' ', 'its SHA-256': tokenfile.digest_of(TOKEN),
    'prefix': TOKEN[:-1], 'half': TOKEN[:32], 'suffix': TOKEN[1:], 'one more': TOKEN + '0',
    'upper case': TOKEN.upper(), 'swapped case': TOKEN.swapcase(), 'one letter': 'd' + TOKEN[1:],
    'last letter': TOKEN[:-1] + 'e', 'space within': TOKEN[:30] + ' ' + TOKEN[30:],
    'tab within': TOKEN[:30] + '\t' + TOKEN[30:], 'twice': TOKEN + TOKEN,
    'two in a list': TOKEN + ', ' + TOKEN, 'another before': 'x, ' + TOKEN,
    'another behind': TOKEN + ' x', 'quoted': '"%s"' % TOKEN, 'in angles': '<%s>' % TOKEN,
    'escaped': TOKEN.replace('c', '%63', 1), 'NUL behind': TOKEN + '\0',
    'NUL before': '\0' + TOKEN, 'BOM before': '\ufeff' + TOKEN, 'zero width': TOKEN + '\u200b',
    'wide digits': TOKEN.replace('5', '\uff15'), 'no-break space': TOKEN[:9] + '\u00a0' + TOKEN[9:],
    'surrogate': TOKEN + '\udc00', 'with its name': 'ann:' + TOKEN, 'its name': 'ann',
    'a line of the file': 'ann ' + tokenfile.digest_of(TOKEN), 'a remark': '# ann bob', 'hash': '#',
    'Bearer twice': 'Bearer ' + TOKEN, 'a wildcard': '*', 'None': 'None', 'true': 'true', '0': '0',
    'ended': ENDED, 'huge': 'a' * 1000000, 'huge with it': TOKEN + 'a' * 1000000,
    'base64': 'YzBmZmVl', 'injection': "' OR '1'='1", 'newline': TOKEN[:9] + '\n' + TOKEN[9:],
    'newline and it': 'x\n' + TOKEN, 'a path': '../../etc/passwd', 'format': '%s%n{0}',
}


@pytest.mark.parametrize('user', ['', 'eve'])
@pytest.mark.parametrize('name', WRONG)
def test_only_the_whole_token_logs_in(served, name, user):
    for headers in ({'authorization': 'Bearer ' + WRONG[name]}, {'x_auth_token': WRONG[name]},
                    {'authorization': 'bearer ' + WRONG[name], 'x_auth_token': WRONG[name]}):
        for body in CALL, dumps((), 'system.listMethods').encode():
            tried(KIND)
            response = ask(body, to=served, environ={'REMOTE_USER': user}, **headers)
            assert response.status == 401
            assert response.body == b'the token is wrong, or its last day is over\n'
        tried(KIND)
        assert ask(method='GET', to=served, environ={'REMOTE_USER': user}, **headers).status == 401
    assert not CALLED


@pytest.mark.parametrize('headers', [
    {'authorization': 'Bearer ' + TOKEN, 'x_auth_token': 'x'},
    {'authorization': 'Bearer x', 'x_auth_token': TOKEN},
    {'authorization': 'Bearer', 'x_auth_token': TOKEN},
    {'authorization': 'Bearer ' + TOKEN, 'x_auth_token': ''},
    {'authorization': 'Bearer ' + TOKEN, 'x_auth_token': ENDED},
    {'authorization': 'Bearer ' + ENDED, 'x_auth_token': TOKEN},
    {'authorization': 'Bearer %s, Bearer %s' % (TOKEN, TOKEN)},     # two, as a server joins them
    {'authorization': 'Basic YW5uOng=, Bearer ' + TOKEN},
    {'authorization': 'Digest a="1", b="2",bearer ' + TOKEN},
    {'authorization': 'Bearer %s, Basic YW5uOng=' % TOKEN},
    {'x_auth_token': '%s, %s' % (TOKEN, TOKEN)}], ids=str)
def test_two_tokens_that_differ_are_none(served, headers):
    tried(KIND)
    assert ask(CALL, to=served, **headers).status == 401
    assert not CALLED


ELSEWHERE = [
    {'environ': {'QUERY_STRING': 'token=' + TOKEN}},
    {'environ': {'QUERY_STRING': 'access_token=' + TOKEN}},         # RFC 6750 section 2.3
    {'environ': {'QUERY_STRING': 'X-Auth-Token=' + TOKEN}},
    {'environ': {'PATH_INFO': '/' + TOKEN}},
    {'cookie': 'token=%s; X-Auth-Token=%s' % (TOKEN, TOKEN)},
    {'authorization': TOKEN}, {'authorization': 'Token ' + TOKEN},
    {'authorization': 'Basic ' + TOKEN}, {'authorization': 'Bearer:' + TOKEN},
    {'authorization': 'Bearer=' + TOKEN}, {'authorization': 'Digest Bearer ' + TOKEN},
    {'authorization': 'X Bearer ' + TOKEN}, {'authorization': 'Bearer' + TOKEN},
    {'proxy_authorization': 'Bearer ' + TOKEN}, {'x_authorization': 'Bearer ' + TOKEN},
    {'x_forwarded_authorization': 'Bearer ' + TOKEN}, {'auth_token': TOKEN}, {'x_token': TOKEN},
    {'x_api_key': TOKEN}, {'x_auth_token2': TOKEN}, {'x_auth': TOKEN},
    {'environ': {'REDIRECT_HTTP_AUTHORIZATION': 'Bearer ' + TOKEN}},
    {'environ': {'AUTHORIZATION': 'Bearer ' + TOKEN}},
]


@pytest.mark.parametrize('where', ELSEWHERE, ids=lambda where: repr(where).replace(TOKEN, 'TOKEN'))
def test_a_token_elsewhere_is_none(served, where):
    tried(KIND)
    response = ask(CALL, to=served, **where)
    assert b'-32501' in response.body and not CALLED


def test_a_token_among_the_arguments_is_none(served):
    for body in dumps((TOKEN,), 'hers'), dumps(({'token': TOKEN},), 'hers'), \
            dumps(([{'methodName': 'hers', 'params': [TOKEN]}],), 'system.multicall'):
        tried(KIND)
        assert b'-32501' in ask(body.encode(), to=served).body
    assert not CALLED


def test_a_user_that_a_caller_names_is_none(served):
    """The name comes from the file: no header says who the token's user is."""
    for said in ({'remote_user': 'eve'}, {'x_remote_user': 'eve'}, {'auth_type': 'Bearer'},
                 {'x_forwarded_user': 'eve'}):
        tried(KIND)
        assert b'-32501' in ask(CALL, to=served, **said).body
        tried(KIND)
        assert b'hers' in ask(CALL, to=served, x_auth_token=TOKEN, **said).body
    assert len(CALLED) == 4


@pytest.mark.parametrize('carrier', ['authorization', 'x_auth_token'])
@pytest.mark.parametrize('format_', ['text', 'json'])
@pytest.mark.parametrize('debug', [False, True])
@pytest.mark.parametrize('token', [TOKEN, TOKEN[:-1] + '\x1b[2K\nx', ENDED], ids=['right', 'wrong',
                                                                                'ended'])
def test_a_token_is_in_no_answer_and_no_log(served, file, carrier, format_, debug, token, capsys,
                                           monkeypatch, tmp_path):
    """Not even where a class puts all that it can see of the request into an exception."""
    served.settings.DEBUG, served.settings.LOG_FORMAT = debug, format_
    value = token if carrier == 'x_auth_token' else 'Bearer ' + token
    found = ''
    for method in ('hers', 'crash', 'teach', 'nothing', 'system.describe', 'system.listMethods'):
        tried(KIND)
        monkeypatch.setenv('HTTP_' + carrier.upper(), value)        # as CGI has it
        response = put(served, dumps((), method).encode(), **{'HTTP_' + carrier.upper(): value})
        found += response.body.decode() + repr(response.headers)
    tried(KIND)
    found += ask(method='GET', to=served, **{carrier: value}).body.decode()
    found += capsys.readouterr().err + (tmp_path / 'log').read_text()
    assert 'faultString' in found or 'the token is wrong' in found
    for part in (token[:20], token[-20:]):
        assert part not in found
    assert tokenfile.digest_of(token)[:16] not in found


def test_a_wrong_token_is_one_line_that_names_who_sent_it(served, tmp_path):
    for token, said in ('wrong', 'a token that is not in TOKENS_FILE'), \
            (ENDED, 'the token of ann-old, which ended on 2020-01-01'):
        tried(KIND)
        put(served, CALL, HTTP_X_AUTH_TOKEN=token, REMOTE_ADDR='192.0.2.7', REMOTE_USER='e]\nve')
        first, second = (tmp_path / 'log').read_text().splitlines()
        assert re.fullmatch(r'\S+Z xmlrpcgi: refused with 401 \[e\\x5d\\nve@192\.0\.2\.7\]: '
                            r'the call came with ' + re.escape(said), first), first
        assert ' call - [e' in second and 'status 401' in second
        (tmp_path / 'log').unlink()


def test_a_wrong_token_takes_the_same_steps_whatever_is_right_of_it(served):
    served.settings.LOG_FILE, served.settings.LOG_CALLS = '', False
    counts = {}
    for name in ('prefix', 'last letter', 'one letter', 'upper case', 'its SHA-256', 'ended'):
        tried(KIND)
        counts[name] = steps(lambda name=name: ask(CALL, to=served, x_auth_token=WRONG[name]))
    assert len(set(counts.values()) - {counts['ended']}) <= 1, counts
    assert abs(counts['ended'] - counts['prefix']) <= 12        # the sentence for the log


def test_a_token_is_as_long_as_nobody_can_guess():
    from xmlrpcgi.cli import token
    tried(KIND)
    assert token.BITS >= 128


def test_a_huge_header_costs_little(served):
    import time
    tried(KIND)
    began = time.process_time()
    assert ask(CALL, to=served, authorization='Bearer ' + 'a ' * 4000000).status == 401
    assert time.process_time() - began < 2


def linked(file):
    """Leave a link at `file`, over another link in the folder pub, to the file in real."""
    for name in 'pub', 'real':
        (file.parent / name).mkdir()
    file.rename(file.parent / 'real' / 'tokens')
    (file.parent / 'pub' / 'mid').symlink_to('../real/tokens')
    file.symlink_to('pub/mid')


SPOILT = {
    'missing': lambda file: file.unlink(),
    'empty folder': lambda file: (file.unlink(), file.mkdir()),
    'a link to nothing': lambda file: (file.unlink(), file.symlink_to('nothing')),
    'others may write': lambda file: file.chmod(0o666),
    'its group may write': lambda file: file.chmod(0o660),
    'others may replace': lambda file: file.parent.chmod(0o757),
    'its group may replace': lambda file: file.parent.chmod(0o770),
    'others may replace a link to a link': lambda file: (
        linked(file), (file.parent / 'pub').chmod(0o777)),
    'others may replace what a link leads to': lambda file: (
        linked(file), (file.parent / 'real').chmod(0o777)),
    'another user owns it': lambda file: os.chown(str(file), 4711, 4711),
    'another user made it in a folder like /tmp': lambda file: (
        file.parent.chmod(0o1777), os.chown(str(file), 4711, 4711)),
    'another user made a link in a folder like /tmp': lambda file: (
        linked(file), (file.parent / 'pub').chmod(0o1777),
        os.chown(str(file.parent / 'pub' / 'mid'), 4711, 4711, follow_symlinks=False)),
}


@pytest.mark.skipif(sys.platform == 'win32', reason='no such modes')
@pytest.mark.parametrize('spoil', SPOILT)
def test_a_file_that_cannot_be_trusted_lets_nobody_in(served, file, spoil, monkeypatch):
    from xmlrpcgi.errors import SettingsError
    if 'another user' in spoil:
        if os.geteuid():
            pytest.skip('only root can give files away')
        monkeypatch.setattr(way.os, 'geteuid', lambda: 33)
        os.chown(str(file.parent), 33, 33)
    SPOILT[spoil](file)
    for headers in {}, {'x_auth_token': TOKEN}, {'x_auth_token': 'wrong'}:
        for environ in {}, {'REMOTE_USER': 'ann'}:
            tried(KIND)
            with pytest.raises(SettingsError):      # answer_by makes a 500 of it
                ask(CALL, to=served, environ=environ, **headers)
    assert not CALLED


def test_a_page_of_another_site_cannot_use_a_token_of_the_browser(served):
    """There is no cookie, so a forged request carries none; and the site is refused as ever."""
    for token in None, TOKEN:
        tried(KIND)
        response = ask(CALL, to=served, origin='https://evil.example', x_auth_token=token)
        assert response.status == 403
    assert not CALLED
