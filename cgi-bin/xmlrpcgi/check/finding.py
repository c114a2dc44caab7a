"""finding: what a check found, as a value, and how a report of such values reads."""

import json

from ..client.client import one_line

OK, INFO, WARN, FAIL = 'ok', 'info', 'warn', 'fail'
UNREACHABLE = 'unreachable'     # id of the only finding where a server does not answer at all


class Finding:
    """One thing that was looked at.

    name (str): what was looked at, like 'script' or 'gzip'; several findings may share it.
    level (str): OK; INFO, good to know; WARN, works but not for everybody; FAIL, does not work.
    sentence (str): what is the case, and of WARN and FAIL why.
    remedy (str): what fixes it: a shell command, or words where there is no shell; '' if none.
    id (str): of WARN and FAIL, a word that stays the same when the sentence changes; else ''.
    """

    def __init__(self, name, level, sentence, remedy='', id=''):
        self.name = name
        self.level = level
        self.sentence = sentence
        self.remedy = remedy
        self.id = id

    def __repr__(self):
        return 'Finding(%r, %r, %r, %r, %r)' % (self.name, self.level, self.sentence,
                                                self.remedy, self.id)


def good(findings):
    """Whether nothing among `findings` is to be fixed (bool)."""
    return not any(finding.level in (WARN, FAIL) for finding in findings)


def rows(findings, outside=''):
    """Return the lines of a report, each with the level that its first word names, or None.

    outside (str): the command that looks from outside, where `findings` are about files alone.
    """
    width = max([len(finding.name) for finding in findings] or [0])
    found = []
    for finding in findings:
        found.append((finding.level, '%-4s  %-*s  %s' % (
            finding.level.upper() if finding.level in (WARN, FAIL) else finding.level,
            width, finding.name, one_line(finding.sentence))))
        if finding.remedy:
            found.append((None, '%s->  %s' % (' ' * (width + 8), one_line(finding.remedy))))
    return found + [(None, ''), (None, _summary(findings, outside))]


def _summary(findings, outside):
    bad = [finding for finding in findings if finding.level in (WARN, FAIL)]
    if not bad and outside:
        return 'All is well in the files (%d things were looked at). Whether the web server runs ' \
            'them: %s' % (len(findings), outside)
    if not bad:
        return 'All is well: %d things were looked at.' % len(findings)
    failing = sum(finding.level == FAIL for finding in bad)
    return '%d to fix%s.' % (len(bad), ', %d of them serious' % failing if failing else '')


def as_json(findings):
    """Return `findings` as JSON text, for tools."""
    return json.dumps({'good': good(findings), 'findings': [vars(finding)
                                                            for finding in findings]}, indent=2)
