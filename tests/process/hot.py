"""For the tests of the file of hot byte-code: a bundle whose calls tell whether they used it."""

import os
import subprocess
import time

import pytest

from tests.process.conftest import Bundle
from tests.tools import interpreters

# Python 3.6 does without the file.
PYTHONS = [pytest.param(path, id=name) for name, path in interpreters.ring(since=(3, 7))]
LONG_AGO = 120              # seconds: more than the pause between two tries to write the file

SEEN = '''
import sys
class Application:
    def is_kept(self):
        return sys.modules['xmlrpcgi.startup'].swept
    def mark(self):
        return [self.is_kept(), sys.modules['xmlrpcgi.errors'].MARK]
    def loaded(self):
        return [name[9:] for name in sys.modules if name[:9] == 'xmlrpcgi.']
    def path(self):
        function = sys.modules['xmlrpcgi.handler'].make
        inner = sys.modules['xmlrpcgi.process']._limit_process.__code__.co_consts
        return [function.__code__.co_filename, sys.modules['xmlrpcgi.handler'].__file__] + [
            code.co_filename for code in inner if hasattr(code, 'co_filename')]
'''


class HotBundle(Bundle):
    """A bundle with the class `seen`; errors.py ends in a line MARK = 1."""

    def __init__(self, folder, python):
        super().__init__(folder, python)
        self.write('seen.py', SEEN)
        self.package = folder / 'cgi-bin' / 'xmlrpcgi'
        self.cache = self.package / '__pycache__'
        self.source = self.package / 'errors.py'
        self.source.write_text(self.source.read_text() + 'MARK = 1\n')
        self.tag = subprocess.run(
            [python, '-c', 'import sys; print(sys.implementation.cache_tag)'],
            stdout=subprocess.PIPE, check=True).stdout.decode().strip()
        self.file = self.cache / ('hot.%s.pyc' % self.tag)
        self.new = self.cache / ('hot.%s.new' % self.tag)
        settle()

    def kept(self):
        """This bundle, after a first call that wrote the file."""
        assert self.call('seen.mark') == [False, 1]
        assert self.call('seen.mark') == [True, 1]
        return self

    def rows(self):
        """What is in the cache of the file's kind: {name: size}."""
        return {path.name: path.stat().st_size for path in self.cache.glob('hot.*')}


def settle():
    """Wait until files written before this are no longer taken for such as still change."""
    time.sleep(0.06)


def age(path):
    """Have `path` be of the minute before."""
    then = time.time() - LONG_AGO
    os.utime(path, (then, then))
