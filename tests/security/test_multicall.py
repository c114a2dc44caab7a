"""One request, many calls: amplification, and guessing of passwords and names.

WordPress's xmlrpc.php (system.multicall with wp.getUsersBlogs) let one request guess hundreds of
passwords, past limits that count requests; since 4.4 the first refusal fails the rest.
"""

import time
from xmlrpc.client import Fault

import pytest
from xmlrpcgi import allow

from tests.security import tried
from tests.unit.ask import ask, handler

KIND = 'many calls at once'
CALLED = []


class Application:
    def open_(self):
        CALLED.append('open_')
        return 'open'

    @allow(user='ann')
    def hers(self, guess=''):
        CALLED.append('hers')
        return 'xyzzy'

    @allow(authenticated=True)
    def members(self, guess=''):
        CALLED.append('members')

    @allow(user='ann')
    def typed(self, number: int):
        CALLED.append('typed')


@pytest.fixture
def served():
    del CALLED[:]
    made = handler()
    made.register_class('app', Application())
    made.register_introspection_functions()
    made.register_multicall_functions()
    return made


def calls(*names, params=()):
    return [{'methodName': name, 'params': list(params)} for name in names]


def ask_all(served, call, listed):
    return call(served, 'system.multicall', listed)


def test_a_multicall_is_bounded_before_anything_is_called(served, call):
    for number in (1001, 5000, 20000):
        tried(KIND)
        with pytest.raises(Fault) as caught:
            ask_all(served, call, calls(*['app.open_'] * number))
        assert caught.value.faultCode == -32600 and 'at most 1000' in caught.value.faultString
        assert not CALLED


@pytest.mark.parametrize('name', ['system.multicall', ' system.multicall ', '\nsystem.multicall',
                                  '\u2003system.multicall', 'system.multicall\x1f',
                                  '\u00a0system.multicall'])
def test_a_multicall_within_a_multicall_multiplies_nothing(served, call, name):
    tried(KIND)
    inner = calls(*['app.open_'] * 100)
    answers = ask_all(served, call, [{'methodName': name.replace('\x1f', ''),
                                      'params': [inner]}] * 10)
    assert len(answers) == 10 and all(answer['faultCode'] in (-32600, -32601) for answer in answers)
    assert not CALLED


def test_a_multicall_is_one_call_for_the_clock(handler, call):
    """Its seconds are counted once, not for each (WordPress: 999 slow calls in a request)."""
    from xmlrpcgi.process import Limits
    made = handler({'app.py': 'import time\nclass Application:\n'
                              '    def slow(self): time.sleep(0.2)\n'}, CALL_SECONDS=1)
    made.limits = Limits(made.settings)
    tried(KIND)
    began = time.monotonic()
    with pytest.raises(Fault) as caught:
        ask_all(made, call, calls(*['app.slow'] * 100))
    assert time.monotonic() - began < 15
    assert caught.value.faultCode == -32500 and 'longer than 1 seconds' in caught.value.faultString


@pytest.mark.parametrize('user', ['', 'bob'])
def test_the_first_refusal_fails_the_rest_so_nothing_is_guessed(user, call):
    """WordPress's brute force amplification (2015)."""
    from xmlrpc.client import dumps, loads
    made = handler()
    made.register_class('app', Application())
    made.register_multicall_functions()
    del CALLED[:]
    listed = calls('app.open_') + calls(*['app.hers'] * 500) + calls(*['app.open_'] * 10)
    tried(KIND)
    response = ask(dumps((listed,), 'system.multicall').encode(), to=made,
                   environ={'REMOTE_USER': user})
    answers = loads(response.body)[0][0]
    assert CALLED == ['open_'] and answers[0] == ['open']
    assert {answer['faultCode'] for answer in answers[1:]} == {-32501}
    assert len({answer['faultString'] for answer in answers[1:]}) == 1


@pytest.mark.parametrize('listed', [
    None, 1, 'a', {}, [None], [1], ['app.open_'], [[]], [['app.open_', []]], [{}],
    [{'methodName': 'app.open_', 'params': {}}], [{'methodName': 'app.open_', 'params': 'ab'}],
    [{'methodName': 1}], [{'params': []}], [{'methodName': ['app.open_'], 'params': []}],
    [{'methodName': 'app.open_', 'params': None}], [{'methodname': 'app.open_'}],
    [{'methodName': None, 'params': []}], [{'methodName': True, 'params': [1]}],
])
def test_what_is_no_list_of_calls_is_a_fault_each(served, call, listed):
    tried(KIND)
    try:
        answers = ask_all(served, call, listed)
    except Fault as fault:
        assert fault.faultCode in (-32600, -32602)
    else:
        assert all(answer['faultCode'] in (-32600, -32601) for answer in answers)
    assert not CALLED


def test_an_answer_of_many_results_stays_within_what_each_may_be(served, call):
    """A thousand failures in one request: each has its own short fault, and one line with a
    traceback of bounded length in the log."""
    made = handler()
    made.register_multicall_functions()

    def crash():
        raise ValueError('x' * 1000000)
    made.register_function(crash)
    tried(KIND)
    answers = ask_all(made, call, calls(*['crash'] * 100))
    assert all(len(answer['faultString']) < 100 for answer in answers)


# Passwords: whom the web server let in decides; nothing that the client says does.

SAID = [
    {'authorization': 'Basic YW5uOnNlY3JldA=='}, {'authorization': 'Bearer ann'},
    {'x_remote_user': 'ann'}, {'remote_user': 'ann'}, {'x_forwarded_user': 'ann'}, {'user': 'ann'},
    {'x_authenticated_user': 'ann'}, {'x_webauth_user': 'ann'}, {'auth_user': 'ann'},
    {'logname': 'ann'},
    {'cookie': 'user=ann; REMOTE_USER=ann'}, {'from': 'ann@example.org'},
    {'ssl_client_s_dn_cn': 'ann'},
    {'x_forwarded_for': '127.0.0.1'}, {'remote_addr': '127.0.0.1'}, {'x_real_ip': '127.0.0.1'},
    {'redirect_remote_user': 'ann'}, {'proxy_authorization': 'Basic YW5uOnNlY3JldA=='},
]


@pytest.mark.parametrize('said', SAID, ids=lambda said: next(iter(said)))
def test_a_header_is_no_login(served, said):
    for environ in ({}, {'REMOTE_USER': ''}, {'REMOTE_USER': 'bob'}):
        for method in ('app.hers', 'app.members'):
            if environ.get('REMOTE_USER') == 'bob' and method == 'app.members':
                continue
            tried('passwords')
            body = b'<methodCall><methodName>%s</methodName></methodCall>' % method.encode()
            assert b'-32501' in ask(body, to=served, environ=environ, **said).body
    assert not CALLED


@pytest.mark.parametrize('user', [
    'Ann', 'ANN', 'ann ', ' ann', 'ann\x00', 'ann\n', '\uff41nn', '\u0430nn', 'a\u0301nn',
    'ann,bob', 'a',
    'an', 'nn', 'annn', '*', '%', "ann'--", 'ann:', 'ann@', 'None', 'True', '0', '', 'user',
    'a\u200bnn'])
def test_a_user_is_exactly_that(served, user):
    tried('passwords')
    body = b'<methodCall><methodName>app.hers</methodName></methodCall>'
    assert b'-32501' in ask(body, to=served, environ={'REMOTE_USER': user}).body
    assert not CALLED


def test_who_may_not_call_learns_nothing_of_the_arguments(served):
    """The check comes first: a right and a wrong guess get the same answer."""
    answers = set()
    for params in ('', '<value>a</value>', '<value><int>1</int></value>', '<value><nil/></value>'):
        tried('passwords')
        body = ('<methodCall><methodName>app.typed</methodName><params>%s</params></methodCall>'
                % (params and '<param>%s</param>' % params)).encode()
        answers.add(ask(body, to=served, environ={'REMOTE_USER': 'bob'}).body)
    assert len(answers) == 1


def test_a_password_shows_up_nowhere(served, capsys):
    """Neither in an answer nor in the log, of a failure too."""
    def crash():
        raise ValueError('no')
    served.register_function(crash)
    for method in ('crash', 'app.hers', 'nothing', 'app.open_', 'system.describe'):
        for debug in (False, True):
            tried('passwords')
            served.settings.DEBUG = debug
            body = '<methodCall><methodName>%s</methodName></methodCall>' % method
            response = ask(body.encode(),
                           to=served, authorization='Basic YW5uOnNlY3JldA==',
                           cookie='session=secret')
            log = capsys.readouterr().err
            for text in (response.body.decode(), repr(response.headers), log):
                assert 'YW5uOnNlY3JldA' not in text and 'session=secret' not in text
