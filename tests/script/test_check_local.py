"""`check` on this machine: each damage is found, has its cause, and the command mends it."""

import json
import os
import shutil
import subprocess

import pytest
from xmlrpcgi import check, checkfolder

from tests import interpreters
from tests.script.command_line import PROGRAM, run
from tests.script.conftest import Bundle

ENDS = [interpreters.supported()[0], interpreters.supported()[-1]]
NEW = '/usr/bin/python3'
BAD = ('warn', 'fail')


class Installation(Bundle):
    """A copy of the bundle whose rpc.cgi names its interpreter; all is well with it."""

    def __init__(self, folder, python, compiled=None):
        super().__init__(folder, python)
        folder.chmod(0o755)
        self.cgi_bin, self.lib = folder / 'cgi-bin', folder / 'lib'
        self.package = self.cgi_bin / 'xmlrpcgi'
        self.first_line(b'#!%s -IS' % os.fsencode(python))
        self.script.chmod(0o755)
        if compiled is None:
            self.compile()
        else:
            shutil.copytree(str(compiled.package / '__pycache__'),
                            str(self.package / '__pycache__'))
            shutil.copytree(str(compiled.lib / '__pycache__'), str(self.lib / '__pycache__'))

    def compile(self):
        subprocess.run([self.python, '-m', 'compileall', '-q', str(self.package), str(self.lib)])

    def first_line(self, line):
        rest = self.script.read_bytes().partition(b'\n')[2]
        self.script.write_bytes(line + b'\n' + rest)

    def check(self):
        """All findings, by the command as a process of this interpreter."""
        status, out, err = run('check', '--cgi-bin', self.cgi_bin, '--json', python=self.python)
        answer = json.loads(out)
        assert err == ''
        assert status == (0 if answer['good'] else 1)
        return answer['findings']

    def bad(self):
        """{cause: finding} of what is to be mended."""
        return {row['cause']: row for row in self.check() if row['level'] in BAD}

    def only(self, cause):
        """The one finding there is, which has this cause."""
        bad = self.bad()
        assert list(bad) == [cause], bad
        return bad[cause]

    def mended(self, cause):
        """The one finding there is; its command was run, and all is well after it."""
        row = self.only(cause)
        subprocess.run(row['command'], shell=True, check=True, cwd='/',
                       stdout=subprocess.DEVNULL)
        assert not {'fail'} & {row['level'] for row in self.check()}, self.bad()
        assert cause not in self.bad()
        return row['sentence']


@pytest.fixture(scope='module')
def compiled(tmp_path_factory):
    """{interpreter: an installation that is left as it is}: compiling takes long."""
    return {path: Installation(tmp_path_factory.mktemp('compiled') / 'bundle', path)
            for _, path in ENDS}


@pytest.fixture(params=[pytest.param(path, id=name) for name, path in ENDS])
def it(request, tmp_path, compiled):
    return Installation(tmp_path / 'bundle', request.param, compiled[request.param])


@pytest.fixture
def one(tmp_path, compiled):
    """One interpreter is enough where the script's own interpreter has no part."""
    return Installation(tmp_path / 'bundle', ENDS[-1][1], compiled[ENDS[-1][1]])


def test_nothing_is_found_where_all_is_well(it):
    rows = it.check()
    assert [row for row in rows if row['level'] in BAD] == []
    by_name = {row['name']: row['sentence'] for row in rows}
    version = '.'.join(map(str, next(pair for pair, path in interpreters.found().items()
                                     if path == it.python)))
    assert by_name['python'].startswith('Python %s.' % version)
    assert ', expat 2.' in by_name['python']
    assert by_name['classes'] == 'Classes that answer calls: app (1).'
    assert by_name['settings'] == 'There is no lib/settings.py: the defaults hold.'
    assert by_name['trial call'].startswith('A call through rpc.cgi takes ')
    assert by_name['byte-code'].endswith('is up to date.')


def test_the_report_is_a_line_a_finding_and_what_mends_it(one):
    status, out, _ = run('check', '--cgi-bin', one.cgi_bin)
    assert status == 0
    assert out.splitlines()[-1].startswith('All is well: ')
    one.script.chmod(0o775)
    status, out, _ = run('check', '--cgi-bin', one.cgi_bin)
    assert status == 1
    assert out.splitlines()[-1] == '1 to mend, 1 of them serious.'
    at = next(at for at, line in enumerate(out.splitlines()) if line.startswith('FAIL'))
    assert out.splitlines()[at].split()[:2] == ['FAIL', 'modes']
    assert out.splitlines()[at + 1].strip() == '->  chmod go-w %s' % one.script


def test_the_program_in_a_folder_looks_at_that_folder(one):
    done = subprocess.run([one.python, str(one.package), 'check'], stdout=subprocess.PIPE)
    assert done.returncode == 0
    assert ('Classes are in %s.' % one.lib) in done.stdout.decode()


def test_an_address_and_a_folder_together_are_refused():
    assert run('check', 'http://127.0.0.1/', '--cgi-bin', '.') == (
        2, '', 'check takes one address, or --cgi-bin FOLDER, not more.\n')


# rpc.cgi

@pytest.mark.parametrize('line, cause, part', [
    (b'\xef\xbb\xbf#!%s -IS', 'bom', 'begins with a byte order mark'),
    (b'#!%s -IS\r', 'line-ends', 'has a Windows line end (CRLF)'),
    (b'\n#!%s -IS', 'no-shebang', 'does not begin with #!'),
    (b'#!/nowhere/python3 -IS', 'interpreter', 'names /nowhere/python3, and there is no such'),
    (b'#!python3 -IS', 'interpreter', 'names "python3", which is no absolute path'),
    (b'#!/usr/bin/env python3 -IS', 'arguments', 'more than one argument ("python3 -IS")'),
    (b'#!/usr/bin/env nosuchpython', 'interpreter', 'looks for "nosuchpython" in PATH'),
    (b'#!%s -I -S', 'arguments', 'more than one argument ("-I -S")'),
    (b'#!/etc/passwd', 'interpreter', 'names /etc/passwd, which cannot be executed'),
    (b'#!%s', 'no-options', 'lacks the options -IS'),
])
def test_the_first_line(it, line, cause, part):
    if os.geteuid() == 0 and line == b'#!/etc/passwd':
        assert not os.access('/etc/passwd', os.X_OK)
    it.first_line(line.replace(b'%s', os.fsencode(it.python)))
    assert part in it.mended(cause)


def test_the_first_line_with_a_python_that_does_not_run(one, tmp_path):
    broken = tmp_path / 'python3'
    broken.write_text('#!/bin/sh\nexit 1\n')
    broken.chmod(0o755)
    one.first_line(b'#!%s -IS' % os.fsencode(broken))
    assert one.mended('interpreter') == (
        '%s, named in the first line of rpc.cgi, does not run as Python.' % broken)


def test_the_first_line_with_python_2(one):
    if not interpreters.too_old():
        pytest.skip('there is no Python 2 here')
    name, path = interpreters.too_old()[0]
    one.first_line(b'#!%s -IS' % os.fsencode(path))
    assert one.mended('too-old') == ('%s, named in the first line of rpc.cgi, is Python %s; 3.6 '
                                     'or newer is needed.' % (path, name))


def test_line_ends_of_an_old_mac(one):
    one.script.write_bytes(one.script.read_bytes().replace(b'\n', b'\r'))
    assert 'old Mac (CR)' in one.mended('line-ends')


def test_a_first_line_that_old_kernels_cut(one, tmp_path):
    folder = tmp_path / ('x' * 100)
    folder.mkdir()
    (folder / 'python3').symlink_to(one.python)
    one.first_line(b'#!%s -IS' % os.fsencode(folder / 'python3'))
    assert 'Linux before 5.1 reads 127 of them' in one.only('long-shebang')['sentence']


def test_the_form_that_the_shell_starts(one):
    shutil.copy(one.cgi_bin / 'rpc-sh.cgi', one.script)
    assert one.bad() == {}
    text = one.script.read_text().replace("PYTHON=''  ", 'PYTHON=/nowhere/python3', 1)
    one.script.write_text(text)
    assert 'does not run as Python' in one.mended('interpreter')


@pytest.mark.parametrize('mode, cause, part', [
    (0o644, 'not-executable', 'is not executable (mode 644)'),
    (0o775, 'writable', 'rpc.cgi may be written by its group (mode 775)'),
    (0o757, 'writable', 'rpc.cgi may be written by everybody (mode 757)'),
    (0o4755, 'setid', 'has the set-user or set-group bit'),
])
def test_modes_of_the_script_that_suexec_refuses(one, mode, cause, part):
    one.script.chmod(mode)
    assert part in one.mended(cause)


def test_a_folder_that_suexec_refuses(one):
    one.cgi_bin.chmod(0o777)
    assert 'The folder of rpc.cgi may be written by everybody' in one.mended('writable')


def test_a_script_that_is_a_symbolic_link(one):
    real = one.folder / 'real.cgi'
    one.script.rename(real)
    one.script.symlink_to(real)
    assert 'symbolic link' in one.mended('symlink')


root = pytest.mark.skipif(os.geteuid() != 0, reason='only root may give files away')


@root
def test_an_owner_that_suexec_refuses(one):
    os.chown(str(one.script), 65534, 65534)
    assert 'and its folder to root:root, which suEXEC' in one.mended('owner')


@root
def test_a_folder_that_does_not_belong_to_the_user_of_the_site(one):
    os.chown(str(one.folder), 65534, 65534)
    assert 'does not belong to the user of the site' in one.mended('owner')


# Folders and files

def test_a_folder_without_the_script(tmp_path):
    status, out, _ = run('check', '--cgi-bin', tmp_path, '--json')
    assert status == 1
    assert [row['cause'] for row in json.loads(out)['findings']] == ['no-script']


def test_a_script_without_the_program(one):
    shutil.rmtree(one.package)
    status, out, _ = run('check', '--cgi-bin', one.cgi_bin, '--json')
    row = json.loads(out)['findings'][-1]
    assert row['cause'] == 'no-package'
    subprocess.run(row['command'], shell=True, check=True)
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
    assert 'changed' in [row['cause'] for row in json.loads(out)['findings']]
    shutil.rmtree(str(version))
    status, out, _ = run('check', '--cgi-bin', made / 'cgi-bin', '--json')
    assert json.loads(out)['findings'][-1]['cause'] == 'no-package'


def test_no_folder_of_classes(one):
    shutil.rmtree(one.lib)
    assert 'There is no folder of classes at %s' % one.lib in one.mended('no-lib')


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
    assert 'anybody can read your classes' in site.mended('lib-public')


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
    assert str(one.package / 'http.py') in one.mended(cause)


def test_files_that_their_owner_alone_may_read_are_good_to_know(one):
    (one.lib / 'app.py').chmod(0o600)
    row = next(row for row in one.check() if row['name'] == 'modes' and row['level'] == 'info')
    assert row['sentence'].startswith('Only their owner may read %s/app.py' % one.lib)


@pytest.mark.parametrize('change', [lambda data: data.replace(b'\n', b'\r\n'),
                                    lambda data: b'\xef\xbb\xbf' + data], ids=['crlf', 'bom'])
def test_files_that_were_changed_on_the_way(it, change):
    for name in 'http.py', 'page.py':
        path = it.package / name
        path.write_bytes(change(path.read_bytes()))
    it.compile()
    assert '%s/http.py, %s/page.py' % (it.package, it.package) in it.mended('files-line-ends')


@pytest.mark.parametrize('content, part', [
    (b'', 'it is empty'), (b'def broken(', 'SyntaxError: '), (b'x = 1\0', 'null bytes')])
def test_a_file_that_arrived_damaged(it, content, part):
    (it.package / 'http.py').write_bytes(content)
    row = it.bad()['damaged']
    assert row['sentence'].startswith('%s/http.py is damaged: ' % it.package)
    assert part in row['sentence']


def test_a_file_that_did_not_arrive(it):
    (it.package / 'kinds.py').unlink()
    assert it.bad()['damaged']['sentence'] == (
        '%s/kinds.py is damaged: it is not there.' % it.package)


def test_byte_code_that_is_missing(it):
    shutil.rmtree(it.package / '__pycache__')
    assert 'missing or out of date' in it.mended('byte-code')


def test_byte_code_that_is_out_of_date(it):
    with open(str(it.lib / 'app.py'), 'a') as file:
        file.write('# changed\n')
    assert '%s/app.py' % it.lib in it.mended('byte-code')


@pytest.mark.parametrize('mode, cause', [('checked-hash', 'byte-code'),
                                         ('unchecked-hash', 'byte-code-wrong')])
def test_byte_code_by_hash(one, mode, cause):
    subprocess.run([one.python, '-m', 'compileall', '-qf', '--invalidation-mode', mode,
                    str(one.lib)], check=True)
    assert one.bad() == {}
    with open(str(one.lib / 'app.py'), 'a') as file:
        file.write('# changed\n')
    assert '%s/app.py' % one.lib in one.mended(cause)


# lib/

@pytest.mark.parametrize('text, part', [
    ('MAX_BODDY = 1\n', 'there is no setting MAX_BODDY; is MAX_BODY meant?'),
    ("MAX_BODY = '1'\n", "the setting MAX_BODY is '1'; it takes bytes"),
    ('MAX_BODY = \n', 'invalid syntax'),
])
def test_settings(it, text, part):
    it.write('settings.py', text)
    it.compile()
    row = it.bad()['settings']
    assert part in row['sentence']
    assert row['command'] == 'edit %s/settings.py' % it.lib


def test_settings_that_are_right_are_told(one):
    one.write('settings.py', 'MAX_BODY = 1000000\n')
    one.compile()
    assert 'lib/settings.py is right.' in [row['sentence'] for row in one.check()]


BROKEN = {
    'class Application:\n    def a(self)\n': 'SyntaxError: ',
    'import nosuch\n': "ModuleNotFoundError: No module named 'nosuch' (lib/broken.py:1)",
    'x = 1\nraise ValueError("this one")\n': 'ValueError: this one (lib/broken.py:2)',
    'import sys\nsys.exit(3)\n': 'SystemExit: 3 (lib/broken.py:2)',
    'import os\nos._exit(3)\n': 'the process ends (status 3)',
    'import os\nos.kill(os.getpid(), 9)\n': 'the process ends (status -9)',
}


@pytest.mark.parametrize('text', BROKEN)
def test_a_class_that_does_not_import(it, text):
    it.write('broken.py', text)
    it.write('shop/orders.py', 'class Application:\n    def create(self): pass\n')
    it.compile()
    rows = it.check()
    bad = [row for row in rows if row['level'] in BAD]
    assert [row['cause'] for row in bad] == ['broken-class'], bad
    assert bad[0]['sentence'].startswith('lib/broken.py does not import, so its methods cannot '
                                         'be called: ')
    assert BROKEN[text] in bad[0]['sentence']
    assert 'Classes that answer calls: app (1), shop.orders (1).' in [
        row['sentence'] for row in rows]


def test_every_broken_class_is_named(one):
    one.write('a.py', 'import os\nos._exit(1)\n')
    one.write('b.py', '1/0\n')
    one.write('c.py', 'import os\nos._exit(2)\n')
    one.compile()
    rows = [row['sentence'] for row in one.check() if row['level'] == 'fail']
    assert sorted(sentence[:8] for sentence in rows) == ['lib/a.py', 'lib/b.py', 'lib/c.py']


def test_a_class_whose_import_does_not_end(one, monkeypatch):
    monkeypatch.setattr(checkfolder, '_SECONDS', 2)
    one.write('slow.py', 'import time\ntime.sleep(600)\n')
    found = {finding.cause: finding for finding in check.findings(cgi_bin=str(one.cgi_bin))}
    assert found['broken-class'].sentence == (
        'lib/slow.py does not import, so its methods cannot be called: it takes longer than 2 '
        'seconds.')


def test_what_classes_print_does_not_disturb_the_check(one):
    one.write('loud.py', 'import os\nprint("{}")\nos.system("echo x")\nclass Application: pass\n')
    one.compile()
    assert one.bad() == {}


def test_nothing_to_call(one):
    (one.lib / 'app.py').unlink()
    one.write('helper.py', 'x = 1\n')
    one.compile()
    assert 'has a class Application with methods' in one.only('no-methods')['sentence']


# A call

@pytest.mark.parametrize('line, part', [
    ('sys.stdout.write("hello\\n"); sys.stdout.flush()',
     "its answer does not begin with headers but with 'hello"),
    ('raise SystemExit', 'it ends without an answer'),
    ('raise SystemExit("the cause")', 'it ends without an answer; it says: the cause'),
    ('sys.version_info = (2, 7)', 'it answers 500 Error, "xmlrpcgi cannot start: Python 3.6 or '
                                  'newer must run it'),
])
def test_a_call_through_a_script_that_was_changed(it, line, part):
    it.script.write_text(it.script.read_text().replace('import sys\n', 'import sys\n%s\n' % line,
                                                       1))
    row = it.only('trial')
    assert row['sentence'].startswith('A call through rpc.cgi fails: ')
    assert part in row['sentence']


def test_a_call_has_nothing_of_the_environment(one, monkeypatch):
    monkeypatch.setenv('PYTHONHOME', '/nowhere')
    monkeypatch.setenv('LANG', 'de_DE.UTF-8')
    one.script.write_text(one.script.read_text().replace(
        'import sys\n', 'import sys, os\nassert not {"LANG", "HOME"} & set(os.environ)\n', 1))
    assert all(finding.level not in BAD for finding in
               check.findings(cgi_bin=str(one.cgi_bin)))


# rpc.fcgi and rpc.wsgi

def door(one, name):
    """The Path of a door; rpc.fcgi names the interpreter as rpc.cgi does."""
    path = one.cgi_bin / name
    if name == 'rpc.fcgi':
        path.write_bytes(b'#!%s -IS\n' % os.fsencode(one.python)
                         + path.read_bytes().partition(b'\n')[2])
    return path


def test_calls_through_the_other_doors_are_tried_too(it):
    door(it, 'rpc.fcgi')
    sentences = {row['name']: row['sentence'] for row in it.check()}
    assert sentences['rpc.fcgi'] == 'A call through rpc.fcgi, run as a CGI script, is answered.'
    assert sentences['rpc.wsgi'] == (
        'A call through rpc.wsgi, loaded by %s, is answered.' % it.python)


def test_doors_that_are_not_there_are_not_missed(one):
    for name in 'rpc.fcgi', 'rpc.wsgi':
        (one.cgi_bin / name).unlink()
    assert not [row for row in one.check() if row['level'] in BAD or row['name'] in (
        'rpc.fcgi', 'rpc.wsgi')]


@pytest.mark.parametrize('change, cause, part', [
    (lambda path: path.write_bytes(path.read_bytes().replace(b'\n', b'\r\n')), 'line-ends',
     'The first line of rpc.fcgi has a Windows line end (CRLF)'),
    (lambda path: path.write_bytes(b'#!/nowhere/python3 -IS\n' + path.read_bytes()), 'interpreter',
     'The first line of rpc.fcgi names /nowhere/python3, and there is no such file.'),
    (lambda path: path.chmod(0o644), 'not-executable', 'rpc.fcgi is not executable (mode 644).'),
    (lambda path: path.chmod(0o775), 'writable', 'rpc.fcgi may be written by its group'),
])
def test_rpc_fcgi_has_the_faults_that_rpc_cgi_can_have(one, change, cause, part):
    change(door(one, 'rpc.fcgi'))
    assert part in one.mended(cause)


def test_rpc_fcgi_in_the_form_that_the_shell_starts(one, tmp_path):
    run('install', '--cgi-bin', one.cgi_bin, '--sh', '--python', one.python)
    one.compile()
    run('install', '--cgi-bin', tmp_path / 'made' / 'cgi-bin', '--sh', '--python', one.python)
    status, out, _ = run('check', '--cgi-bin', tmp_path / 'made' / 'cgi-bin', python=one.python)
    assert status == 0, out
    assert 'A call through rpc.fcgi, run as a CGI script, is answered.' in out


@pytest.mark.parametrize('mode, cause', [(0o646, 'world-writable'), (0o044, 'unreadable')])
def test_modes_of_rpc_wsgi(one, mode, cause):
    (one.cgi_bin / 'rpc.wsgi').chmod(mode)
    if cause == 'unreadable' and os.geteuid() != 0:
        assert cause in one.bad()
        return
    assert 'rpc.wsgi' in one.mended(cause)


def test_rpc_wsgi_that_was_changed_on_the_way(one):
    path = one.cgi_bin / 'rpc.wsgi'
    path.write_bytes(path.read_bytes().replace(b'\n', b'\r\n'))
    assert str(path) in one.mended('files-line-ends')
    assert b'\r' not in path.read_bytes()


@pytest.mark.parametrize('name', ['rpc.fcgi', 'rpc.wsgi'])
@pytest.mark.parametrize('is_there', [True, False])
def test_doors_that_serve_different_classes(one, name, is_there):
    path, mine = door(one, name), one.folder / 'my classes'
    if is_there:
        shutil.copytree(str(one.lib), str(mine))
    path.write_text(path.read_text().replace("LIB = ''", "LIB = '%s'" % mine))
    assert one.mended('doors-differ') == (
        'The doors serve different classes: rpc.cgi those in %s, %s those in %s%s.'
        % (one.lib, name, mine, '' if is_there else ', which is not there'))
    assert "LIB = ''        # the folder of your classes" in path.read_text()


def test_doors_that_name_the_same_folder_in_other_words_serve_the_same(one):
    for name, words in ('rpc.fcgi', '../lib/'), ('rpc.wsgi', str(one.lib)):
        path = door(one, name)
        path.write_text(path.read_text().replace("LIB = ''", "LIB = '%s'" % words))
    assert one.bad() == {}


@pytest.mark.parametrize('name, part', [
    ('rpc.fcgi', 'A call through rpc.fcgi fails: it ends without an answer; it says: the cause'),
    ('rpc.wsgi', 'A call through rpc.wsgi fails: it ends without an answer; it says: the cause'),
])
def test_a_call_through_a_door_that_was_changed(it, name, part):
    path = door(it, name)
    path.write_text(path.read_text().replace('import sys\n',
                                             'import sys\nraise SystemExit("the cause")\n', 1))
    assert part in it.only('trial')['sentence']


def test_the_command_is_in_the_help():
    done = subprocess.run([NEW if os.path.exists(NEW) else ENDS[-1][1], PROGRAM, '--help'],
                          stdout=subprocess.PIPE)
    assert 'find out what is wrong with an installation' in done.stdout.decode()
