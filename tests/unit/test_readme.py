"""The README's tables say what the code says."""

import re
from pathlib import Path

from xmlrpcgi import errors, settings

TOP = Path(__file__).resolve().parent.parent.parent
README = (TOP / 'README.md').read_text(encoding='utf-8')


def rows(heading):
    """The cells of the first table under a heading, its head left out."""
    table = README.split('\n## %s\n' % heading)[1].split('\n## ')[0]
    lines = [line for line in table.splitlines() if line.startswith('|')]
    return [[cell.strip() for cell in line.strip('|').split('|')] for line in lines[2:]]


def test_every_setting_is_in_the_table_with_its_default_unit_and_reason():
    assert rows('Settings') == [
        ['`%s`' % name, '`%r`' % (default,), unit, reason]
        for name, (default, unit, reason) in settings.TABLE.items()]


def test_every_fault_code_is_in_the_table_with_its_meaning():
    assert rows('Faults')[:-1] == [
        [str(code), text] for code, text in sorted(errors.FAULTS.items())]


def test_every_make_target_the_readme_names_exists():
    makefile = (TOP / 'Makefile').read_text()
    targets = set(re.findall(r'^([a-z-]+):', makefile, re.M))
    assert set(re.findall(r'`?make ([a-z-]+)', README)) <= targets
