"""See to it that there is a real server for the tests: a container engine or an Apache.

With neither, it says which package it would install and how to get a server otherwise.  With
INSTALL=yes, as root (or with sudo that asks for no password) on a machine with apt, it installs
Apache.  With CI=true nothing may be left out, so an Apache is needed even where a container engine
answers.
"""

import os
import shutil
import subprocess
import sys

from . import available
from .apache import find

PACKAGE = 'apache2-bin'      # the server alone: nothing is started, nothing listens


def privilege():
    """What to put before a command to run it as root, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which('sudo') and subprocess.run(['sudo', '-n', 'true'],
                                               stderr=subprocess.DEVNULL).returncode == 0:
        return ['sudo', '-n']
    return None


def install():
    """Install Apache with apt.  True when it worked."""
    print('There is no Apache here: installing the package %s with apt-get.' % PACKAGE, flush=True)
    apt = privilege() + ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q']
    options = ['install', '-y', '--no-install-recommends', PACKAGE]
    subprocess.run(apt + ['update'])     # where it fails, the package may still be in reach
    return subprocess.run(apt + options).returncode == 0


def setup():
    docker = available('docker')
    apache = available('mod_cgid')
    print('docker: %s' % (docker or 'an engine answers'))
    print('apache: %s' % (apache or find()[0]))
    if apache is None or docker is None and os.environ.get('CI') != 'true':
        return 0
    possible = shutil.which('apt-get') and privilege() is not None
    if possible and os.environ.get('INSTALL') == 'yes' and install():
        find.cache_clear()
        if available('mod_cgid') is None:
            return 0
    if possible and os.environ.get('INSTALL') != 'yes':
        print('"make test INSTALL=yes" would install the package %s with apt-get; nothing is '
              'installed without it.' % PACKAGE, file=sys.stderr)
    print('The tests need a real server. Two ways to get one:\n'
          '  - a container engine: install docker or podman, start it, and run "make test"\n'
          '    (for podman: "make test DOCKER=podman");\n'
          '  - a local Apache 2.4: as root "apt-get install %s" or "dnf install httpd".\n'
          'Without either, "make test-fast" runs what needs no server.' % PACKAGE, file=sys.stderr)
    return 1
