"""A connection to a host with several addresses: which error tells, where none takes it."""

import errno
import socket
import time

import pytest
from xmlrpcgi.client.connection import Connection

REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, 'refused')
NO_ROUTE = OSError(errno.EADDRNOTAVAIL, 'Cannot assign requested address')
CLOSED = OSError(errno.EHOSTUNREACH, 'No route to host')


@pytest.mark.parametrize('errors, told', [
    ([REFUSED, NO_ROUTE], REFUSED),         # localhost, on a machine without IPv6
    ([NO_ROUTE, REFUSED], REFUSED),
    ([CLOSED, NO_ROUTE], CLOSED),
    ([NO_ROUTE], NO_ROUTE),
])
def test_a_refusal_tells_more_than_an_address_that_cannot_be_reached(errors, told, monkeypatch):
    class Socket:
        def __init__(self, *_):
            self.error = left.pop(0)

        def settimeout(self, seconds):
            assert seconds > 0

        def connect(self, address):
            raise self.error

        def close(self):
            closed.append(self)

    left, closed = list(errors), []
    monkeypatch.setattr(socket, 'getaddrinfo', lambda *_: [
        (socket.AF_INET, socket.SOCK_STREAM, 0, '', ('127.0.0.1', 1))] * len(errors))
    monkeypatch.setattr(socket, 'socket', Socket)
    with pytest.raises(OSError) as caught:
        Connection('localhost', 1, time.monotonic() + 5)
    assert caught.value is told and len(closed) == len(errors)
