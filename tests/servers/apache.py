"""The machine's own Apache 2.4, as a throwaway server in a temporary folder.

A small file of Defines is written which includes apache/httpd.conf, and that includes
apache/rpc.conf, the file users include.  Nothing of the machine's own configuration is read.
Started by root, Apache's children run as www-data (or the like): what that user may not read
is served from a copy.
"""

import functools
import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from .base import APACHE, PortTaken, Server

PROGRAMS = ('apache2', 'httpd', 'httpd2')
PROGRAM_FOLDERS = ('/usr/sbin', '/usr/local/sbin', '/usr/local/apache2/bin',
                   '/opt/homebrew/bin', '/usr/local/bin', '/opt/local/sbin')
MODULE_FOLDERS = ('/usr/lib/apache2/modules', '/usr/lib64/httpd/modules',
                  '/usr/lib/httpd/modules', '/etc/httpd/modules', '/usr/lib64/apache2',
                  '/usr/local/apache2/modules', '/usr/libexec/apache2',
                  '/usr/local/libexec/apache24', '/opt/homebrew/lib/httpd/modules')
USERS = ('www-data', 'apache', 'http', 'wwwrun', '_www', 'daemon', 'nobody')
STOP_SECONDS = 10


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


def others_may(path):
    """Whether any user may reach this path: each folder above it lets others pass."""
    path = os.path.realpath(path)
    while path != os.path.dirname(path):
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & 0o001:
            return False
    return True


def others_may_read(folder):
    """Whether any user may read all of a folder."""
    return others_may(os.path.join(folder, '.')) and all(
        os.stat(path).st_mode & 0o005 == 0o005 and
        all(os.stat(os.path.join(path, name)).st_mode & 0o004 for name in files
            if os.path.exists(os.path.join(path, name)))
        for path, _, files in os.walk(folder))


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


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


class Apache(Server):
    """Base of the two kinds.  `process` is the httpd that we started."""

    needs = ()
    prefork = False

    @classmethod
    def missing(cls, python=None):
        if find() is None:
            return ('There is no Apache 2.4 here: install apache2 (Debian, Ubuntu: '
                    '"apt-get install apache2-bin"; Fedora, RHEL: "dnf install httpd").')
        lacking = [name for name in cls.needs
                   if not os.path.exists(os.path.join(find()[1], name + '.so'))]
        if lacking:
            return 'The Apache here (%s) lacks %s.' % (find()[0], ', '.join(lacking))
        if python and os.geteuid() == 0 and not others_may(python):
            return ("%s cannot be tried with this machine's Apache: its user may not enter the "
                    'folder. Use an interpreter that every user can run.' % python)
        return None

    def __init__(self, bundle, port, extra_conf=''):
        self.process, self.notes = None, []
        base = tempfile.gettempdir()
        if os.geteuid() == 0 and not others_may(os.path.join(base, '.')):
            base = '/tmp'
        self.temp = tempfile.mkdtemp(prefix='xmlrpcgi-', dir=base)
        try:
            os.chmod(self.temp, 0o755)
            os.mkdir(self._path('htdocs'), 0o755)
            self._prepare(bundle)
            for attempt in range(5):
                try:
                    return self._start(bundle, port or free_port(), extra_conf)
                except PortTaken:
                    self._end()
                    if port or attempt == 4:
                        raise
        except BaseException:
            self.stop()
            raise

    def _prepare(self, bundle):
        root = os.geteuid() == 0
        if (bundle.python or os.path.basename(bundle.cgi_bin) != 'cgi-bin'
                or root and not others_may_read(bundle.cgi_bin)):
            bundle.copy_cgi_bin(self.temp)
        if root and bundle.lib and not others_may_read(bundle.lib):
            self.notes.append('%s is served from a copy, because Apache\'s user may not read it: '
                              'start again after a change.' % bundle.lib)
            bundle.copy_lib(self.temp)
        # Apache's user may not write there: uncompiled, each call would compile anew.
        interpreter = bundle.interpreter()
        if interpreter and os.access(interpreter, os.X_OK):
            subprocess.run([interpreter, '-m', 'compileall', '-q', bundle.cgi_bin],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _start(self, bundle, port, extra_conf):
        program, modules = find()
        self.port = port
        defines = {'ROOT': os.path.dirname(bundle.cgi_bin), 'RUN': self.temp, 'CONF': APACHE,
                   'MODULES': modules, 'LISTEN': '%s:%d' % (self.host, port),
                   'ERROR_LOG': self._path('error.log'), 'LOG': self._path('rpc.log')}
        if bundle.lib:
            defines['LIB'] = bundle.lib
        if self.prefork:
            defines['PREFORK'] = 'yes'
        if os.geteuid() == 0:
            user = next(pwd.getpwnam(name) for name in USERS
                        if any(name == entry.pw_name for entry in pwd.getpwall()))
            defines['USER'] = user.pw_name
            defines['GROUP'] = grp.getgrgid(user.pw_gid).gr_name
        with open(self._path('main.conf'), 'w') as file:
            file.write(configuration(defines, os.path.join(APACHE, 'httpd.conf'),
                                     bundle.aliases, extra_conf))
        with open(self._path('error.log'), 'wb') as log:
            # A session of its own: Ctrl-C in the terminal is for us, who then stop it.
            self.process = subprocess.Popen(
                [program, '-f', self._path('main.conf'), '-DFOREGROUND'], cwd=self.temp,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.wait_until_it_answers(lambda: self.process.poll() is not None)

    def _path(self, name):
        return os.path.join(self.temp, name)

    def _read(self, name):
        try:
            with open(self._path(name), encoding='utf-8', errors='replace') as file:
                return file.read()
        except OSError:
            return ''

    def log(self):
        return self._read('error.log') if self.temp else ''

    def access_log(self):
        return self._read('rpc.log') if self.temp else ''

    def _end(self):
        if self.process:
            group = self.process.pid
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            try:
                os.killpg(group, signal.SIGKILL)    # scripts that still ran
            except (ProcessLookupError, PermissionError):
                pass
            self.process = None

    def stop(self):
        self._end()
        if self.temp:
            shutil.rmtree(self.temp, ignore_errors=True)
            self.temp = None


class ModCgid(Apache):
    kind = 'mod_cgid'
    needs = ('mod_cgid',)


class ModCgi(Apache):
    kind = 'mod_cgi'
    needs = ('mod_cgi',)
    prefork = True
