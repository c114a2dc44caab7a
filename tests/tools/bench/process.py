"""Run a script as a web server would, and measure it: a CGI process per call.

Time runs from before the spawn until the answer is read to its end and the
process is reaped. posix_spawn (a vfork), so the size of the bench itself costs
nothing. While calls are timed the bench and its children stay on one processor:
migration is most of the noise of a process that lives for 10 ms.

Peak memory (ru_maxrss) is measured apart. Linux carries the size of the process
that calls exec over into the maximum of the program it starts, so a large
parent would be reported in place of a small child. Therefore a helper, an
interpreter that imports nothing, forks (a fork does not hold the parent's
mapped files) and waits; `floor` is what it reports for a program of no size.
"""

import contextlib
import itertools
import os
import re
import statistics
import subprocess
import sys
import time

WATCH = """
import posix, sys
body, out, program = sys.argv[1:4]
child = posix.fork()
if not child:
    posix.dup2(posix.open(body, posix.O_RDONLY), 0)
    posix.dup2(posix.open(out, posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC), 1)
    try:
        posix.execve(program, [program], posix.environ)
    finally:
        posix._exit(127)
_, status, usage = posix.wait4(child, 0)
print(status, usage.ru_maxrss)
"""


class WrongAnswer(Exception):
    """A script answered something else than it should have; no figure counts then."""


def environment(length, lib=None, script=None):
    """The variables that Apache gives to a script for a POST of so many bytes (RFC 3875 4.1).

    script: what php-cgi is to run; it looks for it there.
    """
    variables = {
        "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "Apache", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "SERVER_ADDR": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "50000",
        "REQUEST_METHOD": "POST", "REQUEST_SCHEME": "http", "REQUEST_URI": "/cgi-bin/rpc.cgi",
        "SCRIPT_NAME": "/cgi-bin/rpc.cgi", "QUERY_STRING": "", "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": str(length), "HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "bench", "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    if lib:
        variables["XMLRPCGI_LIB"] = str(lib)
    if script:
        variables.update(SCRIPT_FILENAME=str(script), REDIRECT_STATUS="200")
    return variables


def run(script, body_path, variables):
    """One call of a script, or of a command (list). Gives (seconds, everything it wrote)."""
    command = script if isinstance(script, list) else [str(script)]
    source = os.open(body_path, os.O_RDONLY)
    reader, writer = os.pipe()
    chunks = []
    actions = [(os.POSIX_SPAWN_DUP2, source, 0), (os.POSIX_SPAWN_DUP2, writer, 1)]
    try:
        start = time.perf_counter()
        child = os.posix_spawn(command[0], command, variables, file_actions=actions)
        os.close(writer)
        while chunk := os.read(reader, 1 << 20):
            chunks.append(chunk)
        _, status = os.waitpid(child, 0)
        seconds = time.perf_counter() - start
    finally:
        os.close(reader)
        os.close(source)
    if status:
        raise WrongAnswer("%s ended with status %d" % (os.path.basename(command[-1]), status))
    return seconds, b"".join(chunks)


def peak(python, script, body_path, variables, out):
    """One call's peak memory in bytes; what it wrote goes to the file `out`."""
    command = [python, "-IS", "-c", WATCH, str(body_path), str(out), str(script)]
    done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, check=True)
    status, kilobytes = map(int, done.stdout.split())
    if status:
        raise WrongAnswer("%s ended with status %d" % (os.path.basename(script), status))
    return kilobytes * 1024


def interleaved(measures, rounds, warm_up=3):
    """Medians of several measures, taken in turn, each round beginning with another.

    `measures` maps a name to a function that gives one sample; gives name -> median.
    """
    names = list(measures)
    samples = {name: [] for name in names}
    for number in itertools.count(-warm_up):
        if number == rounds:
            return {name: statistics.median(samples[name]) for name in names}
        progress("round %d of %d" % (max(number, 0) + 1, rounds))
        for place in range(len(names)):
            name = names[(place + number) % len(names)]
            sample = measures[name]()
            if number >= 0:
                samples[name].append(sample)


def progress(text, seconds=5):
    """Say how far it is, on stderr, at most every so many seconds."""
    now = time.monotonic()
    if now - progress.said >= seconds:
        progress.said = now
        print("bench:   %s" % text, file=sys.stderr, flush=True)


progress.said = 0.0


@contextlib.contextmanager
def pinned():
    """This process, and those it starts, on one processor for the time of a `with`."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def expect(answer, wanted, who):
    """Raise WrongAnswer unless the bytes `wanted` are in the answer."""
    if wanted not in answer:
        raise WrongAnswer("%s answered %r" % (who, answer[:2000]))


def caller(script, body_path, lib=None):
    """A function that sends the call in a file once and gives seconds; expects 'example'.

    script: as for run; a command answers nothing.
    """
    variables = environment(os.path.getsize(str(body_path)), lib,
                            script if str(script).endswith("php.cgi") else None)

    def one():
        seconds, answer = run(script, body_path, variables)
        if not isinstance(script, list):
            expect(answer, b"<string>example</string>", os.path.basename(str(script)))
        return seconds
    return one


def instructions(script, body_path):
    """User instructions of one call, in millions: the median of three, by cachegrind.

    That is the same on a machine with other work. Raises FileNotFoundError without valgrind.
    """
    command = script if isinstance(script, list) else shebang(script)
    variables = environment(os.path.getsize(str(body_path)),
                            script=script if str(script).endswith("php.cgi") else None)
    found = []
    for _ in range(3):
        with open(body_path, "rb") as body:
            done = subprocess.run(
                ["valgrind", "--tool=cachegrind", "--cache-sim=no",
                 "--cachegrind-out-file=/dev/null", *command], stdin=body, env=variables,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                timeout=120)
        counted = re.search(r"I\s+refs:\s+([0-9,]+)", done.stderr)
        if not counted:
            raise WrongAnswer("valgrind counted nothing: %s" % done.stderr[-300:])
        found.append(int(counted.group(1).replace(",", "")) / 1e6)
    return statistics.median(found)


def shebang(script):
    """The command that the kernel makes of a script's first line."""
    with open(script, encoding="utf-8") as file:
        return [*file.readline()[2:].split(), str(script)]
