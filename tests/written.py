"""Classes as people write them: a table of calls and what each gives, for every way to run them.

The classes are in fixtures/written. tests/real puts the rows to web servers, tests/process to
rpc.cgi and rpc.fcgi under several interpreters.
"""

import datetime
import os
import time
import xmlrpc.client
from pathlib import Path

LIB = Path(__file__).resolve().parent / 'fixtures' / 'written'
SECONDS = 60


class Fails:
    """The outcome of a call that is a fault: its code (int), and a part of its text."""

    def __init__(self, code, part=''):
        self.code = code
        self.part = part

    def __eq__(self, other):
        return isinstance(other, Fails) and other.code == self.code and self.part in other.part

    def __repr__(self):
        return 'Fails(%d, %r)' % (self.code, self.part)

    __hash__ = None


WRONG, APPLICATION, NO_METHOD = -32602, -32500, -32601
POINT = {'x': 1}
NEWER = {       # the Python that a file, or a method, needs first
    'aliased': (3, 12), 'unquoted': (3, 14), 'decorated.dispatched': (3, 8),
    'refused.order': (3, 7),
}


def row(method, *params):
    """The beginning of a row; `row(...), outcome` makes it whole."""
    return method, params


CALLS = [
    # Decorators.
    (row('decorated.add', 1, 2), 3),
    (row('decorated.add', 1), 2),
    (row('decorated.add', '1', '2'), Fails(WRONG, "parameter 1 'a': expected int, got string")),
    (row('decorated.add', 1, 2, 3), Fails(APPLICATION)),        # passed on as it came
    (row('decorated.place', POINT), 'Point'),
    (row('decorated.place', {'x': 's'}), Fails(WRONG, "'point'.x: expected int")),
    (row('decorated.plain', 1), 1),
    (row('decorated.rows', 5), ['connection', 5]),
    (row('decorated.secret', 'token'), ['token', 1]),
    (row('decorated.secret', 'token', 5), ['token', 5]),
    (row('decorated.secret', 'token', 'x'), Fails(WRONG, "parameter 2 'number': expected int")),
    (row('decorated.moved', 'token', POINT, 2), ['token', 3]),
    (row('decorated.length', 5), [5, 'cm']),
    (row('decorated.length', 'x'), Fails(WRONG, "parameter 1 'number': expected int")),
    (row('decorated.length', 5, 'm', 1), Fails(WRONG, 'takes 1 to 2 arguments')),
    (row('decorated.found', 3), ['connection', 3, 5]),
    (row('decorated.found', 3, 4), ['connection', 3, 4]),
    (row('decorated.found', 'x'), Fails(WRONG, "parameter 1 'number': expected int")),
    (row('decorated.kept', 3), 3),
    (row('decorated.kept', 'x'), Fails(WRONG, "parameter 1 'number': expected int")),
    (row('decorated.metres', 3), '3 m'),
    (row('decorated.metres'), Fails(WRONG, "'number'")),
    (row('decorated.remembered', 3), 3),
    (row('decorated.remembered', 'x'), Fails(WRONG, "parameter 1 'number': expected int")),
    (row('decorated.twice', 2), ['decorated.twice', 2]),
    (row('decorated.later'), Fails(APPLICATION, 'holds a coroutine, and nothing awaits it here')),
    (row('decorated.static', 1), 1),
    (row('decorated.static', 'x'), Fails(WRONG, "parameter 1 'number': expected int")),
    (row('decorated.of_class', 1), 'Application'),
    (row('decorated.dispatched', 1), 'int'),
    (row('decorated.dispatched', 'x'), 'any'),
    # Hints.
    (row('hinted.checked', 'any', 2), ['any', 2]),
    (row('hinted.checked', 'any', 'x'), Fails(WRONG, "parameter 2 'number': expected int")),
    (row('hinted.mistyped', ['a'], 1), [['a'], 1]),
    (row('hinted.point', POINT), [1, '']),
    (row('hinted.point', {'x': 1, 'label': 5}), [1, 5]),
    (row('hinted.note', None), None),
    (row('hinted.note', 5), Fails(WRONG, 'expected string or nil, got int')),
    (row('hinted.perhaps', None), None),
    (row('hinted.count', 1, 2, 3), 6),
    (row('hinted.count', 1, 'x'), Fails(WRONG, "parameter 2 'more': expected int")),
    (row('hinted.options', {}), 'dict'),
    (row('hinted.options', []), 'dict'),                        # PHP's [] is both
    (row('hinted.options', [1]), Fails(WRONG, 'expected struct, got array')),
    (row('hinted.only_named', 1), Fails(WRONG, 'has keyword-only parameters (unit)')),
    (row('hinted.named', 1), [1, 'cm']),
    (row('hinted.more', 1), [1, []]),
    (row('hinted.more', 1, {'a': 1}), Fails(WRONG, 'takes 1 argument (number), 2 came')),
    (row('hinted.later'), Fails(APPLICATION, 'is an async function, and nothing awaits it')),
    (row('unquoted.take', 'any', 1), ['any', 1]),
    (row('unquoted.take', 'any', 'x'), Fails(WRONG, "parameter 2 'number': expected int")),
    (row('unquoted.item', {'name': 'n', 'note': None}), ['n', None, 1, None]),
    (row('unquoted.item', {'name': 1}), Fails(WRONG, "'item'.name: expected string, got int")),
    (row('unquoted.options', {'size': 1, 'order': 'x'}), {'size': 1, 'order': 'x'}),
    (row('aliased.total', [1, 2]), 3),
    (row('aliased.total', ['x']), Fails(WRONG, "parameter 1 'numbers'[0]: expected int")),
    (row('aliased.item', {'numbers': [1]}), [1]),
    (row('aliased.tree', [[]]), [[]]),
    # What classes raise.
    (row('refused.order', {'count': 2}), 2),
    (row('refused.order', {'count': 0}), Fails(WRONG, "'order': Order does not accept these")),
    (row('refused.pair', {'a': 1, 'b': 2}), 2),
    (row('refused.pair', {'a': 2, 'b': 1}), Fails(WRONG, "'pair': Pair does not accept these")),
    (row('refused.fault'), Fails(7, 'as it is')),
    (row('refused.text_code'), Fails(404, 'no such page')),
    (row('refused.name_code'), Fails(APPLICATION, 'a fault whose code is not an int')),
    (row('refused.no_code'), Fails(APPLICATION, 'a fault whose code is not an int')),
    (row('refused.gone'), Fails(410, 'it is gone')),
    (row('refused.value_error'), Fails(APPLICATION, '(ref ')),
    (row('refused.exits'), Fails(APPLICATION, '(ref ')),
    # Results.
    (row('results.mapping'), {'a': 1, 'b': 2}),
    (row('results.proxy'), {'a': 1}),
    (row('results.chain'), {'a': 1, 'b': 2}),
    (row('results.row'), {'a': 1}),
    (row('results.element'), Fails(APPLICATION, 'type xml.etree.ElementTree.Element, which')),
    (row('results.file'), Fails(APPLICATION, 'type _io.StringIO, which')),
    (row('results.fraction'), Fails(APPLICATION, 'type fractions.Fraction, which')),
    (row('results.index'), 5),
    (row('results.aware'), datetime.datetime(2020, 1, 2, 1, 4, 5)),
    (row('results.naive'), datetime.datetime(2020, 1, 2, 3, 4, 5)),
    (row('results.day'), datetime.datetime(2020, 1, 2)),
    (row('results.generator'), [0, 1, 2]),
    (row('results.deque'), [1, 2]),
    (row('results.view'), ['a']),
    (row('results.nothing'), None),
    (row('results.enum'), 'S'),
    (row('results.decimal'), 0.5),
    (row('results.uuid'), '00000000-0000-0000-0000-000000000001'),
    (row('results.path'), '/a/b'),
    (row('results.thing'), Fails(APPLICATION, 'an object of type object')),
    (row('results.surrogate'), Fails(APPLICATION, 'U+D800')),
    (row('results.key'), Fails(APPLICATION, 'a dict with the key 1')),
    # Who may call, and what is imported.
    (row('members.hers'), Fails(-32501, 'for users who log in')),
    (row('unbracketed.hers'), Fails(APPLICATION, '(ref ')),
    (row('helped.caught'), 'caught'),
    # A file beside a folder of the same name.
    (row('beside.siblings'), ['lib.helped', 'lib.helped', 'lib', 'lib']),
    (row('beside.children'), ['inner', 'inner', 'lib.beside.inner']),
    (row('beside.pickled'), True),
    (row('beside.source'), 'class Thing:\n    pass\n'),
    (row('beside.spawned'), [2, 4]),
    (row('beside.warned'), []),
    (row('beside.inner.names'), ['lib.beside', 'lib.helped', 'lib.beside']),
    (row('beside.inner.file'), 'a word'),
    # What a method does to its process.
    (row('processes.fork'), [1, 4, 9]),
    (row('processes.spawn'), [1, 4, 9]),
    (row('processes.forkserver'), [1, 4, 9]),
    (row('processes.executor'), [1, 4]),
    (row('processes.child_returns'), 'parent'),
    (row('processes.child_exits'), 'parent'),
    (row('processes.child_fails'), 'parent'),
]

_ONE = '<params><param><value><string>a</string></value></param></params>'


def _message(params):
    return '<methodCall><methodName>hinted.echo</methodName>%s</methodCall>' % params


MESSAGES = {    # as other people's clients write them: (message, what hinted.echo returns)
    'white space before the XML declaration':
        (('\n <?xml version="1.0"?>' + _message(_ONE)).encode(), 'a'),
    'params before methodName':
        (('<methodCall>%s<methodName>hinted.echo</methodName></methodCall>' % _ONE).encode(), 'a'),
    'UTF-32 without a byte order mark':
        (('<?xml version="1.0" encoding="UTF-32"?>' + _message(_ONE)).encode('utf-32-le'), 'a'),
    'UTF-16 with a byte order mark': (_message(_ONE).encode('utf-16'), 'a'),
    'bare text in a value':
        (_message('<params><param><value>a</value></param></params>').encode(), 'a'),
    'a date without time':
        (_message('<params><param><value><dateTime.iso8601>20200102</dateTime.iso8601></value>'
                  '</param></params>').encode(), datetime.datetime(2020, 1, 2)),
}

LEAVES = 'thread', 'timer', 'executor_thread', 'at_exit'    # work after the response
STREAMS = ('close', 'detach', 'none', 'reconfigure', 'rewrap', 'dunder', 'close_dunder', 'handler')


def needs(method):
    """The Python that a method needs, as sys.version_info has it."""
    return NEWER.get(method, NEWER.get(method.partition('.')[0], (3, 6)))


def outcome_of(call, method, *params):
    """What call(method, *params) returns, or the Fails of the fault it raises."""
    try:
        return call(method, *params)
    except xmlrpc.client.Fault as fault:
        return Fails(fault.faultCode, fault.faultString)


def check_calls(call, python):
    """Put all rows that the Python (a pair) can run; return those that gave something else."""
    wrong = []
    for (method, params), wanted in CALLS:
        if python >= needs(method):
            came = outcome_of(call, method, *params)
            if not (wanted == came and type(came) is type(wanted)):
                wrong.append('%s%r: %r, not %r' % (method, params, came, wanted))
    return wrong


def check_streams(call):
    """Have a class do each thing to its streams; return what then went wrong."""
    wrong = []
    for name in STREAMS:
        for _ in range(2):
            came = [outcome_of(call, 'streams.' + name)] + [
                outcome_of(call, 'streams.says', 'after ' + name) for _ in range(5)]
            if came != [None] + ['after ' + name] * 5:
                wrong.append('%s: %r' % (name, came))
    return wrong


def check_work_after_the_response(call, folder, names):
    """Have methods leave work behind; return the names of what was never done.

    folder (Path): that everybody may write to.
    """
    for name in names:
        (folder / name).touch()
        (folder / name).chmod(0o666)
        assert call('processes.' + name, str(folder / name)) is None
    end = time.monotonic() + SECONDS
    left = list(names)
    while left and time.monotonic() < end:
        left = [name for name in left if not os.path.getsize(folder / name)]
        time.sleep(0.05)
    return left


def check_what_is_left_to_the_next(call):
    """Have calls change what belongs to the whole process; return what the next found of it."""
    first = call('processes.found')
    for _ in range(3):
        call('processes.leave')
    return [found for found in [call('processes.found') for _ in range(6)] if found != first]


def names_described(call, python):
    """Check the description of all; return the names of the files that cannot be described."""
    described = call('system.describe')
    names = {method['name'] for method in described['methods']}
    methods = {method for (method, _), _ in CALLS if python >= needs(method)}
    assert methods - names == {'unbracketed.hers', 'members.hers'}      # one may not be seen
    assert call('system.methodSignature', 'decorated.add') == [
        ['int', 'int'], ['int', 'int', 'int']]
    return {file['name'] for file in described['unavailable']} - {
        name for name, version in NEWER.items() if python < version}
