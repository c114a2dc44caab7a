"""Keeps descriptors 0 to 2 taken: no socket and no file of ours may get one of them.

A class may close them, and a web server may start a process without them. The next connection would
get the number 1, and what a class or its child prints would be delivered as the answer. This is for
FastCGI. Under WSGI, where threads of the server take descriptors at any time, a look after each
call might come too late, and would be 2 or 3 % of a call.
"""

import os


def take():
    """Open those of the descriptors 0 to 2 that are closed: on /dev/null, 1 on stderr."""
    try:
        os.get_inheritable(0)       # the quickest question that a closed one fails
        os.get_inheritable(1)
        os.get_inheritable(2)
    except OSError:
        _fill()


def _fill():
    # Each gets the number that the kernel chooses: a thread of a class may take one meanwhile.
    filled, opened = [], _empty()
    while opened <= 2:
        os.set_inheritable(opened, True)        # a child must have all three, too
        filled.append(opened)
        opened = _empty()
    os.close(opened)
    if 1 in filled and 2 not in filled:
        os.dup2(2, 1)


def _empty():
    try:
        return os.open('/dev/null', os.O_RDWR)
    except OSError:                     # a chroot without it
        opened, end = os.pipe()
        os.close(end)
        return opened
