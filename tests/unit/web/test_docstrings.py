"""Docstrings on the page: paragraphs, code, lists, sections and links, all of it as text."""

from inspect import cleandoc

import pytest
from xmlrpcgi.web.docstrings import blocks, html, split

from tests.unit.web.parsed import Parsed


def parsed(text):
    return Parsed(''.join(html(blocks(text))))


@pytest.mark.parametrize('text, found', [
    ('', []), ('  \n', []), ('one\ntwo', [('p', 'one\ntwo')]),
    ('one\n\n\n\ntwo', [('p', 'one'), ('p', 'two')]),
    ('one\n    ', [('p', 'one')]),         # the line of the closing quotes
    ('one\n\n    code\n\n      more\n\ntwo',
     [('p', 'one'), ('code', 'code\n\n  more'), ('p', 'two')]),
    ('>>> 1\n1', [('code', '>>> 1\n1')]),
    ('- a\n- b', [('kept', '- a\n- b')]), ('1. a\n2. b', [('kept', '1. a\n2. b')]),
    ('* a\n  and more\n* b', [('kept', '* a\n  and more\n* b')]),
    # Lists of names.
    ('name: of it\n    and more\nsize: in bytes',
     [('terms', [('name', 'of it\nand more'), ('size', 'in bytes')])]),
    ('Store it.\nname: of it\nsize (int): in bytes',
     [('p', 'Store it.'), ('terms', [('name', 'of it'), ('size (int)', 'in bytes')])]),
    ('a, b: numbers\n*more: others', [('terms', [('a, b', 'numbers'), ('*more', 'others')])]),
    ('remember: once', [('p', 'remember: once')]),
    ('Returns: a list', [('terms', [('Returns', 'a list')])]),
    ('see http://a.b/c\nand: d', [('p', 'see http://a.b/c\nand: d')]),
    # Google style.
    ('Do it.\n\nArgs:\n    name (str): of it\n        and more\n    size: in bytes\n\nReturns:\n'
     '    A number.\n\nRaises:\n  Fault: if not',
     [('p', 'Do it.'), ('head', 'Args'),
      ('terms', [('name (str)', 'of it\nand more'), ('size', 'in bytes')]),
      ('head', 'Returns'), ('p', 'A number.'), ('head', 'Raises'),
      ('terms', [('Fault', 'if not')])]),
    ('Do it.\nArgs:\n  a: 1', [('p', 'Do it.'), ('head', 'Args'), ('terms', [('a', '1')])]),
    ('Example:\n    >>> f()\n    1', [('head', 'Example'), ('code', '>>> f()\n1')]),
    ('Args:', [('p', 'Args:')]),
    # Sphinx style.
    ('Do it.\n\n:param name: of it\n    and more\n:param int size: in bytes\n:type name: str\n'
     ':returns: a number\n:rtype: int\n:raises Fault: if not',
     [('p', 'Do it.'), ('terms', [
         ('name (str)', 'of it\nand more'), ('size (int)', 'in bytes'),
         ('returns (int)', 'a number'), ('Fault', 'if not')])]),
    ('Do it.\n:return: x', [('p', 'Do it.'), ('terms', [('returns', 'x')])]),
    (':rtype: int', [('terms', [('returns (int)', '')])]),
    (':parametric: x', [('kept', ':parametric: x')]),
])
def test_a_docstring_becomes_blocks(text, found):
    assert blocks(text) == found


@pytest.mark.parametrize('text, line, rest', [
    ('Return\nthe sum.\n\nSlowly.', 'Return the sum.', [('p', 'Slowly.')]),
    ('', '', []), ('- a', '', [('kept', '- a')]), ('Do it.', 'Do it.', []),
])
def test_the_first_paragraph_is_the_line_of_the_overview(text, line, rest):
    assert split(cleandoc(text)) == (line, rest)


@pytest.mark.parametrize('text, links', [
    ('see https://example.org/a?b=c&d#e.', ['https://example.org/a?b=c&d#e']),
    ('(http://a.b/), http://c.d;', ['http://a.b/', 'http://c.d']),
    ('javascript:alert(1) ftp://a.b data:text/html,x http://', []),
    ('http://a.b/"onclick="x', ['http://a.b/']), ("http://a.b/<i>'", ['http://a.b/']),
    ('- https://a.b', ['https://a.b']), ('Args:\n  a: https://a.b', ['https://a.b']),
    (':param a: https://a.b', ['https://a.b']), ('>>> "https://a.b"', []),
])
def test_addresses_are_links(text, links):
    found = parsed(text)
    assert found.values('href') == links


@pytest.mark.slow
@pytest.mark.parametrize('text', [
    'a' * 200000, ' a' * 100000, ':param ' * 30000, 'a, ' * 70000 + ': b', 'a' * 100000 + ' (',
    'http://' * 30000, 'http://' + '.' * 200000, 'Args:\n' * 30000, '\n' * 200000,
    'x: y\n' * 40000, 'x: y\n' * 40000 + 'z', 'x: y\n' * 40000 + '- z', ' ' * 200000 + 'a',
    ''.join('%sArgs:\n' % (' ' * depth) for depth in range(1100)) + ' ' * 1100 + 'x',
    'Args:\n x\n' * 20000,
])
def test_long_docstrings_take_linear_time(text):
    assert parsed(text) is not None
