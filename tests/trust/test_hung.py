"""A process that hangs in a call is noticed, in whatever way it hangs; a busy server is not one."""

import socket
import threading
import time

import pytest

from tests.conftest import need
from tests.trust import clients, scenarios
from tests.trust import place as places
from tests.trust.place import Place
from tests.trust.result import Result

# Neither the end of their time nor the client's leaving ends them.
STUCK = '''
import socket

from .stages import reached

class Application:
    def loop(self, path):
        """Be busy for ever."""
        reached(path)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass

    def wait(self, path):
        """Read for ever what nobody writes."""
        reader, writer = socket.socketpair()
        reached(path)
        while True:
            try:
                reader.recv(1)
            except BaseException:
                pass
'''


@pytest.fixture(params=scenarios.STAYING)
def place(request):
    need(request.param)
    with Place(Result('hung', request.param), files={'stuck.py': STUCK}) as running:
        yield running


def send(place, method):
    """Have a process come so far as the method, and go away; the process's number."""
    path = place.data / 'reached'
    with socket.create_connection((place.server.host, place.server.port)) as sock:
        sock.sendall(clients.request(method, str(path)))
        assert place.wait_until(path.exists)
    return int(path.read_text())


def test_processes_that_only_wait_for_calls_do_not_hang(place):
    assert place.meeting(6, 20)
    assert place.scripts() and place.hung() == []


@pytest.mark.parametrize('method', ['stuck.loop', 'stuck.wait'])
def test_a_process_that_is_busy_or_waits_for_ever_hangs(place, method):
    assert place.works() is None
    stuck = send(place, method)
    assert place.works() is None                # by another process, so that shows nothing
    assert [row['pid'] for row in place.hung()] == [stuck]


@pytest.fixture
def cgi(monkeypatch):
    need('mod_cgid')
    monkeypatch.setattr(places, 'QUIET', 8)
    with Place(Result('hung', 'mod_cgid'), files={'stuck.py': STUCK}) as running:
        yield running


def test_scripts_that_answer_one_after_another_do_not_hang(cgi):
    def call(number):
        while time.monotonic() < ends:
            cgi.call('stages.who', 0.3 + 0.07 * number)     # out of step: one always runs
    ends = time.monotonic() + 2 * places.QUIET
    callers = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for caller in callers:
        caller.start()
    assert cgi.wait_until(cgi.scripts)
    began = time.monotonic()
    found = cgi.hung()
    took = time.monotonic() - began
    for caller in callers:
        caller.join()
    assert found == [] and took > places.QUIET


def test_a_script_that_runs_on_hangs(cgi):
    stuck = send(cgi, 'stuck.loop')
    assert [row['pid'] for row in cgi.hung()] == [stuck]
