"""What hosts do to requests: environment, passwords, redirects, .htaccess, firewalls of words."""

import json
import xmlrpc.client

import pytest
import requests

from tests.real.passwords import htpasswd_line
from tests.tools.servers.base import APACHE

from .host import CALL, SECONDS, apaches_page

# What the check says of a right installation, because the user of the host cannot change it.
UNCHANGEABLE = {'waf': {'large', 'gzip-in'}, 'none': {'exposed'}}
AUTHORIZATION = 'Basic ' + 'YW5uOnNlY3JldA=='
ENVIRONMENT = '''def getName(self, request):
    import json, os
    print('\\xfc \\u65e5')
    with open('/tmp/xmlrpcgi-\\xfc', 'w') as file:
        file.write('x')
    os.remove('/tmp/xmlrpcgi-\\xfc')
    return json.dumps([dict(os.environ), dict(request.headers)])
def echo(self, value):
    return value'''


def sample(*uncomment):
    """The text of apache/htaccess.sample, some lines in force."""
    with open(APACHE + '/htaccess.sample', encoding='ascii') as file:
        text = file.read()
    for line in uncomment:
        assert '\n#' + line in text
        text = text.replace('\n#' + line, '\n' + line)
    return text


def seen(site, **headers):
    """What a call sees: its environment and the request's headers."""
    answer = site.post(headers=dict(headers, **{'Content-Type': 'text/xml'}))
    assert answer.status_code == 200, answer.text
    environ, fields = json.loads(xmlrpc.client.loads(answer.content)[0][0])
    return environ, {name.lower(): value for name, value in fields.items()}


def test_without_home_and_language_text_beyond_ascii_still_works(site):
    """suEXEC hands on neither."""
    site.application(ENVIRONMENT)
    environ, _ = seen(site)
    assert 'HOME' not in environ and 'LANG' not in environ
    assert site.call('app.echo', 'Grüße 日本') == 'Grüße 日本'
    assert '日' in site.log() or '\\u65e5' in site.log()


def test_a_proxy_header_does_not_become_the_proxy_of_http_clients(site):
    site.application(ENVIRONMENT)
    assert 'HTTP_PROXY' not in seen(site, Proxy='http://evil.example')[0]


@pytest.mark.parametrize('vhost', ['open', 'shared', 'users'])
def test_apache_holds_the_authorization_header_back(host, vhost):
    site = host.site(vhost)
    site.application(ENVIRONMENT)
    environ, headers = seen(site, Authorization=AUTHORIZATION)
    assert 'HTTP_AUTHORIZATION' not in environ and 'authorization' not in headers
    site.application('def authorization(self, request):\n'
                     "    return bool(request.header('Authorization'))")
    assert 'authorization' in site.check()


@pytest.mark.parametrize('vhost', ['open', 'some', 'shared', 'users'])
@pytest.mark.parametrize('lines', [
    'CGIPassAuth On\n', 'SetEnvIf Authorization "(.+)" HTTP_AUTHORIZATION=$1\n', None],
    ids=['CGIPassAuth', 'SetEnvIf', 'the whole sample'])
def test_the_lines_of_the_sample_bring_it_back(host, vhost, lines):
    site = host.site(vhost)
    site.application(ENVIRONMENT)
    own = lines or sample()
    if lines:
        assert lines in sample().replace('#CGI', 'CGI').replace('    SetEnvIf', 'SetEnvIf')
    site.write('cgi-bin/.htaccess', 'Options +ExecCGI\nAddHandler cgi-script .cgi\n' + own)
    assert seen(site, Authorization=AUTHORIZATION)[1]['authorization'] == AUTHORIZATION
    assert 'authorization' not in seen(site)[1]


PASSWORD = ('AuthType Basic', 'AuthName "XML-RPC"', 'AuthUserFile ', 'Require valid-user',
            'Require method OPTIONS')


@pytest.mark.parametrize('vhost', ['open', 'shared'])
def test_with_the_lines_for_a_password_the_sample_asks_for_one(host, vhost):
    site = host.site(vhost)
    site.application('def getName(self, request):\n    return request.user')
    site.write('cgi-bin/.htaccess', sample(*PASSWORD).replace(
        '/home/me/rpc.htpasswd', site.folder + '/passwords'))
    site.write('passwords', htpasswd_line('ann', 'secret'))
    assert site.post().status_code == 401
    assert site.post(auth=('ann', 'guess')).status_code == 401
    assert requests.options(site.root + '/cgi-bin/rpc.cgi', timeout=60).status_code == 204
    answer = site.post(auth=('ann', 'secret'))
    assert xmlrpc.client.loads(answer.content)[0] == ('ann',)


@pytest.mark.parametrize('vhost', ['open', 'some', 'none', 'waf', 'shared', 'users'])
def test_the_sample_works_as_it_is_at_every_level_of_AllowOverride(host, vhost):
    """With +ExecCGI where scripts are not run yet."""
    site = host.site(vhost)
    site.write('cgi-bin/.htaccess', sample(*(['Options +ExecCGI'] if vhost == 'some' else [])))
    answer = site.post(headers={'Accept-Encoding': 'identity'})
    assert answer.status_code == 200, answer.text
    if vhost != 'none':
        assert answer.headers['Content-Length'] == str(len(answer.content)), 'not in chunks'
        for name in ('xmlrpcgi/http.py', 'xmlrpcgi/page.css', '.htaccess'):
            assert site.get('/cgi-bin/' + name).status_code == 403
    assert set(site.fixed()) == UNCHANGEABLE.get(vhost, set())


def test_the_rewriting_of_the_sample_gives_the_usual_address(host):
    site = host.site('open')
    rules = sample().partition('\n#<IfModule mod_rewrite.c>')[2].partition('\n#</IfModule>')[0]
    assert 'RewriteRule' in rules
    site.write('.htaccess', rules.replace('\n#', '\n').replace(
        '"/cgi-bin', '"%s/cgi-bin' % site.path))
    for path in ('/xmlrpc', '/xmlrpc/', '/RPC2'):
        assert site.post(path=path).status_code == 200
        assert xmlrpc.client.ServerProxy(site.root + path).app.getName() == 'example'


@pytest.mark.parametrize('vhost, line, word', [
    ('open', 'Foo bar', "Invalid command 'Foo'"),
    ('open', 'KeepAlive Off', 'KeepAlive not allowed here'),
    ('users', 'php_value memory_limit 1', "Invalid command 'php_value'"),
    ('some', 'DirectoryIndex rpc.cgi', 'DirectoryIndex not allowed here')])
def test_a_line_of_htaccess_that_is_not_allowed_is_apaches_500_for_all(host, vhost, line, word):
    site = host.site(vhost)
    site.sh('echo hello > cgi-bin/hello.html')
    site.write('cgi-bin/.htaccess', line + '\n')
    assert apaches_page(site.post(), 500)
    assert apaches_page(site.get('/cgi-bin/hello.html'), 500)
    assert '%s/cgi-bin/.htaccess: %s' % (site.folder, word) in site.log()
    assert 'htaccess' in site.check()


def test_a_script_that_the_host_does_not_run_is_shown_as_text(host):
    site = host.site('some')
    answer = site.get('/cgi-bin/rpc.cgi')
    assert answer.status_code == 200 and answer.text.startswith('#!')
    assert 'shown-as-text' in site.check()


@pytest.mark.parametrize('status', [301, 302, 303, 307, 308])
def test_a_redirect_in_front_loses_the_call_or_stops_the_client(site, status):
    site.write('.htaccess', 'RewriteEngine On\nRewriteRule ^xmlrpc$ %s/cgi-bin/rpc.cgi [R=%d]\n'
               % (site.path, status))
    with pytest.raises(xmlrpc.client.ProtocolError) as caught:
        xmlrpc.client.ServerProxy(site.root + '/xmlrpc').app.getName()
    assert caught.value.errcode == status
    answer = requests.post(site.root + '/xmlrpc', CALL, headers={'Content-Type': 'text/xml'},
                           timeout=SECONDS)
    method = answer.request.method
    assert method == ('POST' if status in (307, 308) else 'GET')
    assert answer.headers['Content-Type'].startswith('text/' + (
        'xml' if method == 'POST' else 'html'))
    assert 'redirected' in site.check(site.root + '/xmlrpc')


@pytest.mark.parametrize('vhost', ['open', 'some', 'shared', 'users'])
def test_the_sources_of_a_right_installation_are_not_for_the_world(host, vhost):
    site = host.site(vhost)
    site.write('lib/settings.py', 'DEBUG = False\n')
    for path in ('/lib/app.py', '/lib/settings.py', '/lib/', '/lib/.htaccess',
                 '/cgi-bin/xmlrpcgi/http.py', '/cgi-bin/xmlrpcgi/', '/cgi-bin/xmlrpcgi/page.js'):
        assert site.get(path).status_code == 403, path
    assert 'exposed' not in site.check()
    site.sh('rm lib/.htaccess .htaccess')
    assert 'exposed' in site.check()
    if vhost == 'open':
        assert 'lib-public' in site.local_check()


def test_where_htaccess_is_not_read_a_lib_among_the_pages_is_public_until_it_moves(host):
    site = host.site('none')
    assert 'class Application' in site.get('/lib/app.py').text
    assert 'exposed' in site.check()
    site.sh('mkdir -p ~/private && mv lib ~/private/%s' % site.name)
    site.sh("sed -i \"s|^LIB = ''|LIB = '/home/ann/private/%s'|\" cgi-bin/rpc.cgi" % site.name)
    assert site.get('/lib/app.py').status_code == 404
    assert site.call() == 'example'
    assert site.fixed() == {}
