"""What @allow hides, however a method is registered, no list and no help tells."""

import pytest

from tests.unit.ask import ask
from tests.unit.published import NONE, Fails, listed, value_of

HELPED = """
    def _listMethods(self): return ['%(name)s']
    def _methodHelp(self, method): return 'secret help of ' + method
"""
DISPATCHES = '    def _dispatch(self, method, params): return "done"\n'
METHOD = '    def %s(self, number: int = 0):\n        "secret help"\n        return "done"\n'
MARKED = '    @allow(user="ann")\n' + METHOD
HERS = '@allow(user="ann")\nclass Hers:\n'
OPEN = 'class Hers:\n'
HERS_IN_LIB = HERS.replace('Hers', 'Application')
OPEN_IN_LIB = OPEN.replace('Hers', 'Application')
REGISTER = 'from xmlrpcgi import allow\n%s\ndef register(handler):\n    handler.register_%s\n'
A_FILE = 'from xmlrpcgi import allow\n%s'


def registered(source, how):
    return {'__init__.py': REGISTER % (source, how)}


KINDS = {           # files of lib/, and the name of a method that only ann may call
    'a function': (registered(OPEN + MARKED % 'a', "function(Hers().a, 'a')"), 'a'),
    'a method of a class': (registered(HERS + METHOD % 'a', "function(Hers().a, 'a')"), 'a'),
    'a registered class': (registered(HERS + METHOD % 'a', "class('t', Hers)"), 't.a'),
    'a method of a registered class': (
        registered(OPEN + MARKED % 'a', "class('t', Hers)"), 't.a'),
    'a method that a registered class lists': (
        registered(OPEN + MARKED % 'a' + HELPED % {'name': 't.a'}, "class('t', Hers)"), 't.a'),
    'a registered class with all hooks': (
        registered(HERS + DISPATCHES + HELPED % {'name': 't.a'}, "class('t', Hers())"), 't.a'),
    'an instance': (registered(HERS + METHOD % 'a', 'instance(Hers())'), 'a'),
    'an instance with _listMethods': (
        registered(HERS + METHOD % 'a' + HELPED % {'name': 'a'}, 'instance(Hers())'), 'a'),
    'an instance with _dispatch and a list': (
        registered(HERS + DISPATCHES + HELPED % {'name': 'a'}, 'instance(Hers())'), 'a'),
    'a method of an instance': (registered(OPEN + MARKED % 'a', 'instance(Hers())'), 'a'),
    'a method of an instance that lists it': (
        registered(OPEN + MARKED % 'a' + HELPED % {'name': 'a'}, 'instance(Hers())'), 'a'),
    'a method of an instance that has help': (
        registered(OPEN + MARKED % 'a' + HELPED.split('return', 1)[1].partition('\n')[2],
                   'instance(Hers())'), 'a'),
    'a class of lib': ({'t.py': A_FILE % HERS_IN_LIB + METHOD % 'a'}, 't.a'),
    'a class of lib with all hooks': (
        {'t.py': A_FILE % HERS_IN_LIB + DISPATCHES
         + HELPED % {'name': 't.a'}}, 't.a'),
    'a method that a class of lib lists': (
        {'t.py': A_FILE % OPEN_IN_LIB + MARKED % 'a'
         + HELPED % {'name': 't.a'}}, 't.a'),
    'a class of lib in a folder': (
        {'shop/t.py': A_FILE % HERS_IN_LIB + METHOD % 'a'}, 'shop.t.a'),
    'a method that lib/__init__.py lists, too': (
        {'t.py': A_FILE % OPEN_IN_LIB + MARKED % 'a',
         '__init__.py': OPEN_IN_LIB + HELPED % {'name': 't.a'}}, 't.a'),
    'a function that an instance lists, too': (
        registered(OPEN + MARKED % 'a' + 'class Open:\n' + DISPATCHES
                   + HELPED.replace('secret', 'open') % {'name': 'a'},
                   "function(Hers().a, 'a')\n    handler.register_instance(Open())"), 'a'),
}


def outcomes(served, name, user):
    """What the lists and helps tell `user` of the method `name`, and of one that is not there."""
    described = value_of(served, 'system.describe()', user)
    page = ask(b'', method='GET', to=served, environ={'REMOTE_USER': user} if user else ()).body
    return (listed(served, user), [method['name'] for method in described['methods']
                                   if method['name'][:7] != 'system.'],
            value_of(served, 'system.methodHelp(%r)' % name, user),
            value_of(served, 'system.methodSignature(%r)' % name, user),
            b'secret' in page or b'id="%s"' % name.encode() in page)


@pytest.mark.parametrize('first', [False, True], ids=['help first', 'after a call'])
@pytest.mark.parametrize('kind', KINDS)
def test_who_may_not_call_is_told_nothing_and_who_may_is(handler, kind, first):
    files, name = KINDS[kind]
    served = handler(files)
    if first:
        value_of(served, '%s()' % name, 'ann')
    for user in '', 'bob':
        names, described, help_, signature, in_page = outcomes(served, name, user)
        assert name not in names and name not in described and not in_page
        nothing = value_of(served, 'system.methodHelp("zz")', user)
        assert help_ == NONE if nothing == NONE else help_ == nothing.replace('zz', name)
        assert 'secret' not in repr(help_)
        assert signature == NONE
        assert value_of(served, '%s()' % name, user) == Fails(-32501)
    names, described, help_, signature, in_page = outcomes(served, name, 'ann')
    assert names == described == [name] and in_page
    assert 'secret help' in help_ and signature != NONE
    assert value_of(served, '%s()' % name, 'ann') == 'done'


def test_an_allow_that_an_instances_dispatch_would_pass_by_is_refused(handler, capsys):
    served = handler(registered(OPEN + MARKED % 'a' + DISPATCHES, 'instance(Hers())'))
    for user in '', 'ann':
        assert value_of(served, 'a()', user) == Fails(-32500)
    assert '@allow on a would not hold for _dispatch' in capsys.readouterr().err
    assert listed(served) == []


def test_a_covered_allow_in_the_class_of_an_instance_is_refused(handler, capsys):
    bare = 'def bare(function):\n    def inner(*args): return function(*args)\n    return inner\n'
    served = handler(registered(
        bare + OPEN + '    @bare\n' + MARKED % 'a', 'instance(Hers())'))
    assert value_of(served, 'a()') == Fails(-32500)
    assert '@allow on a is hidden' in capsys.readouterr().err


CATCH_ALL = """
class All:
    def _dispatch(self, method, params): return 'all ' + method
    def _methodHelp(self, method): return 'all help of ' + method
    def _listMethods(self): return ['any.thing', 'orders.create', 'orders.by_hand', 'tools.own']
class Tools:
    def own(self):
        "Its own."
        return 'tools'
def register(handler):
    handler.register_instance(All())
    handler.register_class('tools', Tools)
"""
ORDERS = '''
class Application:
    def create(self):
        "Make an order."
        return "lib"
'''
REACHED = {             # method: (what a call gives, its help)
    'orders.create': ('lib', 'Make an order.'),
    'orders.by_hand': ('all orders.by_hand', 'all help of orders.by_hand'),
    'shop.orders.create': ('lib', 'Make an order.'),
    'any.thing': ('all any.thing', 'all help of any.thing'),
    'not.listed': ('all not.listed', 'all help of not.listed'),
    'tools.own': ('tools', 'Its own.'),
}


@pytest.mark.parametrize('first', ['call', 'help', 'list'])
@pytest.mark.parametrize('name', REACHED)
def test_the_help_is_that_of_what_a_call_reaches(handler, name, first):
    served = handler({'__init__.py': CATCH_ALL, 'orders.py': ORDERS, 'shop/orders.py': ORDERS,
                      'tools.py': ORDERS.replace('create', 'none')})
    result, help_ = REACHED[name]
    ways = {'call': lambda: value_of(served, name + '()') == result,
            'help': lambda: value_of(served, 'system.methodHelp(%r)' % name) == help_,
            'list': lambda: listed(served) == ['any.thing', 'orders.by_hand', 'orders.create',
                                               'shop.orders.create', 'tools.own']}
    for way in [first] + sorted(ways) * 2:
        assert ways[way](), way
    assert value_of(served, 'tools.none()') == NONE


DOTTED = """
class Orders:
    def create(self): return 'instance'
    def other(self): return 'instance'
class Root:
    orders = Orders()
    def ping(self):
        "Of the instance."
        return 'instance'
class Application:
    def ping(self):
        "Of lib."
        return 'lib'
def register(handler):
    handler.register_instance(Root(), allow_dotted_names=True)
"""


def test_a_dotted_name_is_of_the_instance_where_no_file_has_it(handler):
    served = handler({'__init__.py': DOTTED, 'orders.py': ORDERS})
    assert value_of(served, 'orders.create()') == 'lib'
    assert value_of(served, 'orders.other()') == 'instance'
    assert value_of(served, 'system.methodHelp("orders.create")') == 'Make an order.'
    assert value_of(served, 'ping()') == 'instance'
    assert value_of(served, 'system.methodHelp("ping")') == 'Of the instance.'
    assert listed(served) == ['orders.create', 'ping']


def test_a_name_that_two_files_have_has_the_help_of_the_one_that_answers(handler):
    served = handler({
        'd.py': 'from xmlrpcgi import name\nclass Application:\n    @name("custom1.set")\n'
                '    def set(self):\n        "Of d."\n        return "d"\n',
        'd/custom1.py': 'class Application:\n    def set(self):\n        "Of custom1."\n'
                        '        return "custom1"\n'})
    assert value_of(served, 'd.custom1.set()') == 'custom1'
    assert value_of(served, 'system.methodHelp("d.custom1.set")') == 'Of custom1.'


def test_a_file_that_a_registered_class_covers_is_not_listed(handler):
    served = handler({'__init__.py': """
        class All:
            def _dispatch(self, method, params): return 'all'
        class Some:
            def one(self): return 'some'
        def register(handler):
            handler.register_class('orders', Some)
            handler.register_class('shop', All)
        """, 'orders.py': ORDERS, 'shop/orders.py': ORDERS})
    assert value_of(served, 'orders.create()') == NONE
    assert value_of(served, 'shop.orders.create()') == 'all'
    assert listed(served) == ['orders.one']
