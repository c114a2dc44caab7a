"""Files as install writes them: each whole at once, with its mode, and compiled."""

import os
import subprocess

from ..client.errors import InstallError

_HERE = os.path.dirname(os.path.abspath(__file__))
_COMPILER, _KEEPER = os.path.join(_HERE, 'bytecode.py'), os.path.join(_HERE, 'hotfile.py')


def make_folder(path):
    """Make a folder and those above it, of mode 0755; those that are there stay as they are."""
    if not os.path.isdir(path):
        make_folder(os.path.dirname(path))
        os.mkdir(path)
        os.chmod(path, 0o755)           # noqa: S103  what suEXEC wants


def put(path, data, mode=0o644, seconds=None, always=False):
    """Write a file in one step: whoever opens it finds the old or the new one, whole.

    seconds (int): its time. A file that has the same bytes already is replaced only where
    `seconds` is given or `always` is set.
    """
    try:
        with open(path, 'rb') as file:
            same = file.read() == data and not os.path.islink(path)
    except FileNotFoundError:
        same = False
    if same and seconds is None and not always:
        os.chmod(path, mode)
        return
    new = os.path.join(os.path.dirname(path), '.%s.%d.new' % (os.path.basename(path), os.getpid()))
    try:
        with open(new, 'xb') as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
        if seconds is not None:
            os.utime(new, (seconds, seconds))
        os.rename(new, path)
    except BaseException:
        if os.path.exists(new):
            os.unlink(new)
        raise


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
