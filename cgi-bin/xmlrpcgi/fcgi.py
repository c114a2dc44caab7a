"""xmlrpcgi as a FastCGI program: `main`, which rpc.fcgi calls.

mod_fcgid starts as many processes as it needs, each with a listening socket as descriptor 0;
`rpc.fcgi --listen` starts processes for other web servers (see resident/listen.py). A web server
that runs rpc.fcgi as a CGI script gets the response of a CGI script.
"""

import sys

from . import cgi


def main(lib):
    """Serve the classes in `lib` (str, as for cgi.main), by FastCGI or as a CGI script."""
    if cgi.is_import():
        return cgi.provide(lib)
    try:
        return _run(lib)
    except Exception as error:
        return cgi.cannot_start(error)


def _run(lib):
    if sys.version_info < (3, 6):
        raise RuntimeError('Python 3.6 or newer must run it: change line 1 of rpc.fcgi')
    import os
    if 'REQUEST_METHOD' in os.environ:          # run as a CGI script
        return cgi.run(lib)
    cgi.load_startup()
    from .resident import standard
    from .resident.worker import Worker, inherited, is_own
    standard.take()
    listener = inherited()
    if listener is None and '--listen' not in sys.argv[1:2]:
        from .cli.usage import explain_fcgi
        return explain_fcgi(sys.argv[0])
    del sys.path[0]
    lib = os.path.abspath(cgi.lib_folder(os.environ.get('XMLRPCGI_LIB') or lib))
    package = sys.modules[__package__]
    package.__path__ = list(map(os.path.abspath, package.__path__))     # a class may call os.chdir
    if listener is None:
        from .resident.listen import command
        sys.exit(command(sys.argv[2:], lib))
    return Worker(lib, listener, own=is_own(listener)).run()
