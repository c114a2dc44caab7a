"""Paths in lib/settings.py: what ~/ stands for."""

import os
import pwd

import pytest
from xmlrpcgi.cgi import lib_folder
from xmlrpcgi.errors import SettingsError
from xmlrpcgi.settingsfile import checked, expanded

HOME = pwd.getpwuid(os.getuid()).pw_dir.rstrip('/')


@pytest.mark.parametrize('given, home', [
    ('/home/me', '/home/me'), ('/home/me/', '/home/me'), ('/', ''),
    ('', HOME), ('.', HOME), (None, HOME)])
def test_a_home_that_is_no_absolute_path_does_not_count(monkeypatch, given, home):
    if given is None:
        monkeypatch.delenv('HOME', raising=False)
    else:
        monkeypatch.setenv('HOME', given)
    chosen = checked({'LOG_FILE': '~/faults.log', 'RATE_LIMIT_FILE': '~/a/counts'})
    assert (chosen.LOG_FILE, chosen.RATE_LIMIT_FILE) == (home + '/faults.log', home + '/a/counts')
    assert lib_folder('~/lib') == home + '/lib'


def test_other_paths_stay_as_they_are(monkeypatch):
    monkeypatch.setenv('HOME', '/home/me')
    assert [expanded(path) for path in ('', '/~/x', '/a/~/b')] == ['', '/~/x', '/a/~/b']


def test_a_user_without_a_home_folder_is_a_sentence(monkeypatch):
    def nobody(number):
        raise KeyError(number)

    monkeypatch.setenv('HOME', '')
    monkeypatch.setattr(pwd, 'getpwuid', nobody)
    with pytest.raises(SettingsError, match='^~/x names no file: user number .* absolute path$'):
        expanded('~/x')
