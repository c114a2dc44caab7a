"""Fuzz the handler, or the client: `python3 -m tests.tools.fuzz [--client] --seconds 60 --seed 1`.

A child process makes mutants of the corpus and gives each to Handler.call. For
each: an Answer comes, its body is well-formed XML that xmlrpc.client reads too,
a fault has a code of the table, nothing is logged but what an application
failed in, and the scanner agrees with the ordinary one. Some are multicalls of what the server
has: see multicalls.py. The time for each and the child's memory are limited. The input in hand is
kept where this process finds it, also when the child hangs or dies.

With --client the child is the commands `call`, `list`, `describe` and `check`, and the mutants are
the HTTP answers of their server: see client.py.

`--readers`, with `--seconds` or `--count`, compares the scanner and the ordinary reader alone,
which is a hundred times faster: see readers.py.

A finding is written to tests/tools/fuzz/findings/ and the exit status is 1. Fix it,
and make it a case of tests/unit/wire/cases. Standard library only.
"""

import argparse
import mmap
import os
import signal
import struct
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
FINDINGS = HERE / 'findings'
HUNG = 60                       # seconds without a new input until the child is ended
# Shared with the child: how many inputs, distinct ones, and ones read as a call; sizes; the input.
COUNTS = struct.Struct('QQQII')
ROOM = 1 << 20


class Slate:
    """Memory shared with the child: its counts, and the input it has in hand."""

    def __init__(self):
        self.memory = mmap.mmap(-1, ROOM)

    def write(self, counts, body, charset):
        name = repr(charset).encode()
        self.memory[COUNTS.size:COUNTS.size + len(body) + len(name)] = body + name
        self.memory[:COUNTS.size] = COUNTS.pack(*counts, len(body), len(name))

    def counts(self):
        """Return (inputs, distinct, called); all that may be read while the child writes."""
        return COUNTS.unpack(self.memory[:COUNTS.size])[:-2]

    def read(self):
        """Return (inputs, distinct, called), body, charset as text."""
        *counts, size, name = COUNTS.unpack(self.memory[:COUNTS.size])
        end = COUNTS.size + size
        return counts, self.memory[COUNTS.size:end], self.memory[end:end + name].decode()


def main():
    parser = argparse.ArgumentParser(prog='python3 -m tests.tools.fuzz',
                                     description=__doc__.partition('\n')[0])
    parser.add_argument('--seconds', type=float, default=60)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('--client', action='store_true', help='the commands, by a server')
    parser.add_argument('--readers', action='store_true', help='compare the two readers alone')
    parser.add_argument('--count', type=int, default=0, help='with --readers: so many comparisons')
    options = parser.parse_args()
    if options.readers:
        from . import readers
        return readers.run(options.seed, options.seconds, options.count, keep)
    print('fuzz: seed %d, %.0f seconds' % (options.seed, options.seconds), flush=True)
    slate, start = Slate(), time.monotonic()
    child = os.fork()
    if not child:
        if options.client:
            from . import client as worker
        else:
            from . import worker
        os._exit(worker.run(slate, options.seed, start + options.seconds))
    why = wait(child, slate)
    (inputs, distinct, called), body, charset = slate.read()
    print('fuzz: %d inputs, %d distinct, %d read as %s, %.0f a second, seed %d: %s' % (
        inputs, distinct, called, 'answers' if options.client else 'calls',
        inputs / (time.monotonic() - start), options.seed, why or 'no finding'))
    if why:
        path = keep(body, charset, why)
        print('fuzz: the input is %s, charset %s' % (path.relative_to(HERE.parents[2]), charset))
    return bool(why)


def wait(child, slate):
    """Wait for the child's end; return why it is a finding, or None."""
    last, since = None, time.monotonic()
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        inputs = slate.counts()[0]
        if inputs != last:
            last, since = inputs, time.monotonic()
        elif time.monotonic() - since > HUNG:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return 'it hung for %d seconds' % HUNG
        time.sleep(0.1)
    if os.WIFSIGNALED(status):
        return 'the process died of signal %d' % os.WTERMSIG(status)
    return 'see above' if os.WEXITSTATUS(status) else None


def keep(body, charset, why):
    FINDINGS.mkdir(exist_ok=True)
    path = FINDINGS / ('%s.xml' % time.strftime('%Y%m%d-%H%M%S'))
    path.write_bytes(body)
    path.with_suffix('.txt').write_text('charset = %s\n# %s\n' % (charset, why))
    return path


if __name__ == '__main__':
    sys.exit(main())
