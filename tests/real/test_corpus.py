"""Every message of the corpus, on every kind of server, gets the same bytes as in this process."""

import concurrent.futures
import http.client
import re
import xmlrpc.client

import pytest

from tests.real import corpus
from tests.real.otherwise import otherwise

CONNECTIONS = 4             # kept, and used at the same time
SECONDS = 60
CALLS_PER_CONNECTION = 100  # Apache's MaxKeepAliveRequests


@pytest.fixture(scope='module')
def cases(test_lib):
    return corpus.expected(test_lib)


def masked(status, headers, body):
    """An answer without what is another each time, and without what servers say themselves."""
    headers = {name.lower(): value for name, value in headers}
    headers = {name: value for name, value in headers.items()
               if name not in ('x-rpc-time-us', 'date', 'server', 'connection', 'keep-alive')}
    if b'(ref ' in body:
        body = re.sub(br'\(ref [0-9a-f]{8}\)', b'(ref 0)', body)
    return status, headers, body


def answers(server, requests):
    """(the answers, how many connections that took) to (content type, body) in turn."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=SECONDS)
    found, opened = [], 0
    for kind, body in requests:
        opened += connection.sock is None
        connection.request('POST', '/xmlrpc/', body, {'Content-Type': kind.encode()})
        response = connection.getresponse()
        found.append((response.status, response.getheaders(), response.read()))
    connection.close()
    return found, opened


def test_every_message_of_the_corpus_gets_the_same_bytes(server, cases):
    requests = [request for _, request, _ in cases]
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = list(pool.map(lambda start: answers(server, requests[start::CONNECTIONS]),
                              range(CONNECTIONS)))
    more = otherwise(server, 'more headers', set())
    differ = []
    for number, (name, (_, body), answer) in enumerate(cases):
        got = masked(*parts[number % CONNECTIONS][0][number // CONNECTIONS])
        for header in more:
            got[1].pop(header)
        if body == b'' and otherwise(server, 'no body', 200) != 200:
            assert got[0] == otherwise(server, 'no body', 200)
        elif got != masked(*answer):
            differ.append((name, got, masked(*answer)))
    assert not differ
    most = len(cases) // CONNECTIONS // CALLS_PER_CONNECTION + 1
    most += otherwise(server, 'no body', 200) == 411        # Apache closes with that status
    assert max(opened for _, opened in parts) <= most


def test_the_corpus_is_worth_it(cases):
    results = [xmlrpc.client.loads(answer[2])[0][0] for _, _, answer in cases
               if b'<fault>' not in answer[2]]
    assert len(cases) > 500 and len(results) > 200
    assert {type(value[0]) for value in results if value} > {int, bool, str, float, list, dict}
