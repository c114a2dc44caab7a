"""The interpreter's own test.test_xmlrpc with our classes in place of the standard library's.

stock_suite.py runs it in a process.  What differs does so on purpose: DIFFERENT says why, and
what the suite must then report, so a difference that goes or changes is a failure too.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.tools import interpreters

pytestmark = pytest.mark.slow

TOP = Path(__file__).resolve().parent.parent.parent
RUNNER = TOP / 'tests' / 'unit' / 'stock_suite.py'
SECONDS = 60

DIFFERENT = {           # mode: {test: (what it reports, why ours is another)}
    'handler': {
        'CGIHandlerTestCase.test_cgi_get': (
            "AssertionError: '200' != '400'",
            'a GET gets the documentation page, and no error'),
        'CGIHandlerTestCase.test_cgi_xmlrpc_response': (
            'ExpatError: not well-formed',
            'it cuts 44 characters of header away, and ours has more; the same call is '
            'made below'),
        'SimpleServerTestCase.test_introspection1': (
            r"Items in the first set but not the second:(\n'system\.\w+')+$",
            'there are more system methods: getCapabilities and others'),
        'SimpleServerTestCase.test_introspection4': (
            r"undef.* != 'signatures not supported'",
            'a signature is given, with undef where it is not known'),
        'SimpleServerTestCase.test_non_existing_multicall': (
            'AssertionError: -32601 != 1$',
            'a missing method has the code of the interoperability specification'),
    },
    'codec': {
        'XMLRPCTestCase.test_dump_bad_dict': (
            r'EncodeFault.*with a key of type tuple', 'a Fault for the client, no TypeError'),
        'XMLRPCTestCase.test_dump_big_long': (
            'EncodeFault.*does not fit into 64 bits', 'a Fault for the client, no OverflowError'),
        'XMLRPCTestCase.test_dump_big_int': (
            'OverflowError not raised', 'beyond 32 bits an integer is an i8'),
        'XMLRPCTestCase.test_dump_encoding': (
            'WireFault -32702.*not valid UTF-8', 'answers are UTF-8 always, and say so'),
        'XMLRPCTestCase.test_dump_none': (
            'EncodeFault.*None.*refuse nil', 'a Fault for the client, no TypeError'),
        'XMLRPCTestCase.test_dump_recursive_dict': (
            'EncodeFault.*contains itself', 'a Fault for the client, no TypeError'),
        'XMLRPCTestCase.test_dump_recursive_seq': (
            'EncodeFault.*contains itself', 'a Fault for the client, no TypeError'),
        'XMLRPCTestCase.test_limit_int': (
            'WireFault -32600.*an integer of at most', 'a Fault for the client, no ValueError'),
        'XMLRPCTestCase.test_loads_unsupported': (
            'WireFault -32600.*unknown type <spam>', 'a Fault for the client, no ResponseError'),
        'XMLRPCTestCase.test_newstyle_class': (
            'EncodeFault.*an object of type test.test_xmlrpc.T',
            "an object's __dict__ may hold what no client should see"),
        'FaultTestCase.test_dump_fault': (
            'EncodeFault.*an object of type xmlrpc.client.Fault',
            "a Fault is raised; as a value it is an object like others"),
    },
    'lean': {},
}
NOT_IN_ALL = {'XMLRPCTestCase.test_limit_int'}          # since Python 3.7.14, 3.8.14, ...
MODES = [pytest.param(mode, options, id=mode + ''.join(options)) for mode, options in (
    ('handler', []), ('codec', []), ('handler', ['-IS']), ('codec', ['-IS']), ('lean', ['-IS']))]
LEAST = {'handler': 30, 'codec': 20, 'lean': 70}        # tests that there are in the oldest


def run(python, mode, options, folder):
    """{'Class.test': [kind, text]}; skips where the interpreter has no test package."""
    environ = {name: value for name, value in os.environ.items()
               if not name.startswith('PYTHON')}
    if subprocess.run([python, '-c', 'import test.test_xmlrpc'], cwd=folder, env=environ,
                      stderr=subprocess.DEVNULL, timeout=SECONDS).returncode:
        pytest.skip('%s has no test.test_xmlrpc (Debian: libpython3.11-testsuite)' % python)
    done = subprocess.run([python, *options, str(RUNNER), str(TOP / 'cgi-bin'), mode], cwd=folder,
                          env={**environ, 'LC_ALL': 'C.UTF-8', 'PYTHONDONTWRITEBYTECODE': '1'},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=SECONDS)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.decode())


@pytest.mark.parametrize('mode, options', MODES)
@pytest.mark.parametrize('python', [path for _, path in interpreters.supported()],
                         ids=[name for name, _ in interpreters.supported()])
def test_the_interpreters_own_suite_passes_but_for_what_is_listed(
        python, mode, options, tmp_path):
    found = run(python, mode, options, tmp_path)
    assert len([1 for kind, _ in found.values() if kind != 'skipped']) >= LEAST[mode]
    wrong = {}
    for name in sorted(found.keys() | DIFFERENT[mode].keys()):
        kind, text = found.get(name, ('missing', ''))
        if name not in DIFFERENT[mode]:
            if kind == 'failed':
                wrong[name] = text
        elif name in found and not (kind == 'failed'
                                    and re.search(DIFFERENT[mode][name][0], text, re.S)):
            wrong[name] = 'expected %r, got %s %s' % (DIFFERENT[mode][name][0], kind, text)
        elif kind == 'missing' and name not in NOT_IN_ALL:
            wrong[name] = 'the suite has no such test'
    assert wrong == {}


def test_an_interpreter_has_its_suite():
    for _, python in interpreters.supported():
        if subprocess.run([python, '-c', 'import test.test_xmlrpc'], stderr=subprocess.DEVNULL,
                          timeout=SECONDS).returncode == 0:
            return
    why = 'no interpreter here has test.test_xmlrpc (Debian: libpython3.11-testsuite)'
    if os.environ.get('CI') == 'true':
        pytest.fail(why + ' (with CI=true one must: tests/clients/packages.txt)', pytrace=False)
    pytest.skip(why)


def test_a_call_without_a_request_method_is_answered_as_by_the_stock_class(tmp_path):
    # What test_cgi_xmlrpc_response does, and scripts' own tests do: no REQUEST_METHOD.
    script = tmp_path / 'script.py'
    script.write_text('import sys\nsys.path.insert(0, %r)\n'
                      'from xmlrpcgi import Handler\nHandler().handle_request()\n'
                      % str(TOP / 'cgi-bin'))
    body = b'<methodCall><methodName>test_method</methodName></methodCall>'
    environ = {name: value for name, value in os.environ.items() if name != 'REQUEST_METHOD'}
    done = subprocess.run([interpreters.supported()[-1][1], str(script)], input=body,
                          stdout=subprocess.PIPE, timeout=SECONDS,
                          env={**environ, 'CONTENT_LENGTH': str(len(body))})
    head, _, answer = done.stdout.partition(b'\r\n\r\n')
    assert b'<fault>' in answer and b'-32601' in answer, head
    assert b'Content-Length: %d' % len(answer) in head
