"""changes: what differs between two contracts, and which of it breaks callers.

An argument that was accepted must be accepted still, and a result must be what callers already
know: so a parameter may take more than before and a result may be less. A new member of a
result's struct breaks nobody; a new required one of a parameter's struct does.
"""

from ..methods.contract import ANY


class Change:
    """A difference: text (str), and whether it breaks callers (bool)."""

    def __init__(self, text, breaks):
        self.text = text
        self.breaks = breaks


def changes(old, new):
    """Return the list of Change from the Contract `old` to the Contract `new`."""
    before = {method.name: method for method in old.methods}
    after = {method.name: method for method in new.methods}
    found = []
    for name in sorted(set(before) | set(after)):
        if name not in after:
            found.append(Change('%s: the method is gone' % name, True))
        elif name not in before:
            found.append(Change('%s: the method is new' % name, False))
        else:
            found += _Comparison(old, new, name).method(before[name], after[name])
    return found


class _Comparison:
    def __init__(self, old, new, name):
        self._old = old.structs
        self._new = new.structs
        self._name = name
        self._seen = set()              # pairs of structs, each way
        self._found = []

    def _say(self, place, text, breaks):
        self._found.append(Change('%s: %s%s' % (self._name, place + ': ' if place else '', text),
                                  breaks))

    def method(self, old, new):
        if old.help != new.help:
            self._say('', 'the help is another one', False)
        for number in range(max(len(old.params), len(new.params))):
            place = "parameter %d '%s'" % (number + 1, (
                new.params if number < len(new.params) else old.params)[number].name)
            if number >= len(new.params):
                self._say(place, 'is gone', not new.more)
            elif number >= len(old.params):
                self._new_param(place, old, new.params[number])
            else:
                self._param(place, old.params[number], new.params[number])
        if old.more != new.more:
            self._say('', 'takes further arguments' if new.more else
                      'takes no further arguments any more', old.more)
        self._type('result', old.result, new.result, False)
        return self._found

    def _new_param(self, place, old, param):
        if not param.optional:
            self._say(place, 'is new and must be given', True)
        else:
            self._say(place, 'is new and optional', old.more and param.type[0].name != 'undef')

    def _param(self, place, old, new):
        if old.name != new.name:
            self._say(place, "had the name '%s'" % old.name, False)
        self._field(place, old, new, True)

    def _field(self, place, old, new, given):
        """Compare what may be left out. given (bool): the caller gives it, else the server."""
        if old.optional != new.optional:
            if given:
                self._say(place, 'is optional now' if new.optional else 'must be given now',
                          old.optional)
            else:
                self._say(place, 'may be missing now' if new.optional else 'is always there now',
                          new.optional)
        elif (old.has_value, old.value) != (new.has_value, new.value):
            self._say(place, 'has another default', False)
        self._type(place, old.type, new.type, given)

    def _type(self, place, old, new, given):
        before, after = _by_name(old), _by_name(new)
        if 'undef' in before or 'undef' in after:
            if 'undef' not in after:
                self._say(place, 'is %s, was any type' % _names(new), given)
            elif 'undef' not in before:
                self._say(place, 'is any type, was %s' % _names(old), not given)
            return
        if set(before) != set(after):
            gone, come = set(before) - set(after), set(after) - set(before)
            if given and 'double' in after:         # an int may stand for a double
                gone.discard('int')
            if not given and 'double' in before:
                come.discard('int')
            self._say(place, 'is %s, was %s' % (_names(new), _names(old)),
                      bool(gone if given else come))
        for name in before:
            if name in after:
                self._shapes(place, before[name], after[name], given)

    def _shapes(self, place, old, new, given):
        if len(old) > 1 or len(new) > 1:        # several of one name: only whether they are alike
            if sorted(map(repr, map(_summary, old))) != sorted(map(repr, map(_summary, new))):
                self._say(place, 'is a union of other types', True)
            return
        old, new = old[0], new[0]
        self._choices(place, old.choices, new.choices, given)
        before, after = self._old.get(old.title), self._new.get(new.title)
        if old.name == 'struct' and (before is not None or after is not None):
            if before is None:
                self._say(place, 'is a struct of known members, was one of any', given)
            elif after is None:
                self._say(place, 'is a struct of any members, was one of known ones', not given)
            elif (old.title, new.title, given) not in self._seen:
                self._seen.add((old.title, new.title, given))
                self._members(place, before, after, given)
        elif old.items is not None or new.items is not None:
            self._tuples(place, old, new, given)
        elif old.item is not None or new.item is not None:
            self._type(place + '[]', old.item or ANY, new.item or ANY, given)

    def _tuples(self, place, old, new, given):
        if old.items is None or new.items is None:
            longer = new.items is not None
            self._say(place, 'has a fixed length now' if longer else 'has no fixed length any more',
                      longer == given)
        elif len(old.items) != len(new.items):
            self._say(place, 'has %d items, had %d' % (len(new.items), len(old.items)), True)
        else:
            for number, (before, after) in enumerate(zip(old.items, new.items)):
                self._type('%s[%d]' % (place, number), before, after, given)

    def _choices(self, place, old, new, given):
        if old is None and new is None:
            return
        if old is None or new is None:
            self._say(place, 'has a list of allowed values now' if old is None else
                      'has no list of allowed values any more', (old is None) == given)
            return
        gone = [value for value in old if value not in new]
        come = [value for value in new if value not in old]
        if gone:
            self._say(place, 'no longer %s' % ', '.join(map(repr, gone)), given)
        if come:
            self._say(place, 'now also %s' % ', '.join(map(repr, come)), not given)

    def _members(self, place, old, new, given):
        before, after = ({field.name: field for field in fields} for fields in (old, new))
        for name in sorted(set(before) | set(after)):
            inside = '%s.%s' % (place, name)
            if name not in after:
                self._say(inside, 'is gone', True)
            elif name not in before:
                required = given and not after[name].optional
                self._say(inside, 'is new' + (' and must be given' if required else ''), required)
            else:
                self._field(inside, before[name], after[name], given)


def _by_name(type_):
    found = {}
    for shape in type_:
        found.setdefault(shape.name, []).append(shape)
    return found


def _names(type_):
    return ' or '.join(_by_name(type_))


def _summary(shape):
    return (shape.name, shape.title, shape.choices,
            shape.item and [_summary(part) for part in shape.item],
            shape.items and [[_summary(part) for part in item] for item in shape.items])
