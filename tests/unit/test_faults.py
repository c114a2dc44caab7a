"""The table of faults: what provokes each, what the client and the log see."""

import errno
import re
import xmlrpc.client

import pytest
from xmlrpcgi import allow
from xmlrpcgi.errors import FAULTS, Fault
from xmlrpcgi.handler import Handler
from xmlrpcgi.settings import Settings

from tests.unit import ask

SECRET = '/srv/secret/path'
REFERENCE = re.compile(r' \(ref ([0-9a-f]{8})\)$')


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError('no text')


class Lost(BaseException):
    """No Exception: like KeyboardInterrupt."""


FAILURES = {        # what an application may raise, and the code that comes of it
    'ValueError': (ValueError(SECRET), -32500),
    'TypeError': (TypeError(SECRET), -32500),
    'KeyError': (KeyError(SECRET), -32500),
    'OSError': (OSError(errno.ENOENT, 'No such file', SECRET), -32500),
    'UnicodeError': (UnicodeError('\ud800' + SECRET), -32500),
    'SystemExit': (SystemExit(SECRET), -32500),
    'KeyboardInterrupt': (KeyboardInterrupt(SECRET), -32500),
    'Lost': (Lost(SECRET), -32500),
    'RecursionError': (RecursionError(SECRET), -32500),
    'MemoryError': (MemoryError(SECRET), -32400),
    'ENOSPC': (OSError(errno.ENOSPC, 'No space', SECRET), -32400),
    'EDQUOT': (OSError(errno.EDQUOT, 'Quota', SECRET), -32400),
    'ENOMEM': (OSError(errno.ENOMEM, 'Memory', SECRET), -32400),
    'EMFILE': (OSError(errno.EMFILE, 'Files', SECRET), -32400),
    'EROFS': (OSError(errno.EROFS, 'Read-only', SECRET), -32400),
    'a Fault whose code is no int': (Fault('x', SECRET), -32500),
    'a Fault whose code is too large': (Fault(1 << 31, SECRET), -32500),
}


def handler(**settings):
    made = Handler(settings=Settings(**settings))

    def fail(name):
        raise FAILURES[name][0].with_traceback(None)

    def fault(code, text):
        raise Fault(code, text)

    def give(name):
        return {'object': object(), 'nan': float('nan'), 'nul': 'a\0b', 'huge': 1 << 70}[name]

    for function in (fail, fault, give):
        made.register_function(function)
    return made


def raising(error, cause=None):
    """A method that raises."""
    def fail():
        raise error from cause
    return fail


def call(method, *params, to=None):
    """The fault that a call comes to."""
    body = xmlrpc.client.dumps(params, method).encode('utf-8', 'xmlcharrefreplace')
    return of((to or handler()).call(body).body)


def of(body):
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(body)
    return caught.value


XML = b'<?xml version="1.0"%s?><methodCall><methodName>fail</methodName>%s</methodCall>'
PARAM = b'<params><param><value>%s</value></param></params>'

# Input → the code, and what the client's text holds.  None of them is the application's doing.
INPUTS = [
    (b'', -32700, 'not well-formed'),
    (b'hello', -32700, 'not well-formed'),
    (b'<methodCall><methodName>a</methodName>', -32700, 'not well-formed'),
    (XML % (b'', b'<params>'), -32700, 'mismatched tag'),
    (XML % (b' encoding="klingon"', b''), -32701, 'klingon'),
    (XML % (b' encoding="unicode_escape"', b''), -32701, 'unicode_escape'),
    (XML % (b'', PARAM % b'\xff'), -32702, 'UTF-8'),
    (XML % (b' encoding="us-ascii"', PARAM % b'\xe9'), -32702, 'ASCII'),
    (b'<methodResponse/>', -32600, 'methodResponse'),
    (b'<methodCall/>', -32600, 'methodName'),
    (b'<!DOCTYPE a><methodCall/>', -32600, 'document type'),
    (XML % (b'', PARAM % b'<int>x</int>'), -32600, 'an integer'),
    (XML % (b'', PARAM % b'<what/>'), -32600, '<what>'),
    (XML % (b'', PARAM % (b'<array><data><value>' * 65)), -32600, '64'),
    ((XML % (b'', b'')).replace(b'fail', b'nothing'), -32601, 'nothing'),
    (XML % (b'', b''), -32602, 'fail takes 1 argument'),
]


def test_every_code_of_the_table_is_provoked_here():
    elsewhere = {-32603, -32501, -32300}        # below
    provoked = {code for _, code, _ in INPUTS} | {code for _, code in FAILURES.values()}
    assert provoked | elsewhere == set(FAULTS)


@pytest.mark.parametrize('body, code, words', INPUTS)
def test_a_clients_mistake_has_its_code_and_says_what_is_wrong(body, code, words, capsys):
    answer = handler().call(body)
    fault = of(answer.body)
    assert fault.faultCode == answer.fault == code
    assert words in fault.faultString
    assert 'Traceback' not in capsys.readouterr().err


def test_a_body_that_did_not_arrive_whole_is_32300():
    response = ask.ask(content_length='500')
    assert of(response.body).faultCode == -32300


def test_a_method_that_the_user_may_not_call_is_32501(capsys):
    made = handler()
    made.register_function(allow(user='eva')(lambda: SECRET), 'mine')
    fault = call('mine', to=made)
    assert fault.faultCode == -32501
    assert 'mine' in fault.faultString and SECRET not in fault.faultString
    assert 'Traceback' not in capsys.readouterr().err


def test_an_error_of_our_own_is_32603(monkeypatch, capsys):
    def decode(*args):
        raise ZeroDivisionError(SECRET)
    monkeypatch.setattr('xmlrpcgi.handler.decode_call', decode)
    fault = call('fail', 'ValueError')
    assert fault.faultCode == -32603
    reference = REFERENCE.search(fault.faultString).group(1)
    log = capsys.readouterr().err
    assert reference in log and 'ZeroDivisionError' in log
    assert SECRET not in fault.faultString


@pytest.mark.parametrize('name', list(FAILURES))
def test_a_failure_is_a_general_sentence_and_the_log_has_the_cause(name, capsys):
    error, code = FAILURES[name]
    fault = call('fail', name)
    assert fault.faultCode == code
    reference = REFERENCE.search(fault.faultString).group(1)
    sentence = 'the application raised a fault whose code is not an int of 32 bits' \
        if isinstance(error, Fault) else FAULTS[code]
    assert fault.faultString == '%s (ref %s)' % (sentence, reference)
    first, *trace = capsys.readouterr().err.splitlines()
    assert first.startswith('xmlrpcgi: fault %d fail: ref %s %s: '
                            % (code, reference, type(error).__name__))
    trace = '\n'.join(trace)
    assert SECRET in first
    assert 'Traceback' in trace and 'in fail' in trace and SECRET in trace


@pytest.mark.parametrize('name', ['ValueError', 'MemoryError', 'OSError', 'SystemExit'])
def test_with_debug_the_client_sees_class_and_text(name, capsys):
    error, code = FAILURES[name]
    fault = call('fail', name, to=handler(DEBUG=True))
    reference = REFERENCE.search(fault.faultString).group(1)
    assert fault.faultString == '%s: %s: %s (ref %s)' % (
        FAULTS[code], type(error).__name__, error, reference)
    assert reference in capsys.readouterr().err


def test_each_failure_has_a_reference_of_its_own():
    references = {REFERENCE.search(call('fail', 'ValueError').faultString).group(1)
                  for _ in range(20)}
    assert len(references) == 20


@pytest.mark.parametrize('code', [0, 1, -1, 4711, -32601, -32500, (1 << 31) - 1, -1 << 31])
def test_a_fault_of_the_application_is_sent_as_it_is(code, capsys):
    fault = call('fault', code, 'no such order: 7 \u20ac <&>')
    assert (fault.faultCode, fault.faultString) == (code, 'no such order: 7 \u20ac <&>')
    assert capsys.readouterr().err == ''


def test_a_fault_raised_with_what_xml_cannot_carry_arrives_well_formed():
    assert of(handler().call(XML.replace(b'fail', b'fault') % (
        b'', b'<params><param><value><int>5</int></value></param><param><value>'
             b'a&#13;b</value></param></params>')).body).faultString == 'a\rb'
    made = handler()
    made.register_function(lambda: made.funcs['fault'](7, 'a\0\x0b\x1b\ud800b'), 'bad')
    assert call('bad', to=made).faultString == 'a\ufffd\ufffd\ufffd\ufffdb'


@pytest.mark.parametrize('name, words', [
    ('object', 'object'), ('nan', 'nan'), ('nul', 'U+0000'), ('huge', '64 bits')])
def test_a_result_that_cannot_be_sent_names_itself_to_client_and_log(name, words, capsys):
    fault = call('give', name)
    assert fault.faultCode == -32500
    assert fault.faultString.startswith('give: ') and words in fault.faultString
    line, = capsys.readouterr().err.splitlines()
    assert line.startswith('xmlrpcgi: fault -32500 give: ') and words in line


# To a terminal, to str.splitlines and to Apache's piped logs more than \\n may begin a line.
FORGED = 'x\r\nxmlrpcgi: fault -1 forged\n[Mon] [error] forged\x9b1m\x85\u2028\u202e'
UNFIT = '\x1b[2J\x00\x0b'         # what an exception may hold, and XML may not


@pytest.mark.parametrize('name', [FORGED, 'x' + FORGED[2:], 'x\ufeff' + FORGED])
def test_a_method_name_cannot_write_a_log_line(name, capsys):
    made = handler()
    made.register_function(raising(ValueError()), name)
    text = ''.join('&#%d;' % ord(char) for char in name)
    body = '<methodCall><methodName>%s</methodName></methodCall>' % text
    assert of(made.call(body.encode()).body).faultCode == -32500
    check_log(capsys.readouterr().err)


def check_log(log):
    assert all(char == '\n' or char.isprintable() for char in log)
    starts = [line for line in log.splitlines() if line.startswith(('xmlrpcgi: ', '['))]
    assert len(starts) == 1 and starts[0].startswith('xmlrpcgi: fault -32500 ')


@pytest.mark.parametrize('error', [
    ValueError(FORGED + UNFIT), KeyError(FORGED), Exception(ValueError(FORGED)),
    type('Strange\nName', (Exception,), {})(FORGED), OSError(2, FORGED, UNFIT),
    SyntaxError(FORGED, ('a\nfile', 1, 1, 'text\nxmlrpcgi: fault')),
])
@pytest.mark.parametrize('chained', [False, True])
def test_the_text_of_an_exception_cannot_write_a_log_line(error, chained, capsys):
    made = handler()
    method = raising(RuntimeError('outer'), error) if chained else raising(error)
    made.register_function(method, 'fail')
    assert call('fail', to=made).faultCode == -32500
    check_log(capsys.readouterr().err)


def test_a_result_that_cannot_be_sent_cannot_write_a_log_line(capsys):
    made = handler()
    made.register_function(lambda: {FORGED: type('Odd\nxmlrpcgi: fault', (), {})()}, 'fail')
    assert call('fail', to=made).faultCode == -32500
    check_log(capsys.readouterr().err)


@pytest.mark.parametrize('debug', [False, True])
def test_an_exception_that_has_no_text_is_a_fault_all_the_same(debug, capsys):
    made = handler(DEBUG=debug)
    made.register_function(raising(Unprintable()), 'fail')
    fault = call('fail', to=made)
    assert fault.faultCode == -32500
    assert REFERENCE.search(fault.faultString).group(1) in capsys.readouterr().err
    assert ('Unprintable' in fault.faultString) is debug


@pytest.mark.parametrize('text', ['x' * 1_000_000, 'x\n' * 1_000_000])
def test_a_log_entry_has_an_end(text, capsys):
    made = handler()
    made.register_function(raising(ValueError(text)), 'fail')
    call('fail', to=made)
    log = capsys.readouterr().err
    assert len(log) < 20_000 and log.endswith('\n')


def test_a_log_that_cannot_be_written_costs_nobody_the_answer(monkeypatch):
    class Full:
        def write(self, text):
            raise OSError(errno.ENOSPC, 'No space left')

        flush = write
    monkeypatch.setattr('sys.stderr', Full())
    assert call('fail', 'ValueError').faultCode == -32500
    assert call('give', 'nan').faultCode == -32500


@pytest.mark.parametrize('base', ['Exception', 'Fault', 'Coded'])
@pytest.mark.parametrize('raised', [ValueError, SystemExit, KeyboardInterrupt, Lost])
def test_an_exception_whose_text_fails_is_a_fault_of_that_call_alone(base, raised, capsys):
    class Coded(Exception):
        faultCode = 7

    class Text:
        def __str__(self):
            raise raised

    class Failing({'Exception': Exception, 'Fault': Fault, 'Coded': Coded}[base]):
        def __init__(self):
            if base == 'Fault':
                super().__init__(7, Text())

        __str__ = Text.__str__

    def fail():
        raise Failing
    to = Handler()
    to.register_function(fail, 'fail')
    result = to.call(b'<methodCall><methodName>fail</methodName></methodCall>')
    assert result.fault == (-32500 if base == 'Exception' else 7)
    assert b'<fault>' in result.body


@pytest.mark.parametrize('raised', [ValueError, SystemExit, KeyboardInterrupt, Lost])
@pytest.mark.parametrize('name', ['faultCode', 'faultString'])
def test_an_exception_whose_attribute_fails_is_one_that_has_no_code(name, raised, capsys):
    def fails(self):
        raise raised

    class Failing(Exception):
        faultCode, faultString = 7, 'text'

    setattr(Failing, name, property(fails))

    def fail():
        raise Failing('the cause')
    to = Handler()
    to.register_function(fail, 'fail')
    to.register_multicall_functions()
    result = to.call(b'<methodCall><methodName>fail</methodName></methodCall>')
    assert result.fault == -32500 and REFERENCE.search(result.text)
    assert 'Failing: the cause' in capsys.readouterr().err
    parts = to.call(xmlrpc.client.dumps(([{'methodName': 'fail'}] * 2,),
                                        'system.multicall').encode())
    assert [part['faultCode'] for part in xmlrpc.client.loads(parts.body)[0][0]] == [-32500] * 2


@pytest.mark.parametrize('code', [[1], {}, None, 'x', 1.5])
def test_a_fault_with_any_code_fails_its_part_of_a_multicall_alone(code, capsys):
    def fail():
        raise Fault(code, 'text')
    to = Handler()
    to.register_function(fail, 'fail')
    to.register_function(lambda: 'fine', 'fine')
    to.register_multicall_functions()
    parts = to.call(xmlrpc.client.dumps(([{'methodName': 'fail'}, {'methodName': 'fine'}],),
                                        'system.multicall').encode())
    failed, fine = xmlrpc.client.loads(parts.body)[0][0]
    assert failed['faultCode'] == -32500 and fine == ['fine']
