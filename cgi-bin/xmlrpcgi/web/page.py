"""The page that GET shows: the methods, and a form to call each from the browser.

`document` fills page.html with what system.describe says; the page reads as documentation without
JavaScript. values.js and page.js build the forms, page.css styles it: the page contains all three,
and `headers` names them by their hashes, so that nothing else runs or loads, whatever a docstring
holds. All text of the application goes through `_text`, or through `_data` as JSON.

Ids that are not a method's begin with "=" (a namespace) or "==": quote()
leaves no "=" in a name.
"""

import ast
import base64
import hashlib
import json
import os
from html import escape
from textwrap import dedent
from urllib.parse import quote

_HERE = os.path.dirname(os.path.abspath(__file__))
_STYLE = ('page.css',)
_SCRIPT = ('values.js', 'page.js')
_ICON = ("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
         "%3Crect width='16' height='16' rx='4' fill='%230e6657'/%3E%3Cpath d='M6 4.5 2.8 8 6 "
         "11.5M10 4.5 13.2 8 10 11.5' fill='none' stroke='%23fff' stroke-width='1.8'/%3E%3C/svg%3E")
_ANY = ['auto', 'string', 'int', 'double', 'boolean', 'dateTime.iso8601', 'base64', 'array',
        'struct', 'nil']            # the types of an argument without a hint
_SHORT = {'dateTime.iso8601': 'dateTime', 'undef': 'any'}
_LONGEST = 2000                     # characters of a default that are read
_TYPES = {bool: 'boolean', int: 'int', float: 'double', str: 'string', list: 'array',
          tuple: 'array', dict: 'struct', type(None): 'nil'}
_PLAIN = {'int', 'double', 'string', 'boolean', 'dateTime.iso8601', 'base64', 'nil'}



def document(description, address, user='', basic=False):
    """Return the page (bytes of HTML).

    description (dict): the result of system.describe.
    address (str): the URL calls go to. user (str): as the web server authenticated it.
    basic (bool): whether a password goes with each request (HTTP Basic authentication).
    """
    methods = description['methods']
    groups = _groups(methods)
    html = _files(['page.html']) % {
        'title': _text(address.partition('://')[2] or address), 'icon': _ICON,
        'style': _files(_STYLE), 'script': _files(_SCRIPT),
        'nav': ''.join(_nav(groups)), 'address': _text(address),
        'about': ''.join(_about(methods, groups, address, user)),
        'unavailable': ''.join(_unavailable(description['unavailable'])),
        'sections': ''.join(_sections(groups)),
        'server': _text(description['server']), 'version': _text(description['version']),
        'data': _data(methods, user, basic),
    }
    return html.encode('utf-8', 'replace')


def headers():
    """Return the headers that restrict the page in a browser: a list of (name, value)."""
    policy = ("default-src 'none'; script-src '%s'; style-src '%s'; img-src data:; "
              "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
              % (_hash(_SCRIPT), _hash(_STYLE)))
    return [('Content-Security-Policy', policy), ('Referrer-Policy', 'no-referrer')]


def address_of(request):
    """Return the URL (str) that `request` was sent to, as far as the web server knows."""
    host = request.header('Host') or request.environ.get('SERVER_NAME', 'localhost')
    path = quote(request.path.encode('utf-8', 'surrogateescape'), "/:@!$&'()*+,;=~")
    return '%s://%s%s' % ('https' if request.https else 'http', host, path)


def _files(names):
    texts = []
    for name in names:
        with open(os.path.join(_HERE, name), encoding='utf-8') as file:
            texts.append(file.read())
    return '\n'.join(texts)


def _hash(names):
    digest = hashlib.sha256(_files(names).encode('utf-8')).digest()
    return 'sha256-' + base64.b64encode(digest).decode('ascii')


def _anchor(name):
    """Return the id of a method, without characters that end an attribute or a word."""
    return quote(name, '', errors='replace')


def _text(value):
    """Return `value` as HTML text, also within quotes; what HTML cannot carry is U+FFFD."""
    return escape(''.join(char if char >= ' ' and not '\x7f' <= char <= '\x9f' or char in '\n\t'
                          else '\ufffd' for char in str(value)))


def _groups(methods):
    """Return [(namespace, [method])], sorted, system last."""
    groups = {}
    for method in methods:
        groups.setdefault(method['name'].rpartition('.')[0], []).append(method)
    return sorted(groups.items(), key=lambda group: (group[0] == 'system', group[0]))


def _plural(count, noun):
    return '%d %s%s' % (count, noun, '' if count == 1 else 's')


def _about(methods, groups, address, user):
    yield '<p>Programs call the methods of this address over HTTP, in any language that has '
    yield 'an <abbr title="remote procedure calls, written as XML">XML-RPC</abbr> library. '
    if not methods:
        yield 'This server does not list its methods.'
    elif user:
        yield 'You are logged in as <b>%s</b>, who may call %s' % (
            _text(user), _plural(len(methods), 'method'))
    else:
        yield 'It has %s' % _plural(len(methods), 'method')
    if methods:
        yield ' in %s.' % _plural(len(groups), 'namespace') if len(groups) > 1 else '.'
    first = [method['name'] for method in methods
             if all(param['optional'] for param in method['params'])
             and method['name'].replace('.', '').isidentifier()]
    lines = ['from xmlrpc.client import ServerProxy', 'server = ServerProxy(%r)' % address]
    if first:
        lines.append('print(server.%s())' % sorted(first, key=lambda name: (
            name.startswith('system.') + (name == 'system.multicall'), name))[0])
    yield '</p>\n<figure><figcaption>From Python, for example</figcaption>'
    yield '<pre tabindex="0"><code>%s</code></pre></figure>' % _text('\n'.join(lines))


def _unavailable(files):
    if not files:
        return
    yield '<section class="unavailable" aria-labelledby="==unavailable">\n'
    yield '<h2 id="==unavailable">Unavailable</h2>\n<ul>\n'
    for file in files:
        yield '<li><code>%s</code> does not load. The error log of this server has the cause ' \
              'under the reference <code>%s</code>.</li>\n' \
              % (_text(file['name']), _text(file['reference']))
    yield '</ul>\n</section>\n'


def _nav(groups):
    if not groups:
        return
    yield '<nav aria-label="Methods">\n<ul>\n'
    for namespace, methods in groups:
        yield '<li><a href="#=%s">%s</a>\n<ul>\n' % (_anchor(namespace), _heading(namespace))
        for method in methods:
            yield '<li><a href="#%s">%s</a></li>\n' % (
                _anchor(method['name']), _text(method['name'].rpartition('.')[2]))
        yield '</ul></li>\n'
    yield '</ul>\n</nav>\n'


def _heading(namespace):
    return _text(namespace) if namespace else 'no namespace'


def _sections(groups):
    for namespace, methods in groups:
        anchor = _anchor(namespace)
        yield '<section aria-labelledby="=%s">\n' % anchor
        yield '<h2 id="=%s">%s</h2>\n' % (anchor, _heading(namespace))
        for method in methods:
            yield '<article id="%s">\n<h3>' % _anchor(method['name'])
            yield from _signature(method)
            yield '</h3>\n'
            yield from _help(method['help'])
            yield from _details(method['params'])
            yield '</article>\n'
        yield '</section>\n'


def _signature(method):
    namespace, dot, name = method['name'].rpartition('.')
    yield '<a href="#%s"><span>%s</span>%s</a><span class="given">(' % (
        _anchor(method['name']), _text(namespace + dot), _text(name))
    params = []
    for param in method['params']:
        shown = _type(param['type'])
        default = ' = ' + _text(_cut(param['default'])) if param['optional'] else ''
        params.append('<span>%s%s%s</span>' % (
            _text(param['name']), ': <i>%s</i>' % _text(shown) if shown != 'any' else '', default))
    if method['more']:
        params.append('<span>...</span>')
    yield ', '.join(params) + ')'
    result = _type(method['result'])
    yield ' → <i>%s</i></span>' % _text(result) if result != 'any' else '</span>'


def _type(names):
    return ' or '.join(_SHORT.get(name, name) for name in names.split(' or '))


def _cut(text, size=60):
    return text if len(text) <= size else text[:size] + '…'


def _help(text):
    """Yield a docstring: paragraphs, lists with their lines kept, indented parts as code."""
    for part in text.strip('\n').split('\n\n'):
        if not part.strip():
            continue
        lines = part.strip('\n').split('\n')
        if lines[0][:1].isspace() or lines[0].startswith('>>>'):
            yield '<pre tabindex="0"><code>%s</code></pre>\n' % _text(dedent('\n'.join(lines)))
        else:
            kept = any(line[:1] in ' \t-*:' or line[:1].isdigit() for line in lines)
            yield '<p%s>%s</p>\n' % (' class="kept"' if kept else '', _text('\n'.join(lines)))


def _details(params):
    """Yield details that the signature lacks: parts of arrays and structs, and the choices."""
    told = [param for param in params if param.get('choices') or
            param['hint'] not in ('', 'list', 'dict', 'List', 'Dict') and
            not _PLAIN.issuperset(param['type'].split(' or '))]
    if told:
        yield '<dl>\n'
        for param in told:
            says = 'one of ' + ', '.join(map(repr, param['choices'])) \
                if param.get('choices') else param['hint']
            yield '<div><dt>%s</dt> <dd>%s</dd></div>\n' % (
                _text(param['name']), _text(_cut(says, 500)))
        yield '</dl>\n'


def _data(methods, user, basic):
    """Return the data from which page.js makes the forms, as JSON without `<`."""
    data = {'user': user if basic else '', 'methods': {
        method['name']: {'params': [_field(param) for param in method['params']],
                         'more': method['more']} for method in methods}}
    text = json.dumps(data, separators=(',', ':'), default=str)
    return text.replace('<', '\\u003c').replace('>', '\\u003e').replace('&', '\\u0026')


def _field(param):
    types = param['type'].split(' or ')
    if 'undef' in types:
        types = _ANY
    field = {'name': param['name'], 'types': types, 'optional': param['optional']}
    if param.get('choices'):
        field['choices'] = list(param['choices'])
    if param['optional']:
        field['default'] = _cut(param['default'])
        field.update(_start(param['default'], types))
    return field


def _start(default, types):
    """Return the type and text that a field begins with, from the default where possible."""
    try:
        value = ast.literal_eval(default[:_LONGEST])
        text = value if isinstance(value, str) else json.dumps(value, allow_nan=False)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return {}
    name = _TYPES[type(value)]
    if types is _ANY and name != 'string':
        name = 'auto'
    return {'type': name if name in types else types[0], 'start': text}
