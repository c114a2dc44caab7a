"""Docstrings as HTML: paragraphs, code, lists of names, and sections of Google and Sphinx style.

A text becomes blocks, pairs of a name and what is in it:

p, kept: a paragraph (str); one that is kept has its own lines, as a list with bullets.
code: lines as they are (str). head: the name of a section (str).
terms: a list of (name, what): lines like `name: what`, or Sphinx's `:param name: what`.
"""

import re
from textwrap import dedent

from .markup import linked, text

_HEADS = ('Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Other Parameters|Returns'
          '|Return|Yields|Yield|Raises|Raise|Attributes|Example|Examples|Note|Notes|See Also'
          '|Warning|Warnings|Todo|References')
_HEAD = re.compile('(%s):$' % _HEADS)
_TERM = re.compile(r'(\*{0,2}[\w.-]+(?:, \*{0,2}[\w.-]+){0,9}(?: \([^()]*\))?): +(\S.*)')
_NAMED = re.compile(r':(?:param|parameter|arg|argument|key|keyword|raises?|except|exception|i?var'
                    r'|cvar)(?: ([^:]*))? ([\w.*\\]+): *(?P<what>.*)')
_TYPED = re.compile(r':(?:type|vartype) ([\w.*\\]+): *(?P<what>.*)')
_RESULT = re.compile(r':(returns?|rtype|yields?|ytype): *(?P<what>.*)')
_DEEPEST = 3                # sections in each other
_BULLET = re.compile(r'(?:[-*+] |\d+[.)] )')


def split(help_):
    """Return (the first paragraph in one line, the blocks behind it) of a docstring (str)."""
    found = blocks(help_)
    if found and found[0][0] == 'p':
        return ' '.join(found[0][1].split()), found[1:]
    return '', found


def html(found):
    """Yield the HTML of blocks."""
    for name, inside in found:
        if name == 'code':
            yield '<pre tabindex="0"><code>%s</code></pre>\n' % text(inside)
        elif name == 'terms':
            yield '<dl class="told">\n'
            for term, what in inside:
                yield '<div><dt>%s</dt> <dd>%s</dd></div>\n' % (text(term), linked(what))
            yield '</dl>\n'
        else:
            class_ = '' if name == 'p' else ' class="%s"' % name
            yield '<p%s>%s</p>\n' % (class_, linked(inside))


def blocks(help_, depth=0):
    """Return the blocks of a docstring (str). depth (int): of sections in each other."""
    lines = [line.rstrip() for line in help_.expandtabs().split('\n')]
    found, at = [], 0
    while at < len(lines):
        line = lines[at]
        if not line:
            at += 1
        elif depth < _DEEPEST and _HEAD.match(line) and _indented(lines, at + 1) > at + 1:
            end = _indented(lines, at + 1)
            inside = dedent('\n'.join(lines[at + 1:end])).strip('\n').split('\n')
            terms = _terms(inside, 1)
            found.append(('head', line[:-1]))
            found += [('terms', terms)] if terms else blocks('\n'.join(inside), depth + 1)
            at = end
        elif line[0] == ' ':
            end = _indented(lines, at)
            found.append(('code', dedent('\n'.join(lines[at:end])).strip('\n')))
            at = end
        elif line[0] == ':' and _field(line):
            end = at + 1
            while end < len(lines) and lines[end] and (lines[end][0] == ' ' or _field(lines[end])):
                end += 1
            found.append(('terms', _fields(lines[at:end])))
            at = end
        else:
            end = at + 1
            while end < len(lines) and lines[end] and not _HEAD.match(lines[end]) \
                    and not _field(lines[end]):
                end += 1
            found += _paragraph(lines[at:end])
            at = end
    return found


def _indented(lines, at):
    """The end of the lines that are indented or empty from `at` on, without empty ones there."""
    end = at
    while at < len(lines) and (not lines[at] or lines[at][0] == ' '):
        at += 1
        if lines[at - 1]:
            end = at
    return end


def _paragraph(lines):
    if lines[0].startswith('>>>'):
        return [('code', '\n'.join(lines))]
    at = len(lines)             # where the lines begin that are `name: what` to the end
    while at and (lines[at - 1][0] == ' ' or _TERM.match(lines[at - 1])):
        at -= 1
    terms = _terms(lines[at:], 2 if at or not re.match('(%s): ' % _HEADS, lines[0]) else 1)
    if terms:
        return (_text(lines[:at]) if at else []) + [('terms', terms)]
    return _text(lines)


def _text(lines):
    kept = any(line[0] in ' :' or _BULLET.match(line) for line in lines)
    return [('kept' if kept else 'p', '\n'.join(lines))]


def _terms(lines, least):
    """[(name, what)] where all lines are `name: what`, `least` of them or more; else None."""
    terms = []
    for line in lines:
        found = _TERM.match(line)
        if found:
            terms.append(found.groups())
        elif terms and line[:1] == ' ':
            terms[-1] = terms[-1][0], '%s\n%s' % (terms[-1][1], line.strip())
        elif line or not terms:
            return None
    return terms if len(terms) >= least else None


def _field(line):
    return _NAMED.match(line) or _TYPED.match(line) or _RESULT.match(line)


def _fields(lines):
    """[(name, what)] of Sphinx's fields; a type stands behind its name."""
    told, types = {}, {}
    for line in '\n'.join(lines).replace('\n ', '\0').split('\n'):     # with what continues it
        line = re.sub('\0 *', '\n', line)
        named, typed, result = _NAMED.match(line), _TYPED.match(line), _RESULT.match(line)
        what = line[(named or typed or result).start('what'):].strip()
        if result:
            name = 'yields' if result.group(1)[0] == 'y' else 'returns'
            (types if 'type' in result.group(1) else told)[name] = what
        elif typed:
            types[typed.group(1)] = what
        else:
            told[named.group(2)] = what
            types.setdefault(named.group(2), named.group(1))
    return [('%s (%s)' % (name, types[name]) if types.get(name) else name, told.get(name, ''))
            for name in dict.fromkeys(list(told) + list(types))]
