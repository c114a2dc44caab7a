"""Apache is restarted under load: gracefully, hard, and by ending it and starting it again.

After a graceful restart a call may be refused with 503, as long as mod_cgid has no daemon; the
others break connections. What was acknowledged is there, and what was not is there once at most.
"""

import time

from tests.tools import ledger

from .place import Place
from .result import Result

KINDS = 'mod_cgid', 'mod_cgi', 'docker'
LOCAL = 'mod_cgid', 'mod_cgi'       # a container that ends takes its data along
SIGNALS = {'graceful': 'USR1', 'hard': 'HUP'}
CLIENTS = 8
PAUSE = 1.5                     # seconds of calls between two restarts


def run(kind, how, times=2):
    """Restart this kind of server so often under load; how: 'graceful', 'hard', 'ended'."""
    result = Result('%s restart' % how if how != 'ended' else 'ended and started again', kind)
    with Place(result) as place:
        with ledger.Callers(place.url, CLIENTS) as load:
            for _ in range(times):
                time.sleep(PAUSE)
                if how == 'ended':
                    again(place)
                else:
                    place.signal(SIGNALS[how])
                result.counts['restarts'] += 1
            time.sleep(PAUSE)
            result.expect(place.wait_until(lambda: load.rate(1) > 0), 'no call comes through')
        left = place.hung()
        result.expect(not left, 'processes that hang: %r' % left[:3])
        problem = place.works()
        result.expect(not problem, problem)
        result.add_ledger(place.compare(load.outcomes))
        if how == 'graceful':
            wrong = [outcome.text for outcome in load.outcomes
                     if outcome.kind == ledger.REFUSED and not outcome.text.startswith('503')]
            result.expect(not wrong, 'refused: %r' % wrong[:3])
    return result


def again(place):
    """SIGTERM, and a new server on the same port and data."""
    port = place.server.port
    place.server.stop()
    place.start(port)
