"""The lines of docs/addresses.md: one lib/ at several paths, and another lib/ for one of them."""

import shutil
import tempfile
from pathlib import Path
from xmlrpc.client import Fault, ProtocolError, ServerProxy

import pytest

from tests.conftest import need
from tests.documents import blocks, section
from tests.tools import servers

PAGE = 'docs/addresses.md'
PATHS = ['/xmlrpc.php', '/lib/exe/xmlrpc.php', '/xmlrpc/2/common', '/xmlrpc/2/object', '/']
DOORS = {'mod_cgid': 'rpc.cgi', 'mod_cgi': 'rpc.cgi', 'mod_fcgid': 'rpc.fcgi',
         'mod_wsgi': 'rpc.wsgi'}
WHERE = '''
class Application:
    def path(self, request):
        return [%r, request.path, request.environ.get('REQUEST_URI')]
'''


@pytest.fixture
def folder():
    """A function: a new folder of classes that every user may read, with more files."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)

    def make(name, **files):
        lib = top / name
        lib.mkdir()
        (lib / 'where.py').write_text(WHERE % name)
        for file, text in files.items():
            (lib / (file + '.py')).write_text(text)
        return lib
    yield make
    shutil.rmtree(str(top))


def lines(heading, number=0, language='apache'):
    return blocks(section(PAGE, heading), language)[number]


def answer(server, path):
    return ServerProxy(server.url + path).where.path()


def aliases(kind):
    text = lines("In Apache's configuration")
    if DOORS[kind] != 'rpc.cgi':
        text = text.replace('ScriptAlias', 'Alias').replace('rpc.cgi', DOORS[kind])
    return text


@pytest.mark.parametrize('kind', list(DOORS))
def test_apaches_configuration(folder, kind):
    need(kind)
    with servers.start(kind, lib=folder('one'), extra_conf=aliases(kind)) as server:
        for path in [*PATHS, '/RPC2', '/xmlrpc/']:
            assert answer(server, path)[:2] == ['one', path], path
        with pytest.raises((Fault, ProtocolError), match='404'):
            answer(server, '/xmlrpc/2/other')


@pytest.mark.parametrize('kind', ['mod_cgid', 'mod_cgi'])
def test_htaccess_alone(folder, kind):
    need(kind)
    allowed = '<Directory "${XMLRPCGI_RUN}/htdocs">\nAllowOverride FileInfo\n' \
              'Options FollowSymLinks\n</Directory>'
    with servers.start(kind, lib=folder('one'), extra_conf=allowed) as server:
        for path in PATHS[:-1]:
            with pytest.raises(ProtocolError, match='404'):
                answer(server, path)
        htaccess = Path(server.temp) / 'htdocs' / '.htaccess'
        htaccess.write_text(lines('In .htaccess alone'))
        htaccess.chmod(0o644)
        for path in PATHS:
            assert answer(server, path) == ['one', '/cgi-bin/rpc.cgi', path], path


@pytest.mark.parametrize('kind', ['gunicorn', 'waitress'])
def test_the_setting_of_a_wsgi_server(folder, kind):
    need(kind)
    settings = lines('In a WSGI server', language='python')
    with servers.start(kind, lib=folder('one', settings=settings)) as server:
        for path in [*PATHS, '/RPC2']:
            assert answer(server, path)[:2] == ['one', path], path
        with pytest.raises(ProtocolError, match='404'):
            answer(server, '/xmlrpc/2/other')


@pytest.mark.parametrize('kind, number', [('mod_cgid', 0), ('mod_cgi', 0), ('mod_wsgi', 1)])
def test_other_classes_for_an_address(folder, kind, number):
    need(kind)
    more = lines('Other classes for an address', number)
    assert '/srv/blog/lib' in more
    conf = aliases(kind) + more.replace('/srv/blog/lib', str(folder('blog')))
    with servers.start(kind, lib=folder('one'), extra_conf=conf) as server:
        for _ in range(3):
            assert answer(server, '/xmlrpc.php')[0] == 'blog'
            assert answer(server, '/RPC2')[0] == 'one'
