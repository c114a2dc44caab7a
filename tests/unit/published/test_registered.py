"""register(handler) in lib/__init__.py, at its first answer, and what is wrong with it."""

import pytest

from tests.unit.published import NONE, Fails, listed, value_of

APP = 'class Application:\n    def get(self): return "app"\n'
REGISTER = '''
    import functools
    def helper(a: int, b): return a + b
    class Tools:
        def hammer(self): return 'nail'
        def _private(self): return 'private'
    def register(handler):
        handler.register_function(helper, 'add')
        handler.register_function(pow)
        handler.register_function(functools.partial(helper, 1), 'next')
        handler.register_function(Tools().hammer, 'tools.strike')
        handler.register_class('tools', Tools)
        handler.register_class('deep.tools', Tools())
    class Application:
        def own(self): return 'own'
'''


def test_what_is_registered_is_published_beside_the_classes(handler):
    served = handler({'__init__.py': REGISTER, 'app.py': APP})
    for _ in range(2):
        assert value_of(served, 'add(1, 2)') == 3
        assert value_of(served, 'add("a", 2)') == Fails(-32602, 'expected int')
        assert value_of(served, 'pow(2, 3)') == 8
        assert value_of(served, 'next(3)') == 4
        assert value_of(served, 'tools.strike()') == 'nail'
        assert value_of(served, 'tools.hammer()') == 'nail'
        assert value_of(served, 'deep.tools.hammer()') == 'nail'
        assert value_of(served, 'tools._private()') == NONE
        assert value_of(served, 'own()') == 'own'
        assert value_of(served, 'app.get()') == 'app'
        assert value_of(served, 'register()') == NONE
        assert listed(served) == ['add', 'app.get', 'deep.tools.hammer', 'next', 'own', 'pow',
                                  'tools.hammer', 'tools.strike']


def test_the_list_may_be_the_first_call(handler):
    served = handler({'__init__.py': REGISTER})
    assert 'tools.hammer' in listed(served)


def test_it_is_called_once(handler):
    import sys
    served = handler({'__init__.py': '''
        times = []
        def register(handler):
            times.append(handler)
            handler.register_function(lambda: len(times), 'times')
        ''', 'app.py': APP})
    assert [value_of(served, 'times()') for _ in range(3)] == [1, 1, 1]
    assert value_of(served, 'app.get()') == 'app'
    assert sys.modules['lib'].times == [served]


def test_an_instance_gets_what_the_classes_do_not_have(handler):
    served = handler({'__init__.py': '''
        class Old:
            def ping(self): return 'pong'
            def _private(self): return 'private'
        def register(handler):
            handler.register_instance(Old())
        ''', 'app.py': APP})
    assert value_of(served, 'ping()') == 'pong'
    assert value_of(served, '_private()') == NONE
    assert value_of(served, 'app.get()') == 'app'
    assert listed(served) == ['app.get', 'ping']


OURS = '''
    from xmlrpcgi import allow
    @allow(user='ann')
    class Hers:
        def get(self): return 'hers'
        %s
    def register(handler):
        handler.register_%s
'''


@pytest.mark.parametrize('more, how, method', [
    ('', "function(Hers().get, 'get')", 'get()'),
    ('', 'instance(Hers())', 'get()'),
    ('', "class('hers', Hers)", 'hers.get()'),
    ('', "class('hers', Hers())", 'hers.get()'),
    ('def _dispatch(self, method, params): return 1', 'instance(Hers())', 'any()'),
])
def test_the_allow_of_a_class_holds_however_it_is_registered(handler, more, how, method):
    served = handler({'__init__.py': OURS % (more, how)})
    assert value_of(served, method) == Fails(-32501, 'is for users who log in')
    assert listed(served) == []


def test_a_register_that_is_not_a_function_is_left_alone(handler):
    served = handler({'__init__.py': 'register = 3\n', 'app.py': APP})
    assert value_of(served, 'app.get()') == 'app'


BROKEN = {
    'it does not import': 'import no_such_module_here\n',
    'it is not Python': 'def (\n',
    'register fails': 'def register(handler):\n    raise ValueError("registering")\n',
    'register takes nothing': 'def register():\n    pass\n',
    'register exits': 'def register(handler):\n    raise SystemExit(3)\n',
}


@pytest.mark.parametrize('why', BROKEN)
def test_an_error_in_it_is_a_fault_for_all_of_lib_and_the_server_answers(handler, capsys, why):
    served = handler({'__init__.py': BROKEN[why], 'app.py': APP})
    for written in 'app.get()', 'own()', 'app.get()':
        outcome = value_of(served, written)
        assert outcome == Fails(-32500, 'ref ')
        assert 'registering' not in outcome.part
        assert outcome.part.split('ref ')[1][:8] in capsys.readouterr().err
    assert listed(served) == []
    told = value_of(served, 'system.describe()')['unavailable']
    assert [row['name'] for row in told] == ['__init__']
    assert value_of(served, 'system.multicall([{"methodName": "app.get", "params": []}])')[0][
        'faultCode'] == -32500
    assert 'nil' in value_of(served, 'system.getCapabilities()')


def test_what_a_failing_register_left_is_not_published_half(handler):
    served = handler({'__init__.py': '''
        def register(handler):
            handler.register_function(lambda: 'open', 'secrets')
            raise ValueError('before the lock')
        '''})
    for _ in range(2):
        assert value_of(served, 'secrets()') == Fails(-32500, 'ref ')
        assert listed(served) == []
