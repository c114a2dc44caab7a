"""Which of several modules of one name an absolute import means, see library.py."""

import sys
from _frozen_importlib_external import path_sep  # os.path's, without its import


def standard_path():
    """Return the places of sys.path where the standard library is (list of str)."""
    # Each Python has imported `encodings` at its start. An import here, of os say, could come back.
    slash = path_sep
    folder = sys.modules['encodings'].__file__.rpartition(slash)[0].rpartition(slash)[0]
    above = folder.rpartition(slash)[0]
    return [entry for entry in sys.path if entry == folder or entry == folder + '/lib-dynload'
            or entry.rpartition(slash)[0] == above and entry[-4:] == '.zip']


def defines_class(path, name):
    """Whether the file `path` defines the class `name` (str), or cannot be read (bool)."""
    import ast
    try:
        with open(path, 'rb') as file:
            source = file.read()
        return name.encode() in source and name in set(_names(ast.parse(source)))
    except (OSError, SyntaxError, ValueError):
        return True


def _names(tree):
    """The names that a module, or any class or function in it, defines: too many, none missing."""
    import ast
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name
