"""install and the classes: where their folder is, that it stays, and that every door names it."""

import shutil

import pytest

from tests.process.installing import (
    DOORS,
    ENDS,
    call,
    command,
    complaint,
    copy,
    installed,
    lines,
    load,
    tree,
)


def chosen(door):
    """What LIB is in a door."""
    return next(line for line in lines(door) if line.startswith('LIB = ')).split("'")[1]


# The folder.

def test_classes_and_settings_that_are_there_stay_as_they_are(site):
    lib = site.parent / 'lib'
    lib.mkdir(parents=True)
    (lib / 'app.py').write_bytes(b'class Application:\r\n    def getName(self):\r\n'
                                 b'        return "mine"\r\n')
    (lib / 'settings.py').write_text('MAX_DEPTH = 9\n')
    (lib / 'broken.py').write_text('def half(')
    (lib / 'settings.py').chmod(0o600)
    before = tree(lib)
    for _ in range(2):
        assert 'The classes are in %s, as they were.' % lib in installed(site)
        assert tree(lib) == before
        assert call(site / 'rpc.cgi') == 'mine'
    command('uninstall', '--cgi-bin', site)
    assert tree(lib) == before


@pytest.mark.parametrize('cgi_bin, lib', [
    ('public_html/cgi-bin', 'xmlrpcgi/lib'),
    ('www/cgi-bin', 'xmlrpcgi/lib'),
    ('htdocs', 'xmlrpcgi/lib'),
    ('cgi-bin', 'lib'),
    ('domains/example.org/cgi-bin', 'domains/example.org/lib'),
])
def test_the_classes_are_outside_of_what_the_world_sees(tmp_path, cgi_bin, lib):
    home = tmp_path / 'home'
    home.mkdir()
    installed('~/' + cgi_bin, env={'HOME': str(home)})
    assert (home / lib / 'app.py').exists()
    assert "LIB = '%s'" % (home / lib) in (home / cgi_bin / 'rpc.cgi').read_text()
    assert call(home / cgi_bin / 'rpc.cgi') == 'example'


def test_in_a_public_folder_that_is_nobodys_home_the_classes_folder_must_be_named(tmp_path):
    site = tmp_path / 'www' / 'cgi-bin'
    home = {'HOME': str(tmp_path / 'home')}
    assert complaint('install', '--cgi-bin', site, env=home) == (
        '%s is inside a public folder: name a folder for the classes outside of it with --lib.'
        % site)
    assert not site.exists()
    lib = tmp_path / 'www' / 'lib'
    lib.mkdir(parents=True)
    (lib / 'mine.py').write_text('')
    assert 'put a .htaccess with the line "Require all denied" into it' in installed(
        site, '--lib', lib, env=home)


def test_an_upgrade_keeps_the_classes_folder_that_the_user_wrote_into_the_script(site, tmp_path):
    installed(site)
    (tmp_path / 'mine').mkdir()
    (tmp_path / 'mine' / 'app.py').write_text(
        'class Application:\n    def getName(self):\n        return "mine"\n')
    for place in (str(tmp_path / 'mine'), '../../mine'):
        script = (site / 'rpc.cgi').read_text()
        old = "LIB = '%s'" % (site.parent / 'lib') if place[0] == '/' else "LIB = '%s'" % (
            tmp_path / 'mine')
        assert old in script
        (site / 'rpc.cgi').write_text(script.replace(old, 'LIB = "%s"' % place))
        installed(site)
        assert call(site / 'rpc.cgi') == 'mine'
        assert "LIB = '%s'        # the folder of your classes" % place in (
            site / 'rpc.cgi').read_text()


# The doors for long-running processes.

@pytest.mark.parametrize('python', ENDS)
def test_the_other_doors_are_filled_in_and_answer_too(python, site, tmp_path):
    installed(site, '--lib', tmp_path / 'my lib', '--python', python)
    for name in DOORS:
        assert "LIB = '%s'        # the folder" % (tmp_path / 'my lib') in (site / name).read_text()
    assert lines(site / 'rpc.fcgi')[0] == lines(site / 'rpc.cgi')[0]
    assert call(site / 'rpc.fcgi') == 'example'
    assert load(site / 'rpc.wsgi', python) == 'example'
    before = tree(site)
    installed(site, '--python', python)
    assert {name: data for name, (data, _, _) in tree(site).items()} == {
        name: data for name, (data, _, _) in before.items()}


def test_an_upgrade_keeps_the_classes_folder_of_each_door(site, tmp_path):
    installed(site)
    for name in 'rpc.fcgi', 'rpc.wsgi':
        shutil.copytree(site.parent / 'lib', tmp_path / name)
        (site / name).write_text((site / name).read_text().replace(
            str(site.parent / 'lib'), str(tmp_path / name)))
    before = [lines(site / name) for name in DOORS]
    installed(site)
    assert [lines(site / name) for name in DOORS] == before
    installed(site, '--lib', tmp_path / 'one')
    assert {chosen(site / name) for name in DOORS} == {str(tmp_path / 'one')}


def test_a_door_that_is_new_gets_the_classes_folder_of_the_others(site, tmp_path):
    installed(site, '--lib', tmp_path / 'mine')
    for name in 'rpc.fcgi', 'rpc.wsgi':
        (site / name).unlink()
    installed(site)
    assert {chosen(site / name) for name in DOORS} == {str(tmp_path / 'mine')}
    (site / 'rpc.cgi').unlink()
    installed(site)
    assert {chosen(site / name) for name in DOORS} == {str(tmp_path / 'mine')}


def test_in_place_a_door_that_names_no_folder_gets_that_of_rpc_cgi(tmp_path):
    site = copy(tmp_path / 'public_html')
    shutil.move(str(site / 'lib'), str(tmp_path / 'mine'))
    script = site / 'cgi-bin' / 'rpc.cgi'
    script.write_text(script.read_text().replace("LIB = ''", "LIB = '%s'" % (tmp_path / 'mine')))
    (site / 'cgi-bin' / 'rpc.fcgi').chmod(0o644)
    installed(site / 'cgi-bin', source=site)
    assert {chosen(site / 'cgi-bin' / name) for name in DOORS} == {str(tmp_path / 'mine')}
    assert call(site / 'cgi-bin' / 'rpc.fcgi') == 'example'


def test_a_copy_without_the_other_doors_installs_rpc_cgi_and_keeps_those_that_are_there(
        site, tmp_path):
    source = copy(tmp_path / 'unpacked')
    for name in 'rpc.fcgi', 'rpc.wsgi':
        (source / 'cgi-bin' / name).unlink()
    installed(site, source=source)
    assert not (site / 'rpc.fcgi').exists() and not (site / 'rpc.wsgi').exists()
    installed(site)
    installed(site, '--python', '/usr/bin/python3', source=source)
    assert lines(site / 'rpc.fcgi')[0] == '#!/usr/bin/python3 -IS'
    assert call(site / 'rpc.fcgi') == call(site / 'rpc.cgi') == 'example'
