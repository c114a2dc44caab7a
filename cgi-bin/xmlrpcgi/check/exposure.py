"""exposure: which sources can be fetched from a server by anybody.

It asks for the places where folders end up that are copied into a document root: beside the
script, and in each folder above it.  An answer counts when its body looks like the file; a page
that a server sends for every address does not count.
"""

import re

from ..client.client import looks_like_html
from ..client.errors import ClientError
from .finding import FAIL, OK, WARN, Finding

NAME = 'sources'
_CLASSES = 3                # files of lib/ to ask for, by the names of methods

_PYTHON = re.compile(br'^(class \w|def \w|import \w|from [\w.]+ import |@\w|[A-Z][A-Z_]+\s*=)|'
                     br'\A\s*("""|\'\'\')', re.M)
_GIT = re.compile(br'\A(ref: refs/|[0-9a-f]{40}\s*\Z)')
_PASSWORDS = re.compile(br'^[^\s:]+:(\{SHA\}|\$apr1\$|\$2[aby]\$|\$[56]\$)', re.M)

# id: (pattern of the file, level, sentence, remedy)
_EXPOSED = {
    'exposed': (
        _PYTHON, FAIL, 'Your classes or settings can be read by anybody',
        'move lib/ out of the document root and name it in LIB in rpc.cgi; or put a .htaccess '
        'with the line "Require all denied" into it'),
    'exposed-git': (
        _GIT, FAIL, 'The git repository, with all history, can be fetched by anybody',
        'into the .htaccess above it: RedirectMatch 404 /\\.git'),
    'exposed-passwords': (
        _PASSWORDS, FAIL, 'The file of passwords can be read by anybody',
        'move .htpasswd out of the document root, name the new place in AuthUserFile, and '
        'change the passwords'),
    'exposed-package': (
        _PYTHON, WARN, 'The program\'s own files are served as text, so others there may be too',
        'put a .htaccess with the line "Require all denied" into the folder xmlrpcgi'),
}


def findings(transport, names):
    """Return the Findings. names (list of str): of the methods, which name files of lib/."""
    shown, asked = {}, 0
    for path, id in _places(transport.path, names):
        try:
            response = transport.send('GET', path=path)
        except ClientError:
            continue
        asked += 1
        if response.status == 200 and response.type[0] != 'text/xml' \
                and not looks_like_html(response.body) and _EXPOSED[id][0].search(response.body):
            shown.setdefault(id, []).append(path)
    found = []
    for id in (id for id in _EXPOSED if id in shown):
        _, level, sentence, remedy = _EXPOSED[id]
        found.append(Finding(NAME, level, '%s: %s.' % (
            sentence, ', '.join(transport.absolute(path) for path in shown[id])),
            remedy, id))
    if not found and asked:
        found.append(Finding(NAME, OK, 'None of the %d places where sources may lie shows one.'
                             % asked))
    return found


def _places(path, names):
    """Yield (path, id) of what to ask for, each once."""
    files = ['app', 'settings']
    for name in names:
        if len(files) == 2 + _CLASSES:
            break
        file = name.rpartition('.')[0].replace('.', '/')
        if file and file != 'system' and file not in files and re.match(r'[\w/]+\Z', file, re.A):
            files.append(file)
    folder, seen = path.rpartition('/')[0], set()
    while True:
        wanted = [('%s/lib/%s.py' % (folder, file), 'exposed') for file in files]
        wanted += [('%s/.git/HEAD' % folder, 'exposed-git'),
                   ('%s/.htpasswd' % folder, 'exposed-passwords'),
                   ('%s/xmlrpcgi/handler.py' % folder, 'exposed-package')]
        if not folder.endswith('/cgi-bin'):
            wanted.append(('%s/cgi-bin/xmlrpcgi/handler.py' % folder, 'exposed-package'))
        for place in wanted:
            if place not in seen:
                seen.add(place)
                yield place
        if not folder:
            return
        folder = folder.rpartition('/')[0]
