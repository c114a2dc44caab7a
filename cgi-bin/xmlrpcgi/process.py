"""What one process of the CGI door may use: seconds of the clock, seconds of CPU, memory.

Each limit ends a call by an exception, so that the caller gets a fault and not
the host's error page. Python runs it between two of its own steps: a method
that hangs inside a C library is ended by the web server's time-out or by the
kernel. Seconds begin with the method, not with the reading of the request.

Out of memory, CPython 3.11 to 3.13 may turn for ever in their own unwinding, where
no signal handler of Python's runs. So with MEMORY a timer of the kernel ends the
process itself that has used twice CALL_SECONDS of CPU.
"""

import _signal as signal  # the module `signal` imports enum, which takes longer than a call
import sys

_AGAIN = 1.0                # seconds until a method that swallowed the exception gets another
_TIMES = 3                  # exceptions a method may swallow; then the process is ended
_KILL = 2                   # seconds of CPU after the exception until the kernel ends the process


class OutOfTime(BaseException):
    """The call used up its seconds; no Exception, so that `except Exception` lets it through."""


class Limits:
    """The limits of `settings` for the calls of this process; only for a main thread.

    resident (bool): the process answers many calls, and only their seconds count.
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
            sys.stderr.write('xmlrpcgi: a method swallows the end of its time; '
                             'the process is ended\n')
        raise OutOfTime('the call took longer than %s seconds' % self._seconds)


def _limit_process(cpu, memory):
    try:
        import resource
    except ImportError:         # Windows
        return
    if cpu:
        def out_of_cpu(number, frame):
            raise OutOfTime('the call took more than %d seconds of CPU' % cpu)
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
