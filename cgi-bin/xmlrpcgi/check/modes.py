"""modes: whether program and classes may be read by those who must, and changed by nobody else.

They are read by the user of this check, by their owner, and by the user that scripts run as, who
need not be one of the two: see install/reach.py.
"""

import os
from shlex import quote

from ..install import reach
from ..install.reach import ENTER, READ
from .finding import FAIL, INFO, WARN, Finding

NAME = 'modes'
_SHOWN = 3                  # files named in a sentence


def barred(path):
    """Return the Findings about a folder above `path` that the user of this check may not enter."""
    folder = reach.barred(path)
    if folder is None:
        return []
    return [Finding(NAME, FAIL, 'The user of this check may not enter %s, on the way to %s; nor '
                    'may scripts that run as this user. Where they run as the owner, run the check '
                    'as the owner.' % (folder, path), reach.opening([folder]), 'unreadable')]


def unreadable(tops):
    """Return the Findings about what in the folders `tops` the check, or its owner, cannot read."""
    modes = {path: state.st_mode for path, state in _states(tops).items()}
    broken = [path for path in modes if modes[path] >> 6 & _needed(path) != _needed(path)]
    closed = [path for path in modes if path not in broken
              and not os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0))]
    found = []
    if broken:
        found.append(Finding(NAME, FAIL, 'Not even their owner may read %s.' % some(broken),
                             'chmod -R u+rwX %s' % _that_hold(broken, tops), 'unreadable'))
    if closed:
        found.append(Finding(NAME, FAIL, 'The user of this check may not read %s; nor may scripts '
                             'that run as this user. Where they run as the owner, run the check as '
                             'the owner.' % some(closed), _opening(closed, tops), 'unreadable'))
    return found


def findings(cgi_bin, scripts, programs, lib):
    """Return the Findings about who else may change or read what calls need.

    scripts: the paths of those that the web server starts. programs: the folders of the program.
    """
    tops = programs + [lib]
    states = _states(tops)
    writable = [path for path in states if states[path].st_mode & 0o002]
    found = []
    if writable:
        found.append(Finding(NAME, WARN, 'Everybody on this machine may change %s.'
                             % some(writable), 'chmod -R go-w %s' % _that_hold(writable, tops),
                             'world-writable'))
    user = reach.user_of_scripts(cgi_bin)
    states.update((path, os.stat(path)) for path in [cgi_bin] + scripts)
    private = [path for path in states if states[path].st_mode & _needed(path) != _needed(path)
               and (path not in scripts or states[path].st_mode & 0o100)]   # else: see script.py
    closed = [path for path in private if states[path].st_uid != user
              and reach.is_closed(path, _needed(path))]
    if closed:
        found.append(Finding(NAME, WARN, 'Only their owner may read %s: calls fail where scripts '
                             'run as another user, as they do without suEXEC.' % some(closed),
                             _opening(closed, tops), 'private'))
    elif private:
        found.append(Finding(NAME, INFO, 'Only their owner may read %s: right where scripts run '
                             'as the owner, as by suEXEC, or in a group that may; else %s.'
                             % (some(private), _opening(private, tops))))
    return found + _above(cgi_bin, lib, user)


def of_log(path):
    """Return the Findings about LOG_FILE, the path (absolute) of a file that calls make."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        return [Finding('log', WARN, 'LOG_FILE is not written: there is no folder %s.' % folder,
                        'mkdir -p %s, as the user that calls run as' % quote(folder), 'log-file')]
    if os.path.exists(path) and not os.path.isfile(path):
        return [Finding('log', WARN, 'LOG_FILE is not written: %s is not a plain file.' % path,
                        'name another file in LOG_FILE', 'log-file')]
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        return [Finding('log', INFO, 'The user of this check may not write to LOG_FILE (%s): right '
                        'where calls run as another user.' % path)]
    return []


def some(paths):
    """Return the first of `paths`, and how many more there are, for a sentence."""
    shown = ', '.join(paths[:_SHOWN])
    return shown + (' and %d more' % (len(paths) - _SHOWN) if len(paths) > _SHOWN else '')


def _above(cgi_bin, lib, user):
    """Return the Findings about the folders above cgi-bin, or those above the classes."""
    above = reach.closed_folders(cgi_bin)
    if above:
        return [Finding(NAME, INFO, 'Only their owner may enter %s: right where the web server '
                        'itself runs as this user; else %s.' % (
                            some(above), reach.opening(above)))]
    above = [folder for folder in reach.closed_folders(lib, user) if folder != cgi_bin]
    if above:
        return [Finding(NAME, WARN, 'Only their owner may enter %s, on the way to the classes: '
                        'calls fail where scripts run as another user, as they do without suEXEC.'
                        % some(above), reach.opening(above), 'private')]
    return []


def _opening(closed, tops):
    """Return the command that lets others read the paths `closed`."""
    inside = [path for path in closed if any(_holds(top, path) for top in tops)]
    alone = [path for path in closed if path not in inside]
    return ' && '.join(
        ['chmod go+rX %s' % ' '.join(map(quote, alone))] * bool(alone)
        + ['chmod -R go+rX %s' % _that_hold(inside, tops)] * bool(inside))


def _that_hold(paths, tops):
    """Return those of the folders `tops` that hold some of `paths`, quoted for a command."""
    return ' '.join(quote(top) for top in tops if any(_holds(top, path) for path in paths))


def _holds(top, path):
    return (path + os.sep).startswith(top + os.sep)


def _states(tops):
    """Return {path: os.stat of it} of the folders `tops`, the folders in them and the sources."""
    found = list(tops)
    for top in tops:
        for place, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name[0] != '.')
            names = [name for name in sorted(names) if name.endswith('.py')]
            found += [os.path.join(place, name) for name in folders + names]
    states = {}
    for path in found:
        try:
            states[path] = os.stat(path)
        except OSError:         # a link to nothing, as Emacs leaves; gone meanwhile
            pass
    return states


def _needed(path):
    """Return the bits that whoever reads `path`, or starts it, needs."""
    return READ | ENTER if os.path.isdir(path) or path.endswith('cgi') else READ
