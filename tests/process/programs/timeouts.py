"""Many calls that run out of time in threads, while they log, import, wait and write: a report.

    python3 timeouts.py CGI_BIN FOLDER TIMEOUTS SECONDS

Runs until so many calls were ended, or for so many seconds (up to five times as long until ten were
ended), and then asks whether anything hangs.
Prints a line of JSON: timeouts, calls, edits; hung: what did not answer; left: locks that are held.
"""

import faulthandler
import io
import json
import logging
import os
import queue
import random
import sqlite3
import sys
import threading
import time
import xmlrpc.client

# Up to Python 3.11 a thread can be ended only while it runs, and twelve keep each other from that.
THREADS = 12 if hasattr(sys, 'monitoring') else 3
SECONDS = 0.02              # that a call has
PATIENCE = 20               # seconds for a call at the end, and for one that loads the class
# Seconds for the last calls: up to Python 3.11 one that logs without pause is not ended soon.
UNTIL_ENDED = 60
LEAST = 10                  # calls that are ended, on a machine under load

HELPER = 'VALUE = %d\nfor VALUE in range(%d):\n    pass\n'
APP = '''
import asyncio, contextlib, importlib, json, logging, queue, re, sqlite3, sys, threading, time
import shared

log = logging.getLogger('lib')

class Held:
    def __enter__(self):
        shared.HELD.acquire()
        return [number for number in range(3)]

    def __exit__(self, *_):
        for number in range(3):
            pass
        shared.HELD.release()

class Application:
    def logs(self):
        while True:
            log.warning('a line of %s', 'text')

    def imports(self):
        while True:
            for number in range(5):
                sys.modules.pop('lib.helper%d' % number, None)
                sys.modules.pop('colorsys', None)
                __import__('lib.helper%d' % number)
                import colorsys

    def queues(self):
        while True:
            shared.QUEUE.put(1)
            shared.QUEUE.get()

    def sqlite(self):
        connection = sqlite3.connect(shared.DATABASE, timeout=0.5)
        with contextlib.closing(connection):
            while True:
                try:
                    with connection:
                        connection.execute('insert into t values (1)')
                        connection.execute('delete from t')
                except sqlite3.OperationalError:        # locked
                    pass

    def conditions(self):
        while True:
            with shared.CONDITION:
                for number in range(3):
                    shared.COUNT += 1
                shared.CONDITION.notify_all()

    def locks(self):
        while True:
            with shared.LOCK:
                shared.COUNT += 1
            with shared.RLOCK:
                for number in range(2):
                    json.dumps([1, {'a': number}])
                    re.sub('a', 'b', 'aaa')

    def holds(self):
        while True:
            with Held():
                for number in range(300):
                    shared.COUNT += 1

    def polls(self):
        async def waits():
            while True:
                await asyncio.sleep(0.001)
        asyncio.run(waits())

    def spins(self):
        while True:
            pass

    def recurses(self, depth=0):
        for number in (1, 2):
            if depth < 100000:
                self.recurses(depth + 1) if depth < 200 else None

    def builds(self):
        while True:
            [number for number in range(10000)]

    def loads(self):
        return 'loads'

    def works(self):
        log.warning('works')
        import colorsys
        from lib import helper0, helper1, helper2, helper3, helper4
        shared.QUEUE.put(1)
        shared.QUEUE.get()
        connection = sqlite3.connect(shared.DATABASE, timeout=5)
        with contextlib.closing(connection), connection:
            connection.execute('insert into t values (1)')
        with shared.CONDITION, shared.LOCK, shared.RLOCK:
            return 'works'
'''
METHODS = ('logs', 'imports', 'queues', 'sqlite', 'conditions', 'locks', 'spins', 'recurses',
           'builds', 'holds') + ('polls',) * hasattr(sys, 'monitoring')     # where it ends in time


class Shared:
    """The module `shared`: what outlives the edits of lib/."""

    COUNT = 0

    def __init__(self, folder):
        self.QUEUE, self.LOCK = queue.Queue(), threading.Lock()
        self.RLOCK, self.CONDITION = threading.RLock(), threading.Condition()
        self.HELD = threading.Lock()
        self.DATABASE = os.path.join(folder, 'data')

    def held(self):
        """The names of the locks that somebody holds still."""
        found = []
        for name, lock in (('lock', self.LOCK), ('rlock', self.RLOCK), ('held', self.HELD),
                           ('condition', self.CONDITION), ('queue', self.QUEUE.mutex),
                           ('handler', logging.getLogger('lib').handlers[0].lock),
                           ('logging', logging._lock)):
            if lock.acquire(timeout=5):
                lock.release()
            else:
                found.append(name)
        return found


class ThreadLimit(threading.local):
    """The seconds that the calls of this thread have."""

    seconds = SECONDS


def write(folder, name, text):
    path = os.path.join(folder, 'lib', name)
    with open(path + '.new', 'w') as file:
        file.write(text)
    os.replace(path + '.new', path)


def main(cgi_bin, folder, most, seconds):
    sys.path.insert(0, cgi_bin)
    from xmlrpcgi.message import Request
    from xmlrpcgi.resident import deadline, freshlibrary
    from xmlrpcgi.resident.service import Service
    freshlibrary._PATIENCE = 0.2
    os.makedirs(os.path.join(folder, 'lib'))
    for number in range(5):
        write(folder, 'helper%d.py' % number, HELPER % (number, 50))
    write(folder, 'app.py', APP)
    sys.modules['shared'] = shared = Shared(folder)
    with sqlite3.connect(shared.DATABASE) as connection:
        connection.execute('create table t (a int)')
    log = logging.getLogger('lib')
    log.propagate = False
    log.addHandler(logging.StreamHandler(io.StringIO()))

    class Limit(deadline.Deadline):
        def start(self):
            self._seconds = limit.seconds
            super().start()

    service = Service(os.path.join(folder, 'lib'), lambda settings, lib: Limit(SECONDS, lib))
    limit = ThreadLimit()
    counts = {'timeouts': 0, 'calls': 0, 'edits': 0}
    over = threading.Event()

    def call(method):
        body = xmlrpc.client.dumps((), method).encode()
        parts = [body]
        request = Request({'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
                           'CONTENT_LENGTH': str(len(body))},
                          lambda size: parts.pop() if parts else b'')
        return service.answer_to(request).body

    stderr, sys.stderr = sys.stderr, io.StringIO()

    def run(seed):
        chance = random.Random(seed)
        while not over.is_set():
            body = call('app.' + chance.choice(METHODS))
            counts['calls'] += 1
            if b'the call took longer than' in body:
                counts['timeouts'] += 1
            else:                               # ended while the class was loaded
                limit.seconds = PATIENCE
                call('app.loads')
                limit.seconds = SECONDS
            sys.stderr.seek(0)
            sys.stderr.truncate()

    threads = [threading.Thread(target=run, args=(seed,), daemon=True) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    while time.monotonic() < start + seconds * (1 if counts['timeouts'] >= LEAST else 5) and (
            counts['timeouts'] < most):
        time.sleep(0.3)
        counts['edits'] += 1
        write(folder, 'helper%d.py' % (counts['edits'] % 5), HELPER % (counts['edits'], 50))
    over.set()
    faulthandler.dump_traceback_later(UNTIL_ENDED + PATIENCE, file=stderr)
    end = time.monotonic() + UNTIL_ENDED
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))
    hung = sum(thread.is_alive() for thread in threads)
    if hung:
        faulthandler.dump_traceback(file=stderr)
    answers = []

    def ask():
        limit.seconds = PATIENCE
        answers.append(call('app.works'))

    asking = [threading.Thread(target=ask, daemon=True) for _ in range(3)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(PATIENCE)
    hung = ['%d threads' % hung] * bool(hung) + [
        'a call: %s' % body.decode()[-300:] for body in answers if b'works' not in body] + [
        'a call without an answer'] * (3 - len(answers))
    print(json.dumps(dict(counts, hung=hung, left=shared.held())))
    sys.stdout.flush()
    os._exit(0)


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
