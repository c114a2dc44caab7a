"""No call of a resident process sees old and new code mixed, however many threads it has."""

import builtins
import concurrent.futures
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from xmlrpcgi.resident import freshlibrary as fresh

from tests.unit.resident.served import SAYS

WAITS = SAYS + '''
    def waits(self):
        import fresh_gate
        fresh_gate.wait()
        return self.says()
'''


def test_a_switch_waits_for_the_calls_that_run(served, gate, monkeypatch):
    monkeypatch.setattr(fresh, '_PATIENCE', 60)
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
    assert not served.service.library._running


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
        with monkeypatch.context() as patched:
            patched.setattr(fresh, '_PATIENCE', 60)     # for which no call waits again
            for _ in range(3):
                served.tick()
                assert served.call('app.says') == 'old'
        gate.open.set()
        assert waiting.result(30) == 'slow'
    served.tick()
    assert served.call('app.says') == 'new' and served.call('slow.says') == 'slow'


def test_a_call_that_has_no_handler_yet_when_lib_is_switched_leaves_it_no_old_class(
        served, gate, monkeypatch):
    monkeypatch.setattr(fresh, '_PATIENCE', 0.05)
    for name in 'app.py', 'other.py':
        served.write(name, SAYS % 'old')
    assert served.call('app.says') == 'old'
    real, slow = served.service._handler, []

    def handler():
        if threading.get_ident() in slow:
            gate.wait()
        return real()
    monkeypatch.setattr(served.service, '_handler', handler)
    with ThreadPoolExecutor(1) as pool:
        slow.append(pool.submit(threading.get_ident).result(30))
        waiting = pool.submit(served.call, 'app.says')
        assert gate.reached.wait(30)
        for name in 'app.py', 'other.py':
            served.write(name, SAYS % 'new')
        served.tick()
        assert served.call('other.says') == 'new'
        gate.open.set()
        assert waiting.result(30) == 'old'
    assert served.call('app.says') == 'new'
    served.write('app.py', SAYS % 'newer')
    served.tick()
    assert served.call('app.says') == 'newer'


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


@pytest.mark.slow
def test_no_call_sees_old_and_new_code_mixed(served, often, monkeypatch):
    monkeypatch.setattr(fresh, '_PATIENCE', 60)
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
    assert served.service.library.version == 40 and not served.service.library._running


@pytest.mark.slow
def test_a_call_that_ends_while_lib_is_switched_leaves_no_old_module_to_the_next(
        served, often, monkeypatch):
    monkeypatch.setattr(fresh, '_PATIENCE', 0)
    monkeypatch.setattr(fresh, '_LATER', 0)
    before = builtins.__import__
    served.write('app.py', SAYS % 0)
    formers = served.service.library._formers
    leave = formers.leave
    monkeypatch.setattr(formers, 'leave', lambda: (leave(), time.sleep(0.002)))
    over, wrong = threading.Event(), []
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(hammer, served, wrong, 'app.says',
                               lambda found: isinstance(found, int), over) for _ in range(4)]
        try:
            for number in range(1, 41):
                replace(served, 'app.py', SAYS % number)
                served.tick()
                served.call('app.says')
        finally:
            over.set()
        assert [one.result() for one in running] == [None] * 4
    served.tick()
    assert wrong == [] and served.call('app.says') == 40 and served.service.library.version > 5
    assert formers.threads == {} and builtins.__import__ is before


@pytest.mark.slow
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
    served.tick()
    assert served.call('app.imports') == 4      # which sees that the files are older than it
    over, wrong = threading.Event(), []
    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(hammer, served, wrong, 'app.imports', lambda found: found == 4, over)
                   for _ in range(6)]
        try:
            for number in range(60):
                replace(served, 'helper.py', 'import copied\nVERSION = %d\n' % number)
                served.tick()
                served.call('app.imports')
        finally:
            over.set()
        assert [one.result() for one in running] == [None] * 6
    assert wrong == [], capsys.readouterr().err
    assert served.service.library.version > 10
