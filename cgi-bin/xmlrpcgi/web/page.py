"""The page that GET shows: the methods, and a form to call each from the browser.

`document` fills page.html with what system.describe says; the page reads as documentation without
JavaScript. The files of _SCRIPT build the forms, page.css styles it: the page contains them all,
and `headers` names them by their hashes, so that nothing else runs or loads, whatever a docstring
holds. All text of the application goes through markup.text, or through fields.data as JSON.

Ids that are not a method's begin with "=" (a namespace) or "==": quote()
leaves no "=" in a name.
"""

import base64
import hashlib
import os
from urllib.parse import quote

from . import docstrings, typetext
from .fields import data
from .markup import anchor, linked, plural, text

_HERE = os.path.dirname(os.path.abspath(__file__))
_STYLE = ('page.css',)
_SCRIPT = ('elements.js', 'values.js', 'types.js', 'editors.js', 'answers.js', 'languages.js',
           'forms.js', 'page.js')
_ICON = ("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
         "%3Crect width='16' height='16' rx='4' fill='%230e6657'/%3E%3Cpath d='M6 4.5 2.8 8 6 "
         "11.5M10 4.5 13.2 8 10 11.5' fill='none' stroke='%23fff' stroke-width='1.8'/%3E%3C/svg%3E")


def document(description, address, user='', basic=False, login=False):
    """Return the page (bytes of HTML).

    description (dict): the result of system.describe.
    address (str): the URL calls go to. user (str): as the web server authenticated it.
    basic (bool): whether a password goes with each request (HTTP Basic authentication).
    login (bool): whether callers may log in by tokens.
    """
    methods = description['methods']
    groups = _groups(methods)
    about = {one['name']: one['help'] for one in description['namespaces']}
    login = login and (bool(user) and not basic or description['restricted'])
    html = _files(['page.html']) % {
        'title': text(address.partition('://')[2] or address), 'icon': _ICON,
        'style': _files(_STYLE), 'script': _files(_SCRIPT),
        'nav': ''.join(_nav(groups)), 'address': text(address),
        'about': ''.join(_about(description, groups, address, user)),
        'unavailable': ''.join(_unavailable(description['unavailable'])),
        'sections': ''.join(_sections(groups, about)),
        'server': text(description['server']), 'version': text(description['version']),
        'data': data(methods, user if basic else '', login),
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


def _groups(methods):
    """Return [(namespace, [method])], sorted, system last."""
    groups = {}
    for method in methods:
        groups.setdefault(method['name'].rpartition('.')[0], []).append(method)
    return sorted(groups.items(), key=lambda group: (group[0] == 'system', group[0]))


def _about(description, groups, address, user):
    methods = description['methods']
    yield '<p>Programs call the methods of this address over HTTP, in any language that has '
    yield 'an <abbr title="remote procedure calls, written as XML">XML-RPC</abbr> library. '
    if not methods:
        yield 'This server does not list its methods.'
    elif user:
        yield 'You are logged in as <b>%s</b>, who may call %s' % (
            text(user), plural(len(methods), 'method'))
    else:
        yield 'It has %s' % plural(len(methods), 'method')
    if methods:
        yield ' in %s.' % plural(len(groups), 'namespace') if len(groups) > 1 else '.'
        yield ' <a href="?openrpc" download="openrpc.json">Download description (OpenRPC)</a>'
    yield '</p>\n'
    if description['restricted']:
        yield '<p class="login">%s</p>\n' % (
            'Other users may call more methods.' if user else 'Some methods need a login.')
    first = [method['name'] for method in methods
             if all(param['optional'] for param in method['params'])
             and method['name'].replace('.', '').isidentifier()]
    lines = ['from xmlrpc.client import ServerProxy', 'server = ServerProxy(%r)' % address]
    if first:
        lines.append('print(server.%s())' % sorted(first, key=lambda name: (
            name.startswith('system.') + (name == 'system.multicall'), name))[0])
    yield '\n<figure><figcaption>From Python, for example</figcaption>'
    yield '<pre tabindex="0"><code>%s</code></pre></figure>' % text('\n'.join(lines))


def _unavailable(files):
    if not files:
        return
    yield '<section class="unavailable" aria-labelledby="==unavailable">\n'
    yield '<h2 id="==unavailable">Unavailable</h2>\n<ul>\n'
    for file in files:
        yield '<li><code>%s</code> does not load. The error log of this server has the cause ' \
              'under the reference <code>%s</code>.</li>\n' \
              % (text(file['name']), text(file['reference']))
    yield '</ul>\n</section>\n'


def _nav(groups):
    if not groups:
        return
    yield '<nav aria-label="Methods">\n<ul>\n'
    for namespace, methods in groups:
        yield '<li><a href="#=%s">%s</a>' % (anchor(namespace), _heading(namespace))
        if namespace != 'system':
            yield '\n<ul>\n'
            for method in methods:
                yield '<li><a href="#%s">%s</a></li>\n' % (
                    anchor(method['name']), text(method['name'].rpartition('.')[2]))
            yield '</ul>'
        yield '</li>\n'
    yield '</ul>\n</nav>\n'


def _heading(namespace):
    return text(namespace) if namespace else 'no namespace'


def _sections(groups, about):
    for namespace, methods in groups:
        yield '<section aria-labelledby="=%s"><details%s>\n' % (
            anchor(namespace), '' if namespace == 'system' and len(groups) > 1 else ' open')
        yield '<summary><h2 id="=%s">%s</h2> <span>%s</span></summary>\n' % (
            anchor(namespace), _heading(namespace), plural(len(methods), 'method'))
        yield from docstrings.html(docstrings.blocks(about.get(namespace, '')))
        for method in methods:
            yield from _article(method)
        yield '</details></section>\n'


def _article(method):
    namespace, dot, name = method['name'].rpartition('.')
    signature = ''.join(typetext.signature(method))
    line, rest = docstrings.split(method['help'])
    yield '<article id="%s"><details><summary><h3><span>%s</span>%s</h3> ' % (
        anchor(method['name']), text(namespace + dot), text(name))
    yield '<span class="line%s">%s</span></summary>\n' % (
        ('', linked(line)) if line else (' given', signature))
    yield '<p class="given">%s%s</p>\n' % (text(method['name']), signature)
    yield from docstrings.html(rest)
    yield from typetext.details(method)
    yield '</details></article>\n'
