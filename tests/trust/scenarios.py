"""All loads and faults, by name: what `make trust` and the tests of this folder run.

Each is a function of a kind of server that returns a Result. In the short form there are fewer
kinds, and less of each. A new kind of server is a name more in KINDS of the scenarios that it
can be put through.
"""

import os

from tests.tools import servers

from . import clock, closed, disks, kills, load, replaced, restarts, scarce, slowhttptest
from .result import Result


class Scenario:
    """run(kind, **options) returns a Result; brief: the options of the short form.

    lacks: a function that returns None, or why it cannot be had here with any kind of server.
    """

    def __init__(self, name, run, kinds, short=1, brief=None, lacks=None, **options):
        self.name, self._run, self.kinds, self.short = name, run, kinds, short
        self.lacks = lacks or (lambda: None)
        self.options, self.brief = options, {**options, **(brief or {})}

    def run(self, kind, short=False):
        """Put this kind of server through it; the Result."""
        return self._run(kind, **(self.brief if short else self.options))

    def chosen(self, short=False):
        """The kinds it is run with: in the short form the first few."""
        return self.kinds[:self.short] if short else self.kinds


# What can stay between calls is put through as much as makes sense for it.
STAYING = 'mod_fcgid', 'mod_wsgi'
LOADS = [Scenario('load', load.run, ('mod_cgid', 'docker'), short=2, seconds=30,
                  brief={'seconds': 7}),
         Scenario('load', load.run, ('mod_fcgid', 'mod_cgi', 'mod_wsgi'), short=1, seconds=8),
         Scenario('slowhttptest', slowhttptest.run, slowhttptest.KINDS, seconds=12,
                  brief={'seconds': 6}, lacks=slowhttptest.missing)]
FAULTS = [
    Scenario('kill -9 at each stage', kills.run, kills.KINDS + STAYING),
    Scenario('kill -9 at random', kills.storm, kills.KINDS + ('mod_wsgi',), brief={'seconds': 3}),
    Scenario('graceful restart', restarts.run, restarts.KINDS + ('mod_fcgid',), how='graceful',
             brief={'times': 1}),
    Scenario('hard restart', restarts.run, restarts.KINDS + STAYING, how='hard',
             brief={'times': 1}),
    Scenario('ended and started again', restarts.run, restarts.LOCAL + STAYING, how='ended',
             brief={'times': 1}),
    Scenario('disk full', disks.run, disks.KINDS, fault=disks.FULL),
    Scenario('disk nearly full', disks.run_byte_code, disks.KINDS),
    Scenario('disk read-only', disks.run, disks.KINDS, fault=disks.READ_ONLY),
    Scenario('file size limit', disks.run_size, disks.SIZE_KINDS + STAYING),
    Scenario('clock jumps', clock.run, clock.KINDS, lacks=clock.missing),
    Scenario('lib: a link is switched', replaced.run, replaced.KINDS + STAYING,
             manner=replaced.LINK, brief={'seconds': 2}),
    Scenario('lib: a file is renamed', replaced.run, replaced.KINDS + STAYING,
             manner=replaced.RENAME, brief={'seconds': 2}),
    Scenario('lib: a file is written over', replaced.run, replaced.KINDS,
             manner=replaced.IN_PLACE, brief={'seconds': 2}),
    Scenario('lib: packages without __init__.py', replaced.run,
             ('mod_wsgi', 'mod_fcgid', 'mod_cgid'), manner=replaced.SPACES,
             seconds=8, brief={'seconds': 4}),
    Scenario('descriptors closed', closed.run, closed.KINDS, short=2, brief={'rounds': 1}),
    Scenario('methods use all up', scarce.in_methods, scarce.KINDS + STAYING),
    Scenario('few descriptors', scarce.in_apache, scarce.LOCAL, brief={'seconds': 2}),
    Scenario('too few processes', scarce.processes, ('docker',), brief={'seconds': 2}),
    Scenario('script with too little', scarce.scripts, ('script',)),
]


def missing(scenario, kind):
    """None, or why this scenario cannot be had here with this kind of server."""
    if kind in servers.KINDS and servers.available(kind):
        return servers.available(kind)
    return scenario.lacks()


def run(scenario, kind, short):
    """Its Result; an exception is a problem, and a server that is missing too with CI=true."""
    result = Result(scenario.name, kind)
    result.skipped = missing(scenario, kind)
    if result.skipped:
        result.expect(os.environ.get('CI') != 'true', result.skipped)
        return result
    try:
        return scenario.run(kind, short)
    except Exception as error:
        result.problems.append('%s: %s' % (type(error).__name__, error))
        return result
