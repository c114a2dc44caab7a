"""check: what is wrong with an installation, and what fixes it.

Without an address it looks at the folders on this machine, with an address at a server from
outside.
"""

import argparse

from ..check.check import findings
from ..check.finding import FAIL, OK, UNREACHABLE, WARN, as_json, good, rows
from ..client.address import Address
from ..client.errors import ClientError, UsageError
from ..install.bundle import IS_WHEEL
from .target import http_options, network_arguments
from .terminal import GREEN, RED, YELLOW, complain, progress, say

_COLOURS = {OK: GREEN, WARN: YELLOW, FAIL: RED}

EXAMPLE = 'https://your.site/cgi-bin/rpc.cgi'
STATUS = '''\
Exit status: 0 where all is well, 1 where something is to be fixed, 2 where the server does not
answer at all, or the command line is wrong.
'''


def arguments(parser):
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = STATUS
    parser.usage = '%s [--cgi-bin FOLDER] [--json]\n       %s [OPTION ...] URL' % (
        parser.prog, parser.prog)
    parser.add_argument('words', nargs='*', metavar='URL', help='a server to look at from '
                        'outside, like ' + EXAMPLE)
    parser.add_argument('--cgi-bin', metavar='FOLDER', help='the folder of rpc.cgi, '
                        'rpc.fcgi or rpc.wsgi on this machine (default: where this program is)')
    parser.add_argument('--json', action='store_true', help='print the findings as JSON, for tools')
    network_arguments(parser)
    parser.set_defaults(program=parser.prog)


def run(options):
    try:
        found = _findings(options)
    except (ClientError, UsageError) as error:
        complain(str(error))
        return 2
    except KeyboardInterrupt:
        complain('')
        return 130
    if options.json:
        say(as_json(found))
    else:
        outside = '' if options.words else options.program + ' ' + EXAMPLE
        for level, line in rows(found, outside):
            say(line, _COLOURS.get(level))
    if found[0].id == UNREACHABLE:
        return 2
    return 0 if good(found) else 1


def _findings(options):
    if not options.words:
        if IS_WHEEL and options.cgi_bin is None:
            raise UsageError('Name what to check: an address, or with --cgi-bin the folder of '
                             'rpc.cgi on this machine.')
        with progress() as show:
            return findings(cgi_bin=options.cgi_bin, progress=show)
    if len(options.words) > 1 or options.cgi_bin is not None:
        raise UsageError('check takes one address, or --cgi-bin FOLDER, not more.')
    url = options.words[0]
    chosen = http_options(options, Address(url))
    with progress() as show:
        return findings(url, progress=show, **chosen)
