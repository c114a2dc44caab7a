"""Says why an attribute of a class is not a method that can be called, for unpublished.py."""

from ..library import BUILT_IN, CLASS
from ..signature import NAMED, Signature, mark_of, wrapped
from .unfilled import unfilled

_Function = type(lambda: None)


class Reason:
    """Why something is not published.

    place (str): the file or attribute, like `lib/app.py` or `lib/app.py, secret`. text (str): the
    reason, without its subject. remedy (str): how to publish it. namespace (str): of the file.
    likely (bool): whether it looks like a mistake; a file may well be a helper.
    """

    def __init__(self, place, text, remedy, namespace='', likely=True):
        self.place = place
        self.text = text
        self.remedy = remedy
        self.namespace = namespace
        self.likely = likely

    def __str__(self):
        return '%s %s; %s' % (self.place, self.text, self.remedy)


def file_of(namespace):
    """The path of the file of a namespace, as it is shown (str)."""
    return 'lib/%s.py' % (namespace.replace('.', '/') or '__init__')


def of_class(library, namespace, table):
    """Yield the Reasons of the attributes of a class that publish nothing, or cannot be called.

    table (Table): of the namespace `namespace`.
    """
    seen = set()
    for class_ in table.application.__mro__:
        if not library.holds(class_) or class_ is object:
            seen.update(vars(class_))
            continue
        for name in vars(class_):
            if name not in seen and name[0] != '_':
                try:
                    reason = of_attribute(library, namespace, table, name, quiet=True)
                except Exception:       # the object's own code may raise anything
                    reason = None
                if reason is not None:
                    yield reason
            seen.add(name)
    maker = table.application.__init__
    if isinstance(maker, _Function) and library.holds(table.application) \
            and Signature(maker, True).least:
        yield Reason('%s, __init__' % file_of(namespace), 'needs arguments, and calls make %s '
                     'without any' % CLASS, 'give its parameters defaults', namespace)
    for name, method in table.methods.items():
        for text, remedy, likely in unfilled(method.value):
            yield Reason('%s, %s' % (file_of(namespace), name), text, remedy, namespace, likely)
        if namespace == 'system' and name in BUILT_IN:
            yield Reason('%s, %s' % (file_of(namespace), name), 'is hidden by the built-in '
                         'system.%s' % name, 'give it another name', namespace)


def of_attribute(library, namespace, table, name, quiet=False):
    """The Reason why the attribute `name` of a class is not published, None for none.

    quiet (bool): no Reason for an attribute that nobody takes for a method.
    """
    place = '%s, %s' % (file_of(namespace), name)
    owner = next((class_ for class_ in table.application.__mro__ if name in vars(class_)), None)
    if owner is None or name in table.methods and not quiet:
        return None
    value = vars(owner)[name]
    if any(method.value is value for method in table.methods.values()):
        public = mark_of(value, NAMED, name)
        return None if quiet else Reason(place, 'is published as %s alone' % public,
                                         'call it by that name, or remove @name', namespace)
    if name[0] == '_':
        return None if owner is object or name[:2] == '__' else Reason(
            place, 'is private', 'remove the underscore', namespace)
    if not library.holds(owner):
        return Reason(place, 'is inherited from %s.%s, which is not in lib/' % (
            owner.__module__, owner.__qualname__), 'write def %s here, and call it there' % name,
            namespace)
    text = _not_a_method(library, value, name)
    if text is None:
        if quiet:
            return None
        text = 'is a value (%s), not a method' % type(value).__name__, \
            'write a method that returns it'
    return Reason(place, *text, namespace, likely=False)


def _not_a_method(library, value, name):
    """(text, remedy) for an attribute that might be taken for a method, else None."""
    type_ = type(value)
    if isinstance(value, property) or type_.__name__ == 'cached_property':
        return 'is a property', 'make it a method: remove @%s' % type_.__name__
    if isinstance(value, type):
        return 'is a class within the class', 'put it into a file of its own, as %s' % CLASS
    if type_.__name__ == 'partial':
        return 'is a functools.partial, which gets no self', 'use functools.partialmethod, or def'
    function = list(wrapped(value))[-1]
    if isinstance(function, _Function) or hasattr(function, '__self__') and callable(function):
        return 'is a function of the module %s' % function.__module__, \
            'write def %s here, and call it there' % name
    if callable(value):
        return 'is an object that can be called, but gets no self', 'write def %s' % name
    return None
