"""xmlrpcgi: XML-RPC for any Apache that can run a CGI script.

What application code may import: `Fault`, to raise; `allow`, to say who may
call; `Handler`, to register classes and functions by hand.
"""

import sys

__all__ = ['Fault', 'Handler', 'allow']
__version__ = '1.0.0'


def allow(user=None, authenticated=None):
    """Decorate a class or method: only these callers may call it, others get fault -32501.

    user (str or several): the names, as the web server authenticated them (REMOTE_USER).
    authenticated (bool): True for any authenticated user. On a class and its method, both
    must let the caller. Put it above other decorators.
    """
    from .methods.access import mark
    return mark(user, authenticated)


def __getattr__(name):
    # Handler costs the import of xmlrpc.server, so it comes when it is asked for (PEP 562).
    if name == 'Fault':
        from .errors import Fault as value
    elif name == 'Handler':
        from .handler import Handler as value
    else:
        raise AttributeError('module %r has no attribute %r' % (__name__, name))
    globals()[name] = value
    return value


if (3, 6) <= sys.version_info < (3, 7):     # which does not know that function
    from .errors import Fault
    from .handler import Handler
