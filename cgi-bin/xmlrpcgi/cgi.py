"""xmlrpcgi as a CGI script: `main`, which rpc.cgi calls.

This module imports only built-in modules of Python and startup.py before startup.py loads the rest
from one file. So this module can say what is wrong where the rest does not load, or where Python is
too old for it.
"""

import gc
import sys

try:
    import posix as os  # built in, where `os` is a file to load
except ImportError:             # Windows
    import os

HERE = __file__.rpartition('/')[0] or '.'


def main(lib):
    """Answer this process's request from the classes in `lib`, and end the process.

    lib (str): their folder; '' for the folder lib beside the script's folder.
    """
    if is_import():
        return provide(lib)
    try:
        return run(lib)
    except Exception as error:
        return cannot_start(error)


def provide(lib):
    """Make `lib` importable in a child of multiprocessing, as in the script; answer nothing."""
    from .process import environ
    library_of(environ(), lib)


def is_import():
    """Whether a child of multiprocessing only imports the script (bool).

    For `main`, which the script calls: two frames up is the script's.
    """
    return sys._getframe(2).f_globals.get('__name__') == '__mp_main__'


def run(lib):
    """Answer as `main` does, but raise what is wrong with the program itself."""
    if sys.version_info < (3, 6):
        raise RuntimeError('Python 3.6 or newer must run it: change line 1 of rpc.cgi')
    startup = load_startup()
    is_kept = startup.begin()
    from . import handler, http, process
    from .message import Request
    environ = process.environ()
    if 'REQUEST_METHOD' not in environ:
        from .cli.usage import explain
        return explain(HERE)
    if not is_kept:
        startup.keep()
    gc.enable()                 # startup.begin switched it off; from here on, classes may run
    del sys.path[0]             # the script's folder, put there to find this package
    streams = process.Streams()

    def make_handler():
        made = handler.make(library_of(environ, lib))
        made.limits = streams.limits = process.Limits(made.settings)
        return made
    try:
        response = http.answer_by(Request(environ, streams.read), make_handler)
    except Exception:
        streams.put_back()      # so that cannot_start can answer
        raise
    streams.send(response)
    return process.end(streams)


def load_startup():
    """Return the module startup, compiled from its source where its byte-code is cut short."""
    try:
        from . import startup
    except (EOFError, ValueError):
        sys.implementation.cache_tag = None
        from . import startup
    return startup


def library_of(environ, lib):
    """Return the Library of this process. lib (str): as for main; XMLRPCGI_LIB overrides it."""
    from .library import Library
    return Library(_settled(lib_folder(environ.get('XMLRPCGI_LIB') or lib)))


def cannot_start(error):
    """Answer with the reason why the program cannot work; `error` is the exception."""
    script = sys.argv[0]
    name = script.rpartition('/')[2]
    busy = type(error) in (MemoryError, OSError)
    text = 'xmlrpcgi cannot start: %s' % (
        error if type(error) is RuntimeError else 'out of resources' if busy else
        'copy the folder "xmlrpcgi" beside %s again' % name)
    if sys.stderr is not None:          # the web server may have closed it, and stdin and stdout
        sys.stderr.write('%s (%s: %r)\n' % (text, script, error))
    if sys.stdout is not None:
        status = '503 Service Unavailable' if busy else '500 Internal Server Error'
        sys.stdout.write('Status: %s\r\nContent-Type: text/plain\r\nX-RPC-Error: cannot-start'
                         '\r\n\r\n%s\n' % (status, text))
        sys.stdout.flush()
    drain_stdin()


def drain_stdin():
    """Read the rest of the request's body: mod_cgid loses the response where it stays unread."""
    # The names are bytes in posix.environ, text in os.environ.
    if {'REQUEST_METHOD', b'REQUEST_METHOD'} & set(os.environ) and not os.isatty(0):
        try:
            while os.read(0, 65536):
                pass
        except OSError:                 # closed
            pass


def lib_folder(lib):
    """Return the folder of the classes; lib (str): as for main, relative to rpc.cgi's folder.

    Raises SettingsError where lib begins with ~/ and the user has no home folder.
    """
    lib = lib or '../lib'
    if lib[0] == '~':
        from .settingsfile import expanded
        lib = expanded(lib)
    return lib if lib[0] == '/' else '%s/../%s' % (HERE, lib)


def _settled(folder):
    """Return the real path of `folder`: a link switched meanwhile must not mix two versions."""
    # The kernel tells the path of a descriptor, and O_PATH needs no right to read the folder.
    # os.path.realpath would import os and look at each part of the path.
    try:
        place = os.open(folder, os.O_PATH)
        try:
            real = os.readlink('/proc/self/fd/%d' % place)
        finally:
            os.close(place)
    except (OSError, AttributeError):       # not there; not Linux; a chroot without /proc
        return folder
    return real if real[0] == '/' and real[-10:] != ' (deleted)' else folder
