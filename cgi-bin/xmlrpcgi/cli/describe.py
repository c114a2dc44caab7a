"""describe: what each method takes, returns and does, as text to read or as JSON."""

import textwrap

from ..client.catalog import catalog, signatures
from ..client.errors import UsageError
from .notation import as_json, shown
from .target import arguments as target_arguments
from .target import ask, none_found, tell_unavailable
from .terminal import complain, say

_WIDEST = 40                # columns of a parameter's name, beside which the facts stand


def arguments(parser):
    target_arguments(parser, ' [METHOD or NAMESPACE]')
    parser.add_argument('--json', action='store_true',
                        help='all that the server says, as JSON in the form of system.describe')


def run(options):
    def work(client, words):
        if len(words) > 1:
            raise UsageError('describe takes one method or namespace at most; you gave %d words.'
                             % len(words))
        wanted = words[0] if words else ''
        found = catalog(client, wanted, warn=complain)
        if options.json:
            say(as_json(found))
        elif found['methods']:
            say('\n\n'.join(text_of_method(method) for method in found['methods']))
        tell_unavailable(found)
        if wanted and not found['methods']:
            raise none_found(wanted)
    return ask(options, work)


def text_of_method(method):
    """Return the paragraph about `method`, one of a catalog: signatures, parameters, help."""
    parts = ['\n'.join(signatures(method))]
    if method.get('params'):
        parts.append(_indented('\n'.join(_table(method['params']))))
    if method.get('help', '').strip():
        parts.append(_indented(textwrap.dedent(method['help']).strip()))
    return parts[0] if len(parts) == 1 else parts[0] + '\n' + '\n\n'.join(parts[1:])


def _table(params):
    width = min(_WIDEST, max(len(param.get('name', '?')) for param in params))
    return ['%-*s  %s' % (width, param.get('name', '?'), _facts(param)) for param in params]


def _facts(param):
    name = param.get('type', 'undef')
    facts = ['any value' if name == 'undef' else name]
    if 'default' in param:
        facts.append('default %s' % param['default'])
    elif param.get('optional'):
        facts.append('optional')
    if param.get('choices'):
        facts.append('one of %s' % ', '.join(shown(choice) for choice in param['choices']))
    if param.get('hint') and param['hint'] not in _PLAIN.get(name, (name,)):
        facts.append('in Python %s' % param['hint'])
    return ', '.join(facts)


# XML-RPC's type: the hints that say no more than the type.
_PLAIN = {'string': ('str',), 'double': ('float',), 'boolean': ('bool',), 'array': ('list',),
          'struct': ('dict',), 'base64': ('bytes',), 'dateTime.iso8601': ('datetime',),
          'int': ('int',)}


def _indented(text):
    return textwrap.indent(text, '    ')
