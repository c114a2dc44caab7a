"""The command line against a server that sends anything at all, as slowly as it likes."""

import json
import socket
import time

import pytest

from tests.process.command_line import Raw, answering, complaint, place, run, said

XML = [('Content-Type', 'text/xml')]
ANSWER = '<methodResponse><params><param><value>%s</value></param></params></methodResponse>'
OK = b'HTTP/1.1 200 OK\r\n'


def byte_by_byte(head, endless, pause=0.02):
    """A server that sends `head`, and then a byte of `endless` again and again."""
    def answer(connection, ended):
        connection.sendall(head)
        while not ended.wait(pause):
            connection.sendall(endless)
    return answer


@pytest.mark.parametrize('answer', [
    byte_by_byte(b'', b'HTTP/1.1 100 Continue\r\n\r\n'),
    byte_by_byte(b'', b'HTTP/1.1 100 Continue\r\n\r\n' * 1000, 0.001),
    byte_by_byte(b'HTTP/1.1 2', b'0'),
    byte_by_byte(OK + b'X-Long: ', b'x'),
    byte_by_byte(OK + b'Transfer-Encoding: chunked\r\n\r\n', b'0'),
    byte_by_byte(OK + b'Transfer-Encoding: chunked\r\n\r\n0\r\n', b'X-Trailer: x\r\n'),
    byte_by_byte(OK + b'Transfer-Encoding: chunked\r\n\r\n', b'1\r\nx\r\n'),
    byte_by_byte(OK + b'\r\n', b' '),
], ids=['100 Continue', 'many of them', 'status line', 'header', 'chunk size', 'trailers', 'chunks',
        'body without a length'])
def test_the_time_out_holds_for_all_of_an_answer(answer):
    started = time.monotonic()
    with Raw(answer) as server:
        assert complaint('call', server.url, 'm', '--timeout', '2').startswith(
            'No answer came from %s within 2 seconds: ' % place(server.url))
    assert time.monotonic() - started < 10


def test_the_time_out_holds_for_sending_too(tmp_path):
    (tmp_path / 'large').write_bytes(b'x' * (1 << 25))
    started = time.monotonic()
    with socket.create_server(('127.0.0.1', 0)) as deaf:
        assert complaint('call', 'http://127.0.0.1:%d/' % deaf.getsockname()[1], 'm', '@large',
                         '--timeout', '2', cwd=tmp_path).startswith('No answer came from ')
    assert time.monotonic() - started < 10


@pytest.mark.parametrize('header, sentence', [
    ('Content-Length: \xb2', 'The answer of PLACE has a Content-Length that is not a number (\xb2'),
    ('Content-Length: ' + '1' * 5000, 'The answer of PLACE has a Content-Length that is not a '
     'number (1111'),
    ('Content-Length: 5\r\nContent-Length: 6', 'The answer of PLACE has a Content-Length that'),
    ('Content-Length: -1', 'The answer of PLACE has a Content-Length that is not a number (-1)'),
    ('Content-Type: text/plain; charset=a\0b', 'The answer cannot be read ('),
    ('Content-Encoding: \xb2', 'The answer cannot be unpacked (Content-Encoding '),
])
def test_a_header_of_any_value_is_a_sentence(header, sentence):
    with Raw(OK + header.encode('latin-1') + b'\r\n\r\nanything') as server:
        assert complaint('call', server.url, 'm').startswith(
            sentence.replace('PLACE', place(server.url)))


@pytest.mark.parametrize('target, shown', [
    ('http://[', 'http://['),
    ('http://me:secret@example.org/x', 'http://example.org/x'),
    ('http://me:se/cret@example.org/x', 'http://...@example.org/x'),
    ('//me:secret@example.org/x', 'http://example.org/x'),
])
def test_a_redirect_to_anywhere_is_a_sentence_without_a_password(target, shown):
    with answering(302, [('Location', target)]) as server:
        assert complaint('call', server.url, 'm') == (
            'This address points to another one (302): call %s instead, if you trust it.' % shown)


@pytest.mark.parametrize('url', [
    'http://me:secret@[::1/', 'http://me:se/secret@127.0.0.1:9/', 'http://me:se@secret@127.0.0.1:x/',
    'me:secret@example.org/RPC2', 'ftp://me:secret@example.org/', 'http:/me:secret@example.org',
    'http://me:sec?secret@example.org/', 'https://me:#secret@127.0.0.1:9/',
    'http://me:secret@127.0.0.1:9/', 'http://me:secret@nosuch.invalid/',
    # What a keyboard for Chinese or Japanese types, or an address in an address has.
    'http://me:secret\uff20127.0.0.1:9/', 'http://me:secret\ufe6b127.0.0.1:9/',
    'http://me:secret%40127.0.0.1:9/', 'http://me:secret%40example.org/',
    'http://me\uff1asecret@127.0.0.1:9/', 'http://me\uff1ase/secret@127.0.0.1:9/',
    'http://me\uff1asecret\uff20127.0.0.1/', 'http://me:se/secret\uff20127.0.0.1:9/',
    'http://me:se\uff20secret@127.0.0.1:x/', 'http://me:se@secret\uff20127.0.0.1:9/',
    'http://me:secret\uff20[::1/', 'me:secret\uff20example.org/RPC2',
    'http:/me:secret\uff20example.org', 'localhost:secret\uff20example.org',
])
def test_a_password_in_an_address_is_never_shown(url):
    for command in 'call', 'check':
        status, out, err = run(command, url, *['m'] * (command == 'call'))
        assert status == 2 and 'secret' not in out + err and 'Traceback' not in err


def test_every_character_that_stands_for_an_at_hides_what_is_before_it():
    from unicodedata import normalize

    from xmlrpcgi.client.address import without_login
    for char in map(chr, range(0x110000)):
        seen = normalize('NFKC', char)
        if '@' in seen:
            assert without_login('http://me:secret%sexample.org/' % char) == 'http://example.org/'
        if ':' in seen:
            assert without_login('http://me%ssecret/x@example.org/' % char) == (
                'http://...@example.org/')
    assert without_login('http://example.org:80/a%40b') == 'http://example.org:80/a%40b'


@pytest.mark.parametrize('words', [
    ('URL',), ('serve', 'URL'), ('call', '-m', 'URL', 'm'), ('call', '--timeout=URL', 'm'),
    ('call', '-mURL', 'm'), ('call', '-H', 'URL', 'm'), ('serve', '--port', 'URL'),
    ('check', '--cgi-bin', 'URL'), ('call', '--lib', 'URL', 'm'), ('list', '--cafile', 'URL'),
    ('list', '--token-file', 'URL'), ('describe', '--lib', 'lib', '--diff', 'URL'),
    ('serve', '--script', 'URL'), ('install', '--cgi-bin', 'URL'),
    ('token', '--lib', 'URL', 'list'),
])
@pytest.mark.parametrize('url', ['http://me:secret@example.org/', 'http://me:\'"secret@example.org/',
                                 'https://me:secret\uff20example.org/'])
def test_an_address_in_the_wrong_place_does_not_show_its_password(words, url, tmp_path):
    message = complaint(*[word.replace('URL', url) for word in words], cwd=tmp_path)
    assert 'secret' not in message
    assert list(tmp_path.iterdir()) == []


def test_a_page_of_many_titles_takes_no_time():
    page = b'<html>' + b'<title>' * 9000
    with answering(200, [('Content-Type', 'text/html')], page) as server:
        def seconds():
            started = time.monotonic()
            assert complaint('call', server.url, 'm').startswith('A web page came, not an XML-RPC ')
            return time.monotonic() - started
        assert min(seconds() for _ in range(3)) < 1.5
    with answering(200, [], b'<html><title>&#%s;</title>' % (b'9' * 5000)) as server:
        assert complaint('call', server.url, 'm').startswith('A web page came ("')


def test_control_characters_are_escaped_also_into_a_pipe():
    sent = 'a\u009b31mb\x7f\u202ec\nd\te\xa0\u3000\u200d'
    with answering(200, XML, (ANSWER % sent).encode()) as server:
        assert said('call', server.url, 'm') == 'a\\x9b31mb\\x7f\\u202ec\nd\te\xa0\u3000\u200d\n'
        text = said('call', server.url, 'm', '--json')
        assert text.isascii() is False and '\x9b' not in text and json.loads(text) == sent
    item = '<array><data><value>%s</value></data></array>' % sent
    with answering(200, XML, (ANSWER % item).encode()) as server:
        assert said('call', server.url, 'm') == (
            '["a\\u009b31mb\\u007f\\u202ec\\nd\\te\xa0\u3000\u200d"]\n')


# What a server may say of its methods.

def struct(**members):
    return '<struct>%s</struct>' % ''.join(
        '<member><name>%s</name><value>%s</value></member>' % member for member in members.items())


def array(*items):
    return '<array><data>%s</data></array>' % ''.join('<value>%s</value>' % item for item in items)


NAMED = {'name': 'a'}


@pytest.mark.parametrize('described', [
    struct(methods=array(struct(**NAMED, params=array('x')))),
    struct(methods=array(struct(**NAMED, params=array(struct(name=array()))))),
    struct(methods=array(struct(**NAMED, params=array(struct(name='b', type='<int>1</int>'))))),
    struct(methods=array(struct(**NAMED, params=array(struct(name='b', choices='x'))))),
    struct(methods=array(struct(**NAMED, help='<int>1</int>'))),
    struct(methods=array(struct(**NAMED, signatures=array('x')))),
    struct(methods=array(struct(**NAMED, result=array()))),
    struct(methods=array(struct(**NAMED)), unavailable='<int>1</int>'),
    struct(methods=array(struct(**NAMED)), unavailable=array('x', struct(name=array()))),
])
def test_a_description_of_another_shape_is_shown_without_the_part(described):
    with answering(200, XML, (ANSWER % described).encode()) as server:
        for command in 'list', 'describe':
            status, out, err = run(command, server.url)
            assert (status, err) == (0, '') and out in ('a\n', 'a(b)\n')
        assert json.loads(said('describe', server.url, '--json'))['methods'][0]['name'] == 'a'


def test_a_method_name_cannot_forge_a_line():
    described = struct(methods=array(struct(name='a\nb\x7f')))
    with answering(200, XML, (ANSWER % described).encode()) as server:
        assert said('list', server.url) == said('describe', server.url) == 'a\\nb\\x7f\n'


def test_names_of_another_shape_are_a_sentence():
    with answering(200, XML, (ANSWER % '<int>1</int>').encode()) as server:
        for command in 'list', 'describe':
            assert complaint(command, server.url) == (
                '%s does not list its methods: system.listMethods gave no list of names.'
                % place(server.url))


def test_many_methods_are_not_asked_about_without_end():
    names = array('system.methodSignature', *('m%d' % number for number in range(500)))

    def answer(request, sent):
        if b'system.describe' in sent:
            return 200, XML, FAULT
        if b'listMethods' in sent:
            return 200, XML, (ANSWER % names).encode()
        time.sleep(0.02)
        return 200, XML, (ANSWER % array(array('int'))).encode()
    with answering(answer=answer) as server:
        status, out, err = run('list', server.url, '--timeout', '5')
        assert status == 0 and len(out.splitlines()) == 501 and 'm0() -> int' in out
        assert err.startswith('%s was asked about its methods for 5 seconds: what '
                              % place(server.url))


FAULT = ('<methodResponse><fault><value>%s</value></fault></methodResponse>' % struct(
    faultCode='<string>Client.no</string>', faultString='no')).encode()


def test_check_takes_a_fault_code_that_is_not_a_number_and_a_server_that_is_always_late():
    def answer(request, sent):
        return (200, XML, FAULT) if b'no_such_method' in sent else (
            200, XML + [('X-RPC-Time-Us', '\xb2')], (ANSWER % array('a')).encode())
    with answering(answer=answer) as server:
        status, out, err = run('check', server.url)
        assert (status, err) == (1, '') and 'is fault Client.no, as it should be.' in out
    calls = []

    def late(request, sent):
        calls.append(sent)
        time.sleep(1.5 if len(calls) > 1 else 0)
        return 200, XML, (ANSWER % array('a')).encode()
    with answering(answer=late) as server:
        status, out, err = run('check', server.url, '--timeout', '1')
        assert status == 1 and err == '' and 'was late 3 times and is not asked any more' in out
