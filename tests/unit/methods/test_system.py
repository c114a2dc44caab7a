"""The lists of system.*: nothing that a class says of itself costs the others."""

import pathlib
import subprocess
import sys
from xmlrpc.client import Fault

import pytest
from xmlrpcgi.handler import Handler
from xmlrpcgi.methods import kept

from tests.conftest import TOP

APP = 'class Application:\n    def f(self): pass\n'


def test_system_methods_say_what_they_take(call):
    handler = Handler()
    handler.register_introspection_functions()
    handler.register_multicall_functions()
    methods = {method['name']: method for method in call(handler, 'system.describe')['methods']}
    assert methods['system.listMethods']['returns']['item'] == {'type': 'string'}
    assert all('undef' not in row for method in methods.values() for row in method['signatures'])


def test_hooks_that_fail_leave_the_others_listed(handler, call, capfd):
    made = handler({
        'bad.py': '''
            class Application:
                def kept(self): "Kept."
                def _listMethods(self): raise SystemExit("no list")
                def _dispatch(self, method, params): return method
        ''', 'helpless.py': '''
            class Application:
                def _listMethods(self): return ["helpless.a", 3]
                def _methodHelp(self, name): raise RuntimeError("no help")
                def _dispatch(self, method, params): return method
        '''})
    names = call(made, 'system.listMethods')
    assert {'bad.kept', 'helpless.a'} <= set(names)
    assert call(made, 'system.methodHelp', 'helpless.a') == ''
    described = call(made, 'system.describe')
    assert [method['name'] for method in described['methods']] == names
    assert described['unavailable'] == []
    assert 'no list' in capfd.readouterr().err


LATE = """
    from xmlrpcgi.errors import OutOfTime
    asked = __import__('asked_13')
    def late(what):
        asked.times.append(what)
        raise OutOfTime('the call took longer than 1 seconds')
"""
SLOW = {            # the file slow.py: what is asked once and then left alone, what is listed of it
    'an import': ("    late('import')\n    class Application:\n        def f(self): pass\n",
                  'import', []),
    '_listMethods': ('    class Application:\n        def _listMethods(self): late("list")\n'
                     '        def f(self): pass\n', 'list', ['slow.f']),
    '_methodHelp': ('    class Application:\n        def _listMethods(self): return '
                    '["slow.g", "slow.h"]\n        def _methodHelp(self, name): late("help")\n'
                    '        def f(self): pass\n', 'help', ['slow.f', 'slow.g', 'slow.h']),
}


@pytest.fixture
def asked(monkeypatch):
    """The module asked_13 of classes that are slow; `times` is what they were asked."""
    class Asked:
        times = []
    monkeypatch.setattr(Asked, 'times', [])
    monkeypatch.setitem(sys.modules, 'asked_13', Asked)
    return Asked


def names(described):
    return [method['name'] for method in described['methods'] if method['name'][:7] != 'system.']


@pytest.mark.parametrize('what', SLOW)
def test_what_takes_too_long_costs_no_other_class_its_place_in_the_lists(
        handler, call, asked, monkeypatch, capfd, what):
    source, once, own = SLOW[what]
    made = handler({'slow.py': LATE + source, 'app.py': APP, 'zed.py': APP})
    clock = [100.0]
    monkeypatch.setattr(kept, 'monotonic', lambda: clock[0])
    references = set()
    for _ in range(3):
        described = call(made, 'system.describe')
        assert names(described) == ['app.f'] + own + ['zed.f']
        references.update(file['reference'] for file in described['unavailable'])
        assert [file['name'] for file in described['unavailable']] == ['slow'] * (not own)
        assert {'app.f', 'zed.f'} <= set(call(made, 'system.listMethods'))
    assert asked.times == [once]
    log = capfd.readouterr().err
    assert log.count(': ref ') == 1
    assert all(reference in log for reference in references)
    clock[0] += 61
    assert names(call(made, 'system.describe')) == ['app.f'] + own + ['zed.f']
    assert asked.times == [once] * 2


def test_a_call_of_a_file_that_lists_leave_alone_imports_it(handler, call, asked):
    made = handler({'slow.py': LATE + SLOW['an import'][0], 'app.py': APP})
    call(made, 'system.listMethods')
    with pytest.raises(Fault) as caught:
        call(made, 'slow.f')
    assert caught.value.faultCode == -32500 and asked.times == ['import'] * 2
    (pathlib.Path(made.library.folder) / 'slow.py').write_text(APP)
    assert call(made, 'slow.f') is None
    assert 'slow.f' in call(made, 'system.listMethods')


def test_a_list_that_is_out_of_time_twice_ends_and_the_next_is_whole(handler, call, asked):
    source = LATE + SLOW['an import'][0]
    made = handler({'slow.py': source, 'slower.py': source, 'app.py': APP})
    with pytest.raises(Fault, match='took longer than 1 seconds'):
        call(made, 'system.describe')
    described = call(made, 'system.describe')
    assert names(described) == ['app.f']
    assert [file['name'] for file in described['unavailable']] == ['slow', 'slower']
    assert len(asked.times) == 2


def test_a_name_that_xml_cannot_carry_is_listed_with_a_mark(handler, call):
    made = handler({'bell.py': '''
        from xmlrpcgi import name
        class Application:
            @name('a\\bb')
            def f(self): pass
    '''})
    assert 'bell.a\ufffdb' in call(made, 'system.listMethods')
    assert 'bell.a\ufffdb' in [method['name'] for method in
                               call(made, 'system.describe')['methods']]


def test_a_list_of_names_needs_no_type_hints(handler):
    made = handler({'app.py': 'class Application:\n    def f(self): pass\n'})
    code = ('import sys; sys.path.insert(0, %r)\nfrom xmlrpcgi.library import Library\n'
            'from xmlrpcgi.handler import make\nhandler = make(Library(%r))\n'
            'handler._dispatch("system.listMethods", [])\n'
            'print({"typing", "inspect", "functools", "xmlrpcgi.methods.description"}'
            ' & set(sys.modules) or "none")' % (str(TOP / 'cgi-bin'), made.library.folder))
    done = subprocess.run([sys.executable, '-IS', '-c', code], stdout=subprocess.PIPE, timeout=20)
    assert done.stdout == b'none\n'
