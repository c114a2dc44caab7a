"""SECURITY.md: every test that it names is there, and every promise has one."""

import ast
import re
from pathlib import Path

from tests.security import KINDS

TOP = Path(__file__).resolve().parents[2]
TEXT = (TOP / 'SECURITY.md').read_text(encoding='utf-8')


def section(heading):
    return TEXT.split('\n## %s\n' % heading)[1].split('\n## ')[0]


def rows(text):
    lines = [line for line in text.splitlines() if line.startswith('|')]
    return [[cell.strip() for cell in line.strip('|').split('|')] for line in lines[2:]]


def functions(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding='utf-8')))
            if isinstance(node, ast.FunctionDef)}


def test_every_test_that_it_names_is_there():
    named = re.findall(r'`(tests/[\w/]+\.py)(?:::(\w+))?`', TEXT)
    assert len(named) > 30
    for path, name in named:
        assert (TOP / path).is_file(), path
        assert not name or name in functions(TOP / path), '%s::%s' % (path, name)


def test_every_promise_is_shown_by_a_test_and_nothing_else_is():
    promised = re.findall(r'^\*\*(.+?)\.\*\*', section('What is promised'), re.M)
    shown = [row[0] for row in rows(section('What is promised')) if row[0]]
    assert promised == shown


def test_the_table_of_inputs_has_every_kind_and_no_leak():
    table = rows(section('Inputs tried'))
    assert [row[0] for row in table][:len(KINDS)] == list(KINDS)
    for kind, tried, leaks in table:
        assert int(tried.replace(' ', '')) > 0 and leaks == '0', kind
