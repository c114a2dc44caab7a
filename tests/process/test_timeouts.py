"""A call of a thread that runs out of time costs no other call: no lock stays held behind it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.tools import interpreters

HERE = Path(__file__).resolve().parent
CGI_BIN = HERE.parent.parent / 'cgi-bin'
TIMEOUTS, SECONDS = 400, 20
LEAST = 10                  # before, a process hung after 1 to 24


@pytest.mark.slow
@pytest.mark.parametrize('python', [pytest.param(path, id=name) for name, path in
                                    interpreters.ends() + interpreters.newer()])
def test_after_many_timeouts_among_imports_logs_queues_and_edits_nothing_hangs(python, tmp_path):
    done = subprocess.run(
        [python, str(HERE / 'programs' / 'timeouts.py'), str(CGI_BIN), str(tmp_path),
         str(TIMEOUTS), str(SECONDS)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=250)
    found = json.loads(done.stdout.decode().splitlines()[-1])
    assert found['hung'] == [] and found['left'] == [], (found, done.stderr.decode()[-5000:])
    assert found['timeouts'] >= LEAST and found['edits'] >= 5, found
