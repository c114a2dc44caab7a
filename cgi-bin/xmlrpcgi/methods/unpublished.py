"""Says why a file of lib/, or an attribute of its class, publishes nothing, and what would help.

For `check`, for `list --lib`, and for the log of a call of such a name; callers see none of it.
Sources are parsed, not run: a file that no call can name is never imported.
"""

import os
import sys

from ..library import CLASS, NAME, RESERVED, is_file
from .attributes import Reason, file_of, of_attribute, of_class
from .names import is_part, names, with_class
from .twice import twice

_ENDINGS = '.PY', '.Py', '.py.txt', '.pyw', '.py3', '.txt'      # in place of .py
_SHOWN = 3                      # names in a sentence


def tables(library, table_of):
    """Return {namespace: Table or None}, from table_of(namespace), of all files that import."""
    from ..errors import BrokenFile
    found = {}
    found.update(dict.fromkeys(names(library)))
    for name in with_class(library):
        try:
            found[name] = table_of(name)
        except BrokenFile:
            del found[name]             # a BrokenFile is reported elsewhere
    return found


def reasons(library, found):
    """Return the Reasons, sorted, for all in lib/ that publishes nothing but may be meant to.

    found: {namespace: Table or None} of the files that were imported.
    """
    said = []
    for name, table in found.items():
        said += _of_file(library, name, table)
        if table is not None:
            said += of_class(library, name, table)
    said += _not_named(library)
    said += twice(library)
    return sorted(said, key=lambda reason: reason.place)


def why(library, table_of, method):
    """Return a sentence for the log of a call of `method` (str), '' where there is no reason.

    The call found no method, so the files that its name leads to have been imported.
    """
    try:
        return _why(library, table_of, method)
    except Exception:           # objects of lib/ may raise anything; the response goes on
        return ''


def _why(library, table_of, method):
    prefix, parts = method, method.split('.')
    if any(not part or '/' in part or '\0' in part or part[0] == '.' for part in parts[:-1]):
        return ''
    while prefix:
        prefix = prefix.rpartition('.')[0]
        table = table_of(prefix)
        if table is not None:
            # A prefix that is not empty has a dot after it.
            reason = of_attribute(library, prefix, table, method[len(prefix) + bool(prefix):])
        else:
            reason = _of_place(library, prefix)
        if reason is not None:
            return str(reason)
    return ''


# Files.

def _of_place(library, name):
    """The Reason why the place of the namespace `name` publishes nothing, None for none."""
    if not name:
        return next(iter(_of_file(library, '', None)), None) if library.has_init else None
    place = library.folder
    for part in name.split('.'):
        place = '%s/%s' % (place, part)
        if is_file(place + '/__init__.py'):
            return _package([place[len(library.folder) + 1:]], name)
    if is_file(place + '.py'):
        parts = name.split('.')
        bad = [part for part in parts if not is_part(part)]
        if bad:
            return _misnamed(name.replace('.', '/') + '.py', bad[0])
        return next(iter(_of_file(library, name, None)), None)
    for ending in _ENDINGS:
        if is_file(place + ending) and _has_class(place + ending):
            return _misnamed(name.replace('.', '/') + ending, None)
    return None


def _of_file(library, name, table):
    """Yield the Reason why the file of the namespace `name` publishes nothing, or a part of it."""
    path = library.folder + file_of(name)[3:]
    defined = _Source(path)
    if table is not None:
        if defined.classes.count(CLASS) > 1:
            yield Reason(file_of(name), 'has %d classes %s, of which the last counts' % (
                defined.classes.count(CLASS), CLASS), 'make one of them', name)
        return
    place = file_of(name)
    if name in RESERVED:
        if CLASS in defined.classes:
            yield Reason(place, 'holds the settings, and its class is not published',
                         'put the class into another file', name)
        return
    module = sys.modules.get('lib.' + name if name else 'lib')
    value = vars(module).get(CLASS) if module is not None else None
    if isinstance(value, type):
        yield Reason(place, 'has %s from the module %s, and a class is published where it is '
                     'written' % (CLASS, value.__module__),
                     'write class %s(...) here, derived from it' % CLASS, name)
    elif value is not None:
        yield Reason(place, 'has %s that is not a class, but of the type %s' % (
            CLASS, type(value).__name__), 'let %s be the class itself' % CLASS, name)
    elif any(class_.lower() == CLASS.lower() for class_ in defined.classes):
        written = next(one for one in defined.classes if one.lower() == CLASS.lower())
        yield Reason(place, 'has a class %s' % written, 'write %s, with a capital A and the '
                     'rest in small letters' % CLASS, name)
    elif not name and (not defined.classes or 'register' in defined.functions):
        return                          # an __init__.py need not publish anything, or does by hand
    elif defined.classes:
        yield Reason(place, 'has no class %s, but %s' % (CLASS, _some(defined.classes)),
                     'call the class %s, if callers should reach its methods' % CLASS, name, False)
    elif defined.functions:
        yield Reason(place, 'has functions (%s) and no class' % _some(defined.functions),
                     'make them methods of a class %s, if callers should reach them' % CLASS,
                     name, False)
    else:
        yield Reason(place, 'has no class %s' % CLASS, 'write one, if callers should reach '
                     'something of it', name, False)


class _Source:
    """The classes and functions that a file defines at its top (lists of str)."""

    def __init__(self, path):
        import ast
        self.classes, self.functions = [], []
        if not is_file(path):               # a named pipe would wait for a writer
            return
        try:
            with open(path, 'rb') as file:
                self._read(ast.parse(file.read()).body)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            pass

    def _read(self, body):
        import ast
        for node in body:
            if isinstance(node, ast.ClassDef):
                self.classes.append(node.name)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.append(node.name)


def _has_class(path):
    return CLASS in _Source(path).classes


def _not_named(library):
    """The Reasons of files and folders that no name of a method leads to (list)."""
    said, packages, top = [], [], library.folder
    for place, folders, files in os.walk(top):
        inside = place[len(top) + 1:]
        if '__init__.py' in files and inside:
            packages.append(inside)
            folders[:] = []
            continue
        folders[:] = [name for name in folders if name[0] != '.' and name != '__pycache__']
        bad = [part for part in inside.split('/') if inside and not is_part(part)]
        for name in files:
            shown = inside + '/' + name if inside else name
            stem, dot, ending = name.partition('.')
            if name[0] == '.' or shown == '__init__.py':
                continue
            if name.endswith('.py'):
                stem = name[:-3]
                if is_file('%s/%s/__init__.py' % (place, stem)):
                    said.append(Reason('lib/' + shown, 'is hidden by the package lib/%s/' %
                                       shown[:-3], 'rename one of them', _dotted(shown[:-3])))
                elif shown[:-3] in RESERVED:
                    said += _of_file(library, shown[:-3], None)
                elif (bad or not is_part(stem)) and _has_class('%s/%s' % (place, name)):
                    said.append(_misnamed(shown, bad[0] if bad else stem))
            elif dot + ending in _ENDINGS and _has_class('%s/%s' % (place, name)):
                said.append(_misnamed(shown, None))
    if packages:
        said.append(_package(sorted(packages)))
    return said


def _misnamed(shown, bad):
    """The Reason of a file whose name, or a folder's, cannot be part of a method's name.

    bad (str or None): that name; None where it is the file's ending.
    """
    name = _dotted(shown.rpartition('.')[0])
    if bad is None:
        stem, _, ending = os.path.basename(shown).partition('.')
        return Reason('lib/' + shown, 'ends in .%s' % ending, 'rename it %s.py' % stem, name)
    if bad[0] == '_':
        return Reason('lib/' + shown, 'is private: %s begins with an underscore' % bad,
                      'rename it, if callers should reach it', name, False)
    what = 'has ' + ' and '.join(_character(char) for char in sorted(set(bad) - NAME))
    if NAME.issuperset(bad):
        what = 'begins with a digit'
    return Reason('lib/' + shown, 'cannot be named by a call: %s %s' % (bad, what),
                  'rename it with the letters a to z, digits and underscores', name)


def _character(char):
    return {'-': 'a hyphen', ' ': 'a space', '.': 'a dot'}.get(char, 'the character %s' % char)


def _package(folders, name=''):
    shown = ', '.join('lib/%s/' % folder for folder in folders[:_SHOWN])
    more = ' and %d more' % (len(folders) - _SHOWN) if len(folders) > _SHOWN else ''
    several = len(folders) > 1
    return Reason(shown + more, 'each have an __init__.py: they are packages for classes to '
                  'import, and publish nothing' if several else
                  'has an __init__.py: it is a package for classes to import, and publishes '
                  'nothing', 'remove the __init__.py of a folder whose classes callers should '
                  'reach', name, False)


def _dotted(path):
    return path.replace('/', '.')


def _some(found):
    return ', '.join(found[:_SHOWN]) + (', ...' if len(found) > _SHOWN else '')
