"""Whether the user that scripts run as may reach a file, as far as that can be seen.

Apache runs scripts as its own user, or by suEXEC as their owner. Where suEXEC's program or log is
on this machine, and the folder for scripts is not root's, they are taken to run as its owner; so
they are where nobody else may enter a folder above it, because then the web server itself runs as
that user. In all other cases it is not known who runs them.
"""

import os
from shlex import quote

# Where distributions and control panels have suEXEC, and where it logs.
_SUEXEC = ('/usr/lib/apache2/suexec', '/usr/lib/apache2/suexec-custom',
           '/usr/lib/apache2/suexec-pristine', '/usr/sbin/suexec', '/usr/sbin/suexec2',
           '/usr/local/apache/bin/suexec', '/usr/local/apache2/bin/suexec',
           '/usr/local/sbin/suexec', '/var/log/apache2/suexec.log', '/var/log/httpd/suexec.log',
           '/usr/local/apache/logs/suexec_log', '/etc/apache2/logs/suexec_log')
_FIRST_PERSON = 500         # user numbers below it are those of services, like a web server's
_MOST_LINKS = 40            # Linux follows as many
READ, ENTER = 0o4, 0o1      # of the bits that a mode has for others


def has_suexec():
    """Whether suEXEC is on this machine, as far as that can be seen."""
    return any(map(os.path.exists, _SUEXEC))


def user_of_scripts(cgi_bin):
    """Return the number of the user that scripts in `cgi_bin` run as, None where it is unknown."""
    above = closed_folders(cgi_bin)
    if above:
        return os.stat(above[-1]).st_uid
    user = os.stat(cgi_bin).st_uid
    return user if user and has_suexec() else None


def is_closed(path, needed):
    """Whether others than the owner of `path` may not do what the bits `needed` (int) say.

    False where it is not sure: its group, an access control list, or an owner who is no person may
    stand for the web server.
    """
    state = os.stat(path)
    if state.st_mode & needed == needed or 0 < state.st_uid < _FIRST_PERSON or _has_acl(path):
        return False
    return state.st_mode >> 3 & needed != needed or state.st_gid == _own_group(state.st_uid)


def closed_folders(path, user=None):
    """Return the folders above `path` that others than their owner may not enter, outermost first.

    user (int or None): the number of the user whose own folders are left out.
    """
    return [folder for folder in _folders_above(path) if os.path.isdir(folder)
            and is_closed(folder, ENTER) and os.stat(folder).st_uid != user]


def closed_to_scripts(program, cgi_bin):
    """Return what scripts in the folder `cgi_bin` may not enter or run, of the file `program`.

    These are its own path and those on the way to it that are closed to others, but for those of
    the user that scripts run as, where that is known.
    """
    user, itself = user_of_scripts(cgi_bin), os.path.realpath(program)
    is_private = is_closed(itself, ENTER) and os.stat(itself).st_uid != user
    return closed_folders(program, user) + [itself] * is_private


def opening(closed):
    """Return the command that lets others enter or run the paths `closed`."""
    return 'chmod go+x %s' % ' '.join(map(quote, closed))


def barred(path):
    """Return the folder above `path` that the user of this process may not enter, or None."""
    for folder in _folders_above(path):
        if os.path.isdir(folder) and not os.access(folder, os.X_OK):
            return folder
    return None


def _folders_above(path):
    """Return the folders on the way to `path`, as it is written and where its links lead."""
    ways, found = [os.path.abspath(path)], []
    while os.path.islink(ways[-1]) and len(ways) < _MOST_LINKS:
        ways.append(os.path.normpath(os.path.join(os.path.dirname(ways[-1]),
                                                  os.readlink(ways[-1]))))
    for way in ways + [os.path.realpath(path)]:
        above = []
        while way != os.path.dirname(way):
            way = os.path.dirname(way)
            above.insert(0, way)
        found += [folder for folder in above if folder not in found]
    return found


def _has_acl(path):
    try:
        return 'system.posix_acl_access' in os.listxattr(path)
    except (AttributeError, OSError):       # not Linux; a file system without them
        return False


def _own_group(user):
    try:
        from pwd import getpwuid
        return getpwuid(user).pw_gid
    except (ImportError, KeyError):         # Windows; a user without a name
        return None
