"""This process, as a CGI script has it (RFC 3875): its environment, streams, limits and end.

Before anything of the application runs, the real stdout is set aside and descriptor 1 points to
stderr: a print, or the output of a child process, goes to the error log, never into the response.

Each limit (seconds of the clock, seconds of CPU, memory) ends a call by an exception, so that the
caller gets a fault and not the host's error page. Python raises it between two of its own steps: a
method that hangs inside a C library is ended by the web server's time-out or by the kernel. The
seconds begin when the method is called, not when the request is read.

When memory runs out, CPython 3.11 to 3.13 may loop for ever while they unwind, and run no signal
handler of Python. So where MEMORY is set, a timer of the kernel ends the process when it has used
twice CALL_SECONDS of CPU.
"""

import _signal as signal  # the module `signal` imports enum, which takes longer than a call
import sys

try:
    import posix as os
except ImportError:             # Windows
    import os

from . import errors, startup

_AGAIN = 1.0                # seconds until a method that caught the exception gets another
_TIMES = 3                  # exceptions that a method may catch; then the process is ended
_LARGE = 1 << 16            # bytes of a body that is not copied to put its head before it
_KILL = 2                   # seconds of CPU after the exception until the kernel ends the process

# forks() differs between a process and a child that it forked. Python 3.6 tells nobody of a fork.
_forked = []
forks = _forked.__len__ if hasattr(os, 'register_at_fork') else os.getpid
if forks is not os.getpid:
    os.register_at_fork(after_in_child=lambda: _forked.append(None))


def environ():
    """Return the environment variables ({str: str}), without HTTP_PROXY: a client could set it."""
    real = sys.modules.get('os')                # code that loaded os may have changed it there
    found = dict(real.environ) if real is not None else {
        name.decode('utf-8', 'surrogateescape'): value.decode('utf-8', 'surrogateescape')
        for name, value in os.environ.items()}
    if 'HTTP_PROXY' in found:                 # CVE-2016-1000110: a client's Proxy header
        del found['HTTP_PROXY']
        __import__('os').environ.pop('HTTP_PROXY')
    return found


def read_stdin(size):
    """Return at most `size` bytes of descriptor 0, b'' at its end."""
    return os.read(0, size)


class Streams:
    """The descriptors of the request and the response, moved to where no application finds them.

    Descriptor 0 is then empty, 1 is stderr. A child of the application holds neither: if one did,
    mod_cgid would end the response only when that child ends.

    After the response `_out` stays open while threads of the application run (see `end`): mod_cgid
    sends SIGTERM to a script that has closed its output.

    limits (Limits or None): of this process.
    """

    limits = None

    def __init__(self):
        empty = None
        try:
            empty = os.open('/dev/null', os.O_RDWR)
            while empty < 3:                            # 0, 1 or 2 was closed, and is taken now
                os.set_inheritable(empty, True)
                empty = os.open('/dev/null', os.O_RDWR)
        except OSError:                                 # a chroot without it; Windows
            pass
        self._in, self._out = os.dup(0), os.dup(1)
        if empty is not None:
            os.dup2(empty, 0)
            os.close(empty)
        os.dup2(2, 1)
        if hasattr(os, 'register_at_fork'):             # Python 3.7
            os.register_at_fork(after_in_child=self.close)
        self._stdout, self._stderr = sys.stdout, sys.stderr
        startup.own_log = sys.stderr or open(2, 'w', errors='backslashreplace', closefd=False)
        # Kept here, too: at its end it would close the buffer that a class may have taken from it.
        self._shared = sys.stdout = sys.stderr = ErrorStream(startup.own_log)

    def read(self, size):
        """Return at most `size` bytes of the request's body, b'' at its end."""
        return os.read(self._in, size)

    def send(self, response):
        """Write a Response."""
        try:
            for data in ((rendered(response),) if len(response.body) < _LARGE
                         else (_head(response), response.body)):
                data = memoryview(data)
                while data:
                    data = data[os.write(self._out, data):]
        except OSError as error:                        # the client is gone
            from .log import say
            say('the answer could not be sent: %s' % error)

    def put_back(self):
        """Put the descriptors and streams back where they were."""
        os.dup2(self._in, 0)
        os.dup2(self._out, 1)
        self.close()
        sys.stdout, sys.stderr = self._stdout, self._stderr

    def close(self):
        """Close both descriptors; more than once does no harm."""
        for descriptor in (self._in, self._out):
            if descriptor is not None:
                os.close(descriptor)
        self._in = self._out = None


class ErrorStream:
    """sys.stdout and sys.stderr for applications: where a disk is full, the text is lost.

    What else an application uses of it (buffer, fileno) is of a second stream with the same
    descriptor, because the log needs `stream` as it is. Whoever makes it keeps it.
    """

    def __init__(self, stream):
        self._stream, self._is_log = stream, True

    def write(self, text):
        """Write `text` (str), or drop it where that fails; return its length."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self):
        """Flush, as far as possible."""
        try:
            self._stream.flush()
        except OSError:
            pass

    def close(self):
        """Nothing: other classes write to it, too."""

    def detach(self):
        """Return `buffer`; this goes on to write."""
        return self.buffer

    def reconfigure(self, **_):
        """Nothing, as under FastCGI and WSGI."""

    def __getattr__(self, name):
        if self._is_log:
            self._stream = open(2, 'w', buffering=1, errors='backslashreplace', closefd=False)
            self._is_log = False
        return getattr(self._stream, name)


def rendered(response):
    """Return the bytes of a Response as a script gives them (RFC 3875 section 6)."""
    return _head(response) + response.body


def _head(response):
    status = '200 OK'
    if response.status != 200:
        from .web.refusals import status_line
        status = status_line(response.status)
    lines = ['Status: %s\r\n' % status]
    lines += ['%s: %s\r\n' % header for header in response.headers]
    lines.append('\r\n')
    return ''.join(lines).encode('latin-1', 'replace')


def end(streams):
    """End the process as the interpreter does, but without the clean-up of its modules.

    Threads and exit functions of the application still run, for CALL_SECONDS at most.
    """
    if _threads() or _exit_functions():
        os._exit(finish(streams.limits))
    _flush()
    os._exit(0)


def _threads():
    """The threads of the application that the interpreter waits for at its end (list)."""
    threading = sys.modules.get('threading')
    return threading and [thread for thread in threading.enumerate()
                          if not thread.daemon and thread is not threading.main_thread()]


def _exit_functions():
    """How many functions wait for atexit (int), which no public function tells."""
    atexit = sys.modules.get('atexit')
    return atexit and atexit._ncallbacks()


def _flush():
    for stream in sys.stdout, sys.stderr:
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):       # full, closed, or none
            pass


def finish(limits=None):
    """Wait for threads, and run exit functions; return the exit status (int)."""
    status = 0
    try:
        if limits is not None:
            limits.start()
        try:
            # The interpreter's own functions (no public ones exist): executors end before threads.
            if 'threading' in sys.modules:
                sys.modules['threading']._shutdown()
            if _exit_functions():
                sys.modules['atexit']._run_exitfuncs()
        finally:
            if limits is not None:
                limits.stop()
    except errors.OutOfTime:
        status = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    left = _threads()
    if left:
        from .log import say
        say('the process ends after CALL_SECONDS, though threads still run: %s'
            % ', '.join(thread.name for thread in left))
        status = 1
    _flush()
    return status


class Limits:
    """The limits of `settings` (Settings) for calls in the main thread of this process.

    resident (bool): whether the process answers many calls; then only CALL_SECONDS holds.
    """

    def __init__(self, settings, resident=False):
        self._seconds = settings.CALL_SECONDS
        self._raised = 0
        self._watched = self._seconds and hasattr(signal, 'setitimer')      # not on Windows
        if not resident and (settings.CPU_SECONDS or settings.MEMORY):
            _limit_process(settings.CPU_SECONDS, settings.MEMORY)
            if settings.MEMORY and self._watched:
                signal.setitimer(signal.ITIMER_PROF, 2 * self._seconds)     # SIGPROF ends it

    def start(self):
        """Begin to count the seconds of a call; after them OutOfTime is raised in it."""
        if self._watched:
            self._raised = 0
            signal.signal(signal.SIGALRM, self._out_of_time)
            signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)

    def stop(self):
        """End the count."""
        if self._watched:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _out_of_time(self, number, frame):
        self._raised += 1
        if self._raised == _TIMES:      # the next signal has its usual effect, and ends the process
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            from .log import say
            say('a method catches the exception that ends it; the process is ended')
        raise errors.OutOfTime('the call took longer than %s seconds' % self._seconds)


def _limit_process(cpu, memory):
    try:
        import resource
    except ImportError:         # Windows
        return
    if cpu:
        def out_of_cpu(number, frame):
            raise errors.OutOfTime('the call took more than %d seconds of CPU' % cpu)
        signal.signal(signal.SIGXCPU, out_of_cpu)
        _set(resource, resource.RLIMIT_CPU, cpu, cpu + _KILL)
    if memory:
        _set(resource, resource.RLIMIT_AS, memory, memory)


def _set(resource, kind, soft, hard):
    """Set a limit of this process, never above what the host allows."""
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))
