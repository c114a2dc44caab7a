"""Sections `call`, `lib` and `hints`: one small call as a whole process.

`call` sets ours beside the bare interpreter, lean PHP and the stock recipe, in time, in
instructions (where valgrind is) and in peak memory; `lib` sets ours beside itself with more
and more files in `lib/`, of which a call must import only the one it names; `hints` sets a
method whose three arguments have plain type hints, which are checked, beside one without.
"""

import shutil
import statistics
from xmlrpc.client import dumps

from . import process, table
from .payload import CALL

FILES = (1, 10, 100, 1000)
HINTED = """\
class Application:

    def free(self, a, b, c):
        return 'example'

    def checked(self, a: int, b: str, c: float) -> str:
        return 'example'
"""


def measure_call(scripts, rounds):
    body = scripts.folder / "call.xml"
    body.write_bytes(CALL)
    every = {"pass": scripts.nothing, "bare": scripts.bare, "print": scripts.print,
             "php": scripts.php, "ours": scripts.ours, "stock": scripts.stock}
    every = {name: script for name, script in every.items() if script}
    three = {name: every[name] for name in ("bare", "ours", "stock")}
    with process.pinned():
        seconds = process.interleaved(
            {name: process.caller(path, body) for name, path in every.items()}, rounds)
    times = {name: 1000 * value for name, value in seconds.items()}
    sizes = {name: peak_of(scripts, path, body) / 1e6 for name, path in three.items()}
    floor = peak_of(scripts, "/bin/true", body, None) / 1e6
    rows = [
        table.ratio("one call, whole process", "ms", times, "ours", "pass", "<= 1.15"),
        table.ratio("", "", times, "ours", "bare"),
        table.ratio("", "", times, "ours", "print"),
        *([table.ratio("", "", times, "ours", "php")] if "php" in times else []),
        table.ratio("", "", times, "stock", "ours", ">= 7"),
    ]
    for row in rows[1:]:
        row.values = {}
    rows += instructions(every, body)
    memory = [
        table.ratio("peak memory", "MB", sizes, "ours", "bare", "<= 1.4"),
        table.ratio("", "", sizes, "stock", "ours"),
    ]
    memory[1].values = {}
    rows += memory
    if floor > 0.9 * sizes["bare"]:
        rows.append(table.Row("peak memory", note="not to be trusted here: the measure itself "
                              "takes %.1f MB" % floor))
    return rows


def instructions(every, body):
    """The row of instructions; it says so where they cannot be counted."""
    try:
        found = {name: process.instructions(script, body) for name, script in every.items()}
    except FileNotFoundError:
        return [table.Row("instructions", note="not counted: there is no valgrind here")]
    return [table.limit("instructions", "M", found, "ours", "<= 22.5")]


def peak_of(scripts, script, body, wanted=b"<string>example</string>", times=5):
    """Median peak of a few calls, in bytes; each answer is checked."""
    out, peaks = scripts.folder / "answer", []
    for _ in range(times):
        variables = process.environment(body.stat().st_size)
        peaks.append(process.peak(scripts.python, script, body, variables, out))
        if wanted:
            process.expect(out.read_bytes(), wanted, str(script))
    return statistics.median(peaks)


def measure_lib(scripts, rounds):
    body = scripts.folder / "call.xml"
    body.write_bytes(CALL)
    shutil.rmtree(scripts.lib)  # so that an answer can only come from the folder that was named
    libs = {files: scripts.library(scripts.folder / ("lib%d" % files), files) for files in FILES}
    with process.pinned():
        seconds = process.interleaved(
            {files: process.caller(scripts.ours, body, lib) for files, lib in libs.items()},
            rounds)
    one = seconds[1]
    return [table.Row("%d file%s in lib/" % (files, "s" * (files > 1)), "ms",
                      {"ours": 1000 * seconds[files]},
                      "to 1 file" if files > 1 else "",
                      seconds[files] / one if files > 1 else None,
                      "<= 1.03" if files == FILES[-1] else "")
            for files in FILES]


def measure_hints(scripts, rounds):
    lib = scripts.folder / "hinted"
    lib.mkdir()
    (lib / "hinted.py").write_text(HINTED)
    bodies = {}
    for name in ("free", "checked"):
        bodies[name] = scripts.folder / (name + ".xml")
        bodies[name].write_bytes(dumps((1, "text", 2.5), "hinted." + name).encode())
    with process.pinned():
        seconds = process.interleaved(
            {name: process.caller(scripts.ours, body, lib) for name, body in bodies.items()},
            rounds)
    return [table.Row("without hints", "ms", {"ours": 1000 * seconds["free"]}),
            table.Row("three plain hints", "ms", {"ours": 1000 * seconds["checked"]},
                      "to without", seconds["checked"] / seconds["free"], "<= 1.03")]
