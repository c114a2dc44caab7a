"""Says which files of lib/ are imported under two names, as `errors` and as `lib.errors`.

Python makes two modules of them: what one raises, the other does not catch, and each keeps
variables of its own. Sources are parsed, not run.
"""

import os

from ..library import defines_class, is_file
from .attributes import Reason


def twice(library):
    """Yield the Reasons, one per file of lib/ that has two names in its imports."""
    imported = {}               # {name without lib.: [files that import it so, files with lib.]}
    for path in _sources(library.folder):
        for name in _imports(os.path.join(library.folder, path), path):
            inside = name[:4] == 'lib.'
            plain = name[4:] if inside else name
            if _file_of(library.folder, plain):
                imported.setdefault(plain, ([], []))[inside].append('lib/' + path)
    for name, (plainly, inside) in sorted(imported.items()):
        file = _file_of(library.folder, name)
        called = not inside and file[-12:] != '/__init__.py' and defines_class(file)
        if plainly and (inside or called) and _is_ours(library.folder, name):
            yield Reason(
                'lib/' + file[len(library.folder) + 1:],
                'is imported as %s in %s, and as lib.%s %s: these are two modules, each with '
                'classes and variables of its own' % (
                    name, plainly[0], name, 'by calls' if called else 'in ' + inside[0]),
                'write "%s" in %s' % (_statement(name), ' and '.join(sorted(set(plainly)))))


def _statement(name):
    place, _, last = ('lib.' + name).rpartition('.')
    return 'from %s import %s' % (place, last)


def _sources(top):
    """The paths in lib/ of the files that are not in a package of lib/, sorted (list of str)."""
    found = []
    for place, folders, files in os.walk(top):
        if place != top and '__init__.py' in files:
            folders[:] = []
            continue
        folders[:] = [name for name in folders if name[0] != '.' and name != '__pycache__']
        found += [os.path.join(place, name)[len(top) + 1:] for name in files
                  if name[-3:] == '.py' and is_file(os.path.join(place, name))]
    return sorted(found)


def _imports(file, path):
    """The modules that a source may import (set of str), those of lib/ beginning with `lib.`.

    path (str): its path in lib/.
    """
    import ast
    try:
        with open(file, 'rb') as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    package, found = ('lib/' + path).split('/')[:-1], set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[:len(package) - node.level + 1] if node.level else []
            module = '.'.join(above + ([node.module] if node.module else []))
            found.add(module)
            found.update('%s.%s' % (module, alias.name) for alias in node.names)
    return found


def _file_of(folder, name):
    """The path of the module `name` in lib/, '' where there is none."""
    place = '%s/%s' % (folder, name.replace('.', '/'))
    return next((path for path in (place + '/__init__.py', place + '.py') if is_file(path)), '')


def _is_ours(folder, name):
    """Whether `import name` finds the file in lib/, not one of Python or an installed package."""
    from importlib.util import find_spec
    try:
        spec = find_spec(name.partition('.')[0])
    except (ImportError, ValueError):
        return False
    places = [spec.origin] + list(spec.submodule_search_locations or ()) if spec else []
    return any(place and place.startswith(folder + '/') for place in places)
