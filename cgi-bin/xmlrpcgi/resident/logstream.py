"""stdout and stderr in a FastCGI process: printed text goes to the web server's log."""

import io
import os
import threading

from ..log import SHORT

_LINE = 8192                # characters that are kept until their line ends


class LogStream(io.TextIOBase):
    """stdout and stderr: during a request its log stream, else the process's own.

    It sends whole lines, which web servers log one by one, and does not mix those of threads.

    longest (int): bytes of a line that the web server passes on whole.
    busy (bool): whether the main thread is writing; an exception would tear a record then.
    """

    encoding, errors = 'utf-8', 'backslashreplace'

    def __init__(self, longest=SHORT):
        super().__init__()
        self.longest = longest
        self._connection = None
        self._lines = {}            # {thread: what it wrote since its last line ended}
        self._main, self._process = threading.get_ident(), os.getpid()
        self._depth = 0             # as a __del__ may print while we write
        self.busy = False
        self.buffer = Bytes(self)

    def begin(self, connection):
        """From now on write to the log stream of `connection` (Connection)."""
        self._connection = connection

    def finish(self):
        """Send unfinished lines; from now on write to the process's own stderr."""
        for thread in list(self._lines):
            line = self._lines.pop(thread, '')
            if line:
                self._put(line + '\n')
        self._connection = None

    def forget(self):
        """Drop unfinished lines, in a child of this process: the parent writes them."""
        self._lines.clear()
        self._connection = None
        self._main, self._process = threading.get_ident(), os.getpid()

    def write(self, text):
        """Write `text` (str); return its length."""
        thread = threading.get_ident()
        line, newline, rest = (self._lines.pop(thread, '') + text).rpartition('\n')
        if len(rest) > _LINE:
            line, newline, rest = line + newline + rest, '\n', ''
        if rest:
            self._lines[thread] = rest
        if newline:
            self._put(line + newline)
        return len(text)

    def flush(self):
        """Do nothing: whole lines are written at once, others at the end of the request."""

    def _put(self, text):
        if os.getpid() != self._process:        # Python 3.6, which tells nobody of a fork
            self.forget()
        data = text.encode('utf-8', 'backslashreplace')
        here = threading.get_ident() == self._main
        if here:
            self.busy = True
            self._depth += 1
        try:
            if not self._sent(data):
                os.write(2, data)
        except OSError:             # full, or closed: the call is answered all the same
            pass
        finally:
            if here:
                self._depth -= 1
                self.busy = self._depth > 0

    def _sent(self, data):
        connection = self._connection
        try:
            return connection is not None and connection.log(data)
        except OSError:             # the web server is gone
            return False

    def reconfigure(self, **_):
        """As a text file has it; what is written is UTF-8 all the same."""

    def detach(self):
        """Return `buffer`; this goes on to write."""
        return self.buffer

    def close(self):
        """Nothing: this is the log of the process, and of the requests to come."""

    def fileno(self):
        """The process's own stderr, for those who want a descriptor."""
        return 2

    def writable(self):
        """Yes."""
        return True


class Bytes(io.RawIOBase):
    """The `buffer` of a stream of text (`log`), for applications that write bytes."""

    def __init__(self, log):
        super().__init__()
        self._log = log

    def write(self, data):
        """Write `data` (bytes, UTF-8 where they are text); return their number."""
        self._log.write(bytes(data).decode('utf-8', 'backslashreplace'))
        return len(data)

    def writable(self):
        """Yes."""
        return True

    def close(self):
        """Nothing: the end of a stream that a class put round this must not end it."""
