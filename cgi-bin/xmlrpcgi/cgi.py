"""xmlrpcgi as a CGI script: `main`, which rpc.cgi calls.

This module imports the rest inside functions, so that it can say what is wrong where the rest does
not load.
"""

import gc
import sys

try:
    import posix as os  # built in, where `os` is a file to load
except ImportError:             # Windows
    import os

UNUSABLE = 'wait for the end of an upgrade, or copy the folder "xmlrpcgi" beside %s again'
HERE = __file__.rpartition('/')[0] or '.'


def provide(lib):
    """Make `lib` importable in a child of multiprocessing, as in the script; answer nothing."""
    from .process import environ
    gc.enable()                 # startup.begin disabled it
    library_of(environ(), lib)


def is_import():
    """Whether a child of multiprocessing only imports the script (bool).

    For `main`, which the script calls: two frames up is the script's.
    """
    return sys._getframe(2).f_globals.get('__name__') == '__mp_main__'


def run(lib):
    """Answer as `main` does, but raise what keeps the program from reading the request."""
    from . import handler, http, process, startup
    from .message import Request
    environ = process.environ()
    if 'REQUEST_METHOD' not in environ:
        from .cli.usage import explain
        return explain(HERE)
    if not startup.swept:
        startup.keep()
    gc.enable()                 # startup.begin disabled it; from here on, classes may run
    del sys.path[0]             # the script's folder, put there to find this package
    streams = process.Streams()

    def make_handler():
        made = handler.make(library_of(environ, lib))
        made.limits = streams.limits = process.Limits(made.settings)
        return made
    try:
        response = http.answer_by(Request(environ, streams.read), make_handler)
    except Exception as error:
        streams.put_back()      # so that cannot_start can answer
        return cannot_start(error, begun=environ['REQUEST_METHOD'] == 'POST')
    streams.send(response)
    return process.end(streams)


def library_of(environ, lib):
    """Return the Library of this process. lib (str): as for main; XMLRPCGI_LIB overrides it."""
    from .library import Library
    return Library(_settled(lib_folder(environ.get('XMLRPCGI_LIB') or lib)))


def cannot_start(error, begun=False):
    """Answer with the reason why the program cannot work; `error` is the exception.

    begun (bool): whether that was found only after the request was read: a method may have run.
    """
    script = sys.argv[0]
    is_busy = type(error) in (MemoryError, OSError)
    text = 'out of resources' if is_busy else UNUSABLE % script.rpartition('/')[2]
    if begun and not is_busy:
        text += '; the call may have been made'
    text = 'xmlrpcgi cannot start: ' + text
    status, retry = '503 Service Unavailable', 'Retry-After: 10\r\n'
    if begun:
        status, retry = status if is_busy else '500 Internal Server Error', ''
    if sys.stderr is not None:          # the web server may have closed it, and stdin and stdout
        sys.stderr.write('%s (%s: %r)\n' % (text, script, error))
    if sys.stdout is not None:
        sys.stdout.write('Status: %s\r\nContent-Type: text/plain\r\nX-RPC-Error: cannot-start\r\n'
                         '%s\r\n%s\n' % (status, retry, text))
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


# The last function: a file that an upload has brought only in part does not have it.

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
