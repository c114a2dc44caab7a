"""token: add, list and remove the tokens by which programs log in (TOKENS_FILE)."""

import argparse
import os
import sys
from datetime import datetime
from shlex import quote

from ..check.doors import doors, lib_of
from ..check.public import denied
from ..client.errors import UsageError
from ..errors import SettingsError
from ..handler import load_settings
from ..install.bundle import CGI_BIN, IS_WHEEL
from ..install.public import document_root
from ..library import Library
from ..web import tokenchange, tokenfile
from .terminal import complain, say

BITS = 256

STATUS = '''\
`add` prints the token, and nothing else, on standard output. It is shown this once.
Exit status: 0 where that was done, 2 where it could not be.
'''


def arguments(parser):
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = STATUS
    parser.usage = '\n       '.join(parser.prog + words for words in (
        ' [--lib FOLDER] add NAME [--until DATE]', ' [--lib FOLDER] list',
        ' [--lib FOLDER] remove NAME'))
    parser.add_argument('words', nargs='*', metavar='add|list|remove NAME', help='the NAME is that '
                        'of the user as whom the token logs in: letters, digits and . _ @ + -')
    parser.add_argument('--until', metavar='DATE', type=_day, help='the last day of the token, in '
                        'UTC, like 2027-01-31 (default: it has no end)')
    parser.add_argument('--lib', metavar='FOLDER', help='the folder of your classes, whose '
                        'settings.py names the TOKENS_FILE (default: %s)' % (
                            'lib' if IS_WHEEL else 'the one that rpc.cgi uses'))
    parser.add_argument('--cgi-bin', metavar='FOLDER', help='the folder of rpc.cgi, rpc.fcgi or '
                        'rpc.wsgi (default: where this program is)')


def _day(text):
    try:
        if datetime.strptime(text, '%Y-%m-%d').strftime('%Y-%m-%d') == text:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError('%r is not a day: write it like 2027-01-31' % text)


def run(options):
    word, *names = options.words or ['']
    try:
        if word not in _COMMANDS:
            raise UsageError('The first word is one of %s.' % ', '.join(_COMMANDS))
        if word != 'add' and options.until:
            raise UsageError('--until is for `token add`.')
        if len(names) != (word != 'list'):
            raise UsageError('`token %s` takes %s; you gave %d.' % (
                word, 'one name' if word != 'list' else 'no name', len(names)))
        last_day = {'until': options.until or ''} if word == 'add' else {}
        _COMMANDS[word](_settings(options), *names, **last_day)
        sys.stdout.flush()
        return 0
    except (SettingsError, UsageError) as error:
        complain(str(error))
    except tokenfile.UnusableFile as error:
        complain('The file of tokens cannot be used: %s%s.' % (
            error, error.remedy and '; to fix this, run: ' + error.remedy))
    except OSError as error:
        complain('%s: %s. The user that calls run as must run this, and be able to write to the '
                 'folder of TOKENS_FILE.'
                 % (error.filename or 'The file of tokens', error.strerror or error))
    return 2


def _settings(options):
    """Return the Settings that name a TOKENS_FILE; raises SettingsError and UsageError."""
    lib = options.lib
    if lib is None and options.cgi_bin is None and IS_WHEEL:
        lib = 'lib'                     # as `serve` does
    if lib is not None:
        lib = os.path.abspath(lib)
    else:
        cgi_bin = os.path.abspath(options.cgi_bin or CGI_BIN)
        found = doors(cgi_bin)
        if not found:
            raise UsageError('There is no rpc.cgi in %s, nor rpc.fcgi or rpc.wsgi: name its folder '
                             'with --cgi-bin, or that of your classes with --lib.' % cgi_bin)
        lib = lib_of(found[0])
    if not os.path.isdir(lib):
        raise UsageError('There is no folder %s.' % lib)
    settings = load_settings(Library(lib))
    if not settings.TOKENS_FILE:
        raise UsageError("TOKENS_FILE is not set: write TOKENS_FILE = '~/xmlrpcgi/tokens' into %s."
                         % os.path.join(lib, 'settings.py'))
    return settings


def _add(settings, name, until):
    path = settings.TOKENS_FILE
    if not tokenfile.is_name(name):
        raise UsageError('%s cannot be a name: it takes 1 to %d letters, digits and . _ @ + - .'
                         % (ascii(name), tokenfile.LONGEST))
    root = document_root(path)
    if root and not denied(os.path.dirname(path), root):
        raise UsageError('TOKENS_FILE %s lies in the document root (%s), where browsers may get '
                         'it: name another file.' % (path, root))
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    token = os.urandom(BITS // 8).hex()
    entry = tokenfile.Entry(name, tokenfile.digest_of(token), until)
    if entry.has_expired:
        raise UsageError('The day %s is over.' % until)
    with tokenchange.Change(path, settings.account) as change:
        for row in _entries(change.rows):
            if row.name == name and not row.has_expired:
                raise UsageError('There is a token of %s: remove it first, or choose another name.'
                                 % name)
        change.rows = [row for row in change.rows if getattr(row, 'name', None) != name] + [entry]
    say(token)
    sys.stdout.flush()
    complain('This is the token of %s. It is not shown again: %s has its SHA-256 alone.'
             % (name, path))
    state = os.stat(path)
    if os.name == 'posix' and os.geteuid() == 0 and state.st_uid == 0 and not state.st_mode & 0o044:
        complain('It belongs to root, and calls run as another user, who must be able to read it: '
                 'chown www-data %s (or the like), and its folder where that is root\'s alone.'
                 % quote(path))


def _list(settings):
    path = settings.TOKENS_FILE
    entries = sorted(tokenfile.read(path, settings.account), key=lambda entry: entry.name)
    width = max([len(entry.name) for entry in entries] or [0])
    for entry in entries:
        say('%-*s  %s' % (width, entry.name, 'no end' if not entry.until else '%s %s' % (
            'ended' if entry.has_expired else 'until', entry.until)))
    if not entries:
        complain('There is no token in %s.' % path)


def _remove(settings, name):
    path = settings.TOKENS_FILE
    tokenfile.text_of(path, settings.account)       # one that is not there is not made
    with tokenchange.Change(path, settings.account) as change:
        left = [row for row in change.rows if getattr(row, 'name', None) != name]
        if len(left) == len(change.rows):
            raise UsageError('There is no token of %s in %s: `token list` shows those there are.'
                             % (ascii(name), path))
        change.rows = left


def _entries(rows):
    return [row for row in rows if isinstance(row, tokenfile.Entry)]


_COMMANDS = {'add': _add, 'list': _list, 'remove': _remove}
