"""What a run came to: how often each thing happened, and what must never happen."""

import collections


class Result:
    """One scenario on one kind of server.

    counts: a Counter, what happened how often. problems: sentences; of a server that can be
    trusted there are none. lost: how many of them are calls that were acknowledged and are not
    there, or are there twice.
    """

    def __init__(self, name, kind):
        self.name, self.kind = name, kind
        self.counts, self.problems, self.lost = collections.Counter(), [], 0
        self.skipped = None             # why it could not be tried here

    def expect(self, right, problem):
        """Note a problem unless `right`."""
        if not right:
            self.problems.append(problem)
        return right

    def add_ledger(self, report, some=True):
        """Take over a ledger's Report. some: at least one call must have been acknowledged."""
        self.counts.update(acknowledged=report.acknowledged, refused=report.refused,
                           broken=report.broken)
        self.lost += len(report.lost) + len(report.repeated)
        self.expect(not report.lost, 'lost: %r' % report.lost[:5])
        self.expect(not report.repeated, 'there twice: %r' % report.repeated[:5])
        self.expect(report.acknowledged or not some, 'no call was acknowledged at all')

    def __str__(self):
        if self.skipped:
            return 'not tried: ' + self.skipped
        counts = ', '.join('%s %d' % (name, number) for name, number in self.counts.items())
        return counts + ''.join('\n    WRONG: ' + problem for problem in self.problems)
