"""kill -9 of the script at every stage of a call, and at random moments under load.

The caller of a killed script gets Apache's 500 or a broken connection, never something that looks
like an answer; the next call is answered, nothing hangs, and the ledger is right.
"""

import http.client
import socket
import threading
import time
import xmlrpc.client

from tests.tools import ledger

from . import hostile
from .place import Place
from .result import Result

KINDS = 'mod_cgid', 'mod_cgi', 'docker'
SECONDS = 20                    # for a script to come to the stage
VALUES = 700000                 # of a body that takes a while to read
LARGE = 12000000                # bytes of an answer that no buffer between holds


def message(method, *params):
    return hostile.post(xmlrpc.client.dumps(params, method).encode())


def many_values():
    return hostile.post(hostile.call('stages.size', hostile.PARAM % (
        '<array><data>%s</data></array>' % ('<value><i4>7</i4></value>' * (VALUES // 2)))))


def stages(place):
    """(name, when to kill, bytes to send before that, bytes to send after)."""
    flag = place.data / 'reached'
    short, long = message('echo.echo', 'x'), message('echo.echo', 'x' * 1000000)
    head = short.index(b'\r\n\r\n') + 4
    reading = [
        ('before reading', 'waiting', short[:head], short[head:]),
        ('while reading', 'waiting', long[:len(long) // 2], long[len(long) // 2:])]
    # Which of the long-running processes will get the call is not to be seen before it has it.
    return ([] if place.resident else reading) + [
        ('while parsing', 'parsing', many_values(), b''),
        ('in the method', flag, message('stages.hold', str(flag)), b''),
        ('in a transaction', flag, message('stages.hold_a_line', 'held', str(flag)), b''),
        ('while writing', flag, message('stages.large', LARGE, str(flag)), b'')]


def answered(sock):
    """What the client of a killed script gets: a status, or 'broken connection'."""
    response = http.client.HTTPResponse(sock)
    try:
        response.begin()
        response.read()
    except (OSError, http.client.HTTPException):
        return 'broken connection'
    return response.status


def run(kind):
    """Kill a script at each stage; the Result."""
    result = Result('kill -9 at each stage', kind)
    with Place(result) as place:
        for name, when, before, after in stages(place):
            place.sh('rm -f %s/reached' % place.data)
            killed = []
            hand = threading.Thread(target=lambda when=when, killed=killed: killed.append(
                place.agent('end', str(when), SECONDS)), daemon=True)
            with socket.create_connection((place.server.host, place.server.port), 60) as sock:
                if name == 'while parsing':             # over before a container's shell is there
                    hand.start()
                    time.sleep(1 if place.contained else 0)
                sock.sendall(before)
                if name != 'while parsing':
                    hand.start()
                hand.join(SECONDS + 10)
                try:
                    sock.sendall(after)
                except OSError:
                    pass
                what = answered(sock)
            if result.expect(killed and killed[0], '%s: no script came so far' % name):
                result.counts[name] += 1
            result.expect(what in (500, 502, 503, 'broken connection'),
                          '%s: the caller got %s' % (name, what))
            result.counts['caller told: %s' % what] += 1
            problem = place.works()
            result.expect(not problem, '%s: %s' % (name, problem))
        left = place.hung()
        result.expect(not left, 'processes that hang: %r' % left[:3])
        held = place.compare([])
        result.expect(held.lines == 0, 'a line that was not for good is there')
        result.lost += held.lines
    return result


def storm(kind, seconds=4):
    """Kill scripts at random moments while callers write; the Result."""
    result = Result('kill -9 at random', kind)
    with Place(result) as place:
        with ledger.Callers(place.url, 8) as load:
            result.counts['killed'] = place.agent('storm', seconds, 0.02)
        result.expect(result.counts['killed'], 'no script was killed')
        left = place.hung()
        result.expect(not left, 'processes that hang: %r' % left[:3])
        problem = place.works()
        result.expect(not problem, problem)
        result.add_ledger(place.compare(load.outcomes))
    return result
