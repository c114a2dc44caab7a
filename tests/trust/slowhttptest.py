"""Slow senders and slow readers by other people's tool, slowhttptest, while good clients call.

Each of its attacks opens many connections, more than there are workers, and then does nearly
nothing on them. A good call waits for its turn meanwhile: it is answered right in the end, or
refused clearly. When an attack is over the server is soon as before it, and nothing hangs.
"""

import contextlib
import csv
import shutil
import subprocess

from tests.tools import servers

from . import clients, load
from .result import Result

KINDS = 'mod_cgid', 'mod_fcgid', 'mod_wsgi', 'docker'
CONNECTIONS = 200
ATTACKS = {
    'slow headers': ('-H', '-t', 'POST', '-i', '1'),
    'slow body': ('-B', '-t', 'POST', '-f', 'text/xml', '-s', '8192', '-i', '1', '-x', '10'),
    'slow read': ('-X', '-t', 'GET', '-n', '1', '-z', '5', '-w', '1', '-y', '512')}
CLIENTS = {clients.Good: 10, clients.Writer: 5}
# For the slow readers: the page behind GET then has more than the buffers on its way hold.
MANUAL = ('class Application:\n    def read(self):\n        """%s"""\n'
          % ('A line of a long manual.\n' * 10000))
PATIENCE = 30                   # seconds for an attack to end after its time


def missing():
    """None, or why this cannot be tried here."""
    return None if shutil.which('slowhttptest') else (
        'There is no slowhttptest here: apt-get install slowhttptest')


@contextlib.contextmanager
def attack(place, options, seconds):
    """Attack for so many seconds, while the `with` block runs, and wait for the end."""
    command = ['slowhttptest', *options, '-c', str(CONNECTIONS), '-r', str(CONNECTIONS),
               '-l', str(seconds), '-u', place.url, '-g', '-o', 'attack']
    with open(place.temp / 'attack.log', 'wb') as file:
        process = subprocess.Popen(command, cwd=place.temp, stdin=subprocess.DEVNULL,
                                   stdout=file, stderr=file)
    try:
        yield
        process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def connections(place):
    """(how many connections the attack made, how many of them the server cut off)."""
    with open(place.temp / 'attack.csv', newline='') as file:
        *_, last = csv.DictReader(file)
    return int(last['Connected']) + int(last['Closed']), int(last['Closed'])


def run(kind, seconds=12):
    """Attack this kind of server in each way for so many seconds; the Result."""
    result, outcomes = Result('slowhttptest', kind), []
    with load.bounded(result, seconds, files={'manual.py': MANUAL}) as place:
        for name, options in ATTACKS.items():
            good = load.Load(place, seconds, CLIENTS)
            with attack(place, options, seconds):
                result.expect(not good.run(), '%s: clients that hang' % name)
            made, cut = connections(place)
            result.counts[name + ': connections'] = made
            result.counts[name + ': cut off'] = cut
            result.expect(made > CONNECTIONS / 2, '%s: there were %d connections: %s' % (
                name, made, (place.temp / 'attack.log').read_text()[-1000:]))
            load.settle(result, place)
            load.add_tally(result, good)
            outcomes += good.outcomes
        result.add_ledger(place.compare(outcomes))
        if kind in servers.CGI:         # the others say 500 where a body breaks off
            load.add_statuses(result, place)
    return result
