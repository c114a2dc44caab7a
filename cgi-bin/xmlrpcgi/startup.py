"""What makes a process start nearly as fast as a script that prints a constant.

Start-up is most of what a CGI call costs, so a process of our own (its interpreter was started
with -S; a web server or a test that imports us has not) does four things differently. Each has
its way back to what Python does anyhow, and nobody can tell the difference but by the clock:

1.  One file of byte-code. HOT names the modules that a plain call loads. `sweep` reads their code
    from one file, `__pycache__/hot.TAG.pyc`, in place of finding, opening and reading each alone.
    For each source the file has a stamp (times, inode, size), so an edited, replaced or older file
    is noticed. Whatever is wrong with the file, from a missing folder to a cut end, means plain
    imports. `install` writes the file, and so does a call that found none (see `keep`).

2.  No garbage collection until lib/ has its turn: nothing that a start makes is garbage.

3.  xmlrpc.client and xmlrpc.server are not imported: a POST uses nothing of them, and they cost
    more than all the rest. Our Fault and Handler stand without them, and become subclasses of
    their classes, or take their places, as soon as anybody imports the two (see `adopt`; stock.py
    makes that import itself cheap).

4.  site-packages are looked at when an import would fail without them, not at the start (see
    `SitePackages`).
"""

import gc
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader

try:
    import posix as os
except ImportError:             # Windows
    import os

IS_OURS = bool(sys.flags.no_site)
# Bottom first: each imports only what stands before it.
HOT = ('errors', 'message', 'library', 'signature', 'decode', 'encode', 'settings', 'http',
       'process', 'dispatch', 'handler')
_STALE = 60                     # seconds after which an unfinished file is given up

_adopted = {}                   # stock module: [(our class, its base there, its own name there)]


def begin():
    """Load the modules of HOT from one file, where it is there and right; return whether it is."""
    gc.disable()
    if not IS_OURS or __package__ + '.errors' in sys.modules:       # Python 3.6: see __init__.py
        return True
    swept = sweep(sys.modules[__package__].__path__[0])
    if hasattr(gc, 'freeze'):           # Python 3.7
        gc.freeze()
    return swept


def sweep(folder):
    """Load the modules of HOT, whose sources are in `folder` (str), from its file of byte-code.

    Returns whether that was possible (bool); where it was not, nothing is loaded.
    """
    loaded = []
    try:
        for name, stamped, code in read(file_of(folder)):
            path = '%s/%s.py' % (folder, name)
            if stamp(path) != stamped:
                raise ImportError
            loaded.append((__package__ + '.' + name, path, code))
        for fullname, path, code in loaded:
            _execute(fullname, path, code)
    except Exception:
        for fullname, _, _ in loaded:
            sys.modules.pop(fullname, None)
        return False
    return True


def _execute(fullname, path, code):
    """As an import does, with the code at hand."""
    from _imp import _fix_co_filename  # a folder that was moved, or is reached by another path
    _fix_co_filename(code, path)
    loader = SourceFileLoader(fullname, path)
    spec = ModuleSpec(fullname, loader, origin=path)
    spec._set_fileattr = True           # as spec_from_file_location does: __file__ is its origin
    module = sys.modules[fullname] = type(sys)(fullname)
    names = module.__dict__             # module_from_spec would take longer than the module
    names['__file__'], names['__loader__'], names['__spec__'] = path, loader, spec
    names['__package__'] = __package__
    exec(code, names)                   # noqa: S102  our own modules' code
    setattr(sys.modules[__package__], fullname.rpartition('.')[2], module)


def read(path):
    """Return the rows (name, stamp, code) of the file `path`; raises what there is to raise."""
    from marshal import loads
    file = os.open(path, os.O_RDONLY)
    try:
        data = os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)
    head = MAGIC_NUMBER + len(data).to_bytes(8, 'little')
    if data[:len(head)] != head:
        raise ImportError
    # Trusted as far as Python itself trusts the byte-code in this folder.
    return loads(memoryview(data)[len(head):])      # noqa: S302


def file_of(folder, name='hot'):
    """Return the path of a file of code for the package in `folder` and this Python.

    name (str): 'hot' for the modules' byte-code; wire/scanner.py has another.
    """
    return '%s/__pycache__/%s.%s.pyc' % (folder, name, sys.implementation.cache_tag)


def keep(folder=None):
    """Write the file of byte-code for the package in `folder` (default: this one), if possible.

    Says nothing where that is not possible: the next call has plain imports, and tries again.
    """
    folder = folder or sys.modules[__package__].__path__[0]
    keep_rows(file_of(folder), lambda: _rows(folder))


def keep_rows(path, make_rows):
    """Write the file `path` with the rows that make_rows() returns, if possible; says nothing."""
    place = path.rpartition('/')[0]
    if sys.dont_write_bytecode:
        return
    try:
        if not os.access(place, os.W_OK):
            os.mkdir(place)
        _write(path, make_rows())
    except Exception:           # noqa: S110  not ours to write, a full disk, a changing source
        pass


def _rows(folder):
    rows = []
    for name in HOT:
        path = '%s/%s.py' % (folder, name)
        loader, stamped = SourceFileLoader(__package__ + '.' + name, path), stamp(path)
        # Compiled here: byte-code that is there may be cut short, or of another edit of the second.
        rows.append((name, stamped, loader.source_to_code(loader.get_data(path), path)))
        if stamp(path) != stamped:
            raise ImportError
    return tuple(rows)


def _write(path, rows):
    from marshal import dumps
    data = dumps(rows)
    data = MAGIC_NUMBER + (len(data) + len(MAGIC_NUMBER) + 8).to_bytes(8, 'little') + data
    new = path[:-4] + '.new'            # one name: files that were never finished do not pile up
    try:
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        from time import time
        if time() - os.stat(new).st_mtime > _STALE:
            os.unlink(new)
        return
    try:
        try:
            whole = os.write(file, data) == len(data)
        finally:
            os.close(file)
        if whole:
            os.replace(new, path)
            return
    except OSError:
        pass
    os.unlink(new)


def stamp(path):
    """Return what tells two versions of the file `path` apart."""
    found = os.stat(path)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size


def adopt(module, own, base, name=None):
    """Have the class `own` be one of the stock `module` (str) from the first import of that on.

    It gets the class `base` (str) of that module as its base, and takes the place of the class
    `name` there, if one is given.
    """
    _adopted.setdefault(module, []).append((own, base, name))
    if Stock not in sys.meta_path:
        sys.meta_path.insert(0, Stock)


def adopted(module):
    """Do for the stock module (a module object) what was asked by `adopt`."""
    for own, base, name in _adopted.pop(module.__name__, ()):
        own.__bases__ = getattr(module, base),
        if name:
            setattr(module, name, own)
    if not _adopted and Stock in sys.meta_path:
        sys.meta_path.remove(Stock)


class Stock:
    """First on sys.meta_path: tells stock.py of an import of xmlrpc.client or xmlrpc.server."""

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        """importlib's finder interface (PEP 451)."""
        if fullname == 'xmlrpc.client' or fullname == 'xmlrpc.server':
            from .stock import find
            return find(fullname, path, adopted)
        return None


class SitePackages:
    """Last on sys.meta_path: asked with an import that nobody else could serve.

    It does what the interpreter does at its start without -S (site.main, virtual environment and
    user site included), once, and the import is tried again.
    """

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        """importlib's finder interface (PEP 451)."""
        if path is not None or fullname == 'org':   # inside a package; copy, pickle: for Jython
            return None
        sys.meta_path.remove(cls)
        import os
        import site
        if site.ENABLE_USER_SITE is None and hasattr(os, 'geteuid'):
            # -I switches the user site off; the check that is left is site.check_enableusersite's.
            site.ENABLE_USER_SITE = os.geteuid() == os.getuid() and os.getegid() == os.getgid()
        site.main()
        for folder in getattr(sys.modules.get('lib'), '__path__', ()):      # lib/ stays last
            place = os.path.abspath(folder)
            sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != place]
            sys.path.append(folder)
        from importlib.util import find_spec
        return find_spec(fullname)


if IS_OURS and 'site' not in sys.modules:
    sys.meta_path.append(SitePackages)
