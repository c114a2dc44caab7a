"""tokens: looks at TOKENS_FILE as a call would.

The file must be readable by the user that calls run as, who need not be the one that runs the
check: what suits another user is reported as INFO. Calls hardly ever run as root.
"""

import os
import stat
from shlex import quote

from ..install.public import document_root
from ..web.tokenfile import UnusableFile, read
from .finding import FAIL, INFO, OK, WARN, Finding
from .public import denied
from .script import owner

NAME = 'tokens'


def findings(path, lib, account=None):
    """Return the Findings about the file `path` (absolute).

    lib: the folder of settings.py. account (int or None): the number of that file's owner.
    """
    try:
        state = os.stat(path)
    except PermissionError:
        return [Finding(NAME, INFO, 'The user of this check may not look at %s: right where calls '
                        'run as another user, who can check it.' % path)]
    except OSError:
        return [_file(path, None, account)]
    return [_file(path, state, account)] + _exposed(path, state, lib)


def _file(path, state, account):
    """Return the Finding about what is in the file. state: os.stat of it, None without one."""
    who = owner(state).partition(':')[0] if state is not None else ''
    try:
        entries = read(path, account)
    except UnusableFile as error:
        if getattr(error.__cause__, 'owner', None) is not None and (
                os.geteuid() == 0 or not os.access(path, os.R_OK)):
            return Finding(NAME, INFO, 'TOKENS_FILE stops every call that runs as another user: %s.'
                           % error)
        may_not_read = isinstance(error.__cause__, PermissionError)
        if may_not_read and state is not None and state.st_uid != os.geteuid():
            return Finding(NAME, INFO, 'The user of this check may not read %s, which belongs to '
                           '%s: right where calls run as this user.' % (path, who))
        return Finding(
            NAME, FAIL, 'TOKENS_FILE stops every call: %s: %s.' % (path, error), error.remedy or (
                'chmod 600 %s' if may_not_read else 'edit %s, or remove it and add the tokens anew'
            ) % quote(path), 'tokens-file')
    if not state.st_mode & 0o044 and (state.st_uid == 0 or state.st_uid != os.geteuid()):
        if state.st_uid == 0:
            return Finding(NAME, WARN, 'TOKENS_FILE stops every call that does not run as root: '
                           '%s belongs to root.' % path, 'chown www-data %s (the user that calls '
                           'run as)' % quote(path), 'tokens-root')
        return Finding(NAME, INFO, 'Only %s may read %s: right where calls run as this user.'
                       % (who, path))
    ended = sum(entry.has_expired for entry in entries)
    return Finding(NAME, OK, 'Programs log in by %d tokens of %s%s.' % (
        len(entries) - ended, path, ', and %d have ended' % ended if ended else ''))


def _exposed(path, state, lib):
    """Return the Findings about others who may read the file, on this machine or over HTTP."""
    found = []
    if state.st_mode & 0o004 and stat.S_ISREG(state.st_mode):
        found.append(Finding(
            NAME, INFO, 'Everybody on this machine may read the names in TOKENS_FILE, though not '
            'the tokens: right where calls run as a user who could not read it otherwise; else '
            'chmod o-r %s.' % quote(path)))
    folder = os.path.dirname(path)
    root = document_root(folder)
    if root and not denied(folder, root):
        found.append(Finding(
            NAME, FAIL, 'TOKENS_FILE lies in the document root (%s) without a file that denies it: '
            'browsers may get it.' % root, 'name another file in TOKENS_FILE in %s, like '
            '~/xmlrpcgi/tokens, and move it there' % quote(os.path.join(lib, 'settings.py')),
            'tokens-public'))
    return found
