"""The stock peers of the doors: the standard library's dispatcher behind the same modules.

mod_wsgi   a WSGI application of a few lines round SimpleXMLRPCDispatcher, in a group of
           processes with the options of ours, and in one with mod_wsgi's defaults; beside it
           one that gives a constant answer, the most that mod_wsgi can give to any
mod_fcgid  the same application behind flup, what there is for FastCGI in Python, with the
           options of ours: its server with threads, one of which has work (mod_fcgid sends a
           process one call at a time), and that with a single thread
alone      SimpleXMLRPCServer

All have the class that is in our lib/.
"""

import contextlib
import re
import shutil
import subprocess
import sys
from xmlrpc.client import dumps

from .scripts import APPLICATION, ROOT, NotMeasured

FLUP = "flup6==1.1.1"       # the flup that runs under Python 3
STOCK_WSGI = "mod_wsgi, stock"
SINGLE_FLUP, FLUP_NAME = "mod_fcgid, flup, one thread", "mod_fcgid, flup, threads"

DISPATCHER = """\
from xmlrpc.server import SimpleXMLRPCDispatcher


{application}

class Root:
    app = Application()


dispatcher = SimpleXMLRPCDispatcher()
dispatcher.register_instance(Root(), allow_dotted_names=True)


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    answer = dispatcher._marshaled_dispatch(body)
    start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(answer)))])
    return [answer]
"""

CONSTANT = """\
BODY = {body!r}


def application(environ, start_response):
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(BODY)))])
    return [BODY]
"""

FCGI = """\
#!{python}
import sys
sys.path.insert(0, {flup!r})
{dispatcher}

from flup.server.fcgi import WSGIServer
WSGIServer(application).run()
"""

# flup's own class for a single thread calls has_key, which Python 3 has not; this is all it does.
SINGLE = """\
#!{python}
import sys
sys.path.insert(0, {flup!r})
{dispatcher}

from flup.server.fcgi_base import BaseFCGIServer
from flup.server.singleserver import SingleServer


class Server(BaseFCGIServer, SingleServer):

    def __init__(self, application):
        BaseFCGIServer.__init__(self, application, multithreaded=False, multiprocess=False)
        SingleServer.__init__(self, jobClass=self._connectionClass, jobArgs=(self,))

    def run(self):
        listener = self._setupSocket()
        SingleServer.run(self, listener)
        self._cleanupSocket(listener)


Server(application).run()
"""

ALONE = """\
from xmlrpc.server import SimpleXMLRPCServer


{application}

class Root:
    app = Application()


server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
server.register_instance(Root(), allow_dotted_names=True)
print(server.server_address[1], flush=True)
server.serve_forever()
"""

GROUP = "WSGIProcessGroup %s\n    WSGIApplicationGroup %%{GLOBAL}"
DEFAULT = "stock, 1 x 15 threads"       # what WSGIDaemonProcess without options makes

PLACE = """\
Alias "{url}" "{script}"
<Location "{url}">
    SetHandler {handler}
    SetEnv ap_trust_cgilike_cl 1
    {more}
</Location>
<Directory "{folder}">
    Options ExecCGI
    Require all granted
</Directory>
"""


def folder_of(scripts):
    folder = scripts.folder / "peers"
    folder.mkdir(exist_ok=True)
    return folder


def write(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def dispatcher():
    return DISPATCHER.format(application=APPLICATION)


def place(url, script, handler, more=""):
    return PLACE.format(url=url, script=script, handler=handler, more=more, folder=script.parent)


def directive(name, configuration):
    """The last `name` line of a configuration of ours, continued lines joined, without the name."""
    text = (ROOT / "apache" / configuration).read_text(encoding="utf-8").replace("\\\n", " ")
    return " ".join(re.findall(r"(?m)^\s*%s\s+(\S.*)$" % name, text)[-1].split())


def wsgi(scripts):
    """{name: path of the URL}, and the configuration of the peers under mod_wsgi."""
    script = write(folder_of(scripts) / "stock.wsgi", dispatcher())
    constant = write(folder_of(scripts) / "bare.wsgi", CONSTANT.format(
        body=dumps(("example",), methodresponse=True).encode()))
    ours = directive("WSGIDaemonProcess", "wsgi.conf").split(" ", 1)[1]
    ours = ours.replace("display-name=%{GROUP}", "")
    paths, lines = {}, []
    for name, group, options, file in (("stock", "stock", ours, script),
                                       (DEFAULT, "default", "", script),
                                       ("bare", "bare", ours, constant)):
        paths["mod_wsgi, " + name] = "/" + group
        lines += ["WSGIDaemonProcess %s %s" % (group, options),
                  place("/" + group, file, "wsgi-script", GROUP % group)]
    return paths, "\n".join(lines)


def fcgid(scripts):
    """{name: path of the URL}, and the configuration of the peers under mod_fcgid."""
    modules = folder_of(scripts) / "flup"       # a copy, which the web server's user may read
    shutil.copytree(flup() / "flup", modules / "flup")
    options = directive("FcgidCmdOptions", "fcgid.conf").split(" ", 1)[1]
    paths, lines = {}, []
    for name, place_, source in ((SINGLE_FLUP, "single", SINGLE), (FLUP_NAME, "threads", FCGI)):
        script = write(folder_of(scripts) / (place_ + ".fcgi"), source.format(
            python=scripts.python, flup=str(modules), dispatcher=dispatcher()))
        paths[name] = "/" + place_
        lines += [place("/" + place_, script, "fcgid-script"),
                  'FcgidCmdOptions "%s" %s' % (script, options)]
    return paths, "\n".join(lines)


def flup():
    """The folder that flup is in, fetched when it is not there; raises NotMeasured."""
    folder = ROOT / ".venv" / "bench"
    if not (folder / "flup" / "server" / "fcgi.py").is_file():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps",
                   "--disable-pip-version-check", "--target", str(folder), FLUP]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        if done.returncode:
            raise NotMeasured("flup cannot be had: " + done.stdout.strip().split("\n")[-1])
    return folder


@contextlib.contextmanager
def alone(scripts):
    """A running SimpleXMLRPCServer; gives its URL."""
    script = write(folder_of(scripts) / "alone.py", ALONE.format(application=APPLICATION))
    server = subprocess.Popen([scripts.python, str(script)], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    with server:
        try:
            yield "http://127.0.0.1:%d/RPC2" % int(server.stdout.readline())
        finally:
            server.terminate()
