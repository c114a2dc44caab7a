"""The bundle as files to install: what a copy of this program consists of, read into memory.

Text is taken with LF ends and without a byte order mark, whatever an upload made of it.
"""

import hashlib
import os
import re

from ..client.errors import BundleError

# Where this copy of the program lies: the package's folder, and the folder for CGI scripts, which
# pip has put into the package, with lib and apache beside it.
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_BUNDLE = os.path.join(PACKAGE, '_bundle')
IS_WHEEL = os.path.isdir(_BUNDLE)
CGI_BIN = os.path.join(_BUNDLE, 'cgi-bin') if IS_WHEEL else os.path.dirname(PACKAGE)

_FILE = re.compile(r'[a-z_][a-z0-9_]*\.(py|css|js|html|sh|php)$|\.htaccess$')
_FOLDER = re.compile(r'[a-z]+$')
# The .htaccess to write where an FTP program left hidden files out.
_DENY = b'''\
# Nothing in this folder is for the world: rpc.cgi, outside of it, answers.
Require all denied
'''
_VERSION = re.compile(br"^__version__ = '([0-9A-Za-z.+]+)'$", re.M)


def program(folder):
    """Return {path in the package, like web/get.py: bytes} of the package in `folder`."""
    files = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if _FOLDER.match(name)]
        inside = place[len(folder) + 1:]
        for name in names:
            if _FILE.match(name):
                files[inside + '/' + name if inside else name] = text(os.path.join(place, name))
    files.setdefault('.htaccess', _DENY)
    return files


def text(path):
    """Return the bytes of a text file, with LF ends and without a byte order mark."""
    with open(path, 'rb') as file:
        data = file.read()
    if data[:3] == b'\xef\xbb\xbf':
        data = data[3:]
    return data.replace(b'\r\n', b'\n')


def number(files):
    """Return the version number of a program (str); files as from `program`."""
    found = _VERSION.search(files.get('__init__.py', b''))
    return found.group(1).decode() if found else '0'


def identity(files):
    """Return a name for exactly these files, like 1.0.0-3f2a91c0."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(b'%s\0%d\0%s' % (name.encode(), len(files[name]), files[name]))
    return '%s-%s' % (number(files), digest.hexdigest()[:8])


def cgi_scripts(folder):
    """Return {form: bytes} of the CGI scripts in `folder`: those there are of 'python' and 'sh'."""
    found = {}
    for data in _texts(folder, ('rpc.cgi', 'rpc-sh.cgi')).values():
        found.setdefault('sh' if data[:9] == b'#!/bin/sh' else 'python', data)
    return found


def long_running(folder):
    """Return {name: bytes} of the doors for long-running processes that are in `folder`."""
    return _texts(folder, ('rpc.fcgi', 'rpc.wsgi'))


def cgi_script(folder, shell):
    """Return the bytes of the CGI script in `folder`, of the shell's form or not.

    Raises BundleError where it is not there.
    """
    script = cgi_scripts(folder).get('sh' if shell else 'python')
    if not script:
        raise BundleError('There is no %s in %s: unpack the archive again.' % (
            'rpc-sh.cgi' if shell else 'rpc.cgi', folder))
    return script


def _texts(folder, names):
    paths = [(name, os.path.join(folder, name)) for name in names]
    return {name: text(path) for name, path in paths if os.path.isfile(path)}


def example(folder):
    """Return {name: bytes} of what a new lib begins with. folder: the bundle's lib."""
    files = _texts(folder, ('app.py', '.htaccess'))
    if files:
        files.setdefault('.htaccess', _DENY)
    return files
