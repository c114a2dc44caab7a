"""stubs: write a typed client of a server, or of a folder of classes, in another language."""

from ..client.catalog import catalog
from ..client.errors import UsageError
from ..dispatch import BUILT_IN
from .target import address, ask, none_found, tell_unavailable
from .target import arguments as target_arguments
from .terminal import complain, emit

LANGUAGES = 'python', 'php'


def arguments(parser):
    target_arguments(parser, ' [METHOD or NAMESPACE]')
    parser.usage = ('%s %s [OPTION ...] URL [METHOD or NAMESPACE]\n       %s %s [OPTION ...] '
                    '--lib FOLDER [METHOD or NAMESPACE]' % ((parser.prog, '|'.join(LANGUAGES)) * 2))


def run(options):
    language = options.words.pop(0) if options.words else ''
    if language not in LANGUAGES:
        complain('The first word is the language of the client: %s.' % ' or '.join(LANGUAGES))
        return 2

    def work(client, words):
        if len(words) > 1:
            raise UsageError('stubs takes one method or namespace at most; you gave %d words.'
                             % len(words))
        wanted = words[0] if words else ''
        found = catalog(client, wanted)
        tell_unavailable(found)
        if wanted and not found['methods']:
            raise none_found(wanted)
        emit(_source(language, found, wanted, address(client)))

    return ask(options, work)


def _source(language, found, wanted, url):
    from importlib import import_module

    from ..methods.contract import Contract
    if not wanted:              # what every server has is no part of what this one is for
        names = ['system.' + name for name in BUILT_IN]
        found['methods'] = [method for method in found['methods'] if method['name'] not in names]
    module = import_module('xmlrpcgi.client.stubs.' + language)
    return module.source(Contract(found, wanted), url)
