"""lighttpd with rpc.cgi as a CGI script, in a temporary folder.

The configuration written here is the whole of one, and includes apache/lighttpd.conf, the file
users include; extra_conf is lines for the addresses in it.
"""

import functools
import os
import re
import shutil

from .base import APACHE, ServerError
from .process import Process, service_user

FOLDERS = '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'
CONFIGURATION = '''
%(user)s
server.bind = "%(host)s"
server.port = %(port)d
server.listen-backlog = 511
server.document-root = "%(temp)s/htdocs"
server.upload-dirs = ( "%(temp)s/tmp" )
server.modules = ( "mod_accesslog", "mod_setenv", "mod_auth", "mod_authn_file" )
setenv.add-environment = ( %(environment)s )
accesslog.filename = "%(log)s"
accesslog.format = "%(format)s"
var.xmlrpcgi = "%(root)s"
include "%(include)s"
'''


@functools.lru_cache(None)
def find():
    """The program's path, or None."""
    return shutil.which('lighttpd', path=os.pathsep.join((os.environ.get('PATH', ''), *FOLDERS)))


class Lighttpd(Process):
    kind = 'lighttpd'

    @classmethod
    def missing(cls, python=None):
        return None if find() else ('There is no lighttpd here: install it (Debian, Ubuntu: '
                                    '"apt-get install lighttpd").')

    def _launch(self, bundle, extra_conf):
        if bundle.aliases:
            raise ServerError('This lighttpd runs no other scripts.')
        os.makedirs(self._path('htdocs'), exist_ok=True)
        with open(os.path.join(APACHE, 'lighttpd.conf')) as file:
            text = file.read()
        before, line, after = text.partition('    cgi.execute-x-only')
        include = self._write('location.conf', before + extra_conf + '\n' + line + after)
        user, log = service_user(), self._write('rpc.log', '')
        if user:
            shutil.chown(log, *user)        # as that user lighttpd opens it
        self._write('lighttpd.conf', CONFIGURATION % {
            'user': 'server.username = "%s"\nserver.groupname = "%s"' % user if user else '',
            'host': self.host, 'port': self.port, 'temp': self.temp, 'include': include, 'log': log,
            'environment': '"XMLRPCGI_LIB" => "%s"' % bundle.lib if bundle.lib else '',
            'format': re.search('accesslog.format = "(.*)"', text).group(1),
            'root': os.path.dirname(bundle.cgi_bin)})
        self.process = self._popen([find(), '-D', '-f', self._path('lighttpd.conf')])
