"""child: one run of a CGI script as a process, for the small server.

A thread passes the client's body on to the script's standard input while the script's answer
is read, so neither waits for the other; another passes its standard error on to the log, line
by line; a timer kills what takes too long.  The process has a group of its own, so that what
it started ends with it.
"""

import os
import signal
import subprocess
import threading

DRAIN_BYTES = 64 << 20      # read from a client whose call was answered before its end


class BrokenBody(Exception):
    """The body that a client of the small server sends ended early, or its chunks are malformed."""


class Child:
    """One run of a script.  Feeds it `body` (an iterable of bytes), collects what it writes.

    `unsized`: the script is not told the body's length, so it cannot see that a body is cut short
    and would take a part for the whole.  Then it is killed before it sees the end.
    """

    def __init__(self, script, environ, body, log, seconds, unsized=False):
        self.process = subprocess.Popen(
            [script], cwd=os.path.dirname(script), env=environ, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.late, self.cut, self.unsized = False, False, unsized
        self.fed = None              # True: the whole body was read; False: it was broken
        self._timer = threading.Timer(seconds, self._expire)
        self._feeder = self._thread(self._feed, body)
        self._errors = self._thread(self._pass_errors, log)
        self._timer.daemon = True
        self._timer.start()

    @staticmethod
    def _thread(function, *args):
        thread = threading.Thread(target=function, args=args, daemon=True)
        thread.start()
        return thread

    def _feed(self, body):
        pipe, refused = self.process.stdin, 0
        try:
            for piece in body:
                if refused:
                    refused += len(piece)
                    if refused > DRAIN_BYTES:
                        self.fed = False
                        return
                    continue
                try:
                    pipe.write(piece)
                    pipe.flush()
                except OSError:      # the child has ended, or wants no more: only read on
                    refused = len(piece)
            self.fed = True
        except (OSError, ValueError, BrokenBody):
            self.fed = False
            if self.unsized:
                self.cut = True
                self.kill()
        finally:
            try:
                pipe.close()
            except OSError:
                pass

    def _pass_errors(self, log):
        for line in self.process.stderr:
            log(line.decode('utf-8', 'backslashreplace').rstrip('\r\n'))

    def _expire(self):
        self.late = True
        self.kill()

    def kill(self):
        """End the child and what it started."""
        if self.process.returncode is not None:
            return                   # reaped: the number may be another's by now
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def output(self):
        """Return all that the child writes to its standard output, until it closes it."""
        data = self.process.stdout.read()
        self.process.stdout.close()
        self._timer.cancel()
        self._errors.join(1)         # its last words, unless a grandchild keeps the pipe
        return data

    def body_done(self, seconds):
        """Whether the client's body is read to its end within `seconds`."""
        self._feeder.join(seconds)
        return self.fed is True

    def reap(self, seconds):
        """Wait for the process itself; it may work on a little after its answer."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
