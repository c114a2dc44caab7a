"""A handler with the rate limits on in memory, and those who call it."""

from pathlib import Path

from xmlrpcgi import allow
from xmlrpcgi.errors import NOT_ALLOWED, Fault

from tests.unit.ask import ask, call, handler

CGI_BIN = Path(__file__).resolve().parents[3] / 'cgi-bin'
START = 1_700_000_000.25


class Clock:
    """What the time is, for the counters."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


def server(file, calls=0, denied=0, **more):
    """A handler with rate limits: `echo` for everybody, `hers` for ann, `login` for nobody."""
    made = handler(MAX_CALLS_PER_MINUTE=calls, MAX_DENIED_PER_MINUTE=denied,
                   RATE_LIMIT_FILE=str(file), **more)
    made.register_multicall_functions()

    @allow(user='ann')
    def hers(value):
        return value

    def login(value):
        raise Fault(NOT_ALLOWED, 'wrong password')

    made.register_function(hers, 'hers')
    made.register_function(login, 'login')
    return made


def status(to, method='echo', address='192.0.2.1', user='', **options):
    environ = dict(options.pop('environ', ()), REMOTE_ADDR=address, REMOTE_USER=user)
    return ask(options.pop('body', call(method)), to=to, environ=environ, **options).status


def many(to, times, **options):
    """The statuses of so many calls, in groups: {200: 3, 429: 2}."""
    found = [status(to, **options) for _ in range(times)]
    return {code: found.count(code) for code in sorted(set(found))}


def multicall(count, method='echo'):
    one = ('<value><struct><member><name>methodName</name><value>%s</value></member><member>'
           '<name>params</name><value><array><data><value>x</value></data></array></value>'
           '</member></struct></value>') % method
    return ('<methodCall><methodName>system.multicall</methodName><params><param><value><array>'
            '<data>%s</data></array></value></param></params></methodCall>'
            % (one * count)).encode()
