"""The system.* methods: what there is to call, and several calls at once.

Conventions: http://xmlrpc-c.sourceforge.net/introspection.html and
http://tech.groups.yahoo.com/group/xml-rpc/message/1208 (multicall).
"""

from ..encode import Writer, Written, fault_struct
from ..errors import (
    BAD_PARAMS,
    INVALID_CALL,
    NOT_ALLOWED,
    BrokenFile,
    LibraryError,
    OutOfTime,
    Refusal,
    WireFault,
    no_method,
)
from ..library import published
from .access import permitted
from .names import names

INTROSPECTION = ('describe', 'getCapabilities', 'listMethods', 'methodHelp', 'methodSignature')

_CAPABILITIES = (
    ('xmlrpc', 'http://xmlrpc.com/spec.md', 1),
    ('introspection', 'http://xmlrpc-c.sourceforge.net/introspection.html', 1),
    ('system.multicall', 'http://tech.groups.yahoo.com/group/xml-rpc/message/1208', 1),
    ('faults_interop', 'http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php', 20010516),
    ('nil', 'http://ws.apache.org/xmlrpc/extensions.html', 1),
    ('i8', 'http://ws.apache.org/xmlrpc/types.html', 1),
)


class Method:
    """Something that can be called: its public name and plain function.

    function is None where an instance only told the name. bound: whether a first parameter
    is filled already. application (class or None): where it was found, for @allow.
    """

    def __init__(self, name, function, bound, application=None):
        self.name = name
        self.function = function
        self.bound = bound
        self.application = application


def methods(handler, request, unavailable=None):
    """Yield a Method for everything this call's user may call, unsorted.

    request (Request or None): the call's. unavailable: a list that gets (file's name, reference in
    the log) of each broken file.
    """
    for name, function in handler.funcs.items():
        plain = getattr(function, '__func__', function)
        yield Method(name, plain, plain is not function)
    for prefix, target in handler.classes.items():
        yield from _of_class(prefix, published(
            target if isinstance(target, type) else type(target)))
    if handler.instance is not None:
        yield from _of_instance(handler.instance)
    if handler.library is not None:
        for prefix in names(handler.library):
            try:
                table = handler.library.table(prefix) or {}
            except BrokenFile as error:
                reference = handler.reference(error, request, prefix)
                if unavailable is not None:
                    unavailable.append((prefix, reference))
                continue
            yield from _of_class(prefix, table)


def _of_class(prefix, table):
    for name, (application, value) in table.items():
        static = isinstance(value, staticmethod)
        function = value.__func__ if static or isinstance(value, classmethod) else value
        yield Method('%s.%s' % (prefix, name), function, not static, application)


def _of_instance(instance):
    if hasattr(instance, '_listMethods'):
        for name in instance._listMethods():
            yield Method(name, None, False)
    elif not hasattr(instance, '_dispatch'):
        from xmlrpc.server import list_public_methods
        for name in list_public_methods(instance):
            function = getattr(instance, name)
            plain = getattr(function, '__func__', function)
            yield Method(name, plain, plain is not function)


def permitted_methods(handler, request, unavailable=None):
    """The Methods that this call's user may call, sorted by name, each name once."""
    found = {}
    for method in methods(handler, request, unavailable):
        if method.name not in found and permitted(method.application, method.function, request):
            found[method.name] = method
    return [found[name] for name in sorted(found)]


def list_methods(handler, request):
    """The names of all methods, sorted (list of str)."""
    return [method.name for method in permitted_methods(handler, request)]


def _find(handler, request, name):
    for method in permitted_methods(handler, request):
        if method.name == name:
            return method
    raise no_method(str(name))


def method_help(handler, request, name):
    """The docstring of a method, cleaned of its indentation (str)."""
    if hasattr(handler.instance, '_methodHelp') and name not in handler.funcs:
        return handler.instance._methodHelp(name)
    return _help(_find(handler, request, name))


def _help(method):
    from inspect import cleandoc
    return cleandoc(getattr(method.function, '__doc__', None) or '')


def method_signature(handler, request, name):
    """The signatures of a method: rows of type names, the result's first."""
    return _describe(_find(handler, request, name))['signatures']


def describe(handler, request):
    """Return what there is to call, for tools and for the page (see docs/classes.md)."""
    from .. import __version__
    unavailable = []
    if handler.library is not None:
        if not handler.settings.INTROSPECTION:
            return {'server': 'xmlrpcgi', 'version': __version__, 'methods': [],
                    'unavailable': []}
        handler.register_introspection_functions()
        handler.register_multicall_functions()
    described = [_describe(method) for method in permitted_methods(handler, request, unavailable)]
    return {'server': 'xmlrpcgi', 'version': __version__, 'methods': described,
            'unavailable': [{'name': name, 'reference': reference}
                            for name, reference in unavailable]}


def _describe(method):
    from .hints import describe_function
    return dict(describe_function(method.function, method.bound),
                name=method.name, help=_help(method))


def capabilities(handler):
    """What this server supports: {name: {specUrl, specVersion}}."""
    return {name: {'specUrl': url, 'specVersion': version}
            for name, url, version in _CAPABILITIES
            if name != 'nil' or handler.allow_none}


def multicall(handler, context, calls):
    """Run each of `calls` ({methodName, params}); return [value] or a fault struct for each.

    context (Context): of the call of system.multicall itself.
    """
    if not isinstance(calls, list):
        raise WireFault(BAD_PARAMS, 'system.multicall takes an array of structs')
    most = handler.settings.MAX_MULTICALL
    if handler.settings.MAX_CALLS_PER_MINUTE:
        most = min(most, handler.settings.MAX_CALLS_PER_MINUTE)
    if len(calls) > most:
        raise WireFault(INVALID_CALL, 'system.multicall takes at most %d calls, %d came'
                        % (most, len(calls)))
    answers, refused = [], None
    for call in calls:
        answers.append(refused or _part(handler, context, call))
        if isinstance(answers[-1], dict) and answers[-1]['faultCode'] == NOT_ALLOWED:
            refused = answers[-1]           # no guessing of what may be called, in one request
    return answers


def _part(handler, context, call):
    method, request = None, context.request
    try:
        if not isinstance(call, dict) or not isinstance(call.get('methodName'), str) \
                or not isinstance(call.get('params', []), list):
            raise WireFault(INVALID_CALL, 'each call is a struct of methodName (a string) and '
                                          'params (an array)')
        method = call['methodName'].strip()
        if method == 'system.multicall':
            raise WireFault(INVALID_CALL, 'system.multicall may not call itself')
        if request is not None:
            request.method_name = method
        value = handler._dispatch(method, call.get('params', []))
        # Written here, so that a value that cannot be sent fails this call alone.
        xml = Writer(context.extended, handler.allow_none).write([value])
        xml.encode('utf-8')
        return Written(xml)
    except (LibraryError, OutOfTime, Refusal):      # for all the calls
        raise
    except BaseException as error:
        code, text = handler.fault(error, request, method)
        return fault_struct(code, text)
