"""list: the methods of a server or of a folder of classes, one on each line."""

from ..client.catalog import catalog, signatures
from .target import UsageError, ask, complain, say
from .target import arguments as target_arguments


def arguments(parser):
    target_arguments(parser, ' [NAMESPACE]')
    parser.add_argument('--names', action='store_true', help='the names alone')


def run(options):
    def work(client, words):
        if len(words) > 1:
            raise UsageError('list takes one namespace at most, like app; %d words came.'
                             % len(words))
        wanted = words[0] if words else ''
        found = catalog(client, wanted, () if options.names else ('signatures',))
        for method in found['methods']:
            say(method['name'] if options.names else '  or  '.join(signatures(method)))
        tell_unavailable(found)
        if wanted and not found['methods']:
            raise none_found(wanted)
    return ask(options, work)


def tell_unavailable(found):
    """Name on stderr what the server could not load."""
    for entry in found.get('unavailable') or ():
        complain('%s is not available: its file does not import (ref %s in the error log).'
                 % (entry.get('name'), entry.get('reference')))


def none_found(wanted):
    """The error for a method or namespace that is not there."""
    return UsageError('There is no method and no namespace %s: the command `list` shows what '
                      'there is.' % wanted)
