"""Handler: from the bytes of a call to the bytes of its answer.

A subclass of the standard library's CGIXMLRPCRequestHandler: code written for
that class works with this one. A method is looked for among the registered
functions, the registered classes, the registered instance, then in `lib/`.
"""

from _thread import _local

from .decode import decode_call
from .encode import EncodeFault, encode_fault, encode_response
from .errors import ALLOW, NO_METHOD, NOT_ALLOWED, Fault, WireFault, let_go
from .http import Refusal
from .library import MAX_NAME, LibraryError, published
from .settings import Settings
from .signature import prepare
from .sitepackages import OnDemand
from .startup import stock

OnDemand.install()


class Answer:
    """What a call came to.

    body (bytes): the methodResponse. method (str or None): what was called.
    fault (int or None): the fault code, None where the call succeeded.
    """

    def __init__(self, body, method=None, fault=None):
        self.body = body
        self.method = method
        self.fault = fault


class Handler(stock().CGIXMLRPCRequestHandler):
    """Answers XML-RPC calls.

    allow_none, encoding, use_builtin_types: as in the standard library's class; None may
    be sent unless the first is False, answers are UTF-8 always, and dates and binaries
    arrive as datetime and bytes unless the last is False.
    library (Library): classes found by file name; None for what is registered only.
    settings (Settings): limits and switches.
    """

    def __init__(self, allow_none=None, encoding=None, use_builtin_types=True,
                 library=None, settings=None):
        self.settings = settings or Settings()
        if allow_none is None:
            allow_none = self.settings.ALLOW_NIL
        super().__init__(allow_none, encoding, use_builtin_types)
        self.library = library
        self.classes = {}
        self.allow_dotted_names = False
        self.limits = None              # a Limits, where a door has set it
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

    # Answering.

    def handle_request(self, request_text=None):
        """Answer the request of this CGI process, or the call in `request_text`, on stdout."""
        from . import cgi
        if request_text is None:
            cgi.answer(self)
        else:
            cgi.write_text(self._marshaled_dispatch(request_text))

    def handle_xmlrpc(self, request_text):
        """Answer the call in `request_text` on stdout, as the stock class does."""
        self.handle_request(request_text)

    def handle_get(self):
        """Answer a GET of this CGI process on stdout."""
        self.handle_request()

    def _marshaled_dispatch(self, data, dispatch_method=None, path=None):
        if isinstance(data, str):
            return self.call(data.encode('utf-8'), 'utf-8', None, dispatch_method).body
        return self.call(data, None, None, dispatch_method).body

    def call(self, body, charset=None, request=None, dispatch=None):
        """Return the Answer to the methodCall in `body` (bytes).

        Raises LibraryError, and Refusal where the rate limits refuse a system.multicall.

        charset: the encoding the transport named, or None.
        request: what methods get that ask for the request.
        dispatch: called as dispatch(method, params) in place of the handler's own.
        """
        method = None
        self._now.request = request
        ours = True                     # until the application has its turn
        settings = self.settings
        try:
            call = decode_call(body, charset, settings.MAX_DEPTH, settings.MAX_ELEMENTS)
            method = call.method
            self.attend(request, method, call.extended)
            params = call.params
            if not self.use_builtin_types:
                from .wire.stocktypes import wrapped
                params = wrapped(params)
            ours = False
            if self.limits:
                self.limits.start()
            try:
                value = (dispatch or self._dispatch)(method, params)
                return Answer(encode_response(value, call.extended, self.allow_none), method)
            finally:
                if self.limits:
                    self.limits.stop()
        except (LibraryError, Refusal):         # no fault of one call: an answer of HTTP's
            raise
        except BaseException as error:
            code, text = self.fault(error, method, ours)
            return Answer(encode_fault(code, text), method, code)

    def fault(self, error, method=None, ours=False):
        """Return the code and text of the fault for an exception; what is no fault is logged.

        ours (bool): the exception came out of the machinery, not of the application.
        """
        if self.settings.RATE_LIMIT_FILE and isinstance(error, Fault) \
                and error.faultCode == NOT_ALLOWED:
            from .web.ratelimits import count_denied
            count_denied(self.current_request(), self.settings)
        if isinstance(error, WireFault) and not self.settings.LOG_FILE:
            return error.faultCode, error.faultString
        try:
            return self._logged(error, method, ours)
        except (OSError, MemoryError):          # what the method still holds is what we lack
            let_go(error)
            return self._logged(error, method, ours)

    def _logged(self, error, method, ours):
        from . import log
        from_us = isinstance(error, WireFault)
        about = self.current_request(), self.settings
        if isinstance(error, EncodeFault):
            log.note(method, error.faultCode, error.faultString, *about)
            return error.faultCode, '%s: %s' % (method, error.faultString)
        if from_us or isinstance(error, Fault) and isinstance(error.faultCode, int) \
                and -1 << 31 <= error.faultCode < 1 << 31:
            log.mistake(method, error.faultCode, str(error.faultString), *about)
            return error.faultCode, error.faultString
        return log.failure(error, method, *about, internal=ours)

    def _dispatch(self, method, params):
        function = self.funcs.get(method)
        if function is not None:
            return self._call(method, function, hasattr(function, '__self__'), params)
        if len(method) <= MAX_NAME:
            if method[:7] == 'system.':
                return self._system(method, params)
            target, _, name = method.rpartition('.')
            if target in self.classes:
                return self._call_class(method, self.classes[target], name, params)
            if self.instance is not None:
                found, function = self._of_instance(method)
                if found:
                    return self._call(method, function, hasattr(function, '__self__'), params)
            if self.library is not None and target:
                entry = (self.library.table(target) or {}).get(name)
                if entry is not None:
                    application, value = entry
                    return self._bind(method, application, None, value, params)
        raise no_method(method)

    def _system(self, method, params):
        if self.library is None or not self.settings.INTROSPECTION:
            raise no_method(method)
        self.register_introspection_functions()
        self.register_multicall_functions()
        function = self.funcs.get(method)
        if function is None:
            raise no_method(method)
        return self._call(method, function, True, params)

    def _call_class(self, method, target, name, params):
        application = target if isinstance(target, type) else type(target)
        entry = published(application).get(name)
        if entry is None:
            raise no_method(method)
        return self._bind(method, application, None if application is target else target,
                          entry[1], params)

    def _bind(self, method, application, instance, value, params):
        static = isinstance(value, staticmethod)
        function = value.__func__ if static or isinstance(value, classmethod) else value
        request = self.current_request()
        if hasattr(function, ALLOW) or hasattr(application, ALLOW):
            from .methods.access import check
            check(method, application, function, request)
        params = prepare(method, function, not static, params, request)
        if instance is None:
            instance = application()
        return value.__get__(instance, application)(*params)

    def _call(self, method, function, bound, params):
        plain = getattr(function, '__func__', function)
        if hasattr(plain, ALLOW):
            from .methods.access import check
            check(method, None, plain, self.current_request())
        return function(*prepare(method, plain, bound and plain is not function, params,
                                 self.current_request()))

    def attend(self, request, method=None, extended=False):
        """Make `request` the current one of this thread; method: what it calls, if known."""
        self._now.request = request
        self._now.extended = extended
        if request is not None:
            request.method_name = method

    def current_request(self):
        """The Request being answered in this thread, None outside of one."""
        return getattr(self._now, 'request', None)

    def _of_instance(self, method):
        """The registered instance's method, by the stock class's rules: (found, function)."""
        instance = self.instance
        if hasattr(instance, '_dispatch'):
            return True, lambda *params: instance._dispatch(method, params)
        try:
            function = stock().resolve_dotted_attribute(instance, method, self.allow_dotted_names)
        except AttributeError:
            return False, None
        return callable(function), function

    # Introspection and multicall: in system.py, loaded when called.

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
        return list_methods(self)

    def system_methodHelp(self, method_name):
        """Return the documentation of a method."""
        from .methods.system import method_help
        return method_help(self, method_name)

    def system_methodSignature(self, method_name):
        """Return the signatures of a method: rows of type names, the result's first."""
        from .methods.system import method_signature
        return method_signature(self, method_name)

    def system_getCapabilities(self):
        """Return the conventions this server follows, each with address and version."""
        from .methods.system import capabilities
        return capabilities(self)

    def system_describe(self):
        """Return a struct of every method: signatures, parameters, defaults, help."""
        from .methods.system import describe
        return describe(self)

    def system_multicall(self, call_list):
        """Run several calls; return for each a list of its one result, or its fault."""
        from .methods.system import multicall
        return multicall(self, call_list, getattr(self._now, 'extended', False))


def no_method(method):
    """The fault for a method that does not exist, or that the caller may not know of."""
    shown = method if len(method) <= 100 else method[:100] + '...'
    return WireFault(NO_METHOD, 'there is no method %s' % shown)
