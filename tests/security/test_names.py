"""Method names that mean to reach what is not published (CVE-2005-0089, CVE-2017-11610)."""

import os
import sys
from xmlrpc.client import Fault

import pytest
from xmlrpcgi.handler import Handler

from tests.security import tried

KIND = 'dotted names'

# Whatever is called of this beyond `open_` writes down that it was.
APP = '''
    import os, subprocess, sys
    from lib import helpers

    called = []
    SECRET = 'xyzzy'

    def helper(*params):
        called.append('helper')

    class Other:
        def reach(self, *params):
            called.append('Other.reach')

    class Meta(type):
        def meta(cls, *params):
            called.append('meta')

    class Foreign(dict):
        pass

    class Application(Foreign, metaclass=Meta):
        run = subprocess.call
        partial = __import__('functools').partial(helper)
        nested = Other
        made = Other()
        module = os
        aliases = {'reach': helper}
        lambda_instance = Other().reach

        def open_(self):
            return 'open'

        def _hidden(self, *params):
            called.append('_hidden')

        def __dunder__(self, *params):
            called.append('__dunder__')

        def __call__(self, *params):
            called.append('__call__')

        def __getattr__(self, name):
            called.append('__getattr__ ' + name)
            return helper

        @property
        def evaluated(self):
            called.append('evaluated')
            return helper

        @staticmethod
        def _static(*params):
            called.append('_static')
'''
FILES = {
    'app.py': APP, 'settings.py': '', 'helpers.py': 'def run(*p): raise SystemExit\n',
    '_private.py': 'class Application:\n    def reach(self): return 1\n',
    'shop/_private.py': 'class Application:\n    def reach(self): return 1\n',
    'shop/orders.py': 'class Application:\n    def open_(self): return 1\n',
    '9lives.py': 'class Application:\n    def reach(self): return 1\n',
    'with-dash.py': 'class Application:\n    def reach(self): return 1\n',
}

_OF_OBJECTS = (
    '__class__ __init__ __dict__ __doc__ __module__ __globals__ __builtins__ __subclasses__ '
    '__mro__ __bases__ __base__ __reduce__ __reduce_ex__ __getattribute__ __setattr__ __delattr__ '
    '__init_subclass__ __code__ __func__ __self__ __wrapped__ __loader__ __spec__ __import__ '
    '__call__ __dunder__ __getattr__ _hidden _static evaluated run partial nested made module '
    'aliases lambda_instance mro meta im_func func_globals gi_frame f_globals f_builtins '
    'get items keys pop update clear setdefault fromkeys copy').split()
_CHAINS = [
    'app.__class__.__base__.__subclasses__', 'app.open_.__globals__', 'app.open_.__func__',
    'app.open_.__globals__.called.append', 'app.__init__.__globals__.os.system',
    'app.nested.reach', 'app.made.reach', 'app.module.system', 'app.os.system',
    'app.sys.exit', 'app.Application.open_', 'app.helper', 'app.SECRET', 'app.called.append',
    'app.Other.reach', 'app.helpers.run', 'helpers.run', 'helpers.Application.run',
    # CVE-2017-11610, Supervisor: by the namespace's object to modules that it had imported
    'supervisor.supervisord.options.warnings.linecache.os.system',
    'app.made.__class__.reach', 'app.evaluated.__call__', 'app.aliases.reach',
]
_OF_MODULES = [
    'os.system', 'sys.exit', 'subprocess.call', 'builtins.eval', '__builtin__.eval',
    'builtins.open', 'lib.app.open_', 'lib.open_', 'lib.os.system', '__main__.open_',
    'xmlrpcgi.handler.stock', 'xmlrpcgi.cli.install.run', 'xmlrpc.server.stock', 'site.main',
    'settings.MAX_BODY', 'settings.reach', 'settings.Application.reach', 'system.exec',
    'system._dispatch', 'system.__class__', 'system.funcs', 'system.listMethods.__globals__',
    'system.register_function', 'system.multicall.__func__', 'system.system_listMethods',
    'system_listMethods', '_dispatch', 'register_function', 'handle_request', 'funcs', 'library',
    'app', 'Application', 'Application.open_', 'call', 'fault',
]
_OF_PATHS = [
    '../lib/app.open_', '..lib.app.open_', '...app.open_', './app.open_', '/app.open_',
    '//app.open_', 'lib/app.open_', 'app/open_', 'app.py.open_', 'app.pyc.open_', 'app\\open_',
    '..\\lib\\app.open_', 'shop/orders.open_', 'shop//orders.open_', 'shop\\orders.open_',
    'shop/../app.open_', 'shop...app.open_', 'shop./orders.open_', 'file:///app.open_',
    'C:app.open_', 'C:\\lib\\app.open_', 'app:open_', 'app::$DATA.open_', 'app%2eopen_',
    '%61pp.open_', 'app%00.open_', 'app.open_\x00', 'app\x00.open_', 'app.py\x00.open_',
    '\x00app.open_', '~/app.open_', '~root.app.open_', '$HOME.app.open_', '`id`.open_', '$(id).x',
    'app;id.open_', 'app|id.open_', 'app.open_;', "app.open_'--", 'app.open_" OR 1',
    '_private.reach', 'shop._private.reach', '__pycache__.app.open_', '__init__.open_',
    '9lives.reach', 'with-dash.reach', '/dev/null.open_', '/etc/passwd.x', 'CON.open_', 'nul.x',
    '.', '..', '...', '', ' ', '.app.open_', 'app..open_', 'app.', '.open_', 'app.open_.',
    'app. open_', 'app .open_', 'a pp.open_', 'app.open_()', 'app.open_(', '(app).open_',
    'app.open_ app.open_', 'app.open_,app.open_', 'app.open_\n.x', 'app.\topen_', 'app[0].open_',
    '{0.__class__}.x', '%(app)s.open_', '%s.%s', '{app}.open_', '*.*', 'app.*', '?.open_',
    'app.op?n_', 'app.[o]pen_', 'App.open_', 'APP.OPEN_', 'app.Open_', 'app.OPEN_', 'shop.open_',
    'shop', 'shop.orders', 'shop.Orders.open_',
]
# What NFKC or case folding makes app.open_ of, or that only looks like it.
_LOOK_ALIKES = [
    '\uff41pp.open_', 'a\uff50p.open_', 'app\uff0eopen_', 'app.\uff4fpen_', 'app.open\uff3f',
    '\u0430pp.open_', 'app.\u043epen_', 'app.\u03bfpen_', '\U0001d41app.open_', 'ap\u1d56.open_',
    'app.ope\u207f_', 'app.o\u1d56en_', 'app\u2024open_', 'app\u3002open_', 'app\ufe52open_',
    'app.open_\u200b', 'a\u200bpp.open_', 'app\u200d.open_', '\ufeffapp.open_', 'app.open_\ufeff',
    'a\u00adpp.open_', 'app.open_\u0301', '\u202eapp.open_', 'app.\u202eopen_', 'app\u2215open_',
    'app.open\u203f', 'app.\ufe33hidden', 'app.\uff3fhidden', 'app.\u2040hidden',
    'app.\ufe4dhidden',
    'app.\uff3f\uff3fclass\uff3f\uff3f', 'app.__cla\u017f\u017f__', 'app.\uff3f_class__',
    'app.\u2160', '\u00e1pp.open_', 'app\u00a0.open_', 'app.open_\u2028', '\u2003app.open_',
]
_LONG = [
    'a' * 65536, 'a.' * 32768 + 'b', '.' * 65536, '_' * 65536, 'app.' + 'o' * 65532,
    'app.open_' + '.x' * 32763, 'a' * 65530 + '.open_', '\U0001f600' * 16384, '../' * 21845 + 'app',
    'a' * 255 + '.b', 'a' * 254 + '.b', 'app.' + 'o' * 251, 'app.' + 'o' * 252,
    '.'.join(['a'] * 128), '.'.join(['app'] * 64), 'shop.' * 50 + 'orders',
]


@pytest.fixture
def served(handler):
    """The handler of FILES; at the end nothing of lib.app was called but `open_`."""
    made = handler(FILES)
    yield made
    app = sys.modules.get('lib.app')
    assert app is None or app.called == []


def refused(run, handler, names):
    """Call each of `names`; each is a fault that says there is none, and says no more."""
    for name in names:
        tried(KIND)
        with pytest.raises(Fault) as caught:
            run(handler, name)
        assert caught.value.faultCode in (-32601, -32600, -32700), name
        text = caught.value.faultString
        assert len(text) < 200 and 'Traceback' not in text and handler.library.folder not in text


def test_what_is_published_is_reached_by_its_own_name_alone(served, call):
    assert call(served, 'app.open_') == 'open' and call(served, 'shop.orders.open_') == 1


def test_a_dotted_name_cannot_reach_attributes_of_the_class(served, call):
    """CVE-2005-0089: Python's SimpleXMLRPCServer followed any dotted name (PSF-2005-001)."""
    refused(call, served, ['app.' + name for name in _OF_OBJECTS])


def test_a_dotted_name_cannot_go_on_through_objects(served, call):
    """CVE-2005-0089, CVE-2017-11610."""
    refused(call, served, _CHAINS)
    refused(call, served, ['app.open_.' + name for name in _OF_OBJECTS])
    refused(call, served, ['%s.%s' % (name, other) for name in ('app.__class__', 'app.made')
                           for other in _OF_OBJECTS])


def test_a_dotted_name_cannot_reach_module_globals(served, call):
    """CVE-2017-11610: Supervisor's namespaces led to the modules they had imported."""
    refused(call, served, _OF_MODULES)
    loaded = [name for name in list(sys.modules) if name.isidentifier() and name != 'app']
    refused(call, served, ['%s.open_' % name for name in loaded if name != 'lib'])
    refused(call, served, ['%s.main' % name for name in sys.builtin_module_names])


def test_a_name_is_no_path(served, call):
    """Path separators, NUL, "..", drive letters, escapes, quotes, patterns, other cases."""
    refused(call, served, _OF_PATHS)


def test_characters_that_look_alike_are_others(served, call):
    """Python's own identifiers are normalized (NFKC): `\uff41pp` in a source is `app`."""
    refused(call, served, _LOOK_ALIKES)


@pytest.mark.parametrize('form', ['NFC', 'NFD', 'NFKC', 'NFKD'])
def test_no_character_at_all_is_taken_for_an_underscore_or_a_dot(served, call, form):
    import unicodedata
    same = [chr(code) for code in range(128, 0x110000) if not 0xd800 <= code < 0xe000
            and unicodedata.normalize(form, chr(code)).strip() in ('_', '.', '__', '/', '..')]
    assert form in ('NFC', 'NFD') or len(same) > 10
    for char in same:
        refused(call, served, ['app%sopen_' % char, 'app.%shidden' % char, 'app.open%s' % char])


def test_a_name_of_any_length_is_refused_without_a_look_at_files(served, call, monkeypatch):
    refused(call, served, _LONG)
    looked = []
    monkeypatch.setattr('xmlrpcgi.library.stat', lambda path: looked.append(path) or os.stat(path))
    refused(call, served, [name for name in _LONG if len(name) > 255])
    assert looked == []


def test_every_file_that_is_looked_at_is_within_lib(served, call, monkeypatch):
    looked = []
    monkeypatch.setattr('xmlrpcgi.library.stat', lambda path: looked.append(path) or os.stat(path))
    for names in (_CHAINS, _OF_MODULES, _OF_PATHS, _LOOK_ALIKES, _LONG):
        refused(call, served, names)
    assert looked
    for path in looked:
        assert os.path.normpath(path).startswith(served.library.folder)


def test_no_name_loads_a_module_from_outside_of_lib(served, call):
    call(served, 'app.open_')
    before = set(sys.modules)
    for names in (_CHAINS, _OF_MODULES, _OF_PATHS, _LOOK_ALIKES, _LONG):
        refused(call, served, names)
    new = {name for name in set(sys.modules) - before if name[:4] != 'lib.'}
    # Those that a refusal itself may use.
    assert {name for name in new if not name.startswith(('encodings', 'xmlrpcgi'))} <= {'difflib'}


def test_a_file_of_settings_is_no_namespace_on_a_file_system_that_ignores_case(handler, call):
    """macOS and Windows: lib/settings.py is there by the name Settings.py too."""
    files = dict(FILES, **{'Settings.py': 'PASSWORD = "xyzzy"\n', 'settings.py': ''})
    refused(call, handler(files), ['Settings.PASSWORD', 'Settings.x', 'SETTINGS.PASSWORD',
                                   'Settings.PASSWORD.upper', 'Settings.__dict__'])


def test_introspection_tells_nothing_of_what_cannot_be_called(served, call):
    listed = call(served, 'system.listMethods')
    assert [name for name in listed if name[:7] != 'system.'] == ['app.open_', 'shop.orders.open_']
    for names in (_CHAINS, _OF_MODULES, ['app.' + name for name in _OF_OBJECTS]):
        for name in names:
            tried(KIND, 2)
            for ask in ('system.methodHelp', 'system.methodSignature'):
                with pytest.raises(Fault) as caught:
                    call(served, ask, name)
                assert caught.value.faultCode == -32601


def test_a_name_that_is_no_string_is_a_fault(served, call):
    for name in (1, True, None, 1.5, [], ['app', 'open_'], {}, {'a': 1}, b'app.open_'):
        tried(KIND, 3)
        assert call(served, 'system.multicall', [{'methodName': name, 'params': []}]
                    )[0]['faultCode'] == -32600
        for ask in ('system.methodHelp', 'system.methodSignature'):
            with pytest.raises(Fault) as caught:
                call(served, ask, name)
            assert caught.value.faultCode in (-32601, -32602), name


# Registered by hand, as with the standard library's class.

class Instance:
    """What CVE-2005-0089 was about: an object that was registered as it is."""

    def __init__(self):
        self.called = []
        self.inner = Inner()
        self.module = os

    def open_(self):
        return 'open'

    def _hidden(self):
        self.called.append('_hidden')


class Inner:
    def reach(self):
        return 'reached'

    def _hidden(self):
        return 'hidden'


def by_hand(dotted):
    made = Handler()
    made.register_instance(Instance(), allow_dotted_names=dotted)
    return made


def test_an_instance_registered_by_hand_is_not_gone_through(call):
    """CVE-2005-0089: dotted names of a registered instance are off, as in Python since."""
    made = by_hand(False)
    assert call(made, 'open_') == 'open'
    for name in ['inner.reach', 'module.system', 'called.append', 'open_.__func__', '_hidden',
                 'inner._hidden'] + [n for n in _OF_OBJECTS if n.startswith('_')]:
        tried(KIND)
        with pytest.raises(Fault):
            call(made, name)
    assert made.instance.called == []


def test_where_dotted_names_are_asked_for_underscores_stay_closed(call):
    made = by_hand(True)
    assert call(made, 'inner.reach') == 'reached'
    for name in ['_hidden', 'inner._hidden', 'open_.__func__', 'open_.__globals__.get',
                 'inner.__class__', 'inner.__class__.reach', 'inner.__init__.__globals__',
                 'inner..reach', '.inner.reach', 'inner.', 'module.__dict__.get']:
        tried(KIND)
        with pytest.raises(Fault):
            call(made, name)
    assert made.instance.called == []


def test_a_function_of_another_module_is_no_method_by_its_name_alone(handler, call):
    """`run = subprocess.call` in a class, for its own use, gave the world a shell."""
    made = handler({'app.py': '''
        import functools, json, shutil, subprocess
        from lib.tools import kept
        import plain

        def plainly(function):
            def wrapper(*params):
                return function(*params)
            return wrapper

        class Application:
            from shutil import rmtree
            run = subprocess.call
            dumps = staticmethod(json.dumps)
            start = classmethod(subprocess.check_output)
            copy = shutil.copyfile
            wraps = functools.wraps

            shared = staticmethod(kept)
            copied = staticmethod(plain.copied)

            @plainly
            def decorated(self):
                return 'decorated'

            @functools.lru_cache(maxsize=None)
            def cached(self):
                return 'cached'

            wordy = lambda self: 'wordy'
        ''', 'tools.py': 'def kept(): return "kept"\n',
        'plain.py': 'def copied(): return "copied"\n'})
    refused(call, made, ['app.rmtree', 'app.run', 'app.dumps', 'app.start', 'app.copy',
                         'app.wraps'])
    for name in ('shared', 'copied', 'decorated', 'wordy'):
        assert call(made, 'app.' + name) in ('kept', name)
