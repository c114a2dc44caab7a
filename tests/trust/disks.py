"""The disk is full, becomes read-only, or a file may not grow: under load, and it passes again.

While it lasts, calls that write are refused with a fault; what was acknowledged before and after is
there. The ledger, LOG_FILE and Apache's error log are all on that disk. A small disk that can be
made read-only is had in the container alone; a bound for the size of a file is had everywhere.
"""

import time
import xmlrpc.client

from tests.tools import ledger

from .place import Place
from .result import Result

KINDS = 'docker',
SIZE_KINDS = 'mod_cgid', 'mod_cgi', 'docker'
SMALL = '/small'
OPTIONS = ('--memory', '1g', '--pids-limit', '300', '--tmpfs', SMALL + ':size=512k,mode=1777',
           '--cap-add', 'SYS_ADMIN', '--security-opt', 'apparmor=unconfined')
CONF = 'ErrorLog "%s/error.log"\n' % SMALL
FULL, READ_ONLY = 'disk full', 'disk read-only'
# How the fault begins, and how it ends.
FAULTS = {
    FULL: ('dd if=/dev/zero of=/small/fill bs=1k 2>/dev/null || true', 'rm /small/fill'),
    # Refused as long as somebody has a file open to write.
    READ_ONLY: ('exec 2>/dev/null; until mount -o remount,ro /small; do sleep 0.01; done',
                'mount -o remount,rw /small')}
SYSTEM = -32400
FILE_SIZE = 60000               # bytes that no file may exceed
SIZE_LIMIT = ('import resource\n'
              'resource.setrlimit(resource.RLIMIT_FSIZE, (%d, %d))\n' % (FILE_SIZE, FILE_SIZE))
CLIENTS, PHASE = 6, 1.5         # callers, and seconds of each phase


def run(kind, fault):
    """Let the fault come and go under load; the Result."""
    result = Result(fault, kind)
    # Apache itself holds its error log open, so that a disk with it never gets read-only.
    conf = CONF if fault == FULL else ''
    with Place(result, options=OPTIONS, conf=conf, data=SMALL + '/data',
               settings={'LOG_FILE': SMALL + '/rpc.log', 'LOG_BYTES': 20000}) as place:
        begin, end = FAULTS[fault]
        with ledger.Callers(place.url, CLIENTS) as load:
            time.sleep(PHASE)
            place.sh(begin)
            began = time.monotonic()
            place.wait_until(lambda: refused(since(began, load)))
            time.sleep(PHASE)
            during = since(began, load)
            place.sh(end)
            ended = time.monotonic()
            place.wait_until(lambda: acknowledged(since(ended, load)))
            time.sleep(PHASE)
        after = since(ended, load)
        result.expect(refused(during), 'no call was refused')
        result.expect(all_faults(during + after), 'answers: %r' % unclear(during + after)[:3])
        result.expect(acknowledged(after), 'no call came through afterwards')
        problem = place.works()
        result.expect(not problem, problem)
        result.expect(not place.hung(), 'processes that hang')
        result.add_ledger(place.compare(load.outcomes))
    return result


def run_size(kind):
    """A ledger and a log that may not grow further; the Result."""
    result = Result('file size limit', kind)
    # LOG_FILE is full from the beginning, and is not put aside before it is larger.
    with Place(result, more=SIZE_LIMIT, files={'rpc.log': ''}) as place:
        log = place.data / 'rpc.log'
        place.sh('head -c %d /dev/zero >%s; chmod 666 %s' % (FILE_SIZE, log, log))
        text = place.lib / 'settings.py'
        place.put(text, (SIZE_LIMIT + 'LOG_FILE = %r\nLOG_BYTES = 10000000\n' % str(log)).encode())
        # Long keys, so that the ledger is full after few of them.
        outcomes = [ledger.add(place.url, 'key %d ' % number + 'x' * 3000)
                    for number in range(FILE_SIZE // 3000 + 10)]
        result.expect(refused(outcomes), 'no call was refused')
        result.expect(all_faults(outcomes), 'answers: %r' % unclear(outcomes)[:3])
        try:
            what = place.call('stages.write', str(place.data / 'large'), 2 * FILE_SIZE)
        except xmlrpc.client.Fault as fault:
            what = fault.faultCode
        result.expect(what == SYSTEM, 'a method that writes too large a file: %r' % what)
        problem = place.works()
        result.expect(not problem, problem)
        result.expect('File too large' in place.server.log(), 'the log does not say why')
        result.add_ledger(place.compare(outcomes))
    return result


def run_byte_code(kind):
    """The classes lie on a disk with room for a part of their byte-code; the Result."""
    result = Result('disk nearly full', kind)
    with Place(result, options=OPTIONS) as place:
        place.sh('cp -r {0} {1}/lib && rm -r {0} && ln -s {1}/lib {0}; '
                 'chmod -R u+rwX,go=rX {1}/lib; '
                 'find {1}/lib -name "*.py" -exec touch -d 2020-01-01 {{}} +'.format(
                     place.lib, SMALL))
        for pages in 0, 1, 2, 3:
            place.sh('rm -rf {0}/lib/__pycache__ {0}/fill; dd if=/dev/zero of={0}/fill bs=4k '
                     '2>/dev/null || true; mkdir -m 777 {0}/lib/__pycache__ || true; '
                     'truncate -s -{1} {0}/fill'.format(SMALL, pages * 4096))
            for _ in range(3):
                problem = place.works()
                result.expect(not problem, 'with %d pages: %s' % (pages, problem))
                result.counts['answered'] += not problem
        place.sh('rm %s/fill' % SMALL)
        problem = place.works()
        result.expect(not problem, 'with space again: %s' % problem)
        result.expect(not place.hung(), 'processes that hang')
    return result


def since(when, load):
    """The outcomes of the calls that began after `when` (of time.monotonic)."""
    return [outcome for outcome in list(load.outcomes) if outcome.started > when]


def acknowledged(outcomes):
    return any(outcome.kind == ledger.ACKNOWLEDGED for outcome in outcomes)


def refused(outcomes):
    return [outcome for outcome in outcomes if outcome.kind == ledger.REFUSED]


def unclear(outcomes):
    """The texts of those that are neither acknowledged nor refused by a fault."""
    return [outcome.text for outcome in outcomes if outcome.kind == ledger.BROKEN
            or outcome.kind == ledger.REFUSED and not outcome.text.startswith('fault -32')]


def all_faults(outcomes):
    return not unclear(outcomes)
