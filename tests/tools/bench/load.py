"""Load on one address: so many clients that call for a second or more, by wrk.

Each client keeps its connection as long as the server does, and sends the next
call when it has the answer to the one before. load.lua compares every answer.
"""

import contextlib
import dataclasses
import http.client
import shutil
import subprocess
import time
import urllib.parse
from pathlib import Path

from . import payload, process
from .scripts import NotMeasured

SCRIPT = Path(__file__).with_name("load.lua")
PATIENCE = 60               # seconds that one answer may take


@dataclasses.dataclass
class Load:
    """What came of it: calls a second, median and 99th percentile in ms, and failures.

    lost: connections that were refused, broke off or gave no answer in time.
    """

    rate: float
    median: float
    late: float
    lost: int


def wrk():
    """The path of wrk; raises NotMeasured."""
    found = shutil.which("wrk")
    if not found:
        raise NotMeasured("there is no wrk here (Debian, Ubuntu: apt-get install wrk)")
    return found


class Target:
    """One call to one address. The answer is looked at once, and then must stay the same."""

    def __init__(self, folder, name, url, call, value):
        self.name, self.url = name, url
        self.body, self.expected = folder / "body", folder / "answer"
        folder.mkdir(parents=True)
        self.body.write_bytes(call)
        self.answer = post(url, call)
        try:
            same = payload.answer_of(self.answer) == value
        except Exception as error:
            raise process.WrongAnswer("%s: %s in %r" % (name, error, self.answer[:500])) from error
        if not same:
            raise process.WrongAnswer("%s gave another value: %r" % (name, self.answer[:500]))
        self.expected.write_bytes(self.answer)

    def check(self):
        """Raise WrongAnswer unless the answer is still what it was."""
        if post(self.url, self.body.read_bytes()) != self.answer:
            raise process.WrongAnswer("%s answers otherwise after the load" % self.name)

    def load(self, clients, seconds):
        """Give the Load of so many clients; raises WrongAnswer for a single wrong answer."""
        command = [wrk(), "-t1", "-c%d" % clients, "-d%ds" % seconds, "--timeout",
                   "%ds" % PATIENCE, "-s", str(SCRIPT), self.url, "--",
                   str(self.body), str(self.expected)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds + 2 * PATIENCE, text=True, check=False)
        found = [line.split()[1:] for line in done.stdout.splitlines()
                 if line.startswith("figures ")]
        if not found:
            raise RuntimeError("wrk failed: %s" % done.stdout)
        calls, microseconds, wrong, lost, median, late = map(int, found[0])
        if wrong or not calls:
            raise process.WrongAnswer("%s: %d of %d answers are wrong, %d connections lost"
                                      % (self.name, wrong, calls, lost))
        rate = calls / (microseconds / 1e6)
        time.sleep(1.5 * clients / rate)        # what was under way when wrk left comes to its end
        return Load(rate, median / 1e3, late / 1e3, lost)


def post(url, body):
    """The bytes of one answer; raises WrongAnswer unless it is 200."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("POST", parts.path, body, {"Content-Type": "text/xml"})
        response = connection.getresponse()
        answer = response.read()
    if response.status != 200:
        raise process.WrongAnswer("%s answered %d: %r" % (url, response.status, answer[:1000]))
    return answer
