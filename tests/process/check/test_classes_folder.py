"""`check` and the folder of classes: where LIB leads, and a folder that was copied into it."""

import shutil
import subprocess

import pytest
from xmlrpcgi.check import doors

from tests.process.check.conftest import ENDS
from tests.process.check.installation import Installation

DOORS = 'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi'
ONE = 'class Application:\n    def get(self): return 1\n'


@pytest.fixture
def site(tmp_path, compiled, monkeypatch):
    """The site of a user whose classes are in ~/xmlrpcgi/lib."""
    python = ENDS[-1][1]
    made = Installation(tmp_path / 'home' / 'public_html', python, compiled[python])
    made.home = tmp_path / 'home'
    (made.home / 'xmlrpcgi').mkdir()
    made.lib.rename(made.home / 'xmlrpcgi' / 'lib')
    monkeypatch.setenv('HOME', str(made.home))
    return made


def write_lib(site, line, doors=DOORS):
    for name in doors:
        path = site.cgi_bin / name
        text = path.read_text()
        assert text.count("LIB = ''  ") == 1
        path.write_text(text.replace("LIB = ''  ", line + '  '))


# LIB names a folder that is not there.

@pytest.mark.parametrize('lib, found', [
    ('~/xmlrpcgi/libs', 'xmlrpcgi/lib'),
    ('', 'xmlrpcgi/lib'),
    ('xmlrpcgi/lib', 'xmlrpcgi/lib'),
    ('my/classes', 'my/classes'),
    ('/no/such/lib', 'xmlrpcgi/lib'),
])
def test_the_command_writes_the_folder_that_has_the_classes(site, lib, found):
    if found != 'xmlrpcgi/lib':
        (site.home / found).parent.mkdir()
        shutil.copytree(site.home / 'xmlrpcgi' / 'lib', site.home / found)
    write_lib(site, 'LIB = %r' % lib)
    assert site.fixed('no-lib').startswith('There is no folder of classes at ')
    assert site.bad() == {}
    for name in DOORS:
        assert "LIB = '%s/%s'  " % (site.home, found) in (site.cgi_bin / name).read_text()


@pytest.mark.parametrize('folder', ['lib', 'lib/shop'])
def test_the_folder_beside_that_of_the_scripts_is_proposed_where_it_has_files_of_python(
        site, folder):
    shutil.rmtree(site.home / 'xmlrpcgi')
    write_lib(site, "LIB = '~/xmlrpcgi/libs'")
    (site.folder / folder).mkdir(parents=True)
    (site.folder / 'lib' / 'jquery.js').write_text('')
    assert 'sed' not in site.only('no-lib')['remedy']
    (site.folder / 'lib' / '.htaccess').write_text('Require all denied\n')
    (site.folder / folder / 'app.py').write_text(ONE)
    site.compile()
    site.fixed('no-lib')
    assert site.bad() == {}
    assert "LIB = ''  " in site.script.read_text()


def test_what_another_script_names_is_proposed_first(site):
    (site.home / 'xmlrpcgi' / 'lib').rename(site.home / 'mine')
    write_lib(site, "LIB = '~/xmlrpcgi/libs'", ['rpc.cgi'])
    write_lib(site, "LIB = '../../mine'", ['rpc.fcgi', 'rpc.wsgi'])
    subprocess.run(site.bad()['no-lib']['remedy'], shell=True, check=True)
    assert site.bad() == {}
    assert "LIB = '../../mine'  " in site.script.read_text()


@pytest.mark.parametrize('lib, copying', [
    ('~/xmlrpcgi/lib', 'copy the folder lib of the archive to {home}/xmlrpcgi/lib, or '),
    ('', 'copy the folder lib of the archive to {home}/public_html/lib, or '),
    ('xmlrpcgi/lib', ''),               # in the folder of the program
])
def test_where_there_are_no_classes_at_all_words_say_what_to_do(site, lib, copying):
    shutil.rmtree(site.home / 'xmlrpcgi')
    write_lib(site, 'LIB = %r' % lib)
    number = site.script.read_text().split('\nLIB = ')[0].count('\n') + 2
    assert site.only('no-lib')['remedy'] == copying.format(home=site.home) + (
        'write the right folder into LIB in line %d of %s' % (number, site.script))


@pytest.mark.parametrize('line, lib', [("LIB = (\n    '/no/such/lib')", '/home/me/lib'),
                                       ("LIB = '/no/such/lib'", '/home/zoé/lib'),
                                       ("LIB = '/no/such/lib'", '/home/&/lib')])
def test_what_no_command_can_write_is_said_in_words(site, line, lib):
    write_lib(site, line, ['rpc.cgi'])
    number = site.script.read_text().split('\nLIB = ')[0].count('\n') + 2
    assert doors.writing_lib(lib, [str(site.script)]) == (
        'write LIB = %s into line %d of %s' % (ascii(lib), number, site.script))


@pytest.mark.parametrize('line', ["LIB='/my #lib'", 'LIB: str = "/my/lib"', "LIB   =   r'/my/lib'"])
def test_the_command_writes_lib_however_it_is_written(site, line):
    write_lib(site, line, ['rpc.cgi'])
    subprocess.run(doors.writing_lib('/home/me/lib', [str(site.script)]), shell=True, check=True)
    assert doors.lib_in(str(site.script)) == '/home/me/lib'


def test_a_home_folder_in_lib_is_said_to_be_that_of_whoever_runs_the_scripts(site):
    write_lib(site, "LIB = '%s/xmlrpcgi/lib'" % site.home)
    said = 'is the home folder of the user that scripts run as; for the user of this check it is '
    assert not [row for row in site.check() if said in row['sentence']]
    for name in DOORS:
        path = site.cgi_bin / name
        path.write_text(path.read_text().replace(str(site.home), '~'))
    rows = [row for row in site.check() if said in row['sentence']]
    assert [(row['level'], row['sentence']) for row in rows] == [
        ('info', '~ in LIB in rpc.cgi %s%s.' % (said, site.home))]


# A folder of classes in the folder of classes.

COPIED = {      # what is in lib beside app.py of lib/lib
    'nothing': {},
    'settings alone': {'settings.py': ''},
    'the folder that a first archive brought': {'app.py': ONE + '# of then'},
    'other classes, and the inner one has settings': {'shop.py': ONE, 'lib/settings.py': ''},
    'other classes, and the inner one has a .htaccess': {
        'shop.py': ONE, 'lib/.htaccess': 'Require all denied\n'},
}
MEANT = {
    'classes beside it': {'shop.py': ONE},
    'classes in a folder beside it': {'shop/orders.py': ONE},
    'what it registers': {'__init__.py': 'def register(handler): pass\n'},
}


def fill(one, files):
    shutil.rmtree(one.lib)
    for name, text in {'lib/app.py': ONE, **files}.items():
        (one.lib / name).parent.mkdir(parents=True, exist_ok=True)
        one.write(name, text)
    one.compile()


def names(folder):
    return {path.name for path in folder.rglob('*') if path.is_file() and path.suffix != '.pyc'}


@pytest.mark.parametrize('beside', COPIED)
def test_a_folder_of_classes_that_was_copied_into_another_is_moved_up(one, beside):
    fill(one, COPIED[beside])
    row = one.only('lib-in-lib')
    assert row['level'] == 'warn'
    assert row['sentence'] == (
        '{0}/lib was copied into {0}, it seems, and not over it: callers reach what is in it as '
        'lib.app, not as app.'.format(one.lib))
    assert one.call('lib.app.get') == 1
    if 'app.py' in COPIED[beside]:
        assert row['remedy'] == ('move the files in {0}/lib to {0}, and keep the right one of each '
                                 'app.py'.format(one.lib))
        return
    files = names(one.lib)
    subprocess.run(row['remedy'], shell=True, check=True)
    assert one.bad() == {}
    assert one.call('app.get') == 1
    assert names(one.lib) == files


@pytest.mark.parametrize('beside, command', [
    ({'app.py': ONE, '.htaccess': 'a', 'lib/.htaccess': 'a'}, True),     # the same: none is lost
    ({'app.py': ONE + '# mine'}, False), ({'.htaccess': 'b', 'lib/.htaccess': 'a'}, False),
    ({'lib/shop/a.py': ONE, 'shop/b.py': ONE, 'lib/.htaccess': ''}, False),
    ({'lib/lib/app.py': ONE}, False)])
def test_a_command_is_shown_only_where_no_file_is_lost_by_it(one, beside, command):
    fill(one, beside)
    remedy = one.only('lib-in-lib')['remedy']
    assert remedy.startswith('cp -Rp {0}/lib/. {0} && '.format(one.lib) if command else
                             'move the files in {0}/lib to {0}, and keep the '.format(one.lib))


def test_a_link_to_itself_is_no_other_folder_of_classes(one):
    (one.lib / 'lib').symlink_to(one.lib)
    assert one.bad() == {}


def test_one_with_an_init_file_publishes_nothing(one):
    fill(one, {'lib/__init__.py': ''})
    assert one.bad()['lib-in-lib']['sentence'].endswith(
        ': nothing in it is published, because it has an __init__.py.')


@pytest.mark.parametrize('beside', MEANT)
def test_a_folder_named_lib_that_is_meant_is_left_alone(one, beside):
    fill(one, MEANT[beside])
    assert one.bad() == {}
