"""list: the methods of a server or of a folder of classes, one per line, and what each does."""

from ..client.catalog import catalog, signatures, summary
from ..client.client import one_line
from ..client.errors import UsageError
from ..methods.contract import belongs
from .target import arguments as target_arguments
from .target import ask, none_found, tell_unavailable
from .terminal import complain, say

_WIDEST = 40                # columns of a signature, beside which the descriptions stand
_LONGEST = 200              # characters of a description


def arguments(parser):
    target_arguments(parser, ' [NAMESPACE]')
    parser.add_argument('--names', action='store_true', help='show only the names')


def run(options):
    def work(client, words):
        if len(words) > 1:
            raise UsageError('list takes one namespace at most, like app; you gave %d words.'
                             % len(words))
        wanted = words[0] if words else ''
        details = () if options.names else ('signatures', 'help')
        found = catalog(client, wanted, details, complain)
        for line in _lines(found['methods'], options.names):
            say(line)
        tell_unavailable(found)
        if options.lib is not None:
            for reason in client.transport.unpublished():
                if belongs(reason.namespace, wanted):
                    complain('%s.' % reason)
        if wanted and not found['methods']:
            raise none_found(wanted)
    return ask(options, work)


def _lines(methods, only_names):
    """Return a line for each of `methods`: how it is called, and the first line of its help."""
    if only_names:
        return [one_line(method['name']) for method in methods]
    called = ['  or  '.join(signatures(method)) for method in methods]
    width = min(_WIDEST, max(map(len, called), default=0))
    return [('%-*s  %s' % (width, text, summary(method)[:_LONGEST])).rstrip()
            for text, method in zip(called, methods)]
