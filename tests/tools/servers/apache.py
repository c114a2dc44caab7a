"""The machine's own Apache 2.4, as a throwaway server in a temporary folder.

A small file of Defines is written which includes apache/httpd.conf, and that includes
apache/rpc.conf, the file users include.  Nothing of the machine's own configuration is read.
"""

import functools
import os
import re
import shutil
import subprocess

from .base import APACHE
from .process import Process, others_may, service_user

PROGRAMS = ('apache2', 'httpd', 'httpd2')
PROGRAM_FOLDERS = ('/usr/sbin', '/usr/local/sbin', '/usr/local/apache2/bin',
                   '/opt/homebrew/bin', '/usr/local/bin', '/opt/local/sbin')
MODULE_FOLDERS = ('/usr/lib/apache2/modules', '/usr/lib64/httpd/modules',
                  '/usr/lib/httpd/modules', '/etc/httpd/modules', '/usr/lib64/apache2',
                  '/usr/local/apache2/modules', '/usr/libexec/apache2',
                  '/usr/local/libexec/apache24', '/opt/homebrew/lib/httpd/modules')
PACKAGES = {'mod_fcgid': 'libapache2-mod-fcgid', 'mod_wsgi': 'libapache2-mod-wsgi-py3',
            'mod_passenger': 'libapache2-mod-passenger'}


@functools.lru_cache(None)
def find():
    """(program, folder of modules) of an Apache 2.4, or None."""
    path = os.environ.get('PATH', '') + os.pathsep + os.pathsep.join(PROGRAM_FOLDERS)
    for program in filter(None, (shutil.which(name, path=path) for name in PROGRAMS)):
        said = subprocess.run([program, '-V'], stdout=subprocess.PIPE, timeout=20,
                              stderr=subprocess.DEVNULL, universal_newlines=True).stdout
        if 'Apache/2.4' not in said:
            continue
        root = re.search('HTTPD_ROOT="(.*)"', said)
        beside = [os.path.join(root.group(1), 'modules')] if root else []
        for folder in beside + list(MODULE_FOLDERS):
            if os.path.exists(os.path.join(folder, 'mod_alias.so')):
                return program, folder
    return None


def configuration(defines, include, aliases, extra_conf):
    """The text of a main configuration file: Defines, the shared file, what else is served."""
    lines = ['Define XMLRPCGI_%s "%s"' % item for item in sorted(defines.items())]
    lines.append('Include "%s"' % include)
    for url, script in sorted(aliases.items()):
        lines += ['ScriptAlias "%s" "%s"' % (url, script),
                  '<Directory "%s">' % os.path.dirname(script),
                  '    Options ExecCGI FollowSymLinks', '    CGIPassAuth On',
                  '    SetEnv ap_trust_cgilike_cl 1',
                  '    <Files "%s">' % os.path.basename(script),
                  '        Require all granted', '    </Files>', '</Directory>']
    return '\n'.join(lines) + '\n' + extra_conf + '\n'


class Apache(Process):
    """Base of the kinds.

    needs: modules beside those that every Apache has.  defines: of apache/httpd.conf.
    """

    needs = ()
    defines = {}

    @classmethod
    def missing(cls, python=None):
        if find() is None:
            return ('There is no Apache 2.4 here: install apache2 (Debian, Ubuntu: '
                    '"apt-get install apache2-bin"; Fedora, RHEL: "dnf install httpd").')
        lacking = [name for name in cls.needs
                   if not os.path.exists(os.path.join(find()[1], name + '.so'))]
        if lacking:
            return 'The Apache here (%s) lacks %s%s.' % (
                find()[0], ', '.join(lacking),
                ''.join(' (Debian: %s)' % PACKAGES[name] for name in lacking if name in PACKAGES))
        if python and os.geteuid() == 0 and not others_may(python):
            return ("%s cannot be tried with this machine's Apache: its user may not enter the "
                    'folder. Use an interpreter that every user can run.' % python)
        return None

    def _prepare(self, bundle):
        os.mkdir(self._path('htdocs'), 0o755)
        super()._prepare(bundle)

    def _launch(self, bundle, extra_conf):
        program, modules = find()
        defines = {'ROOT': os.path.dirname(bundle.cgi_bin), 'RUN': self.temp, 'CONF': APACHE,
                   'MODULES': modules, 'LISTEN': '%s:%d' % (self.host, self.port),
                   'ERROR_LOG': self._path('error.log'), 'LOG': self._path('rpc.log'),
                   **self.defines}
        if bundle.lib:
            defines['LIB'] = bundle.lib
        if service_user():
            defines['USER'], defines['GROUP'] = service_user()
        main = self._write('main.conf', configuration(
            defines, os.path.join(APACHE, 'httpd.conf'), bundle.aliases,
            self._more(bundle) + extra_conf))
        self.process = self._popen([program, '-f', main, '-DFOREGROUND'])

    def _more(self, bundle):
        """More lines of configuration, of this kind."""
        return ''


class ModCgid(Apache):
    kind = 'mod_cgid'
    needs = ('mod_cgid',)


class ModCgi(Apache):
    kind = 'mod_cgi'
    needs = ('mod_cgi',)
    defines = {'PREFORK': 'yes'}


class ModFcgid(Apache):
    kind = 'mod_fcgid'
    needs = ('mod_fcgid', 'mod_cgid')
    defines = {'DOOR_FCGID': 'yes'}


class ModWsgi(Apache):
    kind = 'mod_wsgi'
    needs = ('mod_wsgi', 'mod_cgid')
    defines = {'DOOR_WSGI': 'yes', 'PROCESSES': '4'}

    @classmethod
    def missing(cls, python=None):
        return 'mod_wsgi has an interpreter of its own.' if python else super().missing()
