"""The container engine of this machine: its command line, and images that it builds.

Environment: DOCKER=podman (default docker).
"""

import functools
import os
import shutil
import subprocess

from .base import ServerError

BUILD_SECONDS = 600


def engine():
    return os.environ.get('DOCKER') or 'docker'


def command(*args, seconds=60, check=True, data=None):
    """Run the engine's command line; its stdout."""
    try:
        done = subprocess.run([engine()] + list(args), input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise ServerError('"%s %s" did not end within %d seconds.'
                          % (engine(), args[0], seconds)) from None
    if check and done.returncode:
        raise ServerError('"%s %s" failed:\n%s' % (
            engine(), args[0], (done.stdout[-6000:] + done.stderr[-6000:]).decode(
                'utf-8', 'replace')))
    return done.stdout.decode('utf-8', 'replace')


@functools.lru_cache(None)
def why_not(name):
    if not shutil.which(name):
        return ('There is no %s command here: install docker or podman (and say DOCKER=podman).'
                % name)
    try:
        command('version', '--format', '{{.Server.Version}}', seconds=20)
    except ServerError as error:
        return 'No container engine answers: %s' % ' '.join(str(error).split())
    return None


def build(name, data, *options, base=''):
    """Build an image, or find it built.  Its name; without the tag, that is its label too.

    data: a Dockerfile, or a tar archive with one that `options` name.  base: its BASE, if any.
    """
    before = command('images', '-q', name)
    command('build', *options, '--force-rm', '--label', name.partition(':')[0], '-t', name,
            *(('--build-arg', 'BASE=' + base) if base else ()), '-', data=data,
            seconds=BUILD_SECONDS)
    if before and command('images', '-q', name) != before:
        command('rmi', before.split()[0], check=False)     # nobody's now: leave no garbage
    return name
