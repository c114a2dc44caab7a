"""describe: what each method takes, returns and does, as text to read or as a file for tools.

The files hold the same bytes for the same methods, so that they can be kept beside the code, and
compared: --diff says what changed since such a file was written, and what of it breaks callers.
"""

import json
import textwrap

from ..client.catalog import catalog, signatures
from ..client.errors import UsageError
from ..methods.jsontext import as_json
from .notation import shown
from .target import STATUS, address, ask, none_found, tell_unavailable
from .target import arguments as target_arguments
from .terminal import complain, say

_WIDEST = 40                # columns of a parameter's name, beside which the facts stand

_STATUS = STATUS + """\
With --diff, 1 where a change breaks callers, too.
"""


def arguments(parser):
    target_arguments(parser, ' [METHOD or NAMESPACE]', _STATUS)
    parser.add_argument('--json', action='store_true', help='all that the server says, as sorted '
                        'JSON in the form of system.describe')
    parser.add_argument('--openrpc', action='store_true', help='an OpenRPC document, with JSON '
                        'Schema for the types')
    parser.add_argument('--diff', metavar='OLD.json', help='what changed since OLD.json was '
                        'written with --json')


def run(options):
    def work(client, words):
        if len(words) > 1:
            raise UsageError('describe takes one method or namespace at most; you gave %d words.'
                             % len(words))
        if options.json + options.openrpc + (options.diff is not None) > 1:
            raise UsageError('Give one of --json, --openrpc and --diff.')
        wanted = words[0] if words else ''
        old = None if options.diff is None else _read(options.diff)
        found = catalog(client, wanted, warn=complain)
        tell_unavailable(found)
        if old is not None:
            return _tell_changes(old, found, wanted)
        if options.json:
            say(_as_file(found))
        elif options.openrpc:
            from ..methods.openrpc import written
            say(written(found, address(client), wanted))
        elif found['methods']:
            say('\n\n'.join(text_of_method(method) for method in found['methods']))
        if wanted and not found['methods']:
            raise none_found(wanted)
        return 0
    return ask(options, work)


def _as_file(found):
    """The catalog as sorted JSON, without the references, which are others each time."""
    return as_json(dict(found, unavailable=sorted(
        ({'name': entry.get('name')} for entry in found.get('unavailable') or ()),
        key=lambda entry: str(entry['name']))), sort=True)


def _read(path):
    try:
        with open(path, encoding='utf-8') as file:
            found = json.load(file)
    except (OSError, ValueError) as error:
        raise UsageError('%s cannot be read (%s): --diff takes a file that describe --json wrote.'
                         % (path, getattr(error, 'strerror', None) or error)) from None
    if not isinstance(found, dict) or not isinstance(found.get('methods'), list):
        raise UsageError('%s is not a description: --diff takes a file that describe --json wrote.'
                         % path)
    return found


def _tell_changes(old, found, wanted):
    from ..client.changes import changes
    from ..methods.contract import Contract
    differences = changes(Contract(old, wanted), Contract(json.loads(_as_file(found)), wanted))
    for change in differences:
        say('%s  %s' % ('breaks' if change.breaks else '      ', change.text))
    return 1 if any(change.breaks for change in differences) else 0


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
