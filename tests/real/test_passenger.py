"""apache/passenger_wsgi.py: how it finds the program and the classes, in a user's folders."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.tools.servers.base import APACHE, TOP

ASK = 'import sys; sys.path.insert(0, %r)\n' \
      'from passenger_wsgi import application, CGI_BIN, LIB\nprint(CGI_BIN)\nprint(LIB)'


def ask(folder):
    """(status, lines that the startup file in `folder` gives)"""
    done = subprocess.run([sys.executable, '-c', ASK % str(folder)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, cwd='/')
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def home(tmp_path):
    shutil.copytree(TOP + '/cgi-bin', tmp_path / 'program',
                    ignore=shutil.ignore_patterns('__pycache__'))
    (tmp_path / 'app').mkdir()
    shutil.copy(APACHE + '/passenger_wsgi.py', tmp_path / 'app')
    return tmp_path


@pytest.mark.parametrize('program, lib', [
    ('app/cgi-bin', 'app/lib'), ('app', 'app/lib'), ('app', 'lib'), ('cgi-bin', 'lib')])
def test_it_finds_both_where_they_are_usually_put(home, program, lib):
    (home / program).mkdir(exist_ok=True)
    shutil.move(str(home / 'program' / 'xmlrpcgi'), str(home / program))
    (home / lib).mkdir()
    assert ask(home / 'app') == (0, [str(home / program), str(home / lib)])


def test_it_takes_what_is_named_in_it(home):
    startup = home / 'app' / 'passenger_wsgi.py'
    (home / 'classes').mkdir()
    text = startup.read_text()
    text = text.replace("CGI_BIN = '' ", "CGI_BIN = '../program' ")
    startup.write_text(text.replace("LIB = '' ", 'LIB = %r ' % str(home / 'classes')))
    assert ask(home / 'app') == (0, [str(home / 'program'), str(home / 'classes')])


@pytest.mark.parametrize('there, lacking', [(None, 'xmlrpcgi'), ('cgi-bin', 'lib')])
def test_it_names_what_it_does_not_find_and_the_lines_to_change(home, there, lacking):
    if there:
        shutil.move(str(home / 'program'), str(home / 'app' / there))
    status, lines = ask(home / 'app')
    assert status == 1 and 'no folder %s in %s' % (lacking, home) in lines[-1]
    source = (home / 'app' / 'passenger_wsgi.py').read_text().splitlines()
    numbers = [int(word) for word in lines[-1].split() if word.isdigit()]
    assert [source[number - 1].split()[0] for number in numbers] == ['CGI_BIN', 'LIB']
    assert os.path.isabs(lines[-1].split(' in ')[1].split(' or ')[0].rstrip(':'))
