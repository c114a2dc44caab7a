"""One FastCGI process, which answers one request after another.

SIGTERM and SIGUSR1 end it between two calls.
"""

import _thread
import errno
import os
import select
import signal
import socket
import sys

from .. import process, startup
from ..log import LONG, SHORT, say
from ..message import DRAIN, Response
from . import standard
from .alarm import Alarm
from .environment import Environment
from .fastcgi import AbortedRequest, Connection
from .logstream import LogStream
from .request import ParamsRequest
from .service import Service
from .upgrade import Program

SECONDS = 60                # for one step of receiving or sending; then the connection ends
_LARGE = 1 << 16            # bytes of a body that is sent apart from its head
_KEPT = 5                   # seconds that a kept connection may idle while others wait
_SIGNALS = signal.SIGTERM, signal.SIGUSR1
_LOOK = 10                  # seconds between two checks that our parent is there
_GRACE = 60                 # seconds that threads of an application may take to end
_NO_MORE = errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EBADF, errno.EINVAL


def inherited():
    """Return the listening socket at descriptor 0, None where there is none."""
    try:
        listener = socket.fromfd(0, socket.AF_UNIX, socket.SOCK_STREAM)
        if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            listener = None
    except OSError:
        listener = None
    return listener


def is_own(listener):
    """Whether mod_fcgid made this socket: one per process, with its number as name."""
    name = listener.getsockname()
    return isinstance(name, str) and os.path.basename(name).startswith('%d.' % os.getppid())


class Worker:
    """Answers the connections at `listener` (socket) with the classes in `lib` (str).

    own (bool): whether only this process has the socket. parent (int): the process to end with, if
    any.
    """

    def __init__(self, lib, listener, own=False, parent=None):
        self._listener, self._own, self._parent = listener, own, parent
        # mod_fcgid is Apache's, any other server may be nginx.
        self._environment, self._log = Environment(), LogStream(LONG if own else SHORT)
        self._service = Service(lib, lambda settings, folder: Alarm(
            settings, folder, self._log, self._wear_out))
        self._worn = False          # whether a call that was ended may have left a lock taken
        self._program = Program() if own else None
        self._script = os.path.abspath(sys.argv[0])
        self._answered = 0
        self._process = os.getpid()
        self._ending = False
        self._allowed = os.environ.get('FCGI_WEB_SERVER_ADDRS')     # section 3.2
        self._connected = None      # the socket of the connection that is being answered
        self._wake, self._woken = _signals_to(self._end)
        if hasattr(os, 'register_at_fork'):         # Python 3.7
            os.register_at_fork(after_in_child=self._leave)

    def _end(self, number, _):
        self._ending = True
        if os.getpid() != self._process:        # Python 3.6: a child that an application forked
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _wear_out(self):
        self._worn = True
        if self._is_due():
            say('a call was ended within a library, and may have left a lock taken: another '
                'process takes the place of this one')

    def _leave(self):
        """Become an ordinary process, in a child that an application forked."""
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        self._log.forget()
        self._listener.close()
        if self._connected is not None:
            self._connected.close()

    def run(self):
        """Serve until a signal, or until this process has answered MAX_REQUESTS requests."""
        self._listener.setblocking(False)
        self._take_streams()
        while not self._ending and self._wait(self._listener):
            self._follow_switch()
            self._accept()
            if self._is_due():      # a signal may come meanwhile, and must not be overwritten
                self._ending = True
        if self._own:
            if _is_ready(self._listener):
                self._follow_switch()
            # From here on nobody can connect; connections made before are answered.
            self._listener.shutdown(socket.SHUT_RD)
            while self._accept():
                pass
        self._listener.close()
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_GRACE)
        os._exit(process.finish())

    def _take_streams(self):
        try:
            empty = os.open('/dev/null', os.O_RDONLY)
        except OSError:                         # a chroot without it
            empty, full = os.pipe()
            os.close(full)
        os.dup2(empty, 0)
        os.close(empty)
        os.dup2(2, 1)
        # Kept, because their end would close descriptors 1 and 2.
        self._first_streams = sys.__stdout__, sys.__stderr__
        startup.own_log = self._log
        self._put_streams()

    def _put_streams(self):
        """Put the log in place of the streams, which a class may have replaced."""
        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = self._log

    def _follow_switch(self):
        """Execute the version that `install` put in force, which answers those who connected.

        mod_fcgid knows a version by the inode of rpc.fcgi, and a new file may have the inode of an
        old one: then it goes on with this process. Where threads of an application run, or where
        the script would be run by another interpreter, this process answers, and ends.
        """
        if self._ending or self._program is None or not self._program.is_switched():
            return
        self._ending = True
        # threading.active_count leaves out threads that _thread started.
        if _thread._count() or not _is_run_by_us(self._script):
            return
        self._environment.put({})
        process.finish()
        os.dup2(self._listener.fileno(), 0)
        try:
            os.execve(  # noqa: S606  the script of this process
                self._script, [self._script], self._environment.own)
        except OSError as error:
            say('%s cannot start: %s' % (self._script, error))
            self._take_streams()

    def _is_due(self):
        """Whether this process is to end, because whoever started it starts another.

        That is so when MAX_REQUESTS are answered, and when it is worn.
        """
        if not self._own and self._parent is None:
            return False
        if self._worn:
            return True
        try:
            most = self._service.settings().MAX_REQUESTS
        except Exception:           # the settings are wrong; each request says so
            return False
        return most and self._answered >= most

    def _wait(self, *sockets, seconds=None):
        """Return the first of the sockets that has something; None where the process is to end."""
        poll = select.poll()
        for waited in (self._wake,) + sockets:
            poll.register(waited, select.POLLIN)
        while not self._ending and not self._is_orphan() and not self._is_outdated():
            ready = [descriptor for descriptor, _ in poll.poll(1000 * (seconds or _LOOK))]
            if self._wake in ready:
                os.read(self._wake, 4096)
            for waited in sockets:
                if waited.fileno() in ready:
                    return waited
            if seconds:
                break
        return None

    def _is_orphan(self):
        return self._parent is not None and os.getppid() != self._parent

    def _is_outdated(self):
        return self._program is not None and self._program.is_replaced()

    def _accept(self):
        """Answer one connection, if there is one (bool)."""
        try:
            connected, peer = self._listener.accept()
        except OSError as error:    # another process took it, or it is gone
            if error.errno in _NO_MORE and not self._ending:    # a new process may have more
                say('this process ends, it cannot accept: %s' % error)
                self._ending = True
            return False
        with connected:
            self._connected = connected
            if self._allowed and isinstance(peer, tuple) and \
                    peer[0] not in self._allowed.split(','):
                return True
            connected.settimeout(SECONDS)
            connection = Connection(connected.recv, connected.sendall)
            try:
                while self._answer(connection) and connection.keep:
                    if not connection.pending() and not self._kept(connected):
                        break
            except OSError as error:
                say('a connection was given up: %s' % error)
            except Exception:       # ours; the next request may go well
                sys.excepthook(*sys.exc_info())
        return True

    def _kept(self, connected):
        """Wait for the next request on a connection that stays; return whether one came (bool)."""
        if not self._is_due():
            first = self._wait(connected, self._listener)
            if first is self._listener:
                first = self._wait(connected, seconds=_KEPT)
            if first is connected:
                return True
        return _is_ready(connected)     # when this process ends, what was sent by now is answered

    def _answer(self, connection):
        """Answer one request; False where there is none."""
        try:
            params = connection.next_request()
            if params is None:
                return False
            self._environment.put(params)
            self._log.begin(connection)
            self._put_streams()
            response = self._service.answer_to(ParamsRequest(params, connection.read))
            self._log.finish()
            self._environment.take_back()
            signal.set_wakeup_fd(self._woken)       # which asyncio takes away
            standard.take()
            ended = connection.drain(DRAIN)
            if len(response.body) < _LARGE:
                connection.answer(process.rendered(response))
            else:                       # not copied to put its head before it
                connection.begin_answer(process.rendered(
                    Response(response.status, response.headers, b'')))
                connection.answer(response.body)
            self._answered += 1
            return ended
        except AbortedRequest:
            return True
        finally:
            self._log.finish()


def _is_run_by_us(script):
    """Whether line 1 of `script` names this interpreter, or the shell, which searches for one."""
    try:
        with open(script, 'rb') as file:
            words = file.readline()[2:].split()
    except OSError:
        return False
    return words[:1] in ([os.fsencode(sys.executable)], [b'/bin/sh']) and \
        os.access(script, os.X_OK)


def _is_ready(waited):
    """Whether the socket has something now."""
    poll = select.poll()
    poll.register(waited, select.POLLIN)
    return bool(poll.poll(0))


def _signals_to(function):
    """Have _SIGNALS call `function`; return the two ends of a pipe that is readable after one."""
    wake, woken = os.pipe()
    for descriptor in (wake, woken):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(woken)
    for number in _SIGNALS:
        signal.signal(number, function)
    return wake, woken
