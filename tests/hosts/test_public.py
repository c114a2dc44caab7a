"""What the world can read of an installation: what rpc.cgi and its like answer, and no file."""

import pytest

from tests.tools.archives import dist

ANSWERING = {'cgi-bin/rpc.cgi', 'cgi-bin/rpc-sh.cgi', 'cgi-bin/rpc.fcgi'}
# In the folder xmlrpcgi, that of the version in force and the pointer to it: see install.
HIDDEN = ('', '.htaccess', '__init__.py', '__main__.py', 'http.py', 'web/', 'web/page.css',
          'install/remote.sh', 'client/stubs/runtime.php', '__pycache__/')


@pytest.fixture(params=['open', 'users', 'shared'])
def site(request, host):
    return host.site(request.param)


def names():
    """All that the archive has, its folders too."""
    return [''] + [name for name, _, _ in dist.entries()]


def test_unpacked_among_a_sites_pages_nothing_can_be_read(site):
    for name in names():
        if name not in ANSWERING:
            assert site.get('/' + name).status_code == 403, name
            assert site.get('/' + name + '?C=M').status_code == 403, name
    assert site.get('/cgi-bin/rpc.cgi').status_code == 200
    assert site.call() == 'example'
    assert b'LIB' not in site.get('/cgi-bin/rpc.cgi').content


@pytest.mark.parametrize('password', [False, True])
def test_and_a_password_for_the_folder_of_the_scripts_is_asked_for(site, password):
    if password:
        site.write('cgi-bin/.htaccess', 'AuthType Basic\nAuthName "XML-RPC"\n'
                   'AuthUserFile /dev/null\nRequire valid-user\n')
    assert site.post().status_code == (401 if password else 200)


def test_installed_with_the_sample_only_the_scripts_answer(site):
    """The commands of README.md, in a site of its own."""
    site.sh('mkdir -p www/cgi-bin && rm .htaccess\n'
            'python3 cgi-bin/xmlrpcgi install --cgi-bin www/cgi-bin --lib private\n'
            'cp apache/htaccess.sample www/cgi-bin/.htaccess')
    folders, = {tuple(site.sh('ls www/cgi-bin | grep xmlrpcgi').split())}
    assert len(folders) == 2
    for name in ['rpc.wsgi', '.htaccess', *('%s/%s' % (folder, name) for folder in folders
                                            for name in HIDDEN)]:
        assert site.get('/www/cgi-bin/' + name).status_code in (403, 404), name
        if name.rpartition('/')[0] != 'xmlrpcgi' or name == 'xmlrpcgi/__init__.py':
            assert site.get('/www/cgi-bin/' + name).status_code == 403, name
    assert site.get('/www/cgi-bin/rpc.cgi').status_code == 200
