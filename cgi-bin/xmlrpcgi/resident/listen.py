"""`rpc.fcgi --listen ADDRESS`: FastCGI processes for web servers that start none.

nginx is one of these. This process, the manager, makes the socket, and starts the others, which
share it; a process that ends gets a successor. SIGHUP replaces them one by one. After SIGTERM or
Ctrl-C nobody can connect; connections made before are answered, and the processes end when their
calls are done. Where a process cannot be started, the manager tries again. Its exit status is 0
only where a signal ended it.
"""

import argparse
import os
import signal
import socket
import stat
import sys
import time

_GRACE = 60                 # seconds that calls may take to end
_SHORT = 1.0                # seconds; where a process lived less, the next start waits this long
_PATIENCE = 60              # seconds to try in vain while no process is left


def command(words, lib):
    """Serve until told to end; return the exit status. words: the arguments after --listen."""
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
    own = os.lstat(options.address) if listener.family == socket.AF_UNIX else None
    try:
        return Manager(lib, listener, options.processes).run()
    except Exception:
        sys.excepthook(*sys.exc_info())
        return 1
    finally:
        # The socket is open until here, so that no other has its inode.
        if own and _is_there(options.address, own):
            os.unlink(options.address)
        listener.close()


def _is_there(path, state):
    """Whether `path` is the file of `state` (from os.lstat), and not a successor's."""
    try:
        return os.path.samestat(os.lstat(path), state)
    except FileNotFoundError:
        return False


def _say(text):
    sys.stderr.write('rpc.fcgi: %s\n' % text)
    sys.stderr.flush()          # before Python 3.9 a file would get it late, from each process


def _octal(text):
    try:
        return int(text, 8) & 0o777
    except ValueError:
        raise argparse.ArgumentTypeError('takes three octal digits, like 660') from None


def listen(address, mode):
    """Return the listening socket of `address` (str); mode (int): of a Unix socket.

    Raises OSError, ValueError.
    """
    host, colon, port = address.rpartition(':')
    if not colon or '/' in port:
        _remove_dead(address)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(address)
        except FileNotFoundError:
            raise OSError('make its folder first, which the user of this process may write to')
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
    """Remove a socket at which nobody listens; raises OSError for one in use."""
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
        self._children = {}         # {process number: when it began}
        self._told = set()          # those of them that are to end
        self._old = []              # those of them that are to be replaced
        self._not_before = 0.0      # when the next may be started
        self._failing = None        # the time since which none could be started
        self._signals = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}

    def run(self):
        """Serve until SIGTERM or SIGINT, and on to the last call's end; return the exit status."""
        signal.pthread_sigmask(signal.SIG_BLOCK, self._signals)
        number = None
        while number not in (signal.SIGTERM, signal.SIGINT):
            self._fill()
            if self._failing and not self._children \
                    and time.monotonic() - self._failing > _PATIENCE:
                _say('ends: no process could be started for %d seconds' % _PATIENCE)
                return 1
            number = self._signal()
            if number == signal.SIGCHLD:
                self._reap()
            elif number == signal.SIGHUP:
                self._old = [child for child in self._children if child not in self._told]
        self._end()
        return 0

    def _signal(self):
        """Wait for a signal; return its number, None where it is time to start a process."""
        if not self._is_missing():
            return signal.sigwait(self._signals)
        wait = max(0, self._not_before - time.monotonic())
        came = signal.sigtimedwait(self._signals, wait)
        return came and came.si_signo

    def _is_missing(self):
        self._old = [child for child in self._old if child in self._children]
        return bool(self._old) or len(self._children) - len(self._told) < self._count

    def _fill(self):
        """Start missing processes; an old one is told to end once its successor is there."""
        while self._is_missing() and time.monotonic() >= self._not_before and self._start():
            if self._old:
                child = self._old.pop()
                self._told.add(child)
                self._tell(child, signal.SIGTERM)

    def _start(self, taken=None):
        """Start a process; return whether that was possible now (bool).

        taken (Taken or None): the connections to answer in place of the listening socket's.
        """
        manager = os.getpid()
        try:
            child = os.fork()
        except OSError as error:        # EAGAIN, ENOMEM: it may be possible later
            self._not_before = time.monotonic() + _SHORT
            if not self._failing:
                self._failing = time.monotonic()
                _say('cannot start a process, and tries again: %s' % error)
            return False
        if child:
            if self._failing:
                self._failing = None
                _say('could start a process again')
            self._children[child] = time.monotonic()
            return True
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)        # Ctrl-C is for the manager
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self._signals)
            from .worker import Worker
            Worker(self._lib, taken or self._listener, parent=manager).run()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(1)

    def _reap(self):
        while self._children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            began = self._children.pop(child, 0)
            if status and child not in self._told and time.monotonic() - began < _SHORT:
                _say('a process ended as soon as it began')
                self._not_before = time.monotonic() + _SHORT
            self._told.discard(child)

    def _tell(self, child, number):
        try:
            os.kill(child, number)
        except ProcessLookupError:
            pass

    def _end(self):
        """Accept no more connections, have those that wait answered, and wait for all processes."""
        waiting = self._queue()
        # Processes that are in a call share the socket: if only closed here, it would still accept.
        try:
            self._listener.shutdown(socket.SHUT_RD)
        except OSError:
            pass
        waiting += self._queue()
        for child in self._children:
            self._tell(child, signal.SIGTERM)
        groups = [waiting[at::self._count] for at in range(min(self._count, len(waiting)))]
        deadline = time.monotonic() + _GRACE
        while (self._children or groups) and time.monotonic() < deadline:
            while groups and time.monotonic() >= self._not_before and self._start(
                    Taken(groups[0], [pair for group in groups[1:] for pair in group])):
                for connected, _ in groups.pop(0):
                    connected.close()
            time.sleep(0.02)
            self._reap()
        for child in self._children:
            self._tell(child, signal.SIGKILL)
            os.waitpid(child, 0)

    def _queue(self):
        """Accept the connections that wait now: pairs as from socket.accept (list)."""
        self._listener.setblocking(False)
        found = []
        while True:
            try:
                found.append(self._listener.accept())
            except OSError:
                return found


class Taken:
    """Connections that were accepted before, in place of a listening socket.

    own, others: pairs as from socket.accept; `others` are for another process. The process that
    answers `own` is told to end when none is left.
    """

    def __init__(self, own, others):
        self._own, self._others = own, others
        self._ready = None

    def setblocking(self, flag):
        """As a socket's method; called once, in the process that answers."""
        for connected, _ in self._others:
            connected.close()
        self._ready, end = os.pipe()
        os.close(end)                   # so that poll always finds it ready

    def fileno(self):
        return self._ready

    def accept(self):
        if self._own:
            return self._own.pop(0)
        os.kill(os.getpid(), signal.SIGTERM)
        raise BlockingIOError

    def close(self):
        for connected, _ in self._own:
            connected.close()
