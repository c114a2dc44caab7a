"""Many clients at once: no wrong answer, none lost."""

import concurrent.futures
import threading
import xmlrpc.client

from tests.tools import servers

CLIENTS = 100
CALLS = 5                   # of each, where each takes a process of its own
CALLS_RESIDENT = 20
SECONDS = 300


def test_a_hundred_clients_get_each_their_own_answers(server):
    calls = CALLS_RESIDENT if server.kind in servers.RESIDENT else CALLS
    together = threading.Barrier(CLIENTS)

    def client(number):
        wrong = []
        together.wait(SECONDS)
        for turn in range(calls):
            value = 'client %d, call %d' % (number, turn)
            with xmlrpc.client.ServerProxy(server.url + '/xmlrpc/') as proxy:
                answer = proxy.echo.echo(value)
            if answer != value:
                wrong.append((value, answer))
        return wrong

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        answers = [pool.submit(client, number) for number in range(CLIENTS)]
        done, late = concurrent.futures.wait(answers, SECONDS)
        assert not late
        assert [answer.result() for answer in done] == [[]] * CLIENTS
