"""The child of the fuzzer: makes inputs, gives each to a Handler, and judges the answer."""

import io
import random
import resource
import sys
import time
import traceback
import xml.etree.ElementTree
import xmlrpc.client
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / 'cgi-bin'))

from xmlrpcgi import Fault, Handler, decode  # noqa: E402
from xmlrpcgi.errors import APPLICATION, FAULTS, WireFault  # noqa: E402

from tests.tools.bench import payload  # noqa: E402
from tests.unit.wire.cases import cases  # noqa: E402

from . import multicalls, mutate  # noqa: E402

LATE = 2                        # seconds of processor time for one input, at most
MEMORY = 1 << 30                # bytes of address space
SEEN = 1 << 24                  # bytes of the table of inputs seen, a bit each
MULTICALLS = 0.02               # of the inputs
NAMES = b'<methodName>echo</methodName>'


class Finding(Exception):
    """What an input should not have led to."""


def fail(*values):
    raise ValueError('the application fails')


def raise_fault(text):
    raise Fault(7, text)


def handler():
    """A Handler with methods that give back, fail, and call one another."""
    made = Handler()
    made.register_function(lambda *values: list(values), 'echo')
    made.register_function(lambda value: value, 'same')
    made.register_function(fail, 'fail')
    made.register_function(raise_fault, 'fault')
    made.register_introspection_functions()
    made.register_multicall_functions()
    return made


def seeds():
    """The corpus, two client-made messages and a multicall: [(body, charset)]."""
    found = [(case.body, case.charset)
             for case in cases('valid') * 3 + cases('invalid') if len(case.body) < 20000]
    found = [(body.replace(NAMES, b'<methodName>%s</methodName>' % name), charset)
             for number, (body, charset) in enumerate(found)
             for name in [(b'echo', b'same', b'echo', b'fault')[number % 4]]]
    calls = [{'methodName': name, 'params': [1, 'a', {'b': None}]}
             for name in ('echo', 'same', 'fail', 'system.listMethods', 'none')]
    body = xmlrpc.client.dumps((calls,), 'system.multicall', allow_none=True).encode()
    found += [(body, None)] * 30
    found += [(payload.call(payload.values(size), 'echo'), None) for size in (3000, 40000) * 15]
    return found


def run(slate, seed, until):
    """Fuzz until `until` (time.monotonic); return the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance, made, corpus = random.Random(seed), handler(), seeds()
    many = multicalls.handler()
    seen, inputs, distinct, called = bytearray(SEEN), 0, 0, 0
    real = sys.stderr
    while time.monotonic() < until:
        multi = chance.random() < MULTICALLS
        body, charset = (multicalls.body(chance, many), None) if multi else mutate.mutant(
            chance, corpus)
        inputs += 1
        place = hash((body, charset)) % (SEEN * 8)
        if not seen[place >> 3] >> (place & 7) & 1:     # a few new ones count as seen
            seen[place >> 3] |= 1 << (place & 7)
            distinct += 1
        slate.write((inputs, distinct, called), body, charset)
        sys.stderr = log = io.StringIO()
        started = time.process_time()
        try:
            answer = (many if multi else made).call(body, charset)
            seconds = time.process_time() - started
            if multi:
                multicalls.judge(body, answer, log.getvalue(), seconds)
                seconds = 0
            judge(answer, log.getvalue(), seconds)
            compare(body, charset)
        except BaseException:
            sys.stderr = real
            traceback.print_exc()
            if log.getvalue():
                print('The log said:\n' + log.getvalue(), file=real)
            return 1
        sys.stderr = real
        called += answer.method is not None
    return 0


def judge(answer, log, seconds):
    """Raise for an answer that should not be."""
    if seconds > LATE:
        raise Finding('it took %.1f seconds' % seconds)
    xml.etree.ElementTree.fromstring(answer.body)
    try:
        values, method = xmlrpc.client.loads(answer.body)
        if answer.fault is not None or len(values) != 1 or method is not None:
            raise Finding('no fault on the wire: %r' % answer.fault)
    except xmlrpc.client.Fault as fault:
        if fault.faultCode != answer.fault or not isinstance(fault.faultString, str):
            raise Finding('another fault on the wire: %r' % fault) from None
        if fault.faultCode not in FAULTS and fault.faultCode != 7:
            raise Finding('an unknown fault: %r' % fault) from None
        if fault.faultCode == -32603:
            raise Finding('our own error: %r' % fault) from None
    # Of exceptions from one place of a multicall, the first alone has its traceback in the log.
    if any('ValueError: the application fails' not in part for part in log.split('Traceback')[1:]):
        raise Finding('a traceback that is not of the method `fail`')
    if log and answer.fault != APPLICATION and 'multicall' not in (answer.method or ''):
        raise Finding('logged, and no fault of the application: %s' % log)


def compare(body, charset):
    """Raise where the scanner and the ordinary one differ."""
    ours = decode.SCAN_FROM
    try:
        decode.SCAN_FROM = 0
        first = outcome(body, charset)
        decode.SCAN_FROM = sys.maxsize
        second = outcome(body, charset)
    finally:
        decode.SCAN_FROM = ours
    if first != second:
        raise Finding('scanner: %s\nordinary: %s' % (first[:2000], second[:2000]))


def outcome(body, charset):
    try:
        call = decode.decode_call(body, charset)
    except WireFault as fault:
        return '%d %s' % (fault.faultCode, fault.faultString)
    return repr((call.method, call.params, call.extended))
