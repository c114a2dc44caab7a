"""What classes say about themselves: the docstrings of a module of lib/ and of its class."""

import sys
from inspect import cleandoc

from .description import attempt, carried


def namespaces(handler, names):
    """Return [{name, help}] of the namespaces that have a method in `names` and a docstring."""
    found = []
    for namespace in sorted({name.rpartition('.')[0] for name in names}):
        text = attempt('', _help, handler, namespace)
        if text:
            found.append({'name': carried(namespace), 'help': carried(text)})
    return found


def _help(handler, namespace):
    """The docstrings of a namespace as one text: the module's where it is in lib/, the class's."""
    target = handler.classes.get(namespace)
    texts = []
    if target is not None:
        class_ = target if isinstance(target, type) else type(target)
    else:
        table = handler.table(namespace) if handler.library is not None else None
        if table is None:
            return ''
        class_ = table.application
        texts.append(sys.modules[class_.__module__].__doc__)
    own = vars(class_).get('__doc__')
    if isinstance(own, str) and not own.startswith(class_.__name__ + '('):      # a dataclass's
        texts.append(own)
    return '\n\n'.join(filter(None, [cleandoc(str.__str__(text)) for text in texts
                                     if isinstance(text, str)]))
