"""Over ssh: the program is sent to the host, and the command is run there by it.

Needs `ssh` here, and there a shell, tar and a Python. Only what the command
makes stays there. The program goes as an archive through the standard input of the one connection;
the script that unpacks and starts it is remote.sh.
"""

import io
import os
import re
import shlex
import subprocess
import tarfile

from ..client.errors import InstallError
from . import bundle


def deploy(place, words, python=None):
    """Run the command `words` (list of str) on `place`, like me@example.org:folder.

    The folder is where relative paths begin, the home folder by default. python (str or None):
    the interpreter on the host. Returns the exit status; raises InstallError.
    """
    host, colon, folder = place.partition(':')
    if not colon or not re.match(r'[\w.@+-]+$', host) or host[0] == '-':
        raise InstallError('%s is not a host to deploy to: write USER@HOST: or USER@HOST:FOLDER.'
                           % place)
    script = bundle.text(os.path.join(bundle.PACKAGE, 'install', 'remote.sh')).decode('utf-8')
    command = ['sh', '-c', script, 'sh', folder, python or 'python3', host] + words
    try:
        return subprocess.run(['ssh', '--', host,         # noqa: S607  the user's own ssh
                               ' '.join(map(shlex.quote, command))],
                              input=archive()).returncode
    except FileNotFoundError:
        raise InstallError('There is no ssh here: upload the archive of `make dist` instead, as '
                           'INSTALL.txt in it says.') from None


def archive():
    """Return the bytes of a tar.gz with what install needs."""
    out = io.BytesIO()
    files = {'cgi-bin/xmlrpcgi/' + name: data
             for name, data in bundle.program(bundle.PACKAGE).items()}
    for form, data in bundle.cgi_scripts(bundle.CGI_BIN).items():
        files['cgi-bin/' + ('rpc.cgi' if form == 'python' else 'rpc-sh.cgi')] = data
    for name, data in bundle.long_running(bundle.CGI_BIN).items():
        files['cgi-bin/' + name] = data
    for name, data in bundle.example(os.path.join(os.path.dirname(bundle.CGI_BIN), 'lib')).items():
        files['lib/' + name] = data
    with tarfile.open(fileobj=out, mode='w:gz') as tar:
        for name, data in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()
