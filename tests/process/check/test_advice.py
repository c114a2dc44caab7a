"""`check` names the cause and a fix that is right: LIB, byte-code, modes, modules, suEXEC."""

import os
import subprocess

import pytest
from xmlrpcgi.check import folder, script
from xmlrpcgi.check.finding import FAIL, INFO, WARN
from xmlrpcgi.install import reach

from tests.process.check.installation import BAD

HOME = os.path.expanduser('~')


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# LIB.

def test_a_door_that_is_not_python_is_said_first_and_lib_is_not_spoken_of(one):
    change(one.cgi_bin / 'rpc.wsgi', "LIB = ''", "LIB = '/my/lib")
    rows = one.check()
    assert rows[0]['id'] == 'door-syntax'
    assert rows[0]['sentence'].startswith('%s/rpc.wsgi is not right as Python, line ' % one.cgi_bin)
    assert "like LIB = '~/xmlrpcgi/lib'" in rows[0]['remedy']
    assert not [row for row in rows if row['id'] in ('doors-differ', 'no-lib', 'trial')]


def test_a_lib_that_cannot_be_read_is_said_first(one):
    change(one.script, "LIB = ''", "LIB = str('/my/lib')")
    row = one.only('door-lib')
    assert row['sentence'] == ('Which folder of classes %s uses cannot be read: it needs one line '
                               "like LIB = '/home/me/lib', and hands LIB on as it is." % one.script)
    assert row['remedy'] == "write a line like LIB = '/home/me/lib' into %s" % one.script


def test_the_home_folder_in_lib_is_that_of_calls(one):
    change(one.script, "LIB = ''", "LIB = '~/no-such-lib-here'")
    for name in 'rpc.fcgi', 'rpc.wsgi':
        (one.cgi_bin / name).unlink()
    assert '%s/no-such-lib-here ' % HOME in one.only('no-lib')['sentence']


def test_a_wrong_lib_is_never_proposed_for_another_door(one):
    change(one.script, "LIB = ''", "LIB = '/no/such/lib'")
    bad = one.bad()
    assert set(bad) == {'no-lib', 'doors-differ'}
    assert '/no/such' not in bad['doors-differ']['remedy']
    subprocess.run(bad['doors-differ']['remedy'], shell=True, check=True)
    assert one.bad() == {}
    for name in 'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi':
        change(one.cgi_bin / name, "LIB = ''", "LIB = '/no/such/%s'" % name)
    assert set(one.bad()) == {'no-lib'}


# Byte-code.

@pytest.mark.parametrize('name', ['package/http.py', 'package/check/folder.py', 'lib/app.py',
                                  'package/cli/check.py'])
@pytest.mark.parametrize('cut', [20, 200])
def test_byte_code_that_a_full_disk_cut_short(one, name, cut):
    top, _, rest = name.partition('/')
    path = getattr(one, top) / rest
    cached, = path.parent.glob('__pycache__/%s.cpython-*.pyc' % path.stem)
    cached.write_bytes(cached.read_bytes()[:cut])
    done = subprocess.run([one.python, str(one.package), 'check'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    text = done.stdout.decode()
    assert done.stderr == b'' and done.returncode == 1
    assert 'The byte-code of %s cannot be read: a full disk' % path in text
    assert '->  rm -f %s\n' % cached in text and 'edit' not in text
    row = one.bad()['byte-code-unreadable']
    subprocess.run(row['remedy'], shell=True, check=True)
    subprocess.run([one.python, '-m', 'compileall', '-q', str(one.folder)], check=True)
    assert one.bad() == {}


@pytest.mark.parametrize('user, level', [(0, WARN), (1000, INFO)])
def test_byte_code_that_the_next_call_writes_is_no_warning(tmp_path, monkeypatch, user, level):
    monkeypatch.setattr(os, 'geteuid', lambda: user)
    rows = [{'path': str(tmp_path / 'app.py'), 'state': 'missing', 'cached': ''}]
    found, = folder._byte_code(rows, '/package', str(tmp_path), '/python')
    assert found.level == level


# Classes.

def test_a_class_file_that_may_not_be_read_is_a_mode_and_nothing_to_edit():
    rows = [{'result': 'damaged', 'path': '/lib/app.py', 'what': 'lib', 'denied': True,
             'error': "PermissionError: [Errno 13] Permission denied: '/lib/app.py'"},
            {'result': 'class', 'name': 'app', 'line': '', 'missing': '',
             'error': "PermissionError: [Errno 13] Permission denied: '/lib/app.py'"}]
    found = [each for each in folder._of_rows(rows, '/lib', '/package', '/python', '/cgi-bin')
             if each.level in BAD]
    assert [(each.level, each.id, each.remedy) for each in found] == [
        (FAIL, 'unreadable', 'chmod u+r /lib/app.py; or run the check as its owner')]


def test_a_module_that_is_not_installed_leads_to_a_virtual_environment(one):
    one.write('needs.py', 'import nosuch.part\n')
    one.compile()
    remedy = one.only('broken-class')['remedy']
    assert '~/venv/bin/pip install nosuch ' in remedy
    assert 'install --cgi-bin %s --python ~/venv/bin/python3' % one.cgi_bin in remedy
    one.write('needs.py', 'import lib.nosuch\n')
    one.compile()
    assert one.only('broken-class')['remedy'] == 'edit %s/needs.py' % one.lib


# suEXEC.

@pytest.mark.parametrize('is_there, level', [(True, FAIL), (False, WARN)])
def test_its_rules_are_failures_only_where_suexec_is(one, tmp_path, monkeypatch, is_there, level):
    program = tmp_path / 'suexec'
    if is_there:
        program.write_text('')
    monkeypatch.setattr(reach, '_SUEXEC', ('/no/such', str(program)))
    one.script.chmod(0o775)
    found = [each for each in script.permissions(str(one.script)) if each.level in BAD]
    assert [(each.level, each.id) for each in found] == [(level, 'writable')]
    one.script.chmod(0o644)
    found = [each for each in script.permissions(str(one.script)) if each.level in BAD]
    assert [(each.level, each.id) for each in found] == [(FAIL, 'not-executable')]
