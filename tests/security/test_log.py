"""Lines of the log that mean to be another's: line ends, escape sequences, marks that turn text."""

import re

import pytest

from tests.security import tried
from tests.unit.ask import ask, handler

KIND = 'log lines'
# What ends a line or moves a cursor, to a terminal, to a viewer, to str.splitlines or to syslog.
MARKS = ['\n', '\r', '\r\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029', '\0',
         '\x08',
         '\x7f', '\x1b[2K', '\x1b]0;title\x07', '\x1b[1A', '\x9b2J', '\x9d', '\u202e', '\u202d',
         '\u2066',
         '\u2069', '\u200f', '\u061c', '\u200b', '\ufeff', '\U000e0001', '\ud800', '\udc0a',
         '\u2800',
         '\u00a0', '\u3000']
FORGED = 'xmlrpcgi: fault -1 forged'


@pytest.fixture
def failing(tmp_path):
    """A handler whose log file, in the returned folder, gets every fault."""
    made = handler(LOG_FILE=str(tmp_path / 'log'))

    def crash(text='', *more):
        raise ValueError(text)
    made.register_function(crash)
    made.crash = crash
    return made


def lines(capsys, tmp_path):
    """The lines of both logs: every one is printable, and begins as ours do."""
    texts = [capsys.readouterr().err]
    if (tmp_path / 'log').exists():
        texts.append((tmp_path / 'log').read_bytes().decode('utf-8'))
        (tmp_path / 'log').unlink()
    for text in texts:
        for line in text.split('\n')[:-1]:
            assert line.isprintable(), ascii(line)
            assert line.startswith(('xmlrpcgi: ', '    ')) or not line.strip() \
                or re.match(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ xmlrpcgi: fault -\d+ ', line), line
            assert not line.startswith(FORGED) and not re.match(r'\S+Z xmlrpcgi: fault -1 ', line)
        assert text == '' or text.endswith('\n')
        assert len(text) < 40000


def written(text):
    return ''.join('&#%d;' % ord(char) for char in text)


def message(method, text=''):
    param = '<params><param><value>%s</value></param></params>' % text if text else ''
    return ('<methodCall><methodName>%s</methodName>%s</methodCall>' % (method, param)).encode()


@pytest.mark.parametrize('mark', MARKS, ids=ascii)
def test_a_method_name_is_part_of_one_line(mark, failing, capsys, tmp_path):
    """CWE-117. A name that XML cannot carry does not come so far; one registered may hold it."""
    name = 'a%s%s' % (mark, FORGED)
    failing.register_function(failing.crash, name)
    for body in (message(written(name)), message(written('no' + name)), message(written(name), 'x'),
                 message('system.' + written(name))):
        tried(KIND)
        ask(body, to=failing)
        lines(capsys, tmp_path)


@pytest.mark.parametrize('place', ['REMOTE_USER', 'REMOTE_ADDR', 'HTTP_ORIGIN', 'HTTP_USER_AGENT',
                                   'HTTP_REFERER', 'CONTENT_TYPE', 'HTTP_HOST',
                                   'HTTP_X_FORWARDED_FOR',
                                   'HTTP_CONTENT_ENCODING', 'QUERY_STRING', 'PATH_INFO',
                                   'REQUEST_METHOD',
                                   'HTTP_AUTHORIZATION', 'CONTENT_LENGTH', 'HTTP_SEC_FETCH_SITE'])
@pytest.mark.parametrize('mark', MARKS, ids=ascii)
def test_what_a_request_says_is_part_of_one_line(place, mark, failing, capsys, tmp_path):
    for text in ('a%s%s' % (mark, FORGED), mark + FORGED, '127.0.0.1' + mark + FORGED):
        tried(KIND)
        ask(message('crash'), to=failing, environ={place: text})
        lines(capsys, tmp_path)


@pytest.mark.parametrize('mark', MARKS, ids=ascii)
def test_a_value_that_an_exception_shows_is_part_of_its_lines(mark, failing, capsys, tmp_path):
    from xmlrpc.client import dumps
    for text in ('a%s%s' % (mark, FORGED), mark * 5000 + FORGED, (mark + FORGED) * 2000):
        tried(KIND)
        failing.register_function(lambda text=text: failing.crash(text), 'show')
        ask(message('show'), to=failing)
        lines(capsys, tmp_path)
        try:
            body = dumps((text, [text]), 'crash').encode()
        except UnicodeEncodeError:
            continue
        ask(body, to=failing)
        lines(capsys, tmp_path)


@pytest.mark.parametrize('mark', MARKS, ids=ascii)
def test_the_method_in_the_headers_is_one_word(mark):
    """The access log shows it, and a header is where responses are split (CWE-113)."""
    for name in ('a%s%s' % (mark, FORGED), mark, 'a%sSet-Cookie: a=b' % mark,
                 'a%s%s<script>' % (mark, mark)):
        tried('headers and environment')
        response = ask(message(written(name)))      # `ask` checks every header
        shown = dict(response.headers).get('X-RPC-Method', '')
        assert re.fullmatch(r'[\w.:/?-]*', shown, re.A)


def test_a_client_cannot_pass_for_another_address_in_the_log(failing, capsys, tmp_path):
    """Behind a proxy of one's own an address is an address: a zone could be any text."""
    failing.settings.TRUSTED_PROXIES = ('127.0.0.1', '10.0.0.0/8')
    for hops in ('fe80::1%a b] forged', '10.0.0.2, fe80::1%\n' + FORGED, 'fe80::1%' + 'x' * 4000,
                 '192.0.2.1, fe80::1%eth0', 'localhost', '1', '127.1', '0177.0.0.1',
                 '::ffff:1.2.3.4%a',
                 ',' * 8000, '10.0.0.2,' * 2000, '192.0.2.1 forged', '"192.0.2.1"',
                 'for=192.0.2.1'):
        tried(KIND)
        ask(message('crash'), to=failing, environ={'REMOTE_ADDR': '127.0.0.1',
                                                   'HTTP_X_FORWARDED_FOR': hops})
        text = (tmp_path / 'log').read_text()
        shown = re.search(r'crash \[([^]]*)\]:', text).group(1)
        assert re.fullmatch('[0-9a-f.:]+', shown) and shown != '192.0.2.1'
        lines(capsys, tmp_path)


# LOG_CALLS and LOG_FORMAT = 'json'.

CALL_LINE = re.compile(r'xmlrpcgi: call \S+ \[\S*\]: (ok|fault -?\d+|status \d+), \d+\.\d ms, '
                       r'\d+ bytes in, \d+ bytes out')


def put(served, body, **environ):
    """Answer a POST as each way to run it does."""
    from xmlrpcgi.http import answer_by
    from xmlrpcgi.message import Request

    from tests.unit.ask import Body
    answer_by(Request({'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                       'CONTENT_LENGTH': str(len(body)), **environ}, Body(body).read),
              lambda: served)


@pytest.mark.parametrize('place', ['method', 'REMOTE_USER', 'REMOTE_ADDR', 'CONTENT_TYPE',
                                   'HTTP_X_AUTH_TOKEN', 'HTTP_HOST'])
@pytest.mark.parametrize('mark', MARKS, ids=ascii)
def test_a_call_is_one_line_whatever_it_carries(place, mark, capsys):
    made = handler(LOG_CALLS=True)
    for text in ('a%s%s' % (mark, FORGED), mark + 'call a []: ok, 1.0 ms', '] ' + mark):
        tried(KIND)
        body = message(written(text) if place == 'method' else 'echo', 'x')
        put(made, body, **({} if place == 'method' else {place: text}))
        line, newline, rest = capsys.readouterr().err.partition('\n')
        assert newline and not rest and CALL_LINE.fullmatch(line), ascii(line)


@pytest.mark.parametrize('place', ['method', 'REMOTE_USER', 'REMOTE_ADDR', 'value',
                                   'HTTP_X_AUTH_TOKEN'])
@pytest.mark.parametrize('mark', [*MARKS, '"', '\\', '\\"', '"}\n{"event": "call", "x": "'],
                         ids=ascii)
def test_as_json_each_entry_is_one_object_of_ascii(place, mark, capsys, tmp_path):
    import json
    made = handler(LOG_CALLS=True, LOG_FORMAT='json', LOG_FILE=str(tmp_path / 'log'))
    for text in ('a%s%s' % (mark, FORGED), mark * 3000 + FORGED):
        tried(KIND)

        def crash(*values, text=text):
            raise ValueError(text)
        made.register_function(crash, 'crash')
        put(made, message(written('no' + text) if place == 'method' else 'crash'),
            **({} if place in ('method', 'value') else {place: text}))
        log = (tmp_path / 'log').read_text() + capsys.readouterr().err
        (tmp_path / 'log').unlink()
        assert log.isascii() and log.endswith('\n')
        rows = [json.loads(line) for line in log.splitlines()]
        assert [row['event'] for row in rows if row['event'] != 'fault'] == ['call']
        assert all(len(line) <= 7500 and line.isprintable() for line in log.splitlines())


@pytest.fixture(autouse=True)
def _own_words(monkeypatch):
    from xmlrpcgi import log
    monkeypatch.setattr(log, '_settings', None)
FAILS = {
    'app.py': '''
        class Application:
            def fails(self, text="fails"):
                raise ValueError(text)
            def fails_deeper(self):
                try:
                    self.fails()
                except ValueError as error:
                    raise KeyError('deeper') from error
            def gives(self):
                return object()
        ''',
    'broken.py': 'class Application: pass\nraise RuntimeError("does not import")\n',
}


def multicall(made, call, names, params=()):
    found = call(made, 'system.multicall',
                 [{'methodName': name, 'params': list(params)} for name in names])
    tried(KIND, len(names))
    return found


@pytest.mark.parametrize('name, marks', [
    ('app.fails', 1), ('app.fails_deeper', 2), ('broken.any', 1), ('system.listMethods', 1),
    ('system.describe', 1), ('app.gives', 0), ('app.nothing', 0)])
def test_a_multicall_logs_a_traceback_once_per_cause(handler, call, capsys, tmp_path, name, marks):
    file = tmp_path / 'rpc.log'
    made = handler(FAILS, LOG_FILE=str(file))
    found = multicall(made, call, [name] * 500)
    assert len(found) == 500
    for log in capsys.readouterr().err, file.read_text():
        assert log.count('Traceback') == marks and len(log) < 4000
        if name[:4] != 'syst' and (marks or name == 'app.gives'):
            assert '499 more times in this system.multicall' in log
            fault = found[0]['faultString']
            assert fault in log.replace('xmlrpcgi: fault', '') or '(ref' in fault
    if name[:4] != 'syst':
        assert all(part == found[0] for part in found)


def test_faults_of_a_multicall_that_differ_are_each_in_the_log(handler, call, capsys):
    made = handler(FAILS)
    found = call(made, 'system.multicall', [
        {'methodName': 'app.fails', 'params': ['text %d' % (number % 50)]}
        for number in range(500)] + [{'methodName': 'app.fails_deeper', 'params': []}])
    log = capsys.readouterr().err
    assert log.count('Traceback') == 3
    assert len({part['faultString'] for part in found}) == 51
    for number in range(50):
        assert log.count('ValueError: text %d\n' % number) >= 1
    for part in found:
        assert part['faultString'].rpartition('(ref ')[2].rstrip(')') in log


def test_the_next_multicall_logs_its_causes_anew(handler, call, capsys):
    made = handler(FAILS)
    for _ in range(2):
        multicall(made, call, ['app.fails'] * 3)
        log = capsys.readouterr().err
        assert log.count('Traceback') == 1 and '2 more times' in log
