"""README.md and docs/ as tests read them: their text, tables, code blocks and links."""

import re
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
README = TOP / 'README.md'
PAGES = [README, *sorted((TOP / 'docs').glob('*.md'))]
NAMES = [str(page.relative_to(TOP)) for page in PAGES]


def text(name):
    """The text of a page, named as in NAMES."""
    return (TOP / name).read_text(encoding='utf-8')


def section(name, heading):
    """What stands under a heading of the second level."""
    return re.split(r'^## ', text(name).split('\n## %s\n' % heading)[1], flags=re.M)[0]


def rows(name, heading):
    """The cells of the first table under a heading, without the table's head."""
    table = re.search(r'(?:^\|.*\n)+', section(name, heading), re.M).group(0)
    return [[cell.strip() for cell in line.strip('|').split('|')]
            for line in table.splitlines()[2:]]


def blocks(markdown, language):
    """The fenced code blocks of a language in a text, in order."""
    return re.findall(r'^```%s\n(.*?)^```$' % language, markdown, re.M | re.S)


def fences(markdown):
    """All fenced code blocks in order: (language, code, the paragraph before)."""
    return [(language, code, said) for said, language, code in re.findall(
        r'((?:^(?!```)[^\n]+\n)*)\n*^```(\w*)\n(.*?)^```$', markdown, re.M | re.S)]


def dialogue(block):
    """The commands of a console block, each with what it shows: [(command, text)]."""
    return re.findall(r'^\$ (.*)\n((?:[^$].*\n)*)', block, re.M)


def file_named(said):
    """The file that a paragraph names last: where the code below it belongs."""
    return re.findall(r'`([\w./~-]+\.\w+)`', said)[-1]


def follow(markdown, typed, write):
    """Do what a text says, in its order, and find what it shows. [(command, what came)]

    typed(line) runs a command line and returns its status and what it shows; write(path, text).
    """
    said = []
    for language, code, before in fences(markdown):
        if language == 'sh':
            for line in code.splitlines():
                status, shown = typed(line)
                assert status == 0, (line, shown)
                said.append((line, shown))
        elif language == 'console':
            for line, expected in dialogue(code):
                assert typed(line)[1] == expected, line
        else:
            write(file_named(before), code)
    return said


def commands(markdown):
    """The lines of the shell blocks; a command may end in a comment."""
    found = [re.sub(r'\s+# .*', '', line) for block in blocks(markdown, 'sh')
             for line in block.splitlines()]
    found += re.findall(r'^\$ (.*)', ''.join(blocks(markdown, 'console')), re.M)
    return [line for line in found if line]


def anchors(markdown):
    """The names of a page's headings, as links write them behind a #."""
    return {re.sub(r'[^\w -]', '', heading.lower()).replace(' ', '-')
            for heading in re.findall(r'^#+ (.*)$', markdown, re.M)}


def links(markdown):
    """The targets of links and pictures that lead to files beside the page."""
    return [target for target in re.findall(r'\]\(([^)#\s]+)', markdown)
            if not re.match(r'\w+:', target)]
