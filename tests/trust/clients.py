"""Clients of every manner. Each is called again and again by a thread of its own.

A call returns what came of it: 'right'; 'refused: ...', when the server said clearly that it
cannot now, or took no connection; what the client did on purpose, like 'vanished while sending';
or 'WRONG: ' and a sentence.
"""

import http.client
import itertools
import random
import socket
import time
import xmlrpc.client

from tests.tools import ledger

from . import hostile

SECONDS = 60                    # for one call
SENT_AT_ONCE = 40               # bytes a slow sender sends
SLOW = 0.02                     # seconds it waits then: 2000 bytes a second
TEXT = 300000                   # characters that a slow reader asks for: more than buffers hold
REFUSALS = 429, 503, 508        # statuses that say: not now


class Client:
    """Base: numbers each call, so that no answer is taken for another's."""

    numbers = itertools.count(1)
    kind = None

    def __init__(self, place, chance):
        self.host, self.port = place.server.host, place.server.port
        self.url, self.chance = place.url, chance

    def __call__(self):
        try:
            return self.go()
        except ConnectionRefusedError:
            return 'refused: no connection'
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            return 'WRONG: %s: %r' % (self.kind, error)

    def connect(self):
        sock = socket.create_connection((self.host, self.port), SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def judged(self, response, value):
        """What a whole answer comes to that should have this value."""
        body = response.read()
        if response.status in REFUSALS:
            return 'refused: %d' % response.status
        if response.status != 200:
            return 'WRONG: %s: %d %r' % (self.kind, response.status, body[:300])
        found = xmlrpc.client.loads(body)[0][0]
        return 'right' if found == value else 'WRONG: %s: another answer' % self.kind


def answer(sock):
    response = http.client.HTTPResponse(sock)
    response.begin()
    return response


def request(method, *params):
    return hostile.post(xmlrpc.client.dumps(params, method).encode())


class Good(Client):
    kind = 'good'

    def go(self):
        value = 'call %d' % next(self.numbers)
        with self.connect() as sock:
            sock.sendall(request('echo.echo', value))
            return self.judged(answer(sock), value)


class Writer(Client):
    """Adds to the ledger; its outcomes are held against it at the end."""

    kind = 'good'
    outcomes = None             # the run's list

    def go(self):
        outcome = ledger.add(self.url, 'load %d' % next(self.numbers), SECONDS)
        self.outcomes.append(outcome)
        if outcome.kind == ledger.ACKNOWLEDGED:
            return 'right'
        if outcome.kind == ledger.REFUSED and outcome.text[:3] in map(str, REFUSALS):
            return 'refused: ' + outcome.text[:3]
        if 'ConnectionRefused' in outcome.text:
            return 'refused: no connection'
        return 'WRONG: ledger: %s' % outcome.text


class SlowSender(Client):
    """Sends a right call in drops, faster than what mod_reqtimeout cuts off."""

    kind = 'slow sender'

    def go(self):
        value = 'slowly %d ' % next(self.numbers) + 'x' * 2000
        data = request('echo.echo', value)
        with self.connect() as sock:
            for at in range(0, len(data), SENT_AT_ONCE):
                sock.sendall(data[at:at + SENT_AT_ONCE])
                time.sleep(SLOW)
            return self.judged(answer(sock), value)


class Trickler(Client):
    """Sends a byte a second for ever, as Slowloris does; the server must end it."""

    kind = 'too slow sender'

    def go(self):
        data = request('echo.echo', 'never')
        begun = self.chance.randrange(20, len(data) - 20)
        sock = self.connect()
        try:
            sock.sendall(data[:begun])
            sock.settimeout(1)
            for at in range(begun, begun + SECONDS):
                try:
                    if not sock.recv(65536):
                        return 'cut off'
                except socket.timeout:
                    sock.sendall(b' ' if at >= len(data) - 20 else data[at:at + 1])
        except OSError:
            return 'cut off'
        finally:
            sock.close()
        return 'WRONG: a too slow sender was listened to for %d seconds' % SECONDS


class SlowReader(Client):
    """Reads a large answer in sips."""

    kind = 'slow reader'

    def go(self):
        with self.connect() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(request('stages.text', TEXT))
            response = http.client.HTTPResponse(sock)
            response.begin()
            if response.status in REFUSALS:
                return 'refused: %d' % response.status
            parts = []
            while True:
                part = response.read(8192)
                if not part:
                    break
                parts.append(part)
                time.sleep(0.05)
            found = xmlrpc.client.loads(b''.join(parts))[0][0]
            return 'right' if found == 'x' * TEXT else 'WRONG: slow reader: another answer'


class Vanishing(Client):
    """Goes away in the middle of sending, while it waits, or in the middle of receiving."""

    kind = 'vanishing'

    def go(self):
        stage = self.chance.choice(('sending', 'waiting', 'receiving'))
        data = request('stages.text', TEXT)
        with self.connect() as sock:
            if self.chance.random() < 0.5:          # a reset, and not an orderly end
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\1\0\0\0\0\0\0\0')
            sock.sendall(data[:-30] if stage == 'sending' else data)
            if stage == 'receiving':
                sock.recv(1000)
            elif stage == 'sending':
                time.sleep(self.chance.random() / 10)
        return 'vanished while ' + stage


class Hostile(Client):
    kind = 'hostile'
    attacks = None              # the run's list

    def go(self):
        attack = self.chance.choice(self.attacks)
        status, body = 0, b''
        try:
            with self.connect() as sock:
                try:
                    sock.sendall(attack.data)
                except OSError:         # refused before its end: there may be an answer
                    pass
                if not attack.answer_owed:
                    sock.shutdown(socket.SHUT_WR)
                response = answer(sock)
                status, body = response.status, response.read()
        except ConnectionRefusedError:
            raise
        except (OSError, http.client.HTTPException) as error:
            body = repr(error).encode()
        if status in REFUSALS:
            return 'refused: %d' % status
        wrong = hostile.judge(attack, status, body)
        return 'WRONG: hostile: %s %s' % (wrong, body[:200]) if wrong else 'right: ' + attack.kind


def chance(seed):
    return random.Random(seed)
