"""Which attributes of a class are methods that can be called."""

import pytest

from tests.unit.published import NONE, Fails, check

SHARED = '''
    class Base:
        def shared(self): return 'shared'
        def _hidden(self): return 'hidden'
        limit = 3
'''
TABLE = {
    'a function': ('''
        class Application:
            def add(self, a, b): return a + b
        ''', 'app.add', {'app.add(1, 2)': 3, 'app.add(1)': Fails(-32602, 'takes 2 arguments'),
                         'app.Application.add(1, 2)': NONE, 'add(1, 2)': NONE}),
    'a function with default, more, and by name alone': ('''
        class Application:
            def plus(self, a, b=1, *more, scale=2): return (a + b + sum(more)) * scale
        ''', 'app.plus', {'app.plus(1)': 4, 'app.plus(1, 2, 3)': 12}),
    'a static method': ('''
        class Application:
            @staticmethod
            def add(a, b): return a + b
        ''', 'app.add', {'app.add(1, 2)': 3, 'app.add(1)': Fails(-32602)}),
    'a class method': ('''
        class Application:
            @classmethod
            def made(cls, a): return cls.__name__ + a
        ''', 'app.made', {'app.made("!")': 'Application!', 'app.made()': Fails(-32602)}),
    'a lambda': ('''
        class Application:
            twice = lambda self, n: 2 * n
        ''', 'app.twice', {'app.twice(2)': 4}),
    'a function of the same file under another name': ('''
        def helper(self, n): return n + 1
        class Application:
            next = helper
        ''', 'app.next', {'app.next(2)': 3, 'app.helper(2)': NONE}),
    'lru_cache': ('''
        from functools import lru_cache
        calls = []
        class Application:
            @lru_cache(None)
            def slow(self, n):
                calls.append(n)
                return n * 2
            def __eq__(self, other): return True
            def __hash__(self): return 1
            def calls(self): return len(calls)
        ''', 'app.calls app.slow', {'app.slow(2)': 4, 'app.slow(2, 3)': Fails(-32602)}),
    'lru_cache in a static method': ('''
        from functools import lru_cache
        class Application:
            @staticmethod
            @lru_cache(maxsize=2)
            def slow(n: int): return n * 2
        ''', 'app.slow', {'app.slow(2)': 4, 'app.slow("x")': Fails(-32602, 'expected int')}),
    'partialmethod': ('''
        from functools import partialmethod
        class Application:
            def set(self, name, value): return [name, value]
            on = partialmethod(set, 'on')
            both = partialmethod(set, 'a', 'b')
        ''', 'app.both app.on app.set', {
            'app.on(1)': ['on', 1], 'app.both()': ['a', 'b'], 'app.set(1, 2)': [1, 2]}),
    'singledispatchmethod': ('''
        import functools
        if hasattr(functools, 'singledispatchmethod'):
            class Application:
                @functools.singledispatchmethod
                def show(self, value): return 'other'
                @show.register(int)
                def _(self, value): return 'int'
        else:
            class Application:
                def show(self, value): return 'int' if isinstance(value, int) else 'other'
        ''', 'app.show', {'app.show(1)': 'int', 'app.show("x")': 'other'}),
    'an object of a decorator class with __get__': ('''
        import functools
        class counted:
            def __init__(self, function):
                self.function = function
                functools.update_wrapper(self, function)
            def __call__(self, *args): return self.function(*args) + 1
            def __get__(self, instance, owner): return functools.partial(self, instance)
        class Application:
            @counted
            def number(self, n: int): return n
        ''', 'app.number', {'app.number(1)': 2, 'app.number("x")': Fails(-32602, 'expected int')}),
    'an object of a decorator class that does not use functools': ('''
        class counted:
            def __init__(self, function): self.function = function
            def __call__(self, *args): return self.function(*args) + 1
            def __get__(self, instance, owner): return lambda *args: self(instance, *args)
        class Application:
            @counted
            def number(self, n): return n
        ''', 'app.number', {'app.number(1)': 2}),
    'a decorator without functools.wraps': ('''
        def logged(function):
            def wrapper(*args): return function(*args)
            return wrapper
        class Application:
            @logged
            def number(self, n): return n
        ''', 'app.number', {'app.number(1)': 1}),
    'a decorator from a module that is not in lib/': ('''
        from contextlib import contextmanager
        from functools import wraps
        import test_methods_tools
        class Application:
            @test_methods_tools.retried
            def number(self, n): return n
        ''', 'app.number', {'app.number(1)': 1}),
    'a wrapper that supplies an argument': ('''
        from functools import wraps
        def connected(function):
            @wraps(function)
            def wrapper(self, *args): return function(self, 'connection', *args)
            return wrapper
        class Application:
            @connected
            def rows(self, connection, n: int): return [connection, n]
        ''', 'app.rows', {'app.rows(1)': ['connection', 1]}),
    'a wrapper that takes an argument of its own': ('''
        from functools import wraps
        from typing import NamedTuple
        class Point(NamedTuple):
            x: int
        def with_token(function):
            @wraps(function)
            def wrapper(self, token, *args): return [token, function(self, *args)]
            return wrapper
        def for_caller(function):
            @wraps(function)
            def wrapper(self, request, *args): return [request.method_name, function(self, *args)]
            return wrapper
        class Application:
            @with_token
            def page(self, number: int = 1): return number
            @with_token
            def move(self, point: Point, by: int = 0): return point.x + by
            @for_caller
            def mine(self, number: int = 1): return number
            @for_caller
            @with_token
            def both(self, number: int): return number
        ''', 'app.both app.mine app.move app.page', {
            'app.page("t")': ['t', 1], 'app.page("t", 2)': ['t', 2],
            'app.page("t", "x")': Fails(-32602, "parameter 2 'number': expected int"),
            'app.move("t", {"x": 1})': ['t', 1], 'app.move("t", {"x": 1}, 2)': ['t', 3],
            'app.mine()': ['app.mine', 1], 'app.mine(2)': ['app.mine', 2],
            'app.mine("x")': Fails(-32602, "parameter 1 'number': expected int"),
            'app.both("t", 2)': ['app.both', ['t', 2]],
            'app.both("t", "x")': Fails(-32602, "parameter 2 'number'")}),
    'attributes, instances and modules': ('''
        import os
        import functools
        class Tool:
            def __call__(self): return 'tool'
        class Application:
            limit = 3
            words = ['a']
            tool = Tool()
            system = os
            cwd = functools.partial(os.getcwd)
            def __init__(self): self.late = lambda: 'late'
        ''', '', {'app.limit()': NONE, 'app.words()': NONE, 'app.tool()': NONE,
                  'app.system.getcwd()': NONE, 'app.cwd()': NONE, 'app.late()': NONE}),
    'properties and nested classes': ('''
        import functools
        cached = getattr(functools, 'cached_property', property)
        class Slots:
            __slots__ = 'slot',
        class Application(Slots):
            @property
            def secret(self): return lambda: 'secret'
            @cached
            def once(self): return lambda: 'once'
            class Nested:
                def deep(self): return 'deep'
        ''', '', {'app.secret()': NONE, 'app.once()': NONE, 'app.Nested()': NONE,
                  'app.Nested.deep()': NONE, 'app.slot()': NONE}),
    'functions of other modules': ('''
        import os, subprocess, operator
        from functools import lru_cache, partialmethod, wraps
        from shutil import rmtree
        def decorated(function):
            @wraps(function)
            def wrapper(*args): return function(*args)
            return wrapper
        class Application:
            run = subprocess.run
            remove = staticmethod(rmtree)
            length = len
            kept = lru_cache(None)(rmtree)
            part = partialmethod(rmtree, '/nowhere')
            item = operator.itemgetter(0)
            path = classmethod(rmtree)
        ''', '', {'app.run("true")': NONE, 'app.remove("/nowhere")': NONE,
                  'app.length("x")': NONE, 'app.kept("/nowhere")': NONE, 'app.part()': NONE,
                  'app.path()': NONE, 'app.item()': NONE}),
    'underscores': ('''
        class Application:
            def _private(self): return 1
            def __very(self): return 1
            def __str__(self): return 'str'
            def __call__(self): return 'called'
            def trailing_(self): return 'trailing'
        ''', 'app.trailing_', {'app._private()': NONE, 'app.__str__()': NONE,
                               'app._Application__very()': NONE, 'app.__call__()': NONE,
                               'app.trailing_()': 'trailing', 'app.__class__()': NONE}),
    'inherited from a file in lib/': (
        {'base.py': SHARED, 'app.py': '''
            from .base import Base
            class Application(Base):
                def own(self): return 'own'
            '''}, 'app.own app.shared',
        {'app.shared()': 'shared', 'app._hidden()': NONE, 'app.limit()': NONE,
         'base.shared()': NONE}),
    'inherited from a package in lib/': (
        {'shop/__init__.py': '', 'shop/base.py': SHARED, 'app.py': '''
            from lib.shop.base import Base
            class Application(Base): pass
            '''}, 'app.shared', {'app.shared()': 'shared'}),
    'inherited by an absolute import from a package in lib/': (
        {'vendored13/__init__.py': SHARED, 'app.py': '''
            from vendored13 import Base
            class Application(Base): pass
            '''}, 'app.shared', {'app.shared()': 'shared'}),
    'inherited from elsewhere': ('''
        import threading, abc
        class Application(threading.Thread, abc.ABC):
            def own(self): return 'own'
        ''', 'app.own', {'app.run()': NONE, 'app.start()': NONE, 'app.own()': 'own'}),
    'inherited from elsewhere, and overridden here': ('''
        import threading
        class Application(threading.Thread):
            def run(self): return 'ran'
        ''', 'app.run', {'app.run()': 'ran', 'app.join()': NONE}),
    'an enum, a dataclass, a namedtuple': (
        {'colour.py': '''
            import enum
            class Application(enum.Enum):
                RED = 1
                def name_of(self): return 'x'
            ''', 'pair.py': '''
            from typing import NamedTuple
            class Application(NamedTuple):
                a: int = 1
                def both(self): return [self.a, 2]
            '''}, 'colour.name_of pair.both',
        {'pair.both()': [1, 2], 'pair.count(1)': NONE, 'colour.RED()': NONE}),
    'a metaclass with methods of its own': ('''
        class Meta(type):
            def made(cls): return 'made'
        class Application(metaclass=Meta):
            def own(self): return 'own'
        ''', 'app.own', {'app.made()': NONE, 'app.own()': 'own'}),
    'an abstract class': ('''
        from abc import ABC, abstractmethod
        class Application(ABC):
            @abstractmethod
            def later(self): pass
        ''', 'app.later', {'app.later()': Fails(-32500, 'ref ')}),
    'a keyword-only parameter without default': ('''
        class Application:
            def named(self, *, key): return key
        ''', 'app.named', {'app.named()': Fails(-32602, 'keyword-only parameters (key)')}),
    'async def': ('''
        class Application:
            async def later(self): return 1
        ''', 'app.later', {'app.later()': Fails(-32500, 'async')}),
    'a slot that a subclass fills with None': (
        {'base.py': SHARED, 'app.py': '''
            from .base import Base
            class Application(Base):
                shared = None
            '''}, '', {'app.shared()': NONE}),
    'generators and request': ('''
        class Application:
            def count(self, n): yield from range(n)
            def who(self, request): return request.method_name
            def meta(meta): return 'no'
            @staticmethod
            def it(request, n): return [request.method_name, n]
        ''', 'app.count app.it app.meta app.who', {
            'app.count(3)': [0, 1, 2], 'app.who()': 'app.who', 'app.it(1)': ['app.it', 1],
            'app.who(1)': Fails(-32602)}),
}


@pytest.fixture(autouse=True)
def tools(tmp_path, monkeypatch):
    """A module outside of lib/ with a decorator."""
    folder = tmp_path / 'elsewhere'
    folder.mkdir()
    (folder / 'test_methods_tools.py').write_text(
        'from functools import wraps\n'
        'def retried(function):\n'
        '    @wraps(function)\n'
        '    def wrapper(*args): return function(*args)\n'
        '    return wrapper\n')
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize('rule', TABLE)
def test_what_a_class_publishes(handler, rule):
    check(handler, TABLE[rule])
