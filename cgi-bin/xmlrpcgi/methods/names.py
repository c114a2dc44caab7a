"""Finds the files of lib/ that may hold classes, for lists of methods; plain calls need none."""

import os

from ..library import CLASS, NAME, RESERVED, is_file


def is_part(text):
    """Whether a file or folder called `text` (str) is part of a method's name (bool)."""
    return NAME.issuperset(text) and text[:1] not in '_0123456789'


def with_class(library):
    """Return those of `names` whose file has the word Application: no other publishes one."""
    return [name for name in names(library) if _mentions_class(
        '%s/%s.py' % (library.folder, name.replace('.', '/') or '__init__'))]


def _mentions_class(path):
    if not is_file(path):       # a named pipe would wait for a writer; it is not imported, either
        return False
    try:
        with open(path, 'rb') as file:
            return CLASS.encode() in file.read()
    except OSError:
        return True


def names(library):
    """Return the namespaces that files of `library` (Library) may hold, sorted (str).

    '' stands for lib/__init__.py. Raises LibraryError.
    """
    library.check()
    folder = library.folder
    found, tops = [''] if library.has_init else [], [folder]
    for top in tops:
        for place, folders, files in os.walk(top):
            if '__init__.py' in files and place != folder:      # a package: nothing is published
                folders[:] = []
                continue
            folders[:] = [name for name in folders if is_part(name)]
            if top is folder:               # linked folders are entered; links in them are not
                tops += [path for path in ('%s/%s' % (place, name) for name in folders)
                         if os.path.islink(path)]
            inside = place[len(folder) + 1:].replace('/', '.')
            for name in files:
                if name.endswith('.py') and is_part(name[:-3]) \
                        and not os.path.isfile('%s/%s/__init__.py' % (place, name[:-3])):
                    name = '%s.%s' % (inside, name[:-3]) if inside else name[:-3]
                    if name not in RESERVED:
                        found.append(name)
    return sorted(found)
