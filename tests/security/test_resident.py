"""A process that answers many requests: what hostile ones leave behind in it.

Nothing may grow with what clients say, and nothing of one request may show up in another's answer.
"""

import gc
import random
import sys
import tracemalloc

import pytest

from tests.security import tried
from tests.security.names import FILES
from tests.unit.ask import Body, ask, call

KIND = 'what is left behind'
MADE = 1000
LETTERS = 'abcdefghijklmnopqrstuvwxyz'


def word(size=12):
    return ''.join(random.choice(LETTERS) for _ in range(size))


def charset():
    return {'body': call(), 'content_type': 'text/xml; charset=' + word()}


def declared():
    return {'body': b'<?xml version="1.0" encoding="%s"?><a/>' % word().encode()}


# Each makes a request that no other resembles.
REQUESTS = {
    'encodings': charset, 'declared encodings': declared,
    'spellings of an encoding': lambda: {'content_type': 'text/xml; charset=utf%s8' % ''.join(
        random.choice('-_') for _ in range(20))},
    'methods': lambda: {'body': call(word())},
    'namespaces': lambda: {'body': call('%s.%s.%s' % (word(), word(), word()))},
    'methods of a class': lambda: {'body': call('app.' + word())},
    'private methods': lambda: {'body': call('app._' + word())},
    'elements': lambda: {'body': b'<%s/>' % word().encode()},
    'attributes': lambda: {'body': call().replace(b'<methodCall', b'<methodCall %s="%s"' % (
        word().encode(), word().encode()))},
    'namespaces of XML': lambda: {'body': call().replace(b'<methodCall',
                                                         b'<methodCall xmlns:%s="%s"' % (
        word().encode(), word().encode()))},
    'members': lambda: {'body': call('app.open_').replace(
        b'hello', b'<struct><member><name>%s</name><value/></member></struct>' % word().encode())},
    'dates': lambda: {'body': call().replace(b'hello', b'<dateTime.iso8601>%s</dateTime.iso8601>'
                                             % word().encode())},
    'origins': lambda: {'origin': 'https://%s.example' % word()},
    'referers': lambda: {'referer': 'https://%s.example' % word(), 'content_type': ''},
    'content types': lambda: {'content_type': word()},
    'content encodings': lambda: {'content_encoding': word()},
    'verbs': lambda: {'method': word().upper()},
    'users': lambda: {'environ': {'REMOTE_USER': word()}, 'body': call(word())},
    'headers': lambda: {'x_' + word(): word(), 'body': call('app.open_')},
    'help': lambda: {'body': call('system.methodHelp', word())},
    'short bodies': lambda: {'body': Body(b'x'),
                             'content_length': str(random.randrange(2, 10 ** 6))},
}


@pytest.mark.slow
@pytest.mark.parametrize('kind', REQUESTS)
def test_what_clients_say_is_not_kept(handler, kind, monkeypatch):
    """Python itself keeps every name of an encoding that it was asked for."""
    made = handler(dict(FILES, **{'settings.py': ''}))
    make = REQUESTS[kind]
    # Without pytest's own, which keeps the names that it sees.
    monkeypatch.setattr(sys, 'meta_path', [finder for finder in sys.meta_path
                                           if 'Rewriting' not in type(finder).__name__])
    tried(KIND, MADE)
    grown = []
    for _ in range(4):              # a table of the interpreter may grow once, and be large
        gc.collect()
        tracemalloc.start()
        try:
            for _ in range(MADE):
                ask(to=made, **make())
            gc.collect()
            grown.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()
        if min(grown) < 30 * MADE:
            return
    raise AssertionError('it keeps %d bytes of each request' % (min(grown) // MADE))


def test_names_of_encodings_are_forgotten():
    import encodings
    tried(KIND, 100)
    for _ in range(100):
        ask(**charset())
    assert not [name for name, info in encodings._cache.items() if info is None]


def test_nothing_of_one_request_is_in_the_next(handler):
    """Neither its user, nor its value, nor its fault, nor its headers."""
    made = handler({'app.py': '''
        class Application:
            def who(self, request):
                return [request.user, sorted(request.headers), request.method_name]
            def keep(self, value):
                self.kept = value
            def kept(self):
                return getattr(self, 'kept_', None)
        '''})
    secret = {'authorization': 'Basic c2VjcmV0', 'cookie': 'secret',
              'environ': {'REMOTE_USER': 'secret'}}
    plain = ask(b'<methodCall><methodName>app.who</methodName></methodCall>', to=made).body
    for body in (call('app.keep', 'secret'), call('app.nothing', 'secret'), b'secret',
                 call('app.who'),
                 call('app.keep', 'secret' * 1000), b'<methodCall><methodName>secret'):
        tried(KIND)
        ask(body, to=made, **secret)
        assert ask(b'<methodCall><methodName>app.who</methodName></methodCall>',
                   to=made).body == plain
        assert b'secret' not in ask(call('app.nothing'), to=made).body


def test_no_module_is_loaded_for_what_clients_say(handler):
    """The number of modules has an end, whatever is called."""
    made = handler(FILES)
    for make in REQUESTS.values():
        ask(to=made, **make())
    before = set(sys.modules)
    for make in REQUESTS.values():
        for _ in range(30):
            tried(KIND)
            ask(to=made, **make())
    assert set(sys.modules) == before
