"""`check` and what is in lib/: settings and classes."""

import subprocess

import pytest
from xmlrpcgi.check import check, folder

from tests.process.check.conftest import ENDS
from tests.process.check.installation import BAD, Installation


@pytest.mark.parametrize('text, part', [
    ('MAX_BODDY = 1\n', 'there is no setting MAX_BODDY; did you mean MAX_BODY?'),
    ("MAX_BODY = '1'\n", "the setting MAX_BODY is '1'; it takes bytes"),
    ('MAX_BODY = \n', 'invalid syntax'),
])
def test_settings(it, text, part):
    it.write('settings.py', text)
    it.compile()
    row = it.bad()['settings']
    assert part in row['sentence'] and row['sentence'][-2:] != '?.'
    assert row['remedy'] == 'edit %s/settings.py' % it.lib


@pytest.mark.parametrize('name', ['settings.py', '.'])
def test_settings_that_everybody_may_change_are_closed_by_the_command(tmp_path, compiled, name):
    one = Installation(tmp_path / 'a folder', ENDS[-1][1], compiled[ENDS[-1][1]])
    one.write('settings.py', 'MAX_BODY = 1000000\n')
    one.compile()
    path = one.lib / name
    path.chmod(0o777)
    row = one.bad()['settings']
    assert row['sentence'] == (
        'Everybody on this machine may change %s, so no settings are read.' % path)
    assert row['remedy'] == "chmod o-w '%s'" % path
    subprocess.run(row['remedy'], shell=True, check=True)
    assert one.bad() == {}


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
    assert [row['id'] for row in bad] == ['broken-class'], bad
    assert bad[0]['sentence'].startswith('lib/broken.py does not import, so its methods cannot '
                                         'be called: ')
    assert BROKEN[text] in bad[0]['sentence']
    assert 'Classes that answer calls: app (2), shop.orders (1).' in [
        row['sentence'] for row in rows]


UNBEGUN = {
    'def register(handlr):\n    handler.register_function(pow)\n':
        "NameError: name 'handler' is not defined (lib/__init__.py:2)",
    'import nosuch\n': "ModuleNotFoundError: No module named 'nosuch' (lib/__init__.py:1)",
}


@pytest.mark.parametrize('text', UNBEGUN)
def test_an_init_that_fails_is_named_alone_because_no_class_answers(it, text):
    it.write('__init__.py', text)
    it.compile()
    rows = it.check()
    bad = [row for row in rows if row['level'] in BAD]
    assert [row['sentence'] for row in bad] == [
        'lib/__init__.py does not import, or its register() fails, so no method can be called: '
        '%s.' % UNBEGUN[text]]
    assert not [row for row in rows if 'Classes that answer' in row['sentence']]


def test_a_method_without_self_and_a_class_that_needs_arguments_are_named(one):
    one.write('shop.py', 'class Application:\n    def __init__(self, db): pass\n'
                         '    def hello(): pass\n    def good(self): pass\n'
                         '    @staticmethod\n    def bare(): pass\n'
                         '    def all(*args): pass\n')
    one.compile()
    assert [row['sentence'] for row in one.check() if row['id'] == 'unpublished'] == [
        'lib/shop.py, __init__ needs arguments, and calls make Application without any.',
        'lib/shop.py, hello has no parameter self, so each call of it fails.']


@pytest.mark.parametrize('path, sentence', [
    ('none/log', 'LOG_FILE is not written: there is no folder %s/none.'),
    ('lib', 'LOG_FILE is not written: %s/lib is not a plain file.')])
def test_a_log_file_that_cannot_be_written_is_said(one, path, sentence):
    one.write('settings.py', 'LOG_FILE = %r\n' % str(one.folder / path))
    one.compile()
    assert one.only('log-file')['sentence'] == sentence % one.folder


def test_a_log_file_in_a_folder_that_is_there_is_right(one):
    one.write('settings.py', 'LOG_FILE = %r\n' % str(one.folder / 'log'))
    one.compile()
    assert one.bad() == {}


def test_every_broken_class_is_named(one):
    one.write('a.py', 'import os\nos._exit(1)\n')
    one.write('b.py', '1/0\n')
    one.write('c.py', 'import os\nos._exit(2)\n')
    one.compile()
    rows = [row['sentence'] for row in one.check() if row['level'] == 'fail']
    assert sorted(sentence[:8] for sentence in rows) == ['lib/a.py', 'lib/b.py', 'lib/c.py']


def test_a_class_whose_import_does_not_end(one, monkeypatch):
    monkeypatch.setattr(folder, '_SECONDS', 10)
    one.write('slow.py', 'import time\ntime.sleep(600)\n')
    found = {finding.id: finding for finding in check.findings(cgi_bin=str(one.cgi_bin))}
    assert found['broken-class'].sentence == (
        'lib/slow.py does not import, so its methods cannot be called: it takes longer than 10 '
        'seconds.')


def test_what_classes_print_does_not_disturb_the_check(one):
    one.write('loud.py', 'import os\nprint("{}")\nos.system("echo x")\nclass Application: pass\n')
    one.compile()
    assert one.bad() == {}


def test_a_class_that_closes_its_streams_closes_none_of_others(one):
    one.write('aa.py', 'import sys\nsys.stdout.close()\nclass Application: pass\n')
    one.write('loud.py', 'print("x")\nclass Application: pass\n')
    one.compile()
    assert one.bad() == {}


def test_nothing_to_call(one):
    (one.lib / 'app.py').unlink()
    one.write('helper.py', 'x = 1\n')
    one.compile()
    assert 'has a class Application with methods' in one.only('no-methods')['sentence']


ANSWERED = {
    'def register(handler): handler.register_function(pow)\n':
        'lib/__init__.py (what it registers)',
    'class Tools: pass\ndef register(handler): handler.register_instance(Tools())\n':
        'lib/__init__.py (what it registers)',
    'class Application:\n    def ping(self): pass\n': 'lib/__init__.py (1)',
    'class Application:\n    def _dispatch(self, method, params): pass\n':
        'lib/__init__.py (any other name)',
    'class Application:\n    def ping(self): pass\n    def _dispatch(self, *call): pass\n':
        'lib/__init__.py (1 and any other name)',
}


@pytest.mark.parametrize('text', ANSWERED)
def test_what_lib_init_answers_is_told_and_nothing_is_to_fix(one, text):
    (one.lib / 'app.py').unlink()
    one.write('__init__.py', text)
    one.compile()
    rows = [row for row in one.check() if row['name'] == 'classes']
    assert [(row['level'], row['sentence']) for row in rows] == [
        ('ok', 'Classes that answer calls: %s.' % ANSWERED[text])]


def test_what_publishes_nothing_says_why(one):
    one.write('my-app.py', 'class Application:\n    def a(self): pass\n')
    one.write('helper.py', 'def help(): pass\n')
    one.write('shop/__init__.py', 'class Application:\n    def a(self): pass\n')
    one.write('system.py', 'class Application:\n    def listMethods(self): pass\n')
    one.compile()
    rows = {row['sentence']: row for row in one.check() if row['name'] == 'classes'}
    assert {sentence: row['remedy'] for sentence, row in rows.items() if row['id'] == 'unpublished'
            } == {
        'lib/my-app.py cannot be named by a call: my-app has a hyphen.':
            'rename it with the letters a to z, digits and underscores',
        'lib/system.py, listMethods is hidden by the built-in system.listMethods.':
            'give it another name'}
    assert {rows[sentence]['level'] for sentence in rows if sentence.startswith((
        'lib/helper.py has functions (help) and no class; to change that, make them',
        'lib/shop/ has an __init__.py: it is a package'))} == {'info'}


def test_a_broken_class_does_not_keep_the_reasons_of_the_others_back(one):
    one.write('broken.py', 'import os\nos._exit(3)\n')
    one.write('my-app.py', 'class Application:\n    def a(self): pass\n')
    one.compile()
    assert sorted(row['id'] for row in one.check() if row['level'] in BAD) == [
        'broken-class', 'unpublished']
