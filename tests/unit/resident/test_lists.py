"""Lists and the page of a resident process tell of the classes that are in lib/ now."""

from xmlrpc.client import dumps, loads

import pytest
from xmlrpcgi.message import Request
from xmlrpcgi.methods.description import Describer

from tests.unit.resident.served import SAYS

NEEDS = 'import needed13\n' + SAYS % 'needs'
LISTS = """
NAMES = __import__('fresh_names')
class Application:
    def _listMethods(self): return ['app.' + name for name in NAMES.now]
    def _dispatch(self, method, params): return method
"""


def described(served):
    """The names that system.describe has, without the built-in ones, and what is unavailable."""
    told = served.call('system.describe')
    return ([method['name'] for method in told['methods'] if method['name'][:7] != 'system.'],
            [file['name'] for file in told['unavailable']])


def page(served):
    return served.service.answer_to(Request({'REQUEST_METHOD': 'GET'}, lambda size: b'')).body


def added(served, tmp_path, monkeypatch):
    served.write('newone.py', SAYS % 'new')


def added_in_a_folder(served, tmp_path, monkeypatch):
    served.write('shop/deep/newone.py', SAYS % 'new')


def added_beside(served, tmp_path, monkeypatch):
    served.write('app/newone.py', SAYS % 'new')


def class_in_a_helper(served, tmp_path, monkeypatch):
    served.write('helper.py', SAYS % 'helper')


def removed(served, tmp_path, monkeypatch):
    (served.lib / 'other.py').unlink()


def made_a_package(served, tmp_path, monkeypatch):
    served.write('folder/__init__.py', '')


def import_that_failed(served, tmp_path, monkeypatch):
    (tmp_path / 'needed13.py').write_text('')


BEFORE = ['app.says', 'folder.inner.says', 'other.says']
CHANGES = [
    (added, BEFORE + ['newone.says'], ['needs']),
    (added_in_a_folder, BEFORE + ['shop.deep.newone.says'], ['needs']),
    (added_beside, ['app.newone.says'] + BEFORE, ['needs']),
    (class_in_a_helper, BEFORE + ['helper.says'], ['needs']),
    (removed, BEFORE[:2], ['needs']),
    (made_a_package, [BEFORE[0], BEFORE[2]], ['needs']),
    (import_that_failed, BEFORE + ['needs.says'], []),
]


@pytest.mark.parametrize('change, names, unavailable', CHANGES,
                         ids=lambda value: getattr(value, '__name__', ''))
def test_a_change_counts_in_all_lists_a_second_later(
        served, tmp_path, monkeypatch, change, names, unavailable):
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in 'app.py', 'other.py', 'folder/inner.py':
        served.write(name, SAYS % name)
    served.write('helper.py', 'WORD = 1\n')
    served.write('needs.py', NEEDS)
    for _ in range(2):
        assert described(served) == (BEFORE, ['needs'])
    change(served, tmp_path, monkeypatch)
    served.tick()
    assert described(served) == (sorted(names), unavailable)
    assert [name for name in served.call('system.listMethods') if name[:7] != 'system.'] \
        == sorted(names)
    shown = page(served)
    for name in names:
        assert b'id="%s"' % name.encode() in shown, name
    assert (b'Unavailable' in shown) == bool(unavailable)
    for name in set(BEFORE) - set(names):
        assert b'id="%s"' % name.encode() not in shown


def test_names_that_a_class_tells_count_at_once(served, monkeypatch):
    class Names:
        now = 'a'
    monkeypatch.setitem(__import__('sys').modules, 'fresh_names', Names)
    served.write('app.py', LISTS)
    for Names.now in 'a', 'ab', 'c':
        assert described(served)[0] == ['app.' + name for name in Names.now]


@pytest.fixture
def counted(monkeypatch):
    """A list that grows with each method that is described."""
    found, real = [], Describer.method
    monkeypatch.setattr(Describer, 'method',
                        lambda *arguments: found.append(1) or real(*arguments))
    return found


def test_a_description_is_made_once_while_lib_stays_as_it_is(served, counted):
    served.write('app.py', SAYS % 'one')
    for _ in range(20):
        assert described(served) == (['app.says'], [])
        served.tick()
    assert len(counted) == 7            # six of system.*


def test_a_look_for_files_is_made_once_a_second(served, monkeypatch):
    from xmlrpcgi.methods import kept
    looks, real = [], kept.with_class
    monkeypatch.setattr(kept, 'with_class', lambda library: looks.append(1) or real(library))
    served.write('app.py', SAYS % 'one')
    for number in range(1, 4):
        for _ in range(20):
            assert described(served) == (['app.says'], [])
        assert len(looks) == number
        served.tick()


@pytest.mark.parametrize('more', [
    {}, {'bad.py': '1/0 # Application\n'},
    {'told.py': 'class Application:\n    def _listMethods(self): return []\n'},
    {'__init__.py': 'class Tools:\n    def tool(self): pass\n'
                    'def register(handler): handler.register_instance(Tools())\n'},
], ids=['files', 'a broken file', '_listMethods', 'an instance'])
def test_in_a_multicall_a_description_is_made_once_whatever_is_in_it(served, counted, more):
    for name, source in {'app.py': SAYS % 'one', **more}.items():
        served.write(name, source)
    calls = [{'methodName': 'system.describe', 'params': []}] * 50
    answer = served.answer(dumps((calls,), 'system.multicall').encode())
    answers = loads(answer.body)[0][0]
    assert len(answers) == 50 and answers[0] == answers[-1]
    assert len(counted) == len(answers[0][0]['methods'])
