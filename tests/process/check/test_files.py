"""`check` and the folders and files of the program: each damage is found and fixed."""

import json
import os
import shutil
import subprocess

import pytest

from tests.process.check.conftest import ENDS
from tests.process.check.installation import Installation
from tests.process.command_line import run


def test_a_folder_without_the_script(tmp_path):
    status, out, _ = run('check', '--cgi-bin', tmp_path, '--json')
    assert status == 1
    assert [row['id'] for row in json.loads(out)['findings']] == ['no-script']


def test_a_script_without_the_program(one):
    shutil.rmtree(one.package)
    status, out, _ = run('check', '--cgi-bin', one.cgi_bin, '--json')
    row = json.loads(out)['findings'][-1]
    assert row['id'] == 'no-package'
    subprocess.run(row['remedy'], shell=True, check=True)
    assert 'no-package' not in one.bad()


def test_an_installation_of_versions_and_a_change_of_it(one, tmp_path):
    made = tmp_path / 'made'
    run('install', '--cgi-bin', made / 'cgi-bin', '--lib', made / 'lib', '--python', one.python)
    status, out, _ = run('check', '--cgi-bin', made / 'cgi-bin', python=one.python)
    assert status == 0, out
    version = next((made / 'cgi-bin').glob('xmlrpcgi-*'))
    with open(str(version / 'http.py'), 'a') as file:
        file.write('# changed\n')
    status, out, _ = run('check', '--cgi-bin', made / 'cgi-bin', '--json', python=one.python)
    assert 'changed' in [row['id'] for row in json.loads(out)['findings']]
    shutil.rmtree(str(version))
    status, out, _ = run('check', '--cgi-bin', made / 'cgi-bin', '--json')
    assert json.loads(out)['findings'][-1]['id'] == 'no-package'


def test_no_folder_of_classes(one):
    shutil.rmtree(one.lib)
    assert 'There is no folder of classes at %s' % one.lib in one.only('no-lib')['sentence']


def test_the_folder_that_the_script_names(one, tmp_path):
    (one.folder / 'mine').mkdir()
    shutil.copy(one.lib / 'app.py', one.folder / 'mine')
    one.script.write_text(one.script.read_text().replace("LIB = ''", "LIB = '../mine'"))
    sentences = [row['sentence'] for row in one.check()]
    assert 'Classes are in %s.' % (one.folder / 'mine') in sentences


@pytest.mark.parametrize('name', ['public_html', 'htdocs', 'www', 'httpdocs', 'html'])
def test_classes_in_a_document_root(tmp_path, name):
    site = Installation(tmp_path / name, ENDS[-1][1])
    assert site.bad() == {}             # lib comes with a .htaccess
    (site.lib / '.htaccess').unlink()
    assert 'anybody can read your classes' in site.fixed('lib-public')


def test_a_htaccess_that_denies_some_files_alone_is_not_enough(tmp_path):
    site = Installation(tmp_path / 'htdocs', ENDS[-1][1])
    (site.lib / '.htaccess').write_text('<Files "x.py">\nRequire all denied\n</Files>\n')
    site.only('lib-public')


def test_a_repository_in_a_document_root(tmp_path):
    site = Installation(tmp_path / 'htdocs', ENDS[-1][1])
    (site.folder / '.git').mkdir()
    site.only('git-public')


@pytest.mark.parametrize('mode, cause', [(0o666, 'world-writable'), (0o044, 'unreadable')])
def test_modes_of_the_program(one, mode, cause):
    (one.package / 'http.py').chmod(mode)
    if cause == 'unreadable' and os.geteuid() != 0:
        assert cause in one.bad()
        return
    assert str(one.package / 'http.py') in one.fixed(cause)


def test_files_that_their_owner_alone_may_read_are_good_to_know(one):
    (one.lib / 'app.py').chmod(0o600)
    row = next(row for row in one.check() if row['name'] == 'modes' and row['level'] == 'info')
    assert row['sentence'].startswith('Only their owner may read %s/app.py' % one.lib)


@pytest.mark.parametrize('change', [lambda data: data.replace(b'\n', b'\r\n'),
                                    lambda data: b'\xef\xbb\xbf' + data], ids=['crlf', 'bom'])
def test_files_that_were_changed_on_the_way(it, change):
    for name in 'http.py', 'web/page.py':
        path = it.package / name
        path.write_bytes(change(path.read_bytes()))
    it.compile()
    assert '%s/http.py, %s/web/page.py' % (it.package, it.package) in it.fixed('files-line-ends')


@pytest.mark.parametrize('content, part', [
    (b'', 'it is empty'), (b'def broken(', 'SyntaxError: '), (b'x = 1\0', 'null bytes')])
def test_a_file_that_arrived_damaged(it, content, part):
    (it.package / 'http.py').write_bytes(content)
    row = it.bad()['damaged']
    assert row['sentence'].startswith('%s/http.py is damaged: ' % it.package)
    assert part in row['sentence']


def test_a_file_that_did_not_arrive(it):
    (it.package / 'methods' / 'names.py').unlink()
    assert it.bad()['damaged']['sentence'] == (
        '%s/methods/names.py is damaged: it is not there.' % it.package)


def test_byte_code_that_is_missing(it):
    shutil.rmtree(it.package / '__pycache__')
    assert 'missing or out of date' in it.fixed('byte-code')


def test_byte_code_that_is_out_of_date(it):
    with open(str(it.lib / 'app.py'), 'a') as file:
        file.write('# changed\n')
    assert '%s/app.py' % it.lib in it.fixed('byte-code')


@pytest.mark.parametrize('mode, cause', [('checked-hash', 'byte-code'),
                                         ('unchecked-hash', 'byte-code-wrong')])
def test_byte_code_by_hash(one, mode, cause):
    subprocess.run([one.python, '-m', 'compileall', '-qf', '--invalidation-mode', mode,
                    str(one.lib)], check=True)
    assert one.bad() == {}
    with open(str(one.lib / 'app.py'), 'a') as file:
        file.write('# changed\n')
    assert '%s/app.py' % one.lib in one.fixed(cause)


def test_a_link_to_nothing_that_an_editor_left_in_lib_is_passed_over(one):
    (one.lib / '.#app.py').symlink_to('me@example.org.123:456')
    assert one.bad() == {}


def test_files_of_two_archives_and_one_that_is_cut_short(one):
    init = one.package / '__init__.py'
    init.write_text(init.read_text().replace("_files = ''", "_files = '2.0-0000abcd'"))
    for path in one.package.rglob('*.py'):
        if path != init and path.name not in ('__main__.py', 'runtime.py', 'log.py'):
            with open(str(path), 'a') as file:
                file.write("if __package__: __import__('xmlrpcgi')._belongs('%s')\n" % (
                    '1.9-0000dcba' if path.name == 'get.py' else '2.0-0000abcd'))
    status, out, _ = run('check', '--cgi-bin', one.cgi_bin, '--json', python=one.python)
    assert status == 1
    assert {row['sentence'] for row in json.loads(out)['findings'] if row['id'] == 'damaged'} == {
        '%s/web/get.py is damaged: it is of 1.9-0000dcba, and not of 2.0-0000abcd.' % one.package,
        '%s/log.py is damaged: it is cut short, or of another version, and not of 2.0-0000abcd.'
        % one.package}


def test_a_class_file_that_is_a_link_to_nothing_is_damaged(one):
    (one.lib / 'gone.py').symlink_to('nowhere.py')
    assert 'gone.py cannot be read: FileNotFoundError' in one.bad()['damaged']['sentence']
