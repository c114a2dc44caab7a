"""A call that runs while lib/ is switched imports what it began with, however it imports."""

import _frozen_importlib
import builtins
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from xmlrpcgi.resident import freshlibrary as fresh

APP = '''
import importlib
from importlib import import_module
LOADED = %r

class Application:
    def waits(self):
        import fresh_gate
        fresh_gate.wait()
        return self.found()

    def found(self):
        %s
'''
IMPORTS = {
    'from . import': 'from . import late; return late.WORD',
    'from lib import': 'from lib import late; return late.WORD',
    'import lib.late': 'import lib.late; return lib.late.WORD',
    'import late': 'import late; return late.WORD',
    '__import__': 'return __import__("lib.late").late.WORD',
    'import_module': 'return import_module("lib.late").WORD',
    'importlib.import_module': 'return importlib.import_module("lib.late").WORD',
    'import_module, relatively': 'return import_module(".late", __package__).WORD',
    'import_module, from a folder': 'return import_module("..late", "lib.shop").WORD',
    'import_module, absolutely': 'return import_module("late").WORD',
    'import_module of a folder': 'return import_module("lib.shop.part").WORD',
    'a child of the file': 'from .app.inner import WORD; return WORD',
    'import_module of a child': 'return import_module("lib.app.inner").WORD',
    'a child of a helper': 'import helper, helper.inner; return helper.inner.WORD',
    'a class file of the name of an installed module':
        'import installed13; return LOADED if installed13.WORD == "installed" else "wrong"',
    'a package of the standard library': 'import json.tool, string; '
                                         'return import_module("json").tool and LOADED',
}
if sys.version_info >= (3, 10):
    IMPORTS['importlib.resources'] = \
        'from importlib.resources import files; return (files("lib.shop") / "word.txt").read_text()'
FILES = 'late.py', 'shop/part.py', 'app/inner.py', 'app/late.py', 'helper.py', 'helper/inner.py'


@pytest.mark.slow
@pytest.mark.parametrize('loaded', [False, True], ids=['first', 'loaded before'])
@pytest.mark.parametrize('how', IMPORTS)
def test_an_import_of_a_call_that_began_before_finds_what_was_there_before(
        served, tmp_path, gate, monkeypatch, how, loaded):
    monkeypatch.setattr(fresh, '_PATIENCE', 0.05)
    real = builtins.__import__, _frozen_importlib._gcd_import
    (tmp_path / 'site').mkdir()
    (tmp_path / 'site' / 'installed13.py').write_text('WORD = "installed"\n')
    monkeypatch.syspath_prepend(str(tmp_path / 'site'))
    for number in 'old', 'new':
        for name in FILES:
            served.write('../%s/%s' % (number, name), 'WORD = %r\n' % (
                'wrong' if name == 'app/late.py' else number))
        served.write('../%s/shop/word.txt' % number, number)
        served.write('../%s/installed13.py' % number, 'class Application: pass\n')
        served.write('../%s/app.py' % number, APP % (number, IMPORTS[how]))
    served.lib.rmdir()
    served.lib.symlink_to('old')
    time.sleep(0.1)                     # the files are older than what is known of lib/
    if loaded:
        assert served.call('app.found') == 'old'
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.call, 'app.waits')
        assert gate.reached.wait(30)
        (tmp_path / 'link').symlink_to('new')
        (tmp_path / 'link').rename(served.lib)
        served.tick()
        assert served.call('app.found') == 'new'
        gate.open.set()
        assert waiting.result(30) == 'old'
    assert (builtins.__import__, _frozen_importlib._gcd_import) == real
    assert served.call('app.found') == 'new'
