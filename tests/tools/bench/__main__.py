"""The bench's command line: `python3 -m tests.tools.bench [--rounds N] [SECTION ...]`.

Runs the named sections (all without a name), prints the table and how it was
measured. PYTHON in the environment names the interpreter that is measured. The
exit code is 1 when an answer was wrong or a section broke, otherwise 0, whatever the verdicts.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback

from . import apache, balancer, call, codec, doors, echo, table
from .process import WrongAnswer
from .scripts import ROOT, NotMeasured, scripts

SECTIONS = {
    "call": ("One call as a CGI process", call.measure_call),
    "lib": ("The same, with more files in lib/", call.measure_lib),
    "hints": ("A call with three arguments, and with type hints on them", call.measure_hints),
    "apache": ("One call through Apache, mod_cgid", apache.measure),
    "codec": ("Codec in one process, stock = xmlrpc.client", codec.measure),
    "echo": ("Echo of large bodies", echo.measure),
    "doors": ("Calls under load, at every door", doors.measure),
    "balancer": ("Calls under load, through the balancer", balancer.measure),
}

LEGEND = """\
pass   PYTHON -IS -c pass                     bare  PYTHON -IS, a constant answer, _exit
print  PYTHON -IS, a constant answer, print
php    php-cgi -n and its extension xmlrpc    ours  this checkout, compiled as installed
stock  CGIXMLRPCRequestHandler with register_instance, started by PYTHON without options; under
       load SimpleXMLRPCDispatcher: behind mod_wsgi in processes with our options (bare, too),
       behind mod_fcgid with flup, with one thread (the column) and with more
Figures are medians; ratios are between medians. Runs are interleaved, the order turns with
each round, small calls are each checked, large ones once beforehand: %(rounds)d rounds of small
calls, fewer of large bodies (at most 30 at 100 kB, 11 at 1 MB, 3 at 10 MB).
A process is timed from its spawn until its answer is read and it is reaped, on one processor.
Instructions are a process's own, in millions, by cachegrind. Memory is ru_maxrss. kB and MB are
1,000 and 1,000,000 bytes. Data: structs of ints, doubles, text (some to be escaped, some beyond
ASCII) and base64.
Under load: wrk, a second for each turn (three for CGI), at most 5 turns, all clients and all
processes on this machine. Every answer is compared. "lost": connections that broke. An order
is a struct with a date and 20 structs of text, numbers and booleans. RSS is a process's
memory, PSS its share where pages are shared with others."""


def interpreter():
    """The measured interpreter as an absolute path that a shebang can hold."""
    wanted = os.environ.get("PYTHON") or "/usr/bin/python3"
    found = shutil.which(wanted)
    if not found:
        sys.exit("bench: there is no interpreter %s; name one with PYTHON=" % wanted)
    code = "import sys; print(sys.executable); print(sys.version.split()[0])"
    path, version = subprocess.check_output([found, "-c", code], text=True).split("\n")[:2]
    if " " in path:
        sys.exit("bench: a shebang cannot hold a path with a space: %s" % path)
    return path, version


def arguments():
    parser = argparse.ArgumentParser(prog="python3 -m tests.tools.bench", description=__doc__)
    parser.add_argument("section", nargs="*", metavar="SECTION",
                        help="any of: " + ", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=200, metavar="N",
                        help="rounds of small calls (default 200)")
    parser.add_argument("--cgi-bin", default=ROOT / "cgi-bin", metavar="FOLDER",
                        help="measure another copy of the program, as an older version")
    given = parser.parse_args()
    unknown = sorted(set(given.section) - set(SECTIONS))
    if unknown:
        parser.error("no such section: %s (there are %s)"
                     % (", ".join(unknown), ", ".join(SECTIONS)))
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    return given


def run_section(name, python, given):
    """The rows of one section, and whether its answers were right."""
    print("bench: %s ..." % name, file=sys.stderr, flush=True)
    try:
        with scripts(python, given.cgi_bin) as measured:
            return SECTIONS[name][1](measured, given.rounds), True
    except NotMeasured as error:
        return [table.Row(name, note="not measured: %s" % error)], True
    except WrongAnswer as error:
        return [table.Row(name, note="WRONG ANSWER: %s" % error)], False
    except Exception as error:  # one section that breaks must not take the others' figures along
        traceback.print_exc()
        return [table.Row(name, note="FAILED: %s: %s" % (type(error).__name__, error))], False


def main():
    given = arguments()
    # A plain kill must remove the temporary folders too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    python, version = interpreter()
    start, right, sections = time.time(), True, []
    for name, (title, _) in SECTIONS.items():
        if not given.section or name in given.section:
            rows, fine = run_section(name, python, given)
            right = right and fine
            sections.append((title, rows))
    load = "load %.1f, " % os.getloadavg()[0]
    print("xmlrpcgi bench: Python %s (%s), %d processors, %stook %.0f s\n"
          % (version, python, os.cpu_count(), load, time.time() - start))
    print(table.render(sections))
    print("\n" + LEGEND % {"rounds": given.rounds})
    return 0 if right else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
