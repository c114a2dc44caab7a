"""The child of the fuzzer in client mode: the commands, run on a server that answers anything.

Whatever it answers: no exception leaves a command, the exit status is 0, 1 or 2 and 1 has its
reason, it ends soon after its time-out, what it writes holds no control character and no password,
and its JSON is JSON.
"""

import io
import json
import random
import re
import resource
import socket
import threading
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout

from . import answers
from .worker import MEMORY, Finding, handler

# isort: split
from xmlrpcgi.__main__ import main  # after worker, which put its folder on the path

TIMEOUT = 0.5                   # seconds, of each exchange
LATE = {'call': 15, 'list': 18, 'describe': 18, 'check': 50}   # seconds of a command, at most
COMMANDS = (['call', 'm', '2'],) * 8 + (
    ['call', 'm', '--json'], ['call', 'm', '--json'], ['call', 'm', '--xml'], ['list'], ['list'],
    ['list', '--names'], ['describe'], ['describe'], ['describe', '--json'], ['check'])
CONTROLS = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]')
HELD = 0.02                     # of the answers: the connection stays open after them
NEXT = b'\n-- the next answer --\n'


class Server:
    """Gives the answers (list of bytes) of a script, one per request, the last one again."""

    def __init__(self):
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.script, self.held, self.at = [b''], False, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def play(self, script, held):
        self.script, self.held, self.at = script, held, 0

    def serve(self):
        while True:
            connection = self.socket.accept()[0]
            with connection:
                connection.settimeout(120)      # above all of LATE
                try:
                    self.answer(connection)
                except OSError:
                    pass            # the client has seen enough

    def answer(self, connection):
        received = b''
        while not whole(received):
            block = connection.recv(1 << 16)
            if not block:
                return
            received += block
        script = self.script
        raw = script[min(self.at, len(script) - 1)]
        self.at += 1
        connection.sendall(raw)
        if self.held:
            connection.recv(1)


def whole(request):
    """Whether the bytes `request` are all of an HTTP request."""
    head, end, body = request.partition(b'\r\n\r\n')
    if re.search(br'\r\nTransfer-Encoding: chunked', head, re.I):
        return body.endswith(b'0\r\n\r\n')
    length = re.search(br'\r\nContent-Length: (\d+)', head, re.I)
    return bool(end) and len(body) >= (int(length.group(1)) if length else 0)


def run(slate, seed, until):
    """Fuzz until `until` (time.monotonic); return the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance, seeds, server = random.Random(seed), answers.bodies(handler()), Server()
    inputs, distinct, answered = 0, set(), 0
    while time.monotonic() < until:
        script = [answers.answer(chance, seeds) for _ in range(chance.choice((1, 1, 2, 4)))]
        command = chance.choice(COMMANDS)
        held = chance.random() < HELD
        inputs += 1
        distinct.add(hash((tuple(script), tuple(command))))
        slate.write((inputs, len(distinct), answered), NEXT.join(script), ' '.join(command))
        server.play(script, held)
        try:
            answered += judged(command, server.port) != 2
        except BaseException:
            traceback.print_exc()
            return 1
    slate.write((inputs, len(distinct), answered), b'', None)
    return 0


def judged(command, port):
    """Run the command; return its exit status; raise for what it should not do."""
    url = 'http://me:secret@127.0.0.1:%d/' % port
    out, err = io.StringIO(), io.StringIO()
    started = time.monotonic()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(command[:1] + [url] + command[1:] + ['--timeout', str(TIMEOUT)])
    seconds, out, err = time.monotonic() - started, out.getvalue(), err.getvalue()
    if seconds > LATE[command[0]]:
        raise Finding('%s took %.1f seconds' % (command, seconds))
    if status not in (0, 1, 2):
        raise Finding('%s ended with status %r' % (command, status))
    if status == 1 and command[0] != 'check' and 'fault ' not in err:
        raise Finding('%s ended as by a fault, but said %r' % (command, err[:500]))
    if status == 2 and command[0] != 'check' and not err:
        raise Finding('%s said nothing' % command)
    shown = CONTROLS.search(out + err)
    if shown or 'secret' in out + err:
        raise Finding('%s shows %r' % (command, shown and shown.group() or 'the password'))
    if '--json' in command and status == 0:
        json.loads(out, parse_constant=no_constant)
    return status


def no_constant(name):
    raise Finding('%s is not JSON' % name)
