"""Section `codec`: bytes to values and back, in one process, beside xmlrpc.client.

The work is done by codec_worker.py under the measured interpreter; this module
starts it and turns its figures into rows. Throughput is counted in the bytes of
the call that xmlrpc.client writes for the data, on both sides, so that a codec
which writes less does not look slower.
"""

import json
import subprocess
from pathlib import Path

from . import process, table
from .scripts import NotMeasured

WORKER = Path(__file__).with_name("codec_worker.py")
SIZES = (("100 kB", 100000, 30), ("1 MB", 1000000, 11), ("10 MB", 10000000, 3))


def measure(scripts, rounds):
    rows = []
    for label, size, most in SIZES:
        command = [scripts.python, str(WORKER), str(scripts.cgi_bin), str(size),
                   str(min(most, rounds))]
        with process.pinned():
            done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        result = json.loads(done.stdout or b'{"wrong": "the worker died"}')
        if "missing" in result:
            raise NotMeasured(result["missing"])
        if "wrong" in result:
            raise process.WrongAnswer(result["wrong"])
        for what in ("decode", "encode"):
            speeds = {name: result["bytes"] / 1e6 / result[what][name]
                      for name in ("ours", "stock")}
            goal = ">= 1.7" if (what, label) == ("decode", "1 MB") else ""
            rows.append(table.ratio("%s %s" % (what, label), "MB/s", speeds,
                                    "ours", "stock", goal))
    return sorted(rows, key=lambda row: row.what.split()[0])
