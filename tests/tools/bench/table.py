"""The print: one table, a row for each figure, a verdict where there is a goal; and grids.

A goal is written as the comparison that must hold ('<= 1.45', '>= 5.5') and is
judged on the unrounded ratio. OK and MISS inform; only a wrong answer makes the
bench fail.
"""

import dataclasses

COLUMNS = ("pass", "bare", "print", "php", "ours", "stock")


@dataclasses.dataclass
class Row:
    """One line: what was measured, its unit, medians by column, and at most one ratio."""

    what: str
    unit: str = ""
    values: dict = dataclasses.field(default_factory=dict)
    ratio: str = ""
    value: float = None
    goal: str = ""
    note: str = ""

    @property
    def verdict(self):
        if not self.goal or self.value is None:
            return ""
        sign, limit = self.goal.split()
        met = self.value <= float(limit) if sign == "<=" else self.value >= float(limit)
        return "OK" if met else "MISS"

    def cells(self):
        shown = [number(self.values.get(name)) for name in COLUMNS]
        value = "" if self.value is None else "%.2f" % self.value
        return [self.what, self.unit, *shown, self.ratio, value, self.goal, self.verdict]


@dataclasses.dataclass
class Grid:
    """Figures that fill a table of their own: `rows` of cells (str), the first one a name.

    groups: (text, columns) above the heads, after the first column.
    """

    title: str
    groups: list
    heads: list
    rows: list

    def lines(self):
        rows = [row + [""] * (len(self.heads) - len(row)) for row in [self.heads, *self.rows]]
        widths = [max(map(len, column)) for column in zip(*rows)]
        at, widest = 1, []
        for text, columns in self.groups:       # a group's text must have room
            room = sum(widths[at:at + columns]) + 2 * (columns - 1)
            widths[at] += max(0, len(text) - room)
            widest.append(max(len(text), room))
            at += columns
        yield "  " + self.title
        above = "  ".join(text.rjust(width) for (text, _), width in zip(self.groups, widest))
        yield ("  " + " " * widths[0] + "  " + above).rstrip()
        for row in rows:
            cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))
            yield ("  " + "  ".join([row[0].ljust(widths[0]), *cells])).rstrip()


def ratio(what, unit, values, above, below, goal=""):
    """A row whose ratio is one column over another, as 'ours/bare'."""
    return Row(what, unit, values, above + "/" + below, values[above] / values[below], goal)


def limit(what, unit, values, of, goal):
    """A row whose goal is for the figure of one column itself."""
    return Row(what, unit, values, of, values[of], goal)


def number(value):
    """Three digits that count: 0.123, 5.61, 51.9, 1234."""
    if value is None:
        return ""
    for digits, limit in ((3, 1), (2, 10), (1, 100)):
        if abs(value) < limit:
            return "%.*f" % (digits, value)
    return "%.0f" % value


def render(sections):
    """Text of a list of (title, rows)."""
    head = ["", "unit", *COLUMNS, "ratio", "", "goal", ""]
    every = [row.cells() for _, rows in sections for row in rows
             if isinstance(row, Row) and not row.note]
    widths = [max(map(len, column)) for column in zip(head, *every)]
    left = {0, 1, len(COLUMNS) + 2, len(COLUMNS) + 4, len(COLUMNS) + 5}

    def line(cells):
        padded = (cell.ljust(width) if place in left else cell.rjust(width)
                  for place, (cell, width) in enumerate(zip(cells, widths)))
        return ("  " + "  ".join(padded)).rstrip()

    lines = [line(head)] if every else []
    for title, rows in sections:
        lines += ["", title]
        for row in rows:
            if isinstance(row, Grid):
                lines += [*row.lines(), ""]
            else:
                lines.append("  %s: %s" % (row.what, row.note) if row.note else line(row.cells()))
    return "\n".join(lines)
