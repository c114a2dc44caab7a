"""Each client sends every type, reads every type, and understands faults."""

import os
import re
import subprocess

import pytest

from tests.clients.catalog import CLIENTS, PROGRAMS, SECONDS, Missing, packages, run

ON = pytest.mark.parametrize('server', ['embedded', 'mod_cgid', 'mod_fcgid', 'mod_wsgi',
                                        'passenger', 'gunicorn'], indirect=True)
OURS = 'add crash echo fail give show'
FAULT = 'fault 42 Kein <Ding> & nichts: Grüße'

BOTH_WAYS = {           # name: the value, as the server and as the client show it
    'int': '7',
    'negative': '-2147483648',
    'long': '1099511627776',
    'true': 'true',
    'false': 'false',
    'markup': '"a <b> & "c" ]]> d"',
    'unicode': '"Grüße, 日本"',
    'beyond the BMP': '"😀"',
    'empty': '""',
    'spaces': '"  two\\nlines  "',
    'double': '-1.25000000',
    'tiny': '0.00000001',
    'base64': 'x000102ff',
    'date': '@19980717T14:08:55',
    'array': '[1, "two", [3]]',
    'no items': '[]',
    'struct': '{n: 1, name: "x & y"}',
    'no members': '{}',
    'nested': '{list: [{a: [true, {}]}], name: ""}',
    'large': '"%s"' % ('x<' * 50000),
    'nil': 'null',
}
FROM_SERVER = {
    'give nil': 'null',
    'give long': '1099511627776',
    'give nil inside': '[1, null, {a: null}]',
    'give whole double': '3.00000000',
    'give tiny': '0.00000001',
    'give apostrophes': '"\'single\' and "double""',
    'fault': FAULT,
    'unknown method': r'fault -32601 .*interop\.nothing.*',
    'wrong arguments': r'fault -32602 .*interop\.add.*',
    'crash': r'fault -32500 (?!.*must not see).*ref [0-9a-f]{8}.*',
    'methods': ' '.join('interop.' + name for name in OURS.split()),
    'multicall': '3',
    'multicall fault': FAULT,
}
PATTERNS = ('unknown method', 'wrong arguments', 'crash')
ONLY_SOME = {'numbers': ('[1, 2]', '[1, 2]')}       # for those with one type an array


@pytest.fixture(scope='session')
def prepared(request):
    """A function: the (command, variables) of a client; skips, or fails in CI, without it."""
    done = {}

    def prepare(name):
        client = CLIENTS[name]
        folder = request.config.cache.mkdir('xmlrpcgi-client-' + name)
        if name not in done:
            try:
                done[name] = client.prepare(folder)
            except (Missing, subprocess.TimeoutExpired) as error:
                done[name] = error
        if isinstance(done[name], Exception):
            absent(name, str(done[name]), client.packages)
        return done[name], {'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'no_proxy': '127.0.0.1',
                            **client.variables(folder)}
    return prepare


def absent(name, why, needed):
    if needed and os.environ.get('CI') == 'true':
        pytest.fail('%s: %s (with CI=true it must be there: tests/clients/packages.txt)'
                    % (name, why), pytrace=False)
    pytest.skip('%s: %s%s' % (name, why, needed and ' (Debian: %s)' % ' '.join(needed) or ''))


def exchanges(output):
    """{name: (what the server got, what the client got)}, the machine's own texts by pattern."""
    found = {}
    for line in output.split('\n')[:-1]:
        name, server, client = line.split('\t')
        if name in PATTERNS and re.fullmatch(FROM_SERVER[name], client):
            client = FROM_SERVER[name]
        found[name] = server, client
    return found


def expected(client, names):
    table = {name: (text, text) for name, text in BOTH_WAYS.items()}
    table.update((name, ('', text)) for name, text in FROM_SERVER.items())
    table.update((name, pair) for name, pair in ONLY_SOME.items() if name in names)
    table.update(client.differs)
    return {name: pair for name, pair in table.items() if name not in client.lacks}


@ON
@pytest.mark.parametrize('name', list(CLIENTS))
def test_a_client_sends_and_reads_what_it_can(name, server, prepared):
    command, variables = prepared(name)
    done = subprocess.run([*command, server.url + '/RPC2'], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                          env={**os.environ, **variables})
    found = exchanges(done.stdout.decode('utf-8'))
    assert (done.returncode, done.stderr.decode()) == (0, ''), 'after %r' % list(found)
    assert found == expected(CLIENTS[name], found)


@ON
def test_xmlrpc_cs_lister_prints_the_documentation(server):
    # It has Perl's Frontier::Client inside.
    try:
        run(['perl', '-MFrontier::Client', '-e1'])
        text = run(['xml-rpc-api2txt', server.url + '/RPC2']).decode()
    except Missing as error:
        absent('xml-rpc-api2txt', str(error), ['xmlrpc-api-utils', 'libfrontier-rpc-perl'])
    for name in OURS.split():
        assert re.search(r'^.*\binterop\.%s\b' % name, text, re.M)
    assert 'Raise a fault of the application' in text


def test_every_package_of_a_client_is_in_packages_txt():
    needed = {package for client in CLIENTS.values() for package in client.packages}
    assert needed | {'libfrontier-rpc-perl', 'libpython3.11-testsuite', 'php-xml',
                     'xmlrpc-api-utils'} == packages()


def test_every_program_belongs_to_a_client():
    text = (PROGRAMS.parent / 'catalog.py').read_text()
    assert all("'%s'" % path.name in text for path in PROGRAMS.iterdir() if path.is_file())
