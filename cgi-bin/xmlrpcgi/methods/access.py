"""Decides who may call a method, by the user whom the web server or a token authenticated."""

import sys
from _weakref import ref

from ..errors import NOT_ALLOWED, WireFault
from ..signature import ALLOW, EVERYBODY, marked

_FRAMES = 20        # between the body of a class and @allow, which other decorators may apply


class Mark:
    """An @allow within the body of a class, until table._refuse_covered finds it published.

    function: a weak reference to what it marks. module (str), owner (str): the class's __module__
    and __qualname__. edition (int): tells apart the editions of a file that is imported again.
    """

    def __init__(self, function, body):
        self.function = ref(function)
        self.module = body.f_locals['__module__']
        self.owner = body.f_locals['__qualname__']
        self.edition = id(body.f_globals)


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
        before = getattr(function, '__dict__', {}).get(ALLOW, EVERYBODY)
        setattr(function, ALLOW, users if before in (EVERYBODY, None) else before if users is None
                else before & users)                        # a second @allow: both hold
        body = None if isinstance(function, type) else _class_body(sys._getframe(1))
        if body is not None:
            marked.append(Mark(function, body))
        return target
    return decorate


def _class_body(frame):
    """The frame of the body of a class that `frame` is, or was called by; None for none."""
    for _ in range(_FRAMES):
        if frame is None or frame.f_code.co_name == '<module>':
            return None
        if '__qualname__' in frame.f_locals and '__module__' in frame.f_locals:
            return frame
        frame = frame.f_back
    return None


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
