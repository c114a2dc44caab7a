"""The Python interpreters of this machine: /usr/bin, PATH, and pyenv's versions."""

import functools
import glob
import os
import re
import subprocess

OLDEST = (3, 6)


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


def supported():
    """[(name, path)] of all that the bundle must run under, oldest first."""
    return [('%d.%d' % version, path) for version, path in sorted(found().items())
            if version >= OLDEST]


def too_old():
    """[(name, path)] of those it must refuse."""
    return [('%d.%d' % version, path) for version, path in sorted(found().items())
            if version < OLDEST]
