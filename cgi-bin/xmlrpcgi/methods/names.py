"""Which files of lib/ may hold classes: for lists, which no plain call needs."""

import os

from ..library import NAME, RESERVED


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
            folders[:] = [name for name in folders if NAME.issuperset(name) and name[0] != '_']
            if top is folder:               # what is linked is entered; its own links are not
                tops += [path for path in ('%s/%s' % (place, name) for name in folders)
                         if os.path.islink(path)]
            inside = place[len(folder) + 1:].replace('/', '.')
            for name in files:
                if name.endswith('.py') and NAME.issuperset(name[:-3]) and name[0] != '_' \
                        and not os.path.isfile('%s/%s/__init__.py' % (place, name[:-3])):
                    name = '%s.%s' % (inside, name[:-3]) if inside else name[:-3]
                    if name not in RESERVED:
                        found.append(name)
    return sorted(found)
