"""Many calls through one process of each resident door: it grows in nothing.

SOAK=100000 makes it so many calls; without it is a short form.
"""

import gzip
import json
import os
import subprocess
import sys
from xmlrpc.client import Fault, dumps, loads

import pytest

from tests.tools.fcgi import request, variables

CALLS = int(os.environ.get('SOAK') or 6000)
WARM = 10                   # part of the calls after which it is at its size
GROWTH = 512                # KB of memory that it may differ by from then on
SECONDS = 3600
STATE = '''
import gc
import os
import sys
import threading

class Application:
    def state(self):
        gc.collect()
        with open('/proc/self/statm') as file:
            pages = int(file.read().split()[1])
        return {'memory': pages * os.sysconf('SC_PAGE_SIZE') // 1024,
                'descriptors': len(os.listdir('/proc/self/fd')),
                'threads': threading.active_count(), 'modules': sorted(sys.modules),
                'process': os.getpid()}

    def echo(self, value):
        return value

    def fails(self):
        raise ValueError('as it does')
'''
WSGI = '''
import io, json, sys
sys.path.insert(0, sys.argv[1])
from xmlrpcgi.wsgi import application
for line in iter(sys.stdin.buffer.readline, b''):
    environ = json.loads(line.decode())
    body = sys.stdin.buffer.read(int(environ['CONTENT_LENGTH'] or 0))
    environ.update({'wsgi.input': io.BytesIO(body), 'PATH_INFO': '/xmlrpc/', 'SCRIPT_NAME': ''})
    given = []
    parts = application(environ, lambda status, headers: given.append(status))
    answer = b''.join(parts)
    sys.stdout.buffer.write(b'%s %d\\n' % (given[0][:3].encode(), len(answer)) + answer)
    sys.stdout.buffer.flush()
'''


def requests():
    """The mix, in turn: (body, variables, whether the answer is right)."""
    large = [{'number': number, 'text': 'x' * 80, 'part': number / 8} for number in range(400)]
    multi = [{'methodName': 'soak.echo', 'params': [number]} for number in range(20)]
    small = dumps((1, ), 'soak.echo').encode()
    packed = gzip.compress(dumps((large,), 'soak.echo').encode())

    def value(expected):
        return lambda status, body: status == 200 and loads(body)[0][0] == expected

    def fault(code):
        def check(status, body):
            try:
                loads(body)
            except Fault as found:
                return status == 200 and found.faultCode == code
        return check

    def starts(code, text):
        return lambda status, body: status == code and body.startswith(text)

    return [
        (small, {}, value(1)), (dumps(('text',), 'soak.echo').encode(), {}, value('text')),
        (small, {'REMOTE_USER': 'ann'}, value(1)),
        (dumps((), 'soak.fails').encode(), {}, fault(-32500)),
        (dumps((), 'no.such').encode(), {}, fault(-32601)), (b'<broken', {}, fault(-32700)),
        (dumps((), 'soak.echo').encode(), {}, fault(-32602)), (small, {}, value(1)),
        (dumps((large,), 'soak.echo').encode(), {}, value(large)),
        (packed, {'HTTP_CONTENT_ENCODING': 'gzip', 'HTTP_ACCEPT_ENCODING': 'gzip'},
         lambda status, body: loads(gzip.decompress(body))[0][0] == large),
        (dumps((multi,), 'system.multicall').encode(), {},
         value([[number] for number in range(20)])), (small, {}, value(1)),
        (dumps((), 'system.listMethods').encode(), {},
         lambda status, body: 'soak.echo' in loads(body)[0][0]),
        (b'', {'REQUEST_METHOD': 'GET'}, starts(200, b'<!DOCTYPE html>')),
        (b'', {'REQUEST_METHOD': 'GET', 'QUERY_STRING': 'health'}, starts(200, b'ok')),
        (small, {'CONTENT_TYPE': 'image/png'}, starts(415, b'')),
        (small, {'HTTP_ORIGIN': 'https://evil.example'}, starts(403, b'')),
    ]


class ByFastCGI:
    """One process of rpc.fcgi; a connection for each request, and sometimes one that stays."""

    def __init__(self, door):
        door.bundle.write('soak.py', STATE)
        door.bundle.write('settings.py', 'MAX_REQUESTS = 0\n')
        self.process = door.own()
        self.turn, self.kept = 0, None

    def ask(self, body, more):
        self.turn += 1
        keep = self.turn % 50 >= 25
        client = self.kept or self.process.connect()
        client.send(request(variables(body, **more), body, keep=keep))
        answer = client.answer()
        assert answer.whole
        self.kept = client if keep else None
        if not keep:
            client.socket.close()
        return answer.status, answer.body


class ByWSGI:
    """One process with the WSGI application."""

    def __init__(self, door):
        door.bundle.write('soak.py', STATE)
        program = door.folder / 'wsgi.py'
        program.write_text(WSGI)
        self.log = open(door.folder / 'log', 'wb')
        self.process = subprocess.Popen(
            [sys.executable, str(program), str(door.bundle.folder / 'cgi-bin')],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)

    def ask(self, body, more):
        environ = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                   'CONTENT_LENGTH': str(len(body)), **more}
        self.process.stdin.write(json.dumps(environ).encode() + b'\n' + body)
        self.process.stdin.flush()
        status, size = self.process.stdout.readline().split()
        return int(status), self.process.stdout.read(int(size))

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()


@pytest.mark.slow
@pytest.mark.parametrize('kind', [ByFastCGI, ByWSGI])
def test_a_process_grows_in_nothing(door, kind):
    asked = kind(door)

    def state():
        status, body = asked.ask(dumps((), 'soak.state').encode(), {})
        assert status == 200
        return loads(body)[0][0]

    mix = requests()
    for number in range(CALLS):
        body, more, right = mix[number % len(mix)]
        status, answer = asked.ask(body, more)
        assert right(status, answer), (number, status, answer[:500])
        if number == CALLS // WARM:
            before = state()
    after = state()
    print('%s: %d calls; after the first %d: %d KB, %d descriptors, %d threads, %d modules; '
          'in the end %d KB, %d, %d, %d' % (
              kind.__name__, CALLS, CALLS // WARM,
              *(sizes(found, key) for found in (before, after)
                for key in ('memory', 'descriptors', 'threads', 'modules'))))
    if kind is ByWSGI:
        asked.end()
    growth = after.pop('memory') - before.pop('memory')
    assert after == before
    assert growth <= GROWTH, growth


def sizes(state, key):
    """A number of the state (int)."""
    return len(state[key]) if key == 'modules' else state[key]
