"""Section `balancer`: calls under load through the balancer, with one, two and four members.

All is containers of this machine, so the members share its processors: what the
balancer costs can be seen here, and what a second machine gains cannot. The
stacks run side by side and take turns as the doors do.
"""

import contextlib

from . import doors, load
from .scripts import NotMeasured

MEMBERS = (1, 2, 4)
ROUNDS = 3


def measure(scripts, rounds):
    load.wrk()
    try:
        from tests.many.stack import missing, stack
    except ImportError as error:
        raise NotMeasured("tests.many cannot be imported: %s" % error) from error
    why = missing()
    if why:
        raise NotMeasured(why)
    found = {}
    with contextlib.ExitStack() as running:
        for members in MEMBERS:
            one = running.enter_context(stack(members=members, lib=scripts.lib))
            if not found:
                add(found, "a container by itself", one.url_of(one.members[0]))
            add(found, "balancer, %d container%s" % (members, "s" * (members > 1)), one.url)
        return doors.under_load(scripts, found, min(ROUNDS, rounds))


def add(found, name, url):
    found[name] = doors.Door(name, url + "/xmlrpc/")
