"""install and the interpreter: which one line 1 of rpc.cgi can name, and the way round it."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.process.installing import call, command, complaint, installed, tree
from tests.tools import interpreters


@pytest.mark.skipif(not interpreters.too_old(), reason='there is no Python before 3.6 here')
def test_an_interpreter_too_old_is_a_sentence(site):
    name, path = interpreters.too_old()[0]
    assert complaint('install', '--cgi-bin', site, '--python', path) == (
        '%s is Python %s, and 3.6 or newer is needed: name one with --python.' % (path, name))
    status, out, err = command('install', '--cgi-bin', site, python=path)
    assert status and err == 'Python 3.6 or newer must run this program; this is %s.\n' % name
    assert not site.exists()


@pytest.mark.parametrize('script, sentence', [
    ('echo 3.5; echo', 'is Python 3.5, and 3.6 or newer is needed: name one with --python.'),
    ('echo hello', 'does not run as Python: name one with --python.'),
    ('exit 1', 'does not run as Python: name one with --python.'),
    ('echo 3.9; echo /x; echo "No module named pyexpat" >&2; exit 1',
     'lacks a part of the standard library (No module named pyexpat): name another with '
     '--python.'),
])
def test_an_interpreter_that_cannot_run_it_is_a_sentence(site, tmp_path, script, sentence):
    python = tmp_path / 'python'
    python.write_text('#!/bin/sh\n%s\n' % script)
    python.chmod(0o755)
    assert complaint('install', '--cgi-bin', site, '--python', python) == '%s %s' % (
        python, sentence)
    python.chmod(0o644)
    assert complaint('install', '--cgi-bin', site, '--python', python) == (
        'There is no interpreter %s that may be executed: name one with --python.' % python)


def test_an_interpreter_started_by_a_script_is_named_itself(site, tmp_path):
    python = tmp_path / 'python3'
    python.write_text('#!/bin/sh\nexec /usr/bin/python3 "$@"\n')
    python.chmod(0o755)
    installed(site, '--python', python)
    assert (site / 'rpc.cgi').read_text().startswith('#!/usr/bin/python3 -IS\n')


def test_an_upgrade_that_changes_the_interpreter_says_so(site, tmp_path):
    python = tmp_path / 'python3'
    python.symlink_to('/usr/bin/python3')
    said = 'It started %s before: to keep that, install again with --python %s.' % (python, python)
    assert said not in installed(site, '--python', python)
    assert said in installed(site)
    installed(site, '--python', python)
    assert 'It started' not in installed(site, '--python', '/usr/bin/python3')
    assert 'It started' not in installed(site, '--python', python)
    python.unlink()
    assert 'It started' not in installed(site)
    script = (site / 'rpc.cgi').read_text().partition('\n')[2]
    for line in '#!/usr/bin/env python3', "#!/usr/bin/py'thon3", '#!':
        (site / 'rpc.cgi').write_text(line + '\n' + script)
        assert 'It started' not in installed(site)


def test_an_interpreter_in_a_closed_folder_is_said(tmp_path):
    with tempfile.TemporaryDirectory() as name:         # pytest's are closed to other users
        place = Path(name)
        place.chmod(0o755)
        python = place / 'py' / 'python3'
        python.parent.mkdir(mode=0o700)
        python.symlink_to('/usr/bin/python3')
        said = ('Only its owner can start that Python, because of the modes of %s: where scripts '
                'run as another user, as they do without suEXEC, calls fail with status 500.'
                % python.parent)
        out = installed(place / 'cgi-bin', '--python', python)
        line, = [line for line in out.splitlines() if line.startswith(said)]
        assert line.endswith('--python, or run: chmod go+x %s' % python.parent)
        subprocess.run(line.rpartition('or run: ')[2], shell=True, check=True)
        assert said not in installed(place / 'cgi-bin', '--python', python)
        python.parent.chmod(0o700)
        (tmp_path / 'closed').mkdir(mode=0o700)         # who runs scripts there runs the Python
        assert said not in installed(tmp_path / 'closed' / 'cgi-bin', '--python', python)


def long_python(folder, length):
    """A symbolic link to an interpreter, whose first line in rpc.cgi has `length` bytes."""
    name = length - len('#! -IS') - len(os.fsencode(folder)) - 1
    while name > 200:
        folder = folder / ('f' * 100)
        name -= 101
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / ('p' * name)
    link.symlink_to('/usr/bin/python3')
    return link


def test_line_1_may_be_as_long_as_the_kernel_reads_and_no_longer(site, tmp_path):
    from xmlrpcgi.install.doors import longest_first_line
    assert [longest_first_line(release) for release in (
        '4.18.0-553.el8', '5.0.21', '5.1.0', '6.1.0-18-amd64', '?')] == [127, 127, 255, 255, 127]
    python = long_python(tmp_path, longest_first_line())
    installed(site, '--python', python)
    assert len((site / 'rpc.cgi').read_bytes().split(b'\n')[0]) == longest_first_line()
    assert call(site / 'rpc.cgi') == 'example'
    python = long_python(tmp_path, longest_first_line() + 1)
    before = tree(site)
    assert complaint('install', '--cgi-bin', site, '--python', python) == (
        'rpc.cgi cannot name %s in line 1: line 1 would have %d bytes, and the kernel reads %d. '
        'Add --sh for an rpc.cgi that the shell starts, or name another with --python.'
        % (python, longest_first_line() + 1, longest_first_line()))
    assert tree(site) == before
    installed(site, '--python', python, '--sh')
    assert call(site / 'rpc.cgi') == call(site / 'rpc.fcgi') == 'example'


def test_an_interpreter_with_a_space_in_its_path_needs_the_script_that_the_shell_starts(
        site, tmp_path):
    (tmp_path / 'a b').mkdir()
    python = tmp_path / 'a b' / 'python3'
    python.symlink_to('/usr/bin/python3')
    assert complaint('install', '--cgi-bin', site, '--python', python).startswith(
        'rpc.cgi cannot name %s in line 1: its path contains a space. Add --sh' % python)
    out = installed(site, '--python', python, '--sh')
    assert 'rpc.cgi starts %s (Python ' % python in out
    assert "PYTHON='%s'       # its" % python in (site / 'rpc.cgi').read_text()
    for name in 'rpc.cgi', 'rpc.fcgi':
        assert call(site / name, env={'PATH': ''}) == 'example'
    assert (site / 'rpc.wsgi').read_text().count('#!') == 0
    installed(site, '--python', '/usr/bin/python3')             # and back to the plain one
    for name in 'rpc.cgi', 'rpc.fcgi':
        assert (site / name).read_text().startswith('#!/usr/bin/python3 -IS\n')
    python = tmp_path / "a'b"
    python.symlink_to('/usr/bin/python3')
    assert "make a symbolic link to it" in complaint(
        'install', '--cgi-bin', site, '--python', python, '--sh')
