"""Decides who may call a method, by the user that the web server authenticated (REMOTE_USER)."""

from _weakref import ref
from types import FunctionType

from ..errors import NOT_ALLOWED, WireFault
from ..signature import ALLOW, marked


def mark(user, authenticated):
    """Return the decorator of `allow`; the arguments are allow's."""
    if callable(user):
        raise TypeError('@allow takes its arguments in brackets, like @allow(user="ann") or '
                        '@allow(authenticated=True)')
    users = None if user is None else {user} if isinstance(user, str) else set(user)
    if users is None and authenticated is not True:
        raise ValueError('allow() takes user="name", user=("names", ...) or authenticated=True')

    def decorate(target):
        function = getattr(target, '__func__', target)      # within @staticmethod, @classmethod
        setattr(function, ALLOW, users)
        if isinstance(function, FunctionType):
            marked.append(ref(function))    # until library._refuse_covered finds it published
        return target
    return decorate


def permitted(users, request):
    """Whether the caller of `request` (None: nobody) may call (bool).

    users: None for everybody, else a list of marks, each of which must allow the caller: a set of
    names, or None for any authenticated user.
    """
    user = request.user if request is not None else ''
    return not users or bool(user) and all(names is None or user in names for names in users)


def check_access(method, users, request):
    """Raise WireFault -32501 unless the caller may call `method`; users: as for `permitted`."""
    if permitted(users, request):
        return
    if request is None or not request.user:
        raise WireFault(NOT_ALLOWED, '%s is for users who log in, and this call came without a '
                                     'user' % method)
    raise WireFault(NOT_ALLOWED, '%s is not for this user' % method)
