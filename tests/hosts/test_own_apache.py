"""The commands for an Apache of one's own, from README.md and docs/, on Debian as it is installed.

The image has the packages already, so apt-get does here what it does besides: switch a module on.
sudo and systemctl are stand-ins, because everything is root's and no init system runs.
"""

import io
import os
import secrets
import subprocess
import tarfile

import pytest

from tests.documents import blocks, section
from tests.hosts.host import IMAGE, image, need_engine
from tests.tools.archives import dist
from tests.tools.servers.engine import command, engine

SECONDS = 120
ADDRESSES = 'xmlrpc', 'xmlrpc/', 'RPC2', 'cgi-bin/rpc.cgi'
AS_INSTALLED = '''set -e
rm -f /etc/apache2/sites-enabled/*
a2dismod -q -f cgid suexec userdir headers rewrite fcgid security2 unique_id
a2ensite -q 000-default
a2query -c serve-cgi-bin
printf '#!/bin/sh\\nexec "$@"\\n' > /usr/local/bin/sudo
cat > /usr/local/bin/systemctl <<'END'
#!/bin/sh
[ "$*" = 'restart apache2' ] || exit 1
pid=$(cat /run/apache2/apache2.pid 2>/dev/null) && kill -TERM "$pid"
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
apache2ctl start
END
cat > /usr/local/bin/apt-get <<'END'
#!/bin/sh
[ "$1" = install ] || exit 1
case $* in *libapache2-mod-fcgid*) a2enmod -q fcgid ;; esac
END
chmod +x /usr/local/bin/*
cat > /usr/lib/cgi-bin/mine.cgi <<'END'
#!/bin/sh
printf 'Content-Type: text/plain\\n\\nmine\\n'
END
chmod +x /usr/lib/cgi-bin/mine.cgi
'''


class Machine:
    """A container with Debian's Apache, not started, and the archive unpacked in /root/here."""

    def __init__(self):
        self.name = '%s-own-%d-%s' % (IMAGE, os.getpid(), secrets.token_hex(4))

    def __enter__(self):
        command('run', '-d', '--name', self.name, '--label', IMAGE, '--network', 'none', '--init',
                image(), 'sleep', '600')
        try:
            unpacked = io.BytesIO()
            with tarfile.open(fileobj=unpacked, mode='w') as tar:
                for name, mode, data in dist.entries():
                    info = tarfile.TarInfo('root/here/' + name.rstrip('/'))
                    info.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
                    info.mode, info.size = mode, len(data or b'')
                    tar.addfile(info, io.BytesIO(data or b''))
            command('cp', '-', self.name + ':/', data=unpacked.getvalue())
            self.sh(AS_INSTALLED)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        command('rm', '-f', '-v', self.name, check=False)

    def sh(self, script):
        """Run a shell script in the unpacked archive, as root; its output."""
        done = subprocess.run([engine(), 'exec', '-i', '-w', '/root/here', self.name, 'sh', '-e'],
                              input=script.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=SECONDS)
        text = done.stdout.decode('utf-8', 'replace')
        assert done.returncode == 0, text
        return text

    def sums(self):
        """What app.add answers at each address."""
        return [self.sh('python3 cgi-bin/xmlrpcgi call http://localhost/%s app.add 2 3' % address)
                for address in ADDRESSES]


@pytest.fixture
def machine():
    need_engine()
    with Machine() as running:
        yield running


def test_the_commands_of_the_readme_lead_to_an_answer_at_every_address(machine):
    commands, = blocks(section('README.md', 'On your own Apache'), 'sh')
    assert machine.sh(commands).endswith('\nexample\n')
    assert machine.sums() == ['5\n'] * len(ADDRESSES)


def test_scripts_in_cgi_bin_go_on_and_long_running_processes_take_over(machine):
    install, folder, keep = blocks(section('docs/own-apache.md', 'Debian and Ubuntu'), 'sh')
    assert 'All is well' in machine.sh(install)
    assert machine.sh(folder + '\nstat -c "%U %a" /var/lib/xmlrpcgi').endswith('www-data 700\n')
    machine.sh(keep)
    assert machine.sums() == ['5\n'] * len(ADDRESSES)
    fetch = "python3 -c 'import urllib.request as r; print(r.urlopen(\"http://localhost%s\").read())'"
    assert 'mine' in machine.sh(fetch % '/cgi-bin/mine.cgi')
    machine.sh('cd /etc/apache2/conf-available; a2disconf -q 00-xmlrpcgi serve-cgi-bin\n'
               'mv 00-xmlrpcgi.conf xmlrpcgi.conf; a2enconf -q xmlrpcgi')
    machine.sh(blocks(section('docs/own-apache.md', 'Byte-code'), 'sh')[0])
    machine.sh(blocks(section('docs/growing.md', 'FastCGI'), 'sh')[0])
    assert machine.sums() == ['5\n'] * len(ADDRESSES)
    assert '/srv/xmlrpcgi/cgi-bin/rpc.fcgi' in machine.sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
