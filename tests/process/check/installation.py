"""An installation that `check` looks at, to be damaged."""

import json
import os
import shutil
import subprocess

from tests.process.command_line import run
from tests.process.conftest import Bundle

BAD = ('warn', 'fail')


class Installation(Bundle):
    """A copy of the bundle whose rpc.cgi names its interpreter; all is well with it."""

    def __init__(self, folder, python, compiled=None):
        super().__init__(folder, python)
        folder.chmod(0o755)
        self.cgi_bin, self.lib = folder / 'cgi-bin', folder / 'lib'
        self.package = self.cgi_bin / 'xmlrpcgi'
        self.first_line(b'#!%s -IS' % os.fsencode(python))
        self.script.chmod(0o755)
        if compiled is None:
            self.compile()
        else:
            for caches in compiled.folder.rglob('__pycache__'):
                shutil.copytree(str(caches), str(folder / caches.relative_to(compiled.folder)))

    def compile(self):
        subprocess.run([self.python, '-m', 'compileall', '-q', str(self.package), str(self.lib)])

    def first_line(self, line):
        rest = self.script.read_bytes().partition(b'\n')[2]
        self.script.write_bytes(line + b'\n' + rest)

    def check(self):
        """All findings, by the command as a process of this interpreter."""
        status, out, err = run('check', '--cgi-bin', self.cgi_bin, '--json', python=self.python)
        answer = json.loads(out)
        assert err == ''
        assert status == (0 if answer['good'] else 1)
        return answer['findings']

    def bad(self):
        """{id: finding} of what is to be fixed."""
        return {row['id']: row for row in self.check() if row['level'] in BAD}

    def only(self, cause):
        """The one finding there is, which has this cause."""
        bad = self.bad()
        assert list(bad) == [cause], bad
        return bad[cause]

    def fixed(self, cause):
        """The one finding there is; its command was run, and all is well after it."""
        row = self.only(cause)
        subprocess.run(row['remedy'], shell=True, check=True, cwd='/',
                       stdout=subprocess.DEVNULL)
        assert not {'fail'} & {row['level'] for row in self.check()}, self.bad()
        assert cause not in self.bad()
        return row['sentence']
