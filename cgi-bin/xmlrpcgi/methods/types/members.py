"""The members of the classes that a struct is made into: dataclass, NamedTuple, TypedDict.

A class may be generic: `Box[int]` has the members of `Box`, with int where Box has its T.
"""

import typing

from ...signature import VARARGS
from .base import Missing
from .hinttext import evaluate, namespace_of, resolved, shown, written

_Function = type(lambda: None)
_VARKEYWORDS = 0x08             # a flag of code objects, see the inspect module
_QUALIFIERS = ('Required', 'NotRequired', 'ReadOnly', 'Final')     # say nothing of the type


class Members:
    """The members of a class. make: what is called with them. names: all of them, in order.

    required: the names that must come. defaults: {name: value}, where a member has one. unsent:
    the names that a result of the class has no values for.
    """

    def __init__(self, make, names, required, defaults, unsent=()):
        self.make = make
        self.names = names
        self.required = required
        self.defaults = defaults
        self.unsent = unsent


class Variant:
    """A generic class with its arguments, as the class of a Struct; `hint` is `Box[int]`."""

    def __init__(self, hint, class_):
        self.hint = hint
        self.__name__ = shown(hint)
        self.__module__ = class_.__module__

    def __eq__(self, other):
        return isinstance(other, Variant) and other.hint == self.hint

    def __hash__(self):
        return hash(self.__name__)


def members_of(class_):
    """Return the Members of a class, None where it is no dataclass, NamedTuple or TypedDict."""
    if hasattr(class_, '__dataclass_fields__'):
        return _of_dataclass(class_)
    if issubclass(class_, tuple) and hasattr(class_, '_fields'):
        defaults = getattr(class_, '_field_defaults', {})
        return Members(class_, class_._fields,
                       [name for name in class_._fields if name not in defaults], defaults)
    if is_typed_dict(class_):
        names = list(written(class_))
        required = set(getattr(class_, '__required_keys__', names if class_.__total__ else ()))
        for name, hint in resolved(class_, namespace_of(class_), whole=True).items():
            said = peeled(hint)[1]              # text, which __required_keys__ takes no notice of
            required |= {name} if 'Required' in said else set()
            required -= {name} if 'NotRequired' in said else set()
        return Members(dict, names, required, {})
    return None


def is_typed_dict(class_):
    """Whether a class is a TypedDict (bool)."""
    return issubclass(class_, dict) and hasattr(class_, '__total__')


def _of_dataclass(class_):
    """What __init__ takes, so init=False is none of it, and InitVar is."""
    from dataclasses import MISSING, fields
    known = {field.name: field for field in fields(class_)}
    init, given = class_.__init__, class_.__dataclass_fields__
    code = getattr(init, '__code__', None)
    if type(init) is _Function and not code.co_flags & (VARARGS | _VARKEYWORDS):
        end, last = code.co_argcount, init.__defaults__ or ()
        names = code.co_varnames[1:end + code.co_kwonlyargcount]
        defaults = dict(zip(code.co_varnames[end - len(last):end], last))
        defaults.update(init.__kwdefaults__ or {})
        required = [name for name in names if name not in defaults]
        defaults.update((name, given[name].default) for name in names if name in given)
    else:
        names = [name for name, field in known.items() if field.init]
        required = [name for name in names if known[name].default is MISSING
                    and known[name].default_factory is MISSING]
        defaults = {name: known[name].default for name in names}
    return Members(class_, names, required,
                   {name: value for name, value in defaults.items() if value is not MISSING},
                   [name for name in names if name not in known])


def hints_of_members(hint, class_, names):
    """Return {name: hint} of the members `names` of `hint`, which is `class_` or `class_[...]`."""
    found = resolved(class_, namespace_of(class_))
    if any(name not in found for name in names) and type(class_.__init__) is _Function:
        init = class_.__init__
        found = dict(resolved(init, init.__globals__), **found)
    layers = dict(_layers(hint, {}))
    hints = {}
    for name in names:
        own = peeled(found.get(name, Missing))[0]
        layer = _layer_of(name, class_, layers)
        if isinstance(own, str):                # InitVar['Item']
            own = evaluate(own, namespace_of(layer))
        hints[name] = filled(own, layers.get(layer, {}))
    return hints


def _layers(hint, variables):
    """Yield (class, what its type variables stand for) for a class and all its bases."""
    hint = filled(hint, variables)
    class_ = getattr(hint, '__origin__', None) or hint
    if isinstance(class_, type) and class_ is not object:
        variables = variables_of(hint)
        yield class_, variables
        for base in vars(class_).get('__orig_bases__', class_.__bases__):
            yield from _layers(base, variables)


def _layer_of(name, class_, layers):
    """The one of the classes `layers` that has the member `name` of `class_`."""
    order = class_.__mro__
    if is_typed_dict(class_):                   # each has all that it inherits
        own = written(class_).get(name)
        order = [layer for layer in reversed(list(layers))
                 if is_typed_dict(layer) and written(layer).get(name) == own]
    return next((layer for layer in order if name in written(layer)), class_)


def peeled(hint):
    """Return a hint without what is written round it, and the names of that: Required, ..."""
    names = []
    while True:
        arguments = getattr(hint, '__args__', None) or ()
        name = getattr(getattr(hint, '__origin__', None), '_name', None)
        if hasattr(hint, '__metadata__'):                       # Annotated
            hint = hint.__origin__
        elif name in _QUALIFIERS and len(arguments) == 1:
            names.append(name)
            hint = arguments[0]
        elif type(hint).__module__ == 'dataclasses' and hasattr(hint, 'type'):      # InitVar
            hint = hint.type
        else:
            return hint, names


def variables_of(hint):
    """Return {type variable: hint} of a generic class or alias with its arguments.

    Without arguments, the variables that have a default stand for it.
    """
    origin = getattr(hint, '__origin__', None)
    variables = getattr(origin or hint, '__parameters__', None) or \
        getattr(origin or hint, '__type_params__', ())
    if origin is None:
        return {one: one.__default__ for one in variables
                if getattr(one, 'has_default', bool)()}
    arguments = getattr(hint, '__args__', None) or ()
    return dict(zip(variables, arguments)) if len(variables) == len(arguments) else {}


def filled(hint, variables):
    """Return a hint with the hints that `variables` ({type variable: hint}) has for its own."""
    if isinstance(hint, typing.TypeVar):
        return variables.get(hint, hint)
    parameters = getattr(hint, '__parameters__', ())
    is_bare = isinstance(hint, type) and getattr(hint, '__origin__', None) is None
    if is_bare or not any(one in variables for one in parameters):
        return hint
    try:
        return hint[tuple(variables.get(one, one) for one in parameters)]
    except Exception:               # a hint of another library may do anything
        return hint
