"""A ledger and its callers: whether a server under faults loses or repeats a call.

    ledger.install(lib, database)           the class Ledger into a lib folder
    with ledger.Callers(url, 8) as load:    eight clients add lines, as fast as they are answered
        ...                                 the fault
    report = ledger.compare(database, load.outcomes)
    assert not report.lost and not report.repeated

Each call has a key of its own and is sent once, over a connection of its own. Its outcome is
ACKNOWLEDGED (the answer has the line's number), REFUSED (an HTTP status or a fault: the server
said that it failed) or BROKEN (no answer). A line must be there once for the first, once at
most for the others.
"""

import collections
import http.client
import shutil
import sqlite3
import threading
import time
import urllib.parse
import xmlrpc.client
from pathlib import Path

ACKNOWLEDGED, REFUSED, BROKEN = 'acknowledged', 'refused', 'broken'
LIB = Path(__file__).parent / 'lib'

Outcome = collections.namedtuple('Outcome', 'key kind text started seconds')
Report = collections.namedtuple('Report', 'lines acknowledged refused broken lost repeated')


def install(lib, database, place=None):
    """Copy the class into the folder `lib`, and make an empty ledger in the file `database`.

    place: the path of that file as the server sees it, where that is another.
    """
    shutil.copy(LIB / 'ledger.py', lib)
    (Path(lib) / 'ledger_place.py').write_text('DATABASE = %r\n' % str(place or database))
    connection = sqlite3.connect(str(database))
    with connection:
        connection.execute('CREATE TABLE line (number INTEGER PRIMARY KEY, key TEXT)')
    connection.close()


def add(url, key, seconds=30, headers=(), method='ledger.add'):
    """Send one call to add `key`; return its Outcome."""
    parts = urllib.parse.urlsplit(url)
    body = xmlrpc.client.dumps((key,), method).encode()
    started = time.monotonic()
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    try:
        connection.request('POST', parts.path, body, {'Content-Type': 'text/xml', **dict(headers)})
        response = connection.getresponse()
        data = response.read()
        if response.status == 200:
            xmlrpc.client.loads(data)
            kind, text = ACKNOWLEDGED, ''
        else:
            kind, text = REFUSED, '%d %s' % (response.status, data[:300].decode('utf-8', 'replace'))
    except xmlrpc.client.Fault as fault:
        kind, text = REFUSED, 'fault %s: %s' % (fault.faultCode, fault.faultString)
    except (OSError, http.client.HTTPException) as error:
        kind, text = BROKEN, repr(error)
    finally:
        connection.close()
    return Outcome(key, kind, text, started, time.monotonic() - started)


class Callers:
    """Threads that call until the `with` block ends. outcomes: a list of Outcome, growing.

    pause (seconds): of each between two calls.
    method: what is called, with the key.
    """

    def __init__(self, url, clients, pause=0.0, method='ledger.add'):
        self.url, self.pause, self.method, self.outcomes = url, pause, method, []
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(number,), daemon=True)
                         for number in range(clients)]

    def _call(self, number):
        turn = 0
        while not self._end.is_set():
            self.outcomes.append(add(self.url, 'client %d, call %d' % (number, turn),
                                     method=self.method))
            turn += 1
            if self.outcomes[-1].kind != ACKNOWLEDGED or self.pause:
                self._end.wait(self.pause or 0.01)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        for thread in self._threads:
            thread.join()

    def rate(self, seconds):
        """Acknowledged calls a second, over the last so many seconds."""
        since = time.monotonic() - seconds
        return sum(1 for outcome in list(self.outcomes) if outcome.kind == ACKNOWLEDGED
                   and outcome.started + outcome.seconds >= since) / seconds


def compare(database, outcomes):
    """Hold the ledger against what the callers were told; the Report, whose last two are keys."""
    connection = sqlite3.connect(str(database), timeout=30)
    written = collections.Counter(key for key, in connection.execute('SELECT key FROM line'))
    connection.close()
    kinds = collections.Counter(outcome.kind for outcome in outcomes)
    return Report(sum(written.values()), kinds[ACKNOWLEDGED], kinds[REFUSED], kinds[BROKEN],
                  [outcome.key for outcome in outcomes
                   if outcome.kind == ACKNOWLEDGED and not written[outcome.key]],
                  [key for key, times in written.items() if times > 1])
