"""inspection: what the interpreter of rpc.cgi itself makes of the program and of lib/.

check runs this file as a process, because another Python may run the script than the check:
`PYTHON -IS inspection.py CGI-BIN PACKAGE LIB [SKIPPED ...]`.  It writes lines of JSON, one per
result, to what was stdout; what the classes print goes to stderr.  It uses nothing of the package
before `_package`, so that a damaged package can be told from a broken class.
"""

import json
import os
import stat
import sys


def main(cgi_bin, package, lib, skipped):
    """Write the results.

    package: the folder of the program's files in force. skipped (list of str): namespaces to leave
    out, because importing one of them ended an earlier run.
    """
    out = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)

    def tell(result, **facts):
        out.write(json.dumps(dict(facts, result=result)) + '\n')
        out.flush()
    _forgive_byte_code()
    _versions(tell)
    pointer = os.path.join(cgi_bin, 'xmlrpcgi')
    if pointer != package:              # see versions.py
        _file(tell, os.path.join(pointer, '__init__.py'), 'package')
    _files(tell, package, 'package')
    _complete(tell, package)
    _of_one_archive(tell, package)
    _files(tell, lib, 'lib')
    library = _package(tell, cgi_bin, lib)
    if library is not None:
        _classes(tell, library, skipped, _settings(tell, library))
    tell('end')
    os._exit(0)             # whatever threads the classes started


def _forgive_byte_code():
    """Look at what the sources say; byte-code that cannot be read is a finding of its own.

    As in __main__.py, which may be damaged itself.
    """
    from importlib.machinery import SourceFileLoader
    get_code = SourceFileLoader.get_code

    def from_source_else(loader, fullname):
        try:
            return get_code(loader, fullname)
        except (EOFError, ImportError, TypeError, ValueError):
            path = loader.get_filename(fullname)
            return loader.source_to_code(loader.get_data(path), path)
    SourceFileLoader.get_code = from_source_else


def _versions(tell):
    try:
        import pyexpat
        expat = '.'.join(map(str, pyexpat.version_info))
    except ImportError:
        expat = None
    tell('versions', python='%d.%d.%d' % sys.version_info[:3], expat=expat)


def _files(tell, folder, what):
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] not in '._')
        if what == 'lib' and place != folder and '__init__.py' in files:
            folders[:] = []             # a package, of which nothing is published
            continue
        for name in sorted(files):
            path = os.path.join(place, name)
            if what == 'lib' and path == os.path.join(folder, 'settings.py'):
                _settings_file(tell, path)
            elif name.endswith('.py') and name[0] != '.':   # hidden: an editor's, never imported
                _file(tell, path, what)


def _complete(tell, package):
    """Tell of modules that others of the program import and that are not there."""
    import re
    wanted = set()
    for place, folders, names in os.walk(package):
        folders[:] = [name for name in folders if name[0] not in '._']
        for name in names:
            if name.endswith('.py'):
                try:
                    with open(os.path.join(place, name), encoding='utf-8') as file:
                        found = re.findall(r'^ *from \.(\.*)(\w[\w.]*) import ', file.read(), re.M)
                except (OSError, ValueError):
                    continue
                wanted.update(os.path.normpath(os.path.join(
                    place, *['..'] * len(above), *module.split('.'))) for above, module in found)
    for path in sorted(wanted):
        if not os.path.isfile(path + '.py') and not os.path.isfile(path + '/__init__.py'):
            tell('damaged', path=path + '.py', what='package', error='it is not there')


def _of_one_archive(tell, package):
    """Tell of modules that are of another archive than __init__.py, or cut: see _belongs there."""
    import re
    named = {}
    for place, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name[0] not in '._' and name != 'pointer')
        for path in (os.path.join(place, name) for name in sorted(names)):
            if path.endswith('.py') and not path.endswith(('/__main__.py', '/stubs/runtime.py')):
                try:
                    with open(path, encoding='utf-8', errors='replace') as file:
                        text = file.read()
                except OSError:
                    continue
                found = re.findall(r"^(?:if .*_belongs\(|_files = )'(.*?)'", text, re.M)
                named[path] = found[-1] if found else ''
    whole = named.get(os.path.join(package, '__init__.py'), '')
    for path, files in named.items():
        if files != whole:
            tell('damaged', path=path, what='package', error='it is %s, and not of %s' % (
                'of ' + files if files else 'cut short, or of another version',
                whole or 'this version'))


def _file(tell, path, what):
    """Tell whether a source file is damaged, else whether its byte-code is up to date."""
    from importlib.util import cache_from_source
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):     # never imported; a pipe would be waited for
            return
        with open(path, 'rb') as file:
            source = file.read()
    except OSError as error:
        return tell('damaged', path=path, what=what, error=_text_of_error(error),
                    denied=isinstance(error, PermissionError))
    state = _state(path, source, cache_from_source(path))
    if state not in ('fresh', 'unreadable') or what == 'package':
        try:
            compile(source, path, 'exec', dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            if what == 'package':           # the import of a class shows its own errors
                tell('damaged', path=path, what=what, error=_text_of_error(error))
            return
    if what == 'package' and not source.strip():
        tell('damaged', path=path, what=what, error='it is empty')
    tell('code', path=path, what=what, state=state, cached=cache_from_source(path))


def _settings_file(tell, path):
    """Tell whether this user may not read it; `_settings` tells all else, without byte-code."""
    if os.path.isfile(path) and not os.access(path, os.R_OK):
        tell('damaged', path=path, what='lib', error='Permission denied', denied=True)


def _state(path, source, cached):
    """Return what the byte-code of a source is.

    'fresh', 'missing', 'stale', 'wrong': stale but used all the same (PEP 552), or 'unreadable':
    it would be used, and is cut short.
    """
    import _imp
    from importlib.util import MAGIC_NUMBER
    try:
        with open(cached, 'rb') as file:
            data = file.read()
    except OSError:
        return 'missing'
    head = data[:16]
    if head[:4] != MAGIC_NUMBER:
        return 'stale'
    if not _is_whole(data[12 if sys.version_info < (3, 7) else 16:]):
        return 'unreadable'
    state = os.stat(path)
    if sys.version_info < (3, 7):
        stamp = head[4:12]
    else:
        flags = int.from_bytes(head[4:8], 'little')
        if flags & 1:
            key = __import__('_frozen_importlib_external')._RAW_MAGIC_NUMBER
            fresh = _imp.source_hash(key, source) == head[8:16]
            return 'fresh' if fresh else 'stale' if flags & 2 else 'wrong'
        stamp = head[8:16]
    wanted = (int(state.st_mtime) & 0xffffffff).to_bytes(4, 'little') \
        + (state.st_size & 0xffffffff).to_bytes(4, 'little')
    return 'fresh' if stamp == wanted else 'stale'


def _is_whole(code):
    """Whether the bytes of byte-code, behind its head, can be read."""
    import marshal
    try:
        marshal.loads(code)     # noqa: S302  what an import would do
    except (EOFError, TypeError, ValueError):
        return False
    return True


def _package(tell, cgi_bin, lib):
    """Import the package as rpc.cgi does; return the Library, None where that fails."""
    sys.path.insert(0, cgi_bin)
    try:
        from xmlrpcgi.handler import Handler  # noqa: F401  what rpc.cgi would fail at
        from xmlrpcgi.library import Library
    except BaseException as error:
        tell('package', error=_text_of_error(error))
        return None
    del sys.path[0]
    return Library(lib)


def _settings(tell, library):
    """Tell of lib/settings.py; return the Settings, None where it is wrong."""
    from xmlrpcgi.errors import SettingsError
    from xmlrpcgi.handler import load_settings
    try:
        chosen = load_settings(library)
    except BaseException as error:
        tell('settings', error=str(error) if isinstance(error, SettingsError)
             else 'lib/settings.py: ' + _text_of_error(error))
        return None
    tell('settings', error=None, own=library.has('settings'),
         rate_limits=_rate_limit_file(chosen), tokens=chosen.TOKENS_FILE,
         account=chosen.account, log=chosen.LOG_FILE)
    return chosen


def _rate_limit_file(settings):
    """Return the path of the file that the rate limits count in, None where they are off."""
    if not settings.MAX_CALLS_PER_MINUTE and not settings.MAX_DENIED_PER_MINUTE:
        return None
    return settings.RATE_LIMIT_FILE


def _classes(tell, library, skipped, settings):
    from xmlrpcgi.errors import BrokenFile, LibraryError
    from xmlrpcgi.handler import Handler
    from xmlrpcgi.methods.names import names as names_of
    from xmlrpcgi.methods.unpublished import reasons
    try:
        names = names_of(library)
    except LibraryError as error:
        tell('lib', error=str(error))
        return
    found, streams, begins = {}, [], False
    for name in names:
        if name in skipped:
            continue
        # New ones for each, as a class may close them; kept, as it may use their buffers.
        streams.append(open(2, 'w', buffering=1, errors='backslashreplace', closefd=False))
        sys.stdout = sys.stderr = streams[-1]
        tell('begin', name=name)
        try:
            begins = not name and library.has_init
            if begins:
                library.begin(Handler(library=library, settings=settings))
                begins = False
            table = library.table(name)
        except BrokenFile as error:
            cause = error.__cause__
            tell('class', name=name, error=_text_of_error(cause),
                 line=_line_in_lib(cause, library.folder), missing=_missing(cause))
            if begins:                      # no class answers then
                return
        else:
            found[name] = table
            tell('class', name=name, error=None, methods=len(table.methods) if table else 0,
                 more=_more(name, table))
    for reason in reasons(library, found):
        tell('unpublished', text='%s %s' % (reason.place, reason.text), remedy=reason.remedy,
             likely=reason.likely)


def _more(name, table):
    """Return what a file answers beside the methods of its class (str), '' for nothing."""
    if table and table.dispatch:
        return 'any other name'
    by_hand = not name and callable(getattr(sys.modules.get('lib'), 'register', None))
    return 'what it registers' if by_hand else ''


def _missing(error):
    """Return the name of the module outside of lib/ that `error` misses, or ''."""
    name = (error.name or '').split('.')[0] if isinstance(error, ModuleNotFoundError) else ''
    return '' if name in ('lib', 'xmlrpcgi') else name


def _line_in_lib(error, folder):
    """Return the line of a file in lib/ where `error` came from, as `file:line`, or ''."""
    if isinstance(error, SyntaxError) and error.filename:
        return '%s:%s' % (os.path.relpath(error.filename, folder), error.lineno)
    found, trace = '', error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(folder + '/'):
            found = '%s:%d' % (os.path.relpath(file, folder), trace.tb_lineno)
        trace = trace.tb_next
    return found


def _text_of_error(error):
    try:
        text = str(error)
    except Exception:
        text = ''
    return ('%s: %s' % (type(error).__name__, text) if text else type(error).__name__)[:500]


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
