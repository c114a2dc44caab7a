"""The fuzzer's client mode runs, and it finds what is planted."""

import re
import subprocess
import sys

import pytest

from tests.process.command_line import TOP
from tests.tools.fuzz import client
from tests.tools.fuzz.worker import Finding


@pytest.mark.slow
def test_some_seconds_of_answers_lead_to_no_finding():
    done = subprocess.run([sys.executable, '-m', 'tests.tools.fuzz', '--client', '--seconds', '5',
                           '--seed', '1'], cwd=TOP, stdout=subprocess.PIPE, timeout=120)
    text = done.stdout.decode()
    assert done.returncode == 0 and text.endswith('no finding\n'), text
    inputs, answered = map(int, re.search(r'(\d+) inputs, .* (\d+) read as answers', text).groups())
    assert inputs > answered > 0


@pytest.mark.parametrize('command, planted', [
    (['call', 'm'], lambda words: 3), (['call', 'm'], lambda words: print('\x1b[2J') or 0),
    (['call', 'm'], lambda words: 1), (['call', 'm'], lambda words: 2),
    (['list'], lambda words: print(words) or 0),
    (['call', 'm', '--json'], lambda words: print('NaN') or 0),
])
def test_what_a_command_should_not_do_is_a_finding(monkeypatch, command, planted):
    monkeypatch.setattr(client, 'main', planted)
    with pytest.raises(Finding):
        client.judged(command, 9)
