"""A server that is a program of this machine: a temporary folder, a port, a process, its log.

Started by root, it runs as www-data (or the like), as a real one does: what that user may not
read is served from a copy.
"""

import functools
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from .base import PortTaken
from .log import Logged

USERS = ('www-data', 'apache', 'http', 'wwwrun', '_www', 'daemon', 'nobody')
STOP_SECONDS = 10


def others_may(path):
    """Whether any user may reach this path: each folder above it lets others pass."""
    path = os.path.realpath(path)
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & 0o001:
            return False
    return True


def others_may_read(folder):
    """Whether any user may read all of a folder."""
    return others_may(os.path.join(folder, '.')) and all(
        os.stat(path).st_mode & 0o005 == 0o005 and
        all(os.stat(os.path.join(path, name)).st_mode & 0o004 for name in files
            if os.path.exists(os.path.join(path, name)))
        for path, _, files in os.walk(folder))


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


def is_taken(host, port):
    """Whether somebody listens there already.  Some servers would try for seconds."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError:
            return True
    return False


@functools.lru_cache(None)
def service_user():
    """(user, group) to run servers as, or None where we are not root."""
    if os.geteuid():
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam(next(name for name in USERS if name in known))
    return user.pw_name, grp.getgrgid(user.pw_gid).gr_name


class Process(Logged):
    """Base of such a kind, which says in _launch() how it is started.  `process`: what we started.
    """

    process = None
    ends_by = signal.SIGTERM

    def __init__(self, bundle, port, extra_conf=''):
        self.notes = []
        base = tempfile.gettempdir()
        if service_user() and not others_may(os.path.join(base, '.')):
            base = '/tmp'
        self.temp = tempfile.mkdtemp(prefix='xmlrpcgi-', dir=base)
        try:
            os.chmod(self.temp, 0o755)
            os.mkdir(self._path('tmp'))
            if service_user():
                shutil.chown(self._path('tmp'), *service_user())
            self._prepare(bundle)
            for attempt in range(5):
                try:
                    self.port = port or free_port()
                    if is_taken(self.host, self.port):
                        raise PortTaken('%s: port %d is taken' % (self.kind, self.port))
                    self._launch(bundle, extra_conf)
                    return self.wait_until_it_answers(self._ended)
                except PortTaken:
                    self._end()
                    if port or attempt == 4:
                        raise
        except BaseException:
            self.stop()
            raise

    def _launch(self, bundle, extra_conf):
        """Start the server at self.port."""
        raise NotImplementedError

    def _prepare(self, bundle):
        root = service_user()
        if (bundle.python or os.path.basename(bundle.cgi_bin) != 'cgi-bin'
                or root and not others_may_read(bundle.cgi_bin)):
            bundle.copy_cgi_bin(self.temp)
        if root and bundle.lib and not others_may_read(bundle.lib):
            self.notes.append('%s is served from a copy, because the server\'s user may not read '
                              'it: start again after a change.' % bundle.lib)
            bundle.copy_lib(self.temp)
        # The server's user may not write there: uncompiled, each call would compile anew.
        interpreter = bundle.interpreter()
        if interpreter and os.access(interpreter, os.X_OK):
            package = os.path.join(bundle.cgi_bin, 'xmlrpcgi')
            for command in (['-m', 'compileall', '-q', bundle.cgi_bin],
                            ['-IS', os.path.join(package, 'install', 'hotfile.py'), package]):
                subprocess.run([interpreter, *command], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)

    def _popen(self, command, variables=None, user=None):
        """Start a program; its output goes to error.log.  user: (name, group), None for ours."""
        def become():
            os.setgid(grp.getgrnam(user[1]).gr_gid)
            os.setgroups([])
            os.setuid(pwd.getpwnam(user[0]).pw_uid)

        with open(self._path('error.log'), 'ab') as file:
            # A session of its own: Ctrl-C in the terminal is for us, who then stop it.
            return subprocess.Popen(
                command, cwd=self.temp, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                start_new_session=True,
                env={**os.environ, 'TMPDIR': self._path('tmp'), **(variables or {})},
                preexec_fn=become if user else None)

    def _ended(self):
        return self.process.poll() is not None

    def _write(self, name, text):
        """Write a file in our folder; its path."""
        with open(self._path(name), 'w') as file:
            file.write(text)
        return self._path(name)

    def _end(self):
        if self.process:
            end(self.process, self.ends_by)
            self.process = None

    def stop(self):
        self._end()
        if self.temp:
            shutil.rmtree(self.temp, ignore_errors=True)
            self.temp = None


def end(process, number=signal.SIGTERM):
    """End a process that leads a session, and what it started."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)      # scripts that still ran
    except (ProcessLookupError, PermissionError):
        pass
