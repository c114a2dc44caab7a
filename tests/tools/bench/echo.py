"""Section `echo`: large bodies there and back, decode and encode and all between.

Time through Apache and peak memory as a process, ours beside stock; then ours
alone from 1 MB to just under the body limit of 16 MiB. Growth is linear when a
body of twice the size costs no more for each MB than the one before it (with
quadratic growth the ratio would be near 2; start-up only makes it smaller).
"""

from . import apache, payload, process, table
from .call import peak_of
from .scripts import NotMeasured

# Size in MB, rounds, the column that ours is compared with, goals of time and of memory.
ECHOES = ((0.1, 30, "bare", "<= 1.7", ""), (1, 7, "stock", "<= 0.4", "<= 1"),
          (10, 3, "stock", "<= 0.5", "<= 0.66"))
GROWTH = (1, 2, 4, 8, 15.5)


def measure(scripts, rounds):
    data = {}
    for size in sorted({*GROWTH, *(echo[0] for echo in ECHOES)}):
        value = payload.values(size * payload.MB)
        path = scripts.folder / ("echo%s.xml" % size)
        path.write_bytes(payload.call(value))
        data[size] = value, path
    return [*through_apache(scripts, data, rounds), *memory(scripts, data), *growth(
        scripts, data, rounds)]


def through_apache(scripts, data, rounds):
    rows = []
    try:
        with apache.served(scripts) as clients:
            for size, most, other, goal, _ in ECHOES:
                value, path = data[size]
                body = path.read_bytes()
                for name in ("ours", "stock"):
                    clients[name].connection.close()
                    check(clients[name].post(body)[1], value, name)
                seconds = process.interleaved(
                    {name: once(clients[name], body)
                     for name in {"ours", "stock", "print", other}},
                    min(most, rounds), warm_up=0)
                times = {name: 1000 * median for name, median in seconds.items()}
                rows.append(table.ratio("%g MB through Apache" % size, "ms", times,
                                        "ours", other, goal))
                if other == "bare":
                    rows.append(table.ratio("", "", times, "ours", "print"))
                    rows[-1].values = {}
    except NotMeasured as error:
        rows.append(table.Row("through Apache", note="not measured: %s" % error))
    return rows


def once(client, body):
    """A function that sends one body on a connection of its own, and gives seconds.

    One that is kept would be closed by the server while the other's turn lasts.
    """
    def one():
        client.connection.close()
        seconds, answer = client.post(body)
        process.expect(answer[-60:], b"</methodResponse>", client.path)
        return seconds
    return one


def memory(scripts, data):
    rows = []
    for size, _, _, _, goal in ECHOES:
        path = data[size][1]
        peaks = {name: peak_of(scripts, getattr(scripts, name), path,
                               b"Customer number", times=1) / 1e6
                 for name in ("ours", "stock")}
        rows.append(table.ratio("%g MB, peak memory" % size, "MB", peaks, "ours", "stock", goal))
    return rows


def growth(scripts, data, rounds):
    def grown(size):
        value, path = data[size]
        variables = process.environment(path.stat().st_size)

        def one():
            seconds, answer = process.run(scripts.ours, path, variables)
            process.expect(answer[-60:], b"</methodResponse>", "ours")
            return seconds
        check(process.run(scripts.ours, path, variables)[1].partition(b"\r\n\r\n")[2],
              value, "ours")
        return one
    with process.pinned():
        seconds = process.interleaved({size: grown(size) for size in GROWTH},
                                      min(3, rounds), warm_up=0)
    each = {size: 1000 * seconds[size] / (data[size][1].stat().st_size / 1e6) for size in GROWTH}
    rows = [table.Row("%g MB as a process" % GROWTH[0], "ms/MB", {"ours": each[GROWTH[0]]})]
    for former, size in zip(GROWTH, GROWTH[1:]):
        rows.append(table.Row("%g MB as a process" % size, "ms/MB", {"ours": each[size]},
                              "to %g MB" % former, each[size] / each[former], "<= 1.15"))
    return rows


def check(answer, value, who):
    """The echoed value must be the value; read by xmlrpc.client."""
    try:
        same = payload.answer_of(answer) == value
    except Exception as error:
        raise process.WrongAnswer("%s: %s in %r" % (who, error, answer[:500])) from error
    if not same:
        raise process.WrongAnswer("%s echoed other values than it was sent" % who)
