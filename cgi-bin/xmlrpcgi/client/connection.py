"""connection: a socket to a server, and one deadline for all that is waited for on it.

A socket's own time-out begins anew with each byte, so a server that sends one now and then holds
its client for ever. Here each step gets the time that is left until the deadline.
"""

import io
import socket
import threading
import time


class Connection:
    """A connection to `host` and `port`, as http.client takes one for its `sock`.

    deadline (float): by time.monotonic(). context (ssl.SSLContext or None): for TLS.
    Raises OSError, of it socket.timeout at the deadline, and ValueError for a host that is not one.
    """

    def __init__(self, host, port, deadline, context=None):
        self.deadline = deadline
        self._socket = self._connected(self._addresses(host, port))
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                self._wait()
                self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except BaseException:
            self.end()
            raise

    def left(self):
        """Return the seconds until the deadline; raises socket.timeout after it."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout('timed out')
        return left

    def _wait(self):
        self._socket.settimeout(self.left())

    def _addresses(self, host, port):
        """Look the host up in a thread, because a look-up cannot be given an end."""
        found = []

        def look_up():
            try:
                found.append(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
            except (OSError, ValueError) as error:
                found.append(error)
        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self.left())
        if not found:
            raise socket.timeout('timed out')
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def _connected(self, addresses):
        """Return a socket to the first address that takes it; each has its share of the time.

        Where none does, the first error tells, but a refusal, which says that the host is there,
        before all others.
        """
        failed = []
        for index, (family, type_, protocol, _, address) in enumerate(addresses):
            connecting = None
            try:
                connecting = socket.socket(family, type_, protocol)
                connecting.settimeout(self.left() / (len(addresses) - index))
                connecting.connect(address)
                return connecting
            except OSError as error:
                failed.append(error)
                if connecting is not None:
                    connecting.close()
        raise next((error for error in failed if isinstance(error, ConnectionRefusedError)),
                   failed[0] if failed else OSError('no address'))

    def sendall(self, data):
        """Send the bytes `data`."""
        view = memoryview(data)
        while view:
            self._wait()
            view = view[self._socket.send(view):]

    def receive_into(self, buffer):
        """Receive bytes into `buffer`; return how many, 0 at the end."""
        self._wait()
        return self._socket.recv_into(buffer)

    def makefile(self, mode):
        """Return the file that http.client reads the answer from."""
        return io.BufferedReader(_Received(self))

    def close(self):
        """Do nothing: http.client calls it while it still reads, as a socket's file allows."""

    def end(self):
        """Close the socket."""
        self._socket.close()


class _Received(io.RawIOBase):
    """The bytes that come on a Connection."""

    def __init__(self, connection):
        self._connection = connection

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._connection.receive_into(buffer)
