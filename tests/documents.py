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


def commands(markdown):
    """The lines of the shell blocks; a command may end in a comment."""
    found = [re.sub(r'\s+# .*', '', line) for block in blocks(markdown, 'sh')
             for line in block.splitlines()]
    found += re.findall(r'^\$ (.*)', ''.join(blocks(markdown, 'console')), re.M)
    return [line for line in found if line]


def links(markdown):
    """The targets of links and pictures that lead to files beside the page."""
    return [target for target in re.findall(r'\]\(([^)#\s]+)', markdown)
            if not re.match(r'\w+:', target)]
