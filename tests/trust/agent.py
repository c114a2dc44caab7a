"""What is seen of a server's processes where they run, and the hand that ends one of them.

Imported for a server of this machine; for one in a container the text of this file is run there,
by `python3 - COMMAND ...` with the words of `main`. So it is standard library alone, and the last
line of its output is JSON. Linux: it reads /proc.

    list MARK               the processes below MARK: number, parent, state, CPU ticks, words
    end MARK WHEN SECONDS   kill -9 one script as soon as it is at the stage WHEN
    storm MARK SECONDS PAUSE    kill -9 a script every PAUSE seconds; how many there were
    peaks MARK PATH SECONDS     the most memory of each script, until the file PATH is there

MARK is the number of the web server's first process. A script is a process below it whose words
name one of DOORS.
"""

import json
import os
import random
import signal
import sys
import time

DOORS = 'rpc.cgi', 'rpc.fcgi', 'rpc.wsgi', '(wsgi:'
TICK = 1.0 / os.sysconf('SC_CLK_TCK')
LOOK = 0.5                  # seconds between two looks at the memory; the kernel keeps the maximum
STILL = 0.15                # seconds a process must sleep to be waiting
PARSING = 0.15              # seconds of CPU that a call uses up in no other way than by its body


def listed(mark):
    """The processes of the web server `mark`: {number: row}; in a container that is all."""
    rows = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            row = _row(int(name))
            if row:
                rows[row['pid']] = row
    ours = {mark}
    while True:
        more = {pid for pid, row in rows.items() if pid not in ours and (
            row['parent'] in ours or row['session'] == mark and mark != 1)}
        if not more:
            break
        ours |= more
    if mark == 1:           # what Apache left behind hangs on number 1, too; we came from outside
        ours.discard(os.getpid())
    return {pid: rows[pid] for pid in ours if pid in rows}


def _row(pid):
    try:
        with open('/proc/%d/stat' % pid) as file:
            name, _, rest = file.read().rpartition(')')
        with open('/proc/%d/cmdline' % pid, 'rb') as file:
            words = file.read().replace(b'\0', b' ').decode('utf-8', 'replace').strip()
    except OSError:         # it has ended
        return None
    rest = rest.split()
    return {'pid': pid, 'state': rest[0], 'parent': int(rest[1]), 'session': int(rest[3]),
            'cpu': (int(rest[11]) + int(rest[12])) * TICK, 'words': words or name}


def scripts(mark):
    """The rows of the scripts that run below `mark`."""
    return [row for row in listed(mark).values()
            if row['state'] != 'Z' and any(door in row['words'] for door in DOORS)]


def at(when, row, since):
    """Whether a script is at the stage `when`; since: {pid: (cpu, when it was first seen so)}."""
    if when == 'parsing':
        return row['cpu'] >= PARSING
    if when.startswith('/'):
        try:
            with open(when) as file:
                if int(file.read()) != row['pid']:
                    return False
        except OSError:                 # the method that makes this file has not begun
            return False
    cpu, first = since.get(row['pid'], (None, 0))
    if row['state'] != 'S' or cpu != row['cpu']:
        since[row['pid']] = row['cpu'], time.monotonic()
        return False
    return time.monotonic() - first > STILL


def end(mark, when, seconds):
    """Kill a script at a stage: 'waiting', 'parsing', or waiting with its number in a file.

    Returns its number; None where none came to that stage in so many seconds.
    """
    deadline, since = time.monotonic() + seconds, {}
    while time.monotonic() < deadline:
        for row in scripts(mark):
            if at(when, row, since):
                os.kill(row['pid'], signal.SIGKILL)
                return row['pid']
        time.sleep(0.005)
    return None


def storm(mark, seconds, pause):
    """Kill one script after the other, at whatever stage it is; return how many."""
    deadline, killed = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        found = scripts(mark)
        if found:
            try:
                os.kill(random.choice(found)['pid'], signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                pass
        time.sleep(pause)
    return killed


def peaks(mark, path, seconds):
    """Watch the memory until the file `path` is there, or so many seconds; {number: bytes}.

    The maximum is the kernel's own (VmHWM, which begins anew with a fork and with an exec), so
    that only what a script took since the last look before its end is missed.
    """
    deadline, found = time.monotonic() + seconds, {}
    while True:
        last = os.path.exists(path) or time.monotonic() >= deadline
        for row in scripts(mark):
            found[row['pid']] = max(found.get(row['pid'], 0), peak(row['pid']))
        if last:
            return found
        time.sleep(LOOK)


def peak(pid):
    """The most memory that this process has had, in bytes; 0 for one that has ended."""
    try:
        with open('/proc/%d/status' % pid) as file:
            return sum(int(row.split()[1]) * 1024 for row in file if row.startswith('VmHWM'))
    except OSError:
        return 0


def main(command, mark, *words):
    mark = int(mark)
    if command == 'list':
        return list(listed(mark).values())
    if command == 'end':
        return end(mark, words[0], float(words[1]))
    if command == 'peaks':
        return peaks(mark, words[0], float(words[1]))
    return storm(mark, float(words[0]), float(words[1]))


if __name__ == '__main__':
    print(json.dumps(main(*sys.argv[1:])))
