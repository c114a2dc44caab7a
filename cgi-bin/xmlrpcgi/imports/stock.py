"""xmlrpc.client and xmlrpc.server, imported in a tenth of the time.

Used only in a process of our own (see startup.py). By themselves they import two dozen modules
(pydoc, inspect, http.client, ssl, email, decimal, re, ...), none of which is used to raise a Fault
or to derive a handler. So stand-ins take the places of those modules in `sys.modules` while the two
are imported, and are taken out again right after. From then on any `import` of them gets the real
module. What the two modules got from a stand-in is replaced by the real thing when it is first
used:

- a name bound to a stand-in module or attribute imports the real one when it
  is called or looked into (`http.client.HTTPConnection` in a ServerProxy);
- a class derived from a stand-in's class (SimpleXMLRPCServer) gets its real
  base when anything asks `xmlrpc.server` for it.

Where other threads run, which could import one of those modules meanwhile, and where anything goes
wrong on the way, the two modules are imported plainly.
"""

import gc
import sys
from _frozen_importlib_external import PathFinder  # importlib.machinery's, loaded already
from _thread import _count as count_threads  # threading need not be loaded, and counts fewer

# Real modules that serve as well and load at once (C parts of the named ones).
_SUBSTITUTES = {
    'datetime': '_datetime',
    'functools': '_functools',
    'xml.parsers.expat': 'pyexpat',
}
_STAND_INS = (
    'base64', 'datetime', 'decimal', 'functools', 'gzip', 'html', 'http', 'http.client',
    'http.server', 'inspect', 'os', 'pydoc', 're', 'socketserver', 'traceback', 'urllib',
    'urllib.parse', 'xml', 'xml.parsers', 'xml.parsers.expat',
)
# Classes that are used as a base while the two modules are imported. Their
# memory layout must be that of the real class (see type.__bases__).
_BASES = {
    ('gzip', 'GzipFile'): 'io.BufferedIOBase',
    ('http.server', 'BaseHTTPRequestHandler'): 'object',
    ('pydoc', 'HTMLDoc'): 'object',
    ('socketserver', 'TCPServer'): 'object',
}
# Modules that the two import as `a.b` and use by the name `a`.
_SUBMODULES = {'xmlrpc.client': ('http.client', 'urllib.parse'), 'xmlrpc.server': ('http.server',)}
_Module = type(sys)


class _Later:
    """A value that a module will have: `real()` imports the module and looks it up."""

    def __init__(self, module, path=()):
        self._later = module, path

    def real(self):
        module, path = self._later
        __import__(module)
        value = sys.modules[module]
        for name in path:
            value = getattr(value, name)
        return value

    def __getattr__(self, name):
        if name.startswith('__'):       # type() asks for __set_name__ while a class is made
            raise AttributeError(name)
        return getattr(self.real(), name)

    def __call__(self, *args, **kwargs):
        return self.real()(*args, **kwargs)


class _Pattern(_Later):
    """A regular expression that is compiled when it is first looked into."""

    def __init__(self, pattern, flags=0):
        super().__init__(pattern, flags)

    def real(self):
        pattern, flags = self._later
        import re
        return re.compile(pattern, flags)


class _StandIn(_Module):
    """Takes the place of a module while xmlrpc.server is imported."""

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is not self:      # the import is over: this is a use
            _complete(sys.modules['xmlrpc.client'])
            return getattr(_real(self), name)
        key = self.__name__, name
        if '.'.join(key) in _STAND_INS:
            return sys.modules['.'.join(key)]
        if key in _BASES:
            return _base(*key)
        if key == ('re', 'compile'):
            return _Pattern
        if self.__name__ == 're':
            return {'IGNORECASE': 2, 'VERBOSE': 64}[name]
        return _Later(self.__name__, (name,))


def _base(module, name):
    layout = sys.modules['io'].BufferedIOBase if _BASES[module, name] != 'object' else object
    root = type('_Root', (layout,), {})     # so that __bases__ of its children can be set
    return type(name, (root,), {'_later': _Later(module, (name,))})


class _LeanModule(_Module):
    """xmlrpc.server or xmlrpc.client with names held back until they are asked for."""

    @property
    def __dict__(self):                 # vars(module), and unittest.mock
        _complete(self)
        return _names(self)

    def __getattr__(self, name):
        if name != '__all__' and name.startswith('__'):     # import asks for __path__
            raise AttributeError(name)
        _complete(self)
        return getattr(self, name)

    def __dir__(self):
        _complete(self)
        return sorted(_names(self))


_names = _Module.__dict__['__dict__'].__get__       # a module's real __dict__


def find(fullname, path, then):
    """Return the spec of xmlrpc.client or xmlrpc.server, None where Python has none (PEP 451).

    then: called as then(module) when the module was executed.
    """
    spec = PathFinder.find_spec(fullname, path)
    if spec is not None and spec.loader is not None:
        spec.loader = _Loader(spec.loader, then)
    return spec


class _Loader:
    """Executes one of the two modules in place of `loader`, which the module gets afterwards."""

    standing_in = False         # an import with stand-ins is under way

    def __init__(self, loader, then):
        self._loader, self._then = loader, then

    def __getattr__(self, name):        # get_code and others, for runpy
        return getattr(self._loader, name)

    def create_module(self, spec):
        """importlib's loader interface (PEP 451)."""
        return self._loader.create_module(spec)

    def exec_module(self, module):
        """importlib's loader interface (PEP 451)."""
        module.__spec__.loader = module.__loader__ = self._loader
        if count_threads() or not self._execute_leanly(module):
            self._loader.exec_module(module)
        self._then(module)

    def _execute_leanly(self, module):
        if _Loader.standing_in:
            self._loader.exec_module(module)
        else:
            before = dict(module.__dict__)
            for name in _SUBMODULES['xmlrpc.client'] + _SUBMODULES[module.__name__]:
                if name.partition('.')[0] in sys.modules:   # a.b is an attribute of a
                    __import__(name)
            try:
                self._execute_with_stand_ins(module)
            except Exception:
                module.__dict__.clear()
                module.__dict__.update(before)
                return False
        _hold_back(module)
        return True

    def _execute_with_stand_ins(self, module):
        saved = {name: sys.modules.get(name) for name in _STAND_INS}
        collects = gc.isenabled()
        gc.disable()                # a __del__ of the application could import one of them
        _Loader.standing_in = True
        try:
            _stand_in(saved)
            self._loader.exec_module(module)
        finally:
            _Loader.standing_in = False
            for name, real in saved.items():
                if real is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = real
            if collects:
                gc.enable()


def _stand_in(loaded):
    for name in _STAND_INS:
        if loaded[name] is not None:
            continue
        if name in _SUBSTITUTES:
            sys.modules[name] = __import__(_SUBSTITUTES[name])
        else:
            sys.modules[name] = _StandIn(name)
            sys.modules[name].__path__ = []     # a package, so that a.b is looked for in it


def _hold_back(module):
    held = {}
    for name, value in list(module.__dict__.items()):
        if isinstance(value, type) and any('_later' in vars(base) for base in value.__mro__):
            held[name] = value
    if module.__name__ == 'xmlrpc.server':      # xmlrpc.client's own functions use its names
        for name in held:
            delattr(module, name)
    module.__dict__['_held_back'] = held
    module.__class__ = _LeanModule


def _complete(module):
    """Replace all stand-ins in a module that was imported with them by the real things.

    Several threads may do so at once: each does all of it, and then finds all complete.
    """
    for name in _SUBMODULES[module.__name__]:
        __import__(name)
    names = _names(module)
    held = dict(names.get('_held_back', ()))
    for name, value in held.items():
        if '_later' in vars(value):             # a stand-in's class itself
            held[name] = vars(value)['_later'].real()
            continue
        if any('_later' in vars(base) for base in value.__bases__):
            value.__bases__ = tuple(vars(base)['_later'].real() if '_later' in vars(base)
                                    else base for base in value.__bases__)
        for attribute, item in list(vars(value).items()):
            if isinstance(item, _Later):
                setattr(value, attribute, _real(item))
    for name, value in held.items():
        names.setdefault(name, value)           # the application may have set others there
    for name, value in list(names.items()):
        if isinstance(value, (_Later, _StandIn)):
            names[name] = _real(value)
    names.pop('_held_back', None)
    module.__class__ = _Module


def _real(value):
    if isinstance(value, _StandIn):
        value = _Later(value.__name__)
    return value.real()
