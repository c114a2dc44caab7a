"""target: what `call`, `list` and `describe` share: which server they ask, and how they end.

`arguments` declares the options that name a server or a folder. `ask` makes the Client for them,
lets the command do its work with it, and returns the exit status: 0 for a result, 1 where the
answer is a fault, 2 where there is no answer or the command line is wrong.
"""

import argparse
import os
import re
import sys

from ..client.client import Client, one_line, text_of
from ..client.errors import ClientError, NotationError, UsageError
from ..errors import Fault
from .terminal import complain

SECONDS = 60                # to wait for an answer

STATUS = '''\
Exit status: 0 for a result, 1 for a fault, 2 where there is no answer.
'''


def arguments(parser, words, epilog=STATUS):
    """Declare the words and options. words (str): what follows the URL, for the usage."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.usage = '%s [OPTION ...] URL%s\n       %s [OPTION ...] --lib FOLDER%s' % (
        parser.prog, words, parser.prog, words)
    parser.epilog = epilog
    parser.add_argument('words', nargs='*', metavar='URL' + words, help='URL: the address of the '
                        'server, like https://NAME@example.org/xmlrpc/; not with --lib')
    parser.add_argument('--lib', metavar='FOLDER', help='without a server: the classes in this '
                        'folder, in this process')
    network_arguments(parser)
    parser.add_argument('--xml', action='store_true',
                        help='show the messages sent and received, on standard error')


def network_arguments(parser):
    """Declare the options that say how a server is reached."""
    parser.add_argument('-u', '--user', metavar='NAME[:PASSWORD]', help='log in (Basic); without '
                        'PASSWORD you are asked for it, and nobody else on this machine sees it')
    parser.add_argument('--token', metavar='TOKEN', help='log in by a token (TOKENS_FILE); others '
                        'on this machine may see it in the list of processes')
    parser.add_argument('--token-file', metavar='FILE', help='log in by the token in this file')
    parser.add_argument('-H', '--header', action='append', default=[], type=_header,
                        metavar="'NAME: VALUE'", help='one more HTTP header; may be repeated')
    parser.add_argument('-m', '--timeout', type=_seconds, default=SECONDS, metavar='SECONDS',
                        help='how long an exchange may take in all (default %d)' % SECONDS)
    parser.add_argument('--cafile', metavar='FILE', help='trust the certificates in this file')
    parser.add_argument('-k', '--insecure', action='store_true', help='trust any certificate')


def _header(text):
    name, colon, value = text.partition(':')
    if not colon or not re.match(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+$", name) \
            or not re.match('[\t\x20-\x7e\x80-\xff]*$', value):
        word = re.match('[A-Za-z0-9_-]*', text).group()     # behind it may be a password
        raise argparse.ArgumentTypeError("'%s' is not a header: write NAME: VALUE" % (
            word if word == text else word + ' ...'))
    return name, value.strip()


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError('%r is not a number of seconds above 0' % text)
    return seconds


def ask(options, work):
    """Return the exit status of the command whose work is `work(client, words)`.

    words (list of str): those on the command line without the URL. The work returns its own exit
    status, or None where there is nothing but success.
    """
    try:
        client, words = _client(options)
        status = work(client, words)
        sys.stdout.flush()
        return status or 0
    except Fault as fault:
        complain('fault %s: %s' % (fault.faultCode, fault.faultString or '(without a text)'))
        return 1
    except (ClientError, NotationError, UsageError) as error:
        complain(str(error))
        return 2
    except BrokenPipeError:         # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except KeyboardInterrupt:
        complain('')
        return 130


def _client(options):
    words = list(options.words)
    watch = _show if options.xml else None
    if options.lib is not None:
        from ..client.local import Local
        if words and '://' in words[0]:
            raise UsageError('There is both an address and --lib: give one of them.')
        user = options.user and options.user.partition(':')[0]
        local = Local(options.lib, user, options.header, _token(options))
        return Client(local, watch, complain), words
    if not words:
        raise UsageError('There is no address: give one like http://example.org/RPC2, or '
                         '--lib FOLDER for classes without a server.')
    from ..client.address import Address
    from ..client.transport import Http
    address = Address(words.pop(0))
    return Client(Http(address, **http_options(options, address)), watch, complain), words


def http_options(options, address):
    """Return the options (dict) of transport.Http that those of `network_arguments` mean."""
    user, password = address.user, address.password
    if options.user is not None:
        user, colon, password = options.user.partition(':')
        password = password if colon else None
    if user is not None and password is None:
        password = _ask_password(user, address.place)
    return {'user': user, 'password': password, 'token': _token(options),
            'timeout': options.timeout,
            'headers': options.header, 'cafile': options.cafile, 'insecure': options.insecure}


def _token(options):
    """Return the token (str) that the options name, None for none."""
    if options.token is not None and options.token_file is not None:
        raise UsageError('Give one of --token and --token-file.')
    token = options.token
    if options.token_file is not None:
        try:
            with open(options.token_file, encoding='ascii', errors='replace') as file:
                token = file.read(1 << 16).strip()
        except OSError as error:
            raise UsageError('%s cannot be read: %s.' % (
                options.token_file, error.strerror or error)) from None
    if token is not None and not re.match('[\x21-\x7e]+$', token):     # it is not shown
        raise UsageError('What --token or --token-file names is not a token: one is a single word '
                         'of ASCII.')
    return token


def _ask_password(user, place):
    import getpass
    import warnings
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('error', getpass.GetPassWarning)
            return getpass.getpass('Password of %s at %s: ' % (user, place))
    except (getpass.GetPassWarning, EOFError):
        raise UsageError('There is no terminal to ask for the password of %s: write --user '
                         '%s:PASSWORD.' % (user, user)) from None


def _show(sent, response):
    complain('--- sent, %d bytes\n%s' % (len(sent), text_of(sent, 'utf-8')))
    if response is not None:
        complain('--- received, HTTP %d, %d bytes\n%s\n---' % (
            response.status, len(response.body), text_of(response.body, response.type[1])))


def tell_unavailable(found):
    """Name on stderr the files that the server could not load."""
    for entry in found['unavailable']:
        complain(one_line('%s is not available: %s (ref %s in the error log).'
                          % (entry['name'], 'it does not import, or its register() fails'
                             if entry['name'] == '__init__' else 'its file does not import',
                             entry.get('reference'))))


def address(client):
    """Return the URL (str) that `client` calls, without user and password; '' for a folder."""
    return getattr(getattr(client.transport, 'address', None), 'base', '')


def none_found(wanted):
    """Return the error for a method or namespace that is not there."""
    from ..client.address import without_login
    return UsageError('There is no method and no namespace %s: the command `list` shows what '
                      'there is.' % without_login(wanted))
