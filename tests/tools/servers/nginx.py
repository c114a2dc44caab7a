"""nginx, with rpc.fcgi --listen behind it, both in a temporary folder.

The configuration written here is the whole of one, and includes apache/nginx.conf, the file
users include; extra_conf is lines for the location in it.
"""

import functools
import os
import shutil
import time

from .base import APACHE, START_SECONDS, ServerError
from .process import Process, end, service_user

PROCESSES = 4
FOLDERS = '/usr/sbin', '/usr/local/sbin', '/usr/local/nginx/sbin', '/opt/homebrew/bin'
CONFIGURATION = '''
%(user)s
daemon off;
worker_processes 1;
pid %(temp)s/nginx.pid;
error_log stderr warn;
events {
    worker_connections 1024;
}
http {
    %(paths)s
    log_format xmlrpc '$remote_addr - $remote_user [$time_local] "$request" $status '
                      '$body_bytes_sent method=$sent_http_x_rpc_method '
                      'fault=$sent_http_x_rpc_fault script_us=$sent_http_x_rpc_time_us';
    access_log %(temp)s/rpc.log xmlrpc;
    upstream xmlrpcgi {
        server unix:%(temp)s/fcgi/rpc.sock max_fails=0;
    }
    server {
        listen %(host)s:%(port)d backlog=511;
        root %(temp)s/htdocs;
        include %(include)s;
    }
}
'''
TEMPORARY = 'client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'


@functools.lru_cache(None)
def find():
    """The program's path, or None."""
    return shutil.which('nginx', path=os.pathsep.join((os.environ.get('PATH', ''), *FOLDERS)))


class Nginx(Process):
    kind = 'nginx'
    manager = None              # the process of rpc.fcgi --listen

    @classmethod
    def missing(cls, python=None):
        return None if find() else ('There is no nginx here: install it (Debian, Ubuntu: '
                                    '"apt-get install nginx-light").')

    def _launch(self, bundle, extra_conf):
        if bundle.aliases:
            raise ServerError('nginx runs no CGI scripts.')
        user = service_user()
        for folder in 'htdocs', 'fcgi':
            os.makedirs(self._path(folder), exist_ok=True)
        if user:
            shutil.chown(self._path('fcgi'), *user)
        self._start_processes(bundle)
        with open(os.path.join(APACHE, 'nginx.conf')) as file:
            before, location, after = file.read().partition('location ~ ')
        line, brace, after = after.partition('{\n')
        include = self._write('location.conf', ''.join(
            [before, location, line, brace, extra_conf, '\n', after]))
        self._write('nginx.conf', CONFIGURATION % {
            'user': 'user %s %s;' % user if user else '', 'temp': self.temp, 'include': include,
            'paths': ' '.join('%s_temp_path %s/%s;' % (name, self.temp, name)
                              for name in TEMPORARY),
            'host': self.host, 'port': self.port})
        self.process = self._popen([find(), '-p', self.temp, '-e', 'stderr',
                                    '-c', self._path('nginx.conf')])

    def _start_processes(self, bundle):
        socket = self._path('fcgi/rpc.sock')
        self.manager = self._popen(
            [os.path.join(bundle.cgi_bin, 'rpc.fcgi'), '--listen', socket,
             '--processes', str(PROCESSES)], user=service_user(),
            variables={'XMLRPCGI_LIB': bundle.lib} if bundle.lib else {})
        deadline = time.monotonic() + START_SECONDS
        while not os.path.exists(socket):
            if self.manager.poll() is not None or time.monotonic() > deadline:
                raise self.failed('rpc.fcgi --listen did not start')
            time.sleep(0.02)

    def _end(self):
        super()._end()
        if self.manager:
            end(self.manager)
            self.manager = None
