"""_around(self, request, proceed): what surrounds each call, and in which order."""

import pytest
from xmlrpcgi import Handler

from tests.unit.published import Fails, listed, put, value_of

AROUND = '''
    seen = []
    class Base:
        def _around(self, request, proceed):
            seen.append([request.method_name, list(request.params)])
            return ['around', proceed()]
        @staticmethod
        def clear():
            kept, seen[:] = list(seen), []
            return kept
'''
METHODS = {     # what the method is: its source
    'a function': 'def x(self, n: int): return n',
    'a static method': '@staticmethod\n        def x(n: int): return n',
    'a class method': '@classmethod\n        def x(cls, n: int): return n',
    'a method under @name': '@name("x")\n        def y(self, n: int): return n',
    'a method with request': 'def x(self, request, n: int): return n',
    'an lru_cache': '@lru_cache(None)\n        def x(self, n: int): return n',
    '_dispatch': 'def _dispatch(self, method, params): return params[0]',
}
APP = '''
    from functools import lru_cache
    from xmlrpcgi import name
    from lib.base import Base, seen
    class Application(Base):
        %s
'''


def served_with(handler, method, **files):
    return handler({'base.py': AROUND, 'app.py': APP % method, **files})


@pytest.mark.parametrize('what', METHODS)
def test_what_is_surrounded(handler, what):
    import sys
    served = served_with(handler, METHODS[what])
    assert value_of(served, 'app.x(5)') == ['around', 5]
    assert sys.modules['lib.base'].seen == [['app.x', [5]]]


def test_the_order_is_allow_then_arguments_then_instance_then_around_then_method(handler):
    import sys
    served = handler({'app.py': '''
        from xmlrpcgi import allow
        seen = []
        class Arg(int):
            pass
        @allow(user='ann')
        class Application:
            def __init__(self): seen.append('instance')
            def _around(self, request, proceed):
                seen.append(['around', request.params])
                try:
                    return proceed()
                finally:
                    seen.append('after')
            def x(self, n: float): seen.append(['method', n])
        '''})
    assert value_of(served, 'app.x("a")') == Fails(-32501)
    assert sys.modules['lib.app'].seen == []
    assert value_of(served, 'app.x("a")', 'ann') == Fails(-32602, 'expected double')
    assert sys.modules['lib.app'].seen == []
    assert value_of(served, 'app.x(1)', 'ann') is None
    assert sys.modules['lib.app'].seen == ['instance', ['around', [1.0]], ['method', 1.0], 'after']


def test_it_may_answer_by_itself_change_the_answer_and_catch_what_is_raised(handler):
    served = handler({'app.py': '''
        from xmlrpcgi import Fault
        class Application:
            def _around(self, request, proceed):
                if request.method_name == 'app.closed':
                    raise Fault(401, 'log in first')
                if request.method_name == 'app.known':
                    return 'without the method'
                try:
                    return proceed()
                except ZeroDivisionError:
                    raise Fault(7, 'divided')
            def closed(self): return 'not reached'
            def known(self): raise ValueError
            def divide(self): return 1 / 0
            def open(self): return 'open'
        '''})
    assert value_of(served, 'app.closed()') == Fails(401, 'log in first')
    assert value_of(served, 'app.known()') == 'without the method'
    assert value_of(served, 'app.divide()') == Fails(7, 'divided')
    assert value_of(served, 'app.open()') == 'open'


def test_it_may_add_headers_and_read_the_request(handler):
    served = handler({'app.py': '''
        class Application:
            def _around(self, request, proceed):
                request.add_header('X-Session', request.cookies.get('id', 'none'))
                return proceed()
            def x(self): return 'x'
        '''})
    outcome, request = put(served, 'app.x()', environ={'HTTP_COOKIE': 'a=1; id="7"'})
    assert (outcome, request.added) == ('x', [('X-Session', '7')])


def test_each_call_of_a_multicall_is_surrounded(handler):
    import sys
    served = served_with(handler, METHODS['a function'])
    calls = '[{"methodName": "app.x", "params": [1]}, {"methodName": "app.no", "params": []}, ' \
            '{"methodName": "app.x", "params": ["a"]}, {"methodName": "app.x", "params": [2]}]'
    first, missing, wrong, last = value_of(served, 'system.multicall(%s)' % calls)
    assert (first, last) == ([['around', 1]], [['around', 2]])
    assert (missing['faultCode'], wrong['faultCode']) == (-32601, -32602)
    assert sys.modules['lib.base'].seen == [['app.x', [1]], ['app.x', [2]]]


def test_listings_do_not_ask_it(handler):
    served = handler({'app.py': '''
        class Application:
            def _around(self, request, proceed): raise ValueError
            def x(self):
                'Help.'
        '''})
    assert listed(served) == ['app.x']
    assert value_of(served, 'system.methodHelp("app.x")') == 'Help.'
    assert value_of(served, 'app.x()') == Fails(-32500)


def test_it_surrounds_names_without_a_dot_and_not_the_other_files(handler):
    served = handler({'base.py': AROUND, '__init__.py': APP % METHODS['a function'],
                      'other.py': 'class Application:\n    def y(self): return "y"\n'})
    assert value_of(served, 'x(3)') == ['around', 3]
    assert value_of(served, 'other.y()') == 'y'


def test_an_around_of_a_subclass_may_go_on_with_that_of_its_base(handler):
    served = handler({'base.py': AROUND, 'app.py': '''
        from .base import Base
        class Application(Base):
            def _around(self, request, proceed):
                return ['own', super()._around(request, proceed)]
            def x(self): return 'x'
        '''})
    assert value_of(served, 'app.x()') == ['own', ['around', 'x']]


@pytest.mark.parametrize('made', ['class', 'instance'])
def test_a_class_that_is_registered_by_hand_is_surrounded(made):
    class Application:
        def _around(self, request, proceed):
            return [request.method_name, list(request.params), proceed()]

        def x(self, n: int):
            return n

        @staticmethod
        def y(n):
            return n

    handler = Handler()
    handler.register_class('app', Application if made == 'class' else Application())
    assert value_of(handler, 'app.x(1)') == ['app.x', [1], 1]
    assert value_of(handler, 'app.y(2)') == ['app.y', [2], 2]
    assert value_of(handler, 'app.x("a")') == Fails(-32602)


def test_a_class_registered_by_hand_may_dispatch(handler):
    class Application:
        def _around(self, request, proceed):
            return ['around', proceed()]

        def _dispatch(self, method, params):
            return [method, list(params)]

    handler = Handler()
    handler.register_class('app', Application())
    assert value_of(handler, 'app.any(1)') == ['around', ['app.any', [1]]]
    assert value_of(handler, 'app.any.deep(1)') == ['around', ['app.any.deep', [1]]]
