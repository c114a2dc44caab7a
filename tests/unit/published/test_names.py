"""Which names the files and classes of lib/ have, @name, and the stock class's hooks."""

import pytest

from tests.unit.published import NONE, Fails, check, listed, value_of

ONE = 'class Application:\n    def get(self): return %r\n'


def where(**files):
    return {name.replace('__', '/') + '.py': ONE % name for name in files}


TABLE = {
    'folders are parts of the name': (
        {'a.py': ONE % 'a', 'a/b.py': ONE % 'a.b', 'a/b/c.py': ONE % 'a.b.c'},
        'a.b.c.get a.b.get a.get',
        {'a.get()': 'a', 'a.b.get()': 'a.b', 'a.b.c.get()': 'a.b.c', 'a.b.c.d.get()': NONE}),
    'lib/__init__.py has names without a dot': (
        {'__init__.py': ONE % 'root', 'app.py': ONE % 'app'}, 'app.get get',
        {'get()': 'root', 'app.get()': 'app', 'lib.get()': NONE, '__init__.get()': NONE,
         '.get()': NONE, 'Application.get()': NONE}),
    'lib/__init__.py may be empty': (
        {'__init__.py': '', 'app.py': ONE % 'app'}, 'app.get', {'app.get()': 'app', 'get()': NONE}),
    'lib/system.py adds methods, and the built-in ones win': (
        {'system.py': '''
            class Application:
                def reboot(self): return 'rebooted'
                def listMethods(self): return ['mine']
                def multicall(self): return 'mine'
                def _dispatch(self, method, params): return [method, params]
            '''}, 'system.reboot',
        {'system.reboot()': 'rebooted', 'system.multicall([])': [],
         'system.other(1)': ['system.other', [1]]}),
    'lib/settings.py publishes nothing': (
        {'settings.py': '', 'a/settings.py': ONE % 'settings'}, 'a.settings.get',
        {'settings.get()': NONE, 'a.settings.get()': 'settings'}),
    'a package publishes nothing, nor what is below it': (
        {'shop/__init__.py': ONE % 'shop', 'shop/orders.py': ONE % 'orders',
         'shop/deep/more.py': ONE % 'more', 'app.py': ONE % 'app'}, 'app.get',
        {'shop.get()': NONE, 'shop.orders.get()': NONE, 'shop.deep.more.get()': NONE,
         'shop.__init__.get()': NONE}),
    'a package below a folder publishes nothing': (
        {'a/shop/__init__.py': ONE % 'shop', 'a/shop/orders.py': ONE % 'orders',
         'a/b.py': ONE % 'b'}, 'a.b.get', {'a.shop.get()': NONE, 'a.shop.orders.get()': NONE}),
    'a package of the same name as a file hides it': (
        {'shop.py': ONE % 'file', 'shop/__init__.py': ONE % 'package'}, '',
        {'shop.get()': NONE}),
    '@name': ({'app.py': '''
        from xmlrpcgi import name
        class Application:
            @name('get-file')
            def get_file(self): return 'file'
            @name('set.deep.down')
            def down(self): return 'down'
            @name('Grüße an alle!')
            def greet(self): return 'greeted'
            @name('_under')
            def under(self): return 'under'
            @staticmethod
            @name('inner')
            def static(): return 'inner'
            @name('outer')
            @classmethod
            def made(cls): return 'outer'
            @name('get')
            def set(self): return 'get'
            @name('import')
            def import_(self, n: int): return n
        '''}, 'app.Grüße an alle! app._under app.get app.get-file app.import app.inner app.outer '
              'app.set.deep.down',
        {'app.get-file()': 'file', 'app.get_file()': NONE, 'app.set.deep.down()': 'down',
         'app.down()': NONE, 'app.Grüße an alle!()': 'greeted', 'app.greet()': NONE,
         'app._under()': 'under', 'app.inner()': 'inner', 'app.static()': NONE,
         'app.outer()': 'outer', 'app.get()': 'get', 'app.set()': NONE,
         'app.import("x")': Fails(-32602, 'app.import')}),
    '@name without a dot': ({'__init__.py': '''
        from xmlrpcgi import name
        class Application:
            @name('d.custom1.set')
            def set(self): return 'set'
        '''}, 'd.custom1.set', {'d.custom1.set()': 'set', 'set()': NONE}),
    'a longer prefix wins': (
        {'d.py': '''
            from xmlrpcgi import name
            class Application:
                @name('custom1.set')
                def set(self): return 'd'
                @name('custom1.get')
                def get(self): return 'd'
                @name('other.x.y')
                def y(self): return 'y'
            ''', 'd/custom1.py': ONE % 'custom1'}, 'd.custom1.get d.custom1.set d.other.x.y',
        {'d.custom1.set()': 'd', 'd.custom1.get()': 'custom1', 'd.other.x.y()': 'y'}),
    '@name of a base is overridden by a method of the same name': ({'base.py': '''
        from xmlrpcgi import name
        class Base:
            @name('get-file')
            def get(self): return 'base'
            @name('put-file')
            def put(self): return 'base'
            @name('del-file')
            def delete(self): return 'base'
        ''', 'app.py': '''
        from xmlrpcgi import name
        from .base import Base
        class Application(Base):
            def get(self): return 'own'
            @name('put-file')
            def put(self): return 'own'
            @name('put')
            def other(self): return 'other'
            delete = None
        '''}, 'app.get app.put app.put-file',
        {'app.get-file()': NONE, 'app.get()': 'own', 'app.put-file()': 'own',
         'app.put()': 'other', 'app.del-file()': NONE}),
    '@name of a base is overridden by a @name of another method': ({'base.py': '''
        from xmlrpcgi import name
        class Base:
            @name('x')
            def old(self): return 'base'
        ''', 'app.py': '''
        from xmlrpcgi import name
        from .base import Base
        class Application(Base):
            @name('x')
            def new(self): return 'own'
        '''}, 'app.x', {'app.x()': 'own'}),
    '@name behind a decorator': ({'app.py': '''
        from functools import wraps
        from xmlrpcgi import name
        def logged(function):
            @wraps(function)
            def wrapper(*args): return function(*args)
            return wrapper
        class Application:
            @logged
            @name('inside')
            def a(self): return 'a'
            @name('outside')
            @logged
            def b(self): return 'b'
        '''}, 'app.inside app.outside', {'app.inside()': 'a', 'app.outside()': 'b'}),
    '_dispatch gets every other name of its namespace': ({'app.py': '''
        class Application:
            def known(self): return 'known'
            def _dispatch(self, method, params): return [method, list(params)]
        ''', 'app/deep.py': ONE % 'deep', 'other.py': ONE % 'other'},
        'app.deep.get app.known other.get',
        {'app.known()': 'known', 'app.other(1, "a")': ['app.other', [1, 'a']],
         'app._dispatch("x")': ['app._dispatch', ['x']], 'app.__class__()': ['app.__class__', []],
         'app.deep.get()': 'deep', 'app.deep.no()': ['app.deep.no', []],
         'app.x.y.z()': ['app.x.y.z', []], 'other.no()': NONE, 'no()': NONE}),
    '_dispatch of lib/__init__.py comes last': ({'__init__.py': '''
        class Application:
            def known(self): return 'known'
            def _dispatch(self, method, params): return ['root', method]
        ''', 'app.py': '''
        class Application:
            def _dispatch(self, method, params): return ['app', method]
        ''', 'plain.py': ONE % 'plain'}, 'known plain.get',
        {'known()': 'known', 'no()': ['root', 'no'], 'app.no()': ['app', 'app.no'],
         'plain.get()': 'plain', 'plain.no()': ['root', 'plain.no'],
         'system.no()': ['root', 'system.no'], 'x.y.z()': ['root', 'x.y.z'],
         'system.multicall([])': []}),
    '_dispatch inherited from lib/': ({'base.py': '''
        class Base:
            def _dispatch(self, method, params): return method
        ''', 'app.py': '''
        from .base import Base
        class Application(Base): pass
        '''}, '', {'app.x()': 'app.x', 'base.x()': NONE}),
    '_dispatch that refuses a name as the stock class does': ({'app.py': '''
        from xmlrpcgi import Fault
        class Application:
            def _dispatch(self, method, params):
                if method == 'app.gone': raise Fault(-32601, 'gone for good')
                raise Exception('method "%s" is not supported' % method)
        '''}, '', {'app.gone()': Fails(-32601, 'gone for good'), 'app.x()': Fails(-32500, 'ref ')}),
    '_listMethods and _methodHelp': ({'app.py': '''
        class Application:
            def own(self):
                'Own help.'
            def _dispatch(self, method, params): return method
            def _listMethods(self): return ['app.far', 'app.b.far', 'other.no', 'no', 3, 'app.own']
            def _methodHelp(self, method): return 'Help of %s.' % method
        '''}, 'app.b.far app.far app.own',
        {'system.methodHelp("app.far")': 'Help of app.far.',
         'system.methodHelp("app.own")': 'Own help.', 'app.far()': 'app.far',
         'system.methodHelp("other.no")': NONE}),
    '_listMethods that fails hides nothing else': ({'app.py': '''
        class Application:
            def own(self): return 'own'
            def _listMethods(self): raise ValueError('listing')
        ''', 'other.py': ONE % 'other'}, 'app.own other.get', {'other.get()': 'other'}),
    '_methodHelp that fails hides no method': ({'app.py': '''
        class Application:
            def own(self): return 'own'
            def _dispatch(self, method, params): return method
            def _listMethods(self): return ['app.far', 'app.near']
            def _methodHelp(self, method): return 1 / 0 if method == 'app.far' else 'near'
        '''}, 'app.far app.near app.own', {'system.methodHelp("app.near")': 'near',
                                           'system.methodHelp("app.far")': ''}),
    'hooks of a class outside of lib/ do not count': ({'app.py': '''
        import test_names_tools
        class Application(test_names_tools.Base):
            def own(self): return 'own'
        '''}, 'app.own', {'app.own()': 'own', 'app.x()': NONE}),
    'names are what they are': (
        {'app.py': ONE % 'app', 'Upper.py': ONE % 'Upper', 'x_1.py': ONE % 'x_1'},
        'Upper.get app.get x_1.get',
        {'upper.get()': NONE, 'APP.get()': NONE, 'x_1.get()': 'x_1', 'app .get()': NONE,
         'app/get()': NONE, 'app.get.()': NONE}),
    'files whose names are not identifiers publish nothing': (
        {'my-app.py': ONE % 1, 'my app.py': ONE % 1, '1app.py': ONE % 1, 'über.py': ONE % 1,
         '_app.py': ONE % 1, '__main__.py': ONE % 1, 'a.b.py': ONE % 1, 'my-dir/app.py': ONE % 1,
         '.hidden.py': ONE % 1, 'app.PY': ONE % 1, 'app.py.txt': ONE % 1, 'app.pyc': ONE % 1}, '',
        {'my-app.get()': NONE, 'my app.get()': NONE, '1app.get()': NONE, 'über.get()': NONE,
         '_app.get()': NONE, '__main__.get()': NONE, 'a.b.get()': NONE, 'my-dir.app.get()': NONE,
         'app.get()': NONE}),
}


@pytest.fixture(autouse=True)
def tools(tmp_path, monkeypatch):
    """A module outside of lib/ with a class that has the hooks."""
    folder = tmp_path / 'elsewhere'
    folder.mkdir()
    (folder / 'test_names_tools.py').write_text(
        'class Base:\n'
        '    def _dispatch(self, method, params): return "foreign"\n'
        '    def _listMethods(self): return ["app.foreign"]\n'
        '    def _around(self, request, proceed): return "foreign"\n')
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize('rule', TABLE)
def test_the_names_of_methods(handler, rule):
    files, names, calls = TABLE[rule]
    if 'Grüße' in names:                # a name with spaces
        served = handler(files)
        assert ' '.join(listed(served)) == names
        assert {written: value_of(served, written) for written in calls} == calls
    else:
        check(handler, TABLE[rule])


def test_two_methods_of_one_class_under_one_name_break_the_file(handler, capsys):
    served = handler({'app.py': '''
        from xmlrpcgi import name
        class Application:
            @name('get')
            def a(self): return 'a'
            def get(self): return 'get'
        ''', 'other.py': ONE % 'other'})
    assert value_of(served, 'app.get()') == Fails(-32500, 'ref ')
    assert 'a and get are both published as get' in capsys.readouterr().err
    assert listed(served) == ['other.get']


@pytest.mark.parametrize('written, part', [
    ('@name', 'like @name("get-file")'), ('@name()', 'public'), ('@name("")', 'like @name'),
    ('@name(b"x")', 'like @name')])
def test_a_name_without_its_text_says_how_to_write_it(handler, capsys, written, part):
    served = handler({'app.py': '''
        from xmlrpcgi import name
        class Application:
            %s
            def get(self): return 1
        ''' % written})
    assert value_of(served, 'app.get()') == Fails(-32500)
    assert part in capsys.readouterr().err
