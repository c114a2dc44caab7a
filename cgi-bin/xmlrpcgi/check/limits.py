"""limits: looks at RATE_LIMIT_FILE as a call would, but does not make it.

A file of the check's own user is opened as a call opens it, and completed where it was only begun.
The file must belong to the user that calls run as, who need not be the one that runs the check:
what suits another user is reported as INFO. Calls hardly ever run as root.
"""

import os
import stat
from shlex import quote

from ..install.public import document_root
from .finding import FAIL, INFO, OK, WARN, Finding
from .public import denied
from .script import owner

NAME = 'rate limits'


def findings(path, lib):
    """Return the Findings about the file `path` (absolute). lib: the folder of settings.py."""
    settings, folder = quote(os.path.join(lib, 'settings.py')), os.path.dirname(path)
    elsewhere = 'name another file in RATE_LIMIT_FILE in %s, like ~/xmlrpcgi/ratelimits' % settings
    try:
        from ..web import counters  # noqa: F401  on Windows
    except ImportError as error:
        return [_stopping('Python has no file locks here (%s)' % error, 'set MAX_CALLS_PER_MINUTE '
                         'and MAX_DENIED_PER_MINUTE to 0 in %s' % settings, 'rate-limits-locks')]
    try:
        above, state = _state(os.stat, folder), _state(os.lstat, path)
    except PermissionError:
        return [Finding(NAME, INFO, 'The user of this check may not look at %s: right where calls '
                        'run as another user, who can check it.' % path)]
    if above is None or not stat.S_ISDIR(above.st_mode):
        return [_stopping('there is no folder %s' % folder, elsewhere if above else 'mkdir -p %s'
                         % quote(folder), 'rate-limits-folder')]
    found = _place(path, above, elsewhere) if state is None else _file(path, state, elsewhere)
    return [found] + _exposed(path, above, state, elsewhere)


def _state(look, path):
    try:
        return look(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _stopping(why, remedy, id):
    return Finding(NAME, FAIL, 'RATE_LIMIT_FILE stops every call: %s.' % why, remedy, id)


def _file(path, state, elsewhere):
    """Return the Finding about a file that is there."""
    user = owner(state).partition(':')[0]
    if stat.S_ISREG(state.st_mode) and state.st_uid != os.geteuid():
        if state.st_uid == 0:
            return _stopping('%s belongs to root' % path, elsewhere, 'rate-limits-file')
        return Finding(NAME, INFO, 'The rate limits count in %s, which belongs to %s: right where '
                       'calls run as this user; else %s.' % (path, user, elsewhere))
    from ..web.counters import Counters, UnusableFile
    try:
        with Counters(path):
            pass
    except UnusableFile as error:
        mode_alone = isinstance(error.__cause__, PermissionError)
        return _stopping('%s cannot be used: %s' % (path, error), 'chmod 600 %s' % quote(path)
                        if mode_alone else elsewhere, 'rate-limits-file')
    except OSError as error:
        return Finding(NAME, WARN, 'The rate limits let every call through, because %s cannot be '
                       'used now: %s.' % (path, error), 'fix what the sentence names: the '
                       'disk, or a process that hangs', 'rate-limits-now')
    if state.st_uid == 0:
        return Finding(NAME, WARN, 'RATE_LIMIT_FILE stops every call that does not run as root: %s '
                       'belongs to root.' % path, 'rm %s' % quote(path), 'rate-limits-file')
    return Finding(NAME, OK, 'The rate limits count in %s.' % path)


def _place(path, above, elsewhere):
    """Return the Finding about a file that is not there yet. above: os.stat of its folder."""
    folder, mode, root = os.path.dirname(path), above.st_mode, os.geteuid() == 0
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return _stopping('the file system of %s is read-only' % folder, elsewhere,
                         'rate-limits-folder')
    writes = os.access(folder, os.W_OK | os.X_OK)
    others = above.st_uid and 0o300 & ~mode == 0 or 0o030 & ~mode == 0 or 0o003 & ~mode == 0
    if writes and not root:
        return Finding(NAME, OK, 'The rate limits count in %s, which the first call makes.' % path)
    if others and (writes or not root):
        return Finding(NAME, INFO, 'The first call makes %s, in a folder of %s (mode %03o): right '
                       'where calls run as a user who may write there; else %s.'
                       % (path, owner(above), stat.S_IMODE(mode), elsewhere))
    if writes:
        return Finding(NAME, WARN, 'RATE_LIMIT_FILE stops every call that does not run as root: '
                       'nobody else may write to %s.' % folder, 'give that folder to the user '
                       'that calls run as, if it is for this file alone; else %s' % elsewhere,
                       'rate-limits-folder')
    return _stopping('nobody%s may write to %s' % ('' if root else ' but root', folder),
                    'chmod u+wx %s' % quote(folder) if above.st_uid == os.geteuid() and not root
                    else elsewhere, 'rate-limits-folder')


def _exposed(path, above, state, elsewhere):
    """Return the Findings about others who may reach the file, on this machine or over HTTP.

    above: os.stat of its folder. state: os.lstat of the file, None where it is not there.
    """
    found, folder, mode = [], os.path.dirname(path), above.st_mode
    sticky = mode & stat.S_ISVTX
    if mode & stat.S_IWOTH and not (sticky and state):
        found.append(Finding(
            NAME, WARN, 'Everybody on this machine may write to %s, and so %s.' % (
                folder, 'make RATE_LIMIT_FILE before the first call does, which stops every call'
                if sticky else 'replace RATE_LIMIT_FILE'),
            elsewhere if sticky else 'chmod o-w %s' % quote(folder), 'rate-limits-exposed'))
    root = document_root(folder)
    if root and not denied(folder, root):
        found.append(Finding(
            NAME, WARN, 'RATE_LIMIT_FILE lies in the document root (%s) without a file that '
            'denies it: browsers may get it.' % root, elsewhere, 'rate-limits-public'))
    return found
