"""naming: identifiers for what XML-RPC names freely, and the namespaces of methods."""

import re


class Names:
    """Gives out identifiers, each once. reserved: those that are taken from the beginning.

    fold (bool): whether the language does not tell upper from lower case.
    """

    def __init__(self, reserved=(), fold=False):
        self._fold = str.lower if fold else str
        self._taken = set(map(self._fold, reserved))
        self._numbers = {}              # {identifier: the last number behind it}

    def unique(self, text):
        """Return an identifier for `text` that no other one is: name, name_, name_2, name_3 ..."""
        name = identifier(text)
        first = name.rstrip('_') or 'x'
        while self._fold(name) in self._taken:
            key = self._fold(first)
            number = self._numbers[key] = self._numbers.get(key, 0) + 1
            name = '%s_%s' % (first, number if number > 1 else '')
        self._taken.add(self._fold(name))
        return name


def identifier(text):
    """Return `text` with an underscore for what cannot be in an identifier (str).

    No more than one stands at the beginning: two have a meaning in Python and in PHP.
    """
    name = re.sub('^_+', '_', re.sub('[^A-Za-z0-9_]', '_', text))
    return '_' + name if not name or name[0].isdigit() else name


def class_name(text):
    """Return `text` as the name of a class: `shop.orders` is ShopOrders (str)."""
    return ''.join(part[:1].upper() + part[1:] for part in re.split('[^A-Za-z0-9]+', text)) or 'X'


class Namespace:
    """The methods before whose last dot the same stands: path, methods, children by name.

    path (str or None): None for the one that holds all others; '' is that of a method `.name`.
    """

    def __init__(self, path=None):
        self.path = path
        self.methods = []
        self.children = {}

    def all(self):
        """Yield this namespace and those in it, each after those that it holds."""
        for name in sorted(self.children):
            yield from self.children[name].all()
        yield self


def namespaces(methods):
    """Return the Namespace that holds all others, made of a Contract's methods."""
    top = Namespace()
    for method in methods:
        place = top
        for part in method.name.split('.')[:-1]:
            path = part if place.path is None else '%s.%s' % (place.path, part)
            place = place.children.setdefault(part, Namespace(path))
        place.methods.append(method)
    return top
