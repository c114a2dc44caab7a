"""The system.* methods that tell of methods: introspection. multicall.py has system.multicall.

Convention: http://xmlrpc-c.sourceforge.net/introspection.html.
"""

from types import MethodType

from ..errors import (
    BrokenFile,
    LibraryError,
    OutOfTime,
    no_method,
)
from ..signature import users_of
from ..table import Table
from .access import permitted
from .names import with_class

_DESCRIPTIONS = 100         # users whose description is kept
_CAPABILITIES = (
    ('xmlrpc', 'http://xmlrpc.com/spec.md', 1),
    ('introspection', 'http://xmlrpc-c.sourceforge.net/introspection.html', 1),
    ('system.multicall', 'http://tech.groups.yahoo.com/group/xml-rpc/message/1208', 1),
    ('faults_interop', 'http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php', 20010516),
    ('nil', 'http://ws.apache.org/xmlrpc/extensions.html', 1),
    ('i8', 'http://ws.apache.org/xmlrpc/types.html', 1),
)


class Described:
    """A method: its public name, and the sources of its description.

    function: its parameters and docstring describe it; None where only the name is known. bound
    (bool): whether a first parameter is filled already. users: who may call, see access.permitted.
    help (function or None): returns the help (str), in place of the function's docstring.
    """

    def __init__(self, name, function=None, bound=False, users=None, help_=None):
        self.name = name
        self.function = function
        self.bound = bound
        self.users = users
        self.help = help_


def methods(handler, request, unavailable=None):
    """Yield a Described for every method, unsorted, whoever may call it.

    request (Request or None): the call's. unavailable: a list that gets (file's name, reference in
    the log) of each broken file.
    """
    broken = _begin(handler, request, unavailable)
    for name, function in handler.funcs.items():
        if broken and name[:7] != 'system.':
            continue                    # it cannot be called, either
        plain = getattr(function, '__func__', function) if isinstance(
            function, MethodType) else function
        yield Described(name, plain, plain is not function, users_of(function))
    if broken:
        return
    for prefix, target in handler.classes.items():
        instance = None if isinstance(target, type) else target
        try:
            table = Table(target if instance is None else type(target))
            yield from _of_table(handler, request, prefix, table, instance)
        except Exception as error:
            _tell(handler, request, unavailable, prefix, error)
    if handler.instance is not None:
        yield from _of_instance(handler, request)
    if handler.library is not None:
        for prefix in with_class(handler.library):
            try:
                table = handler.table(prefix)
                if table is not None:
                    yield from _of_table(handler, request, prefix, table)
            except LibraryError:
                raise
            except Exception as error:
                _tell(handler, request, unavailable, prefix or '__init__', error)


def _begin(handler, request, unavailable):
    """Let lib/__init__.py register its methods; return whether that fails (bool)."""
    try:
        if not handler.begun:
            handler.begin()
        return False
    except BrokenFile as error:
        _tell(handler, request, unavailable, '__init__', error)
        return True


def _reference(handler, request, name, error):
    causes = getattr(handler._context(), 'causes', None)        # of a multicall
    if causes is not None:
        return causes.reference(error, name)
    return handler.reference(error, request, name)


def _tell(handler, request, unavailable, name, error):
    reference = _reference(handler, request, name, error)
    if unavailable is not None:
        unavailable.append((name, reference))


def _of_table(handler, request, prefix, table, instance=None):
    for name, method in table.methods.items():
        name = '%s.%s' % (prefix, name) if prefix else name
        yield Described(name, method.function, not method.static, method.users)
    if table.lists:
        make = table.application if instance is None else lambda: instance
        for name, help_ in _told(handler, request, prefix, make, table.helps):
            if not prefix or name.startswith(prefix + '.'):
                yield Described(name, users=table.users, help_=help_)


def _told(handler, request, place, make, helps):
    """Call _listMethods of the instance that `make` returns: [(name, function for its help)].

    Where it fails, the log says so, and the other methods are listed all the same.
    """
    try:
        instance = make()
        names = [name for name in instance._listMethods() if isinstance(name, str)]
        return [(name, (lambda name=name: instance._methodHelp(name)) if helps else None)
                for name in names]
    except (LibraryError, OutOfTime, MemoryError):
        raise
    except BaseException as error:
        _reference(handler, request, '%s._listMethods' % place if place else '_listMethods', error)
        return []


def _of_instance(handler, request):
    instance = handler.instance
    if hasattr(instance, '_listMethods'):
        for name, help_ in _told(handler, request, '', lambda: instance,
                                 hasattr(instance, '_methodHelp')):
            yield Described(name, users=users_of(None, type(instance)), help_=help_)
    elif not hasattr(instance, '_dispatch'):
        from xmlrpc.server import list_public_methods

        from .description import attempt
        for name in attempt([], list_public_methods, instance):
            function = getattr(instance, name)
            plain = getattr(function, '__func__', function)
            yield Described(name, plain, plain is not function,
                            users_of(function, type(instance)))


def permitted_methods(handler, request, unavailable=None, hidden=None):
    """Return a Described for each method that this call's user may call, sorted by name.

    hidden: a list that gets the names of the others.
    """
    found = {}
    for method in methods(handler, request, unavailable):
        if method.name not in found and permitted(method.users, request):
            found[method.name] = method
        elif hidden is not None and method.name not in found:
            hidden.append(method.name)
    return [found[name] for name in sorted(found)]


def list_methods(handler, request):
    """Return the names of all methods that this call's user may call, sorted (list of str)."""
    names = [method.name for method in permitted_methods(handler, request)]
    if not all(map(str.isprintable, names)):
        from .description import carried
        names = carried(names)
    return names


def _find(handler, request, name):
    for method in permitted_methods(handler, request):
        if method.name == name:
            return method
    raise no_method(str(name))


def method_help(handler, request, name):
    """Return the docstring of a method without its indentation (str); raises WireFault -32601."""
    if hasattr(handler.instance, '_methodHelp') and name not in handler.funcs:
        from .description import carried
        text = handler.instance._methodHelp(name)
        return carried(text) if isinstance(text, str) else ''
    return _help(_find(handler, request, name))


def _help(method):
    from .description import attempt, carried
    return carried(attempt('', _help_text, method))


def _help_text(method):
    from inspect import cleandoc
    text = method.help() if method.help is not None else getattr(method.function, '__doc__', None)
    return cleandoc(str.__str__(text)) if isinstance(text, str) else ''


def method_signature(handler, request, name):
    """Return the signatures of a method: rows of type names, the result's first.

    Returns the string `undef` where a type is not known, as the convention has it.
    """
    from .description import Describer
    method = _find(handler, request, name)
    rows = Describer().method(method.function, method.bound)['signatures']
    return 'undef' if any('undef' in row for row in rows) else rows


def describe(handler, request):
    """Return a description of all methods, for tools and for the page (see docs/classes.md)."""
    from .. import __version__
    from .description import Describer, carried
    from .namespaces import namespaces
    user = request.user if request is not None else ''
    known = user, len(handler.funcs), len(handler.classes)
    if known in handler.descriptions:       # made once per version of lib/ and user
        return handler.descriptions[known]
    unavailable, hidden = [], []
    if handler.library is not None:
        if not handler.settings.INTROSPECTION:
            return {'server': 'xmlrpcgi', 'version': __version__, 'methods': [],
                    'namespaces': [], 'restricted': False, 'unavailable': []}
        handler.register_introspection_functions()
        handler.register_multicall_functions()
    describer = Describer(handler.allow_none)
    listed = permitted_methods(handler, request, unavailable, hidden)
    described = [dict(describer.method(method.function, method.bound),
                      name=carried(method.name), help=_help(method))
                 for method in listed]
    found = {'server': 'xmlrpcgi', 'version': __version__, 'methods': described,
             'namespaces': namespaces(handler, [method.name for method in listed]),
             'restricted': bool(hidden),
             'unavailable': [{'name': carried(name), 'reference': reference}
                             for name, reference in unavailable]}
    if handler.library is not None and handler.instance is None and len(
            handler.descriptions) < _DESCRIPTIONS:
        handler.descriptions[known] = found
    return found


def capabilities(handler):
    """Return what this server supports: {name: {specUrl, specVersion}}."""
    return {name: {'specUrl': url, 'specVersion': version}
            for name, url, version in _CAPABILITIES
            if name != 'nil' or handler.allow_none}
