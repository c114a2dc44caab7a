"""Many clients at once, half of the calls hostile, on a server with a shared host's limits.

A good call is answered right, or refused clearly: 503, or no connection. None is a 500, none is
another's. After the end nothing runs on, and no process has used more memory than the settings say.
"""

import collections
import contextlib
import threading
import time

from . import clients, hostile, memory
from .place import QUIET, Place
from .result import Result

MEMORY = 40000000               # bytes of address space for one call
WORKERS = 24                    # calls at a time: a thread and a script each, 960 MB together
SETTINGS = {'MAX_BODY': hostile.MAX_BODY, 'MEMORY': MEMORY, 'CPU_SECONDS': 10, 'CALL_SECONDS': 20}
# The machine's Apache is held by its own lines; the container as a whole by the engine.
# No more processes stay than there are calls at a time, so that Place.hung can reach each.
# And what a slow reader leaves does not all go into the buffers of the loopback device.
CONF = ('MaxRequestWorkers %d\nSendBufferSize 16384\nRLimitNPROC 100 100\nRLimitMEM %d %d\n'
        '<IfModule mod_fcgid.c>\nFcgidMaxProcesses %d\n</IfModule>\n'
        % (WORKERS, 2 * MEMORY, 2 * MEMORY, WORKERS))
THREADS = 'ThreadsPerChild %d\n' % (WORKERS // 2)
# For a run that is over before the 20 seconds of apache/rpc.conf are.
TIMEOUTS = 'RequestReadTimeout header=5-10,MinRate=500 body=5,MinRate=500\n'
OPTIONS = '--memory', '1g', '--pids-limit', '100'
# The manner of each of the clients; of the calls, about half are then hostile.
CLIENTS = {clients.Good: 50, clients.Writer: 10, clients.SlowSender: 20, clients.Trickler: 10,
           clients.SlowReader: 15, clients.Vanishing: 15, clients.Hostile: 80}
GRACE = 90                      # seconds for the calls that are under way at the end


class Load:
    """The clients at work. tally: {kind of client: Counter of what came of its calls}."""

    def __init__(self, place, seconds, crowd=CLIENTS, seed=1):
        self.tally = collections.defaultdict(collections.Counter)
        self.outcomes, self.latest = [], 0.0
        self.ends, self._lock = time.monotonic() + seconds, threading.Lock()
        attacks = hostile.requests()
        if place.resident:
            attacks = for_resident(attacks)
        self._threads = []
        for make, number in crowd.items():
            for _ in range(number):
                client = make(place, clients.chance(seed * 1000 + len(self._threads)))
                client.attacks, client.outcomes = attacks, self.outcomes
                self._threads.append(threading.Thread(target=self._run, args=(client,),
                                                      daemon=True))

    def _run(self, client):
        while time.monotonic() < self.ends:
            started = time.monotonic()
            outcome = client()
            with self._lock:
                self.tally[client.kind][outcome] += 1
                if client.kind == 'good':
                    self.latest = max(self.latest, time.monotonic() - started)
            if outcome.startswith('refused'):
                time.sleep(0.1)

    def run(self):
        """Start all, and wait for all; how many did not come back."""
        for thread in self._threads:
            thread.start()
        deadline = self.ends + GRACE
        for thread in self._threads:
            thread.join(max(0, deadline - time.monotonic()))
        return sum(thread.is_alive() for thread in self._threads)


def run(kind, seconds=10):
    """Hold this kind of server under load for so many seconds; the Result."""
    result = Result('load', kind)
    with bounded(result, seconds, measure=True) as place:
        load = Load(place, seconds)
        with memory.Watch(place) if place.resident else contextlib.nullcontext() as watch:
            result.expect(not load.run(), 'clients that hang')
        settle(result, place)
        add_tally(result, load)
        result.expect(result.counts['hostile: turned away'], 'no hostile call was turned away')
        report = place.compare(load.outcomes)
        result.expect(not report.lost and not report.repeated, 'ledger: %r' % (report,))
        result.lost += len(report.lost) + len(report.repeated)
        if place.resident:
            memory.judge(result, watch.peaks.values(), watch.most(SETTINGS['MAX_BODY']))
        else:
            memory.judge(result, place.said(), MEMORY)
        if kind == 'docker':
            result.expect(not killed_for_memory(place), 'the kernel ended a process for memory')
        if not place.resident:
            add_statuses(result, place)
    return result


def bounded(result, seconds, **more):
    """A Place with a shared host's limits, for so many seconds of load. more: of a Place."""
    if result.kind == 'docker':
        more['options'] = OPTIONS
    conf = CONF + ('' if result.kind == 'mod_cgi' else THREADS) + (TIMEOUTS if seconds < 30 else '')
    return Place(result, settings=SETTINGS, conf=conf, **more)


def settle(result, place):
    """After the end of a load: soon nothing hangs, and calls are answered."""
    left = place.hung()
    result.expect(not left, 'processes that hang: %r' % left[:3])
    problem = place.works(QUIET)
    result.expect(not problem, problem)


def for_resident(attacks):
    """MEMORY is for CGI alone; and mod_fcgid and mod_wsgi say 500 where a body breaks off."""
    return [attack if attack.answer_owed else
            attack._replace(statuses=(*attack.statuses, 500))
            for attack in attacks if attack.kind != 'memory hogs']


def add_tally(result, load):
    for kind, counter in sorted(load.tally.items()):
        for outcome, number in counter.items():
            name = outcome.partition(':')[0]
            if name == 'WRONG':
                result.problems.append('%d times %s' % (number, outcome))
            elif kind == 'hostile' and name == 'right':
                name = 'turned away'
            elif name == 'refused':
                name = 'refused' + outcome.partition(':')[2]
            result.counts['%s: %s' % (kind, name.lower())] += number
    result.counts['slowest good call, ms'] = max(result.counts['slowest good call, ms'],
                                                 round(load.latest * 1000))


def add_statuses(result, place):
    """Count what the server itself says it answered."""
    for line in place.server.access_log().splitlines():
        status = line.rpartition('"')[2].split()[:1]
        if status and status[0].startswith('5') and status[0] not in ('503', '508'):
            result.problems.append('an answer in the access log: %s' % line)


def killed_for_memory(place):
    """How many processes of the container the kernel ended for its memory."""
    text = place.sh('cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control '
                    '2>/dev/null || true')
    return sum(int(row.split()[1]) for row in text.splitlines() if row.startswith('oom_kill '))
