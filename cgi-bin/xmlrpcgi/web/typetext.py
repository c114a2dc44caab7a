"""The types that system.describe tells, in words, and their members as a tree of HTML."""

from .markup import cut, text

_SHORT = {'dateTime.iso8601': 'dateTime', 'undef': 'any'}


def words(type_):
    """Return a type in words (str): `int`, `array of Line`, `string or nil`."""
    if type_.get('any_of'):
        found = dict.fromkeys(map(words, type_['any_of']))
    else:
        found = dict.fromkeys(_word(name, type_) for name in type_['type'].split(' or '))
    return 'any' if 'any' in found else ' or '.join(found)


def _word(name, type_):
    if name == 'struct' and 'choices' not in type_ and type_.get('title'):
        return type_['title']
    if name in ('array', 'struct') and 'item' in type_:
        item = words(type_['item'])
        return name if item == 'any' else '%s of %s' % (
            name, '(%s)' % item if ' or ' in item else item)
    if name == 'array' and type_.get('items'):
        return 'array of (%s)' % ', '.join(map(words, type_['items']))
    return _SHORT.get(name, name)


def signature(method):
    """Yield the HTML of a method's parameters and result."""
    params = []
    for param in method['params']:
        shown = words(param)
        params.append('<span>%s%s%s</span>' % (
            text(param['name']), ': <i>%s</i>' % text(shown) if shown != 'any' else '',
            ' = ' + text(cut(param['default'])) if param['optional'] else ''))
    if method['more']:
        params.append('<span>...</span>')
    yield '(' + ', '.join(params) + ')'
    result = words(method['returns'])
    if result != 'any':
        yield ' → <i>%s</i>' % text(result)


def details(method):
    """Yield what the signature lacks: members of structs, and the values that are allowed."""
    rows = [(param['name'], param) for param in method['params']] + [
        ('result', method['returns'])]
    rows = [(name, ''.join(_more(type_))) for name, type_ in rows]
    if any(more for _, more in rows):
        yield '<dl>\n'
        for name, more in rows:
            if more:
                yield '<div><dt>%s</dt> <dd>%s</dd></div>\n' % (text(name), more)
        yield '</dl>\n'


def _more(type_):
    """Yield the HTML of what a type has besides its words."""
    choices = list(_choices(type_))
    if choices:
        yield 'one of ' + text(cut(', '.join(map(repr, choices)), 500))
    for struct in _structs(type_):
        yield '<details><summary>%s</summary>\n<ul>\n' % text(struct['title'])
        for member in struct['members']:
            shown = words(member)
            yield '<li><b>%s</b>%s%s %s</li>\n' % (
                text(member['name']), ': <i>%s</i>' % text(shown) if shown != 'any' else '',
                _whether(member), ''.join(_more(member)))
        yield '</ul></details>'


def _whether(member):
    if 'value' in member:
        return ' = ' + text(cut(repr(member['value'])))
    return ' <small>optional</small>' if member['optional'] else ' <small>required</small>'


def _inside(type_):
    """The types that `type_` consists of, but for the members of a struct."""
    parts = type_.get('any_of') or list(type_.get('items') or ())
    return parts + [type_['item']] if 'item' in type_ else parts


def _choices(type_):
    if type_.get('choices'):
        yield from type_['choices']
    else:
        for part in _inside(type_):
            yield from _choices(part)


def _structs(type_):
    if 'members' in type_:
        yield type_
    for part in _inside(type_):
        yield from _structs(part)
