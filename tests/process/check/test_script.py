"""`check` and rpc.cgi: each damage is found, has its cause, and the command fixes it."""

import os
import shutil

import pytest

from tests.tools import interpreters


@pytest.mark.parametrize('line, cause, part', [
    (b'\xef\xbb\xbf#!%s -IS', 'bom', 'begins with a byte order mark'),
    (b'#!%s -IS\r', 'line-ends', 'has a Windows line end (CRLF)'),
    (b'\n#!%s -IS', 'no-shebang', 'does not begin with #!'),
    (b'#!/nowhere/python3 -IS', 'interpreter', 'names /nowhere/python3, and there is no such'),
    (b'#!python3 -IS', 'interpreter', 'names "python3", which is not an absolute path'),
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
    assert part in it.fixed(cause)


def test_the_first_line_with_a_python_that_does_not_run(one, tmp_path):
    broken = tmp_path / 'python3'
    broken.write_text('#!/bin/sh\nexit 1\n')
    broken.chmod(0o755)
    one.first_line(b'#!%s -IS' % os.fsencode(broken))
    assert one.fixed('interpreter') == (
        '%s, named in the first line of rpc.cgi, does not run as Python.' % broken)


def test_the_first_line_with_python_2(one):
    if not interpreters.too_old():
        pytest.skip('there is no Python 2 here')
    name, path = interpreters.too_old()[0]
    one.first_line(b'#!%s -IS' % os.fsencode(path))
    assert one.fixed('too-old') == ('%s, named in the first line of rpc.cgi, is Python %s; 3.6 '
                                     'or newer is needed.' % (path, name))


def test_line_ends_of_an_old_mac(one):
    one.script.write_bytes(one.script.read_bytes().replace(b'\n', b'\r'))
    assert 'old Mac (CR)' in one.fixed('line-ends')


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
    assert 'does not run as Python' in one.fixed('interpreter')


@pytest.mark.parametrize('mode, cause, part', [
    (0o644, 'not-executable', 'is not executable (mode 644)'),
    (0o775, 'writable', 'rpc.cgi can be written by its group (mode 775)'),
    (0o757, 'writable', 'rpc.cgi can be written by everybody (mode 757)'),
    (0o4755, 'setid', 'has the set-user or set-group bit'),
])
def test_modes_of_the_script_that_suexec_refuses(one, mode, cause, part):
    one.script.chmod(mode)
    assert part in one.fixed(cause)


def test_a_folder_that_suexec_refuses(one):
    one.cgi_bin.chmod(0o777)
    assert 'The folder of rpc.cgi can be written by everybody' in one.fixed('writable')


def test_a_script_that_is_a_symbolic_link(one):
    real = one.folder / 'real.cgi'
    one.script.rename(real)
    one.script.symlink_to(real)
    assert 'symbolic link' in one.fixed('symlink')


root = pytest.mark.skipif(os.geteuid() != 0, reason='only root may give files away')


@root
def test_an_owner_that_suexec_refuses(one):
    os.chown(str(one.script), 65534, 65534)
    assert 'and its folder to root:root, which suEXEC' in one.fixed('owner')


@root
def test_a_folder_that_does_not_belong_to_the_user_of_the_site(one):
    os.chown(str(one.folder), 65534, 65534)
    assert 'does not belong to the user of the site' in one.fixed('owner')
