"""Run time needs the standard library and nothing else: every import of cgi-bin/ and lib/."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.compile36 import files

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / 'cgi-bin' / 'xmlrpcgi'
OWN = {'xmlrpcgi', 'lib'}
# Modules of the standard library that sys.stdlib_module_names leaves out, or that are newer than
# this interpreter (annotationlib: 3.14, _sha2: 3.12).
MORE = {'_frozen_importlib_external', 'org', 'annotationlib', '_sha2'}


def standard():
    """The names of the standard library's modules, of the newest interpreter there is here."""
    if hasattr(sys, 'stdlib_module_names'):         # Python 3.10
        return set(sys.stdlib_module_names)
    pytest.skip('this interpreter does not know what its standard library has')


def imports(path):
    """(module, line) of each import, also of those by __import__."""
    path = Path(path)
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                package = ('xmlrpcgi', *path.relative_to(PACKAGE).parent.parts)
                package = '.'.join(package[:len(package) - node.level + 1])
                for name in [node.module] if node.module else [name.name for name in node.names]:
                    yield package + '.' + name, node.lineno
            else:
                yield node.module, node.lineno
        elif isinstance(node, ast.Call) and getattr(node.func, 'id', '') == '__import__' \
                and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value, node.lineno


@pytest.mark.parametrize('path', list(files()), ids=lambda path: str(Path(path).relative_to(TOP)))
def test_every_import_is_of_the_standard_library_or_of_the_program_itself(path):
    if path.endswith('rpc-sh.cgi'):                 # a shell's; its Python part is that of rpc.cgi
        pytest.skip('no Python')
    known = standard() | OWN | MORE
    foreign = ['%s (line %d)' % found for found in imports(path)
               if found[0].partition('.')[0] not in known]
    assert not foreign


def test_every_module_of_the_program_that_is_imported_is_there():
    for path in PACKAGE.rglob('*.py'):
        for name, line in imports(path):
            if name.startswith('xmlrpcgi.') and name != 'xmlrpcgi.__version__':
                place = PACKAGE.joinpath(*name.split('.')[1:])
                assert place.with_suffix('.py').exists() or (place / '__init__.py').exists(), \
                    '%s:%d' % (path, line)


def test_no_file_names_packages_to_install():
    for name in ('requirements.txt', 'setup.py', 'setup.cfg', 'Pipfile'):
        assert not (TOP / name).exists()
    assert 'dependencies' not in (TOP / 'pyproject.toml').read_text(encoding='utf-8')


def test_all_of_the_program_imports_without_any_installed_package():
    """In a bare interpreter, where sitepackages.py does not look for any either."""
    names = sorted('.'.join(path.relative_to(PACKAGE).with_suffix('').parts)
                   for path in PACKAGE.rglob('*.py') if path.stem not in ('__main__', '__init__'))
    code = ('import importlib, sys\nsys.path.insert(0, %r)\nsys.modules["site"] = None\n'
            'for name in %r:\n    importlib.import_module("xmlrpcgi." + name)\n'
            'assert not [path for path in sys.path if "site-packages" in path]'
            % (str(PACKAGE.parent), names))
    done = subprocess.run([sys.executable, '-IS', '-c', code], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True)
    assert done.returncode == 0, done.stdout
