"""`rpc.fcgi --listen` as a service: what it does when the system is short, and how it ends."""

import os
import signal
import socket
import time

import pytest

from tests.process.resident import free_port, runs, whole
from tests.tools.fcgi import wait_for

# rpc.fcgi where os.fork fails: in the calls of these numbers, from 0 on.
SHORT = '''
import errno, os, runpy, sys
script, numbers = %r, %s
fork, calls = os.fork, []
def short():
    calls.append(None)
    if len(calls) - 1 in numbers:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return fork()
os.fork = short
sys.path.insert(0, os.path.dirname(script))
from xmlrpcgi.resident import listen
listen._PATIENCE = %d
runpy.run_path(script, run_name='__main__')
'''


def short(door, numbers, patience=60):
    """Have the processes of `door` run where os.fork fails."""
    path = door.folder / 'short.py'
    path.write_text(SHORT % (door.script, numbers, patience))
    door.script = str(path)


def children(process):
    """The numbers of its processes that run."""
    with open('/proc/%d/task/%d/children' % (process.pid, process.pid)) as file:
        found = set(map(int, file.read().split()))
    return set(filter(runs, found))


def began(door, manager, count):
    """`count` clients of the manager, each in a call that lasts; and the file that ends all."""
    flag = str(door.folder / 'flag')
    clients = [manager.connect() for _ in range(count)]
    for client in clients:
        if os.path.exists(flag + '.began'):
            os.unlink(flag + '.began')
        client.send(whole('door.waits', flag))
        wait_for(lambda: os.path.exists(flag + '.began'))
    return clients, flag


# Where no process can be started.

@pytest.mark.parametrize('numbers', [[0], [1], [0, 1]])
def test_a_process_that_cannot_be_started_is_tried_again(door, numbers):
    short(door, numbers)
    manager = door.listen(None, '--processes', '2')
    wait_for(lambda: len(children(manager)) == 2, 20)
    assert manager.call('app.getName') == 'example'
    log = manager.log()
    assert log.count('rpc.fcgi: cannot start a process, and tries again: [Errno 11] Resource') == 1
    assert log.count('rpc.fcgi: could start a process again') == 1
    manager.kill()
    assert manager.status() == 0 and not os.path.exists(manager.address)


def test_a_successor_that_cannot_be_started_costs_no_process(door):
    short(door, [2, 4])
    manager = door.listen(None, '--processes', '2')
    pids = {manager.call('door.pid') for _ in range(9)}
    os.kill(pids.pop(), signal.SIGKILL)
    wait_for(lambda: len(children(manager)) == 2, 20)
    before = children(manager)
    manager.kill(signal.SIGHUP)
    wait_for(lambda: not before & children(manager) and len(children(manager)) == 2, 20)
    assert manager.call('app.getName') == 'example'


def test_where_none_can_be_started_at_all_it_ends_in_failure(door):
    short(door, range(99), patience=2)
    manager = door.listen()
    assert manager.status() == 1
    assert manager.log().splitlines()[-1] == (
        'rpc.fcgi: ends: no process could be started for 2 seconds')
    assert not os.path.exists(manager.address)


def test_an_error_of_its_own_is_not_status_0(door):
    short(door, 'None')         # `in None` raises TypeError
    manager = door.listen()
    assert manager.status() == 1 and 'TypeError' in manager.log()


# SIGHUP.

def test_sighup_again_and_again_during_a_call_leaves_as_many_processes_as_asked_for(door):
    manager = door.listen(None, '--processes', '2')
    clients, flag = began(door, manager, 2)
    for _ in range(5):
        manager.kill(signal.SIGHUP)
        time.sleep(0.2)
    wait_for(lambda: len(children(manager)) == 4)       # two in calls, two that are new
    assert manager.call('app.getName') == 'example'
    open(flag, 'w').close()
    for client in clients:
        assert client.answer().value
    wait_for(lambda: len(children(manager)) == 2)
    time.sleep(0.3)
    assert len(children(manager)) == 2


# The end.

@pytest.mark.parametrize('kind', ['path', 'port'])
def test_at_the_end_who_waits_is_answered_and_new_callers_are_refused_at_once(any_door, kind):
    address = '127.0.0.1:%d' % free_port() if kind == 'port' else None
    manager = any_door.listen(address, '--processes', '1')
    (running,), flag = began(any_door, manager, 1)
    waiting = [manager.connect() for _ in range(3)]
    for client in waiting:
        client.send(whole('app.getName'))
    time.sleep(0.1)
    manager.kill()
    for client in waiting:
        assert client.answer().value == 'example'

    def is_refused():
        try:
            manager.connect().socket.close()
        except ConnectionRefusedError:
            return True
        return False
    wait_for(is_refused)
    assert not manager.ended()
    open(flag, 'w').close()
    assert running.answer().value
    assert manager.status() == 0
    for client in [running, *waiting]:
        client.socket.close()


def test_an_ending_one_leaves_the_socket_of_its_successor(door):
    first = door.listen()
    (running,), flag = began(door, first, 1)
    first.kill()
    wait_for(lambda: refused(first.address))
    second = door.listen(first.address)
    assert second.call('app.getName') == 'example'
    open(flag, 'w').close()
    assert running.answer().value and first.status() == 0
    running.socket.close()
    assert os.path.exists(second.address) and second.call('app.getName') == 'example'
    second.kill()
    assert second.status() == 0 and not os.path.exists(second.address)


def refused(path):
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            return True
    return False
