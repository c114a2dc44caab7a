"""`check` on this machine: its report, and the call that it tries."""

import os
import re
import subprocess

import pytest
from xmlrpcgi.check import check

from tests.process.check.conftest import ENDS
from tests.process.check.installation import BAD
from tests.process.command_line import PROGRAM, run
from tests.tools import interpreters

NEW = '/usr/bin/python3'


def test_nothing_is_found_where_all_is_well(it):
    rows = it.check()
    assert [row for row in rows if row['level'] in BAD] == []
    by_name = {row['name']: row['sentence'] for row in rows}
    version = '.'.join(map(str, next(pair for pair, path in interpreters.found().items()
                                     if path == it.python)))
    assert by_name['python'].startswith('Python %s.' % version)
    assert ', expat 2.' in by_name['python']
    assert by_name['classes'] == 'Classes that answer calls: app (2).'
    assert by_name['settings'] == 'There is no lib/settings.py: the defaults hold.'
    assert by_name['trial call'].startswith('A call through rpc.cgi takes ')
    assert by_name['byte-code'].endswith('is up to date.')


def test_the_report_is_a_line_a_finding_and_what_fixes_it(one):
    status, out, _ = run('check', '--cgi-bin', one.cgi_bin)
    assert status == 0
    line = re.sub(r'\d+ things', 'N things', out.splitlines()[-1])
    assert line == ('All is well in the files (N things were looked at). Whether the web server '
                    'runs them: python3 %s check https://your.site/cgi-bin/rpc.cgi' % PROGRAM)
    one.script.chmod(0o644)
    status, out, _ = run('check', '--cgi-bin', one.cgi_bin)
    assert status == 1
    assert out.splitlines()[-1] == '1 to fix, 1 of them serious.'
    at = next(at for at, line in enumerate(out.splitlines()) if line.startswith('FAIL'))
    assert out.splitlines()[at].split()[:2] == ['FAIL', 'modes']
    assert out.splitlines()[at + 1].strip() == '->  chmod 755 %s' % one.script


def test_the_program_in_a_folder_looks_at_that_folder(one):
    done = subprocess.run([one.python, str(one.package), 'check'], stdout=subprocess.PIPE)
    assert done.returncode == 0
    assert ('Classes are in %s.' % one.lib) in done.stdout.decode()


def test_an_address_and_a_folder_together_are_refused():
    assert run('check', 'http://127.0.0.1/', '--cgi-bin', '.') == (
        2, '', 'check takes one address, or --cgi-bin FOLDER, not more.\n')


@pytest.mark.parametrize('line, part', [
    ('sys.stdout.write("hello\\n"); sys.stdout.flush()',
     "its answer does not begin with headers but with 'hello"),
    ('raise SystemExit', 'it ends without an answer'),
    ('raise SystemExit("the cause")', 'it ends without an answer; it says: the cause'),
    ('sys.version_info = (2, 7)', 'and name Python 3.6 or newer in line 1'),
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


def test_the_command_is_in_the_help():
    done = subprocess.run([NEW if os.path.exists(NEW) else ENDS[-1][1], PROGRAM, '--help'],
                          stdout=subprocess.PIPE)
    assert 'find out what is wrong with an installation' in done.stdout.decode()
