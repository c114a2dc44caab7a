"""README.md and docs/ say what the code says, and what they name is there."""

import re
import subprocess
import sys

import pytest
from xmlrpcgi import errors, settings

from tests.documents import NAMES, TOP, anchors, commands, links, rows, text


def test_the_readme_is_short():
    assert len(text('README.md').splitlines()) <= 200


def test_the_readme_links_every_page():
    assert set(NAMES) - {'README.md'} <= set(links(text('README.md')))


def test_every_setting_is_in_the_table_with_its_default_unit_and_reason():
    assert rows('docs/settings.md', 'All settings') == [
        ['`%s`' % name, '`%r`' % (default,), unit, reason]
        for name, (default, unit, reason) in settings.TABLE.items()]


def test_every_fault_code_is_in_the_table_with_its_meaning():
    assert rows('docs/values-and-faults.md', 'Faults')[:-1] == [
        [str(code), meaning] for code, meaning in sorted(errors.FAULTS.items())]


@pytest.mark.parametrize('name', [*NAMES, 'CHANGES.md', 'SECURITY.md'])
def test_every_relative_link_leads_to_a_file_or_folder(name):
    folder = (TOP / name).parent
    assert [link for link in links(text(name)) if not (folder / link).exists()] == []


@pytest.mark.parametrize('name', NAMES)
def test_every_link_to_a_heading_leads_to_one(name):
    folder = (TOP / name).parent
    for page, anchor in re.findall(r'\]\(([\w./-]*)#([\w-]+)\)', text(name)):
        path = folder / page if page else TOP / name
        assert anchor in anchors(path.read_text(encoding='utf-8')), (page, anchor)


@pytest.mark.parametrize('name', [*NAMES, 'CHANGES.md', 'SECURITY.md', 'apache/INSTALL.txt'])
def test_every_file_and_setting_that_a_page_names_is_there(name):
    said = text(name)
    paths = set(re.findall(r'(?<![\w./~-])(?:apache|cgi-bin)/[\w./-]*\w', said))
    made = {'cgi-bin/.htaccess'}        # by whoever follows the page
    assert [path for path in paths - made if not (TOP / path).exists()] == []
    written = set(re.findall(r'^([A-Z][A-Z_]+) = ', said, re.M)) - {'DATABASE', 'FOLDER', 'SCHEMA'}
    assert written <= set(settings.TABLE)


@pytest.mark.parametrize('name', [*NAMES, 'CHANGES.md', 'SECURITY.md', 'apache/INSTALL.txt'])
def test_every_target_of_make_that_a_page_names_exists(name):
    targets = set(re.findall(r'^([a-z-]+):', text('Makefile'), re.M))
    assert set(re.findall(r'(?<!`)`make ([a-z-]+)', text(name))) <= targets
    assert set(re.findall(r'^make ([a-z-]+)', text(name), re.M)) <= targets


def test_every_command_of_the_program_and_every_option_of_it_exists():
    said = '\n'.join([*map(text, NAMES), text('apache/INSTALL.txt')])
    used = {}
    for command, rest in re.findall(r'python3 \S*cgi-bin/xmlrpcgi ([a-z]+)\b([^`\n]*)', said):
        used.setdefault(command, set()).update(re.findall(r'--[a-z-]+', rest))
    assert set(used) == {'call', 'check', 'describe', 'install', 'list', 'serve', 'stubs',
                         'token', 'uninstall'}
    for command, options in used.items():
        done = subprocess.run([sys.executable, TOP / 'cgi-bin' / 'xmlrpcgi', command, '--help'],
                              stdout=subprocess.PIPE, check=True, timeout=60)
        assert options <= set(re.findall(r'--[a-z-]+', done.stdout.decode())), command


@pytest.mark.parametrize('name', ['README.md', 'docs/classes.md'])
def test_the_lines_for_a_password_are_where_the_page_says(name):
    named = re.search(r'lines are in\s+`([\w./]+)` and `([\w./]+)`', text(name)).groups()
    for file in named:
        for directive in 'AuthType Basic', 'AuthName "', 'AuthUserFile /', 'Require valid-user', \
                'Require method OPTIONS':
            assert re.search('^ *# *%s' % directive, text(file), re.M), file


def test_the_shell_can_read_every_command():
    for name in NAMES:
        subprocess.run(['sh', '-n', '-c', '\n'.join(commands(text(name)))], check=True, timeout=60)


def test_the_archive_to_upload_has_the_pages_and_what_they_link():
    from tests.tools.archives import dist
    packed = {name.rstrip('/') for name, _, _ in dist.entries()}
    assert set(NAMES) <= packed
    for name in NAMES:
        folder = (TOP / name).parent
        linked = {str((folder / link).resolve().relative_to(TOP)) for link in links(text(name))}
        assert linked - packed <= {'tests'}, name


@pytest.mark.parametrize('name', [*NAMES, 'apache/INSTALL.txt'])
def test_the_archive_that_a_page_names_is_of_this_version(name):
    from tests.tools.archives import dist
    assert set(re.findall(r'xmlrpcgi-(\d+\.\d+\.\d+)', text(name))) <= {dist.version()}
