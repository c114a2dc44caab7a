"""The system.* methods: what there is to call, and several calls at once.

Conventions: http://xmlrpc-c.sourceforge.net/introspection.html and
http://tech.groups.yahoo.com/group/xml-rpc/message/1208 (multicall).
"""

from .encode import Writer, Written, fault_struct
from .faults import BAD_PARAMS, INVALID_CALL, WireFault
from .library import BrokenFile, LibraryError, published

INTROSPECTION = ('getCapabilities', 'listMethods', 'methodHelp', 'methodSignature')

_CAPABILITIES = (
    ('xmlrpc', 'http://xmlrpc.com/spec.md', 1),
    ('introspection', 'http://xmlrpc-c.sourceforge.net/introspection.html', 1),
    ('system.multicall', 'http://tech.groups.yahoo.com/group/xml-rpc/message/1208', 1),
    ('faults_interop', 'http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php', 20010516),
    ('nil', 'http://ws.apache.org/xmlrpc/extensions.html', 1),
    ('i8', 'http://ws.apache.org/xmlrpc/types.html', 1),
)


def functions(handler):
    """Yield (method name, function) of everything that can be called, unsorted.

    A file of lib/ that does not import is logged and left out.
    """
    for name, function in handler.funcs.items():
        yield name, function
    for prefix, target in handler.classes.items():
        for name, (_, value) in published(
                target if isinstance(target, type) else type(target)).items():
            yield '%s.%s' % (prefix, name), value
    if handler.instance is not None:
        yield from _instance_functions(handler.instance)
    if handler.library is not None:
        for prefix in handler.library.names():
            try:
                table = handler.library.table(prefix) or {}
            except BrokenFile as error:
                handler.fault(error, prefix)
                continue
            for name, (_, value) in table.items():
                yield '%s.%s' % (prefix, name), value


def _instance_functions(instance):
    if hasattr(instance, '_listMethods'):
        for name in instance._listMethods():
            yield name, None
    elif not hasattr(instance, '_dispatch'):
        from .lean import stock
        for name in stock().list_public_methods(instance):
            yield name, getattr(instance, name)


def list_methods(handler):
    """The names of all methods, sorted (list of str)."""
    return sorted({name for name, function in functions(handler)})


def _find(handler, method):
    for name, function in functions(handler):
        if name == method:
            return function
    from .handler import no_method
    raise no_method(str(method))


def method_help(handler, method):
    """The docstring of `method`, cleaned of its indentation (str)."""
    if hasattr(handler.instance, '_methodHelp') and method not in handler.funcs:
        return handler.instance._methodHelp(method)
    function = _find(handler, method)
    function = getattr(function, '__func__', function)
    from inspect import cleandoc
    return cleandoc(getattr(function, '__doc__', None) or '')


def method_signature(handler, method):
    """The signatures of `method`: `undef`, as the convention has it where none is known."""
    _find(handler, method)
    return 'undef'


def capabilities(handler):
    """What this server supports: {name: {specUrl, specVersion}}."""
    return {name: {'specUrl': url, 'specVersion': version}
            for name, url, version in _CAPABILITIES
            if name != 'nil' or handler.allow_none}


def multicall(handler, calls, extended):
    """Run each of `calls` ({methodName, params}); return [value] or a fault struct for each."""
    if not isinstance(calls, list):
        raise WireFault(BAD_PARAMS, 'system.multicall takes an array of structs')
    if len(calls) > handler.settings.MAX_MULTICALL:
        raise WireFault(INVALID_CALL, 'system.multicall takes at most %d calls, %d came'
                        % (handler.settings.MAX_MULTICALL, len(calls)))
    return [_one(handler, call, extended) for call in calls]


def _one(handler, call, extended):
    method = None
    try:
        if not isinstance(call, dict) or not isinstance(call.get('methodName'), str) \
                or not isinstance(call.get('params', []), list):
            raise WireFault(INVALID_CALL, 'each call is a struct of methodName (a string) and '
                                          'params (an array)')
        method = call['methodName'].strip()
        if method == 'system.multicall':
            raise WireFault(INVALID_CALL, 'system.multicall may not call itself')
        value = handler._dispatch(method, call.get('params', []))
        # Written here, so that a value that cannot be sent fails this call alone.
        xml = Writer(extended, handler.allow_none).write([value])
        xml.encode('utf-8')
        return Written(xml)
    except LibraryError:
        raise
    except BaseException as error:
        code, text = handler.fault(error, method)
        return fault_struct(code, text)
