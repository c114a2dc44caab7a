"""Multicalls of what a server has, introspection included: what a small request makes.

Each is judged by the size of its answer, by the memory of the process and by the bytes of log, all
in proportion to the request.
"""

import resource
import xmlrpc.client

from xmlrpcgi import Fault, Handler
from xmlrpcgi.settings import Settings

MOST = 1 << 20                  # MAX_ANSWER
METHODS = 60                    # of the server, besides those that fail
PER_CALL = 600                  # bytes of answer that each call may come to beyond MAX_ANSWER
LOG = 20000, 0.5                # bytes of log: so many, and so many more per byte of request
MEMORY = 400 << 20              # bytes that the process may have at most
COUNTS = 1, 2, 10, 100, 1000
LATE = 15                       # seconds of processor time


class TooMuch(Exception):
    """A request made more than is in proportion to it."""


def handler(**settings):
    """A Handler with many methods, some of which fail or give much."""
    made = Handler(settings=Settings(**dict({'MAX_ANSWER': MOST}, **settings)))

    def describe(number):
        def method(self: str, other: 'list[int]' = (), third: float = number) -> dict:
            """Explain: %s"""
            return {}
        method.__doc__ %= 'a word ' * 40
        return method
    for number in range(METHODS):
        made.register_function(describe(number), 'some.method%d' % number)

    def fail(*values):
        raise ValueError('the application fails')

    def fail_deeply(depth=20, *more):
        return fail_deeply(depth - 1) if isinstance(depth, int) and depth > 0 else fail()

    def refuse(text='', *more):
        raise Fault(7, str(text))
    made.register_function(fail, 'fail')
    made.register_function(fail_deeply, 'fail_deeply')
    made.register_function(refuse, 'fault')
    made.register_function(lambda *values: object(), 'unsendable')
    made.register_function(lambda *values: 'x' * 100000, 'large')
    made.register_function(lambda *values: list(values), 'echo')
    made.register_introspection_functions()
    made.register_multicall_functions()
    return made


def body(chance, made):
    """The bytes of a multicall of methods of `made`."""
    names = sorted(made.funcs)
    chosen = chance.sample(names, chance.choice((1, 1, 1, 2, 5))) + chance.sample(
        ['none', 'some.none', '', 'x' * 300], chance.choice((0, 0, 1)))
    if chance.random() < 0.7:
        chosen += [name for name in names if name.startswith('system.')
                   and chance.random() < 0.4 and name != 'system.multicall']
    calls = []
    for _ in range(chance.choice(COUNTS)):
        name = chance.choice(chosen)
        params = [chance.choice(names)] if name in ('system.methodHelp', 'system.methodSignature') \
            else chance.choice(([], [], [1], ['a', 2], [[1] * 50], ['<&>' * 20]))
        calls.append({'methodName': name, 'params': params})
    return xmlrpc.client.dumps((calls,), 'system.multicall').encode()


def judge(request, answer, log, seconds, most=MOST, before=0):
    """Raise TooMuch for what a multicall may not come to.

    before (int): bytes of memory that the process had taken already.
    """
    calls = request.count(b'<name>methodName</name>')
    if len(answer.body) > most + PER_CALL * calls + 1000:
        raise TooMuch('an answer of %d bytes' % len(answer.body))
    if len(log) > LOG[0] + LOG[1] * len(request):
        raise TooMuch('%d bytes of log for a request of %d' % (len(log), len(request)))
    if seconds > LATE:
        raise TooMuch('it took %.1f seconds' % seconds)
    grown = peak() - before
    if grown > MEMORY:
        raise TooMuch('the process has taken %d bytes of memory' % grown)


def peak():
    """The most memory (int, bytes) that this process had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
