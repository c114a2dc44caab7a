"""Classes close descriptors 0 to 2 under load: no print is part of an answer, no process hangs."""

import itertools
import threading
import xmlrpc.client

from tests.tools import ledger

from .place import Place
from .result import Result

KINDS = 'mod_cgid', 'mod_fcgid'
CLIENTS, ROUNDS = 4, 4
CLOSES = '''
import os
import subprocess

class Application:
    def close(self, numbers: list):
        for number in numbers:
            try:
                os.close(number)
            except OSError:
                pass
        return 'closed'

    def prints(self):
        print('printed by the class')
        subprocess.call(['echo', 'printed by a child'])
        try:
            os.write(1, b'written by the class')
        except OSError:
            pass
        return 'printed'
'''
SETS = [list(numbers) for count in (1, 2, 3)
        for numbers in itertools.combinations((0, 1, 2), count)]


def run(kind, rounds=ROUNDS):
    """Close them again and again while others call; the Result."""
    result = Result('descriptors closed', kind)
    with Place(result, files={'closes.py': CLOSES}) as place:
        with ledger.Callers(place.url, CLIENTS) as load:
            closers = [threading.Thread(target=close, args=(result, place, rounds))
                       for _ in range(CLIENTS)]
            for closer in closers:
                closer.start()
            for closer in closers:
                closer.join(300)
        problem = place.works()
        result.expect(not problem, problem)
        result.expect(not place.hung(), 'processes that hang')
        result.expect(any(outcome.kind == ledger.ACKNOWLEDGED for outcome in load.outcomes),
                      'no call came through')
        result.add_ledger(place.compare(load.outcomes))
    return result


def close(result, place, rounds):
    """Close each set of descriptors, then print, and look at the answers."""
    for numbers in SETS * rounds:
        for method, params, wanted in (('closes.close', [numbers], 'closed'),
                                       ('closes.prints', [], 'printed')):
            try:
                found = place.call(method, *params)
            except (OSError, xmlrpc.client.Error) as error:
                found = error
            result.expect(found == wanted, '%s after closing %r: %r' % (method, numbers, found))
            result.counts['answered'] += found == wanted
