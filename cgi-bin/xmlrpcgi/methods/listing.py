"""All methods that there are, for the lists of system.* and for the page.

Of several methods of one name, the one that a call reaches (see dispatch.py) comes first, and
stands for the name alone: where its @allow hides it from a caller, so is the name.
"""

from types import MethodType

from ..errors import BrokenFile, LibraryError, OutOfTime
from ..signature import users_of
from ..table import Table
from .access import permitted
from .kept import kept_of
from .names import with_class


class Described:
    """A method: its public name, and the sources of its description.

    function: its parameters and docstring describe it; None where only the name is known. bound
    (bool): whether a first parameter is filled already. users: who may call, see access.permitted.
    help (function or None): returns the help (str), in place of the function's docstring. place
    (str): of what returns it, for the log.
    """

    def __init__(self, name, function=None, bound=False, users=None, help_=None, place=''):
        self.name = name
        self.function = function
        self.bound = bound
        self.users = users
        self.help = help_
        self.place = place


class Listing:
    """The methods of `handler` (Handler) for the caller of `request` (Request or None).

    `permitted` fills the others. hidden: the names of methods that this caller may not call.
    unavailable: (file's name, reference in the log) of each broken file. told (bool): whether a
    _listMethods was asked, which may say something else the next time.
    """

    def __init__(self, handler, request):
        self._handler, self._request = handler, request
        self._tables = {}           # {prefix: Table of a registered class, None for a broken one}
        self._late, self._is_late = kept_of(handler).late, False
        self.hidden, self.unavailable, self.told = [], [], False

    def permitted(self):
        """Return a Described for each method that the caller may call, sorted by name."""
        found, seen = {}, set()
        for method in self._all():
            if method.name not in seen:
                seen.add(method.name)
                if permitted(method.users, self._request):
                    found[method.name] = method
                else:
                    self.hidden.append(method.name)
        self.unavailable.sort()
        return [found[name] for name in sorted(found)]

    def unless_late(self, function, method):
        """Return function(method), '' where what it asks of a class takes longer than CALL_SECONDS.

        function: makes the help (str) of `method` (Described).
        """
        if self._late.get(method.place) is not None:
            return ''
        try:
            return function(method)
        except OutOfTime as error:
            if not method.place:
                raise
            self._note_late(method.place, error, self._reference(method.place, error))
            return ''

    def _all(self):
        handler = self._handler
        broken = self._is_begin_broken()
        for name, function in handler.funcs.items():
            if broken and name[:7] != 'system.':
                continue                    # it cannot be called, either
            yield _of_function(name, function, users_of(function))
        if broken:
            return
        for prefix, target in _longest_first(handler.classes):
            instance = None if isinstance(target, type) else target
            try:
                self._tables[prefix] = None
                table = self._tables[prefix] = Table(target if instance is None else type(target))
                yield from self._of_table(prefix, table, instance)
            except Exception as error:
                self._tell(prefix, error)
        for method in self._of_others():
            if not self._is_covered(method.name):
                yield method

    def _of_others(self):
        handler = self._handler
        of_instance = list(self._of_instance()) if handler.instance is not None else []
        last = hasattr(handler.instance, '_dispatch')
        yield from (method for method in of_instance if not last and '.' not in method.name)
        if handler.library is not None:
            for prefix, _ in _longest_first(dict.fromkeys(with_class(handler.library))):
                yield from self._of_file(prefix)
        yield from (method for method in of_instance if last or '.' in method.name)

    def _of_file(self, prefix):
        reference = self._late.get(prefix)
        if reference is not None and prefix not in self._handler._tables:
            self.unavailable.append((prefix or '__init__', reference))
            return
        try:
            table = self._handler.table(prefix)
            if table is not None:
                yield from self._of_table(prefix, table)
        except LibraryError:
            raise
        except Exception as error:
            self._tell(prefix or '__init__', error)
            if isinstance(error.__cause__, OutOfTime):
                self._note_late(prefix, error.__cause__, self.unavailable[-1][1])

    def _note_late(self, place, error, reference):
        """Remember that `place` is out of time; raise `error` where the list was so before."""
        self._late.add(place, reference)
        if self._is_late:
            raise error
        self._is_late = True

    def _is_covered(self, name):
        """Whether calls of `name` end at a registered class, whatever else has that name (bool)."""
        namespace = prefix = name.rpartition('.')[0]
        while self._tables:
            if prefix in self._tables:
                table = self._tables[prefix]
                if prefix == namespace or table is None or table.dispatch:
                    return True
            if not prefix:
                return False
            prefix = prefix.rpartition('.')[0]
        return False

    def _is_begin_broken(self):
        """Let lib/__init__.py register its methods; return whether that fails (bool)."""
        try:
            if not self._handler.begun:
                self._handler.begin()
            return False
        except BrokenFile as error:
            self._tell('__init__', error)
            return True

    def _reference(self, name, error):
        causes = getattr(self._handler._context(), 'causes', None)      # of a multicall
        if causes is not None:
            return causes.reference(error, name)
        return self._handler.reference(error, self._request, name)

    def _tell(self, name, error):
        self.unavailable.append((name, self._reference(name, error)))

    def _of_table(self, prefix, table, instance=None):
        for name, method in table.methods.items():
            name = '%s.%s' % (prefix, name) if prefix else name
            yield Described(name, method.function, not method.static, method.users)
        if table.lists:
            make = table.application if instance is None else lambda: instance
            for method in self._of_hook(prefix, make, table.helps):
                if not prefix or method.name.startswith(prefix + '.'):
                    method.users = table.users
                    yield method

    def _of_instance(self):
        instance = self._handler.instance
        helps = hasattr(instance, '_methodHelp')
        if hasattr(instance, '_listMethods'):
            for method in self._of_hook('', lambda: instance, helps):
                method.users = users_by_instance(self._handler, method.name)
                yield method
        elif not hasattr(instance, '_dispatch'):
            from xmlrpc.server import list_public_methods

            from .description import attempt
            for name in attempt([], list_public_methods, instance):
                function = getattr(instance, name)
                method = _of_function(name, function, users_of(function, type(instance)))
                yield _asking(instance, method, '_methodHelp') if helps else method

    def _of_hook(self, place, make, helps):
        """Call _listMethods of the instance that `make` returns: a Described for each name.

        Where it fails, the log says so, and the other methods are listed all the same.
        """
        dot = place and place + '.'
        place, of_help = dot + '_listMethods', dot + '_methodHelp'
        self.told = True
        if self._late.get(place) is not None:
            return []
        try:
            instance = make()
            return [_asking(instance, Described(name), of_help) if helps else Described(name)
                    for name in instance._listMethods() if isinstance(name, str)]
        except (LibraryError, MemoryError):
            raise
        except BaseException as error:
            reference = self._reference(place, error)
            if isinstance(error, OutOfTime):
                self._note_late(place, error, reference)
            return []


def users_by_instance(handler, name):
    """Return who may call the method `name` of the registered instance, see access.permitted."""
    instance, function = handler.instance, None
    if not hasattr(instance, '_dispatch'):
        from .description import attempt
        function = attempt(None, handler._of_instance, name)
    return users_of(function, type(instance))


def _longest_first(targets):
    """The items of {prefix: target}, in the order in which a call looks for its method."""
    return sorted(targets.items(), key=lambda item: (-len(item[0]), item[0]))


def _of_function(name, function, users):
    plain = getattr(function, '__func__', function) if isinstance(
        function, MethodType) else function
    return Described(name, plain, plain is not function, users)


def _asking(instance, method, place):
    """Let `instance` say the help of `method` (Described), and return this."""
    method.help, method.place = lambda: instance._methodHelp(method.name), place
    return method
