"""Servers to run the script on: one abstraction, many embodiments, for `make run` and tests.

    with start('mod_cgid', lib='/my/lib') as server:
        requests.post(server.url + '/xmlrpc/', ...)
        print(server.log())

Kinds: 'embedded' (xmlrpcgi.serve, in this process), 'docker' (Apache in a container;
DOCKER=podman for podman), the machine's own Apache in a temporary folder with the CGI door,
'mod_cgid' and 'mod_cgi', and with resident processes, 'mod_fcgid', 'mod_wsgi' and 'passenger',
the WSGI servers 'gunicorn' and 'waitress', 'nginx' before rpc.fcgi --listen, and 'lighttpd' with
the CGI door.
Each is a class that takes a Bundle; base.py, log.py and process.py have what they share.
"""

from .apache import ModCgi, ModCgid, ModFcgid, ModWsgi
from .base import Bundle, PortTaken, Server, ServerError
from .container import Container
from .embedded import Embedded
from .lighttpd import Lighttpd
from .nginx import Nginx
from .passenger import Passenger
from .wsgi import Gunicorn, Waitress

KINDS = {kind.kind: kind for kind in (Embedded, ModCgid, ModCgi, Container, ModFcgid, ModWsgi,
                                      Passenger, Gunicorn, Waitress, Nginx, Lighttpd)}
CGI = 'embedded', 'mod_cgid', 'mod_cgi', 'docker', 'lighttpd'       # a process for each call
RESIDENT = tuple(kind for kind in KINDS if kind not in CGI)

__all__ = ['CGI', 'KINDS', 'RESIDENT', 'Bundle', 'Embedded', 'PortTaken', 'Server', 'ServerError',
           'available', 'start']


def available(kind, python=None):
    """None when a server of this kind can be started here, else a sentence that says why not.

    With `python`, whether it could serve the script with that interpreter.
    """
    return KINDS[kind].missing(python)


def start(kind, cgi_bin=None, lib=None, port=0, python=None, extra_conf='', aliases=None):
    """Start a server and wait until it answers.  Use it in a `with`, or call its stop().

    cgi_bin     folder of rpc.cgi; None: the checkout's.
    lib         folder of the application classes; None: the one beside cgi_bin.
    port        0: any free one.
    python      path of the interpreter to run the script with: a copy of cgi_bin is served
                whose first line names it.  (For 'docker' a path in the container.)
    extra_conf  more lines of Apache configuration, after ours, or of nginx' or lighttpd's for the
                addresses; other servers have none.
    aliases     more CGI scripts: {'/stock': '/path/stock.cgi'}.

    The server has `kind`, `url` ('http://127.0.0.1:PORT'), `port`, `notes` (sentences its user
    should know), `log()` and `access_log()`, texts so far.  Raises PortTaken or ServerError.
    """
    why = available(kind, python)
    if why:
        raise ServerError(why)
    return KINDS[kind](Bundle(cgi_bin, lib, python, aliases), port, extra_conf)
