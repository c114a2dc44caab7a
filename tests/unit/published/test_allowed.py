"""@allow: what it holds for, and what is refused at import because it would not hold."""

import pytest

from tests.unit.published import Fails, check, listed, value_of

DENIED = Fails(-32501)
BROKEN = Fails(-32500, 'ref ')
DECORATORS = '''
        from functools import wraps
        from xmlrpcgi import allow
        def bare(function):
            def wrapper(*args): return function(*args)
            return wrapper
        def wrapped(function):
            @wraps(function)
            def wrapper(*args): return function(*args)
            return wrapper
'''
ANN = 'ann'
HOLDS = {       # source: {call: outcome for nobody}; ann may always
    'on the class, for its _dispatch': '''
        @allow(user='ann')
        class Application:
            def _dispatch(self, method, params): return 'ok'
        ''',
    'on a base class, for the _dispatch of a subclass': '''
        @allow(user='ann')
        class Base: pass
        class Application(Base):
            def _dispatch(self, method, params): return 'ok'
        ''',
    'behind a decorator with functools.wraps': '''
        class Application:
            @wrapped
            @allow(user='ann')
            def x(self): return 'ok'
        ''',
    'above a decorator without functools.wraps': '''
        class Application:
            @allow(user='ann')
            @bare
            def x(self): return 'ok'
        ''',
    'on a static method, on either side': '''
        class Application:
            @allow(user='ann')
            @staticmethod
            def x(): return 'ok'
        ''',
    'on a class method, on either side': '''
        class Application:
            @classmethod
            @allow(user='ann')
            def x(cls): return 'ok'
        ''',
    'with lru_cache above': '''
        from functools import lru_cache
        class Application:
            @lru_cache(None)
            @allow(user='ann')
            def x(self): return 'ok'
        ''',
    'with lru_cache below': '''
        from functools import lru_cache
        class Application:
            @allow(user='ann')
            @lru_cache(None)
            def x(self): return 'ok'
        ''',
    'through partialmethod': '''
        from functools import partialmethod
        class Application:
            @allow(user='ann')
            def _y(self, word): return word
            x = partialmethod(_y, 'ok')
        ''',
    'with @name': '''
        from xmlrpcgi import name
        class Application:
            @name('x')
            @allow(user='ann')
            def y(self): return 'ok'
        ''',
    'twice on a method, by both': '''
        class Application:
            @allow(authenticated=True)
            @allow(user='ann')
            def x(self): return 'ok'
        ''',
    'twice on a class, by both': '''
        @allow(user=('ann', 'bob'))
        @allow(user=('ann', 'eve'))
        class Application:
            def x(self): return 'ok'
        ''',
    'inherited': '''
        class Base:
            @allow(user='ann')
            def x(self): return 'ok'
        class Application(Base): pass
        ''',
    'on a function from the same file': '''
        @allow(user='ann')
        def y(self): return 'ok'
        class Application:
            x = y
        ''',
}
REFUSED = {     # source: what the log says
    'on a method beside _dispatch': ('''
        class Application:
            @allow(user='ann')
            def x(self): return 'ok'
            def _dispatch(self, method, params): return method
        ''', '@allow on x would not hold for _dispatch'),
    'on a method beside an inherited _dispatch': ('''
        class Base:
            def _dispatch(self, method, params): return method
        class Application(Base):
            @allow(user='ann')
            def x(self): return 'ok'
        ''', '@allow on x would not hold for _dispatch'),
    'on a static method beside _dispatch': ('''
        class Application:
            @allow(user='ann')
            @staticmethod
            def x(): return 'ok'
            def _dispatch(self, method, params): return method
        ''', '@allow on x would not hold for _dispatch'),
    'below a decorator without functools.wraps': ('''
        class Application:
            @bare
            @allow(user='ann')
            def x(self): return 'ok'
        ''', '@allow on x is hidden'),
    'below such a decorator and a static method': ('''
        class Application:
            @staticmethod
            @bare
            @allow(user='ann')
            def x(): return 'ok'
        ''', '@allow on x is hidden'),
    'below such a decorator, with another one above': ('''
        class Application:
            @wrapped
            @bare
            @allow(user='ann')
            def x(self): return 'ok'
        ''', '@allow on x is hidden'),
    'in a base of the same file': ('''
        class Base:
            @bare
            @allow(user='ann')
            def x(self): return 'ok'
        class Application(Base): pass
        ''', '@allow on x is hidden'),
    'in an object of a decorator class': ('''
        class kept:
            def __init__(self, function): self.function = function
            def __call__(self, *args): return self.function(*args)
            def __get__(self, instance, owner): return lambda *args: self(instance, *args)
        class Application:
            @kept
            @allow(user='ann')
            def x(self): return 'ok'
        ''', '@allow on x is hidden'),
    'on _dispatch itself': ('''
        class Application:
            @allow(user='ann')
            def _dispatch(self, method, params): return method
        ''', '@allow on _dispatch is hidden by a decorator above it, or _dispatch is not'),
    'on what functools.wraps made of a method, below a bare decorator': ('''
        class Application:
            @bare
            @allow(user='ann')
            @wrapped
            def x(self): return 'ok'
        ''', '@allow on x is hidden'),
    'on what a decorator of another module made of a method, below a bare decorator': ('''
        from functools import lru_cache
        class Application:
            @bare
            @allow(user='ann')
            @lru_cache()
            def x(self): return 'ok'
        ''', '@allow on x is hidden'),
    'on a function of the file, put into the class through a bare decorator': ('''
        def y(self): return 'ok'
        class Application:
            x = bare(allow(user='ann')(y))
        ''', '@allow on y is hidden'),
    'applied by a decorator, below a bare one': ('''
        def hers(function): return allow(user='ann')(function)
        class Application:
            @bare
            @hers
            def x(self): return 'ok'
        ''', '@allow on x is hidden'),
    'on a private method that a bare decorator publishes': ('''
        class Application:
            @allow(user='ann')
            def _x(self): return 'ok'
            x = bare(_x)
        ''', '@allow on _x is hidden'),
    'without brackets on a method': ('''
        class Application:
            @allow
            def x(self): return 'ok'
        ''', 'takes its arguments in brackets'),
    'without brackets on the class': ('''
        @allow
        class Application:
            def x(self): return 'ok'
        ''', 'takes its arguments in brackets'),
    'without arguments': ('''
        class Application:
            @allow()
            def x(self): return 'ok'
        ''', 'allow() takes user='),
    'with authenticated=False': ('''
        @allow(authenticated=False)
        class Application:
            def x(self): return 'ok'
        ''', 'allow() takes user='),
    'on a property': ('''
        class Application:
            @allow(user='ann')
            @property
            def x(self): return 'ok'
        ''', ''),
}


@pytest.mark.parametrize('where', HOLDS)
def test_where_allow_holds(handler, where):
    served = handler({'app.py': DECORATORS + HOLDS[where]})
    assert value_of(served, 'app.x()') == DENIED
    assert listed(served) == []
    assert value_of(served, 'app.x()', ANN) == 'ok'
    assert value_of(served, 'app.x()', 'eve') == DENIED


@pytest.mark.parametrize('where', REFUSED)
def test_where_allow_would_not_hold_the_file_is_refused(handler, capsys, where):
    source, said = REFUSED[where]
    served = handler({'app.py': DECORATORS + source})
    for _ in range(3):                      # and stays so
        assert value_of(served, 'app.x()') == BROKEN
        assert said in capsys.readouterr().err
        assert value_of(served, 'app.x()', ANN) == BROKEN
        assert listed(served) == []


def test_an_allow_that_is_covered_in_another_file_is_refused_there(handler, capsys):
    served = handler({'base.py': DECORATORS + '''
        class Base:
            @bare
            @allow(user='ann')
            def x(self): return 'ok'
        ''', 'app.py': '''
        from .base import Base
        class Application(Base):
            def y(self): return 'y'
        '''})
    assert value_of(served, 'app.x()') == BROKEN
    assert '@allow on x is hidden' in capsys.readouterr().err
    assert value_of(served, 'app.y()') == BROKEN


def test_a_covered_allow_that_a_later_definition_replaces_refuses_nothing(handler):
    check(handler, (DECORATORS + '''
        class Application:
            @allow(user='ann')
            def x(self): return 'first'
            def x(self): return 'second'
        ''', 'app.x', {'app.x()': 'second'}))


def test_a_base_with_an_allow_that_a_subclass_overrides_refuses_nothing(handler):
    check(handler, (DECORATORS + '''
        class Base:
            @bare
            @allow(user='ann')
            def x(self): return 'base'
        class Application(Base):
            def x(self): return 'own'
        ''', 'app.x', {'app.x()': 'own'}))


def test_a_covered_allow_of_one_class_refuses_no_other(handler):
    served = handler({'app.py': DECORATORS + '''
        class Helper:
            @bare
            @allow(user='ann')
            def x(self): return 'x'
        class Application:
            @allow(user='ann')
            def x(self): return 'x'
        '''})
    assert [value_of(served, 'app.x()', user) for user in ('', 'ann')] == [DENIED, 'x']


def test_a_covered_allow_in_a_class_registered_by_hand_is_refused(handler, capsys):
    served = handler({'__init__.py': DECORATORS + '''
        class Tools:
            @bare
            @allow(user='ann')
            def x(self): return 'ok'
        def register(handler): handler.register_class('tools', Tools)
        ''', 'app.py': 'class Application:\n    def y(self): pass\n'})
    for _ in range(2):
        assert value_of(served, 'tools.x()') == BROKEN
    assert '@allow on x is hidden' in capsys.readouterr().err
    assert listed(served) == ['app.y']
