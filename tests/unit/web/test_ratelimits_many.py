"""Rate limits hold with more callers than the table has room for, and many processes at once."""

import subprocess
import sys
import threading

import pytest
from xmlrpcgi.web import counters, ratelimits

from tests.unit.web.ratelimited import CGI_BIN, many, server, status

# A full table.

@pytest.mark.slow
def test_a_caller_at_his_limit_is_not_washed_out_by_many_who_call_less(file, clock):
    to = server(file, calls=3)
    many(to, 3)
    for number in range(15_000):
        with counters.Counters(str(file)) as table:
            table.add(ratelimits.CALLS, b'a%d' % number)
    assert many(to, 2) == {429: 2}


@pytest.mark.slow
def test_calls_do_not_wash_out_counts_of_refused_calls(file, clock):
    to = server(file, denied=1, calls=50)
    status(to, method='hers')
    for number in range(15_000):
        with counters.Counters(str(file)) as table:
            table.add(ratelimits.CALLS, b'a%d' % number, 40)
    assert status(to) == 429


def test_in_a_table_full_of_callers_new_ones_are_let_through_and_counted(file, clock):
    for number in range(8_000):
        with counters.Counters(str(file)) as table:
            table.add(ratelimits.CALLS, b'a%d' % number, 3)
    assert many(server(file, calls=3), 3, address='192.0.2.1')[200] == 3


def test_two_files_place_the_same_callers_differently(tmp_path, clock):
    places = []
    for name in 'xy':
        with counters.Counters(str(tmp_path / name)) as table:
            places.append([table._find(0, b'a%d' % number)[:2] for number in range(20)])
    assert all(one != other for one, other in zip(*places))


# Many at once.

WORKER = '''
import sys
sys.path.insert(0, %r)
from xmlrpcgi.web.counters import Counters
sys.stdin.readline()
passed = 0
for _ in range(50):
    with Counters(sys.argv[1]) as table:
        if not table.wait(0, b'a', 100):
            table.add(0, b'a')
            passed += 1
print(passed)
'''


def test_of_many_processes_at_once_exactly_the_limit_passes(file):
    workers = [subprocess.Popen([sys.executable, '-c', WORKER % str(CGI_BIN), str(file)],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
               for _ in range(16)]
    for worker in workers:
        worker.stdin.write(b'\n')
        worker.stdin.flush()
    assert sum(int(worker.communicate(timeout=60)[0]) for worker in workers) == 100


def test_of_many_threads_of_one_handler_exactly_the_limit_passes(file):
    to, found = server(file, calls=50), []
    threads = [threading.Thread(target=lambda: found.extend(status(to) for _ in range(20)))
               for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (found.count(200), found.count(429)) == (50, 150)


KILLED = '''
import sys
sys.path.insert(0, %r)
from xmlrpcgi.web.counters import Counters
print(flush=True)
number = 0
while True:
    number += 1
    with Counters(sys.argv[1]) as table:
        table.add(0, b'k%%d' %% (number %% 300))
'''


@pytest.mark.slow
@pytest.mark.parametrize('fresh', [True, False])
def test_a_process_that_is_killed_at_any_moment_leaves_a_file_that_works(file, fresh):
    for turn in range(15):
        if fresh and file.exists():
            file.unlink()
        worker = subprocess.Popen([sys.executable, '-c', KILLED % str(CGI_BIN), str(file)],
                                  stdout=subprocess.PIPE)
        worker.stdout.readline()
        try:
            worker.wait(0.002 * turn)
        except subprocess.TimeoutExpired:
            pass
        worker.kill()
        worker.communicate()
        to = server(file, calls=3)
        assert many(to, 5, address='192.0.2.%d' % turn) == {200: 3, 429: 2}
