"""Requests and responses as bytes on a socket, for what a client library would interfere with."""

import socket
import xmlrpc.client

import pytest

SECONDS = 30


class Answer:
    """A response as it was on the wire.  `fields`: name in lower case → value.

    `status` is None where the connection was closed without one.
    """

    def __init__(self, data):
        while data.startswith(b'HTTP/1.1 100 '):
            data = data.partition(b'\r\n\r\n')[2]
        head, _, self.body = data.partition(b'\r\n\r\n')
        self.status_line, *lines = head.decode('latin-1').split('\r\n')
        self.status = int(self.status_line.split(' ')[1]) if data else None
        self.fields = {}
        for line in lines:
            name, _, value = line.partition(': ')
            assert name.lower() not in self.fields, 'a header came twice: ' + name
            self.fields[name.lower()] = value

    def value(self):
        assert self.status == 200
        return xmlrpc.client.loads(self.body)[0][0]

    def fault(self):
        with pytest.raises(xmlrpc.client.Fault) as caught:
            xmlrpc.client.loads(self.body)
        return caught.value


def head_of(*lines, method='POST', version='1.1', kind='text/xml'):
    lines = ['%s /xmlrpc/ HTTP/%s' % (method, version), 'Host: localhost', 'Connection: close',
             *(['Content-Type: ' + kind] if kind else []), *lines]
    return '\r\n'.join(lines).encode() + b'\r\n\r\n'


def chunks(data, size):
    return b''.join(b'%x\r\n%s\r\n' % (len(data[at:at + size]), data[at:at + size])
                    for at in range(0, len(data), size)) + b'0\r\n\r\n'


def exchange(server, *parts, half_close=False):
    """Send bytes; the Answer that comes until the server closes."""
    with socket.create_connection((server.host, server.port), SECONDS) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            sock.sendall(part)
        if half_close:
            sock.shutdown(socket.SHUT_WR)
        return Answer(b''.join(iter(lambda: sock.recv(65536), b'')))


def ask(server, body, *lines, **options):
    return exchange(server, head_of('Content-Length: %d' % len(body), *lines, **options) + body)
