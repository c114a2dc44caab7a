"""script: rpc.cgi and rpc.fcgi as the system and suEXEC see them: first line, modes, owners.

suEXEC starts the scripts of most shared hosts as their owner, and answers 500 where one of its
rules is broken (https://httpd.apache.org/docs/2.4/suexec.html, "suEXEC Security Model"). They are
failures where suEXEC's program or log is on this machine, and warnings elsewhere.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
from shlex import quote

from ..client.client import one_line
from ..install import reach
from ..install.doors import LONGEST_BEFORE_5_1, OLDEST, PATH
from ..install.known import named_interpreter
from .finding import FAIL, INFO, OK, WARN, Finding

_BOM = b'\xef\xbb\xbf'
_SECONDS = 30
_VERSION = 'import sys; sys.stdout.write("%d.%d" % sys.version_info[:2])'


def first_line(script):
    """Return (Findings, interpreter) of the first line of the file `script`.

    interpreter (str or None): the path of a Python that can run the script.
    """
    door = os.path.basename(script)
    try:
        with open(script, 'rb') as file:
            head = file.read(4096)
    except PermissionError:
        return [_bad_line('unreadable', 'The user of this check may not read %s.' % door,
                          'chmod %s %s; or run the check as its owner' % (
                              'go+rX' if _is_of_another(script) else 'u+r', quote(script)))], None
    line = head.partition(b'\n')[0]
    strip_bom = "sed -i '1s/^\\xef\\xbb\\xbf//' %s" % quote(script)
    if head.startswith(_BOM):
        return [_bad_line('bom', '%s begins with a byte order mark, so the system does not see its '
                       'first line.' % door, strip_bom)], None
    if b'\r' in line.rstrip(b'\r'):
        return [_bad_line('line-ends', '%s has the line ends of an old Mac (CR), as some FTP '
                       'programs write them in ASCII mode: to the system it is one line.' % door,
                       "sed -i 's/\\r/\\n/g' %s" % quote(script))], None
    if line.endswith(b'\r'):
        return [_bad_line('line-ends', 'The first line of %s has a Windows line end (CRLF): the '
                       'carriage return becomes part of the interpreter\'s name or option.' % door,
                       "sed -i 's/\\r$//' %s" % quote(script))], None
    if not line.startswith(b'#!'):
        return [_bad_line('no-shebang', 'The first line of %s does not begin with #!, so the '
                       'system does not know which program runs it.' % door,
                       "sed -i '1i #!%s -IS' %s" % (_python(), quote(script)))], None
    words = os.fsdecode(line[2:]).strip(' \t').split(None, 1)
    path, argument = (words + ['', ''])[:2]
    fix = "sed -i '1s|.*|#!%s -IS|' %s" % (_python(), quote(script))
    barred = reach.barred(path) if path.startswith('/') else None
    if barred:
        return [_barred(script, path, barred)], None
    why = _not_startable(path, argument, door)
    if why:
        return [_bad_line(why[0], why[1], fix)], None
    name = os.path.basename(path)
    if name == 'sh':
        return _of_shell(script)
    if not name.startswith(('python', 'pypy')) and name != 'env':
        return [Finding('first line', INFO, '%s runs %s; what it starts was not looked at.'
                        % (path, door))], None
    if name == 'env':
        path = shutil.which(argument, path=PATH)
        if path is None:
            return [_bad_line('interpreter', 'The first line of %s looks for "%s" in PATH, and '
                           'there is none.' % (door, one_line(argument)), fix)], None
    version = _version(path)
    if version is None:
        return [_bad_line('interpreter', '%s, named in the first line of %s, does not run as '
                           'Python.'
                       % (path, door), fix)], None
    if version < OLDEST:
        return [_bad_line('too-old', '%s, named in the first line of %s, is Python %d.%d; %d.%d '
                       'or newer is needed.' % ((path, door) + version + OLDEST), fix)], None
    if len(line) > LONGEST_BEFORE_5_1:
        return [Finding('first line', WARN, 'The first line of %s has %d bytes: Linux before '
                        '5.1 reads %d of them.' % (door, len(line), LONGEST_BEFORE_5_1),
                        'ln -s %s ~/python3, and name that in the first line' % path,
                        'long-shebang')], path
    if argument != '-IS':
        return [Finding('first line', WARN, 'The first line of %s lacks the options -IS: each '
                        '%s starts several times slower, and PYTHON* variables count.'
                        % (door, 'call' if door == 'rpc.cgi' else 'process'),
                        "sed -i '1s|.*|#!%s -IS|' %s" % (path, quote(script)), 'no-options')], path
    return [_running(script, path, '%s runs %s' % (path, door))], path


def _of_shell(script):
    """Do as first_line for the shell's form, rpc-sh.cgi."""
    door = os.path.basename(script)
    with open(script, 'rb') as file:
        path = named_interpreter(file.read())
    if not path:
        return [Finding('first line', INFO, '%s looks for a Python by itself.' % door)], None
    barred = reach.barred(path)
    if barred:
        return [_barred(script, path, barred)], None
    version = _version(path)
    if version is None or version < OLDEST:
        return [_bad_line('interpreter', '%s, named in PYTHON in %s, %s.' % (
            path, door, 'does not run as Python' if version is None else
            'is Python %d.%d; %d.%d or newer is needed' % (version + OLDEST)),
            "sed -i 's|^PYTHON=.*|PYTHON=%s|' %s" % (_python(), quote(script)))], None
    return [_running(script, path, '%s, started by the shell, runs %s' % (path, door))], path


def _running(script, path, sentence):
    """Return the Finding about the interpreter `path`, which runs for the user of this check."""
    closed = reach.closed_to_scripts(path, os.path.dirname(script))
    if not closed:
        return Finding('first line', OK, sentence + '.')
    return Finding('first line', WARN, '%s, but only the owner can start it, because of the modes '
                   'of %s: calls fail where scripts run as another user, as they do without '
                   'suEXEC.' % (sentence, ' and '.join(closed)),
                   _remedy_of_closed(script, closed), 'closed-interpreter')


def _barred(script, path, folder):
    return _bad_line('closed-interpreter', '%s names the interpreter %s, and the user of this '
                     'check may not enter %s; nor may scripts that run as this user. Where they '
                     'run as the owner, run the check as the owner.' % (
                         os.path.basename(script), path, folder),
                     _remedy_of_closed(script, [folder]))


def _remedy_of_closed(script, closed):
    """Return what opens the paths `closed`, or leads to an interpreter that is open already."""
    opening, python, folder = reach.opening(closed), _python(), os.path.dirname(script)
    if reach.closed_to_scripts(python, folder):
        return opening
    return 'python3 %s install --cgi-bin %s --python %s; or, to keep the interpreter, %s' % (
        quote(os.path.join(folder, 'xmlrpcgi')), quote(folder), quote(python), opening)


def _not_startable(path, argument, door):
    """Return (id, sentence) where the system cannot start the interpreter, else None."""
    shown = door, one_line(path)
    if not path.startswith('/'):
        return 'interpreter', \
            'The first line of %s names "%s", which is not an absolute path.' % shown
    if not os.path.isfile(path):
        return 'interpreter', 'The first line of %s names %s, and there is no such file.' % shown
    if not os.access(path, os.X_OK):
        return 'interpreter', 'The first line of %s names %s, which cannot be executed.' % shown
    if re.search(r'\s', argument) and os.path.basename(path) != 'sh':
        return 'arguments', 'The first line of %s has more than one argument ("%s"); the system ' \
            'hands them over as one.' % (door, one_line(argument))
    return None


def _bad_line(id, sentence, remedy):
    return Finding('first line', FAIL, sentence, remedy, id)


def _python():
    """Return the interpreter to propose: the system's own where it is new enough, else this one."""
    version = _version('/usr/bin/python3')
    return '/usr/bin/python3' if version is not None and version >= OLDEST else sys.executable


def _version(path):
    try:
        done = subprocess.run([path, '-E', '-c', _VERSION], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=_SECONDS)
        major, minor = done.stdout.decode('ascii').split('.')
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def permissions(script, alone=True):
    """Return the Findings about modes and owners of `script` and, if `alone`, of its folder."""
    found, folder, door = [], os.path.dirname(script), os.path.basename(script)
    link, state, above = os.lstat(script), os.stat(script), os.stat(folder)
    if stat.S_ISLNK(link.st_mode):
        found.append(_bad_mode('symlink', '%s is a symbolic link, which suEXEC refuses.' % door,
                              'cp --remove-destination %s %s' % (
                                  quote(os.path.realpath(script)), quote(script)), WARN))
    if not state.st_mode & stat.S_IXUSR:
        found.append(_bad_mode('not-executable', '%s is not executable (mode %03o).'
                              % (door, _mode(state)), 'chmod 755 %s' % quote(script)))
    for path, it in ((script, state), (folder, above))[:1 + alone]:
        what = door if path == script else 'The folder of ' + door
        if it.st_mode & 0o022:
            found.append(_bad_mode(
                'writable', '%s can be written by %s (mode %03o), which suEXEC refuses.' % (
                    what, 'everybody' if it.st_mode & 0o002 else 'its group', _mode(it)),
                'chmod go-w %s' % quote(path)))
    if state.st_mode & (stat.S_ISUID | stat.S_ISGID):
        found.append(_bad_mode('setid', '%s has the set-user or set-group bit, which suEXEC '
                              'refuses.' % door, 'chmod u-s,g-s %s' % quote(script)))
    if (state.st_uid, state.st_gid) != (above.st_uid, above.st_gid):
        mine, wanted = owner(state), owner(above)
        found.append(_bad_mode('owner', '%s belongs to %s and its folder to %s, which suEXEC '
                              'refuses.' % (door, mine, wanted),
                              'chown %s %s' % (wanted, quote(script))))
    home = os.stat(os.path.dirname(folder))
    if alone and home.st_uid not in (0, above.st_uid):
        found.append(_bad_mode('owner', 'The folder of %s belongs to %s, the one above it to %s: '
                              'suEXEC refuses a script that does not belong to the user of the '
                              'site.' % (door, owner(above), owner(home)),
                              'chown -R %s %s' % (owner(home), quote(folder)), WARN))
    if not found:
        found.append(Finding('modes', OK, 'Modes and owners of %s and its folder are as suEXEC '
                             'wants them.' % door))
    return found


def _bad_mode(id, sentence, remedy, level=FAIL):
    if level == FAIL and 'suEXEC' in sentence and not reach.has_suexec():
        level = WARN
    return Finding('modes', level, sentence, remedy, id)


def _is_of_another(path):
    return os.path.exists(path) and os.stat(path).st_uid != os.geteuid()


def _mode(state):
    return stat.S_IMODE(state.st_mode)


def owner(state):
    """Return user:group of `state` (os.stat_result), by name where they have one."""
    try:
        import grp
        import pwd
    except ImportError:                     # Windows
        return '%d:%d' % (state.st_uid, state.st_gid)
    try:
        user = pwd.getpwuid(state.st_uid).pw_name
    except KeyError:
        user = str(state.st_uid)
    try:
        return '%s:%s' % (user, grp.getgrgid(state.st_gid).gr_name)
    except KeyError:
        return '%s:%d' % (user, state.st_gid)
