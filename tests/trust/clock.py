"""The clock jumps by years, forth and back, while calls run.

By libfaketime in the script's environment, whose offset stands in a file that we change; so the
clock of this machine stays as it is. What counts seconds must count them all the same.
"""

import glob
import threading
import time
import xmlrpc.client

from tests.tools import ledger

from .place import Place
from .result import Result

KINDS = 'mod_cgid',
LIBRARIES = '/usr/lib/*/faketime/libfaketime.so.1', '/usr/lib*/faketime/libfaketime.so.1'
JUMPS = '+3650d', '-7000d', '+0'
CALL_SECONDS = 10
CONF = '''
SetEnv LD_PRELOAD "%s"
SetEnv FAKETIME_TIMESTAMP_FILE "%s"
SetEnv FAKETIME_NO_CACHE 1
SetEnv DONT_FAKE_MONOTONIC 1
'''


def missing():
    """None, or why this cannot be tried here."""
    return None if library() else 'There is no libfaketime here: apt-get install libfaketime'


def library():
    return next((path for pattern in LIBRARIES for path in glob.glob(pattern)), None)


def run(kind):
    """Let the clock jump under load, and in the middle of a call; the Result."""
    result = Result('clock jumps', kind)
    files = {'clock.py': 'import time\n\nclass Application:\n    def year(self):\n'
                         '        return time.gmtime().tm_year\n'}
    with Place(result, files=files, settings={'CALL_SECONDS': CALL_SECONDS}) as place:
        offset = place.data / 'offset'
        place.put(offset, b'+0\n')
        place.conf = CONF % (library(), offset)
        place.server.stop()
        place.start()
        place.put(place.data / 'rpc.log', b'')
        with ledger.Callers(place.url, 4) as load:
            years = set()
            for jump in JUMPS:
                calls = [InTheMiddle(place, 'stages.sleep', 2.0),
                         InTheMiddle(place, 'stages.sleep', 40.0)]
                time.sleep(0.7)
                place.put(offset, jump.encode() + b'\n')
                years.add(place.call('clock.year'))
                short, long = [call.outcome() for call in calls]
                result.expect(short == 2.0, 'a call in which the clock jumped: %r' % (short,))
                result.expect('longer than %d seconds' % CALL_SECONDS in str(long),
                              'a call that must be ended: %r' % (long,))
                result.counts['jumps'] += 1
        result.expect(len(years) == len(JUMPS), 'the clock did not jump: %r' % years)
        problem = place.works()
        result.expect(not problem, problem)
        result.expect(not place.hung(), 'processes that hang')
        result.add_ledger(place.compare(load.outcomes))
        result.expect(not result.counts['refused'] and not result.counts['broken'],
                      'calls failed: %r' % [outcome.text for outcome in load.outcomes
                                            if outcome.kind != ledger.ACKNOWLEDGED][:3])
    return result


class InTheMiddle(threading.Thread):
    """A call that is running while something else happens."""

    def __init__(self, place, method, *params):
        super().__init__(daemon=True)
        self.place, self.method, self.params, self.result = place, method, params, None
        self.start()

    def run(self):
        try:
            self.result = self.place.call(self.method, *self.params)
        except (OSError, xmlrpc.client.Error) as error:
            self.result = error

    def outcome(self):
        self.join(60)
        return self.result
