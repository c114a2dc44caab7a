"""A resident process serves the code that is in lib/ now; the clock here is the tests' own."""

import concurrent.futures
import os
import posix
import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from xmlrpc.client import Fault, dumps, loads

import pytest
from xmlrpcgi import fresh
from xmlrpcgi.resident import Service

SAYS = 'class Application:\n    def says(self):\n        return %r\n'
BY_HELPER = '''
from . import words

class Application:
    def says(self):
        return words.WORD
'''
OLD = 1000000000            # seconds since 1970: a file that was not changed just now


class NoLimits:
    def start(self):
        pass

    stop = start


class Served:
    """A lib/ and a Service of it; `clock` is what it takes for the time."""

    def __init__(self, lib):
        self.lib, self.clock = lib, 100.0
        self._service = None

    @property
    def service(self):
        if self._service is None:
            self._service = Service(str(self.lib), lambda settings: NoLimits())
        return self._service

    def write(self, name, source, when=OLD):
        path = self.lib / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
        if when:
            os.utime(path, (when, when))

    def tick(self):
        """A second passes."""
        self.clock += 1.0

    def call(self, method, *params):
        """The value of a method, or the code of its fault."""
        body = dumps(params, method).encode()
        response = self.answer(body)
        assert response.status == 200, response.body
        try:
            return loads(response.body)[0][0]
        except Fault as fault:
            return fault.faultCode

    def answer(self, body):
        parts = [body]
        return self.service.answer(
            {'REQUEST_METHOD': 'POST', 'CONTENT_TYPE': 'text/xml',
             'CONTENT_LENGTH': str(len(body))}, lambda size: parts.pop() if parts else b'')


@pytest.fixture
def served(tmp_path, monkeypatch):
    before = list(sys.path), list(sys.meta_path), list(sys.path_hooks), set(sys.modules)
    made = Served(tmp_path / 'lib')
    made.lib.mkdir()
    monkeypatch.setattr(fresh, 'monotonic', lambda: made.clock)
    monkeypatch.setattr(sys, 'dont_write_bytecode', False)
    yield made
    sys.path[:], sys.meta_path[:], sys.path_hooks[:] = before[:3]
    for name, module in list(sys.modules.items()):
        file = getattr(module, '__file__', None) or ''
        if name == 'lib' or name.startswith('lib.') or file.startswith(str(made.lib)):
            del sys.modules[name]


def test_a_changed_file_counts_a_second_later(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    served.write('app.py', SAYS % 'longer')
    assert served.call('app.says') == 'one'
    served.tick()
    assert served.call('app.says') == 'longer'


def test_a_change_of_the_same_size_and_the_same_time_counts_too(served):
    for name in 'one', 'two', 'six':
        served.write('app.py', SAYS % name)
        served.tick()
        assert served.call('app.says') == name


def test_a_link_that_is_switched_never_gives_a_mix_of_both_folders(served, tmp_path):
    for number in ('1', '2'):
        folder = tmp_path / ('lib-' + number)
        folder.mkdir()
        (folder / 'app.py').write_text(BY_HELPER)
        (folder / 'late.py').write_text(BY_HELPER)
        (folder / 'words.py').write_text('WORD = %r' % ('words of ' + number))
    served.lib.rmdir()
    served.lib.symlink_to('lib-1')
    assert served.call('app.says') == 'words of 1'
    (tmp_path / 'link').symlink_to('lib-2')
    (tmp_path / 'link').rename(served.lib)
    assert served.call('late.says') == 'words of 1'
    served.tick()
    assert served.call('late.says') == served.call('app.says') == 'words of 2'
    assert str(tmp_path / 'lib-1') not in sys.path and str(tmp_path / 'lib-2') in sys.path


def test_a_file_that_replaces_another_by_its_name_counts(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    served.write('new', SAYS % 'two')
    (served.lib / 'new').rename(served.lib / 'app.py')
    served.tick()
    assert served.call('app.says') == 'two'


def test_an_added_file_counts_at_once_and_a_removed_one_a_second_later(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one' and served.call('more.says') == -32601
    served.write('more.py', SAYS % 'more')
    assert served.call('more.says') == 'more'
    (served.lib / 'more.py').unlink()
    served.tick()
    assert served.call('more.says') == -32601 and served.call('app.says') == 'one'


def test_those_who_use_a_changed_helper_get_the_new_one(served):
    served.write('words.py', "WORD = 'one'\n")
    served.write('app.py', BY_HELPER)
    served.write('shop/orders.py', BY_HELPER.replace('from .', 'from lib'))
    assert served.call('app.says') == served.call('shop.orders.says') == 'one'
    served.write('words.py', "WORD = 'two'\n")
    served.tick()
    assert served.call('app.says') == served.call('shop.orders.says') == 'two'


def test_what_modules_keep_begins_anew_only_with_a_change(served):
    served.write('app.py', 'CALLS = []\n\nclass Application:\n    def count(self):\n'
                           '        CALLS.append(1)\n        return len(CALLS)\n')
    served.write('other.py', SAYS % 'one')
    assert served.call('other.says') == 'one'
    for number in 1, 2, 3:
        assert served.call('app.count') == number
        served.tick()
    served.write('other.py', SAYS % 'two')
    served.tick()
    assert served.call('app.count') == 1


@pytest.mark.parametrize('name', ['extra.py', 'extra/__init__.py'])
@pytest.mark.parametrize('line', ['from . import extra', 'from lib import extra', 'import extra'])
def test_an_import_that_failed_is_tried_again_when_its_file_appears(served, name, line):
    served.write('app.py', 'try:\n    %s\nexcept ImportError:\n    extra = None\n\n'
                           'class Application:\n    def says(self):\n'
                           '        return extra.WORD if extra else "nothing"\n' % line)
    assert served.call('app.says') == 'nothing'
    served.write(name, "WORD = 'extra'\n")
    served.tick()
    assert served.call('app.says') == 'extra'


def test_an_init_file_that_appears_counts(served):
    served.write('shop/orders.py', 'import sys\n\nclass Application:\n    def says(self):\n'
                                   '        return getattr(sys.modules["lib.shop"], "WORD", "")\n')
    assert served.call('shop.orders.says') == ''
    served.write('shop/__init__.py', "WORD = 'shop'\n")
    served.tick()
    assert served.call('shop.orders.says') == 'shop'


@pytest.mark.parametrize('name', ['copied_package/inner.py', 'copied_package/__init__.py',
                                  'copied_module.py'])
def test_a_package_that_was_copied_into_lib_counts_too(served, name):
    for file in 'copied_package/inner.py', 'copied_package/__init__.py', 'copied_module.py':
        served.write(file, "WORD = 'one'\n")
    module = name[:-3].replace('/', '.').replace('.__init__', '')
    served.write('app.py', 'import copied_package.inner\nimport copied_module\n'
                           'import %s as used\n\nclass Application:\n    def says(self):\n'
                           '        return used.WORD\n' % module)
    for word in 'one', 'two', 'six':
        served.write(name, 'WORD = %r\n' % word)
        served.tick()
        assert served.call('app.says') == word


def test_byte_code_is_kept_of_files_that_are_not_young(served):
    served.write('old.py', SAYS % 'old')
    served.write('copied.py', "WORD = 'old'\n")
    served.write('young.py', 'import copied\n' + SAYS % 'young', when=None)
    assert served.call('old.says') == 'old' and served.call('young.says') == 'young'
    kept = sorted(path.name.partition('.')[0] for path in served.lib.glob('__pycache__/*'))
    assert kept == ['copied', 'old']
    assert not sys.dont_write_bytecode


def test_a_broken_edit_is_the_fault_of_its_own_methods_and_is_healed(served, capsys):
    served.write('app.py', SAYS % 'one')
    served.write('other.py', SAYS % 'other')
    assert served.call('app.says') == 'one' and served.call('other.says') == 'other'
    served.write('app.py', 'class Application\n')
    served.tick()
    assert served.call('app.says') == -32500 and served.call('other.says') == 'other'
    assert 'SyntaxError' in capsys.readouterr().err
    served.write('app.py', SAYS % 'mended')
    assert served.call('app.says') == 'mended' and served.call('other.says') == 'other'


def test_a_broken_helper_breaks_its_users_and_heals(served):
    served.write('words.py', "WORD = 'one'\n")
    served.write('app.py', BY_HELPER)
    served.write('other.py', SAYS % 'other')
    assert served.call('app.says') == 'one'
    served.write('words.py', "WORD = 'one\n")
    served.tick()
    assert served.call('app.says') == -32500 and served.call('other.says') == 'other'
    served.write('words.py', "WORD = 'two'\n")
    served.tick()
    assert served.call('app.says') == 'two'


def test_settings_change_and_go_and_come(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('system.listMethods')[0] == 'app.says'
    served.write('settings.py', 'INTROSPECTION = False\n')
    served.tick()
    assert served.call('system.listMethods') == -32601
    served.write('settings.py', 'INTROSPECTION = True \n')
    served.tick()
    assert served.call('system.listMethods')[0] == 'app.says'
    served.write('settings.py', 'INTROSPECTION = False\n')
    served.tick()
    assert served.call('system.listMethods') == -32601
    (served.lib / 'settings.py').unlink()
    served.tick()
    assert served.call('system.listMethods')[0] == 'app.says'


@pytest.mark.parametrize('broken', ['INTROSPEKTION = True\n', 'MAX_BODY = -1\n', 'MAX_BODY =\n'])
def test_settings_that_break_leave_those_of_before_in_force(served, capsys, broken):
    served.write('app.py', SAYS % 'one')
    served.write('settings.py', 'INTROSPECTION = False\n')
    assert served.call('app.says') == 'one'
    served.write('settings.py', broken)
    served.tick()
    for _ in range(3):
        assert served.call('app.says') == 'one' and served.call('system.listMethods') == -32601
        served.tick()
    said = capsys.readouterr().err
    assert said.count('lib/settings.py') == 1 and 'from before it changed stay in force' in said
    served.write('settings.py', 'INTROSPECTION = True\n')
    served.tick()
    assert served.call('system.listMethods')[0] == 'app.says'


def test_settings_that_were_never_right_are_a_500_until_they_are(served, capsys):
    served.write('app.py', SAYS % 'one')
    served.write('settings.py', 'MAX_BODY = -1\n')
    for _ in range(2):
        assert served.answer(b'').status == 500
    assert 'cannot be negative' in capsys.readouterr().err
    served.write('settings.py', 'MAX_BODY = 11\n')
    served.tick()
    assert served.answer(dumps((), 'app.says').encode()).status == 413


def test_a_folder_that_goes_and_comes_back_heals(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    served.lib.rename(served.lib.parent / 'away')
    served.tick()
    assert served.answer(dumps((), 'app.says').encode()).status == 500
    (served.lib.parent / 'away').rename(served.lib)
    served.tick()
    assert served.call('app.says') == 'one'


def test_one_look_a_second_with_one_stat_a_file_and_no_listing(served, monkeypatch):
    served.write('words.py', "WORD = 'one'\n")
    served.write('app.py', BY_HELPER)
    assert served.call('app.says') == 'one'
    stats = []
    real = fresh.stat
    monkeypatch.setattr(fresh, 'stat', lambda path: stats.append(path) or real(path))

    def listed(*_):
        raise AssertionError('a folder was listed')
    for name in 'listdir', 'scandir':
        monkeypatch.setattr(posix, name, listed)
        monkeypatch.setattr(os, name, listed)
    for _ in range(50):
        assert served.call('app.says') == 'one'
    assert stats == []
    served.clock += 0.99
    assert served.call('app.says') == 'one' and stats == []
    served.clock += 0.01
    for _ in range(50):
        assert served.call('app.says') == 'one'
    assert len(stats) == len(set(stats)) == len(served.service.library._seen)
    assert {os.path.basename(path) for path in stats} \
        == {'app.py', 'words.py', 'settings.py', '__init__.py'}


def tables(served):
    library = served.service.library
    return {name: len(value) for name, value in vars(library).items() if hasattr(value, '__len__')}


def test_names_that_clients_make_up_fill_no_table(served):
    served.write('app.py', SAYS % 'one')
    assert served.call('app.says') == 'one'
    assert served.call('no.such') == -32601 and served.call('system.no') == -32601
    before = tables(served), len(sys.modules), len(vars(served.service._handler())['funcs'])
    seed = random.Random(3)
    for number in range(10000):
        name = ''.join(seed.choice('abcdefgh_.') for _ in range(seed.randrange(1, 30)))
        name = 'app.' * (number % 3 == 0) + name
        assert served.call(name) in (-32601, -32600, 'one')
        served.clock += 0.01
    assert (tables(served), len(sys.modules),
            len(vars(served.service._handler())['funcs'])) == before


def test_what_an_application_imports_by_name_is_watched_up_to_a_bound(served, monkeypatch):
    monkeypatch.setattr(fresh, '_MOST', 50)
    served.write('app.py', 'class Application:\n    def load(self, name: str):\n        try:\n'
                           '            __import__(name)\n        except ImportError:\n'
                           '            return "no"\n')
    for number in range(100):
        assert served.call('app.load', 'lib.made_up_%d' % number) == 'no'
        assert served.call('app.load', 'made_up_%d' % number) == 'no'
    assert len(served.service.library._seen) <= 50


# Threads.

class Gate:
    """What a method of lib/ waits at: `import fresh_gate`."""

    def __init__(self):
        self.reached, self.open = threading.Event(), threading.Event()

    def wait(self):
        self.reached.set()
        assert self.open.wait(30)


@pytest.fixture
def gate(monkeypatch):
    made = Gate()
    monkeypatch.setitem(sys.modules, 'fresh_gate', made)
    yield made
    made.open.set()


WAITS = SAYS + '''
    def waits(self):
        import fresh_gate
        fresh_gate.wait()
        return self.says()
'''


def test_a_switch_waits_for_the_calls_that_run(served, gate):
    served.write('app.py', WAITS % 'old')
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(served.call, 'app.waits')
        assert gate.reached.wait(30)
        served.write('app.py', WAITS % 'new')
        served.tick()
        calling = pool.submit(served.call, 'app.says')
        with pytest.raises(concurrent.futures.TimeoutError):
            calling.result(0.2)
        gate.open.set()
        assert waiting.result(30) == 'old' and calling.result(30) == 'new'


def test_but_not_for_ever(served, gate, monkeypatch):
    monkeypatch.setattr(fresh, '_PATIENCE', 0.05)
    served.write('app.py', WAITS % 'old')
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.call, 'app.waits')
        assert gate.reached.wait(30)
        served.write('app.py', WAITS % 'new')
        served.tick()
        assert served.call('app.says') == 'new'
        gate.open.set()
        assert waiting.result(30) == 'old'
    assert served.service.library._calls == 0


def test_an_import_that_takes_long_holds_up_nobody_else(served, gate, monkeypatch):
    monkeypatch.setattr(fresh, '_PATIENCE', 0.05)
    served.write('app.py', SAYS % 'old')
    served.write('slow.py', 'import fresh_gate\nfresh_gate.wait()\n' + SAYS % 'slow')
    assert served.call('app.says') == 'old'
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.call, 'slow.says')
        assert gate.reached.wait(30)
        served.write('app.py', SAYS % 'new')
        served.tick()
        assert served.call('app.says') == 'old'         # the switch is put off
        gate.open.set()
        assert waiting.result(30) == 'slow'
    served.clock += fresh._LATER + 1
    assert served.call('app.says') == 'new' and served.call('slow.says') == 'slow'


VERSION = '''
from . import helper
VERSION = %d

class Application:
    def versions(self):
        from . import late
        return [VERSION, helper.VERSION, late.VERSION]
'''


def replace(served, name, source):
    served.write('edited', source)
    (served.lib / 'edited').rename(served.lib / name)


def hammer(served, wrong, method, check, over):
    while not over.is_set():
        found = served.call(method)
        if not check(found):
            wrong.append(found)


@pytest.fixture
def often():
    """Threads take turns often."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(interval)


def test_no_call_sees_old_and_new_code_mixed(served, often):
    over, wrong = threading.Event(), []

    def edit(number):
        replace(served, 'helper.py', 'VERSION = %d\n' % number)
        replace(served, 'late.py', 'VERSION = %d\n' % number)
        replace(served, 'app.py', VERSION % number)
        served.tick()
        assert served.call('app.versions') == [number] * 3

    edit(0)
    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(hammer, served, wrong, 'app.versions',
                               lambda found: isinstance(found, list) and len(set(found)) == 1, over)
                   for _ in range(6)]
        try:
            for number in range(1, 41):
                edit(number)
        finally:
            over.set()
        assert [one.result() for one in running] == [None] * 6
    assert wrong == []
    assert served.service.library.version == 40 and served.service.library._calls == 0


def test_imports_of_calls_that_no_switch_waits_for_never_fail(served, often, monkeypatch, capsys):
    monkeypatch.setattr(fresh, '_PATIENCE', 0)
    monkeypatch.setattr(fresh, '_LATER', 0)
    for name in 'late', 'shop/part', 'shop/inner/part':
        served.write(name + '.py', 'from lib import helper\nVERSION = 1\n')
    served.write('helper.py', 'import copied\nVERSION = 1\n')
    served.write('copied.py', 'VERSION = 1\n')
    served.write('app.py', '''
class Application:
    def imports(self):
        from . import late
        from lib.shop import part
        from lib.shop.inner import part as inner
        import copied
        return late.VERSION + part.VERSION + inner.VERSION + copied.VERSION
''')
    over, wrong = threading.Event(), []
    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(hammer, served, wrong, 'app.imports', lambda found: found == 4, over)
                   for _ in range(6)]
        try:
            for number in range(150):
                replace(served, 'helper.py', 'import copied\nVERSION = %d\n' % number)
                served.tick()
                served.call('app.imports')
        finally:
            over.set()
        assert [one.result() for one in running] == [None] * 6
    assert wrong == [], capsys.readouterr().err
    assert served.service.library.version > 10
