"""The log on each server: LOG_CALLS, and objects of JSON that a program finds in the error log."""

import json
import time
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.conftest import need
from tests.tools import servers

SECONDS = 60
SETTINGS = "LOG_CALLS = True\nLOG_FORMAT = 'json'\n"
FAILS = '''
class Application:
    def crash(self, text):
        raise ValueError(text)

    def same(self, text):
        return text
'''
ODD = 'a "quoted" \\ text\nxmlrpcgi: forged {"event": "call"} \x7f \U0001f600 '


@pytest.fixture(scope='module', params=list(servers.KINDS))
def server(request, tmp_path_factory):
    need(request.param)
    lib = tmp_path_factory.mktemp('logs') / 'lib'
    lib.mkdir()
    (lib / 'fails.py').write_text(FAILS)
    (lib / 'settings.py').write_text(SETTINGS)
    with servers.start(request.param, lib=lib) as running:
        yield running


def call(server, method, *params):
    response = requests.post(server.url + '/xmlrpc/', timeout=SECONDS,
                             data=xmlrpc.client.dumps(params, method).encode(),
                             headers={'Content-Type': 'text/xml'})
    return response.content


def objects(server):
    """The objects in the error log, wherever a server puts words of its own before or behind."""
    found = []
    for line in server.log().splitlines():
        start = line.find('{"time": "')
        if start >= 0:
            found.append(json.JSONDecoder().raw_decode(line[start:])[0])
    return found


def eventually(server, wanted):
    """The objects for which wanted(object) holds: a server may write its log a little later."""
    end = time.monotonic() + 20
    while True:
        found = [row for row in objects(server) if wanted(row)]
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def test_a_call_is_an_object_in_the_error_log(server):
    answer = call(server, 'fails.same', 'x')
    row = eventually(server, lambda row: row['method'] == 'fails.same')[-1]
    assert (row['event'], row['status'], row['fault'], row['bytes_out']) == (
        'call', 200, None, len(answer))
    assert row['bytes_in'] == len(xmlrpc.client.dumps(('x',), 'fails.same').encode())
    assert 0 < row['ms'] < 60000


@pytest.mark.parametrize('text', [ODD, ODD * 300], ids=['short', 'long'])
def test_a_failure_is_one_object_with_its_traceback(server, text):
    body = xmlrpc.client.dumps(('TEXT',), 'fails.crash').encode().replace(
        b'TEXT', ''.join('&#%d;' % ord(char) for char in text).encode())
    response = requests.post(server.url + '/xmlrpc/', body, timeout=SECONDS,
                             headers={'Content-Type': 'text/xml'})
    reference = response.text.partition('(ref ')[2][:8]
    row, = eventually(server, lambda row: row.get('reference') == reference)
    assert (row['event'], row['fault'], row['method']) == ('fault', -32500, 'fails.crash')
    assert row['trace'] and 'forged' in row['text']
    assert not [row for row in objects(server) if set(row) == {'event'}]


def test_objects_of_many_calls_do_not_mix(server):
    before = len([row for row in objects(server) if row.get('method') == 'fails.many'])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: call(server, 'fails.many'), range(40)))
    end = time.monotonic() + 20
    while time.monotonic() < end:
        rows = [row for row in objects(server) if row.get('method') == 'fails.many']
        if len(rows) - before == 40:
            break
        time.sleep(0.2)
    assert len(rows) - before == 40 and {row['fault'] for row in rows} == {-32601}
