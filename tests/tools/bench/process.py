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
import statistics
import subprocess
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


def environment(length, lib=None):
    """The variables that Apache gives to a script for a POST of so many bytes (RFC 3875 4.1)."""
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
    return variables


def run(script, body_path, variables):
    """One call. Gives (seconds, everything the script wrote)."""
    script, source = str(script), os.open(body_path, os.O_RDONLY)
    reader, writer = os.pipe()
    chunks = []
    actions = [(os.POSIX_SPAWN_DUP2, source, 0), (os.POSIX_SPAWN_DUP2, writer, 1)]
    try:
        start = time.perf_counter()
        child = os.posix_spawn(script, [script], variables, file_actions=actions)
        os.close(writer)
        while chunk := os.read(reader, 1 << 20):
            chunks.append(chunk)
        _, status = os.waitpid(child, 0)
        seconds = time.perf_counter() - start
    finally:
        os.close(reader)
        os.close(source)
    if status:
        raise WrongAnswer("%s ended with status %d" % (os.path.basename(script), status))
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
        for place in range(len(names)):
            name = names[(place + number) % len(names)]
            sample = measures[name]()
            if number >= 0:
                samples[name].append(sample)


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
    """A function that sends the call in a file once and gives seconds; expects 'example'."""
    variables = environment(os.path.getsize(str(body_path)), lib)

    def one():
        seconds, answer = run(script, body_path, variables)
        expect(answer, b"<string>example</string>", os.path.basename(str(script)))
        return seconds
    return one
