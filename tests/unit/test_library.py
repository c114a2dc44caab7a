"""What of lib/ can be called, and what cannot."""

import sys
from xmlrpc.client import Fault

import pytest

APP = '''
    import os

    LIMIT = 3

    def helper():
        return 'helper'

    class Application:
        limit = 3
        helper = os.getcwd
        nested = type('Nested', (), {'deep': lambda self: 'deep'})

        def getName(self):
            return 'example'

        @staticmethod
        def static(number):
            return number + 1

        @classmethod
        def made(cls):
            return cls.__name__

        @property
        def secret(self):
            return 'secret'

        def _private(self):
            return 'private'

        def __str__(self):
            return 'str'
'''


def no_such(method):
    return pytest.raises(Fault, match='there is no method')


@pytest.mark.parametrize('method, params, result', [
    ('app.getName', (), 'example'),
    ('app.static', (1,), 2),
    ('app.made', (), 'Application'),
])
def test_functions_static_and_class_methods_of_the_class_are_published(
        handler, call, method, params, result):
    assert call(handler({'app.py': APP}), method, *params) == result


@pytest.mark.parametrize('method', [
    'app._private', 'app.__str__', 'app.__init__', 'app.__class__', 'app.limit', 'app.secret',
    'app.helper', 'app.nested', 'app.nested.deep', 'app.getName.__func__', 'app.Application',
    'app.Application.getName', 'app.LIMIT', 'app.os', 'app.os.getcwd', 'app', '', '.', 'app.',
    '.app.getName', 'app..getName', 'APP.getName', 'app.getname', '../lib/app.getName',
    'lib.app.getName', '/app.getName', 'app.py.getName', 'app\x00.getName', 'app.getName\n.x',
    '\u0430pp.getName', 'app.mro', 'xmlrpcgi.handler.stock', 'os.getcwd', 'x' * 70000,
    'a.' * 100 + 'b', '__pycache__.app.getName', 'settings.x', 'system.exec',
])
def test_nothing_else_can_be_reached(handler, call, method):
    with pytest.raises(Fault) as caught:
        call(handler({'app.py': APP, 'settings.py': ''}), method)
    assert caught.value.faultCode in (-32601, -32600, -32700)


def test_the_folders_of_a_name_are_folders_of_lib_without_any_init_file(handler, call):
    files = {'shop/orders.py': 'class Application:\n    def create(self): return "made"\n'}
    assert call(handler(files), 'shop.orders.create') == 'made'


def test_a_file_and_a_folder_of_one_name_are_both_served(handler, call):
    orders = 'class Application:\n    def create(self): return "made"\n'
    served = handler({'shop.py': orders, 'shop/orders.py': orders})
    assert call(served, 'shop.create') == call(served, 'shop.orders.create') == 'made'


def test_a_package_with_an_init_file_is_for_classes_to_import_and_publishes_nothing(handler, call):
    served = handler({'shop/__init__.py': 'TAX = 7', 'shop/orders.py': '''
        from . import TAX
        class Application:
            def tax(self): return TAX
        ''', 'app.py': '''
        from .shop.orders import Application as Orders
        class Application:
            def tax(self): return Orders().tax()
        '''})
    assert call(served, 'app.tax') == 7
    with pytest.raises(Fault, match='there is no method shop.orders.tax'):
        call(served, 'shop.orders.tax')


def test_only_the_named_file_is_imported(handler, call):
    served = handler({'app.py': APP, 'other.py': 'raise SystemExit("imported")'})
    assert call(served, 'app.getName') == 'example'
    assert 'lib.other' not in sys.modules


def test_a_file_without_the_class_is_a_helper_and_publishes_nothing(handler, call):
    served = handler({'app.py': '''
        from lib import tools
        from . import tools as same
        import tools as plain
        class Application:
            def twice(self, number): return tools.twice(number), same is tools, plain.twice(1)
        ''', 'tools.py': 'def twice(number): return 2 * number'})
    assert call(served, 'app.twice', 4) == [8, True, 2]
    with no_such('tools.twice'):
        call(served, 'tools.twice', 4)


def test_a_class_imported_from_another_file_is_not_published_again(handler, call):
    served = handler({'app.py': APP, 'other.py': 'from lib.app import Application'})
    with no_such('other.getName'):
        call(served, 'other.getName')


def test_inherited_methods_count_when_their_class_lives_in_lib(handler, call):
    served = handler({'base.py': 'class Base:\n    def shared(self): return "shared"\n',
                      'app.py': '''
        import threading
        from lib.base import Base
        class Application(Base, threading.Thread):
            def own(self): return 'own'
        '''})
    assert call(served, 'app.own') == 'own'
    assert call(served, 'app.shared') == 'shared'
    with no_such('app.run'):
        call(served, 'app.run')


def test_a_foreign_base_that_overrides_a_method_hides_it(handler, call):
    served = handler({'base.py': 'class Base:\n    def run(self): return "ours"\n', 'app.py': '''
        import threading
        from lib.base import Base
        class Application(threading.Thread, Base):
            pass
        '''})
    with no_such('app.run'):
        call(served, 'app.run')


def test_a_subclass_takes_a_method_back_by_none(handler, call):
    served = handler({'base.py': 'class Base:\n    def gone(self): return 1\n', 'app.py': '''
        from lib.base import Base
        class Application(Base):
            gone = None
        '''})
    with no_such('app.gone'):
        call(served, 'app.gone')


def test_files_may_bear_names_of_the_standard_library(handler, call):
    served = handler({'calendar.py': 'class Application:\n    def day(self): return 1\n',
                      'email.py': '''
        import calendar, email.message
        class Application:
            def month(self): return calendar.month_name[1]
        '''})
    assert call(served, 'calendar.day') == 1
    assert call(served, 'email.month') == 'January'


@pytest.mark.parametrize('source', [
    'def broken(:', 'raise ValueError("secret path")', 'import no_such_module',
    'raise SystemExit(3)', 'raise KeyboardInterrupt', '\0',
])
def test_a_broken_file_breaks_only_its_own_methods(handler, call, capsys, source):
    served = handler({'app.py': APP, 'bad.py': source + '\n'})
    with pytest.raises(Fault) as caught:
        call(served, 'bad.anything')
    assert caught.value.faultCode == -32500
    assert 'secret' not in caught.value.faultString
    log = capsys.readouterr().err
    assert caught.value.faultString.split('ref ')[1].rstrip(')') in log
    assert call(served, 'app.getName') == 'example'
    assert 'app.getName' in call(served, 'system.listMethods')


def test_a_new_instance_serves_each_call(handler, call):
    served = handler({'app.py': '''
        class Application:
            def __init__(self): self.count = 0
            def next(self):
                self.count += 1
                return self.count
        '''})
    assert [call(served, 'app.next'), call(served, 'app.next')] == [1, 1]


def test_a_missing_lib_is_said_and_names_the_way_out(library):
    from xmlrpcgi.errors import LibraryError
    with pytest.raises(LibraryError, match='there is no folder .*LIB in rpc.cgi'):
        library({}).table('app')
