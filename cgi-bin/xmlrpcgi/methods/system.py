"""The system.* methods that tell of methods: introspection. multicall.py has system.multicall.

Convention: http://xmlrpc-c.sourceforge.net/introspection.html.
"""

from ..errors import no_method
from .access import permitted
from .kept import kept_of
from .listing import Listing, users_by_instance

_CAPABILITIES = (
    ('xmlrpc', 'http://xmlrpc.com/spec.md', 1),
    ('introspection', 'http://xmlrpc-c.sourceforge.net/introspection.html', 1),
    ('system.multicall', 'http://tech.groups.yahoo.com/group/xml-rpc/message/1208', 1),
    ('faults_interop', 'http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php', 20010516),
    ('nil', 'http://ws.apache.org/xmlrpc/extensions.html', 1),
    ('i8', 'http://ws.apache.org/xmlrpc/types.html', 1),
)


def list_methods(handler, request):
    """Return the names of all methods that this call's user may call, sorted (list of str)."""
    names = [method.name for method in Listing(handler, request).permitted()]
    if not all(map(str.isprintable, names)):
        from .description import carried
        names = carried(names)
    return names


def _found(handler, request, name):
    for method in Listing(handler, request).permitted():
        if method.name == name:
            return method
    return None


def method_help(handler, request, name):
    """Return the docstring of a method without its indentation (str); raises WireFault -32601."""
    method = _found(handler, request, name)
    if method is not None:
        return _help(method)
    if not _is_of_instance(handler, request, name):
        raise no_method(str(name))
    from .description import carried
    text = handler.instance._methodHelp(name)
    return carried(text) if isinstance(text, str) else ''


def _is_of_instance(handler, request, name):
    """Whether a name that no list has may be one of the registered instance (bool).

    So it is with _dispatch, for names that others have and the caller may not call, too: an answer
    tells nothing of those.
    """
    instance = handler.instance
    return handler.begun and hasattr(instance, '_methodHelp') and (
        hasattr(instance, '_dispatch') or handler._of_instance(name) is not None) and permitted(
            users_by_instance(handler, name), request)


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
    method = _found(handler, request, name)
    if method is None:
        raise no_method(str(name))
    rows = Describer().method(method.function, method.bound)['signatures']
    return 'undef' if any('undef' in row for row in rows) else rows


def describe(handler, request):
    """Return a description of all methods, for tools and for the page (see docs/classes.md)."""
    if handler.library is not None and not handler.settings.INTROSPECTION:
        return _told()
    who = request.user if request is not None else '', len(handler.funcs), len(handler.classes)
    once = getattr(handler._context(), 'descriptions', {})      # of a multicall
    if who not in once:
        kept = kept_of(handler)
        edition = kept.edition(handler.library) if handler.instance is None else None
        once[who] = kept.get(who, edition) or _described(handler, request, who, edition)
    return once[who]


def _described(handler, request, who, edition):
    from .description import Describer, carried
    from .namespaces import namespaces
    if handler.library is not None:
        handler.register_introspection_functions()
        handler.register_multicall_functions()
    describer, listing = Describer(handler.allow_none), Listing(handler, request)
    listed = listing.permitted()
    described = [dict(describer.method(method.function, method.bound),
                      name=carried(method.name), help=listing.unless_late(_help, method))
                 for method in listed]
    found = _told(described, namespaces(handler, [method.name for method in listed]),
                  bool(listing.hidden), [{'name': carried(name), 'reference': reference}
                                         for name, reference in listing.unavailable])
    if not listing.told:
        kept_of(handler).add(who, edition, found, lasts=not listing.unavailable)
    return found


def _told(methods=(), namespaces=(), restricted=False, unavailable=()):
    from .. import __version__
    return {'server': 'xmlrpcgi', 'version': __version__, 'methods': list(methods),
            'namespaces': list(namespaces), 'restricted': restricted,
            'unavailable': list(unavailable)}


def capabilities(handler):
    """Return what this server supports: {name: {specUrl, specVersion}}."""
    return {name: {'specUrl': url, 'specVersion': version}
            for name, url, version in _CAPABILITIES
            if name != 'nil' or handler.allow_none}
