"""contract: what a server promises, as one model for OpenRPC, comparisons and typed clients.

Made of a catalog, so of what system.describe says (docs/classes.md has its form), or of the rows of
system.methodSignature where a server has nothing better. A type is a list of Shapes, one for each
XML-RPC type that a value may have. What is not of the expected form counts as not said.
"""

NAMES = ('int', 'double', 'string', 'boolean', 'base64', 'dateTime.iso8601', 'nil', 'array',
         'struct', 'undef')
_SAME = {'i4': 'int', 'i8': 'int', 'dateTime': 'dateTime.iso8601'}


class Shape:
    """One XML-RPC type, with what is known of its parts.

    name (str): of NAMES. title (str): of a struct with members, which Contract.structs has, or of
    an Enum. item (type or None): of each item of an array, or member of a struct. items (list of
    types, or None): of an array of a fixed length. choices (list or None): the allowed values.
    """

    def __init__(self, name, title='', item=None, items=None, choices=None):
        self.name = name
        self.title = title
        self.item = item
        self.items = items
        self.choices = choices


ANY = [Shape('undef')]


class Field:
    """A parameter of a method or a member of a struct.

    type: list of Shapes. optional (bool). has_value (bool): whether `value` is its default.
    """

    def __init__(self, name, type_=ANY, optional=False, has_value=False, value=None):
        self.name = name
        self.type = type_
        self.optional = optional
        self.has_value = has_value
        self.value = value


class Method:
    """A method: params (list of Field), more (bool: takes further arguments), result (a type)."""

    def __init__(self, name, help_, params, more, result):
        self.name = name
        self.help = help_
        self.params = params
        self.more = more
        self.result = result


class Contract:
    """What `found` (dict, a catalog) says: methods (list of Method) and structs.

    structs: {title: list of Field}. wanted (str): the method or namespace that counts.
    """

    def __init__(self, found, wanted=''):
        self.structs = {}
        self.version = _get(found, 'version', str, '')
        self.methods = [self._method(method) for method in sorted(
            (method for method in _dicts(found, 'methods')
             if belongs(_get(method, 'name', str, ''), wanted)),
            key=lambda method: _get(method, 'name', str, ''))]
        for title, fields in self.structs.items():
            self.structs[title] = fields or []

    def _method(self, method):
        name, help_ = _get(method, 'name', str, ''), _get(method, 'help', str, '').strip()
        if not isinstance(method.get('params'), list):
            return Method(name, help_, *_of_rows(method.get('signatures')))
        params = [self._field(param) for param in _dicts(method, 'params')]
        result = method.get('returns')
        if not isinstance(result, dict):
            result = {'type': _get(method, 'result', str, 'undef')}
        return Method(name, help_, params, bool(method.get('more')), self._type(result))

    def _field(self, field):
        return Field(_get(field, 'name', str, ''), self._type(field), bool(field.get('optional')),
                     'value' in field, field.get('value'))

    def _type(self, said):
        parts = _dicts(said, 'any_of')
        if parts:
            return _unlike([shape for part in parts for shape in self._type(part)])
        names = [_SAME.get(name, name) for name in _get(said, 'type', str, 'undef').split(' or ')]
        names = [name if name in NAMES else 'undef' for name in names]
        return ANY if 'undef' in names else _unlike([self._shape(name, said) for name in names])

    def _shape(self, name, said):
        shape = Shape(name, _get(said, 'title', str, ''))
        if isinstance(said.get('choices'), list):
            shape.choices = [value for value in said['choices'] if _name_of(value) == name] or None
        if name in ('array', 'struct') and isinstance(said.get('item'), dict):
            shape.item = self._type(said['item'])
        if name == 'array' and isinstance(said.get('items'), list):
            shape.items = [self._type(item) for item in _dicts(said, 'items')]
        if name == 'struct' and shape.title:
            if 'members' in said and not self.structs.get(shape.title):
                self.structs[shape.title] = None        # before its members: it may hold itself
                self.structs[shape.title] = [self._field(field)
                                             for field in _dicts(said, 'members')]
        return shape


def belongs(name, wanted):
    """Whether the method `name` is the one wanted, or in the namespace wanted."""
    return not wanted or name == wanted or name.startswith(wanted + '.')


def _get(said, name, type_, otherwise):
    value = said.get(name, otherwise) if isinstance(said, dict) else otherwise
    return value if isinstance(value, type_) else otherwise


def _dicts(said, name):
    return [item for item in _get(said, name, list, ()) if isinstance(item, dict)]


def _name_of(value):
    """The XML-RPC type of a choice: what JSON made of bytes and dates is a string as well."""
    for type_, name in ((bool, 'boolean'), (int, 'int'), (float, 'double'), (str, 'string'),
                        (bytes, 'base64'), (list, 'array'), (dict, 'struct'), (type(None), 'nil')):
        if isinstance(value, type_):
            return name
    return 'dateTime.iso8601'


def _unlike(shapes):
    """The shapes without those that another one includes; ANY where one is unknown."""
    found = []
    for shape in shapes:
        if shape.name == 'undef':
            return ANY
        same = [other for other in found if other.name == shape.name and other.title == shape.title
                and other.item is shape.item and other.items is shape.items]
        if not same:
            found.append(shape)
        elif same[0].choices and shape.choices:
            same[0].choices += [value for value in shape.choices if value not in same[0].choices]
        else:
            same[0].choices = None
    return found


def _of_rows(rows):
    """(params, more, result) as far as the rows of a signature tell, which have no names."""
    if not isinstance(rows, list) or not rows or not all(
            isinstance(row, list) and row and all(isinstance(name, str) for name in row)
            for row in rows):
        return [], True, ANY
    columns, least = [], min(map(len, rows))
    for place in range(max(map(len, rows))):
        names = [_SAME.get(row[place], row[place]) for row in rows if len(row) > place]
        columns.append(ANY if not set(names) <= set(NAMES) or 'undef' in names
                       else _unlike([Shape(name) for name in names]))
    return [Field('arg%d' % place, columns[place], place >= least)
            for place in range(1, len(columns))], False, columns[0]
