"""Section `apache`, and the web server for `echo`: calls through a local Apache httpd.

The server is the throwaway one of tests.tools.servers, with mod_cgid. One connection
is kept open for each script, so a sample is a request and its answer and nothing
of TCP's beginning. Without an httpd the table says so.
"""

import contextlib
import http.client
import time
import urllib.parse

from . import process, table
from .payload import CALL
from .scripts import NotMeasured

KIND = "mod_cgid"
PHP = """\
<Location "/php">
    SetEnv REDIRECT_STATUS 200
</Location>
"""


@contextlib.contextmanager
def served(scripts):
    """A running httpd with the scripts; gives {name: Client}, without php where there is none."""
    try:
        from tests.tools.servers import available, start
    except ImportError as error:
        raise NotMeasured("tests.tools.servers cannot be imported: %s" % error) from error
    missing = available(KIND)
    if missing:
        raise NotMeasured(missing)
    others = [name for name in ("bare", "print", "php", "stock") if getattr(scripts, name)]
    aliases = {"/" + name: str(getattr(scripts, name)) for name in others}
    with start(KIND, cgi_bin=scripts.cgi_bin, lib=scripts.lib, port=0, python=scripts.python,
               aliases=aliases, extra_conf=PHP) as server:
        url = urllib.parse.urlsplit(server.url)
        clients = {name: Client(url.hostname, url.port, "/" + name) for name in others}
        clients["ours"] = Client(url.hostname, url.port, "/xmlrpc/")
        try:
            yield clients
        finally:
            for client in clients.values():
                client.connection.close()


class Client:
    """One connection that is kept, to one script."""

    def __init__(self, host, port, path):
        self.connection = http.client.HTTPConnection(host, port, timeout=300)
        self.path = path

    def post(self, body):
        """Gives (seconds, bytes of the answer)."""
        start = time.perf_counter()
        self.connection.request("POST", self.path, body, {"Content-Type": "text/xml"})
        response = self.connection.getresponse()
        answer = response.read()
        seconds = time.perf_counter() - start
        if response.status != 200:
            raise process.WrongAnswer("%s answered %d: %r"
                                      % (self.path, response.status, answer[:1000]))
        return seconds, answer

    def call(self):
        """One app.getName, checked; gives seconds."""
        seconds, answer = self.post(CALL)
        process.expect(answer, b"<string>example</string>", self.path)
        return seconds


def measure(scripts, rounds):
    with served(scripts) as clients:
        seconds = process.interleaved(
            {name: client.call for name, client in clients.items()}, rounds)
    times = {name: 1000 * value for name, value in seconds.items()}
    rows = [table.ratio("one call, keep-alive", "ms", times, "ours", "bare", "<= 1.12"),
            table.ratio("", "", times, "ours", "print"),
            table.ratio("", "", times, "stock", "ours", ">= 4.5")]
    if "php" in times:
        rows.append(table.ratio("", "", times, "ours", "php", "<= 1"))
    for row in rows[1:]:
        row.values = {}
    return rows
