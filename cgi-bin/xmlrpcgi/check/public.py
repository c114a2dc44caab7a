"""public: what lies in a document root, where the web server shows it to anybody."""

import os
import re
from shlex import quote

from ..install.public import document_root
from .finding import FAIL, OK, WARN, Finding

_DENIES = re.compile(r'^\s*(require\s+all\s+denied|deny\s+from\s+all)\s*$', re.I | re.M)


def findings(cgi_bin, lib):
    """Return the Findings about the folder of classes and a repository beside the script."""
    found = []
    root = document_root(lib)
    if root and os.path.isdir(lib) and not denied(lib, root):
        found.append(Finding(
            'folders', FAIL, 'lib lies in the document root (%s) without a file that denies it: '
            'anybody can read your classes and settings.' % root,
            "echo 'Require all denied' > %s" % quote(os.path.join(lib, '.htaccess')),
            'lib-public'))
    root = document_root(cgi_bin)
    if root and os.path.isdir(os.path.join(root, '.git')):
        found.append(Finding(
            'folders', WARN, 'A git repository lies in the document root (%s): anybody can fetch '
            'it, with all history.' % root, "echo 'RedirectMatch 404 /\\.git' >> %s"
            % quote(os.path.join(root, '.htaccess')), 'git-public'))
    if not found and os.path.isdir(lib):
        found.append(Finding('folders', OK, 'Classes are in %s%s.' % (
            lib, ', which a .htaccess denies to browsers' if document_root(lib) else '')))
    return found


def denied(path, root):
    """Whether a .htaccess in `path`, or above it within `root`, denies it to browsers."""
    path = os.path.realpath(path)
    while len(path) > len(root):
        try:
            with open(os.path.join(path, '.htaccess'), encoding='utf-8', errors='replace') as file:
                text = re.sub(r'<files.*?</files', '', file.read(), flags=re.I | re.S)
            if _DENIES.search(text):
                return True
        except OSError:
            pass
        path = os.path.dirname(path)
    return False
