"""What judges the server is itself able to see what is wrong."""

import collections
import os
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.tools import ledger
from tests.trust import agent, clients, hostile, load, memory, replaced, table
from tests.trust.result import Result

ATTACK = hostile.Attack('unknown methods', b'', (200,), True)
CUT = hostile.Attack('bad chunks', b'', (400,), False)
RESULT = b'<methodResponse><params><param><value>x</value></param></params></methodResponse>'
FAULT = (b'<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>1</int>'
         b'</value></member><member><name>faultString</name><value>x</value></member></struct>'
         b'</value></fault></methodResponse>')
# Takes so many bytes and frees them; then it waits.
HUNGRY = 'import sys; len(b"x" * int(sys.argv[1])); print(flush=True); sys.stdin.read()'


def test_a_hostile_call_that_is_answered_or_fails_the_server_is_wrong():
    assert hostile.judge(ATTACK, 200, FAULT) is None
    assert 'answered' in hostile.judge(ATTACK, 200, RESULT)
    assert '500' in hostile.judge(ATTACK, 500, b'')
    assert 'no answer' in hostile.judge(ATTACK, 0, b'')
    assert hostile.judge(CUT, 0, b'') is None
    assert '200' in hostile.judge(CUT, 200, FAULT)


def test_the_hostile_requests_are_of_every_kind_and_about_half_out_of_the_corpus():
    kinds = collections.Counter(attack.kind for attack in hostile.requests())
    assert set(kinds) == {
        'invalid messages', 'entity bombs', 'gzip bombs', 'deep nesting', 'many values',
        'wide text', 'huge lengths', 'bad chunks', 'bad framing', 'other types', 'unknown methods',
        'memory hogs'}
    assert 0.3 < kinds['invalid messages'] / sum(kinds.values()) < 0.7


@pytest.fixture
def hungry():
    """Start a process that took so many bytes, and looks like a script of this very process."""
    started = []

    def start(size):
        started.append(subprocess.Popen([sys.executable, '-c', HUNGRY, str(size), 'rpc.fcgi'],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        started[-1].stdout.readline()
        return started[-1]
    yield start
    for process in started:
        process.communicate()


def test_memory_that_a_process_took_and_gave_back_is_seen(hungry, tmp_path):
    small, large = hungry(1000), hungry(100000000)
    found = agent.peaks(os.getpid(), str(tmp_path / 'never'), 0)
    assert 1e6 < found[small.pid] < 1e8 < found[large.pid] < 2e8


def test_memory_of_a_process_that_is_gone_by_the_end_is_seen(hungry, tmp_path, monkeypatch):
    seen, peak = set(), agent.peak
    monkeypatch.setattr(agent, 'peak', lambda pid: (peak(pid), seen.add(pid))[0])

    class Here:
        data, calls = tmp_path, []

        def agent(self, *words, seconds):
            return agent.main(words[0], os.getpid(), *words[1:])

        def call(self, *words):
            self.calls.append(words)

        def put(self, path, data):
            path.write_bytes(data)

    hungry(1000)
    with memory.Watch(Here()) as watch:
        gone = hungry(100000000)
        seen.clear()                # a look from before it had the memory does not count
        end = time.monotonic() + 30
        while gone.pid not in seen and time.monotonic() < end:
            time.sleep(0.05)
        gone.communicate()
    assert watch.peaks[gone.pid] > 1e8 > watch.base > 1e6 and Here.calls


def test_a_process_that_takes_more_than_it_may_or_is_not_seen_is_a_problem():
    for peaks, problem in ([20, 30], ''), ([20, 31], 'took 31 bytes'), ([], 'no process'):
        result = Result('load', 'none')
        memory.judge(result, peaks, 30)
        assert bool(result.problems) is bool(problem) and problem in ''.join(result.problems)


def test_a_wrong_answer_under_load_is_a_problem_and_a_refusal_is_not():
    class Done:
        tally = {'good': collections.Counter({'right': 3, 'refused: 503': 2, 'WRONG: x': 1})}
        latest = 0
    result = Result('load', 'none')
    load.add_tally(result, Done)
    assert result.problems == ['1 times WRONG: x']
    assert result.counts['good: right'] == 3 and result.counts['good: refused 503'] == 2


def test_an_answer_out_of_two_versions_is_a_problem():
    result = Result('lib: ' + replaced.LINK, 'none')
    replaced.judge(result, [[1, 1], [2, 2], [3, 3]])
    assert result.problems == []
    replaced.judge(result, [[1, 1], [2, 2], [3, 4]])
    assert result.problems == ['a mix of versions: [3, 4]']


def test_a_call_that_was_acknowledged_and_is_not_there_is_lost(tmp_path):
    lib = tmp_path / 'lib'
    lib.mkdir()
    ledger.install(lib, tmp_path / 'db')
    with sqlite3.connect(str(tmp_path / 'db')) as connection:
        connection.executemany('INSERT INTO line (key) VALUES (?)', [('a',), ('b',), ('b',)])
    connection.close()
    outcomes = [ledger.Outcome(key, ledger.ACKNOWLEDGED, '', 0, 0) for key in 'ac']
    outcomes.append(ledger.Outcome('d', ledger.BROKEN, '', 0, 0))
    result = Result('x', 'none')
    result.add_ledger(ledger.compare(tmp_path / 'db', outcomes))
    assert result.lost == 2 and len(result.problems) == 2       # c is lost, b is there twice
    assert result.counts['acknowledged'] == 2 and result.counts['broken'] == 1


def test_the_table_fails_for_each_number_that_must_be_0():
    assert not table.Report().failed()
    report = table.Report()
    report.attacks = {'entities': [5, 1]}
    assert report.failed() and 'leaks found     1' in report.text()
    report = table.Report()
    report.problems.append('x')
    assert report.failed()
    report = table.Report()
    report.faults.append(Result('disk full', 'none'))
    assert not report.failed()
    report.faults[0].lost = 1
    assert report.failed() and 'calls lost      1' in report.text()


def test_the_slow_senders_that_are_answered_are_faster_than_what_apache_cuts_off():
    assert clients.SENT_AT_ONCE / clients.SLOW > 2 * 500
