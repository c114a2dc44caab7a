"""A password that the web server asks for: its configuration, and a line of the file of users."""

import base64
import hashlib
import re

from tests.conftest import TOP

FILE = '/etc/apache2/rpc.htpasswd'
MEMBERS = '''\
from xmlrpcgi import allow

class Application:
    def who(self, request):
        """Who calls."""
        return request.user

    @allow(user='ann')
    def hers(self):
        return 'hers'
'''


def lines_of(name, pattern):
    """The lines of a file in apache/ that match `pattern` behind a # (list of str)."""
    return re.findall('^ *# *(%s.*)$' % pattern, (TOP / 'apache' / name).read_text(), re.M)


# In place of rpc.conf's "Require all granted": once, for whatever door is in use.
LINES = lines_of('rpc.conf', '(?:Auth[A-Z]|Require (?!all))')
PASSWORD = '''
<Directory "${XMLRPCGI_ROOT}/cgi-bin">
    <FilesMatch "^rpc\\.(cgi|fcgi|wsgi)$">
        %s
    </FilesMatch>
</Directory>
''' % '\n        '.join(LINES).replace(FILE, '"%s"')
PASSWORD_OF_A_SITE = '''
<Location "/">
    AuthType Basic
    AuthName "XML-RPC"
    AuthUserFile "%s"
    Require valid-user
</Location>
'''


def lines_for(kind, file):
    """The configuration that asks for a password of `file`."""
    if kind == 'passenger':
        return PASSWORD_OF_A_SITE % file
    if kind == 'nginx':         # as the file itself has them
        found = lines_of('nginx.conf', '(?:limit_except|auth_basic|fastcgi_param)')
        assert len(found) == 5
        found.insert(3, '}')
        return '\n'.join(found).replace('/etc/nginx/rpc.htpasswd', str(file))
    if kind == 'lighttpd':      # the same
        found = re.findall(r'^    #((?:    |)auth\..*|\$HTTP.*|\})$',
                           (TOP / 'apache' / 'lighttpd.conf').read_text(), re.M)
        assert len(found) == 5
        return '\n'.join(found).replace('/etc/lighttpd/rpc.htpasswd', str(file))
    return PASSWORD % file


def htpasswd_line(user, password):
    """A line of an .htpasswd file, as `htpasswd -s` writes it."""
    digest = base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()
    return '%s:{SHA}%s\n' % (user, digest)
