"""What a method may answer besides a value: Refusal, exceptions with faultCode, headers."""

import re

import pytest
from xmlrpcgi import Handler, Refusal

from tests.unit import ask as door
from tests.unit.published import Fails, put, value_of

APP = '''
    from xmlrpcgi import Refusal, Fault
    done = []
    class Odd(Exception):
        faultCode = 17
        faultString = 'odd'
    class Plain(Exception):
        faultCode = 18
    class Text(Exception):
        faultCode = '19'
    class Flag(Exception):
        faultCode = True
    class Failing(Exception):
        @property
        def faultCode(self): raise SystemExit(3)
    class Huge(Exception):
        faultCode = 1 << 40
    class Application:
        def ok(self, request):
            done.append(1)
            request.add_header('X-Ok', 'yes')
            request.add_header('Set-Cookie', 'a=1')
            request.add_header('Set-Cookie', 'b=2')
            return 'ok'
        def login(self, request):
            request.add_header('X-Tried', '1')
            raise Refusal(401, 'log in first', [('WWW-Authenticate', 'Bearer')])
        def gone(self): raise Refusal(410, 'gone')
        def fault(self, request):
            request.add_header('X-Fault', '1')
            raise Fault(5, 'five')
        def crash(self, request):
            request.add_header('X-Crash', '1')
            raise ValueError('secret')
        def odd(self): raise Odd('not this')
        def plain(self): raise Plain('text of it')
        def text(self): raise Text('secret')
        def flag(self): raise Flag('secret')
        def failing(self): raise Failing('secret')
        def huge(self): raise Huge('secret')
        def string(self): raise Fault('404', 'as text')
        def word(self): raise Fault('E404', 'secret')
        def wide(self): raise Fault(1 << 40, 'secret')
        def lost(self): raise Fault(None, 'secret')
'''


def asked(handler, *calls):
    """The Response of http.answer to one call, or to a multicall of several (names)."""
    import xmlrpc.client
    if len(calls) == 1:
        body = xmlrpc.client.dumps((), calls[0])
    else:
        body = xmlrpc.client.dumps(
            ([{'methodName': name, 'params': []} for name in calls],), 'system.multicall')
    variables = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                 'CONTENT_LENGTH': str(len(body))}
    from xmlrpcgi import http, message
    return http.answer(message.Request(variables, door.Body(body.encode()).read), handler)


@pytest.fixture
def served(handler):
    return handler({'app.py': APP})


@pytest.mark.parametrize('method, outcome', [
    ('odd', Fails(17, 'odd')), ('plain', Fails(18, 'text of it')), ('text', Fails(-32500, 'ref ')),
    ('flag', Fails(-32500, 'ref ')), ('failing', Fails(-32500, 'ref ')),
    ('huge', Fails(-32500, 'ref ')),
    ('string', Fails(404, 'as text')),
    ('word', Fails(-32500, 'the application raised a fault whose code is not an int of 32 bits')),
    ('wide', Fails(-32500, 'whose code is not an int')),
    ('lost', Fails(-32500, 'whose code is not an int')),
])
def test_an_exception_with_a_fault_code(served, method, outcome):
    came = value_of(served, 'app.%s()' % method)
    assert came == outcome
    assert 'secret' not in came.part


def test_the_log_says_which_code_a_fault_has_that_cannot_be_sent(served, capsys):
    value_of(served, 'app.word()')
    assert ("Fault: its code is 'E404', not an int of 32 bits; its text is secret"
            in capsys.readouterr().err)


def test_headers_go_with_a_result_and_twice_where_they_are_added_twice(served):
    response = asked(served, 'app.ok')
    assert response.status == 200
    assert [pair for pair in response.headers if pair[0] in ('X-Ok', 'Set-Cookie')] == [
        ('X-Ok', 'yes'), ('Set-Cookie', 'a=1'), ('Set-Cookie', 'b=2')]


@pytest.mark.parametrize('method, name', [('fault', 'X-Fault'), ('crash', 'X-Crash')])
def test_headers_go_with_a_fault(served, method, name):
    response = asked(served, 'app.' + method)
    assert (response.status, door.header(response, name)) == (200, '1')
    assert door.header(response, 'X-RPC-Fault')


def test_a_refusal_is_the_answer_with_its_headers_and_those_that_were_added(served):
    response = asked(served, 'app.login')
    assert response.status == 401
    assert b'log in first' in response.body
    assert door.header(response, 'WWW-Authenticate') == 'Bearer'
    assert door.header(response, 'X-Tried') == '1'
    # The next call is not touched by what this one added.
    assert door.header(asked(served, 'app.ok'), 'X-Tried') is None


def test_a_refusal_of_the_first_part_of_a_multicall_refuses_the_request(served):
    import sys
    response = asked(served, 'app.login', 'app.ok')
    assert (response.status, door.header(response, 'WWW-Authenticate')) == (401, 'Bearer')
    assert sys.modules['lib.app'].done == []


def test_a_refusal_of_a_later_part_refuses_that_and_the_rest(served):
    import sys
    import xmlrpc.client
    response = asked(served, 'app.ok', 'app.gone', 'app.ok', 'app.ok')
    assert response.status == 200
    values = xmlrpc.client.loads(response.body)[0][0]
    assert values[0] == ['ok']
    assert [value['faultCode'] for value in values[1:]] == [-32501] * 3
    assert 'gone' in values[1]['faultString']
    assert len(sys.modules['lib.app'].done) == 1


def test_a_refusal_behind_a_part_that_was_a_fault_is_a_later_part(served):
    response = asked(served, 'app.no', 'app.gone')
    assert response.status == 200


def test_a_refusal_out_of_dispatch_and_around(handler):
    served = handler({'app.py': '''
        from xmlrpcgi import Refusal
        class Application:
            def _dispatch(self, method, params): raise Refusal(503, 'later')
        ''', 'other.py': '''
        from xmlrpcgi import Refusal
        class Application:
            def _around(self, request, proceed): raise Refusal(402, 'pay')
            def get(self): return 'get'
        '''})
    assert asked(served, 'app.x').status == 503
    assert asked(served, 'other.get').status == 402


@pytest.mark.parametrize('status', [200, 301, 399, 600, 0, -1])
def test_a_refusal_has_a_status_of_an_error(status):
    with pytest.raises(ValueError, match='400 to 599'):
        Refusal(status, 'text')


@pytest.mark.parametrize('pairs', [[('X', 'a\nb')], [('X\r', 'a')], [('X', 'a\0')], [('X:', 'a')],
                                   [('', 'a')], [('X', 'Grüße \u20ac')]])
def test_a_refusal_has_headers_that_http_can_carry(pairs):
    with pytest.raises(ValueError, match='that HTTP can carry'):
        Refusal(400, 'text', pairs)


RESERVED = [
    ('Status', 'the status of an answer'), ('location', 'redirected'), ('LOCATION', 'redirected'),
    ('Content-Type', 'body'), ('Content-Length', 'body'), ('content-anything', 'body'),
    ('Connection', 'connection'), ('Transfer-Encoding', 'connection'), ('te', 'connection'),
    ('Keep-Alive', 'connection'), ('Upgrade', 'connection'), ('Trailer', 'connection'),
    ('Trailers', 'connection'), ('Proxy-Authenticate', 'connection'),
    ('Proxy-Connection', 'connection'), ('proxy-authorization', 'connection'),
    ('Date', 'writes it'), ('Server', 'writes it'), ('Vary', 'writes it'),
    ('X-RPC-Method', 'writes it'), ('x-rpc-else', 'writes it'),
    ('X-Sendfile', 'an order'), ('X-Sendfile2', 'an order'), ('X-Accel-Redirect', 'an order'),
    ('X-LIGHTTPD-send-file', 'an order'), ('X-LiteSpeed-Location', 'an order')]


@pytest.mark.parametrize('name, why', RESERVED)
def test_a_class_cannot_set_headers_of_the_server(name, why):
    _, request = put(Handler(), 'x()')
    says = '%s is not for a class to set: .*%s' % (name, why)
    with pytest.raises(ValueError, match=says):
        request.add_header(name, 'x')
    assert list(request.added) == []
    with pytest.raises(ValueError, match=says):
        Refusal(403, 'no', [('X-Any', 'x'), (name, 'x')])


def test_names_that_are_only_like_theirs_are_for_a_class():
    pairs = [(name, 'x') for name in (
        'Statuses', 'Te-', 'Proxy', 'Content', 'Date-Of-Birth', 'X-Sendfiles', 'X-RPC', 'X-Status',
        'X-Location', 'Server-Timing', 'X-LiteSpeed-Tag')]
    assert Refusal(403, 'no', pairs).headers == pairs


@pytest.mark.parametrize('name, value', [
    ('Status', '200 OK'), ('Content-Length', '3'), ('Transfer-Encoding', 'chunked'),
    ('Connection', 'upgrade'), ('Location', '/xmlrpc/?health')])
def test_a_refusal_with_such_a_header_is_a_fault_whose_cause_is_in_the_log(
        handler, name, value, capsys):
    served = handler({'app.py': '''
        from xmlrpcgi import Refusal
        class Application:
            def x(self): raise Refusal(403, 'no', [(%r, %r)])
        ''' % (name, value)})
    response = asked(served, 'app.x')
    assert (response.status, door.header(response, 'X-RPC-Fault')) == (200, '-32500')
    assert door.header(response, name) in (None, str(len(response.body)))
    reference = re.search(r'\(ref (\w+)\)', response.body.decode()).group(1)
    log = capsys.readouterr().err
    assert reference in log and 'the header %s is not for a class to set' % name in log


@pytest.mark.parametrize('name, value', [
    ('', 'x'), ('X Y', 'x'), ('X:', 'x'), ('X\n', 'x'), ('X', 'a\nb'), ('X', 'a\r\nY: b'),
    ('X', 'a\0'), ('X', 'Grüße'), ('Ü', 'x'), ('X', '\x7f'), ('X', '\t')])
def test_headers_that_http_cannot_carry(name, value):
    _, request = put(Handler(), 'x()')
    with pytest.raises(ValueError, match='can carry'):
        request.add_header(name, value)


@pytest.mark.parametrize('name, value, sent', [
    ('X-Count', 3, '3'), ('Set-Cookie', 'a="b c"; Path=/', 'a="b c"; Path=/'),
    ('WWW-Authenticate', 'Bearer realm="x"', 'Bearer realm="x"'), ('Content', 'x', 'x'),
    ('X-Empty', '', '')])
def test_headers_that_are_added(name, value, sent):
    _, request = put(Handler(), 'x()')
    request.add_header(name, value)
    assert request.added == [(name, sent)]


def test_a_refused_header_in_a_method_is_a_fault_and_not_an_answer_cut_in_two(handler):
    served = handler({'app.py': '''
        class Application:
            def x(self, request): request.add_header('X', 'a\\r\\n\\r\\nbody')
        '''})
    response = asked(served, 'app.x')
    assert door.header(response, 'X-RPC-Fault') == '-32500'
    assert door.header(response, 'X') is None


def test_a_refusal_of_who_may_not_call_counts_for_the_rate_limits(handler, tmp_path):
    served = handler({'app.py': """
        from xmlrpcgi import Refusal
        class Application:
            def closed(self): raise Refusal(403, 'no')
        """}, MAX_DENIED_PER_MINUTE=2, RATE_LIMIT_FILE=str(tmp_path / 'counts'))
    assert [asked(served, 'app.closed').status for _ in range(4)] == [403, 403, 429, 429]


def test_cookies():
    _, request = put(Handler(), 'x()', environ={
        'HTTP_COOKIE': 'a=1; b="two words";c=x=y; a=2; nothing; =x;  d = 4 ; e='})
    assert request.cookies == {'a': '1', 'b': 'two words', 'c': 'x=y', 'd': '4', 'e': ''}




@pytest.mark.parametrize('status, line', [(401, '401 Unauthorized'), (410, '410 Gone'),
                                          (503, '503 Service Unavailable'), (499, '499 Refused')])
def test_any_status_of_an_error_has_its_words(status, line):
    from xmlrpcgi.web.refusals import status_line
    assert status_line(status) == line


def test_one_refusal_that_is_raised_many_times_does_not_gather_headers(handler):
    served = handler({'app.py': '''
        from xmlrpcgi import Refusal
        LOGIN = Refusal(401, 'log in', [('WWW-Authenticate', 'Bearer')])
        class Application:
            def x(self, request):
                request.add_header('Set-Cookie', 'secret=1')
                raise LOGIN
        '''})
    assert [door.header(asked(served, 'app.x'), 'Set-Cookie') for _ in range(3)] == ['secret=1'] * 3
