"""The Python interpreters of this machine: /usr/bin, PATH, pyenv's versions, and newer Debians'.

Those of newer Debians were unpacked by tests/tools/debian_python.sh. Debian's sid changes every
day, so its Python runs only the tests that run under several interpreters.
"""

import functools
import glob
import os
import re
import subprocess

OLDEST = (3, 6)
NEWER = '/opt/xmlrpcgi-pythons'     # SUITE/usr/bin/python3: debian_python.sh puts it there
SUITES = 'trixie', 'sid'


@functools.lru_cache(maxsize=None)
def found():
    """{(major, minor): path} of one interpreter a version, the system's own first."""
    paths = ['/usr/bin/python3', '/usr/bin/python2']
    for folder in os.environ.get('PATH', '').split(os.pathsep):
        paths += sorted(glob.glob(os.path.join(folder, 'python[23]*')))
    paths += sorted(glob.glob(os.path.expanduser('~/.pyenv/versions/*/bin/python[23]*')))
    versions = {}
    for path in paths:
        if not re.fullmatch(r'python[23](\.\d+)?', os.path.basename(path)) or 'shims' in path:
            continue
        version = _version(path)
        if version:
            versions.setdefault(version, path)
    return versions


def _version(path):
    try:
        output = subprocess.run([path, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20)
        major, minor = output.stdout.decode().split('.')
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def supported(since=OLDEST):
    """[(name, path)] of all that the bundle must run under, oldest first."""
    return [('%d.%d' % version, path) for version, path in sorted(found().items())
            if version >= since]


def too_old():
    """[(name, path)] of those it must refuse."""
    return [('%d.%d' % version, path) for version, path in sorted(found().items())
            if version < OLDEST]


@functools.lru_cache(maxsize=None)
def newer():
    """[(name, path)] of the newer Debians' Pythons that are here: 'trixie-3.13', 'sid-3.14'."""
    pythons = []
    for suite in SUITES:
        path = os.path.realpath('%s/%s/usr/bin/python3' % (NEWER, suite))
        version = _version(path)
        if version:
            pythons.append(('%s-%d.%d' % ((suite,) + version), path))
    return pythons


def every():
    """[(name, path)] for the tests that are about interpreters."""
    return supported() + newer()


def ends():
    """[(name, path)] of the oldest and the newest: what both do, those between do."""
    return _unique([supported()[0], supported()[-1]])


def ring(since=OLDEST):
    """[(name, path)] of the oldest, the system's own, the newest, and the newer Debians'."""
    pairs = supported(since)
    own = [pair for pair in pairs if pair[1] == '/usr/bin/python3']
    newest = [pair for pair in pairs[-1:]
              if not any(name.endswith('-' + pair[0]) for name, _ in newer())]
    return _unique(pairs[:1] + own + newest + newer())


def _unique(pairs):
    return list(dict.fromkeys(pairs))
