"""xmlrpcgi: XML-RPC for any Apache that can run a CGI script.

What application code may import: `Fault`, to raise; `allow`, to say who may
call; `Handler`, to register classes and functions by hand.
"""

from .errors import Fault
from .handler import Handler

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
