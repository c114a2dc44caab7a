"""steps: what `install` and `uninstall` share: how they run, here or on a host, and end."""

import os

from ..client.errors import InstallError
from .terminal import complain, say


def run_here(steps, cgi_bin):
    """Say the sentences that `steps` (a generator) yields; return the exit status."""
    os.umask(0o22)
    try:
        for sentence in steps:
            say(sentence)
        return 0
    except InstallError as error:
        complain(str(error))
    except OSError as error:
        complain('%s: %s. Name a folder that you may write, or run this as its owner.'
                 % (error.filename or cgi_bin, error.strerror or error))
    return 2


def run_there(place, words, python=None):
    """Run the command `words` on the host `place`, like me@example.org:; return its status."""
    from ..install.remote import deploy
    try:
        return deploy(place, words, python)
    except InstallError as error:
        complain(str(error))
        return 2
