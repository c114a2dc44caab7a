"""install: put the program into a folder for CGI scripts, or a newer one in place of it.

What lies there and how the switch is made is in versions.py, the doors in stub.py. The classes
and settings in lib are the user's: only a lib that is new or empty gets the example.
"""

import os
import re
import shlex
import subprocess
import sys

from ..cli.target import complain, say
from . import bundle
from .bundle import CGI_BIN, PACKAGE
from .doors import Interpreter, StubError, chosen_lib, in_shell, named_interpreter, render
from .versions import DOORS, RESIDENT, Versions, compile_all, make_folder, put

RESTART = ('Apache renews the processes of rpc.fcgi and rpc.wsgi by itself (mod_fcgid, mod_wsgi); '
           'restart others: gunicorn (kill -HUP), Passenger (touch tmp/restart.txt), rpc.fcgi '
           '--listen.')
# Names of the folders that hosts show to the world.
PUBLIC = re.compile(r'public_html|public_ftp|www|web|htdocs|httpdocs|httpsdocs|html|wwwroot'
                    r'|webroot|public')


class InstallError(Exception):
    """It cannot be installed; the text says why and what to do."""


def arguments(parser):
    parser.add_argument('--cgi-bin', required=True, metavar='FOLDER',
                        help='the folder for CGI scripts, like ~/public_html/cgi-bin')
    parser.add_argument('--lib', metavar='FOLDER', help='the folder of your classes (default: as '
                        'it was; else lib beside the folder for CGI scripts, or ~/xmlrpcgi/lib '
                        'where that would be inside a public folder)')
    parser.add_argument('--python', metavar='PATH', help='the interpreter that runs rpc.cgi '
                        'and rpc.fcgi (default: this one)')
    parser.add_argument('--sh', action='store_true', help='a rpc.cgi and rpc.fcgi that the shell '
                        'starts: for an interpreter whose path is long or contains spaces')
    parser.add_argument('--rollback', action='store_true', help='back to the version before')
    parser.add_argument('--deploy', metavar='USER@HOST:[FOLDER]', help='do it on that host, over '
                        'ssh; paths are those of the host')


def run(options):
    if options.deploy:
        from .remote import deploy
        words = ['install', '--cgi-bin', options.cgi_bin]
        for name in ('lib', 'python'):
            if getattr(options, name):
                words += ['--' + name, getattr(options, name)]
        words += ['--' + name for name in ('sh', 'rollback') if getattr(options, name)]
        return deploy(options.deploy, words, options.python)
    return attempt(rollback if options.rollback else install, options)


def attempt(work, options):
    """Return the exit status of `work(options)`, which returns the lines to say."""
    os.umask(0o22)
    try:
        for line in work(options):
            say(line)
        return 0
    except (InstallError, StubError, bundle.BundleError) as error:
        complain(str(error))
    except subprocess.CalledProcessError as error:
        complain('%s could not compile the program (status %d).'
                 % (error.cmd[0], error.returncode))
    except OSError as error:
        complain('%s: %s. Name a folder that you may write, or run this as its owner.'
                 % (error.filename or options.cgi_bin, error.strerror or error))
    return 2


def install(options):
    cgi_bin = whole(options.cgi_bin)
    files = bundle.program(PACKAGE)
    python = Interpreter(options.python or sys.executable)
    versions = Versions(cgi_bin)
    written = existing(versions)
    lib, chosen = choose_lib(cgi_bin, options.lib, written.values())
    doors = {}
    for name, template in templates(options.sh, written):
        own = None if options.lib else kept_lib(cgi_bin, written.get(name, b''))
        doors[name] = render(template, python, chosen if own is None else own)
    in_place = os.path.realpath(versions.package) == os.path.realpath(PACKAGE)
    if os.path.islink(versions.package) and not in_place:
        raise InstallError('%s is a symbolic link: remove it first.' % versions.package)
    make_folder(cgi_bin)
    about_lib = make_lib(lib)
    before = versions.current()[0]
    if in_place:                        # unpacked where it is to run: nothing to switch
        for name, data in files.items():
            put(os.path.join(PACKAGE, name), data)
        os.chmod(PACKAGE, 0o755)          # noqa: S103  what suEXEC wants
        compile_all(python.path, PACKAGE)
        versions.put_doors(doors, renew=True)
    else:
        if versions.is_flat():
            versions.keep_flat(python.path)
        version = versions.add(files, python.path)
        versions.switch(version, python.path, doors)
        versions.prune()
    compile_all(python.path, lib, 'some')
    yield 'xmlrpcgi %s is installed in %s%s.' % (
        bundle.number(files), cgi_bin, after(before, bundle.identity(files)))
    yield 'rpc.cgi starts %s (Python %d.%d).' % ((python.path,) + python.version)
    if before not in ('', bundle.identity(files)) and set(written) & set(RESIDENT):
        yield RESTART
    yield 'The classes are in %s%s.' % (lib, about_lib)
    if is_public(lib) and not os.path.exists(os.path.join(lib, '.htaccess')):
        yield ('That is inside a public folder: put a .htaccess with the line "Require all denied" '
               'into it.')
    yield 'To check it: %s %s check' % (shlex.quote(python.path), shlex.quote(versions.package))


def templates(shell, written):
    """Return [(name, bytes)] of the doors to install, to be filled in.

    shell (bool): those that the shell starts. written: from `existing`. The doors for processes
    that stay may be missing from this copy; those that are installed are then filled in anew.
    """
    stubs, resident = bundle.stubs(CGI_BIN), bundle.resident(CGI_BIN)
    script = stubs.get('sh' if shell else 'python')
    if not script:
        raise bundle.BundleError('There is no %s in %s: unpack the archive again.' % (
            'rpc-sh.cgi' if shell else 'rpc.cgi', CGI_BIN))
    found = [('rpc.cgi', script)]
    for name in RESIDENT:
        template = resident.get(name) or written.get(name)
        if template:
            found.append((name, in_shell(template, script)
                          if shell and name == 'rpc.fcgi' else template))
    return found


def after(before, now):
    """What the message says of the version before."""
    if not before:
        return ''
    if before == now:
        return ', as it was'
    return ', after %s (--rollback goes back)' % before


def rollback(options):
    versions = Versions(whole(options.cgi_bin))
    now, before = versions.current()
    if not before or not os.path.isdir(versions.folder(before)):
        raise InstallError('There is no version before the one in %s.' % versions.cgi_bin)
    written, doors = existing(versions), versions.doors_of(before)
    if 'rpc.cgi' not in doors:
        raise InstallError('There is no rpc.cgi in %s: install it anew.' % versions.cgi_bin)
    python = named_interpreter(doors['rpc.cgi'])
    versions.switch(before, python if os.access(python, os.X_OK) else sys.executable, doors,
                    older=True)
    yield 'xmlrpcgi %s is in force in %s, after %s (--rollback goes back).' % (
        before, versions.cgi_bin, now)
    gone = [name for name in written if name not in doors]
    if gone:
        yield '%s had no %s: removed until you go back.' % (before, ' and '.join(gone))
    if set(doors) & set(RESIDENT):
        yield RESTART


def existing(versions):
    """Return {name: bytes} of the doors that are there. Raises for a stranger of their names."""
    doors = versions.own_doors()
    for name in DOORS:
        if name not in doors and os.path.lexists(versions.door(name)):
            raise InstallError('%s is not from xmlrpcgi: move it away first.'
                               % versions.door(name))
    return doors


def choose_lib(cgi_bin, given, doors):
    """Return (the folder of the classes, what LIB says).

    doors: the bytes of those that are there; the first that names a folder is followed.
    """
    if given:
        return whole(given), whole(given)
    for door in doors:
        chosen = kept_lib(cgi_bin, door)
        if chosen is not None:
            return os.path.normpath(os.path.join(cgi_bin, chosen or '../lib')), chosen
    beside = os.path.join(os.path.dirname(cgi_bin), 'lib')
    if not is_public(cgi_bin):
        return beside, beside
    home = os.path.abspath(os.path.expanduser('~'))
    if not cgi_bin.startswith(home + os.sep):
        raise InstallError('%s is inside a public folder: name a folder for the classes outside '
                           'of it with --lib.' % cgi_bin)
    lib = os.path.join(home, 'xmlrpcgi', 'lib')
    return lib, lib


def kept_lib(cgi_bin, door):
    """Return what LIB in a door (bytes) stays, None where it names no folder."""
    chosen = chosen_lib(door)
    beside = os.path.join(os.path.dirname(cgi_bin), 'lib')
    return None if chosen == '' and not os.path.isdir(beside) else chosen


def is_public(folder):
    """Whether a folder is, by its name, inside what a host shows to the world."""
    return any(PUBLIC.fullmatch(part) for part in folder.split(os.sep))


def make_lib(lib):
    """Make a new lib, with the example; leave one that holds something as it is."""
    try:
        if os.listdir(lib):
            return ', as they were'
    except FileNotFoundError:
        make_folder(lib)
    files = bundle.example(os.path.join(os.path.dirname(CGI_BIN), 'lib'))
    for name, data in files.items():
        put(os.path.join(lib, name), data)
    return ', which is new%s' % (' and has the example' if files else '')


def whole(path):
    """The absolute path of what was written, in which ~ is the home folder."""
    return os.path.abspath(os.path.expanduser(path))
