"""finding: what a check found, as a value, and how a report of such values reads."""

import json

OK, INFO, WARN, FAIL = 'ok', 'info', 'warn', 'fail'


class Finding:
    """One thing that was looked at.

    name (str): what was looked at, like 'script' or 'gzip'; several findings may share it.
    level (str): OK; INFO, what is good to know; WARN, works but not for everybody; FAIL.
    sentence (str): what is the case, and of WARN and FAIL the cause.
    command (str): what fixes it: a shell command, or words where there is no shell; '' if none.
    cause (str): of WARN and FAIL, a word that stays the same when the sentence changes.
    """

    def __init__(self, name, level, sentence, command='', cause=''):
        self.name = name
        self.level = level
        self.sentence = sentence
        self.command = command
        self.cause = cause

    def __repr__(self):
        return 'Finding(%r, %r, %r, %r, %r)' % (self.name, self.level, self.sentence,
                                                self.command, self.cause)


def good(findings):
    """Whether nothing among `findings` is to be fixed (bool)."""
    return not any(finding.level in (WARN, FAIL) for finding in findings)


def report(findings):
    """Return the lines that a person reads (list of str)."""
    width = max([len(finding.name) for finding in findings] or [0])
    lines = []
    for finding in findings:
        lines.append('%-4s  %-*s  %s' % (
            finding.level.upper() if finding.level in (WARN, FAIL) else finding.level,
            width, finding.name, finding.sentence))
        if finding.command:
            lines.append('%s->  %s' % (' ' * (width + 8), finding.command))
    return lines + ['', _summary(findings)]


def _summary(findings):
    bad = [finding for finding in findings if finding.level in (WARN, FAIL)]
    if not bad:
        return 'All is well: %d things were looked at.' % len(findings)
    failing = sum(finding.level == FAIL for finding in bad)
    return '%d to fix%s.' % (len(bad), ', %d of them serious' % failing if failing else '')


def as_json(findings):
    """Return `findings` as JSON text, for tools."""
    return json.dumps({'good': good(findings), 'findings': [vars(finding)
                                                            for finding in findings]}, indent=2)
