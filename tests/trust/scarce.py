"""Too little of what a process needs: descriptors, processes, memory.

A method that uses them up is a fault, and the next call is answered. Where Apache itself has too
few, its answers are 503 or 500 or none; the ledger stays right. And the script alone is run with
ever less, down to where Python does not start: it answers right, says that it cannot, or says
nothing, but never half an answer, and it never hangs.
"""

import os
import resource
import subprocess
import sys
import time
import xmlrpc.client

from tests.tools import ledger
from tests.tools.servers.base import TOP

from .place import Place
from .result import Result

KINDS = 'mod_cgid', 'mod_cgi', 'docker'
LOCAL = 'mod_cgid', 'mod_cgi'
MEMORY = 60000000
SYSTEM = -32400
SCRIPT_SECONDS = 20             # for a script with too little; it has one of CPU
# Descriptors of Apache's processes, few enough that not all callers can be served.
DESCRIPTORS = {'mod_cgid': 20, 'mod_cgi': 14}
FEW = 'ThreadsPerChild 12\nMaxRequestWorkers 12\n'
PROCESSES = ('--memory', '1g', '--pids-limit', '60')


def in_methods(kind):
    """Methods that use up memory or descriptors; the Result."""
    result = Result('methods use all up', kind)
    settings = {'MEMORY': MEMORY}
    with Place(result, settings=settings) as place:
        methods = [('stages.open_all', ())]
        if not place.resident:              # MEMORY is for a process that has one call
            methods += [('stages.hog', ()), ('stages.fill', (10 ** 9,)),
                        ('stages.large', (MEMORY, str(place.data / 'reached')))]
        for method, params in methods:
            try:
                what = 'answered: %.50r' % (place.call(method, *params),)
            except xmlrpc.client.Fault as fault:
                what = 'fault %d' % fault.faultCode
            except (OSError, xmlrpc.client.Error) as error:
                what = repr(error)
            result.counts[what] += 1
            result.expect(what == 'fault %d' % SYSTEM, '%s: %s' % (method, what))
            problem = place.works()
            result.expect(not problem, '%s: %s' % (method, problem))
    return result


def in_apache(kind, seconds=3):
    """Apache's own processes have too few descriptors; the Result."""
    result = Result('few descriptors', kind)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS[kind], hard))
    try:
        place = Place(result, conf='' if kind == 'mod_cgi' else FEW)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with place:
        with ledger.Callers(place.url, 16, 0.02) as load:
            time.sleep(seconds)
        if place.server.process.poll() is not None:
            result.counts['Apache ended itself'] += 1
        port = place.server.port
        place.server.stop()
        place.start(port)                   # with as many as we have
        problem = place.works()
        result.expect(not problem, problem)
        result.add_ledger(place.compare(load.outcomes), some=False)
    return result


def processes(kind='docker', seconds=3):
    """Apache may not start as many scripts as it has workers; the Result."""
    result = Result('too few processes', kind)
    conf = 'ThreadsPerChild 40\nMaxRequestWorkers 40\n'
    with Place(result, conf=conf, options=PROCESSES) as place:
        with ledger.Callers(place.url, 60) as load:
            time.sleep(seconds)
        wrong = [outcome.text for outcome in load.outcomes
                 if outcome.kind == ledger.REFUSED and not outcome.text.startswith('503')]
        result.expect(not wrong, 'refused without saying that it is busy: %r' % wrong[:3])
        problem = place.works()
        result.expect(not problem, problem)
        result.expect(not place.hung(), 'processes that hang')
        result.add_ledger(place.compare(load.outcomes))
    return result


def scripts(_kind=None, python=None):
    """The script alone, with ever less memory and ever fewer descriptors; the Result."""
    result = Result('script with too little', 'script')
    steps = [(resource.RLIMIT_AS, size * 250000) for size in range(28, 160)]
    steps += [(resource.RLIMIT_NOFILE, number) for number in range(2, 16)]
    for limit, number in steps:
        what = run_script(limit, number, python or sys.executable)
        result.counts[what.partition(':')[0]] += 1
        result.expect(not what.startswith('WRONG'), '%d: %s' % (number, what))
    result.expect(result.counts['right'] > 20, 'it never came so far as an answer')
    return result


def run_script(limit, number, python):
    """Run rpc.cgi once with a limit; what came of it."""
    body = xmlrpc.client.dumps(('x' * 50000,), 'echo.echo').encode()
    environ = {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
               'CONTENT_LENGTH': str(len(body)), 'XMLRPCGI_LIB': TOP + '/tests/fixtures/lib'}

    def bound():
        resource.setrlimit(limit, (number, number))
        resource.setrlimit(resource.RLIMIT_CPU, (1, 2))
    # -IS needs none of the packages of our own environment.
    process = subprocess.Popen([os.path.realpath(python), '-IS', TOP + '/cgi-bin/rpc.cgi'],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environ, preexec_fn=bound)
    try:
        out, err = process.communicate(body, SCRIPT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return 'WRONG: it hangs'
    head, _, answer = out.partition(b'\r\n\r\n')
    if not out:
        return 'no answer' if process.returncode else 'WRONG: silence, and status 0'
    if head.startswith((b'Status: 503', b'Status: 500')) and b'cannot start' in answer:
        return 'says that it cannot'
    if not head.startswith(b'Status: 200'):
        return 'WRONG: %r %r' % (out[:300], err[-300:])
    try:
        right = xmlrpc.client.loads(answer)[0][0] == 'x' * 50000
    except xmlrpc.client.Fault as fault:
        return 'fault' if fault.faultCode == SYSTEM else 'WRONG: %r' % fault
    except Exception as error:
        return 'WRONG: half an answer: %r' % error
    return 'right' if right else 'WRONG: another answer'
