"""install: put the program into a folder for CGI scripts, or a newer version in place of it.

`install`, `rollback` and `uninstall` do the work and yield the sentences that say what was done.
What lies in the folder and how the switch is made is in versions.py, the files that a web server
starts are in doors.py. The classes and settings in lib are the user's: only a lib that is new or
empty gets the example.
"""

import os
import shlex
import sys
import time

from ..client.errors import InstallError
from ..errors import SettingsError
from ..settingsfile import expanded
from . import bundle, reach
from .bundle import CGI_BIN, PACKAGE
from .doors import Interpreter, in_shell, render
from .files import clear, compile_all, compile_package, is_unfinished, make_folder, put
from .known import chosen_lib, named_interpreter
from .placed import DOORS, RESIDENT
from .public import document_root
from .versions import Versions

RESTART = ('Apache renews the processes of rpc.fcgi and rpc.wsgi by itself (mod_fcgid, mod_wsgi); '
           'restart others: gunicorn (kill -HUP), Passenger (touch tmp/restart.txt), rpc.fcgi '
           '--listen.')


def install(cgi_bin, lib=None, python=None, shell=False):
    """Install this copy of the program in the folder `cgi_bin`; yield what was done.

    lib (str or None): the folder of the classes; None: the one in use, or the usual one.
    python (str or None): the interpreter for rpc.cgi; None: this one.
    shell (bool): whether the shell starts rpc.cgi and rpc.fcgi.
    Raises InstallError and OSError.
    """
    cgi_bin = whole(cgi_bin)
    files = bundle.program(PACKAGE)
    is_chosen, python = python is not None, Interpreter(python or sys.executable)
    with Versions(cgi_bin) as versions:
        written = existing(versions)
        earlier = '' if is_chosen else _other_interpreter(written, python)
        given = lib
        lib, chosen = choose_lib(cgi_bin, given, written)
        doors = {}
        for name, template in templates(shell, written):
            own = None if given is not None else kept_lib(cgi_bin, name, written)
            doors[name] = render(template, python, chosen if own is None else own)
        in_place = os.path.realpath(versions.package) == os.path.realpath(PACKAGE)
        if os.path.islink(versions.package) and not in_place:
            raise InstallError('%s is a symbolic link: remove it first.' % versions.package)
        if not in_place and versions.is_foreign():
            raise InstallError('%s is not from xmlrpcgi: move it away first.' % versions.package)
        is_new = not os.path.isdir(cgi_bin)
        make_folder(cgi_bin)
        versions.lock()
        about_lib = make_lib(lib)
        before = versions.current()[0]
        versions.doors.templates = tuple(doors.values())
        if in_place:                        # unpacked where it is to run: nothing to switch
            for name, data in files.items():
                put(os.path.join(PACKAGE, name), data)
            os.chmod(PACKAGE, 0o755)          # noqa: S103  what suEXEC wants
            compile_package(python.path, PACKAGE)
            versions.doors.put(doors, time.time())
        else:
            if versions.is_flat():
                versions.keep_flat(python.path)
            version = versions.add(files, python.path)
            versions.switch(version, python.path, doors)
            versions.prune()
        compile_all(python.path, lib, 'some')
    yield 'xmlrpcgi %s is installed in %s%s.' % (
        bundle.number(files), cgi_bin, ', which is new' if is_new else _about_before(
            before, bundle.identity(files)))
    yield 'rpc.cgi starts %s (Python %d.%d).' % ((python.path,) + python.version)
    if earlier:
        yield 'It started %s before: to keep that, install again with --python %s.' % (
            earlier, shlex.quote(earlier))
    yield from _about_kept(versions)
    if before not in ('', bundle.identity(files)) and set(written) & set(RESIDENT):
        yield RESTART
    yield 'The classes are in %s%s.' % (lib, about_lib)
    if document_root(lib) and not os.path.exists(os.path.join(lib, '.htaccess')):
        yield ('That is inside a public folder: put a .htaccess with the line "Require all denied" '
               'into it.')
    closed = reach.closed_to_scripts(python.path, cgi_bin)
    if closed:
        yield ('Only its owner can start that Python, because of the modes of %s: where scripts '
               'run as another user, as they do without suEXEC, calls fail with status 500. Name '
               'an interpreter elsewhere with --python, or run: %s' % (
                   ' and '.join(closed), reach.opening(closed)))
    check = '%s %s check' % (shlex.quote(python.path), shlex.quote(versions.package))
    yield 'To check the files: %s' % check
    yield 'To check that the web server runs them: %s https://your.site/cgi-bin/rpc.cgi' % check


def _other_interpreter(written, python):
    """Return the Python that rpc.cgi starts (its path), '' where it is `python` or not there.

    written: from `existing`. python (Interpreter): the one that rpc.cgi will start.
    """
    try:
        path = named_interpreter(written.get('rpc.cgi', b''))
    except ValueError:                  # quotes that do not match
        return ''
    is_python = os.path.basename(path).startswith('python')     # not env
    return path if is_python and path != python.path and os.access(path, os.X_OK) else ''


def templates(shell, written):
    """Return [(name, bytes)] of the doors to install, to be filled in.

    shell (bool): those that the shell starts. written: from `existing`. The doors for long-running
    processes may be missing from this copy; those that are installed are then filled in anew.
    """
    script, others = bundle.cgi_script(CGI_BIN, shell), bundle.long_running(CGI_BIN)
    found = [('rpc.cgi', script)]
    for name in RESIDENT:
        template = others.get(name) or written.get(name)
        if template:
            found.append((name, in_shell(template, script)
                          if shell and name == 'rpc.fcgi' else template))
    return found


def _about_before(before, now):
    """Return what the sentence says of the version before."""
    if not before:
        return ''
    if before == now:
        return ', as it was'
    return ', after %s (--rollback goes back)' % before


def _about_kept(versions):
    """Yield a sentence per door that was somebody's own work."""
    for path, copy in versions.doors.kept:
        yield '%s was changed by hand; as it was, it is kept in %s.' % (path, copy)


def rollback(cgi_bin):
    """Put the version before in force again in the folder `cgi_bin`; yield what was done."""
    with Versions(whole(cgi_bin)) as versions:
        now, before = versions.current()
        if not before or not os.path.isdir(versions.folder(before)):
            raise InstallError('There is no version before the one in %s.' % versions.cgi_bin)
        written, doors = existing(versions), versions.doors_of(before)
        if 'rpc.cgi' not in doors:
            raise InstallError('There is no rpc.cgi in %s: install it again.' % versions.cgi_bin)
        python = named_interpreter(doors['rpc.cgi'])
        versions.switch(before, python if os.access(python, os.X_OK) else sys.executable, doors,
                        older=True)
    yield 'xmlrpcgi %s is in force in %s, after %s (--rollback goes back).' % (
        before, versions.cgi_bin, now)
    yield from _about_kept(versions)
    gone = [name for name in written if name not in doors]
    if gone:
        yield '%s had no %s: removed until you go back.' % (before, ' and '.join(gone))
    if set(doors) & set(RESIDENT):
        yield RESTART


def uninstall(cgi_bin):
    """Remove from the folder `cgi_bin` what `install` put there; yield what was done."""
    with Versions(whole(cgi_bin)) as versions:
        if not versions.is_there():
            raise InstallError('xmlrpcgi is not installed in %s.' % versions.cgi_bin)
        if versions.is_flat():
            raise InstallError('%s was copied there by hand, not by install: delete it and rpc.cgi '
                               'by hand.' % versions.package)
        doors = versions.doors.own()
        try:
            lib = choose_lib(versions.cgi_bin, None, doors)[0] if doors else None
        except InstallError:                # whatever they are, the classes stay
            lib = None
        versions.remove()
    yield 'xmlrpcgi is removed from %s.' % versions.cgi_bin
    yield from _about_kept(versions)
    if os.path.isdir(versions.package):
        yield '%s stays, with files in it that are not from this version.' % versions.package
    if lib and os.path.isdir(lib):
        yield 'The classes stay in %s.' % lib


def existing(versions):
    """Return {name: bytes} of the doors that are there.

    Raises InstallError where a file of somebody else has the name of one.
    """
    doors = versions.doors.own()
    for name in DOORS:
        if name not in doors and os.path.lexists(versions.doors.path(name)):
            raise InstallError('%s is not from xmlrpcgi: move it away first.'
                               % versions.doors.path(name))
    return doors


def choose_lib(cgi_bin, given, doors):
    """Return (the folder of the classes, what LIB says).

    doors ({name: bytes}): those that are there; the first that names a folder decides. Raises
    DoorError where one cannot be read.
    """
    if given is not None:
        return whole(given), whole(given)
    for name in doors:
        chosen = kept_lib(cgi_bin, name, doors)
        if chosen is not None:
            return lib_of(cgi_bin, chosen), chosen
    beside = os.path.join(os.path.dirname(cgi_bin), 'lib')
    if not document_root(cgi_bin):
        return beside, beside
    home = os.path.abspath(os.path.expanduser('~'))
    if not cgi_bin.startswith(home + os.sep):
        raise InstallError('%s is inside a public folder: name a folder for the classes outside '
                           'of it with --lib.' % cgi_bin)
    lib = os.path.join(home, 'xmlrpcgi', 'lib')
    return lib, lib


def kept_lib(cgi_bin, name, doors):
    """Return what LIB says in a door and is to stay, None where it names no folder.

    doors ({name: bytes}): those that are there. Raises DoorError where LIB cannot be read.
    """
    if name not in doors:
        return None
    chosen = chosen_lib(doors[name], os.path.join(cgi_bin, name))
    return None if chosen == '' and not os.path.isdir(lib_of(cgi_bin, chosen)) else chosen


def lib_of(cgi_bin, chosen):
    """Return the absolute path of the folder that LIB names by `chosen` (str)."""
    try:
        return os.path.normpath(os.path.join(cgi_bin, expanded(chosen or '../lib')))
    except SettingsError as error:
        raise InstallError('%s.' % error) from None


def make_lib(lib):
    """Make a new lib, with the example; leave one that holds something as it is.

    Returns what the sentence says about it.
    """
    files = bundle.example(os.path.join(os.path.dirname(CGI_BIN), 'lib'))
    deny = os.path.join(lib, '.htaccess')
    try:
        there = [name for name in os.listdir(lib) if not is_unfinished(name)]
    except FileNotFoundError:
        make_folder(lib)
    else:
        begun = there == ['.htaccess'] and bundle.text(deny) == files.get('.htaccess')
        if there and not begun:         # begun: by an install that was ended in the middle
            return ', as they were'
        clear(lib, deep=False)
    for name in sorted(files):          # .htaccess first: nothing is in it that is not denied
        put(os.path.join(lib, name), files[name])
    return ', which is new%s' % (' and has the example' if files else '')


def whole(path):
    """Return the absolute path of what the user wrote, in which ~ is the home folder.

    Raises InstallError where it is empty, like a variable of the shell that is not set.
    """
    if not path:
        raise InstallError('The name of the folder is empty: write it behind the option, or . for '
                           'the current folder. (A variable of the shell may not be set.)')
    return os.path.abspath(os.path.expanduser(path))
