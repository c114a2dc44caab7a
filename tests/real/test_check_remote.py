"""`check URL`: all is well on every server, and each wrong setup gets its own verdict."""

import gzip
import http.server
import json
import re
import shutil
import socket
import xmlrpc.client

import pytest
from xmlrpcgi import check
from xmlrpcgi.client import ClientError

from tests import servers
from tests.conftest import TOP, need
from tests.script.command_line import run, serving

SCRIPT = (TOP / 'cgi-bin' / 'rpc.cgi').read_bytes()
PAGE = b'<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>'
NOT_FOUND = (404, [('Content-Type', 'text/html')], PAGE % (b'404 Not Found', b''))
BAD = ('warn', 'fail')


def bad(url, **options):
    """{cause: Finding} of what is to be mended at `url`."""
    found = check.findings(url, **options)
    assert all(finding.cause and finding.command for finding in found if finding.level in BAD)
    return {finding.cause: finding for finding in found if finding.level in BAD}


def only(url, **options):
    """The one thing there is to mend at `url`."""
    found = bad(url, **options)
    assert len(found) == 1, found
    return next(iter(found.values()))


# Servers that are right

def test_nothing_is_to_mend_on_a_right_server(server):
    found = check.findings(server.url + '/xmlrpc/')
    assert [finding for finding in found if finding.level in BAD] == []
    levels = {finding.name: finding.level for finding in found}
    assert levels.pop('https') == 'info'            # 127.0.0.1
    assert set(levels.values()) == {'ok'}
    assert set(levels) == {
        'script', 'page', 'methods', 'call', 'values', 'text', 'chunked', 'gzip in', 'gzip out',
        'large', 'authorization', 'headers', 'sources', 'times'}


def test_the_report_and_the_exit_status_of_a_right_server(server):
    status, out, err = run('check', server.url + '/RPC2')
    assert (status, err) == (0, '')
    assert out.splitlines()[0].split(None, 2) == ['ok', 'script', '/RPC2 answers calls.']
    assert out.splitlines()[-1] == 'All is well: 15 things were looked at.'
    status, out, err = run('check', '--json', server.url + '/RPC2')
    assert (status, json.loads(out)['good']) == (0, True)


def test_the_example_alone_has_no_echo_and_is_right_too(tmp_path):
    lib = tmp_path / 'lib'
    shutil.copytree(TOP / 'lib', lib)
    with servers.start('embedded', lib=lib) as running:
        found = {finding.name: finding for finding in check.findings(running.url + '/RPC2')}
    assert not [finding for finding in found.values() if finding.level in BAD]
    assert found['values'].sentence == ('Every type is read; there is no method "echo" that would '
                                        'send them back.')
    assert found['text'].level == 'ok'
    assert found['authorization'].level == 'info'


@pytest.mark.parametrize('settings, name, part', [
    ('DOCUMENTATION = False', 'page', 'refused with 405'),
    ('INTROSPECTION = False', 'methods', 'does not list its methods'),
    ('MAX_BODY = 10000', 'large', 'is refused by MAX_BODY'),
    ('GZIP_MIN = 0', 'gzip out', 'is not compressed for clients that ask'),
    ('ALLOW_NIL = False', 'values', 'not the additions (nil: fault -32500'),
])
def test_settings_of_the_user_are_no_faults(test_lib, tmp_path, settings, name, part):
    lib = tmp_path / 'lib'
    shutil.copytree(test_lib, lib)
    (lib / 'settings.py').write_text(settings + '\n')
    with servers.start('embedded', lib=lib) as running:
        found = {finding.name: finding for finding in check.findings(running.url + '/RPC2')}
    assert not [finding for finding in found.values() if finding.level in BAD]
    assert part in found[name].sentence


def test_a_class_that_does_not_import(tmp_path):
    lib = tmp_path / 'lib'
    shutil.copytree(TOP / 'lib', lib)
    (lib / 'shop').mkdir()
    (lib / 'shop' / 'orders.py').write_text('1/0\n')
    with servers.start('embedded', lib=lib) as running:
        finding = only(running.url + '/RPC2')
    assert (finding.cause, finding.level) == ('broken-class', 'fail')
    assert finding.sentence == 'Files of lib/ do not import: lib/shop/orders.py.'


def test_settings_that_are_wrong(tmp_path):
    lib = tmp_path / 'lib'
    shutil.copytree(TOP / 'lib', lib)
    (lib / 'settings.py').write_text('NO_SUCH = 1\n')
    with servers.start('embedded', lib=lib) as running:
        assert only(running.url + '/RPC2').cause == 'settings'


def test_a_server_of_the_standard_library():
    server = xmlrpc.server.SimpleXMLRPCServer(('127.0.0.1', 0), logRequests=False,
                                              allow_none=True)
    server.register_introspection_functions()
    server.register_function(lambda value: value, 'echo')
    with serving(server):
        found = bad(server.url + '/RPC2')
    assert found['page'].sentence == 'Calls are answered, but a browser gets 501.'
    assert set(found) <= {'page', 'values', 'chunked'}


# Apache set up wrong

def conf(text):
    return '<Location "/">\n%s\n</Location>' % text


ALIAS = '''
Alias "/plain/" "%s/"
<Directory "%s">
    %s
</Directory>
'''


@pytest.fixture
def apache(test_lib, tmp_path):
    """start(extra_conf) gives a running mod_cgid."""
    need('mod_cgid')
    running = []

    def start(extra_conf='', **options):
        running.append(servers.start('mod_cgid', lib=test_lib, extra_conf=extra_conf, **options))
        return running[-1]
    yield start
    for server in running:
        server.stop()


@pytest.fixture
def plain(tmp_path_factory):
    """A copy of the bundle that every user may read, to be served as files."""
    folder = tmp_path_factory.mktemp('site')
    for place in (folder, *folder.parents[:2]):
        place.chmod(place.stat().st_mode | 0o755)
    for name in 'cgi-bin', 'lib':
        shutil.copytree(TOP / name, folder / name,
                        ignore=shutil.ignore_patterns('__pycache__', '.htaccess'))
    return folder


def served(folder, line):
    return ALIAS % (folder, folder, line)


def test_a_script_that_is_shown_as_text(apache, plain):
    server = apache(served(plain, 'Require all granted'))
    found = bad(server.url + '/plain/cgi-bin/rpc.cgi')
    assert set(found) == {'shown-as-text', 'exposed', 'exposed-package'}
    assert found['shown-as-text'].sentence == (
        'The script is shown as text: the server does not run it, and its source is public.')
    assert '/plain/lib/app.py' in found['exposed'].sentence
    assert '/plain/cgi-bin/xmlrpcgi/handler.py' in found['exposed-package'].sentence


def test_a_script_that_is_offered_as_a_download(apache, plain):
    server = apache(served(plain / 'cgi-bin', 'Require all granted\nForceType application/x-cgi'))
    found = bad(server.url + '/plain/rpc.cgi')
    assert found['downloaded'].sentence == (
        'The script is offered as a download (application/x-cgi) instead of being run.')


@pytest.mark.parametrize('lines', [
    'Require all denied', 'Require all granted\nSetHandler cgi-script\nOptions -ExecCGI'])
def test_an_address_that_is_forbidden(apache, plain, lines):
    server = apache(served(plain / 'cgi-bin', lines))
    assert only(server.url + '/plain/rpc.cgi').cause == 'forbidden'


def test_a_script_that_fails_as_a_whole(apache, plain):
    (plain / 'cgi-bin' / 'rpc.cgi').write_bytes(b'#!/nowhere/python3\n')
    server = apache(served(plain / 'cgi-bin', 'Require all granted\nSetHandler cgi-script\n'
                                              'Options ExecCGI'))
    finding = only(server.url + '/plain/rpc.cgi')
    assert finding.cause == 'failing'
    assert finding.sentence.startswith('The script fails (500, "500 Internal Server Error"). The '
                                       'five usual causes: ')


def test_a_htaccess_line_that_is_not_allowed(apache, plain):
    (plain / '.htaccess').write_text('NoSuchDirective on\n')
    server = apache(served(plain, 'Require all granted\nSetHandler cgi-script\nOptions ExecCGI\n'
                                  'AllowOverride All'))
    assert only(server.url + '/plain/cgi-bin/rpc.cgi').cause == 'htaccess'


@pytest.mark.parametrize('remove, cause, part', [
    ('cgi-bin/xmlrpcgi', 'cannot-start', 'copy the folder "xmlrpcgi" beside rpc.cgi'),
    ('lib', 'no-lib', 'this server has no folder of classes')])
def test_a_script_that_starts_and_says_what_is_missing(apache, plain, remove, cause, part):
    shutil.rmtree(str(plain / remove))
    server = apache(served(plain / 'cgi-bin', 'Require all granted\nSetHandler cgi-script\n'
                                              'Options ExecCGI'))
    finding = only(server.url + '/plain/rpc.cgi')
    assert finding.cause == cause
    assert part in finding.sentence


def test_an_address_where_nothing_is_and_one_that_answers(apache):
    server = apache()
    finding = only(server.url + '/nothing/here')
    assert finding.cause == 'elsewhere'
    assert finding.sentence == ('No calls are answered at /nothing/here (404), but at '
                                '%s/cgi-bin/rpc.cgi.' % server.url)


def test_a_listing_of_the_folder(apache, plain):
    (plain / 'cgi-bin' / 'rpc.cgi').unlink()
    server = apache('LoadModule autoindex_module ${XMLRPCGI_MODULES}/mod_autoindex.so\n'
                    + served(plain, 'Require all granted\nOptions Indexes')
                    + 'RedirectMatch 404 "^/(cgi-bin|xmlrpc|RPC2)"')
    found = bad(server.url + '/plain/')
    assert 'listing' in found, found


@pytest.mark.parametrize('code', [301, 302, 307, 308])
def test_a_redirect_that_loses_the_call(apache, code):
    server = apache('Redirect %d /old http://other.example/xmlrpc/' % code)
    finding = only(server.url + '/old')
    assert finding.cause == 'redirected'
    assert finding.sentence.startswith('Calls are redirected to http://other.example/xmlrpc/ (%d):'
                                       % code)


def test_a_redirect_to_https(apache):
    server = apache('Redirect 301 /old https://127.0.0.1/xmlrpc/')
    assert only(server.url + '/old').cause == 'to-https'


def test_a_password(apache):
    server = apache(conf('AuthType Basic\nAuthName "x"\nAuthUserFile /nowhere\nRequire valid-user'))
    assert only(server.url + '/xmlrpc/').cause == 'login'


def test_a_password_that_is_checked_in_front(apache, tmp_path_factory):
    from tests.real.test_auth import htpasswd_line
    folder = tmp_path_factory.mktemp('passwords')
    for place in (folder, *folder.parents[:2]):
        place.chmod(place.stat().st_mode | 0o755)
    (folder / 'users').write_text(htpasswd_line('ann', 'secret'))
    server = apache(conf('AuthType Basic\nAuthName "x"\nAuthUserFile %s/users\n'
                         'Require valid-user' % folder))
    url = server.url + '/xmlrpc/'
    assert bad(url, user='ann', password='secret') == {}
    found = check.findings(url.replace('//', '//ann:secret@'))
    assert 'The web server checks the password: without it, no call is answered.' in [
        finding.sentence for finding in found]
    assert only(url, user='ann', password='wrong').cause == 'login-refused'


def test_answers_in_chunks(apache):
    server = apache(conf('UnsetEnv ap_trust_cgilike_cl'))
    found = bad(server.url + '/xmlrpc/')
    if not found:
        pytest.skip('this Apache keeps the Content-Length')
    assert list(found) == ['chunked-answer']
    assert found['chunked-answer'].command == 'into .htaccess: SetEnv ap_trust_cgilike_cl 1'


def test_an_authorization_that_is_stripped(apache):
    server = apache(conf('RequestHeader unset Authorization early')
                    .replace('<Location "/">', '').replace('</Location>', ''))
    finding = only(server.url + '/xmlrpc/')
    assert (finding.cause, finding.level) == ('authorization', 'warn')


def test_a_host_that_lets_128_kb_through(apache):
    server = apache('<Directory "${XMLRPCGI_ROOT}/cgi-bin">\nLimitRequestBody 131072\n</Directory>')
    finding = only(server.url + '/xmlrpc/')
    assert (finding.cause, finding.level) == ('large', 'fail')
    assert finding.sentence.startswith('A small request is answered, one of 200 KB is not (413')


def test_chunked_requests_that_are_refused(apache):
    server = apache('RewriteEngine On\nRewriteCond %{HTTP:Transfer-Encoding} chunked\n'
                    'RewriteRule ^ - [R=411,L]')
    finding = only(server.url + '/xmlrpc/')
    assert (finding.cause, finding.level) == ('chunked', 'warn')


def test_compressed_requests_that_are_refused(apache):
    server = apache('RewriteEngine On\nRewriteCond %{HTTP:Content-Encoding} gzip\n'
                    'RewriteRule ^ - [R=415,L]')
    assert only(server.url + '/xmlrpc/').cause == 'gzip-in'


def test_a_firewall_that_lets_browsers_in_alone(apache):
    server = apache('RewriteEngine On\nRewriteCond %{HTTP_USER_AGENT} !Mozilla\n'
                    'RewriteRule ^ - [F]')
    assert only(server.url + '/xmlrpc/').cause == 'user-agent'


def test_a_firewall_that_refuses_calls_and_lets_pages_through(apache):
    server = apache('RewriteEngine On\nRewriteCond %{REQUEST_METHOD} POST\nRewriteRule ^ - [F]')
    finding = only(server.url + '/xmlrpc/')
    assert finding.cause == 'blocked'
    assert finding.sentence == ('A firewall in front of the script answers calls by a page of its '
                                'own (403, "403 Forbidden"): a GET reaches the script, a call '
                                'does not.')


def test_sources_and_a_repository_beside_a_right_script(apache, plain):
    (plain / '.git').mkdir()
    (plain / '.git' / 'HEAD').write_text('ref: refs/heads/main\n')
    (plain / '.htpasswd').write_text('ann:$apr1$abcdefgh$0123456789012345678901\n')
    (plain / 'lib' / 'settings.py').write_text('# mine\nDEBUG = False\n')
    (plain / 'lib' / 'echo.py').write_text('import os\n')
    server = apache('AliasMatch "^/((lib|\\.git|\\.htpasswd).*)" "%s/$1"\n<Directory "%s">\n'
                    'Require all granted\n</Directory>' % (plain, plain))
    found = bad(server.url + '/xmlrpc/')
    assert set(found) == {'exposed', 'exposed-git', 'exposed-passwords'}
    assert found['exposed'].sentence == (
        'Your classes or settings can be read by anybody: {0}/lib/app.py, {0}/lib/settings.py, '
        '{0}/lib/echo.py.'.format(server.url))
    assert {finding.level for finding in found.values()} == {'fail'}


# What Apache here cannot do: a server in a thread

class Odd(http.server.BaseHTTPRequestHandler):
    """Gives each request what the server's `answer(method, path, headers, body)` returns."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        status, headers, content = self.server.answer(self.command, self.path, self.headers, body)
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header('Content-Length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


def odd(answer):
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Odd)
    server.answer = answer
    return serving(server)


def page(status, title, text=b'', kind='text/html'):
    return lambda method, path, headers, body: \
        (status, [('Content-Type', kind)], PAGE % (title, text)) if path == '/RPC2' else NOT_FOUND


def raw(content, kind='text/plain', status=200, **more):
    headers = [('Content-Type', kind)] + [(name.replace('_', '-'), value)
                                          for name, value in more.items()]
    return lambda method, path, asked, body: \
        (status, headers, content) if path == '/RPC2' else NOT_FOUND


@pytest.mark.parametrize('answer, cause', [
    (page(404, b'Not Found'), 'missing'),
    (page(410, b'Gone'), 'missing'),
    (page(500, b'Internal Server Error'), 'failing'),
    (page(403, b'Forbidden'), 'forbidden'),
    (page(405, b'Not Allowed'), 'no-post'),
    (page(200, b'Welcome to our shop', b'powered by cloudflare'), 'wrong-page'),
    (page(200, b'Index of /cgi-bin'), 'listing'),
    (page(406, b'Not Acceptable', b'generated by Mod_Security'), 'blocked'),
    (page(403, b'Attention Required! | Cloudflare'), 'blocked'),
    (page(503, b'Just a moment...'), 'blocked'),
    (page(200, b'Just a moment...'), 'blocked'),
    (page(503, b'Service Unavailable'), 'overloaded'),
    (page(508, b'Resource Limit Is Reached'), 'overloaded'),
    (page(504, b'Gateway Time-out'), 'late'),
    (page(502, b'Bad Gateway'), 'late'),
    (page(400, b'Bad Request'), 'refused'),
    (raw(b''), 'empty'),
    (raw(b'hello'), 'not-xmlrpc'),
    (raw(b'<rss/>', 'text/xml'), 'not-xmlrpc'),
    (raw(SCRIPT), 'shown-as-text'),
    (raw(b'\xef\xbb\xbf' + SCRIPT), 'shown-as-text'),
    (raw(SCRIPT, 'text/html'), 'shown-as-text'),
    (raw(SCRIPT, 'application/octet-stream'), 'downloaded'),
    (raw(SCRIPT, Content_Disposition='attachment; filename=rpc.cgi'), 'downloaded'),
    (raw(b'Traceback (most recent call last):\n  File "x"\nKeyError: 1\n'), 'traceback'),
    (raw(b'xmlrpcgi cannot start: copy the folder\n', status=500), 'cannot-start'),
    (raw(b'', status=302, Location='/login'), 'redirected'),
    (raw(b'', status=302), 'refused'),
    (raw(b'', status=401, WWW_Authenticate='Basic realm="x"'), 'login'),
])
def test_every_verdict_has_its_cause_sentence_and_remedy(answer, cause):
    with odd(answer) as server:
        finding = only(server.url + '/RPC2')
    assert (finding.name, finding.level, finding.cause) == ('script', 'fail', cause)
    assert '%(' not in finding.sentence + finding.command
    assert re.match('[A-Z].*[.]$', finding.sentence)


def test_the_exit_status_is_1_where_something_is_to_be_mended():
    with odd(page(404, b'Not Found')) as server:
        status, out, err = run('check', server.url + '/RPC2')
    assert (status, err) == (1, '')
    assert out.startswith('FAIL  script')
    assert 'There is nothing at /RPC2 (404, "Not Found").' in out


def relay(behind, change):
    """A server in front of `behind`; `change(headers, body, status, content)` gives the answer."""
    import urllib.error
    import urllib.request

    def answer(method, path, headers, body):
        request = urllib.request.Request(behind + path, body if method == 'POST' else None, {
            name: value for name, value in headers.items() if name.lower() != 'host'})
        try:
            reply = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            reply = error
        kept = [(name, value) for name, value in reply.getheaders() if name.lower() in (
            'content-type', 'content-encoding', 'x-rpc-time-us', 'x-content-type-options',
            'cache-control')]
        return change(headers, body, reply.status, kept, reply.read())
    return odd(answer)


@pytest.fixture(scope='module')
def behind(test_lib):
    with servers.start('embedded', lib=test_lib) as running:
        yield running.url


def test_a_firewall_that_dislikes_some_words(behind):
    def change(headers, body, status, kept, content):
        if b'&lt;&amp;&gt;' in body:
            return 406, [('Content-Type', 'text/html')], PAGE % (b'Not Acceptable', b'')
        return status, kept, content
    with relay(behind, change) as server:
        assert 'text' in bad(server.url + '/xmlrpc/')


def test_text_that_is_changed_on_the_way(behind):
    def change(headers, body, status, kept, content):
        return status, kept, content.replace('κόσμε'.encode(), b'?????')
    with relay(behind, change) as server:
        found = bad(server.url + '/xmlrpc/')
    assert found['text'].sentence.startswith('Text beyond ASCII is changed on the way: ')


def test_a_type_that_is_changed_on_the_way(behind):
    def change(headers, body, status, kept, content):
        return status, kept, content.replace(b'<double>-0.25<', b'<double>-0<')
    with relay(behind, change) as server:
        assert bad(server.url + '/xmlrpc/')['values'].sentence == (
            'Values do not pass: double: came back as -0.0.')


def test_answers_that_are_compressed_for_all(behind):
    def change(headers, body, status, kept, content):
        if ('Content-Encoding', 'gzip') not in kept:
            kept, content = kept + [('Content-Encoding', 'gzip')], gzip.compress(content)
        return status, kept, content
    with relay(behind, change) as server:
        assert bad(server.url + '/xmlrpc/')['gzip-unasked'].level == 'fail'


def test_answers_that_are_compressed_twice(behind):
    def change(headers, body, status, kept, content):
        if ('Content-Encoding', 'gzip') in kept and headers.get('Accept-Encoding') == 'gzip' \
                and b'multicall' in body:
            content = gzip.compress(content)
        return status, kept, content
    with relay(behind, change) as server:
        assert 'gzip-out' in bad(server.url + '/xmlrpc/')


def test_another_content_type(behind):
    def change(headers, body, status, kept, content):
        return status, [(name, value.replace('text/xml', 'text/html'))
                        for name, value in kept], content
    with relay(behind, change) as server:
        assert 'content-type' in bad(server.url + '/xmlrpc/')


def test_headers_that_a_proxy_takes_away_are_good_to_know(behind):
    def change(headers, body, status, kept, content):
        return status, [header for header in kept if header[0] != 'Cache-Control'], content
    with relay(behind, change) as server:
        found = check.findings(server.url + '/xmlrpc/')
    assert 'A proxy in front takes away Cache-Control.' in [finding.sentence for finding in found]


# The network, and HTTPS

def test_a_server_that_is_not_there_is_one_finding_and_status_2():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        url = 'http://127.0.0.1:%d/' % taken.getsockname()[1]
        found = check.findings(url)
        assert [(finding.name, finding.cause) for finding in found] == [('reach', 'unreachable')]
        assert 'connection refused' in found[0].sentence
        assert run('check', url)[0] == 2


def test_a_server_that_does_not_answer_in_time():
    with socket.create_server(('127.0.0.1', 0)) as silent:
        found = check.findings('http://127.0.0.1:%d/' % silent.getsockname()[1], timeout=0.5)
    assert found[0].sentence.startswith('No answer came from ')


@pytest.mark.parametrize('url', ['example.org', 'ftp://example.org/'])
def test_what_is_no_address(url):
    with pytest.raises(ClientError):
        check.findings(url)
    status, out, err = run('check', url)
    assert (status, out) == (2, '')
    assert 'is no address' in err


class Net:
    """In place of transport.Http for checkurl._https: what each address gives."""

    def __init__(self, replies):
        self.replies = replies

    def __call__(self, transport, method, body=None, path=None, headers=()):
        return self.replies.get(transport.address.base.partition(':')[0])


@pytest.mark.parametrize('url, replies, cause', [
    ('http://example.org/RPC2', 'http https', 'https-unused'),
    ('http://example.org/RPC2', 'http', 'no-https'),
    ('http://example.org:8080/RPC2', 'http', 'no-https'),
    ('https://example.org/RPC2', 'http https', 'http-open'),
    ('https://example.org/RPC2', 'https', ''),
    ('https://example.org:8443/RPC2', 'https', ''),
    ('http://localhost/RPC2', 'http', ''),
    ('http://192.168.1.7/RPC2', 'http', ''),
])
def test_https_and_what_answers_without_it(monkeypatch, url, replies, cause):
    from xmlrpcgi import checkurl
    from xmlrpcgi.client import Reply
    from xmlrpcgi.encode import encode_response
    from xmlrpcgi.transport import Address, Http
    reply = Reply(200, 'OK', {'content-type': 'text/xml'}, encode_response(1))
    monkeypatch.setattr(checkurl, 'attempt', Net(dict.fromkeys(replies.split(), reply)))
    finding = checkurl._https(Http(Address(url)), True)[0]
    assert finding.cause == cause
    assert (finding.level == 'warn') == bool(cause)
