"""Which files of lib/ may hold classes: for lists, which no plain call needs."""

import os

from ..library import NAME


def names(library):
    """Return the namespaces that files of `library` (Library) may hold, sorted (str).

    Raises LibraryError.
    """
    library.check()
    folder = library.folder
    found, tops = [], [folder]
    for top in tops:
        for place, folders, files in os.walk(top):
            folders[:] = [name for name in folders if NAME.issuperset(name) and name[0] != '_']
            if top is folder:               # what is linked is entered; its own links are not
                tops += [path for path in ('%s/%s' % (place, name) for name in folders)
                         if os.path.islink(path)]
            inside = place[len(folder) + 1:].replace('/', '.')
            for name in files:
                if name.endswith('.py') and NAME.issuperset(name[:-3]) and name[0] != '_':
                    found.append('%s.%s' % (inside, name[:-3]) if inside else name[:-3])
    return sorted(found)
