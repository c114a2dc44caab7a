"""classes: looks for the folder of classes that LIB names, and for one that was copied into it."""

import filecmp
import os
from shlex import quote

from ..errors import SettingsError
from ..settingsfile import expanded
from . import doors, modes
from .finding import FAIL, INFO, WARN, Finding

NAME = 'folders'


def findings(paths, lib):
    """Return the Findings about the folder `lib` that the first of the doors `paths` names."""
    found = [_of_home(path) for path in paths if doors.lib_in(path)[:2] == '~/'][:1]
    if os.path.isdir(lib):
        return found + modes.unreadable([lib]) + _lib_in_lib(lib)
    return found + (modes.barred(lib) or [_missing(paths, lib)])


def _of_home(door):
    return Finding(NAME, INFO, '~ in LIB in %s is the home folder of the user that scripts run as; '
                   'for the user of this check it is %s.' % (os.path.basename(door),
                                                            expanded('~/').rstrip('/') or '/'))


def _missing(paths, lib):
    """Return the Finding about a folder that is not there; its remedy names one that is."""
    elsewhere = _lib_elsewhere(paths)
    remedy = 'write the right folder into LIB in line %d of %s' % (
        doors.place_of_lib(paths[0])[0], paths[0])
    if elsewhere is not None:
        remedy = doors.writing_lib(elsewhere, [
            path for path in paths if os.access(path, os.R_OK)
            and not os.path.isdir(doors.lib_of(path))])
    elif not (lib + os.sep).startswith(os.path.join(os.path.dirname(paths[0]), 'xmlrpcgi', '')):
        remedy = 'copy the folder lib of the archive to %s, or %s' % (lib, remedy)
    return Finding(NAME, FAIL, 'There is no folder of classes at %s (LIB in %s can name another).'
                   % (lib, os.path.basename(paths[0])), remedy, 'no-lib')


def _lib_elsewhere(paths):
    """Return what LIB would say of a folder with classes that is there, None where none is."""
    named = [doors.lib_in(path) for path in paths]
    try:
        home = expanded('~/')
        usual = [home + 'xmlrpcgi/lib', '']
        if named[0] and named[0][0] not in '/~.':
            usual.insert(0, home + named[0])
    except SettingsError:           # a user without a home folder
        usual = ['']
    for lib in named + usual:
        if _has_sources(doors.folder_of(paths[0], lib)):
            return lib
    return None


def _has_sources(folder):
    """Whether there is a Python file in `folder` or in a folder in it."""
    for place, folders, names in os.walk(folder):
        if any(name.endswith('.py') for name in names):
            return True
        folders[:] = [name for name in folders if place == folder and name[0] not in '._']
    return False


def _lib_in_lib(lib):
    """Return the Findings about a folder of classes that was copied into `lib`, not over it.

    Classes may lie in a folder of that name on purpose. So it counts only where there are none
    beside it, or where it has what only a folder of classes has, or files of the same names.
    """
    for name in {'lib', os.path.basename(lib)}:
        inner = os.path.join(lib, name)
        inside, beside = _names(inner), _names(lib) - {name}
        sources = sorted(each for each in inside - {'settings.py'} if each.endswith('.py'))
        is_alone = not any(each.endswith('.py') and each != 'settings.py' or _has_sources(
            os.path.join(lib, each)) for each in beside)
        if sources and (is_alone or inside & ({'settings.py', '.htaccess'} | {
                each for each in beside if each.endswith('.py')})):
            file = sources[0][:-3]
            return [Finding(
                NAME, WARN, '%s was copied into %s, it seems, and not over it: %s.' % (
                    inner, lib, 'nothing in it is published, because it has an __init__.py'
                    if '__init__.py' in sources else 'callers reach what is in it as '
                    '%s.%s, not as %s' % (name, file, file)), _moving_up(lib, inner), 'lib-in-lib')]
    return []


def _moving_up(lib, inner):
    """Return what moves the files in the folder `inner` to `lib`: a command, where none is lost."""
    clash = sorted(name for name in _names(inner) - {'__pycache__'}
                   if os.path.lexists(os.path.join(lib, name))
                   and not _are_same(os.path.join(lib, name), os.path.join(inner, name)))
    if clash:
        return 'move the files in %s to %s, and keep the right one of each %s' % (
            inner, lib, modes.some(clash))
    return 'cp -Rp %s %s && rm -r %s' % (quote(inner + '/.'), quote(lib), quote(inner))


def _are_same(one, other):
    return os.path.isfile(one) and os.path.isfile(other) and filecmp.cmp(one, other, shallow=False)


def _names(folder):
    """Return the names of what is in a folder (set), none where it is a link, or may not be read.

    A link is what `ln -s` makes of a folder's own name where that link is there already.
    """
    if os.path.islink(folder) or not os.path.isdir(folder) or not os.access(
            folder, os.R_OK | os.X_OK):
        return set()
    return set(os.listdir(folder))
