"""With one edit all of lib/ is forgotten: packages without __init__.py, and what is no module."""

import shutil
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from xmlrpcgi.resident import freshlibrary as fresh

from tests.unit.resident.served import SAYS

USES = '''
%s

class Application:
    def says(self):
        return util.WORD
'''


@pytest.fixture(autouse=True)
def modules_are_put_back():
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition('.')[0] in ('tools', 'shared_ns', 'put', 'helper', 'late', 'other'):
            del sys.modules[name]


@pytest.mark.parametrize('line', [
    'from tools import util', 'import tools.util as util', 'from tools.inner import util',
    'import tools.inner.util as util', 'from lib.tools import util', 'from .tools import util'])
@pytest.mark.parametrize('edited', ['tools/util.py', 'tools/inner/util.py', 'app.py'])
def test_packages_without_init_are_forgotten(served, line, edited):
    for name in 'tools/util.py', 'tools/inner/util.py':
        served.write(name, 'WORD = "one"\n')
    served.write('app.py', USES % line)
    assert served.call('app.says') == 'one'
    for word in 'two', 'six', 'ten':
        for name in 'tools/util.py', 'tools/inner/util.py':
            if edited == 'app.py' or name == edited:
                served.write(name, 'WORD = %r\n' % word)
        if edited == 'app.py':
            served.write(edited, USES % line + '# %s\n' % word)
        served.tick()
        used = 'inner' in line, 'inner' in edited
        assert served.call('app.says') == (word if edited == 'app.py' or len(set(used)) == 1
                                           else 'one')


def test_of_a_package_with_a_part_elsewhere_only_the_part_in_lib_is_forgotten(
        served, tmp_path, monkeypatch):
    (tmp_path / 'site' / 'shared_ns').mkdir(parents=True)
    (tmp_path / 'site' / 'shared_ns' / 'installed.py').write_text('KEPT = []\n')
    monkeypatch.syspath_prepend(str(tmp_path / 'site'))
    served.write('shared_ns/util.py', 'WORD = "one"\n')
    served.write('app.py', '''
import shared_ns.installed
from shared_ns import util

class Application:
    def says(self):
        shared_ns.installed.KEPT.append(1)
        return [util.WORD, len(shared_ns.installed.KEPT)]
''')
    assert served.call('app.says') == ['one', 1]
    served.write('shared_ns/util.py', 'WORD = "two"\n')
    served.tick()
    assert served.call('app.says') == ['two', 2]


PUTS = {
    'an object of its own class': '''
        import sys
        class Config:
            WORD = %r
        sys.modules['put'] = Config()
        ''',
    'a module of its own': '''
        import sys, types
        sys.modules['put'] = types.ModuleType('put')
        sys.modules['put'].WORD = %r
        ''',
    'a namespace': '''
        import sys, types
        sys.modules['put'] = types.SimpleNamespace(WORD=%r)
        ''',
    'in place of itself': '''
        import sys
        class Config:
            WORD = %r
        sys.modules[__name__] = Config()
        sys.modules['put'] = sys.modules[__name__]
        ''',
}


@pytest.mark.parametrize('what', PUTS)
@pytest.mark.parametrize('line', ['import helper', 'from lib import helper',
                                  'from . import helper'])
def test_what_a_file_put_into_sys_modules_is_forgotten(served, what, line):
    served.write('app.py', USES % (line + '\nimport put as util'))
    for word in 'one', 'two', 'six':
        served.write('helper.py', textwrap.dedent(PUTS[what] % word))
        served.tick()
        assert served.call('app.says') == word


def test_what_installed_packages_put_there_stays(served, tmp_path, monkeypatch):
    (tmp_path / 'site').mkdir()
    (tmp_path / 'site' / 'other.py').write_text(
        'import sys, types\nsys.modules["other.part"] = types.ModuleType("other.part")\n')
    monkeypatch.syspath_prepend(str(tmp_path / 'site'))
    served.write('app.py', 'import other\nimport other.part\n' + SAYS % 'one')
    assert served.call('app.says') == 'one'
    part = sys.modules['other.part']
    served.write('app.py', 'import other\nimport other.part\n' + SAYS % 'two')
    served.tick()
    assert served.call('app.says') == 'two'
    assert sys.modules['other.part'] is part


def test_a_link_that_is_switched_counts_at_once_where_the_old_folder_is_removed(served, tmp_path):
    for number in '1', '2', '3':
        folder = tmp_path / ('lib-' + number)
        folder.mkdir()
        (folder / 'app.py').write_text(SAYS % number)
        (folder / ('more%s.py' % number)).write_text(SAYS % number)
    served.lib.rmdir()
    served.lib.symlink_to('lib-1')
    assert served.call('app.says') == '1'
    for number in '2', '3':             # without a second between
        (tmp_path / 'link').symlink_to('lib-' + number)
        (tmp_path / 'link').rename(served.lib)
        shutil.rmtree(str(tmp_path / ('lib-%d' % (int(number) - 1))))
        assert served.call('more%s.says' % number) == number
        assert served.call('app.says') == number


@pytest.mark.parametrize('name', ['words/__init__.py', '__init__.py', 'shop/__init__.py'])
def test_init_files_that_are_edited_within_a_second_count(served, name):
    served.write('app.py', '''
class Application:
    def says(self):
        import words, lib.shop, lib
        return [getattr(one, 'WORD', '') for one in (words, lib.shop, lib)]
''')
    for package in 'words/__init__.py', '__init__.py', 'shop/__init__.py':
        served.write(package, '')
    for word in 'one', 'two', 'six', 'ten':
        served.write(name, 'WORD = %r\n' % word)        # all with the same time and size
        served.tick()
        assert word in served.call('app.says')


VERSION = '''
VERSION = %r

class Application:
    def version(self):
        return VERSION

    def waits(self):
        import fresh_gate
        fresh_gate.wait()
        return self.versions()

    def versions(self):
        from . import late
        import helper
        from tools.inner import util
        from .shop import part
        import tools.inner.util
        assert tools.inner.util is util
        return [VERSION, late.VERSION, helper.VERSION, util.VERSION, part.VERSION]
'''
FILES = 'late.py', 'helper.py', 'tools/inner/util.py', 'shop/part.py'


CALLS = [{'methodName': name, 'params': []} for name in
         ('app.version', 'app.waits', 'other.version', 'app.versions', 'other.versions')]


@pytest.mark.parametrize('loaded', [False, True])
def test_a_long_multicall_keeps_the_folder_it_began_with(
        served, tmp_path, gate, monkeypatch, loaded):
    import builtins
    real = builtins.__import__
    monkeypatch.setattr(fresh, '_PATIENCE', 0.05)
    for number in 'old', 'new':
        for name in FILES + ('app.py', 'other.py'):
            served.write('../%s/%s' % (number, name), VERSION % number)
    served.lib.rmdir()
    served.lib.symlink_to('old')
    time.sleep(0.1)                     # the files are older than what is known of lib/
    if loaded:
        assert served.call('app.versions') == ['old'] * 5
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.call, 'system.multicall', CALLS)
        assert gate.reached.wait(30)
        (tmp_path / 'link').symlink_to('new')
        (tmp_path / 'link').rename(served.lib)
        served.tick()
        assert served.call('app.versions') == served.call('other.versions') == ['new'] * 5
        gate.open.set()
        assert waiting.result(30) == [['old'], [['old'] * 5], ['old'], [['old'] * 5],
                                      [['old'] * 5]]
    assert builtins.__import__ is real
    assert served.call('app.versions') == ['new'] * 5


def test_a_long_call_keeps_what_it_loaded_and_files_that_were_not_edited(
        served, gate, monkeypatch, capsys):
    monkeypatch.setattr(fresh, '_PATIENCE', 0.05)
    for name in FILES + ('app.py', 'other.py'):
        served.write(name, VERSION % 'old')
    time.sleep(0.1)                     # the files are older than what is known of lib/
    assert served.call('app.version') == 'old'
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.call, 'system.multicall', CALLS)
        assert gate.reached.wait(30)
        served.write('app.py', VERSION % 'new')
        served.write('other.py', VERSION % 'new')
        served.tick()
        assert served.call('app.versions') == ['new'] + ['old'] * 4
        gate.open.set()
        found = waiting.result(30)
    # other.py was not loaded before it was edited: a fault, rather than both versions in one call.
    assert found[0] == ['old'] and found[1] == [['old'] * 5] and found[3] == [['old'] * 5]
    assert found[2]['faultCode'] == found[4]['faultCode'] == -32500
    assert 'lib.other was changed while this call ran' in capsys.readouterr().err
    assert served.call('other.version') == 'new'
