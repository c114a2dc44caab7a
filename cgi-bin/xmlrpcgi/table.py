"""What a class publishes: its Table of methods, made from the class once.

The name that a client sends is used only as a key of Tables.
"""

import sys

from .signature import ALLOW, EVERYBODY, NAMED, UNKNOWN, mark_of, marked, wrapped

_HOOKS = '_around', '_dispatch', '_listMethods', '_methodHelp'
_Function = type(lambda: None)


class Method:
    """A method that a class publishes.

    value: the attribute of the class, to be bound to an instance. function: the function in it,
    where that is a static or class method, else the same. static (bool). users: who may call, as
    @allow says: None for everybody, else a list of marks (see methods/access.py). signature: kept
    here by the first call.
    """

    def __init__(self, value, users):
        self.value = value
        self.static = isinstance(value, staticmethod)
        self.function = value.__func__ if self.static or isinstance(value, classmethod) else value
        self.users = users
        self.signature = UNKNOWN


class Table:
    """What a class publishes: methods ({name: Method}), and which of the hooks it has (bool).

    A class publishes functions, static and class methods, and what decorators make of them, if it
    or a base for which `holds(base)` defines them under a name without a leading underscore. It
    never publishes attributes, properties or nested objects, nor a function of another module, as
    `run = subprocess.run` gives. Any other base hides the methods it overrides. Raises TypeError
    where an @allow of the class would have no effect, and where two methods have one public name.
    """

    def __init__(self, application, holds=lambda thing: thing is not object):
        self.application = application
        hooks, found = set(), {}
        for class_ in reversed(application.__mro__):
            counts = holds(class_)
            for name, value in vars(class_).items():
                if name[0] == '_':
                    if counts and name in _HOOKS:
                        hooks.add(name)
                elif counts and _publishes(value, holds):
                    found[name] = value
                else:
                    found.pop(name, None)
        self.around = '_around' in hooks
        self.dispatch = '_dispatch' in hooks
        self.lists = '_listMethods' in hooks
        self.helps = '_methodHelp' in hooks
        allowed = getattr(application, ALLOW, EVERYBODY)
        self.users = None if allowed is EVERYBODY else [allowed]
        self.methods = {}
        for name, value in found.items():
            users = self.users
            if type(value) is not _Function or value.__dict__:      # most have no mark at all
                mark = mark_of(value, ALLOW, EVERYBODY)
                if mark is not EVERYBODY:
                    if self.dispatch:
                        raise TypeError('@allow on %s would not hold for _dispatch, which gets '
                                        'every other name: put it on the class' % name)
                    users = (users or []) + [mark]
                name = mark_of(value, NAMED, name)
            self.methods[name] = Method(value, users)
        if len(self.methods) < len(found):
            _settle_names(self, found)
        if marked:
            _refuse_covered(self)


def _publishes(value, holds):
    """Whether `value`, an attribute of a class, binds like a method and is code of lib/."""
    class_ = type(value)
    if class_ is not _Function and not issubclass(class_, (staticmethod, classmethod)):
        if not hasattr(class_, '__get__') or hasattr(class_, '__set__') or class_ is getattr(
                sys.modules.get('functools'), 'partial', None) or not (
                callable(value) or '__wrapped__' in getattr(value, '__dict__', ())
                or class_.__module__ == 'functools' and 'method' in class_.__name__):
            return False                # an attribute, a property, a nested class
    function = list(wrapped(value))[-1]
    function = getattr(function, '__func__', function)
    if isinstance(function, (type(len), type)):         # in C, or a class: staticmethod(os.remove)
        return False
    return not isinstance(function, _Function) or holds(function) \
        or '<locals>' in function.__qualname__          # made by a decorator


def _settle_names(table, found):
    """Let the most derived class have a public name that several have by @name.

    found: {attribute: value} of what `table` publishes. Raises TypeError where one class has two.
    """
    winners = {}
    for attribute, value in found.items():
        name = mark_of(value, NAMED, attribute)
        depth = [attribute in vars(class_) for class_ in table.application.__mro__].index(True)
        other = winners.setdefault(name, (depth, attribute))
        if other[0] == depth and other[1] != attribute:
            raise TypeError('%s and %s are both published as %s' % (other[1], attribute, name))
        if depth <= other[0]:
            winners[name] = depth, attribute
    for name, (_, attribute) in winners.items():
        method = table.methods[name]
        if method.value is not found[attribute]:
            mark = mark_of(found[attribute], ALLOW, EVERYBODY)
            table.methods[name] = Method(found[attribute], table.users if mark is EVERYBODY
                                         else (table.users or []) + [mark])


def _refuse_covered(table):
    """Raise TypeError where @allow marks a function of the class that is not published.

    This is so where a decorator above @allow lacks functools.wraps: everybody could call it.
    """
    owners = {(class_.__module__, class_.__qualname__): class_
              for class_ in table.application.__mro__}
    published = {id(function) for method in table.methods.values()
                 for function in wrapped(method.value)}
    for mark in list(marked):
        function = mark.function()
        if function is None or id(function) in published or mark.edition != id(
                getattr(sys.modules.get(mark.module), '__dict__', None)):
            if mark in marked:          # another thread may have been here
                marked.remove(mark)     # gone, published, or of the file's earlier edition
            continue
        name = getattr(function, '__name__', 'a method')
        owner = owners.get((mark.module, mark.owner))
        if owner is not None and owner is next(
                class_ for class_ in table.application.__mro__
                if class_ is owner or name in vars(class_)):
            raise TypeError('@allow on %s is hidden by a decorator above it, or %s is not '
                            'published: put @allow above that decorator, have it use '
                            'functools.wraps, or put @allow on the class' % (name, name))


def find(method, table_of):
    """(prefix, Table, Method) for the name `method`, None where there is none.

    The longest prefix whose class has the rest as a name, else the longest whose class has
    _dispatch: then the Method is None. table_of(prefix) returns a Table or None.
    """
    fallback, prefix = None, method
    while prefix:
        prefix = prefix.rpartition('.')[0]
        table = table_of(prefix)
        if table is not None:
            found = table.methods.get(method[len(prefix) + 1:] if prefix else method)
            if found is not None:
                return prefix, table, found
            if table.dispatch and fallback is None:
                fallback = prefix, table, None
    return fallback
