"""`check URL`: each wrong setup of an Apache gets its own verdict."""

import shutil

import pytest
from xmlrpcgi.check import check

from tests.conftest import TOP, need
from tests.real.checked import bad, only
from tests.real.passwords import htpasswd_line
from tests.tools import servers


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
def plain(open_folder):
    """A copy of the bundle that every user may read, to be served as files."""
    folder = open_folder('site')
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
    assert only(server.url + '/plain/rpc.cgi').id == 'forbidden'


def test_a_script_that_fails_as_a_whole(apache, plain):
    (plain / 'cgi-bin' / 'rpc.cgi').write_bytes(b'#!/nowhere/python3\n')
    server = apache(served(plain / 'cgi-bin', 'Require all granted\nSetHandler cgi-script\n'
                                              'Options ExecCGI'))
    finding = only(server.url + '/plain/rpc.cgi')
    assert finding.id == 'failing'
    assert finding.sentence.startswith('The script fails (500, "500 Internal Server Error"). The '
                                       'six usual causes: ')


def test_a_htaccess_line_that_is_not_allowed(apache, plain):
    (plain / '.htaccess').write_text('NoSuchDirective on\n')
    server = apache(served(plain, 'Require all granted\nSetHandler cgi-script\nOptions ExecCGI\n'
                                  'AllowOverride All'))
    assert only(server.url + '/plain/cgi-bin/rpc.cgi').id == 'htaccess'


@pytest.mark.parametrize('remove, cause, part', [
    ('cgi-bin/xmlrpcgi', 'cannot-start', 'copy the folder "xmlrpcgi" beside rpc.cgi'),
    ('lib', 'no-lib', 'this server has no folder of classes')])
def test_a_script_that_starts_and_says_what_is_missing(apache, plain, remove, cause, part):
    shutil.rmtree(str(plain / remove))
    server = apache(served(plain / 'cgi-bin', 'Require all granted\nSetHandler cgi-script\n'
                                              'Options ExecCGI'))
    finding = only(server.url + '/plain/rpc.cgi')
    assert finding.id == cause
    assert part in finding.sentence


def test_an_address_where_nothing_is_and_one_that_answers(apache):
    server = apache()
    finding = only(server.url + '/nothing/here')
    assert finding.id == 'elsewhere'
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
    assert finding.id == 'redirected'
    assert finding.sentence.startswith('Calls are redirected to http://other.example/xmlrpc/ (%d):'
                                       % code)


def test_a_redirect_to_https(apache):
    server = apache('Redirect 301 /old https://127.0.0.1/xmlrpc/')
    assert only(server.url + '/old').id == 'to-https'


def test_a_password(apache):
    server = apache(conf('AuthType Basic\nAuthName "x"\nAuthUserFile /nowhere\nRequire valid-user'))
    assert only(server.url + '/xmlrpc/').id == 'login'


def test_a_password_that_is_checked_in_front(apache, open_folder):
    folder = open_folder('passwords')
    (folder / 'users').write_text(htpasswd_line('ann', 'secret'))
    server = apache(conf('AuthType Basic\nAuthName "x"\nAuthUserFile %s/users\n'
                         'Require valid-user' % folder))
    url = server.url + '/xmlrpc/'
    assert bad(url, user='ann', password='secret') == {}
    found = check.findings(url.replace('//', '//ann:secret@'))
    assert 'The web server checks the password: without it, no call is answered.' in [
        finding.sentence for finding in found]
    assert only(url, user='ann', password='wrong').id == 'login-refused'


def test_answers_in_chunks(apache):
    server = apache(conf('UnsetEnv ap_trust_cgilike_cl'))
    found = bad(server.url + '/xmlrpc/')
    if not found:
        pytest.skip('this Apache keeps the Content-Length')
    assert list(found) == ['chunked-answer']
    assert found['chunked-answer'].remedy == 'into .htaccess: SetEnv ap_trust_cgilike_cl 1'


def test_an_authorization_that_is_stripped(apache):
    server = apache(conf('RequestHeader unset Authorization early')
                    .replace('<Location "/">', '').replace('</Location>', ''))
    finding = only(server.url + '/xmlrpc/')
    assert (finding.id, finding.level) == ('authorization', 'warn')


def test_a_host_that_lets_128_kb_through(apache):
    server = apache('<Directory "${XMLRPCGI_ROOT}/cgi-bin">\nLimitRequestBody 131072\n</Directory>')
    finding = only(server.url + '/xmlrpc/')
    assert (finding.id, finding.level) == ('large', 'fail')
    assert finding.sentence.startswith('A small request is answered, one of 200 KB is not (413')


def test_chunked_requests_that_are_refused(apache):
    server = apache('RewriteEngine On\nRewriteCond %{HTTP:Transfer-Encoding} chunked\n'
                    'RewriteRule ^ - [R=411,L]')
    finding = only(server.url + '/xmlrpc/')
    assert (finding.id, finding.level) == ('chunked', 'warn')


def test_compressed_requests_that_are_refused(apache):
    server = apache('RewriteEngine On\nRewriteCond %{HTTP:Content-Encoding} gzip\n'
                    'RewriteRule ^ - [R=415,L]')
    assert only(server.url + '/xmlrpc/').id == 'gzip-in'


def test_a_firewall_that_lets_browsers_in_alone(apache):
    server = apache('RewriteEngine On\nRewriteCond %{HTTP_USER_AGENT} !Mozilla\n'
                    'RewriteRule ^ - [F]')
    assert only(server.url + '/xmlrpc/').id == 'user-agent'


def test_a_firewall_that_refuses_calls_and_lets_pages_through(apache):
    server = apache('RewriteEngine On\nRewriteCond %{REQUEST_METHOD} POST\nRewriteRule ^ - [F]')
    finding = only(server.url + '/xmlrpc/')
    assert finding.id == 'blocked'
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
