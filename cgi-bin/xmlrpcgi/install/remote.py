"""Over ssh: the program is sent to the host, and the command is run there by it.

Needs `ssh` here, and there a shell, tar and a Python; nothing stays there but what the command
makes. The program goes as an archive through the standard input of the one connection.
"""

import io
import os
import re
import shlex
import subprocess
import tarfile

from ..cli.target import complain
from . import bundle

_REMOTE = '''\
set -e
cd %(folder)s
command -v %(python)s >/dev/null || {
    echo "%(place)s has no %(plain)s to install with: name one of its interpreters, 3.6 or newer, \
with --python (make: PYTHON=)." >&2
    exit 2
}
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
tar xzf - -C "$new"
%(python)s "$new/cgi-bin/xmlrpcgi" %(words)s
'''


def deploy(place, words, python):
    """Run the command `words` (list of str) on `place`, like me@example.org:folder.

    The folder is where relative paths begin, the home folder by default. python (str or None):
    the interpreter on the host. Returns the exit status.
    """
    host, colon, folder = place.partition(':')
    if not colon or not re.match(r'[\w.@+-]+$', host) or host[0] == '-':
        complain('%s is no host to deploy to: write USER@HOST: or USER@HOST:FOLDER.' % place)
        return 2
    plain = python or 'python3'
    script = _REMOTE % {
        'folder': shlex.quote(folder) if folder else '"$HOME"', 'python': shlex.quote(plain),
        'plain': re.sub(r'[^\w./+-]', '?', plain), 'place': host,
        'words': ' '.join(map(shlex.quote, words))}
    try:
        return subprocess.run(['ssh', '--', host,         # noqa: S607  the user's own ssh
                               'sh -c ' + shlex.quote(script)],
                              input=archive()).returncode
    except FileNotFoundError:
        complain('There is no ssh here: upload the archive of `make dist` instead, as '
                 'INSTALL.txt in it says.')
        return 2


def archive():
    """Return the bytes of a tar.gz with what install needs."""
    out = io.BytesIO()
    files = {'cgi-bin/xmlrpcgi/' + name: data
             for name, data in bundle.program(bundle.PACKAGE).items()}
    for kind, data in bundle.stubs(bundle.CGI_BIN).items():
        files['cgi-bin/' + ('rpc.cgi' if kind == 'python' else 'rpc-sh.cgi')] = data
    for name, data in bundle.resident(bundle.CGI_BIN).items():
        files['cgi-bin/' + name] = data
    for name, data in bundle.example(os.path.join(os.path.dirname(bundle.CGI_BIN), 'lib')).items():
        files['lib/' + name] = data
    with tarfile.open(fileobj=out, mode='w:gz') as tar:
        for name, data in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()
