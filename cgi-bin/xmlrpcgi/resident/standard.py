"""Keeps descriptors 0 to 2 taken: no socket and no file of ours may get one of them.

A class may close them, and a web server may start a process without them. The next connection would
get the number 1, and what a class or its child prints would be delivered as the answer.
"""

import os


def take():
    """Open those of the descriptors 0 to 2 that are closed: on /dev/null, 1 on stderr."""
    try:
        os.fstat(0)
        os.fstat(1)
        os.fstat(2)
    except OSError:
        _fill()


def _fill():
    closed = [number for number in (0, 1, 2) if not _is_open(number)]
    try:
        opened = os.open('/dev/null', os.O_RDWR)
    except OSError:                     # a chroot without it
        opened, end = os.pipe()
        if end not in closed:
            os.close(end)
    for number in closed:
        os.dup2(2 if number == 1 and 2 not in closed else opened, number)
    if opened not in closed:
        os.close(opened)
    else:
        os.set_inheritable(opened, True)        # a child must have all three, too


def _is_open(number):
    try:
        os.fstat(number)
        return True
    except OSError:
        return False
