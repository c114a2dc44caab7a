"""Attacks, each a test named by what it shows; a file for each kind of attack.

    from tests.security import tried
    tried('dotted names')               # one attack more of this kind was made
    tried('entities', len(bodies))      # so many

Counts add up over the run. A test of this folder that fails after it counted an attack is a leak
of that kind: an attack that got through, or an answer that shows what it must not (conftest.py
notices). Where the environment variable TRUST_COUNTS names a file, a line of JSON for each kind is
appended to it when the run ends:

    {"kind": "dotted names", "tried": 412, "leaks": 0}

Several runs may append to one file; whoever reads it adds the lines of a kind together. `make
trust` does, and prints the table. KINDS has all kinds in the order of the table.
"""

import atexit
import json
import os

KINDS = (
    'dotted names', 'objects in values', 'entities', 'compressed bombs', 'declared lengths',
    'request framing', 'headers and environment', 'other sites', 'page', 'many calls at once',
    'passwords', 'tokens', 'what faults tell', 'log lines', 'timing', 'files of lib',
    'what is left behind',
)
_counts = {}            # kind: [tried, leaks]
_pid = os.getpid()
_last = [None]          # the kind that was counted last, since the test began


def tried(kind, n=1):
    """Count `n` attacks of `kind` (one of KINDS)."""
    assert kind in KINDS, kind
    _counts.setdefault(kind, [0, 0])[0] += n
    _last[0] = kind


def begins():
    """A test begins (conftest.py)."""
    _last[0] = None


def failed():
    """The test failed: a leak, where it had counted an attack (conftest.py)."""
    if _last[0] is not None:
        _counts[_last[0]][1] += 1


def counts():
    """Return {kind: (tried, leaks)} so far."""
    return {kind: tuple(_counts[kind]) for kind in KINDS if kind in _counts}


def _write():
    path = os.environ.get('TRUST_COUNTS')
    if path and _counts and os.getpid() == _pid:         # a child that was forked counts nothing
        with open(path, 'a', encoding='utf-8') as file:
            for kind, (number, leaks) in counts().items():
                file.write(json.dumps({'kind': kind, 'tried': number, 'leaks': leaks}) + '\n')


atexit.register(_write)
