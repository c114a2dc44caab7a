"""list: the methods of a server or of a folder of classes, one per line."""

from ..client.catalog import belongs, catalog, signatures
from ..client.errors import UsageError
from .target import arguments as target_arguments
from .target import ask, none_found, tell_unavailable
from .terminal import complain, say


def arguments(parser):
    target_arguments(parser, ' [NAMESPACE]')
    parser.add_argument('--names', action='store_true', help='show only the names')


def run(options):
    def work(client, words):
        if len(words) > 1:
            raise UsageError('list takes one namespace at most, like app; you gave %d words.'
                             % len(words))
        wanted = words[0] if words else ''
        found = catalog(client, wanted, () if options.names else ('signatures',))
        for method in found['methods']:
            say(method['name'] if options.names else '  or  '.join(signatures(method)))
        tell_unavailable(found)
        if options.lib is not None:
            for reason in client.transport.unpublished():
                if belongs(reason.namespace, wanted):
                    complain('%s.' % reason)
        if wanted and not found['methods']:
            raise none_found(wanted)
    return ask(options, work)
