"""checkdoors: looks at rpc.fcgi and rpc.wsgi, the doors for processes that stay, beside rpc.cgi.

They have the faults that rpc.cgi can have (checkscript.py), and one more: each names its folder of
classes itself. What is right with them is not told, but for a call: most sites use one door.
"""

import os
import re
from shlex import quote

from . import checkscript, trial
from .finding import FAIL, INFO, OK, WARN, Finding
from .stub import chosen_lib
from .versions import RESIDENT

# With one of these a door cannot be tried.
_BARS = ('not-executable', 'unreadable')


def doors(cgi_bin):
    """Return the paths of those that are there."""
    paths = [os.path.join(cgi_bin, name) for name in RESIDENT]
    return [path for path in paths if os.path.isfile(path)]


def lib_of(script):
    """Return the absolute path of the folder of classes that the door `script` uses."""
    return os.path.normpath(os.path.join(os.path.dirname(script), _chosen(script) or '../lib'))


def check(script, python, sound):
    """Return the Findings about the doors beside `script`, the path of rpc.cgi.

    python: the interpreter that loads rpc.wsgi. sound (bool): whether a call can succeed at all.
    """
    found = []
    for door in doors(os.path.dirname(script)):
        if door.endswith('.wsgi'):
            bad = _file(door)
        else:
            bad = checkscript.first_line(door)[0] + checkscript.permissions(door, alone=False)
        starts = not any(finding.cause in _BARS or finding.name == 'first line'
                         and finding.level == FAIL for finding in bad)
        bad += _same_lib(script, door)
        found += [finding for finding in bad if finding.level != OK]
        if sound and starts and os.path.isdir(lib_of(door)):
            found.append(trial.once(door, python))
    return found


def _chosen(script):
    with open(script, 'rb') as file:
        return chosen_lib(file.read())


def _same_lib(script, door):
    lib, others = lib_of(script), lib_of(door)
    if os.path.realpath(lib) == os.path.realpath(others):
        return []
    name, line = os.path.basename(door), 'LIB = %s' % ascii(_chosen(script) or '')
    mend = 'write %s into %s' % (line, door)
    if re.match(r"[\w./ ='@+-]+$", line):
        mend = 'sed -i %s %s' % (quote("s|^LIB = [^#]*|%s        |" % line), quote(door))
    return [Finding(
        'folders', WARN, 'The doors serve different classes: rpc.cgi those in %s, %s those in %s%s.'
        % (lib, name, others, '' if os.path.isdir(others) else ', which is not there'), mend,
        'doors-differ')]


def _file(door):
    """The Findings about the modes of a file that a web server's process loads."""
    mode, name = os.stat(door).st_mode, os.path.basename(door)
    found = []
    if mode & 0o002:
        found.append(Finding('modes', WARN, 'Everybody on this machine may change %s.' % name,
                             'chmod go-w %s' % quote(door), 'world-writable'))
    if not mode & 0o400:
        found.append(Finding('modes', FAIL, 'Not even its owner may read %s.' % name,
                             'chmod u+r %s' % quote(door), 'unreadable'))
    elif not mode & 0o004:
        found.append(Finding('modes', INFO, 'Only its owner may read %s: right where the process '
                             'is the owner\'s; else chmod go+r %s.' % (name, quote(door))))
    return found
