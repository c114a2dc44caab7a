"""Sections `call`, `lib` and `hints`: one small call as a whole process.

`call` sets ours beside the bare interpreter and the stock recipe, in time and in
peak memory; `lib` sets ours beside itself with more and more files in `lib/`,
of which a call must import only the one it names; `hints` sets a method whose
three arguments have plain type hints, which are checked, beside one without.
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
    three = {name: getattr(scripts, name) for name in table.COLUMNS}
    with process.pinned():
        seconds = process.interleaved(
            {name: process.caller(path, body) for name, path in three.items()}, rounds)
    times = {name: 1000 * value for name, value in seconds.items()}
    sizes = {name: peak_of(scripts, path, body) / 1e6 for name, path in three.items()}
    floor = peak_of(scripts, "/bin/true", body, None) / 1e6
    rows = [
        table.ratio("one call, whole process", "ms", times, "ours", "bare", "<= 1.45"),
        table.ratio("", "", times, "stock", "ours", ">= 5.5"),
        table.ratio("peak memory", "MB", sizes, "ours", "bare", "<= 1.4"),
        table.ratio("", "", sizes, "stock", "ours"),
    ]
    rows[1].values = rows[3].values = {}
    if floor > 0.9 * sizes["bare"]:
        rows.append(table.Row("peak memory", note="not to be trusted here: the measure itself "
                              "takes %.1f MB" % floor))
    return rows


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
                      "<= 1.05" if files == FILES[-1] else "")
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
