"""xmlrpcgi: XML-RPC for any Apache that can run a CGI script.

What application code may import: `Fault` and `Refusal`, to raise; `allow`, to say who may call, and
`name`, under which name; `Handler`, to register classes and functions by hand.
"""

import sys

__all__ = ['Fault', 'Handler', 'Refusal', 'allow', 'name']
__version__ = '1.0.0'


def allow(user=None, authenticated=None):
    """Decorate a class or method: only these callers may call it, others get fault -32501.

    user (str or several): the names, as the web server authenticated them (REMOTE_USER).
    authenticated (bool): True for any authenticated user. On a class and its method, both
    must let the caller. Put it above other decorators.
    """
    from .methods.access import mark
    return mark(user, authenticated)


def name(public):
    """Decorate a method: it is published under the name `public` (str) alone.

    public: any text; dots in it are part of the name. `@name('get-file')` in lib/app.py makes
    app.get-file.
    """
    if not isinstance(public, str) or not public:
        raise TypeError('@name takes the name to publish under, like @name("get-file")')

    def decorate(function):
        getattr(function, '__func__', function)._xmlrpcgi_name = public
        return function
    return decorate


def __getattr__(name):
    # Handler costs the import of xmlrpc.server, so it comes when it is asked for (PEP 562).
    if name in ('Fault', 'Refusal'):
        from . import errors
        value = getattr(errors, name)
    elif name == 'Handler':
        from .handler import Handler as value
    else:
        raise AttributeError('module %r has no attribute %r' % (__name__, name))
    globals()[name] = value
    return value


if (3, 6) <= sys.version_info < (3, 7):     # which does not know that function
    from .errors import Fault, Refusal
    from .handler import Handler
