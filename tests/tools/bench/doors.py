"""Section `doors`: calls under load, at every door there is here, beside the stock peers.

All servers run for the whole of the section, and idle but for the one whose turn
it is: a round gives each of them a turn of a second, the next round begins with
another. A round has the same clients and the same call for all.
"""

import contextlib
import dataclasses
import datetime
import itertools
import re
import statistics
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xmlrpc.client import dumps

from . import load, payload, peers, process, table
from .scripts import NotMeasured

CLIENTS = (1, 8, 64)
ROUNDS = 5
SECONDS = 1
CGI_SECONDS = 3             # a turn of CGI, which answers so few
WARM_UP_SECONDS = 2
LINES = 20                  # of the order
SMALL, HINTED = "app.getName", "two hinted"

CGI, ALONE = "CGI, mod_cgid", "SimpleXMLRPCServer"
DOORS = {                   # name in the table: kind of server
    CGI: "mod_cgid", "mod_fcgid": "mod_fcgid", "mod_wsgi": "mod_wsgi", "Passenger": "passenger",
    "gunicorn": "gunicorn", "nginx, rpc.fcgi --listen": "nginx", "waitress": "waitress",
}
PEERS = {"mod_fcgid": peers.fcgid, "mod_wsgi": peers.wsgi}
STOCK = {"mod_fcgid": peers.SINGLE_FLUP, "mod_wsgi": peers.STOCK_WSGI}
# What ours must be to the stock dispatcher behind the same module, with more than one client.
GOALS = {("mod_wsgi", SMALL): ">= 1", ("mod_wsgi", HINTED): ">= 1.2",
         ("mod_fcgid", SMALL): ">= 1.1"}


@dataclasses.dataclass
class Door:
    """Something that answers at `url`; loads: {(name of the call, clients): list of Load}."""

    name: str
    url: str
    loads: dict = dataclasses.field(default_factory=dict)

    @property
    def seconds(self):
        return CGI_SECONDS if self.name == CGI else SECONDS

    def median(self, cell, what):
        return statistics.median(getattr(one, what) for one in self.loads[cell])


def order():
    """What a call of a shop sends: an order of twenty lines."""
    return {
        "number": 20417, "customer": "M\u00fcller & S\u00f6hne, \u0141\u00f3d\u017a",
        "placed": datetime.datetime(2024, 2, 29, 13, 45, 10), "express": True,
        "lines": [{"article": "AB-%05d" % (7919 * line % 100000), "quantity": line % 7 + 1,
                   "price": 19.95 + line / 4, "weight": line * 0.125,
                   "name": "Fitting number %d, <stainless> 3/4\"" % line,
                   "in_stock": line % 3 > 0} for line in range(LINES)],
    }


def calls():
    """{name: (bytes of the call, value it gives)}"""
    return {SMALL: (payload.CALL, "example"),
            HINTED: (dumps((2, 3), "app.add").encode(), 5),
            "an order": (payload.call(order()), order())}


def measure(scripts, rounds):
    load.wrk()
    with contextlib.ExitStack() as stack:
        doors, missing = start(stack, scripts)
        rows = under_load(scripts, doors, min(ROUNDS, rounds))
        rows += [memory(doors), *goals(doors)]
        return rows + [table.Row(name, note="not measured: " + why)
                       for name, why in missing.items()]


def under_load(scripts, doors, rounds):
    """Load all doors in turn, with each call and each number of clients; a grid for each call."""
    grids = []
    for number, (call, (body, value)) in enumerate(calls().items()):
        targets = {}
        for place, (name, door) in enumerate(doors.items()):
            if call == SMALL or not name.endswith("bare"):      # which has one answer only
                folder = scripts.folder / "load" / str(number) / str(place)
                targets[name] = load.Target(folder, name, door.url, body, value)
                # As many processes are started now as there will be, and keep what they keep.
                targets[name].load(max(CLIENTS), WARM_UP_SECONDS)
        for clients in CLIENTS:
            turns(doors, targets, (call, clients), rounds)
        for target in targets.values():
            target.check()
        lengths = [len(target.answer) for target in targets.values()]
        grids.append(grid("%s: %d bytes there, %d to %d back" % (
            call, len(body), min(lengths), max(lengths)), call, doors))
    return grids


def start(stack, scripts):
    """Start all; {name: Door}, and {name: why it is not there}."""
    from tests.tools.servers import KINDS, ServerError, available
    from tests.tools.servers import start as start_server
    doors, missing = {}, {}
    for name, kind in DOORS.items():
        why = available(kind) if kind in KINDS else "tests/tools/servers has no such kind"
        if why:
            missing[name] = why
            continue
        python = None if available(kind, scripts.python) else scripts.python
        paths, conf = {}, ""
        try:
            if name in PEERS:
                paths, conf = PEERS[name](scripts)
        except NotMeasured as error:
            missing[name + ", stock"] = str(error)
        try:
            server = stack.enter_context(start_server(
                kind, cgi_bin=scripts.cgi_bin, lib=scripts.lib, python=python, extra_conf=conf))
        except ServerError as error:
            missing[name] = "it did not start: " + str(error)
            continue
        doors[name] = Door(name, server.url + "/xmlrpc/")
        doors.update((peer, Door(peer, server.url + path)) for peer, path in paths.items())
    doors[ALONE] = Door(ALONE, stack.enter_context(peers.alone(scripts)))
    return doors, missing


def turns(doors, targets, cell, rounds):
    """Give each door its turns with one call and one number of clients."""
    names = list(targets)
    for number in range(rounds):
        for place in range(len(names)):
            door = doors[names[(place + number) % len(names)]]
            process.progress("%s, %d clients, round %d of %d: %s" % (
                *cell, number + 1, rounds, door.name))
            found = targets[door.name].load(cell[1], door.seconds)
            door.loads.setdefault(cell, []).append(found)


def grid(title, call, doors):
    """The figures of one call: a line for each door."""
    rows = []
    for door in doors.values():
        if (call, CLIENTS[0]) in door.loads:
            cells = [door.name]
            for what in ("rate", "median", "late"):
                cells += [table.number(door.median((call, clients), what)) for clients in CLIENTS]
            lost = sum(one.lost for clients in CLIENTS for one in door.loads[call, clients])
            rows.append(cells + ([str(lost)] if lost else []))
    return table.Grid(title, [("calls/s", 3), ("median, ms", 3), ("99 of 100, ms", 3), ("lost", 1)],
                      ["clients", *map(str, CLIENTS * 3), ""], rows)


def goals(doors):
    """The ratios: ours to stock behind the same module, and to our own CGI."""
    rows = []
    for module, call in itertools.product(PEERS, calls()):
        for clients in CLIENTS:
            columns = {"ours": module, "stock": STOCK[module], "bare": module + ", bare"}
            rates = {column: doors[name].median((call, clients), "rate")
                     for column, name in columns.items()
                     if name in doors and (call, clients) in doors[name].loads}
            if {"ours", "stock"} <= set(rates):
                what = "%s, %s, %d client%s" % (module, call, clients, "s" * (clients > 1))
                rows.append(table.ratio(what, "calls/s", rates, "ours", "stock",
                                        GOALS.get((module, call), "") if clients > 1 else ""))
        if module in doors and CGI in doors:
            rates = [doors[name].median((call, 8), "rate") for name in (module, CGI)]
            rows.append(table.Row("%s, %s, 8 clients" % (module, call), "calls/s",
                                  {"ours": rates[0]}, "to our CGI", rates[0] / rates[1], ">= 15"))
    return rows


def memory(doors):
    """What the processes behind each door take after the load."""
    rows = []
    for door in doors.values():
        if door.name != CGI and not door.name.endswith("bare"):
            found = processes(door.url)
            sizes = [size for size in map(size_of, {number for number, _ in found}) if size]
            if sizes:           # none where they are another user's
                each, shares = zip(*sizes)
                rows.append([door.name, str(len(sizes)), table.number(statistics.median(each)),
                             table.number(statistics.median(shares)), table.number(sum(shares)),
                             ", ".join(sorted({version for _, version in found}))])
    return table.Grid("the processes after the load", [("", 1), ("each, MB", 2), ("all, MB", 1)],
                      ["processes", "", "RSS", "PSS", "PSS", "Python"], rows)


def processes(url):
    """{(number, Python's version)} of the processes at `url`, asked by many calls at a time."""
    call = payload.CALL.replace(b"getName", b"process")
    count = max(CLIENTS)

    def ask(_):
        try:
            return tuple(payload.answer_of(load.post(url, call)))
        except OSError:         # more calls at a time than this server takes
            return None
    with ThreadPoolExecutor(count) as pool:
        return set(filter(None, pool.map(ask, range(3 * count))))


def size_of(number):
    """Resident and proportional size of a process in MB; None where it has ended meanwhile."""
    try:
        text = Path("/proc/%d/smaps_rollup" % number).read_text()
    except OSError:
        return None
    found = dict(re.findall(r"(?m)^(Rss|Pss):\s+(\d+) kB", text))
    return int(found["Rss"]) * 1024 / 1e6, int(found["Pss"]) * 1024 / 1e6
