"""What all servers share: the bundle they serve, waiting for the first answer, the errors."""

import glob
import http.client
import os
import re
import shutil
import time

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..', '..'))
APACHE = os.path.join(TOP, 'apache')
START_SECONDS = 30


class ServerError(Exception):
    """A server cannot be had or did not start.  Its text says why, with the error log."""


class PortTaken(ServerError):
    """Somebody else listens on the port."""


class Bundle:
    """What is served: a cgi-bin folder, a lib folder, an interpreter, further scripts."""

    def __init__(self, cgi_bin=None, lib=None, python=None, aliases=None):
        self.cgi_bin = os.path.abspath(cgi_bin or os.path.join(TOP, 'cgi-bin'))
        beside = os.path.join(os.path.dirname(self.cgi_bin), 'lib')
        self.lib = os.path.abspath(lib) if lib else beside if os.path.isdir(beside) else None
        self.python = python
        self.aliases = {url: os.path.abspath(path) for url, path in (aliases or {}).items()}
        for path in [self.script] + list(self.aliases.values()):
            if not os.path.isfile(path):
                raise ServerError('There is no script %s to serve.' % path)
        if lib and not os.path.isdir(self.lib):
            raise ServerError('There is no folder %s to serve as lib (LIB=).' % lib)

    @property
    def script(self):
        return os.path.join(self.cgi_bin, 'rpc.cgi')

    def interpreter(self):
        """The path in the script's first line."""
        with open(self.script, 'rb') as file:
            match = re.match(br'#!\s*(\S+)', file.readline())
        return os.fsdecode(match.group(1)) if match else None

    def copy_cgi_bin(self, folder):
        """Serve a copy, in `folder`, that everybody may read, run by `python` if one is set."""
        target = os.path.join(folder, 'cgi-bin')
        shutil.copytree(self.cgi_bin, target, ignore=shutil.ignore_patterns('__pycache__'))
        self.cgi_bin = target
        for script in glob.glob(os.path.join(target, 'rpc.*cgi')) if self.python else ():
            with open(script, 'rb') as file:
                text = file.read()
            with open(script, 'wb') as file:
                file.write(re.sub(br'\A#!\s*\S+', self._first_line, text))
        for_all(target)

    def _first_line(self, _):
        return b'#!' + os.fsencode(self.python)

    def copy_lib(self, folder):
        target = os.path.join(folder, 'lib')
        shutil.copytree(self.lib, target, ignore=shutil.ignore_patterns('__pycache__'))
        self.lib = target
        for_all(target)


def for_all(folder):
    """chmod -R a+rX"""
    for path, _, files in os.walk(folder):
        os.chmod(path, os.stat(path).st_mode | 0o555)
        for name in files:
            name = os.path.join(path, name)
            mode = os.stat(name).st_mode
            os.chmod(name, mode | (0o555 if mode & 0o100 else 0o444))


class Server:
    """Base class.  A kind starts itself in __init__ and ends in stop(), which may be repeated."""

    kind = None
    host = '127.0.0.1'
    port = None
    notes = ()

    @classmethod
    def missing(cls, python=None):
        return None

    @property
    def url(self):
        return 'http://%s:%d' % (self.host, self.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def failed(self, why):
        """The exception to raise when the server did not come up."""
        text = '%s: %s\n%s' % (self.kind, why, self.log())
        taken = re.search('address already in use|could not bind|port is already allocated',
                          text, re.I)
        return (PortTaken if taken else ServerError)(text)

    def wait_until_it_answers(self, ended):
        """Ask until any answer comes.  `ended()`: true when the server's process is gone."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            if ended():
                raise self.failed('the server ended at once')
            connection = http.client.HTTPConnection(self.host, self.port, timeout=2)
            try:
                connection.request('HEAD', '/')
                connection.getresponse().read()
                return
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise self.failed('no answer within %d seconds' % START_SECONDS) from None
                time.sleep(0.02)
            finally:
                connection.close()
