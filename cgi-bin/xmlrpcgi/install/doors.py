"""rpc.cgi, rpc.fcgi and rpc.wsgi as install writes them: line 1 and LIB filled in.

rpc.cgi and rpc.fcgi also have a form that the shell starts. Starting a shell first costs FastCGI
nothing that counts, because its processes are started rarely.

Which interpreter line 1 can name is the kernel's rule (Linux: fs/binfmt_script.c): an absolute
path without white space, and the whole line, `#!` and the option included, within 127 bytes
before Linux 5.1 and 255 since. The shell's form, rpc-sh.cgi, has no such limits.

What a door that is there says is read in known.py.
"""

import os
import re
import shlex
import subprocess

from ..client.errors import DoorError
from . import known

OLDEST = (3, 6)             # the oldest Python that can run the program
PATH = '/usr/local/bin:/usr/bin:/bin'       # of a script, as suEXEC sets it
LONGEST_BEFORE_5_1 = 127    # bytes of line 1 that Linux before 5.1 reads
_PROBE = ('import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable); '
          'import pyexpat, zlib')


class Interpreter:
    """A Python that runs. path: absolute; version: (3, 11)."""

    def __init__(self, path):
        """path (str): of the interpreter, or a name on PATH. Raises DoorError."""
        import shutil
        found = shutil.which(os.path.expanduser(path))
        if not found:
            raise DoorError('There is no interpreter %s that may be executed: name one with '
                            '--python.' % path)
        self.path = os.path.abspath(found)
        try:
            done = subprocess.run([self.path, '-c', _PROBE], stdin=subprocess.DEVNULL, timeout=30,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            words = done.stdout.decode('utf-8', 'surrogateescape').splitlines()
            self.version = tuple(int(part) for part in words[0].split('.'))
        except (OSError, ValueError, IndexError, subprocess.SubprocessError):
            raise DoorError('%s does not run as Python: name one with --python.' % self.path)
        if self.version < OLDEST:
            raise DoorError('%s is Python %d.%d, and %d.%d or newer is needed: name one with '
                            '--python.' % ((self.path,) + self.version + OLDEST))
        if done.returncode:
            raise DoorError('%s lacks a part of the standard library (%s): name another with '
                            '--python.' % (self.path, done.stderr.decode('utf-8', 'replace')
                                           .strip().rpartition('\n')[2]))
        with open(self.path, 'rb') as file:
            if file.read(2) == b'#!' and words[1]:      # a script that starts it, like pyenv's
                self.path = words[1]

    @property
    def shebang(self):
        return '#!%s -IS' % self.path

    def refusal(self):
        """Return why line 1 cannot name this interpreter, or ''."""
        if re.search(r'\s', self.path):
            return 'its path contains a space'
        longest = longest_first_line()
        length = len(os.fsencode(self.shebang))
        if length > longest:
            return 'line 1 would have %d bytes, and the kernel reads %d' % (length, longest)
        try:
            self.path.encode('utf-8')
        except UnicodeEncodeError:
            return 'its path is not UTF-8'
        return ''


def longest_first_line(release=None):
    """Return how many bytes of line 1 the kernel reads. release (str): like 6.1.0-amd64."""
    numbers = re.match(r'(\d+)\.(\d+)', release or os.uname().release)
    if numbers and tuple(map(int, numbers.groups())) >= (5, 1):
        return 255
    return LONGEST_BEFORE_5_1


def in_shell(template, shell):
    """Return the bytes of an rpc.fcgi that the shell starts.

    template (bytes): an rpc.fcgi. shell (bytes): an rpc-sh.cgi, which has the shell's part. The
    words after the script's name (`--listen`) are handed on, which is safe here: no web server
    puts a query string there, as a CGI server may.
    """
    if template[:9] == b'#!/bin/sh':
        return template
    head, end, _ = shell.partition(b"\n'''\n")
    head = head.replace(b'rpc.cgi', b'rpc.fcgi').replace(b'-IS "$0"', b'-IS "$0" "$@"')
    return head + end + b''.join(template.partition(b'import sys\n')[1:])


def render(template, interpreter, lib):
    """Return the bytes of a door. template (bytes): rpc.cgi, rpc-sh.cgi, rpc.fcgi or rpc.wsgi.

    lib (str): for LIB. Raises DoorError.
    """
    script = template.decode('utf-8')
    if template[:9] == b'#!/bin/sh':
        if re.search(r"['\\\n]", interpreter.path):
            raise DoorError('%s has a character in its path that rpc-sh.cgi cannot name: make a '
                            'symbolic link to it, and name that with --python.' % interpreter.path)
        script = re.sub(r"^PYTHON=(''|'[^'\n]*'|\S+)(?=\s|$)",
                        lambda _: 'PYTHON=%s' % shlex.quote(interpreter.path), script, count=1,
                        flags=re.M)
    elif template[:2] == b'#!':
        why = interpreter.refusal()
        if why:
            raise DoorError('rpc.cgi cannot name %s in line 1: %s. Add --sh for an rpc.cgi that '
                            'the shell starts, or name another with --python.'
                            % (interpreter.path, why))
        script = re.sub(r'\A#!.*', lambda _: interpreter.shebang, script)
    return known.with_lib(script, lib).encode('utf-8')
