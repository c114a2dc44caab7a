"""Who may call a method, decided by whom the web server authenticated (REMOTE_USER)."""

from ..errors import NOT_ALLOWED, WireFault
from ..library import ALLOW


def mark(user, authenticated):
    """Return the decorator of `allow`; the arguments are allow's."""
    users = None if user is None else {user} if isinstance(user, str) else set(user)
    if users is None and authenticated is not True:
        raise ValueError('allow() takes user="name", user=("names", ...) or authenticated=True')

    def decorate(target):
        function = getattr(target, '__func__', target)      # within @staticmethod, @classmethod
        setattr(function, ALLOW, users)
        return target
    return decorate


def permitted(application, function, request):
    """Whether the caller of `request` (None: nobody) may call: both marks must let it."""
    user = request.user if request is not None else ''
    for target in (application, function):
        if hasattr(target, ALLOW):
            users = getattr(target, ALLOW)
            if not user or users is not None and user not in users:
                return False
    return True


def check_access(method, application, function, request):
    """Raise WireFault -32501 unless the caller may call."""
    if permitted(application, function, request):
        return
    if request is None or not request.user:
        raise WireFault(NOT_ALLOWED, '%s is for users who log in, and this call came without a '
                                     'user' % method)
    raise WireFault(NOT_ALLOWED, '%s is not for this user' % method)
