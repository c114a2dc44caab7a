"""check: what is wrong with an installation, each cause with what fixes it.

Without an address it looks at the folders on this machine (checkfolder.py), with one at a
server from outside (checkurl.py).  `findings` is for programs and tests.
"""

import argparse
import os

from ..check.finding import as_json, good, report
from ..client.client import ClientError
from ..install.bundle import CGI_BIN
from .target import UsageError, complain, network_arguments, say, transport

STATUS = '''\
Exit status: 0 where all is well, 1 where something is to be fixed, 2 where the server gives no
answer at all, or the command line is wrong.
'''


def arguments(parser):
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = STATUS
    parser.usage = '%s [--cgi-bin FOLDER] [--json]\n       %s [OPTION ...] URL' % (
        parser.prog, parser.prog)
    parser.add_argument('words', nargs='*', metavar='URL', help='a server, looked at from '
                        'outside, like https://example.org/cgi-bin/rpc.cgi')
    parser.add_argument('--cgi-bin', metavar='FOLDER', help='the folder of rpc.cgi, '
                        'rpc.fcgi or rpc.wsgi on this machine (default: where this program is)')
    parser.add_argument('--json', action='store_true', help='the findings as JSON, for tools')
    network_arguments(parser)


def findings(url=None, cgi_bin=None, **options):
    """Return the Findings (list) about the server at `url`, or about the folder `cgi_bin`.

    options: user, password, timeout, headers, cafile, insecure of transport.Http.
    Raises ClientError where `url` is no address.
    """
    if url is None:
        from ..check.folder import check
        return check(os.path.abspath(cgi_bin or CGI_BIN))
    from ..check.address import check
    from ..client.transport import Address, Http
    address = Address(url)
    options.setdefault('user', address.user)
    options.setdefault('password', address.password)
    return check(Http(address, **options))


def run(options):
    try:
        found = _found(options)
    except (ClientError, UsageError) as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain('')
        return 130
    say(as_json(found) if options.json else '\n'.join(report(found)))
    if options.words and found[0].cause == 'unreachable':
        return 2
    return 0 if good(found) else 1


def _found(options):
    if not options.words:
        return findings(cgi_bin=options.cgi_bin)
    if len(options.words) > 1 or options.cgi_bin is not None:
        raise UsageError('check takes one address, or --cgi-bin FOLDER, not more.')
    from ..check.address import check
    return check(transport(options, options.words[0]))
