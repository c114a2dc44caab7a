"""Handler: the stock interface, the older server's, arguments, faults and multicall."""

import os
import xmlrpc.client
import xmlrpc.server
from xmlrpc.client import Binary, DateTime, Fault

import pytest
from xmlrpcgi import Handler


class Application:
    """As in the old recipe."""

    def getName(self):
        """The name.

            Indented on."""
        return 'example'


def test_it_is_a_subclass_of_the_stock_class():
    assert issubclass(Handler, xmlrpc.server.CGIXMLRPCRequestHandler)
    assert Handler.__mro__[2].__name__ == 'CGIXMLRPCRequestHandler'


def test_functions_are_registered_by_name_by_default_name_and_as_decorator(call):
    handler = Handler()
    handler.register_function(pow)
    handler.register_function(lambda x, y: x + y, 'add')

    @handler.register_function(name='times')
    def multiply(x, y):
        return x * y

    assert [call(handler, 'pow', 2, 3), call(handler, 'add', 2, 3), call(handler, 'times', 2, 3)] \
        == [8, 5, 6]


def test_an_instance_answers_for_its_public_methods_and_only_those(call):
    class Served:
        child = Application()

        def visible(self):
            return 'visible'

        def _hidden(self):
            return 'hidden'

    handler = Handler()
    handler.register_instance(Served())
    assert call(handler, 'visible') == 'visible'
    for method in ('_hidden', 'child.getName', '__class__', 'child', 'visible.__func__'):
        with pytest.raises(Fault, match='no method'):
            call(handler, method)
    handler.register_instance(Served(), allow_dotted_names=True)
    assert call(handler, 'child.getName') == 'example'


def test_an_instance_with_dispatch_gets_every_name(call):
    class Served:
        def _dispatch(self, method, params):
            return [method, list(params)]

    handler = Handler()
    handler.register_instance(Served())
    assert call(handler, 'a.b', 1) == ['a.b', [1]]


def test_an_instance_is_asked_once_for_a_name_that_it_lacks(call):
    asked = []

    class Served:
        def __getattr__(self, name):
            asked.append(name)
            raise AttributeError(name)

    handler = Handler()
    handler.register_instance(Served())
    for method in 'none', 'a.none':
        with pytest.raises(Fault, match='no method'):
            call(handler, method)
    assert [name for name in asked if name != '_dispatch'] == ['none', 'a.none']


def test_a_subclass_may_override_dispatch_as_with_the_stock_class(call):
    class Mine(Handler):
        def _dispatch(self, method, params):
            return 'mine:' + method

    assert call(Mine(), 'anything') == 'mine:anything'


def test_a_child_that_a_method_forks_does_not_go_on_in_a_subclass(call, tmp_path):
    def forks():
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        return 'parent' if child else 'child'

    class Mine(Handler):
        def _dispatch(self, method, params):
            try:
                return super()._dispatch(method, params)
            finally:
                with (tmp_path / 'notes').open('a') as file:
                    file.write('closed ')

    handler = Mine()
    handler.register_function(forks)
    assert call(handler, 'forks') == 'parent'
    assert (tmp_path / 'notes').read_text() == 'closed '


@pytest.mark.parametrize('target', [Application, Application()])
def test_register_class_takes_a_class_or_an_instance_and_unregister_takes_it_back(call, target):
    handler = Handler()
    handler.register_class('app', target)
    assert call(handler, 'app.getName') == 'example'
    handler.unregister_class('app')
    with pytest.raises(Fault, match='no method app.getName'):
        call(handler, 'app.getName')


def test_register_and_unregister_a_function(call):
    handler = Handler()
    handler.register('hello', lambda: 'hello')
    assert call(handler, 'hello') == 'hello'
    handler.unregister('hello')
    with pytest.raises(Fault):
        call(handler, 'hello')


def test_introspection_answers_only_when_registered(call):
    handler = Handler()
    handler.register_class('app', Application)
    with pytest.raises(Fault, match='no method'):
        call(handler, 'system.listMethods')
    handler.register_introspection_functions()
    assert call(handler, 'system.listMethods') == [
        'app.getName', 'system.describe', 'system.getCapabilities', 'system.listMethods',
        'system.methodHelp', 'system.methodSignature']
    assert call(handler, 'system.methodHelp', 'app.getName') == 'The name.\n\nIndented on.'
    with pytest.raises(Fault, match='no method app.none'):
        call(handler, 'system.methodHelp', 'app.none')


def test_marshaled_dispatch_takes_text_and_bytes_as_in_the_stock_class():
    handler = Handler()
    handler.register_function(lambda text: text, 'echo')
    request = xmlrpc.client.dumps(('\xe9',), 'echo')
    for data in (request, request.encode('utf-8')):
        answer = handler._marshaled_dispatch(data)
        assert xmlrpc.client.loads(answer) == (('\xe9',), None)
    answer = handler._marshaled_dispatch(request, lambda method, params: [method, params])
    assert xmlrpc.client.loads(answer)[0] == (['echo', ['\xe9']],)


def test_dates_and_binaries_arrive_wrapped_when_asked_for_as_the_stock_class_does(call):
    seen = []
    handler = Handler(use_builtin_types=False)
    handler.register_function(lambda *values: seen.extend(values) or True, 'see')
    call(handler, 'see', b'data', DateTime('20200102T03:04:05'), [b'x'], {'a': b'y'})
    assert seen == [Binary(b'data'), DateTime('20200102T03:04:05'), [Binary(b'x')],
                    {'a': Binary(b'y')}]


def four(a, b, c=3, *, key=None):
    return [a, b, c]


@pytest.mark.parametrize('params, text', [
    ((), 'four takes 2 to 3 arguments (a, b, c), 0 came'),
    ((1,), 'four takes 2 to 3 arguments (a, b, c), 1 came'),
    ((1, 2, 3, 4), 'four takes 2 to 3 arguments (a, b, c), 4 came'),
])
def test_a_wrong_number_of_arguments_is_said_before_the_call(call, params, text):
    handler = Handler()
    handler.register_function(four)
    with pytest.raises(Fault) as caught:
        call(handler, 'four', *params)
    assert (caught.value.faultCode, caught.value.faultString) == (-32602, text)


def test_a_type_error_inside_the_method_is_the_applications_fault_and_not_the_callers(
        call, capsys):
    handler = Handler()
    handler.register_function(lambda: four(), 'bug')
    with pytest.raises(Fault) as caught:
        call(handler, 'bug')
    assert caught.value.faultCode == -32500
    assert 'missing 2 required positional arguments' in capsys.readouterr().err


@pytest.mark.parametrize('name', ['request', 'meta'])
def test_a_first_parameter_named_request_or_meta_gets_the_request(name):
    from xmlrpcgi.message import Request
    namespace = {}
    exec('class Served:\n  def who(self, %s, greeting): return greeting + %s.user\n'
         % (name, name), namespace)
    handler = Handler()
    handler.register_class('app', namespace['Served'])
    request = Request({'REQUEST_METHOD': 'POST', 'REMOTE_USER': 'ann'}, None)
    body = xmlrpc.client.dumps(('hello ',), 'app.who').encode()
    assert xmlrpc.client.loads(handler.call(body, None, request).body)[0] == ('hello ann',)
    body = xmlrpc.client.dumps((), 'app.who').encode()
    with pytest.raises(Fault, match=r'app.who takes 1 argument \(greeting\), 0 came'):
        xmlrpc.client.loads(handler.call(body, None, request).body)


def test_a_fault_of_the_application_is_sent_as_it_is(call):
    def refuse():
        raise Fault(42, 'no <b>&</b> \x00')
    handler = Handler()
    handler.register_function(refuse)
    with pytest.raises(Fault) as caught:
        call(handler, 'refuse')
    assert (caught.value.faultCode, caught.value.faultString) == (42, 'no <b>&</b> \ufffd')


@pytest.mark.parametrize('error', [ValueError('x'), SystemExit(1), KeyboardInterrupt(),
                                   Fault('no number', 'x'), RecursionError()])
def test_any_other_exception_is_a_general_fault_with_a_reference(call, capsys, error):
    def fail():
        raise error
    handler = Handler()
    handler.register_function(fail)
    with pytest.raises(Fault) as caught:
        call(handler, 'fail')
    assert caught.value.faultCode == -32500
    reference = caught.value.faultString.split('(ref ')[1][:8]
    log = capsys.readouterr().err
    assert 'xmlrpcgi: fault -32500 fail: ref %s %s' % (reference, type(error).__name__) in log
    assert 'Traceback' in log


def test_each_call_of_a_multicall_has_its_own_answer_or_fault(call, capsys):
    handler = Handler()
    handler.register_multicall_functions()
    handler.register_function(lambda x: x, 'echo')
    handler.register_function(lambda: object(), 'odd')
    handler.register_function(lambda: '\ud800', 'half')
    answers = call(handler, 'system.multicall', [
        {'methodName': 'echo', 'params': [[1, 'two']]},
        {'methodName': 'none', 'params': []},
        {'methodName': 'odd', 'params': []},
        {'methodName': 'half'},
        {'methodName': 'system.multicall', 'params': [[]]},
        {'params': []}, 'no struct', {'methodName': 5, 'params': []},
        {'methodName': 'echo', 'params': []},
        {'methodName': 'echo', 'params': [None]},
    ])
    assert [answer if isinstance(answer, list) else answer['faultCode'] for answer in answers] == [
        [[1, 'two']], -32601, -32500, -32500, -32600, -32600, -32600, -32600, -32602, [None]]


def test_a_multicall_is_bounded(handler, call):
    served = handler({'app.py': ''}, MAX_MULTICALL=2)
    one = {'methodName': 'system.listMethods', 'params': []}
    listed = call(served, 'system.listMethods')
    assert call(served, 'system.multicall', [one, one]) == [[listed], [listed]]
    with pytest.raises(Fault, match='at most 2 calls, 3 came'):
        call(served, 'system.multicall', [one] * 3)


def test_introspection_can_be_switched_off(handler, call):
    served = handler({'app.py': ''}, INTROSPECTION=False)
    for method in ('system.listMethods', 'system.methodHelp', 'system.multicall'):
        with pytest.raises(Fault, match='no method'):
            call(served, method)
