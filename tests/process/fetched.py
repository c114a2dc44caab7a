"""For tests that need tools from a registry: each is installed into a folder of the test's own."""

import os
import subprocess
import sys

import pytest

SECONDS = 300


def install(*command):
    """Run a command that installs something; skip where it cannot be had, with CI=true fail."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS)
    if done.returncode:
        missing('%s: %s' % (' '.join(map(str, command[:4])), done.stdout.decode()[-300:]))


def missing(why):
    if os.environ.get('CI') == 'true':
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def environment(folder, *packages):
    """A virtual environment in `folder` with these packages of PyPI; returns its bin."""
    install(sys.executable, '-m', 'venv', folder)
    install(folder / 'bin' / 'pip', 'install', '-q', *packages)
    return folder / 'bin'
