"""Whose method a call's name means, and the call of it with arguments that fit.

A method is looked for among the registered functions, the registered classes, the registered
instance, then in `lib/`. A Dispatcher is a subclass of the standard library's
CGIXMLRPCRequestHandler, but not before somebody asks for that (see startup.py).
"""

import sys
from _thread import _local

from .errors import no_method
from .library import ALLOW, MAX_NAME, published
from .signature import prepare
from .startup import IS_OURS, adopt

if IS_OURS and 'xmlrpc.server' not in sys.modules and sys.version_info >= (3, 7):
    class _Base:
        """Stands in for CGIXMLRPCRequestHandler until somebody asks for what only that has."""

        def __init__(self, allow_none=False, encoding=None, use_builtin_types=False):
            self.funcs = {}
            self.instance = None
            self.allow_none = allow_none
            self.encoding = encoding or 'utf-8'
            self.use_builtin_types = use_builtin_types

        def __getattr__(self, name):
            if isinstance(self, _Base) and name[:2] != '__':
                __import__('xmlrpc.server')
                return getattr(self, name)
            raise AttributeError(name)
else:
    from xmlrpc.server import CGIXMLRPCRequestHandler as _Base


class Context:
    """What surrounds a call, and each call of a multicall.

    request (Request or None): by which it came. extended (bool): whether the message declares
    Apache's extension namespace, so that its answer may use it.
    """

    def __init__(self, request=None, extended=False):
        self.request = request
        self.extended = extended


class Dispatcher(_Base):
    """The registering half of a Handler, and its look-up; settings (Settings) are the Handler's."""

    def __init__(self, allow_none, encoding, use_builtin_types, library):
        super().__init__(allow_none, encoding, use_builtin_types)
        self.library = library
        self.classes = {}
        self.allow_dotted_names = False
        # For code that overrides the stock class's methods, which hand on no Context.
        self._now = _local()

    # Registering, besides what the stock class has.

    def register_class(self, name, target):
        """Publish the methods of `target` as `name.<method>`.

        target: a class (made anew for each call, without arguments) or an instance.
        """
        self.classes[name] = target

    def unregister_class(self, name):
        """Take back register_class(name); raises KeyError where there is none."""
        del self.classes[name]

    def register(self, name, function):
        """Publish `function` as the method `name`."""
        self.funcs[name] = function

    def unregister(self, name):
        """Take back register(name); raises KeyError where there is none."""
        del self.funcs[name]

    # Calling.

    def _dispatch(self, method, params):
        """Return the value of `method`; what a subclass overrides, as in the stock class."""
        return self.dispatch(getattr(self._now, 'context', None) or Context(), method, params)

    def dispatch(self, context, method, params):
        """Return the value of `method` called with `params` (list); raises Fault, or anything."""
        function = self.funcs.get(method)
        if function is not None:
            return self._call(context, method, function, hasattr(function, '__self__'), params)
        if len(method) <= MAX_NAME:
            if method[:7] == 'system.':
                return self._system(context, method, params)
            target, _, name = method.rpartition('.')
            if target in self.classes:
                return self._call_class(context, method, self.classes[target], name, params)
            if self.instance is not None:
                found, function = self._of_instance(method)
                if found:
                    return self._call(context, method, function, hasattr(function, '__self__'),
                                      params)
            if self.library is not None and target:
                entry = (self.library.table(target) or {}).get(name)
                if entry is not None:
                    application, value = entry
                    return self._bind(context, method, application, None, value, params)
        raise no_method(method)

    def _system(self, context, method, params):
        if self.library is None or not self.settings.INTROSPECTION:
            raise no_method(method)
        self.register_introspection_functions()
        self.register_multicall_functions()
        function = self.funcs.get(method)
        if function is None:
            raise no_method(method)
        return self._call(context, method, function, True, params)

    def _call_class(self, context, method, target, name, params):
        application = target if isinstance(target, type) else type(target)
        entry = published(application).get(name)
        if entry is None:
            raise no_method(method)
        return self._bind(context, method, application, None if application is target else target,
                          entry[1], params)

    def _bind(self, context, method, application, instance, value, params):
        static = isinstance(value, staticmethod)
        function = value.__func__ if static or isinstance(value, classmethod) else value
        request = context.request
        if hasattr(function, ALLOW) or hasattr(application, ALLOW):
            from .methods.access import check_access
            check_access(method, application, function, request)
        params = prepare(method, function, not static, params, request, _convert)
        if instance is None:
            instance = application()
        return value.__get__(instance, application)(*params)

    def _call(self, context, method, function, bound, params):
        plain = getattr(function, '__func__', function)
        if hasattr(plain, ALLOW):
            from .methods.access import check_access
            check_access(method, None, plain, context.request)
        return function(*prepare(method, plain, bound and plain is not function, params,
                                 context.request, _convert))

    def _of_instance(self, method):
        """The registered instance's method, by the stock class's rules: (found, function)."""
        instance = self.instance
        if hasattr(instance, '_dispatch'):
            return True, lambda *params: instance._dispatch(method, params)
        from xmlrpc.server import resolve_dotted_attribute
        try:
            function = resolve_dotted_attribute(instance, method, self.allow_dotted_names)
        except AttributeError:
            return False, None
        return callable(function), function

    # Introspection and multicall: in methods/system.py, loaded when called.

    def register_introspection_functions(self):
        """Publish system.listMethods, methodHelp, methodSignature, getCapabilities, describe."""
        from .methods.system import INTROSPECTION
        for name in INTROSPECTION:
            self.funcs['system.' + name] = getattr(self, 'system_' + name)

    def register_multicall_functions(self):
        """Publish system.multicall."""
        self.funcs['system.multicall'] = self.system_multicall

    def system_listMethods(self):
        """Return the names of all methods, sorted."""
        from .methods.system import list_methods
        return list_methods(self, self._context().request)

    def system_methodHelp(self, method_name):
        """Return the documentation of a method."""
        from .methods.system import method_help
        return method_help(self, self._context().request, method_name)

    def system_methodSignature(self, method_name):
        """Return the signatures of a method: rows of type names, the result's first."""
        from .methods.system import method_signature
        return method_signature(self, self._context().request, method_name)

    def system_getCapabilities(self):
        """Return the conventions this server follows, each with address and version."""
        from .methods.system import capabilities
        return capabilities(self)

    def system_describe(self):
        """Return a struct of every method: signatures, parameters, defaults, help."""
        from .methods.system import describe
        return describe(self, self._context().request)

    def system_multicall(self, call_list):
        """Run several calls; return for each a list of its one result, or its fault."""
        from .methods.system import multicall
        return multicall(self, self._context(), call_list)

    def _context(self):
        return getattr(self._now, 'context', None) or Context()


def _convert(method, signature, params):
    from .methods.hints import converted
    return converted(method, signature, params)


LAZY = _Base.__module__ == __name__     # the stock class comes when somebody asks for it
if LAZY:
    adopt('xmlrpc.server', Dispatcher, 'CGIXMLRPCRequestHandler')
