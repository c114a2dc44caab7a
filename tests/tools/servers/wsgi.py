"""WSGI servers of the tests' virtual environment: gunicorn, waitress."""

import functools
import os
import subprocess
import sys

from .base import TOP, ServerError
from .process import Process, others_may, service_user

INTERPRETERS = sys.executable, os.path.join(TOP, '.venv', 'bin', 'python')
PROCESSES = 4
# As the LogFormat of apache/rpc.conf.
ACCESS_LOG = ('%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(B)s method=%({x-rpc-method}o)s '
              'fault=%({x-rpc-fault}o)s script_us=%({x-rpc-time-us}o)s total_us=%(D)s')


@functools.lru_cache(None)
def find(package):
    """(interpreter that has it, whether any user may run it), or None."""
    for interpreter in INTERPRETERS:
        if os.path.exists(interpreter):
            done = subprocess.run(
                [interpreter, '-c', 'import os, %s as it; print(it.__file__); print(os.__file__)'
                 % package], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                universal_newlines=True)
            if done.returncode == 0:
                return interpreter, all(map(others_may, done.stdout.splitlines()))
    return None


class Wsgi(Process):
    """Base: one that takes the name of a module, and its classes' folder from XMLRPCGI_LIB."""

    @classmethod
    def missing(cls, python=None):
        if python:
            return '%s runs with the interpreter of the tests.' % cls.kind
        if find(cls.kind) is None:
            return ('There is no %s here: the virtual environment of the tests has it (make test).'
                    % cls.kind)
        return None

    def _launch(self, bundle, extra_conf):
        if bundle.aliases:
            raise ServerError('%s runs no CGI scripts.' % self.kind)
        variables = {'XMLRPCGI_LIB': bundle.lib} if bundle.lib else {}
        self.process = self._popen(
            [find(self.kind)[0], '-m', self.kind, *self._words()],
            # gunicorn puts a socket of its own into the user's home.
            variables={**variables, 'PYTHONPATH': bundle.cgi_bin, 'HOME': self.temp,
                       'PYTHONDONTWRITEBYTECODE': '1'})

    def _words(self):
        raise NotImplementedError


class Gunicorn(Wsgi):
    kind = 'gunicorn'

    def _words(self):
        user = service_user() if find('gunicorn')[1] else None
        return ['--bind', '%s:%d' % (self.host, self.port), '--workers', str(PROCESSES),
                # One call at a time in a process, as the default, but connections may be kept.
                '--worker-class', 'gthread', '--threads', '1',
                '--timeout', '60', '--graceful-timeout', '5', '--worker-tmp-dir', self.temp,
                *(('--user', user[0], '--group', user[1]) if user else ()),
                '--error-logfile', '-', '--access-logfile', self._path('rpc.log'),
                '--access-logformat', ACCESS_LOG, 'xmlrpcgi.wsgi:application']


class Waitress(Wsgi):
    kind = 'waitress'

    def _words(self):
        return ['--listen', '%s:%d' % (self.host, self.port), '--threads', str(PROCESSES),
                'xmlrpcgi.wsgi:application']
