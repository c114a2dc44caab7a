"""`rpc.fcgi --listen ADDRESS`: FastCGI processes for web servers that start none.

nginx, for one. This process makes the socket and the others, which share it; one
that ends gets a successor. SIGTERM and Ctrl-C end all when their calls are done,
SIGHUP replaces them one by one.
"""

import argparse
import os
import signal
import socket
import stat
import sys
import time

_GRACE = 60                 # seconds that calls may take to end
_SHORT = 1.0                # a process that lived less gets its successor only after this


def command(words, lib):
    """Serve until told to end; return the exit status. words: what came after --listen."""
    parser = argparse.ArgumentParser(prog='rpc.fcgi --listen', allow_abbrev=False)
    parser.add_argument('address', help='the path of a Unix socket, or HOST:PORT')
    parser.add_argument('--processes', type=int, default=4, metavar='N',
                        help='calls answered at a time (default 4)')
    parser.add_argument('--mode', type=_octal, default=0o660,
                        help='of a Unix socket (default 660: its owner and group)')
    options = parser.parse_args(words)
    if options.processes < 1:
        parser.error('--processes takes 1 or more')
    try:
        listener = listen(options.address, options.mode)
    except (OSError, ValueError) as error:
        _say('cannot listen at %s: %s' % (options.address, error))
        return 1
    _say('listens at %s' % options.address)
    is_path = listener.family == socket.AF_UNIX
    try:
        Manager(lib, listener, options.processes).run()
    finally:
        if is_path and os.path.exists(options.address):
            os.unlink(options.address)
    return 0


def _say(text):
    sys.stderr.write('rpc.fcgi: %s\n' % text)
    sys.stderr.flush()          # before Python 3.9 a file would get it late, from each process


def _octal(text):
    try:
        return int(text, 8) & 0o777
    except ValueError:
        raise argparse.ArgumentTypeError('takes three octal digits, like 660') from None


def listen(address, mode):
    """Return the listening socket of `address` (str); raises OSError, ValueError."""
    host, colon, port = address.rpartition(':')
    if not colon or '/' in port:
        _remove_dead(address)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(address)
        finally:
            os.umask(before)
        os.chmod(address, mode)
    else:
        if not port.isdigit() or not host or int(port) > 65535:
            raise ValueError('an address is the path of a socket, or HOST:PORT')
        family, _, _, _, place = socket.getaddrinfo(host.strip('[]'), int(port),
                                                    type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    listener.listen(511)
    return listener


def _remove_dead(path):
    """Remove a socket that nobody listens at; raises OSError for one that lives."""
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise OSError('there is a file of that name')
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except socket.timeout:      # it lives, and is busy
            pass
    raise OSError('another process listens there')


class Manager:
    """Keeps `count` processes answering at `listener`."""

    def __init__(self, lib, listener, count):
        self._lib, self._listener, self._count = lib, listener, count
        self._children = {}         # process number: when it began
        self._signals = set()

    def run(self):
        """Serve until SIGTERM or SIGINT, and then until the last call's end."""
        wanted = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
        signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
        self._fill(wanted)
        while True:
            number = signal.sigwait(wanted)
            if number == signal.SIGCHLD:
                self._reap()
                self._fill(wanted)
            elif number == signal.SIGHUP:
                for child in list(self._children):
                    self._start(wanted)
                    self._children[child] = 0           # told to end: no sign of a fault
                    self._tell(child, signal.SIGTERM)
            else:
                break
        self._end()

    def _fill(self, blocked):
        while len(self._children) < self._count:
            self._start(blocked)

    def _start(self, blocked):
        manager = os.getpid()
        child = os.fork()
        if child:
            self._children[child] = time.monotonic()
            return
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)        # Ctrl-C is for the manager
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)
            from .worker import Worker
            Worker(self._lib, self._listener, parent=manager).run()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(status)

    def _reap(self):
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            if time.monotonic() - self._children.pop(child, 0) < _SHORT and status:
                _say('a process ended as soon as it began')
                time.sleep(_SHORT)

    def _tell(self, child, number):
        try:
            os.kill(child, number)
        except ProcessLookupError:
            pass

    def _end(self):
        self._listener.close()
        for child in self._children:
            self._tell(child, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while self._children and time.monotonic() < deadline:
            time.sleep(0.02)
            child, _ = os.waitpid(-1, os.WNOHANG)
            self._children.pop(child, None)
        for child in self._children:
            self._tell(child, signal.SIGKILL)
            os.waitpid(child, 0)
