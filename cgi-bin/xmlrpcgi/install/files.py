"""Files as install writes them: each whole at once, with its mode, on the disk, and compiled."""

import os
import re
import subprocess

from ..client.errors import InstallError

# What a process that was killed leaves: of `put` (version 1.0 too), and of Python's compiler.
_UNFINISHED = re.compile(r'\..+\.\d+\.new$|.+\.pyc\.\d+$')
_OURS = re.compile(r'\.(\.htkept-)?(rpc[.-]|[.-]htaccess|app[.-]py)')
_HERE = os.path.dirname(os.path.abspath(__file__))
_COMPILER, _KEEPER = os.path.join(_HERE, 'bytecode.py'), os.path.join(_HERE, 'hotfile.py')


def make_folder(path):
    """Make a folder and those above it, of mode 0755; those that are there stay as they are."""
    if not os.path.isdir(path):
        make_folder(os.path.dirname(path))
        os.mkdir(path)
        os.chmod(path, 0o755)           # noqa: S103  what suEXEC wants


def put(path, data, mode=0o644, seconds=None, always=False, keep=True):
    """Write a file in one step: whoever opens it finds the old or the new one, whole.

    seconds (int): its time. A file that has the same bytes already is replaced only where
    `seconds` is given or `always` is set. keep (bool): whether it is on the disk at the return,
    so that what comes after it cannot be there without it; else `sync` does that for a folder.
    """
    try:
        with open(path, 'rb') as file:
            same = file.read() == data and not os.path.islink(path)
    except FileNotFoundError:
        same = False
    if same and seconds is None and not always:
        os.chmod(path, mode)
        return
    folder, name = os.path.split(path)
    # Without the name's own ending: a web server would run what ends in .cgi or has it in between.
    new = os.path.join(folder, '.%s.%d.new' % (name.replace('.', '-'), os.getpid()))
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'wb') as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
            if keep:
                file.flush()
                os.fsync(file.fileno())
        if seconds is not None:
            os.utime(new, (seconds, seconds))
        os.rename(new, path)
    except BaseException:
        if os.path.exists(new):
            os.unlink(new)
        raise
    if keep:
        sync_one(folder)


def sync_one(path):
    """Have a file or the names in a folder on the disk, not only in the system's memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:             # a file system that cannot do it for a folder
        pass
    finally:
        os.close(descriptor)


def sync(top):
    """Have all of the folder `top` on the disk, and its own name."""
    for folder, _, names in os.walk(top):
        for name in names:
            sync_one(os.path.join(folder, name))
        sync_one(folder)
    sync_one(os.path.dirname(top))


def clear(folder, deep=True):
    """Remove from a folder of ours what was never finished, and from those in it.

    deep (bool): False for a folder that others use too, from which only what is ours is removed.

    Only for whoever has the lock (see Versions.lock): others may be at work on such files.
    """
    for place, folders, names in os.walk(folder):
        if not deep:
            folders[:] = []
        for name in names:
            if _UNFINISHED.match(name) and (deep or _OURS.match(name)):
                os.unlink(os.path.join(place, name))


def is_unfinished(name):
    """Whether `name` is one that `clear` removes."""
    return bool(_UNFINISHED.match(name))


def compile_all(python, folder, which='all'):
    """Compile the files in `folder` by the interpreter `python` (path).

    which (str): 'all', or 'some' to leave out what cannot be compiled. Raises InstallError.
    """
    status = subprocess.run([python, '-IS', _COMPILER, which, folder], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL).returncode
    if status:
        raise InstallError('%s could not compile the program (status %d).' % (python, status))


def compile_package(python, folder):
    """Compile a package's folder as `compile_all` does, and write its file of hot byte-code.

    Without that file, which startup.py describes, calls take a little longer: not to have written
    it is not a failure.
    """
    compile_all(python, folder)
    subprocess.run([python, '-IS', _KEEPER, folder], stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
