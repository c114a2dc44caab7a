"""The way to a file: whether others may put another file into its place.

Whoever may write to a folder may replace what lies in it, each link and each folder on the way
included. In a sticky folder, like /tmp, users can replace only what is theirs, so there it counts
whose it is.
"""

import errno
import sys

try:
    import posix as os
except ImportError:             # Windows
    import os

HAS_MODES = sys.platform != 'win32'
EVERYBODY, GROUP = 0o002, 0o020     # who may write
_STICKY = 0o1000
_KIND, _LINK = 0o170000, 0o120000
_LINKS = 40                     # on one way, as in Linux


class Exposed(Exception):
    """Others may put another file into the place of this one; the text says who.

    remedy (str): the command that ends this, '' where none surely does. owner (int or None): the
    number of the user whose file or folder this is, where that is what is wrong.
    """

    def __init__(self, why, remedy='', owner=None):
        super().__init__(why)
        self.remedy = remedy
        self.owner = owner


def state_of(path, since='/', account=None, by_owner=False):
    """Return os.lstat of the file that `path` (str) leads to, over all links.

    since (str): a folder above `path`; what is above that folder is not looked at.
    account (int or None): the number of a user who is trusted, beside root, the user of this
    process, and the owner of each folder for what lies in it.
    by_owner (bool): whether a group is not trusted. Then the group of the file's folder must not
    write there, and what lies in other folders of a group must belong to those who are trusted; so
    must the file, but root may handle the files of all users.
    Raises Exposed, and OSError where there is no such file, after a look at its folder.
    """
    if not HAS_MODES:
        return os.stat(path)
    if path[:1] != '/' or since[:1] != '/':
        from os.path import abspath
        path, since = abspath(path), abspath(since)
    trusted = {0, os.geteuid(), account}
    names, links = _names(path[len(since):]), 0
    way = [(since.rstrip('/'), os.stat(since))]
    while names:
        name = names.pop()
        if name == '..':
            way = way[:-1] or [_above(way[0][0])]
            continue
        folder, above = way[-1]
        place = '%s/%s' % (folder, name)
        state = _entry(place, folder or '/', above, trusted, by_owner, not names)
        if state.st_mode & _KIND != _LINK:
            way.append((place, state))
            continue
        links += 1
        if links > _LINKS:
            raise OSError(errno.ELOOP, 'Too many levels of symbolic links', path)
        target = os.readlink(place)
        if target[:1] == '/':
            way = [('', os.lstat('/'))]
        names += _names(target)
    return way[-1][1]


def _names(path):
    """Return the parts of `path` (list), the first one last."""
    return [name for name in reversed(path.split('/')) if name not in ('', '.')]


def _above(folder):
    from os.path import realpath
    folder = realpath(folder + '/..')
    return folder.rstrip('/'), os.stat(folder)


def _entry(place, folder, above, trusted, by_owner, is_last):
    """Return os.lstat of `place`; raises Exposed, OSError. above: os.stat of its folder."""
    mode, owner = above.st_mode, above.st_uid
    others = EVERYBODY | GROUP if by_owner and is_last else EVERYBODY
    if mode & others and not mode & _STICKY:
        raise writable('everybody on this machine' if mode & EVERYBODY
                       else 'everybody of group number %d' % above.st_gid, folder, mode & others)
    state = os.lstat(place)
    of_owner = mode & EVERYBODY or by_owner and (mode & GROUP or is_last and os.geteuid())
    if of_owner and state.st_uid not in trusted and state.st_uid != owner:
        raise Exposed('%s belongs to user number %d, and neither to root, nor to the user of this '
                      'process (%d), nor to the owner of its folder: give it to one of them, or '
                      'remove it' % (place, state.st_uid, os.geteuid()), owner=state.st_uid)
    return state


def writable(who, path, others):
    """Return the Exposed of a path that `who` may change. others (int): as whom, in modes."""
    from shlex import quote
    letters = 'g' * bool(others & GROUP) + 'o' * bool(others & EVERYBODY)
    return Exposed('%s may change %s' % (who, path), 'chmod %s-w %s' % (letters, quote(path)))
