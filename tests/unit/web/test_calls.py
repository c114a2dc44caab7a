"""LOG_CALLS: a line per call, and which; with LOG_FORMAT = 'json' the same as an object."""

import json
import re

import pytest
from xmlrpcgi import Fault, Refusal, allow
from xmlrpcgi.errors import LibraryError
from xmlrpcgi.http import answer_by
from xmlrpcgi.message import Request

from tests.unit.ask import Body, call, handler
from tests.unit.web.ratelimited import multicall

LINE = re.compile(r'(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ )?xmlrpcgi: call (\S+) \[(\S*)\]: '
                  r'(ok|fault -?\d+|status \d+), (\d+\.\d) ms, (.*)')


def server(**settings):
    made = handler(**{'LOG_CALLS': True, **settings})

    @allow(user='ann')
    def hers():
        return 1

    def crash():
        raise ValueError('the cause')

    def taught():
        raise Fault(7, 'no')

    def closed():
        raise Refusal(503, 'closed')

    def again(request):
        return made.call(call('echo'), None, request).body
    for function in hers, crash, taught, closed, again:
        made.register_function(function)
    made.register_multicall_functions()
    made.register_introspection_functions()
    return made


def put(served, body=None, method='POST', **environ):
    """Answer a request as each way to run it does; return the Response."""
    body = call() if body is None else body
    variables = {'REQUEST_METHOD': method, 'CONTENT_TYPE': 'text/xml', 'REMOTE_ADDR': '192.0.2.1',
                 'CONTENT_LENGTH': str(len(body)), **environ}
    return answer_by(Request({name: value for name, value in variables.items()
                              if value is not None}, Body(body).read), lambda: served)


def lines(capsys):
    """The lines of calls on stderr: (method, caller, outcome, rest)."""
    found = [LINE.fullmatch(line).groups() for line in capsys.readouterr().err.splitlines()
             if line.startswith('xmlrpcgi: call ')]
    return [(method, who, outcome, rest) for method, who, outcome, _, rest in found]


def test_a_call_is_a_line_with_its_caller_outcome_and_sizes(capsys):
    response = put(server(), REMOTE_USER='ann')
    assert lines(capsys) == [('echo', 'ann@192.0.2.1', 'ok', '%d bytes in, %d bytes out'
                              % (len(call()), len(response.body)))]


@pytest.mark.parametrize(('method', 'outcome'), [
    ('hers', 'fault -32501'), ('crash', 'fault -32500'), ('taught', 'fault 7'),
    ('nothing', 'fault -32601'), ('closed', 'status 503')])
def test_a_call_that_fails_is_a_line_with_its_fault_or_status(method, outcome, capsys):
    put(server(), b'<methodCall><methodName>%s</methodName></methodCall>' % method.encode())
    assert [row[:3] for row in lines(capsys)] == [(method, '192.0.2.1', outcome)]


@pytest.mark.parametrize(('body', 'environ', 'outcome', 'came'), [
    (b'<no', {}, 'fault -32700', '3'), (b'', {'CONTENT_LENGTH': None}, 'status 411', '?'),
    (b'x' * 2000, {}, 'status 413', '2000'), (b'x', {'CONTENT_TYPE': 'image/png'},
                                              'status 415', '1'),
    (b'x', {'CONTENT_LENGTH': '5'}, 'fault -32300', '5'),
    (b'x', {'CONTENT_LENGTH': '9' * 30}, 'status 413', '?'),
    (b'x', {'CONTENT_LENGTH': '\u00b2'}, 'status 400', '?'),
    (b'x', {'HTTP_ORIGIN': 'https://evil.example'}, 'status 403', '1')])
def test_a_request_that_comes_to_no_call_is_a_line_without_a_method(body, environ, outcome, came,
                                                                    capsys):
    response = put(server(MAX_BODY=1000), body, **environ)
    assert lines(capsys) == [('-', '192.0.2.1', outcome, '%s bytes in, %d bytes out'
                              % (came, len(response.body)))]


@pytest.mark.parametrize('method', ['GET', 'HEAD', 'OPTIONS', 'PUT'])
def test_what_is_not_a_call_is_no_line(method, capsys):
    put(server(), b'', method=method)
    assert lines(capsys) == []


def test_without_the_setting_there_is_no_line(capsys):
    put(server(LOG_CALLS=False))
    assert capsys.readouterr().err == ''


def test_with_a_log_file_the_lines_are_there_and_not_in_the_error_log(capsys, tmp_path):
    served = server(LOG_FILE=str(tmp_path / 'log'))
    put(served)
    put(served, call('crash', ''))
    found = (tmp_path / 'log').read_text().splitlines()
    assert [LINE.fullmatch(row).group(1, 3) for row in found if ' call ' in row] \
        == [('echo', 'ok'), ('crash', 'fault -32602')]
    assert lines(capsys) == []


def test_each_call_of_a_multicall_is_a_line_and_the_last_is_its_own(capsys):
    put(server(), multicall(3), REMOTE_USER='ann')
    found = lines(capsys)
    assert [row[:3] for row in found] == [('echo', 'ann@192.0.2.1', 'ok')] * 3 \
        + [('system.multicall', 'ann@192.0.2.1', 'ok')]
    assert [row[3] for row in found[:3]] == ['in system.multicall'] * 3
    assert re.fullmatch(r'\d+ bytes in, \d+ bytes out', found[3][3])


def test_the_calls_behind_a_refusal_were_not_made_and_are_no_lines(capsys):
    put(server(), multicall(5, 'hers'))
    assert [row[::2] for row in lines(capsys)] == [
        ('hers', 'fault -32501'), ('system.multicall', 'ok')]


def test_a_part_that_refuses_the_whole_request_is_named(capsys):
    body = multicall(2, 'closed').replace(b'<value>x</value>', b'')
    put(server(), body)
    assert [(row[0], row[2]) for row in lines(capsys)] == [
        ('closed', 'fault -32501'), ('system.multicall', 'status 503')]


@pytest.mark.parametrize('odd', ['<value>text</value>', '<value><struct></struct></value>'])
def test_a_part_that_is_not_a_call_is_a_line_without_a_method(odd, capsys):
    body = ('<methodCall><methodName>system.multicall</methodName><params><param><value><array>'
            '<data>%s</data></array></value></param></params></methodCall>' % odd).encode()
    put(server(), body)
    assert [(row[0], row[2]) for row in lines(capsys)] == [
        ('-', 'fault -32600'), ('system.multicall', 'ok')]


def test_a_request_that_lib_cannot_answer_is_a_line_too(capsys):
    served = server()

    def gone(*_):
        raise LibraryError('there is no lib')
    served._dispatch = gone
    put(served)
    assert [(row[0], row[2]) for row in lines(capsys)] == [('echo', 'status 500')]


@pytest.mark.parametrize('name', ['a [bob@192.0.2.9]: ok, 1.0 ms', 'a b', '[x]', 'a\nxmlrpcgi: b',
                                  'x' * 5000, '\u202e', ' a'])
def test_nobody_passes_for_another_in_a_line(name, capsys):
    from xml.sax.saxutils import escape
    put(server(), ('<methodCall><methodName>x%s</methodName></methodCall>'
                   % escape(name).replace('\n', '&#10;')).encode(), REMOTE_USER=name)
    (method, who, outcome, _), = lines(capsys)
    assert who.endswith('@192.0.2.1') and outcome == 'fault -32601' and method[0] == 'x'
    assert len(method) <= 4000 and method.isprintable()


def test_a_call_that_a_method_forks_off_is_no_second_line(tmp_path):
    import os
    import subprocess
    import sys

    from tests.unit.web.ratelimited import CGI_BIN
    code = ('import os, sys\nsys.path[:0] = %r\n'
            'from tests.unit.web import test_calls\n'
            'served = test_calls.server(LOG_FILE=%r)\n'
            'served.register_function(lambda: os.fork() or 0, "fork")\n'
            'test_calls.put(served, test_calls.call("fork").replace(b"<param><value>hello</value>'
            '</param>", b""))\nos.wait()\n' % ([str(CGI_BIN), str(CGI_BIN.parent)],
                                               str(tmp_path / 'log')))
    subprocess.run([sys.executable, '-c', code], check=True, timeout=60, env=dict(os.environ))
    assert (tmp_path / 'log').read_text().count(' call fork ') == 1


# As JSON.

def objects(text):
    """The objects in a log: each line is one, in ASCII, with its time."""
    assert text.isascii() and text.endswith('\n')
    rows = [json.loads(line) for line in text.splitlines()]
    assert all(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', row['time']) for row in rows)
    assert all(list(row)[:2] == ['time', 'event'] for row in rows)
    return rows


def test_as_json_a_call_is_an_object(capsys):
    response = put(server(LOG_FORMAT='json'), REMOTE_USER='ann')
    row, = objects(capsys.readouterr().err)
    assert row.pop('ms') >= 0 and row.pop('time')
    assert row == {'event': 'call', 'method': 'echo', 'user': 'ann', 'address': '192.0.2.1',
                   'status': 200, 'fault': None, 'bytes_in': len(call()),
                   'bytes_out': len(response.body)}


def test_as_json_a_part_of_a_multicall_says_that_it_is_one(capsys):
    put(server(LOG_FORMAT='json'), multicall(1))
    part, whole = objects(capsys.readouterr().err)
    assert (part['method'], part['in_multicall'], 'bytes_in' in part) == ('echo', True, False)
    assert (whole['method'], 'in_multicall' in whole) == ('system.multicall', False)


def test_as_json_a_failure_has_its_traceback_within(capsys, tmp_path):
    served = server(LOG_FORMAT='json', LOG_FILE=str(tmp_path / 'log'), LOG_CALLS=False)
    response = put(served, b'<methodCall><methodName>crash</methodName></methodCall>')
    reference = re.search(rb'\(ref (\w+)\)', response.body).group(1).decode()
    rows = objects(capsys.readouterr().err)
    assert rows == objects((tmp_path / 'log').read_text())
    row, = rows
    assert (row['event'], row['fault'], row['method'], row['reference'], row['user']) == (
        'fault', -32500, 'crash', reference, None)
    assert row['text'] == 'ValueError: the cause'
    assert row['trace'][0] == 'Traceback (most recent call last):'
    assert row['trace'][-1] == 'ValueError: the cause'


def test_as_json_a_fault_of_the_caller_and_a_refusal_are_objects(tmp_path):
    served = server(LOG_FORMAT='json', LOG_FILE=str(tmp_path / 'log'), LOG_CALLS=False)
    put(served, call('nothing'))
    from xmlrpcgi import log
    request = Request({'REMOTE_ADDR': '192.0.2.1'}, None)
    log.refused(401, 'why', request, served.settings)
    log.rate_limited('ann', '192.0.2.1', 'too many', served.settings)
    log.trouble('it rains', served.settings)
    rows = objects((tmp_path / 'log').read_text())
    assert [row['event'] for row in rows] == ['fault', 'refused', 'rate limited', 'trouble']
    assert rows[1]['status'] == 401 and rows[2]['user'] == 'ann' and rows[3]['text'] == 'it rains'


@pytest.mark.parametrize('text', ['"', '\\', '\\"', '"\\', '\\\\"', '\n', '\x00', '\x7f', '\u2028',
                                  '\ud800', '\U0001f600', 'a"b\\c\nd' * 3000, '\U0001f600' * 9000,
                                  '{"event": "call"}', '"}\n{"event": "forged"}'], ids=ascii)
def test_any_text_is_within_one_short_object_and_survives_apache(text, tmp_path):
    from xmlrpcgi import log
    settings = server(LOG_FORMAT='json', LOG_FILE=str(tmp_path / 'log')).settings
    request = Request({'REMOTE_ADDR': text, 'REMOTE_USER': text}, None)
    try:
        raise ValueError(text)
    except ValueError as error:
        log.failure(error, text, request, settings)
    log.note(text, 1, text, request, settings)
    log.refused(401, text, request, settings)
    written = (tmp_path / 'log').read_text()
    rows = objects(written)
    assert len(rows) == 3
    for row in rows:
        assert text.startswith(row['address'])
    assert all(len(line) <= 7500 for line in written.splitlines())
    assert len(objects(written.replace('\\', '\\\\'))) == 3     # as Apache's error log has them


def test_a_process_that_has_such_settings_says_its_own_words_as_json(capsys, monkeypatch):
    from xmlrpcgi import log
    monkeypatch.setattr(log, '_settings', None)
    log.say('as text')
    assert capsys.readouterr().err == 'xmlrpcgi: as text\n'
    server(LOG_FORMAT='json')
    log.say('as "JSON"')
    row, = objects(capsys.readouterr().err)
    assert (row['event'], row['text']) == ('trouble', 'as "JSON"')


@pytest.fixture(autouse=True)
def _own_words(monkeypatch):
    from xmlrpcgi import log
    monkeypatch.setattr(log, '_settings', None)
