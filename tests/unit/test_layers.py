"""The layers of the package hold: what may import what, read from the syntax trees.

An import counts wherever it stands, inside functions too: a module that needs another one only at
times depends on it all the same. What is imported at a module's head costs every call, so there a
module of the top folder imports no wing.
"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / 'cgi-bin' / 'xmlrpcgi'
MOST = 20                   # modules in a folder

# Each layer may import from itself and from those above it in this list. A wing is one entry.
LAYERS = [
    'imports files',
    'startup',
    'errors',
    'message wire table library signature log logs',
    'decode encode settings settingsfile',
    'methods web',
    'http process',
    'dispatch',
    'handler script',
    'resident',
    'client',
    'check install serve',
    'cli',
    '__init__ __main__ cgi fcgi wsgi',
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names.split()}
WINGS = {path.name for path in PACKAGE.iterdir() if (path / '__init__.py').exists()}


def modules():
    """{name, like web.get; __init__ is the package's own: path} of all modules."""
    found = {}
    for path in PACKAGE.rglob('*.py'):
        parts = path.relative_to(PACKAGE).with_suffix('').parts
        found['.'.join(parts[:-1] if parts[-1] == '__init__' and parts[1:] else parts)] = path
    return found


MODULES = modules()


def imports(name):
    """Yield (module, whether at the head) of what the module `name` imports of the package.

    `from .. import __version__` is none: the package itself is always there before its modules.
    """
    inside = set()
    tree = ast.parse(MODULES[name].read_text(encoding='utf-8'))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inside.update(map(id, ast.walk(node)))
    package = MODULES[name].relative_to(PACKAGE).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[:len(package) - node.level + 1]
            whole = '.'.join(base + tuple((node.module or '').split('.'))).strip('.')
        elif isinstance(node, ast.ImportFrom) and node.module.split('.')[0] == 'xmlrpcgi':
            whole = node.module.partition('.')[2]
        elif isinstance(node, ast.Import):
            assert not any(alias.name.split('.')[0] == 'xmlrpcgi' for alias in node.names), name
            continue
        else:
            continue
        for alias in node.names:
            below = '%s.%s' % (whole, alias.name) if whole else alias.name
            if below in MODULES:
                yield below, id(node) not in inside
            elif whole:
                assert whole in MODULES, (name, whole)
                yield whole, id(node) not in inside


IMPORTS = {name: set(imports(name)) for name in MODULES}


def broken(rule):
    """The imports (pairs of names) that break `rule(source, target, head)`."""
    return sorted({(source, target) for source, found in IMPORTS.items()
                   for target, head in found if rule(source, target, head)})


def upwards(source, target, head):
    return RANK[target.split('.')[0]] > RANK[source.split('.')[0]]


def wing_at_the_head(source, target, head):
    return head and '.' not in source and source not in WINGS and target.split('.')[0] in WINGS


def circles():
    """The circles of imports, each as a sorted tuple of names."""
    below = {name: {target for target, _ in found} for name, found in IMPORTS.items()}
    reached = {}
    for name in below:
        seen, open_ = set(), [name]
        while open_:
            new = below[open_.pop()] - seen
            seen |= new
            open_ += new
        reached[name] = seen
    return sorted({tuple(sorted(other for other in reached[name] if name in reached[other]))
                   for name in reached if name in reached[name]})


def test_each_module_has_a_layer():
    assert {name.split('.')[0] for name in MODULES} - set(RANK) == set()


def test_no_import_goes_upwards():
    assert broken(upwards) == []


def test_no_module_of_the_top_folder_imports_a_wing_at_its_head():
    assert broken(wing_at_the_head) == []


def test_no_imports_form_a_circle():
    assert circles() == []


def test_no_folder_has_more_modules_than_a_reader_can_overlook():
    for folder in [PACKAGE] + [path.parent for path in PACKAGE.glob('**/__init__.py')]:
        names = [path.name for path in folder.glob('*.py') if path.name != '__init__.py']
        assert len(names) <= MOST, (folder, len(names))


def test_the_rules_find_what_breaks_them(monkeypatch):
    monkeypatch.setitem(IMPORTS, 'errors', {('web.get', True)})
    monkeypatch.setitem(IMPORTS, 'web.get', {('errors', True)})
    assert ('errors', 'web.get') in broken(upwards)
    assert ('errors', 'web.get') in broken(wing_at_the_head)
    assert any({'errors', 'web.get'} <= set(circle) for circle in circles())
