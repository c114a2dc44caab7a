"""Finds the method that a call names, and calls it with arguments that fit.

A method is looked for among the registered functions, the registered classes, the attributes of the
registered instance, and in `lib/`; last come dotted names of the instance, and its _dispatch. A
Dispatcher is a subclass of the standard library's CGIXMLRPCRequestHandler from when somebody asks
for that class (see startup.py).
"""

import sys
from _thread import _local  # threading.local, without the import of threading

from . import errors
from .library import BUILT_IN, MAX_NAME
from .process import forks
from .signature import UNKNOWN, fit, plain_signature, users_of
from .startup import IS_OURS, adopt
from .table import Table, find

if IS_OURS and 'xmlrpc.server' not in sys.modules and sys.version_info >= (3, 7):
    class _Base:
        """Stands in for CGIXMLRPCRequestHandler until somebody asks for an attribute of that."""

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
    """The context of a call, and of each call in a multicall.

    request (Request or None): of the call. extended (bool): whether the message declares
    Apache's extension namespace, so that its answer may use it.
    """

    def __init__(self, request=None, extended=False):
        self.request = request
        self.extended = extended


_Bound = type(Context().__init__)        # a function bound to its instance


class Dispatcher(_Base):
    """The registering half of a Handler, and its look-up; settings (Settings) are the Handler's."""

    def __init__(self, allow_none, encoding, use_builtin_types, library):
        super().__init__(allow_none, encoding, use_builtin_types)
        self.library = library
        self.classes = {}
        self.allow_dotted_names = False
        self.begun = library is None    # whether lib/__init__.py was asked to register
        self._tables = {}               # {namespace of lib/: its Table}
        self._found = {}                # {method of lib/: (Table, Method)}, of methods that exist
        self.kept = None                # by methods/kept.py
        # Each thread's Context: overridden methods of the stock class do not pass it on.
        self._now = _local()

    # Registering, in addition to the methods of the stock class.

    def register_class(self, name, target):
        """Publish the methods of `target` as `name.<method>`.

        target: a class (made anew for each call, without arguments) or an instance.
        """
        self.classes[name] = target

    def register_instance(self, instance, allow_dotted_names=False):
        """As in the stock class; raises TypeError where an @allow of its class would not hold."""
        Table(type(instance))
        self.instance, self.allow_dotted_names = instance, allow_dotted_names

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
        """Return the value of `method`; a subclass may override this, as in the stock class."""
        context = self._context()       # code of a subclass may follow, which is for the parent
        return self.in_parent(context.request, self.dispatch, context, method, params)

    def dispatch(self, context, method, params):
        """Return the value of `method` called with `params` (list); raises Fault, or anything."""
        system = method[:7] == 'system.'
        if not self.begun and not (system and method[7:] in BUILT_IN):
            self.begin()
        function = self.funcs.get(method)
        if function is not None:
            return self._call(context, method, function, params)
        if len(method) <= MAX_NAME:
            if system and method[7:] in BUILT_IN and self.library is not None \
                    and self.settings.INTROSPECTION:
                self.register_introspection_functions()
                self.register_multicall_functions()
                return self._call(context, method, self.funcs[method], params)
            if self.classes:
                found = find(method, self._registered)
                if found is not None:
                    target = self.classes[found[0]]
                    return self._run(context, method, *found[1:], params,
                                     None if isinstance(target, type) else target)
                if method.rpartition('.')[0] in self.classes:
                    raise errors.no_method(method)
            instance = self.instance
            first = instance is not None and '.' not in method \
                and not hasattr(instance, '_dispatch')
            function = self._of_instance(method) if first else None
            if function is None and self.library is not None:
                found = self._found.get(method) or self._find(method)
                if found is not None:
                    return self._run(context, method, *found, params)
            if instance is not None and not first:
                function = self._of_instance(method)
            if function is not None:
                return self._call(context, method, function, params, type(instance))
        raise self._no_method(method)

    def _find(self, method):
        """(Table, Method) of `method` in lib/, as table.find tells; None where there is none."""
        found = find(method, self.table)
        if found is None:
            return None
        if found[2] is not None:
            self._found[method] = found[1:]
        return found[1:]

    def _no_method(self, method):
        fault = errors.no_method(method)
        if self.library is not None and len(method) <= MAX_NAME:
            from .methods.unpublished import why
            fault.why = why(self.library, self.table, method)
        return fault

    def begin(self):
        """Let lib/__init__.py register its methods, once, before any call; raises BrokenFile."""
        if self.library is not None:
            self.in_parent(None, self.library.begin, self)
        self.begun = True

    def table(self, name):
        """Return the Table of the namespace `name` of lib/, None where it publishes nothing.

        Raises LibraryError, BrokenFile.
        """
        found = self._tables.get(name)
        if found is None:
            found = self.in_parent(None, self.library.table, name)
            if found is not None:
                self._tables[name] = found
        return found

    def _registered(self, prefix):
        """The Table of the class that is registered as `prefix`, None where there is none."""
        target = self.classes.get(prefix)
        if target is None:
            return None
        return Table(target if isinstance(target, type) else type(target))

    def _run(self, context, method, table, found, params, instance=None):
        """Call the Method `found` of `table`, or for None its _dispatch; see find."""
        request, application, process = context.request, table.application, forks()
        users = table.users if found is None else found.users
        if users is not None:
            from .methods.access import check_access
            check_access(method, users, request)
        if found is not None:
            if found.signature is UNKNOWN:
                found.signature = _signature_of(found.function, not found.static)
            came, params = params, fit(found.signature, params, request)
            if params is None:
                params = _prepared(method, found.function, not found.static, came, request,
                                   found.signature)
        if request is not None:
            request.params = params[1:] if params and params[0] is request else params
        if instance is None:
            instance = application()
        if found is None:
            function, params = instance._dispatch, (method, params)
        else:
            function = found.value.__get__(instance, application)
        if forks() != process:      # the class forked when it was made, and this is the child
            self.leave(request)
        try:
            if table.around:            # code of the class follows, which is for the parent
                return instance._around(request,
                                        lambda: self.in_parent(request, function, *params))
            return function(*params)
        except TypeError as error:
            if found is not None:
                _refuse_misfit(error, method, found.function, not found.static, came,
                               found.signature)
            raise

    def _call(self, context, method, function, params, owner=None):
        """Call a function that was registered, or of an instance of the class `owner`."""
        request, bound, process = context.request, isinstance(function, _Bound), forks()
        plain = function.__func__ if bound else function
        users = users_of(function, owner)
        if users is not None:
            from .methods.access import check_access
            check_access(method, users, request)
        signature = _signature_of(plain, bound)
        came, params = params, fit(signature, params, request)
        if params is None:
            params = _prepared(method, plain, bound, came, request, signature)
        if request is not None:
            request.params = params[1:] if params and params[0] is request else params
        if forks() != process:      # a class forked when its argument was made
            self.leave(request)
        try:
            return function(*params)
        except TypeError as error:
            _refuse_misfit(error, method, plain, bound, came, signature)
            raise

    def in_parent(self, request, function, *params):
        """Return function(*params); a child process that it forks ends where it comes back."""
        process, failed, value = forks(), None, None
        try:
            value = function(*params)
        except BaseException as error:
            if forks() == process:
                raise
            failed = error
        if forks() != process:
            self.leave(request, failed)
        return value

    def leave(self, request, error=None):
        """End this process, a child that came back from a method or raised `error` in it."""
        from .methods.forked import leave
        leave(self, request, error)

    def _of_instance(self, method):
        """The registered instance's method by the stock class's rules, None where it has none."""
        instance = self.instance
        if hasattr(instance, '_dispatch'):
            return lambda *params: instance._dispatch(method, params)
        from xmlrpc.server import resolve_dotted_attribute
        try:
            function = resolve_dotted_attribute(instance, method, self.allow_dotted_names)
        except AttributeError:
            return None
        return function if callable(function) else None

    # Introspection and multicall: in methods/system.py and multicall.py, loaded when called.

    def register_introspection_functions(self):
        """Publish system.listMethods, methodHelp, methodSignature, getCapabilities, describe."""
        for name in BUILT_IN[:-1]:
            self.funcs['system.' + name] = getattr(self, 'system_' + name)

    def register_multicall_functions(self):
        """Publish system.multicall."""
        self.funcs['system.multicall'] = self.system_multicall

    def system_listMethods(self) -> 'list[str]':
        """Return the names of all methods, sorted."""
        from .methods.system import list_methods
        return list_methods(self, self._context().request)

    def system_methodHelp(self, method_name: str) -> str:
        """Return the documentation of a method."""
        from .methods.system import method_help
        return method_help(self, self._context().request, method_name)

    def system_methodSignature(self, method_name: str) -> 'list[list[str]] | str':
        """Return the signatures of a method: rows of type names, the result's first."""
        from .methods.system import method_signature
        return method_signature(self, self._context().request, method_name)

    def system_getCapabilities(self) -> dict:
        """Return the conventions this server follows, each with address and version."""
        from .methods.system import capabilities
        return capabilities(self)

    def system_describe(self) -> dict:
        """Return a struct of every method: signatures, parameters, defaults, help."""
        from .methods.system import describe
        return describe(self, self._context().request)

    def system_multicall(self, call_list: list) -> list:
        """Run several calls; return for each a list with its one result, or a fault struct."""
        from .methods.multicall import multicall
        return multicall(self, self._context(), call_list)

    def _context(self):
        return getattr(self._now, 'context', None) or Context()


def _signature_of(function, bound):
    found = plain_signature(function, bound)
    if found is None:
        from .methods.arguments import signature_of
        found = signature_of(function, bound)
    return found


def _prepared(*call):
    from .methods.arguments import prepare
    return prepare(*call)


def _refuse_misfit(*call):
    from .methods.arguments import refuse_misfit
    refuse_misfit(*call)


LAZY = _Base.__module__ == __name__     # the stock class is imported on demand
if LAZY:
    adopt('xmlrpc.server', Dispatcher, 'CGIXMLRPCRequestHandler')
