"""call: call a method, on a server or of a folder of classes, and show its result."""

from contextlib import redirect_stderr
from io import StringIO

from ..client.catalog import similar
from ..client.client import one_line
from ..client.errors import UsageError
from ..errors import NO_METHOD, Fault
from ..methods.jsontext import as_json
from .notation import HELP, shown, value_of
from .target import STATUS, ask
from .target import arguments as target_arguments
from .terminal import complain, say


def arguments(parser):
    target_arguments(parser, ' METHOD [ARGUMENT ...]',
                     HELP + '\nThe result is shown in the same way.\n\n' + STATUS)
    parser.add_argument('--string', action='store_true',
                        help='send every argument as a string')
    parser.add_argument('--json', action='store_true', help='the result as strict JSON: strings '
                        'quoted, base64 and dates as strings')


def run(options):
    def work(client, words):
        if not words or not words[0]:
            raise UsageError('There is no method to call: name one, like app.getName; the '
                             'command `list` shows those of a server.')
        params = words[1:] if options.string else [value_of(word, complain) for word in words[1:]]
        try:
            result = client.call(words[0], params)
        except Fault as fault:
            if fault.faultCode == NO_METHOD:
                with redirect_stderr(StringIO()):   # with --lib, where files are imported for it
                    near = similar(client, words[0])
                if near:
                    fault.faultString += '; did you mean %s?' % one_line(' or '.join(near))
            raise
        say(as_json(result) if options.json else shown(result))
    return ask(options, work)
