"""Makes a process start nearly as fast as a script that prints a constant.

Start-up is most of the time of a CGI call. So a process of our own (one started with -S, which a
web server or a test that imports this package is not) does four things differently. Each falls back
to what Python itself does, and only the clock shows a difference:

1.  One file of byte-code. HOT names the modules that a plain call loads. `sweep` reads their code
    from one file, `__pycache__/hot.TAG.pyc`, in place of finding, opening and reading each alone.
    For each source the file has a stamp (times, inode, size), so an edited, replaced or older file
    is noticed. Where anything is wrong with the file, from a missing folder to a cut end, the
    modules are imported plainly. `install` writes the file, and so does a call that found none or a
    stale one, at most once per minute (see `keep`). The modules are as after plain imports, but
    have no `__cached__`. Those of LATER are executed when something is first looked up in them:
    most calls raise nothing, and to make the exceptions takes a thirtieth of a call. Python 3.6
    has plain imports always: it has no `__getattr__` of modules, so the package itself imports the
    handler.

2.  No garbage collection until classes of lib/ run: nothing that a start makes is garbage. This
    does not depend on -S.

3.  xmlrpc.client and xmlrpc.server are not imported: a POST uses nothing of them, and their import
    takes longer than all the rest. As soon as anybody imports the two, our Fault takes the place of
    the one in xmlrpc.client, and our Handler becomes a subclass of CGIXMLRPCRequestHandler,
    instances included (see `adopt`; imports/stock.py makes that import itself cheap).

4.  site-packages are looked at when an import would fail without them, not at the start (see
    imports/installed.py).

Besides, such a process compiles the source where a full disk has cut its byte-code short (see
`code_of`), keeps no byte-code of a source that was changed just now (`keep_byte_code`), and
compiles no source of this package that an upload has not brought whole (`code_of_whole`).
"""

import _imp  # for _fix_co_filename, as importlib does
import gc
import sys
from _frozen_importlib import ModuleSpec  # importlib's names, without its import
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader, cache_from_source
from _thread import RLock
from marshal import dumps, loads
from time import time

try:
    import posix as os
except ImportError:             # Windows
    import os

IS_OURS = bool(sys.flags.no_site)
# Bottom first: each imports only modules that come before it.
HOT = ('errors', 'message', 'signature', 'table', 'library', 'decode', 'encode', 'settings',
       'http', 'process', 'dispatch', 'handler', 'cgi')
LATER = 'errors',
swept = True                    # False once `begin` has found no right file of byte-code
own_log = None                  # the stream of our own log, where a class may change sys.stderr
_YOUNG = 2.0                    # seconds after a change in which no byte-code is kept
_TICK = 0.05                    # seconds in which two edits of a source may have the same times
_COARSE = 2                     # the same, where a file system has whole seconds only

UPGRADE = 'wait for the end of an upgrade, or copy the folder "xmlrpcgi" again'
_LAST_LINE = 200                # bytes at the end of a source in which its last line is

_adopted = {}                   # {stock module: [(our class, its base there, its own name there)]}


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
            _load(fullname, path, code)
    except Exception:
        for fullname, _, _ in loaded:
            sys.modules.pop(fullname, None)
            vars(sys.modules[__package__]).pop(fullname.rpartition('.')[2], None)
        return False
    return True


def _load(fullname, path, code):
    """Do what an import does, with code that is at hand; code in bytes is executed later."""
    loader = SourceFileLoader(fullname, path)
    spec = ModuleSpec(fullname, loader, origin=path)
    spec._set_fileattr = True           # as spec_from_file_location does: __file__ is its origin
    module = sys.modules[fullname] = type(sys)(fullname)
    names = module.__dict__             # module_from_spec would take longer than the module
    names['__file__'], names['__loader__'], names['__package__'] = path, loader, __package__
    if type(code) is bytes:
        names['__getattr__'] = _executor(code, names)
    else:
        _execute(code, names)
    names['__spec__'] = spec            # last: with it, an import in the module takes longer
    setattr(sys.modules[__package__], fullname.rpartition('.')[2], module)


def _execute(code, names):
    _imp._fix_co_filename(code, names['__file__'])      # a folder that was moved
    exec(code, names)                   # noqa: S102  our own modules' code


def _executor(data, names):
    """Return the `__getattr__` of a module that executes its code, the bytes `data`, when asked."""
    lock = RLock()

    def __getattr__(name):
        with lock:                      # two threads must not make two of each class
            if '__getattr__' in names:
                _execute(loads(data), names)        # noqa: S302  as in `read`
                del names['__getattr__']
        if name in names:
            return names[name]
        raise AttributeError('module %r has no attribute %r' % (names['__name__'], name))
    return __getattr__


def read(path):
    """Return the rows (name, stamp, code) of the file `path`; raises where it is not whole."""
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
    return cache_from_source('%s/%s.py' % (folder, name))


def keep(folder=None):
    """Write the file of byte-code for the package in `folder` (str, None: this one), if possible.

    Where that is not possible, nothing is said, and the next call imports plainly. Without
    `folder`, as a call does it, one process per minute tries: see imports/kept.py.
    """
    if sys.version_info >= (3, 7):
        place = folder or sys.modules[__package__].__path__[0]
        if sys.implementation.cache_tag:        # None where rpc.cgi met byte-code cut short
            from .imports.kept import keep_rows
            keep_rows(file_of(place), lambda: _rows(place), bool(folder))


def _rows(folder):
    """The rows of the file: (name, stamp, code). Raises ImportError while a source is changing.

    Code is bytes for a module of LATER, which are unmarshalled when they are needed.
    """
    rows, begun = [], time()
    for name in HOT:
        path = '%s/%s.py' % (folder, name)
        found = stamp(path)
        changed = found[1]              # st_ctime_ns
        if abs(begun - changed / 1e9) < (_TICK if changed % 10 ** 9 else _COARSE):
            raise ImportError           # the next edit may leave no trace in the stamp
        # Compiled here: existing byte-code may be cut short, or of another edit in the same second.
        loader = SourceFileLoader(name, path)
        code = loader.source_to_code(loader.get_data(path), path)
        rows.append((name, found, dumps(code) if name in LATER else code))
        if stamp(path) != found:
            raise ImportError
    return tuple(rows)


def stamp(path):
    """Return a stamp that differs between two versions of the file `path` (tuple of int)."""
    found = os.stat(path)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size


def adopt(module, own, base, name=None):
    """Make the class `own` one of the stock module `module` (str) when that is first imported.

    It gets the class `base` (str) of that module as its base, and takes the place of the class
    `name` there, if one is given.
    """
    _adopted.setdefault(module, []).append((own, base, name))
    if find_stock not in sys.meta_path:
        sys.meta_path.insert(0, find_stock)


def adopted(module):
    """Carry out the calls of `adopt` for `module` (a module object), which was just imported."""
    for own, base, name in _adopted.pop(module.__name__, ()):
        try:
            own.__bases__ = getattr(module, base),
        except TypeError:       # some subclass forbids it; the import must not fail
            continue
        if name:
            setattr(module, name, own)
    if not _adopted and find_stock in sys.meta_path:
        sys.meta_path.remove(find_stock)


# A function is a finder, too, once it has the attribute that importlib asks for; a class would cost
# a quarter of a percent of a call.

def find_stock(fullname, path=None, target=None):
    """First on sys.meta_path: an import of xmlrpc.client or xmlrpc.server (PEP 451)."""
    if fullname == 'xmlrpc.client' or fullname == 'xmlrpc.server':
        from .imports.stock import find
        return find(fullname, path, adopted)
    return None


def find_installed(fullname, path=None, target=None):
    """Last on sys.meta_path: an import that nobody else could serve (PEP 451)."""
    if path is not None or fullname == 'org':       # in a package; copy and pickle try org
        return None
    from .imports.installed import find_in_site_packages
    return find_in_site_packages(fullname, find_installed)


def code_of(loader, fullname, get_code=SourceFileLoader.get_code):
    """As SourceFileLoader.get_code, but compile the source where byte-code cannot be read.

    CPython before the end of 2024 takes a short write, on a full disk, for a whole one.
    """
    try:
        return get_code(loader, fullname)
    except (EOFError, ValueError, TypeError):       # marshal's
        path = loader.get_filename(fullname)
        return loader.source_to_code(loader.get_data(path), path)


def keep_byte_code(loader, path, cached, data, keep=SourceFileLoader._cache_bytecode):
    """As SourceFileLoader._cache_bytecode, but not for a source that was changed just now.

    Byte-code is matched to its source by second and size, and would hide another edit.
    """
    try:
        changed = os.stat(path).st_mtime
    except OSError:             # just removed
        return
    if abs(time() - changed) >= _YOUNG:
        keep(loader, path, cached, data)


def code_of_whole(loader, data, path, *more, compiled=SourceFileLoader.source_to_code, **options):
    """As SourceFileLoader.source_to_code, but refuse a file of ours that is not all there.

    An upload that is under way may have brought a part that is right as Python. The last line has
    the name of all files, see `_belongs` of this package.
    """
    package = sys.modules[__package__]
    files = getattr(package, '_files', '')
    if files and path.startswith(package.__path__[0] + '/') \
            and files.encode() not in data[-_LAST_LINE:]:
        raise ImportError('%s is not whole, or from another version' % path,
                          name=__package__ + '.*')
    return compiled(loader, data, path, *more, **options)


def is_upgrade(error):
    """Whether an exception came of files of this package that are missing, cut or mixed (bool)."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    package = trace and trace.tb_frame.f_globals.get('__package__')     # None in a script
    if not package or package.partition('.')[0] != __package__:
        return False
    if isinstance(error, SyntaxError):
        return (error.filename or '').startswith(sys.modules[__package__].__path__[0] + '/')
    return isinstance(error, ImportError) and (error.name or '').startswith(__package__ + '.')


find_stock.find_spec = find_stock
find_installed.find_spec = find_installed
find_installed.last = ''        # a folder that is to come after them on sys.path

if IS_OURS:
    SourceFileLoader.get_code = code_of
    SourceFileLoader._cache_bytecode = keep_byte_code
    SourceFileLoader.source_to_code = code_of_whole
    if 'site' not in sys.modules:
        sys.meta_path.append(find_installed)


# The last function: a file that an upload has brought only in part does not have it.

def begin(name):
    """Load the modules of HOT from one file, where it is there and right; return one, `name`.

    It is imported in any case; raises what that import raises.
    """
    global swept
    gc.disable()
    if IS_OURS and __package__ + '.errors' not in sys.modules:      # Python 3.6: see __init__.py
        swept = sweep(sys.modules[__package__].__path__[0])
        if hasattr(gc, 'freeze'):       # Python 3.7
            gc.freeze()
    name = '%s.%s' % (__package__, name)
    __import__(name)
    return sys.modules[name]
