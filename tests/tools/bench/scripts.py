"""What is measured: CGI scripts that answer the same call, in a temporary folder.

bare   an interpreter started with `-IS` that writes a constant answer and ends by
       `_exit`: the least that any CGI script in Python can cost. It reads its input,
       because mod_cgid resets the connection of a script that ends with its body unread
print  the same answer as scripts are usually written: `-IS`, print, and the interpreter's own end
php    php-cgi without its configuration (-n), its extension xmlrpc alone loaded; where
       both are installed
ours   a copy of `cgi-bin/`, its shebang pointed at the measured interpreter and the
       package beside it compiled, as an install does; `lib/app.py` next to it, compiled too
stock  the standard library's recipe: CGIXMLRPCRequestHandler and register_instance

The folder can be read by any user (a web server's, too) and is removed at the end.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .payload import CALL
from .process import environment

ROOT = Path(__file__).resolve().parents[3]

BARE = """\
#!{python} -IS
import posix
while posix.read(0, 65536):
    pass
body = (b"<?xml version='1.0'?>\\n<methodResponse><params><param><value>"
        b"<string>example</string></value></param></params></methodResponse>\\n")
posix.write(1, b"Status: 200 OK\\r\\nContent-Type: text/xml\\r\\nContent-Length: %d\\r\\n\\r\\n%s"
            % (len(body), body))
posix._exit(0)
"""

PRINT = """\
#!{python} -IS
import sys
sys.stdin.read()
print("Status: 200 OK\\r\\nContent-Type: text/xml\\r\\n\\r\\n<?xml version='1.0'?>\\n"
      "<methodResponse><params><param><value>"
      "<string>example</string></value></param></params></methodResponse>")
"""

PHP = """\
#!{php} -ndextension=xmlrpc
<?php
function getName($method, $params, $data) {{ return 'example'; }}
$server = xmlrpc_server_create();
xmlrpc_server_register_method($server, 'app.getName', 'getName');
header('Content-Type: text/xml');
echo xmlrpc_server_call_method($server, file_get_contents('php://input'), null);
"""

APPLICATION = """\
class Application:

    def getName(self):
        return 'example'

    def add(self, a: int, b: int) -> int:
        return a + b

    def echo(self, value):
        return value

    def process(self):
        import os
        import sys
        import time
        time.sleep(0.05)        # so that several calls at a time go to several processes
        return [os.getpid(), sys.version.split()[0]]
"""

KEEP = """\
import sys
sys.path.insert(0, sys.argv[1])
from xmlrpcgi import startup
try:
    startup.keep()
    from xmlrpcgi.wire import scanner
    scanner.keep_expressions(sys.argv[1] + "/xmlrpcgi")
except AttributeError:
    pass
"""

STOCK = """\
#!{python}
from xmlrpc.server import CGIXMLRPCRequestHandler


{application}

class Root:
    app = Application()


handler = CGIXMLRPCRequestHandler()
handler.register_instance(Root(), allow_dotted_names=True)
handler.handle_request()
"""


class NotMeasured(Exception):
    """Something that a section needs is not there; the text says what."""


class Scripts:
    """The scripts in `folder`; `python` is the interpreter they start with.

    php is None where there is no PHP to measure; nothing (a command) does nothing at all.
    """

    def __init__(self, folder, python, source):
        self.folder, self.python = Path(folder), python
        self.cgi_bin, self.lib = self.folder / "cgi-bin", self.folder / "lib"
        self.bare, self.stock = self.folder / "bare.cgi", self.folder / "stock.cgi"
        self.print = self.folder / "print.cgi"
        self.ours = self.cgi_bin / "rpc.cgi"
        self._copy(Path(source))
        self.library(self.lib, 1)
        self.nothing = [python, "-IS", "-c", "pass"]
        self.php = self._php()
        self._write(self.bare, BARE.format(python=python))
        self._write(self.print, PRINT.format(python=python))
        self._write(self.stock, STOCK.format(python=python, application=APPLICATION))

    def _copy(self, source):
        if not (source / "rpc.cgi").is_file():
            raise NotMeasured("there is no rpc.cgi in %s" % source)
        shutil.copytree(source, self.cgi_bin, ignore=shutil.ignore_patterns("__pycache__"))
        first, rest = self.ours.read_text(encoding="utf-8").split("\n", 1)
        options = first.split()[1:]  # the shipped ones: what a user gets is what is measured
        self._write(self.ours, " ".join(["#!" + self.python, *options]) + "\n" + rest)
        self._compile(self.cgi_bin)
        # What an installation writes besides; an older program has none of it.
        subprocess.run([self.python, "-IS", "-c", KEEP, str(self.cgi_bin)], check=True)

    def _php(self):
        php = shutil.which("php-cgi")
        script = self.folder / "php.cgi"
        if php:
            self._write(script, PHP.format(php=php))
            body = self.folder / "php.xml"
            body.write_bytes(CALL)
            with open(body, "rb") as file:
                done = subprocess.run([str(script)], stdin=file, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, timeout=30,
                                      env=environment(len(CALL), script=script))
            if b"<string>example</string>" in done.stdout:
                return script
        return None

    def _compile(self, folder):
        command = [self.python, "-m", "compileall", "-q"]
        if self._version() >= (3, 7):
            command += ["--invalidation-mode", "checked-hash"]
        subprocess.run([*command, str(folder)], check=True)

    def _version(self):
        code = "import sys; print(*sys.version_info[:2])"
        return tuple(map(int, subprocess.check_output([self.python, "-c", code]).split()))

    @staticmethod
    def _write(path, text):
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def library(self, folder, files):
        """A `lib/` of so many files: app.py, which is called, and others that never are."""
        folder.mkdir()
        (folder / "app.py").write_text(APPLICATION)
        for number in range(1, files):
            (folder / ("part%04d.py" % number)).write_text(APPLICATION)
        self._compile(folder)
        return folder


@contextlib.contextmanager
def scripts(python, source=ROOT / "cgi-bin"):
    """The scripts in a folder that is there for the time of a `with`."""
    mask = os.umask(0o022)
    try:
        with tempfile.TemporaryDirectory(prefix="xmlrpcgi-bench-") as folder:
            os.chmod(folder, 0o755)  # mkdtemp gives 700; the web server's user must read it
            yield Scripts(folder, python, source)
    finally:
        os.umask(mask)
