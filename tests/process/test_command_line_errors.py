"""The command line where there is no answer: each cause is a sentence that says what to do."""

import gzip
import os
import subprocess

import pytest

from tests.process.command_line import PROGRAM, PYTHON, TOP, answering, complaint, place, run, said
from tests.tools import servers

XML = [('Content-Type', 'text/xml')]
EXAMPLE = (b'<methodResponse><params><param><value>%s</value></param></params>'
           b'</methodResponse>')


# The command line itself.

@pytest.mark.parametrize('words, sentence', [
    (['call'], 'There is no address: give one like http://example.org/RPC2, or --lib FOLDER for '
               'classes without a server.'),
    (['call', 'app.add', '2'],
     'app.add is not an address: an address begins with http:// or https://, like '
     'http://example.org/RPC2; without a server, --lib FOLDER calls the classes in a folder.'),
    (['call', 'ftp://example.org/', 'm'], 'ftp://example.org/ is not an address: '),
    (['call', 'http://example.org:port/', 'm'], 'http://example.org:port/ is not an address ('),
    (['call', 'http://a:secret@[::1/', 'm'], 'http://[::1/ is not an address ('),
    (['call', '--lib', str(TOP / 'lib')],
     'There is no method to call: name one, like app.getName; the command `list` shows those of '
     'a server.'),
    (['call', '--lib', str(TOP / 'lib'), 'http://example.org/', 'm'],
     'There is both an address and --lib: give one of them.'),
    (['call', '--lib', 'nosuch', 'm'],
     'There is no folder nosuch: --lib names the folder of your classes.'),
    (['call', '--lib', str(TOP / 'lib'), 'm', '@nosuch'], '@nosuch cannot be read ('),
    (['call', '--lib', str(TOP / 'lib'), 'm', '1e999'],
     'The arguments cannot be sent: one holds inf, a number that XML-RPC cannot carry.'),
    (['call', '--lib', str(TOP / 'lib'), 'm', str(1 << 70)],
     '1180591620717411303424 is too big an int: it does not fit into 64 bits. For a string of '
     'digits, write =1180591620717411303424, or '),
    (['call', 'example.org/RPC2', 'm'],
     'example.org/RPC2 has no https:// or http:// before it: write https://example.org/RPC2, or '
     'http:// where the server has no TLS.'),
    (['call', 'example.org:8000', 'm'], 'example.org:8000 has no https:// or http:// before it: '),
    (['list', '--lib', str(TOP / 'lib'), 'a', 'b'],
     'list takes one namespace at most, like app; you gave 2 words.'),
    (['describe', '--lib', str(TOP / 'lib'), 'a', 'b'],
     'describe takes one method or namespace at most; you gave 2 words.'),
    (['list', '--lib', str(TOP / 'lib'), 'nosuch'],
     'There is no method and no namespace nosuch: the command `list` shows what there is.'),
    (['describe', '--lib', str(TOP / 'lib'), 'app.nosuch'],
     'There is no method and no namespace app.nosuch: the command `list` shows what there is.'),
])
def test_a_wrong_command_line_is_a_sentence(words, sentence):
    assert complaint(*words).startswith(sentence)


@pytest.mark.parametrize('options, sentence', [
    (['--header', 'nothing'], "'nothing' is not a header: write NAME: VALUE"),
    (['--header', 'A: b\nC: d'], "'A ...' is not a header: write NAME: VALUE"),
    (['--timeout', '0'], "'0' is not a number of seconds above 0"),
    (['--timeout', 'nan'], "'nan' is not a number of seconds above 0"),
    (['--nosuch'], 'unrecognized arguments: --nosuch'),
    (['--user'], 'expected one argument'),
    (['-H', 'nothing'], "'nothing' is not a header: write NAME: VALUE"),
    (['-H', 'Authorization Basic s3cret'], "'Authorization ...' is not a header: "),
    (['-H', 'X-Auth-Token=s3cret'], "'X-Auth-Token ...' is not a header: write NAME: VALUE"),
    (['-H', 'X-Auth-Token\uff1as3cret'], "'X-Auth-Token ...' is not a header: write NAME: VALUE"),
    (['-H', 'My Token: s3cret'], "'My ...' is not a header: write NAME: VALUE"),
    (['-m', '0'], "'0' is not a number of seconds above 0"),
])
def test_a_wrong_option_is_a_usage_error(options, sentence):
    assert sentence in complaint('call', 'http://127.0.0.1/', 'm', *options)


def test_wrong_settings_of_a_folder_are_a_sentence(tmp_path):
    (tmp_path / 'settings.py').write_text('NOSUCH = 1\n')
    assert complaint('call', '--lib', tmp_path, 'm').startswith(
        'The settings cannot be used: lib/settings.py: there is no setting NOSUCH')


def test_a_password_is_not_asked_for_where_there_is_no_terminal():
    done = subprocess.run([PYTHON, PROGRAM, 'call', 'http://me@127.0.0.1:9/', 'm'],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, start_new_session=True)
    assert (done.returncode, done.stdout) == (2, b'')
    assert done.stderr.decode() == ('There is no terminal to ask for the password of me: write '
                                    '--user me:PASSWORD.\n')


# HTTP answers.

def sentence_for(status, headers=(), body=b'', options=()):
    """The complaint about this answer, with PLACE for the server's address."""
    with answering(status, headers, body) as server:
        text = complaint('call', server.url + '/here?x=1', 'm', *options)
        return text.replace(server.url, 'URL').replace(place(server.url), 'PLACE')


BASIC = [('WWW-Authenticate', 'Basic realm="the calls"')]
HTML = [('Content-Type', 'text/html; charset=utf-8')]
PLAIN = [('Content-Type', 'text/plain; charset=utf-8')]


@pytest.mark.parametrize('answer, sentence', [
    ((401, BASIC), 'PLACE asks for a user and a password (401, "the calls"): add --user NAME.'),
    ((401, BASIC, b'', ['--user', 'me:secret']),
     'PLACE does not accept the user me with this password (401, "the calls"): check both.'),
    ((401, [('Content-Type', 'text/plain')], b'log in first\n'),
     'PLACE refused the call (401, "log in first").'),
    ((401, [('WWW-Authenticate', 'Digest realm="x", nonce="y"')]),
     'PLACE asks for a login by "Digest realm="x", nonce="y"" (401), and this command knows Basic '
     'only: give what it asks for with --header "Authorization: ...".'),
    ((403, HTML, b'<title>403 Forbidden</title>'),
     'PLACE forbids this call (403, "403 Forbidden"): ask those who run it, or call as another '
     'user with --user NAME.'),
    ((404, PLAIN, 'Nichts für Sie.\nmore'.encode()),
     'There is nothing at /here on PLACE (404, "Nichts für Sie."): check the path; usual ones '
     'are /RPC2, /xmlrpc/ and /cgi-bin/rpc.cgi.'),
    ((405,), 'What is at /here on PLACE does not take calls (405): check the path.'),
    ((407,), 'PLACE asks for a password for a proxy (407 Proxy Authentication Required), which '
             'this command does not send.'),
    ((413, PLAIN, b'too large'),
     'PLACE refused the request (413 Request Entity Too Large, "too large"): --xml shows what '
     'was sent and what came back.'),
    ((500, HTML, b'<html><title>Oh &amp;\n no</title>'),
     'PLACE failed (500 Internal Server Error, "Oh & no"): `check URL` names the usual causes, '
     'and its error log may say more.'),
    ((500, [('Content-Type', 'text/plain'), ('X-RPC-Error', 'settings')], b'its log says why\n'),
     'PLACE failed (500 Internal Server Error, "its log says why").'),
    ((429, [('Content-Type', 'text/plain'), ('Retry-After', '7')], b'too many calls\n'),
     'PLACE takes no more calls for now (429, "too many calls"): wait 7 seconds.'),
    ((429,), 'PLACE takes no more calls for now (429): wait a while.'),
    ((301, [('Location', '/there')]),
     'This address points to another one (301): call URL/there instead, if you trust it.'),
    ((307, [('Location', 'https://example.org/\x1b[31m')]),
     'This address points to another one (307): call https://example.org/\\x1b[31m instead, if '
     'you trust it.'),
    ((302,), 'PLACE sends the call elsewhere (302) without saying where: check the address.'),
    ((200, HTML, b'<!DOCTYPE html><html><title>Welcome\x1b[2J</title></html>'),
     'A web page came ("Welcome\\x1b[2J"), not an XML-RPC answer: /here is not the path for '
     'calls; check the address.'),
    ((200, (), b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C"><html></html>'),
     'A web page came, not an XML-RPC answer: /here is not the path for calls; check the '
     'address.'),
    ((200, XML, b''), "PLACE sent an empty answer: check the path, /here; if it is right, the "
                      "server's error log says more."),
    ((200, XML, b'\nWarning: x\n<methodResponse>'),
     'The answer cannot be read (the message is not well-formed XML: '),
    ((200, XML, b'<methodCall><methodName>x</methodName></methodCall>'),
     'The answer cannot be read (expected a methodResponse with one value or fault); it begins '
     "with '<methodCall><methodName>x"),
    ((200, XML + [('Content-Encoding', 'gzip')], b'no gzip'),
     'The answer cannot be unpacked (Content-Encoding gzip): the server, or a proxy before it, '
     'sends something else.'),
])
def test_an_http_answer_that_is_no_result_says_what_it_was_and_what_to_do(answer, sentence):
    text = sentence_for(*answer)
    assert text == sentence if sentence.endswith('.') else text.startswith(sentence)


def test_a_redirect_is_not_followed_with_the_password():
    with answering(301, [('Location', '/there')]) as server:
        run('call', server.url, 'm', '--user', 'me:secret')
        assert len(server.requests) == 1


def test_what_the_embedded_server_says_of_a_wrong_path_is_shown():
    with servers.start('embedded', lib=TOP / 'lib') as server:
        assert 'Nothing is served here; calls go to /xmlrpc/.' in complaint(
            'call', server.url + '/wrong', 'app.getName')


def test_a_fault_with_an_error_status_is_a_fault():
    fault = (b'<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>5'
             b'</int></value></member><member><name>faultString</name><value>bad\x7f</value>'
             b'</member></struct></value></fault></methodResponse>')
    with answering(400, XML, fault) as server:
        assert run('call', server.url, 'm') == (1, '', 'fault 5: bad\\x7f\n')


def test_a_compressed_answer_is_read():
    with answering(200, XML + [('Content-Encoding', 'gzip')],
                   gzip.compress(EXAMPLE % b'small')) as server:
        assert said('call', server.url, 'm') == 'small\n'
        assert server.requests[0][1]['Accept-Encoding'] == 'gzip'


def test_characters_that_the_locale_lacks_are_escaped():
    with answering(200, XML, EXAMPLE % 'Grüße'.encode()) as server:
        assert said('call', server.url, 'm', env={'PYTHONIOENCODING': 'ascii'}) == 'Gr\\xfc\\xdfe\n'


def test_a_reader_that_has_seen_enough_is_no_error():
    with answering(200, XML, EXAMPLE % (b'long' * 100000)) as server:
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([PYTHON, PROGRAM, 'call', server.url, 'm'], stdout=write,
                              stderr=subprocess.PIPE, timeout=60)
        os.close(write)
        assert (done.returncode, done.stderr) == (0, b'')
