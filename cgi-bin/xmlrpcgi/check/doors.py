"""doors: looks at rpc.cgi, and at rpc.fcgi and rpc.wsgi for long-running processes.

The first that is there stands for the installation. The others can have the same problems
(script.py), and one more: each names its folder of classes itself. What is right with them is
not reported, except a call: most sites use one of the three.
"""

import ast
import os
import re
import shutil
import sys
from shlex import quote

from ..client.errors import DoorError
from ..errors import SettingsError
from ..install.bundle import CGI_BIN, IS_WHEEL, PACKAGE, cgi_scripts
from ..install.known import chosen_lib, line_of_lib
from ..install.placed import DOORS
from ..settingsfile import expanded
from . import script, trial
from .finding import FAIL, INFO, OK, WARN, Finding

# With a problem of one of these ids a door cannot be tried.
_BARS = ('not-executable', 'unreadable')


def doors(cgi_bin):
    """Return the paths of the doors that are there, rpc.cgi first."""
    paths = [os.path.join(cgi_bin, name) for name in DOORS]
    return [path for path in paths if os.path.isfile(path)]


def missing(cgi_bin):
    """Return the Finding about the folder `cgi_bin`, in which there is no door."""
    install = '%s install --cgi-bin %s' % (_this_program(), quote(cgi_bin))
    copying = 'copy cgi-bin/rpc.cgi of the archive there'
    other = 'if the web server uses another folder, name that with --cgi-bin'
    is_there = os.path.isdir(cgi_bin)
    can_install = cgi_scripts(CGI_BIN) and os.path.realpath(CGI_BIN) != os.path.realpath(cgi_bin)
    return Finding(
        'folders', FAIL, 'There is no rpc.cgi in %s, nor rpc.fcgi or rpc.wsgi.' % cgi_bin
        if is_there else 'There is no folder %s.' % cgi_bin, '; '.join(
            [install if can_install else copying, other] if is_there else [other, install]),
        'no-script')


def _this_program():
    """Return how a shell starts the program that runs this check."""
    if not IS_WHEEL:
        return 'python3 ' + quote(os.path.join(os.path.dirname(PACKAGE), 'xmlrpcgi'))
    return 'xmlrpcgi' if shutil.which('xmlrpcgi') else quote(sys.executable) + ' -m xmlrpcgi'


def lib_of(door):
    """Return the absolute path of the folder of classes that `door` (path) uses."""
    return folder_of(door, lib_in(door))


def folder_of(door, lib):
    """Return the absolute path of the folder of classes that `lib` (str) names in `door` (path)."""
    return os.path.normpath(os.path.join(os.path.dirname(door), expanded(lib or '../lib')))


def lib_in(door):
    """Return what LIB says in `door` (path), '' where that may not be read."""
    try:
        with open(door, 'rb') as file:
            return chosen_lib(file.read(), door)
    except PermissionError:             # reported with the modes
        return ''


def place_of_lib(door):
    """Return (number, whether it is all that gives LIB) of the line of LIB in `door` (path)."""
    with open(door, 'rb') as file:
        return line_of_lib(file.read())


def writing_lib(lib, paths):
    """Return what writes `lib` (str) into LIB of the doors `paths`: a command, or words."""
    line = 'LIB = %s' % ascii(lib)
    if re.match(r"[\w./ ='@+~-]+$", line) and all(place_of_lib(path)[1] for path in paths):
        return 'sed -i %s %s' % (quote('s|^LIB *[=:][^#]*|%s        |' % line),
                                 ' '.join(map(quote, paths)))
    return 'write %s into %s' % (line, ' and into '.join(
        'line %d of %s' % (place_of_lib(path)[0], path) for path in paths))


def unread(paths):
    """Return the Findings about doors (paths) of which it cannot be read what they serve."""
    found = []
    for door in paths:
        try:
            with open(door, 'rb') as file:
                data = file.read()
            ast.parse(data)
            expanded(chosen_lib(data, door))
        except PermissionError:             # reported with the modes
            continue
        except (SyntaxError, ValueError) as error:
            number, place = getattr(error, 'lineno', None), quote(door)
            found.append(Finding(
                'folders', FAIL, '%s is not right as Python%s: %s.' % (
                    door, ', line %d' % number if number else '', getattr(error, 'msg', error)),
                'correct it: the line LIB begins at the margin and has quotes, like '
                "LIB = '~/xmlrpcgi/lib'; or move %s away, and install it again" % place,
                'door-syntax'))
        except DoorError as error:
            found.append(Finding(
                'folders', FAIL, str(error).partition('. ')[0] + '.',
                "write a line like LIB = '/home/me/lib' into %s" % quote(door), 'door-lib'))
        except SettingsError as error:
            found.append(Finding('folders', FAIL, 'LIB in %s: %s.' % (door, error), 'edit %s'
                                 % quote(door), 'door-lib'))
    return found


def look(door, alone=False):
    """Return (Findings, interpreter or None) of the file `door` and, if `alone`, of its folder."""
    if door.endswith('.wsgi'):
        return _loaded(door, alone), None
    found, python = script.first_line(door)
    return found + script.permissions(door, alone), python


def starts(found):
    """Whether a door with these Findings can be tried (bool)."""
    return not any(finding.id in _BARS or finding.name == 'first line'
                   and finding.level == FAIL for finding in found)


def findings_of_others(paths, python, sound):
    """Return the Findings about all doors but the first, which is looked at before.

    paths: from doors(). python: the interpreter that loads rpc.wsgi. sound (bool): whether a call
    can succeed at all.
    """
    found = []
    for door in paths[1:]:
        bad, _ = look(door)
        found += [finding for finding in bad + _same_lib(paths[0], door) if finding.level != OK]
        if sound and starts(bad) and os.path.isdir(lib_of(door)):
            found.append(trial.single_call(door, python))
    return found


def _same_lib(first, door):
    if not os.access(door, os.R_OK):        # reported with the modes
        return []
    lib, others = lib_of(first), lib_of(door)
    if os.path.realpath(lib) == os.path.realpath(others):
        return []
    right, wrong = (first, door) if os.path.isdir(lib) else (door, first)
    if not os.path.isdir(lib_of(right)):
        return []                           # neither is there; one of them is a finding already
    return [Finding(
        'folders', WARN, 'Different classes are served: by %s those in %s, by %s those in %s%s.'
        % (os.path.basename(first), lib, os.path.basename(door), others,
           '' if os.path.isdir(others) else ', which is not there'),
        writing_lib(lib_in(right), [wrong]), 'doors-differ')]


def _loaded(door, alone):
    """Return the Findings about the modes of a file that a web server's process loads."""
    mode, name = os.stat(door).st_mode, os.path.basename(door)
    found = []
    for path, what in ((door, name), (os.path.dirname(door), 'the folder of ' + name))[:1 + alone]:
        if os.stat(path).st_mode & 0o002:
            found.append(Finding('modes', WARN, 'Everybody on this machine may change %s.' % what,
                                 'chmod go-w %s' % quote(path), 'world-writable'))
    if not mode & 0o400:
        found.append(Finding('modes', FAIL, 'Not even its owner may read %s.' % name,
                             'chmod u+r %s' % quote(door), 'unreadable'))
    elif not os.access(door, os.R_OK):
        found.append(Finding('modes', FAIL, 'The user of this check may not read %s.' % name,
                             'chmod go+r %s; or run the check as its owner' % quote(door),
                             'unreadable'))
    elif not mode & 0o004:
        found.append(Finding('modes', INFO, 'Only its owner may read %s: right where the process '
                             'runs as the owner; else chmod go+r %s.' % (name, quote(door))))
    return found
