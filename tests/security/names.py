"""A lib/ that must stay closed, and the names that mean to reach what is in it."""

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

OF_OBJECTS = (
    '__class__ __init__ __dict__ __doc__ __module__ __globals__ __builtins__ __subclasses__ '
    '__mro__ __bases__ __base__ __reduce__ __reduce_ex__ __getattribute__ __setattr__ __delattr__ '
    '__init_subclass__ __code__ __func__ __self__ __wrapped__ __loader__ __spec__ __import__ '
    '__call__ __dunder__ __getattr__ _hidden _static evaluated run partial nested made module '
    'aliases lambda_instance mro meta im_func func_globals gi_frame f_globals f_builtins '
    'get items keys pop update clear setdefault fromkeys copy').split()
CHAINS = [
    'app.__class__.__base__.__subclasses__', 'app.open_.__globals__', 'app.open_.__func__',
    'app.open_.__globals__.called.append', 'app.__init__.__globals__.os.system',
    'app.nested.reach', 'app.made.reach', 'app.module.system', 'app.os.system',
    'app.sys.exit', 'app.Application.open_', 'app.helper', 'app.SECRET', 'app.called.append',
    'app.Other.reach', 'app.helpers.run', 'helpers.run', 'helpers.Application.run',
    # CVE-2017-11610, Supervisor: by the namespace's object to modules that it had imported
    'supervisor.supervisord.options.warnings.linecache.os.system',
    'app.made.__class__.reach', 'app.evaluated.__call__', 'app.aliases.reach',
]
OF_MODULES = [
    'os.system', 'sys.exit', 'subprocess.call', 'builtins.eval', '__builtin__.eval',
    'builtins.open', 'lib.app.open_', 'lib.open_', 'lib.os.system', '__main__.open_',
    'xmlrpcgi.handler.stock', 'xmlrpcgi.cli.install.run', 'xmlrpc.server.stock', 'site.main',
    'settings.MAX_BODY', 'settings.reach', 'settings.Application.reach', 'system.exec',
    'system._dispatch', 'system.__class__', 'system.funcs', 'system.listMethods.__globals__',
    'system.register_function', 'system.multicall.__func__', 'system.system_listMethods',
    'system_listMethods', '_dispatch', 'register_function', 'handle_request', 'funcs', 'library',
    'app', 'Application', 'Application.open_', 'call', 'fault',
]
OF_PATHS = [
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
LOOK_ALIKES = [
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
LONG = [
    'a' * 65536, 'a.' * 32768 + 'b', '.' * 65536, '_' * 65536, 'app.' + 'o' * 65532,
    'app.open_' + '.x' * 32763, 'a' * 65530 + '.open_', '\U0001f600' * 16384, '../' * 21845 + 'app',
    'a' * 255 + '.b', 'a' * 254 + '.b', 'app.' + 'o' * 251, 'app.' + 'o' * 252,
    '.'.join(['a'] * 128), '.'.join(['app'] * 64), 'shop.' * 50 + 'orders',
]
