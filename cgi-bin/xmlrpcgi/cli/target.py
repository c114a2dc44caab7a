"""target: what `call`, `list` and `describe` share: whom they ask, and how they end.

`arguments` declares the options that name a server or a folder, `ask` makes the Client they
mean, has the command do its work with it, and gives the exit status: 0 there is a result,
1 the answer is a fault, 2 there is no answer, or the command line is wrong.
"""

import argparse
import os
import re
import sys

from ..client.client import Client, ClientError, clean, text_of
from ..errors import Fault
from .notation import NotationError

SECONDS = 60                # to wait for an answer

STATUS = '''\
Exit status: 0 for a result, 1 for a fault, 2 where there is no answer.
'''


class UsageError(Exception):
    """The words on the command line are not what the command takes; the text says what is."""


def arguments(parser, words, epilog=STATUS):
    """Declare the words and options. words (str): what follows the URL, for the usage."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.usage = '%s [OPTION ...] URL%s\n       %s [OPTION ...] --lib FOLDER%s' % (
        parser.prog, words, parser.prog, words)
    parser.epilog = epilog
    parser.add_argument('words', nargs='*', metavar='URL', help='address of the server, like '
                        'https://NAME@example.org/xmlrpc/' + (words and ', and' + words))
    parser.add_argument('--lib', metavar='FOLDER', help='no server: the classes in this folder, '
                        'in this process')
    network_arguments(parser)
    parser.add_argument('--xml', action='store_true',
                        help='show the messages sent and received, on standard error')


def network_arguments(parser):
    """Declare the options that say how a server is reached."""
    parser.add_argument('--user', metavar='NAME[:PASSWORD]', help='log in (Basic); without '
                        'PASSWORD it is asked for, and nobody else on this machine sees it')
    parser.add_argument('--header', action='append', default=[], type=_header,
                        metavar="'NAME: VALUE'", help='one more HTTP header; may be repeated')
    parser.add_argument('--timeout', type=_seconds, default=SECONDS, metavar='SECONDS',
                        help='to wait for the answer (default %d)' % SECONDS)
    parser.add_argument('--cafile', metavar='FILE', help='trust the certificates in this file')
    parser.add_argument('--insecure', action='store_true', help='trust any certificate')


def _header(text):
    name, colon, value = text.partition(':')
    if not colon or not re.match(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+$", name) \
            or not re.match('[\t\x20-\x7e\x80-\xff]*$', value):
        raise argparse.ArgumentTypeError('%r is no header: write NAME: VALUE' % text)
    return name, value.strip()


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError('%r is no number of seconds above 0' % text)
    return seconds


def ask(options, work):
    """Return the exit status of the command whose work is `work(client, words)`.

    words (list of str): those on the command line without the URL.
    """
    try:
        client, words = _client(options)
        work(client, words)
        sys.stdout.flush()
        return 0
    except Fault as fault:
        complain('fault %s: %s' % (fault.faultCode, fault.faultString))
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
        return Client(Local(options.lib, user, options.header), watch), words
    if not words:
        raise UsageError('There is no address: give one like http://example.org/RPC2, or '
                         '--lib FOLDER for classes without a server.')
    return Client(transport(options, words.pop(0)), watch), words


def transport(options, url):
    """Return the transport to `url` that the options of `network_arguments` mean."""
    from ..client.transport import Address, Http
    address = Address(url)
    user, password = address.user, address.password
    if options.user is not None:
        user, colon, password = options.user.partition(':')
        password = password if colon else None
    if user is not None and password is None:
        password = _ask_password(user, address.place)
    return Http(address, user, password, options.timeout, options.header, options.cafile,
                options.insecure)


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


def _show(sent, reply):
    complain('--- sent, %d bytes\n%s' % (len(sent), text_of(sent, 'utf-8')))
    if reply is not None:
        complain('--- received, HTTP %d, %d bytes\n%s\n---' % (
            reply.status, len(reply.body), text_of(reply.body, reply.type[1])))


def complain(text):
    """Write `text` as a line to stderr, with nothing in it that a terminal would obey."""
    _write(sys.stderr, clean(text))


def say(text):
    """Write `text` as a line to stdout; to a terminal, without what it would obey."""
    _write(sys.stdout, clean(text) if sys.stdout.isatty() else text)


def _write(stream, text):
    try:
        stream.write(text + '\n')
    except UnicodeEncodeError:      # a locale without these characters
        stream.write(text.encode(stream.encoding, 'backslashreplace').decode(stream.encoding)
                     + '\n')
