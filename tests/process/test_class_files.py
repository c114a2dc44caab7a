"""Classes whose behaviour depends on the interpreter: what a class file may be called and hold."""

import time
from xmlrpc.client import Fault, dumps, loads

import pytest

from tests.process.ways import cgi, fcgi, wsgi

# What `ast` and `inspect` import, in one Python or another.
STANDARD = ('ast', 'collections', 'contextlib', 'enum', 'functools', 'keyword', 'operator', 'os',
            're', 'reprlib', 'stat', 'types', 'typing')
USER = '''
class Application:
    def get(self):
        import inspect, random
        return 'user'
'''
PARTIAL = '''
import functools

def total(a, b):
    return a + b

class Application:
    part = functools.partial(total, 1)
    def get(self): return self.part(2)
'''
STATED = '''
import functools, inspect

def stated(function):
    @functools.wraps(function)
    def outer(*args, **named):
        return function(*args, **named)
    outer.__signature__ = inspect.signature(function)
    return outer

class Application:
    @stated
    def who(self, request, a: int = 1): return [type(request).__name__, a]

    def _get(self, request, a, b=2): return [type(request).__name__, a, b]
    part = functools.partialmethod(_get, b=3)
'''


def fault_of(bundle, method, params=b'', **options):
    with pytest.raises(Fault) as caught:
        bundle.call(method, params, **options)
    return caught.value.faultCode, caught.value.faultString


@pytest.mark.parametrize('content', [USER, 'VALUE = 1\n'], ids=['class', 'helper'])
def test_a_file_named_like_a_module_of_the_standard_library_disturbs_nobody(any_bundle, content):
    any_bundle.write('user.py', USER)
    for name in STANDARD:
        any_bundle.write(name + '.py', content)
    assert any_bundle.call('user.get') == 'user'
    assert 'user.get' in any_bundle.call('system.listMethods')
    if content == USER:
        assert any_bundle.call('types.get') == 'user'


def test_a_partial_in_a_class_is_no_method_on_any_python(every_bundle):
    every_bundle.write('app.py', PARTIAL)
    assert fault_of(every_bundle, 'app.part')[0] == -32601
    names = every_bundle.call('system.listMethods')
    assert 'app.get' in names and 'app.part' not in names


def test_a_stated_signature_hides_the_request_and_has_the_hints_of_the_function(any_bundle):
    any_bundle.write('app.py', STATED)
    one, word = (b'<param><value>%s</value></param>' % value for value in (b'<int>5</int>', b'x'))
    assert any_bundle.call('app.who', one) == ['Request', 5]
    assert any_bundle.call('app.who') == ['Request', 1]
    assert fault_of(any_bundle, 'app.who', word) == (
        -32602, "app.who: parameter 1 'a': expected int, got string")
    assert fault_of(any_bundle, 'app.who', one + one)[0] == -32602
    assert any_bundle.call('app.part', one) == ['Request', 5, 3]
    assert fault_of(any_bundle, 'app.part')[0] == -32602


def test_a_value_that_a_dataclass_refuses_is_a_wrong_argument_and_the_log_says_why(bundle):
    bundle.write('app.py', '''
from dataclasses import dataclass

@dataclass
class Order:
    count: int
    def __post_init__(self):
        if self.count < 1:
            raise ValueError('secret reason')
        if self.count > 9:
            raise TypeError('secret reason')

class Application:
    def put(self, order: Order): return order.count
''')
    body = b'<param><value><struct><member><name>count</name><value><int>%d</int></value>' \
           b'</member></struct></value></param>'
    assert bundle.call('app.put', body % 2) == 2
    wanted = "app.put: parameter 1 'order': Order does not accept these values"
    assert fault_of(bundle, 'app.put', body % 0) == (-32602, wanted)
    assert fault_of(bundle, 'app.put', body % 10) == (-32602, wanted)
    done = bundle.run(b'<methodCall><methodName>app.put</methodName><params>%s</params>'
                      b'</methodCall>' % (body % 0))
    assert b'ValueError: secret reason' in done.stderr
    bundle.write('settings.py', 'DEBUG = True\n')
    assert fault_of(bundle, 'app.put', body % 0) == (-32602, wanted + '; ValueError: secret reason')


SPIN = '''
import time
def spin():
    end = time.monotonic() + 60
    while time.monotonic() < end:
        pass
'''
SLOW = {            # files of lib/, and what is listed of them
    'an import': ({'slow.py': SPIN + 'spin()\n' + USER}, []),
    '_listMethods': ({'slow.py': SPIN + USER + '    def _listMethods(self): spin()\n'},
                     ['slow.get']),
}


def listed_twice(way, bundle):
    """The two lists that a new process gives, and the seconds that the second took."""
    message = dumps((), 'system.listMethods').encode()
    with way(bundle) as answer_to:
        first = loads(answer_to(message))[0][0]
        begun = time.monotonic()
        return [first, loads(answer_to(message))[0][0]], time.monotonic() - begun


@pytest.mark.parametrize('door', ['rpc.cgi', 'rpc.fcgi', 'rpc.wsgi'])
@pytest.mark.parametrize('what', SLOW)
def test_a_class_that_takes_longer_than_a_call_may_costs_no_other_its_place_in_lists(
        bundle, what, door):
    files, own = SLOW[what]
    for name, source in {'settings.py': 'CALL_SECONDS = 3\n', 'user.py': USER, **files}.items():
        bundle.write(name, source)
    way = {'rpc.cgi': cgi, 'rpc.fcgi': fcgi, 'rpc.wsgi': wsgi}[door]
    try:
        names, took = listed_twice(way, bundle)
    except Fault as late:       # the rest of a list has a second; the machine may have stood still
        assert 'took longer' in late.faultString
        names, took = listed_twice(way, bundle)
    assert [[name for name in each if name[:4] in ('app.', 'slow', 'user')] for each in names] == [
        ['app.add', 'app.getName', *own, 'user.get']] * 2
    assert door == 'rpc.cgi' or took < 2.9          # it is known by then
