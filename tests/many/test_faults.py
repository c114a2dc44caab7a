"""Members that are restarted, killed, paused, broken, or at their limit, under a steady load.

The load is calls that must not be repeated. Whatever happens: a call that was acknowledged is in
the ledger once, one that failed was told so in a sentence and is there once at most, and the
rate comes back by itself.
"""

import threading
import time
import xmlrpc.client

from tests.tools import ledger
from tests.tools.servers.engine import command

from .conftest import DOORS
from .stack import status, until

CLIENTS = 6
WARM_SECONDS = 2                 # of load before the fault
RECOVERED_SECONDS = 20           # until the rate is back
DETECTED_SECONDS = 15            # above what balancer.conf says: ping=5
LEFT_OUT_SECONDS = 8             # above two bad responses, one a second
CALLS = 15


EMPTY = ('python3 -c "import sqlite3; c = sqlite3.connect(\'/srv/data/ledger.sqlite\', 20); '
         'c.execute(\'DELETE FROM line\'); c.commit()"')


class Load:
    """`with Load(running) as load`: callers, at work for some seconds before the block."""

    def __init__(self, running, method='ledger.add'):
        self.running = running
        self.callers = ledger.Callers(running.url + '/xmlrpc/', CLIENTS, method=method)

    def __enter__(self):
        self.running.sh(self.running.members[0], EMPTY)
        self.callers.__enter__()
        try:
            time.sleep(WARM_SECONDS)
            until(self._is_warm, RECOVERED_SECONDS, 'calls that come through')
        except BaseException:
            self.callers.__exit__()
            raise
        return self

    def _is_warm(self):
        self.before = self.callers.rate(1)
        return self.before > 1

    def __exit__(self, *error):
        self.callers.__exit__(*error)

    def recovered(self):
        until(lambda: self.callers.rate(2) >= self.before / 2, RECOVERED_SECONDS,
              'half of the %.1f calls a second' % self.before)

    def reaches(self, name):
        """Wait until a member is sent calls."""
        sent = self.running.sent(name)
        until(lambda: self.running.sent(name) > sent, RECOVERED_SECONDS, 'calls for ' + name)

    def check(self, compare):
        """Assert what must always hold; the calls that failed."""
        outcomes = self.callers.outcomes
        report = compare(self.running, outcomes)
        assert not report.lost and not report.repeated
        assert report.broken == 0, [outcome for outcome in outcomes
                                    if outcome.kind == ledger.BROKEN]
        failed = [outcome for outcome in outcomes if outcome.kind == ledger.REFUSED]
        for outcome in failed:
            assert outcome.text[:4] in ('502 ', '503 ', '504 ', 'faul'), outcome
            assert '<' not in outcome.text, 'a sentence, no page'
        return failed


def test_a_rolling_restart_fails_no_call(running, compare):
    with Load(running) as load:
        for name in running.members:
            running.restart(name)
        load.recovered()
        for name in running.members:
            load.reaches(name)
    assert load.check(compare) == []


def test_after_kill_9_of_a_member_the_others_go_on_and_it_may_come_back(running, compare):
    name = running.members[1]
    with Load(running) as load:
        running.kill(name)
        try:
            load.recovered()
            until(lambda: gets_nothing(running, name), RECOVERED_SECONDS, 'no calls for ' + name)
        finally:
            running.start(name)
        load.reaches(name)
        load.recovered()
    failed = load.check(compare)
    assert len(failed) <= CLIENTS, 'no more than were under way'
    assert all(outcome.text.startswith('502 the server that had the call broke off')
               for outcome in failed)


def test_a_paused_member_gets_no_call_that_it_did_not_have_when_it_was_paused(running):
    """Calls that need no lock, which it could hold while it is paused: that would stop them all."""
    name = running.members[0]
    extra = []
    with Load(running, 'work.note') as load:
        running.pause(name)
        try:
            threads = [threading.Thread(target=lambda number=number: extra.append(ledger.add(
                running.url + '/xmlrpc/', 'extra %d' % number, method='work.note')))
                for number in range(2 * CLIENTS)]
            for thread in threads:
                thread.start()
            deadline = time.monotonic() + DETECTED_SECONDS
            for thread in threads:
                thread.join(max(0, deadline - time.monotonic()))
            assert len(extra) == len(threads), 'another member answered the others'
            load.recovered()
        finally:
            running.unpause(name)
        load.recovered()
    assert 'Timeout on 100-Continue' in running.log(running.balancer), 'it had been tried'
    outcomes = load.callers.outcomes + extra
    assert {outcome.kind for outcome in outcomes} == {ledger.ACKNOWLEDGED}, \
        'those that it had were answered when it went on'
    keys = running.sh(name, 'cat /srv/data/notes').splitlines()
    assert sorted(keys) == sorted(outcome.key for outcome in outcomes), 'each once'


def gets_nothing(running, name):
    """Whether this member is sent no calls for a second."""
    sent = running.sent(name)
    time.sleep(1)
    return running.sent(name) == sent


def application(url, **options):
    return xmlrpc.client.ServerProxy(url + '/xmlrpc/', **options).app


def is_left_out(running, name):
    """Whether this member is sent no calls, and the others answer them."""
    time.sleep(0.5)              # what has been sent already
    sent = running.sent(name)
    try:
        for _ in range(CALLS):
            assert application(running.url).getName() == 'example'
    except xmlrpc.client.ProtocolError:
        return False
    return running.sent(name) == sent


def is_in(running, name):
    sent = running.sent(name)

    def called():
        assert application(running.url).getName() == 'example'
        return running.sent(name) > sent
    until(called, RECOVERED_SECONDS, 'calls for ' + name)


def test_a_member_whose_settings_are_wrong_is_left_out_until_they_are_right(running):
    """By CGI: a resident process keeps the settings it has when new ones cannot be read."""
    name = running.members[2]
    assert DOORS[3] == 'cgi'
    running.sh(name, 'touch /tmp/unwell')
    try:
        assert status(running.url_of(name) + '/xmlrpc/?health', 30) == 500
        until(lambda: is_left_out(running, name), LEFT_OUT_SECONDS, name + ' to be left out')
    finally:
        running.sh(name, 'rm /tmp/unwell')
    is_in(running, name)


def test_a_member_that_may_start_no_process_is_left_out_until_it_may(running, compare):
    name = running.members[2]
    assert DOORS[3] == 'cgi'
    with Load(running) as load:
        command('update', '--pids-limit', '1', name)
        try:
            until(lambda: gets_nothing(running, name), LEFT_OUT_SECONDS, 'no calls for ' + name)
        finally:
            command('update', '--pids-limit', '512', name)
        load.reaches(name)
        load.recovered()
    failed = load.check(compare)
    assert all(outcome.text.startswith('503 ') for outcome in failed)
    assert len(failed) <= CLIENTS
