"""`make` prints its targets in two groups; `make test` installs packages only when told to."""

import re
import subprocess

import pytest

from tests.documents import TOP, text
from tests.tools.servers import setup


def test_make_alone_prints_every_target_to_use_or_to_develop():
    said = subprocess.run(['make', '-s'], cwd=TOP, stdout=subprocess.PIPE, check=True,
                          timeout=60).stdout.decode()
    groups = dict(re.findall(r'^(To \w+):\n((?:  .*\n)+)', said, re.M))
    named = {group: re.findall(r'^  make ([a-z-]+) ', lines, re.M)
             for group, lines in groups.items()}
    assert set(named) == {'To use', 'To develop'}
    assert 'install' in named['To use'] and 'test' in named['To develop']
    phony = re.search(r'^\.PHONY: help (.*)$', text('Makefile'), re.M).group(1).split()
    assert sorted(phony) == sorted(named['To use'] + named['To develop'])


@pytest.fixture
def installed(monkeypatch):
    """How often a package was installed, on a machine without a server where one could be."""
    calls = []
    monkeypatch.setattr(setup, 'available', lambda kind: None if calls else 'none here')
    monkeypatch.setattr(setup, 'privilege', list)
    monkeypatch.setattr(setup.shutil, 'which', lambda name: '/usr/bin/' + name)
    monkeypatch.setattr(setup, 'install', lambda: calls.append(1) or True)
    monkeypatch.delenv('INSTALL', raising=False)
    monkeypatch.delenv('CI', raising=False)
    return calls


def test_a_package_is_named_and_not_installed(installed, capsys):
    assert setup.setup() == 1
    assert installed == []
    assert "INSTALL=yes\" would install the package apache2-bin" in capsys.readouterr().err


def test_a_package_is_installed_when_asked_for(installed, monkeypatch):
    monkeypatch.setenv('INSTALL', 'yes')
    assert setup.setup() == 0
    assert installed == [1]
