"""The table that `make trust` prints."""

LOAD = [                        # head of the column, what it adds together
    ('right', ('good: right', 'slow sender: right', 'slow reader: right')),
    ('refused', (': refused',)),
    ('turned away', ('hostile: turned away',)),
    ('cut off', (': cut off',)),
    ('vanished', ('vanishing: vanished',)),
    ('wrong', (': wrong',)),
]


class Report:
    """What `make trust` found. attacks: {kind: [tried, leaks]}; load, faults: lists of Result."""

    def __init__(self):
        self.attacks, self.inputs, self.distinct = {}, 0, 0
        self.load, self.faults, self.problems = [], [], []

    def leaks(self):
        return sum(leaks for _, leaks in self.attacks.values())

    def lost(self):
        return sum(result.lost for result in self.load + self.faults)

    def failed(self):
        return bool(self.problems or self.leaks() or self.lost())

    def text(self):
        """The whole table."""
        parts = []
        if self.attacks:
            rows = [(kind, *numbers) for kind, numbers in self.attacks.items()]
            rows.append(('together', sum(row[1] for row in rows), self.leaks()))
            parts.append(block(('attacks tried', 'tried', 'leaks'), rows))
        if self.inputs:
            parts.append(block(('inputs fuzzed', 'inputs', 'distinct'),
                               [('mutants of the corpus', self.inputs, self.distinct)]))
        if self.load:
            heads = ('load held', 'server', *(head for head, _ in LOAD), 'MB a process',
                     'slowest, ms', '')
            parts.append(block(heads, [self._load_row(result) for result in self.load]))
        if self.faults:
            heads = ('faults survived', 'server', 'lost', 'wrong', 'what happened')
            parts.append(block(heads, [self._fault_row(result) for result in self.faults]))
        parts.append(block(('must be 0', ''), [
            ('calls lost', self.lost()), ('leaks found', self.leaks()),
            ('other problems', len(self.problems))]))
        return '\n'.join(parts) + ''.join('WRONG: %s\n' % problem for problem in self.problems)

    def _load_row(self, result):
        if result.skipped:
            return (result.name, result.kind, *['-'] * (len(LOAD) + 2),
                    'not tried: ' + result.skipped)
        counts = result.counts
        sums = [sum(number for name, number in counts.items()
                    if any(part in name for part in parts)) for _, parts in LOAD]
        return (result.name, result.kind, *sums, counts.get('megabytes of one process', '-'),
                counts['slowest good call, ms'], '')

    def _fault_row(self, result):
        if result.skipped:
            return result.name, result.kind, '-', '-', 'not tried: ' + result.skipped
        return (result.name, result.kind, result.lost, len(result.problems),
                ', '.join('%s %d' % count for count in result.counts.items()))


def block(heads, rows):
    """Rows under heads, in columns: numbers to the right, words to the left."""
    rows = [[str(cell) for cell in row] for row in rows]
    columns = []
    for head, cells in zip(heads, zip(*rows)):
        width = max(map(len, (head, *cells)))
        numbers = all(cell.isdigit() or cell == '-' for cell in cells)
        columns.append([cell.rjust(width) if numbers else cell.ljust(width)
                        for cell in (head, *cells)])
    return ''.join('  '.join(row).rstrip() + '\n' for row in zip(*columns))
