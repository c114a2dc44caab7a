"""A resident process in memory: a lib/ that a test writes, and calls of what is in it."""

import os
import threading
from xmlrpc.client import Fault, dumps, loads

from xmlrpcgi.message import Request
from xmlrpcgi.resident.service import Service

SAYS = 'class Application:\n    def says(self):\n        return %r\n'
BY_HELPER = '''
from . import words

class Application:
    def says(self):
        return words.WORD
'''
OLD = 1000000000            # seconds since 1970: a file that was not changed just now


class NoLimits:
    def start(self):
        pass

    stop = start


class Served:
    """A lib/ and a Service of it; `clock` is what it takes for the time."""

    def __init__(self, lib):
        self.lib, self.clock = lib, 100.0
        self._service, self._making = None, threading.Lock()

    @property
    def service(self):
        with self._making:              # several threads may make the first call
            if self._service is None:
                self._service = Service(str(self.lib), lambda settings, lib: NoLimits())
        return self._service

    def write(self, name, source, when=OLD):
        path = self.lib / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        if when:
            os.utime(path, (when, when))

    def tick(self):
        """A second passes."""
        self.clock += 1.0

    def call(self, method, *params):
        """The value of a method, or the code of its fault."""
        body = dumps(params, method).encode()
        response = self.answer(body)
        assert response.status == 200, response.body
        try:
            return loads(response.body)[0][0]
        except Fault as fault:
            return fault.faultCode

    def answer(self, body):
        parts = [body]
        return self.service.answer_to(Request(
            {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
             'CONTENT_LENGTH': str(len(body))}, lambda size: parts.pop() if parts else b''))


class Gate:
    """What a method of lib/ waits at: `import fresh_gate`."""

    def __init__(self):
        self.reached, self.open = threading.Event(), threading.Event()

    def wait(self):
        self.reached.set()
        assert self.open.wait(30)
