"""A script of one's own, started as rpc.cgi is: its Handler is a stock handler in all respects."""

import textwrap
import xmlrpc.client

import pytest

from tests.process.conftest import Bundle
from tests.process.test_stock_classes import PYTHONS

TOP = '''
import sys
sys.path.insert(0, %r)
%s
'''
# (the script's lines, what the method `it` gives)
SCRIPTS = {
    'an instance of the stock classes': ('''
        from xmlrpcgi import Handler
        def it():
            import xmlrpc.server as s
            return [isinstance(handler, s.CGIXMLRPCRequestHandler),
                    isinstance(handler, s.SimpleXMLRPCDispatcher),
                    issubclass(Handler, s.CGIXMLRPCRequestHandler),
                    [c.__name__ for c in Handler.__mro__].count("CGIXMLRPCRequestHandler")]
        handler = Handler()
        handler.register_function(it)
        handler.handle_request()''', [True, True, True, 1]),
    'imported after the stock modules': ('''
        import xmlrpc.server, xmlrpc.client
        from xmlrpcgi import Fault, Handler
        def it():
            return [isinstance(handler, xmlrpc.server.CGIXMLRPCRequestHandler),
                    Fault is xmlrpc.client.Fault]
        handler = Handler()
        handler.register_function(it)
        handler.handle_request()''', [True, True]),
    'the import line of the stock script changed': ('''
        from xmlrpcgi.handler import Handler as CGIXMLRPCRequestHandler
        class Methods:
            def it(self): return "as before"
        handler = CGIXMLRPCRequestHandler(allow_none=True, encoding="utf-8")
        handler.register_introspection_functions()
        handler.register_multicall_functions()
        handler.register_instance(Methods(), allow_dotted_names=False)
        handler.handle_request()''', 'as before'),
    'methods of the stock class overridden': ('''
        from xmlrpcgi import Handler
        class Mine(Handler):
            def _dispatch(self, method, params):
                return [method, super()._dispatch(method, params)]
            def register_function(self, function=None, name=None):
                return super().register_function(function, name or function.__name__.lower())
            def _marshaled_dispatch(self, data, dispatch_method=None, path=None):
                raise RuntimeError("not on this way")
            def system_listMethods(self):
                return ["mine"]
        def IT(): return handler.system_listMethods()
        handler = Mine()
        handler.register_function(IT)
        handler.handle_request()''', ['it', ['mine']]),
    'the stock _dispatch called by its class': ('''
        from xmlrpcgi import Handler
        from xmlrpc.server import SimpleXMLRPCDispatcher
        class Mine(Handler):
            def _dispatch(self, method, params):
                return SimpleXMLRPCDispatcher._dispatch(self, method, params)
        handler = Mine()
        handler.register_function(lambda: "stock", "it")
        handler.handle_request()''', 'stock'),
    'subclasses with mixins and slots, before and after': ('''
        import xmlrpcgi.handler
        early = xmlrpcgi.handler._Handler
        class Mixin:
            __slots__ = ()
            def it(self): return [type(self).__name__, self.marked]
        class Before(Mixin, early): pass
        class Slots(early):
            __slots__ = ("marked",)
        class Multi(early, dict): pass
        before, slots, multi = Before(), Slots(), Multi()
        slots.marked = "slot"
        from xmlrpc.server import CGIXMLRPCRequestHandler as Stock
        from xmlrpcgi import Handler
        class After(Mixin, Handler): marked = "after"
        handler = After()
        seen = [isinstance(made, Stock) for made in (before, slots, multi, handler)]
        for made in (before, slots, multi):
            made.register_function(lambda: 5, "five")
            seen.append(made._dispatch("five", []))
        handler.register_function(lambda: seen + handler.it() + [slots.marked, Handler is early],
                                  "it")
        handler.handle_request()''',
        [True] * 4 + [5] * 3 + ['After', 'after', 'slot', True]),
    'the stock text methods': ('''
        import io
        from xmlrpcgi import Handler, Fault
        handler = Handler()
        handler.register_function(lambda: "text", "it")
        import xmlrpc.client
        call = xmlrpc.client.dumps((), "it")
        answer = handler._marshaled_dispatch(call)
        assert xmlrpc.client.loads(answer) == (("text",), None)
        def fail(method, params): raise Fault(5, "handed in")
        try: xmlrpc.client.loads(handler._marshaled_dispatch(call, fail))
        except xmlrpc.client.Fault as fault: assert fault.faultCode == 5
        handler.handle_request()''', 'text'),
}


@pytest.fixture(params=PYTHONS)
def bundle(request, tmp_path):
    return Bundle(tmp_path / 'bundle', request.param)


@pytest.mark.parametrize('case', sorted(SCRIPTS))
def test_a_script_of_ones_own(bundle, case):
    lines, expected = SCRIPTS[case]
    own = bundle.folder / 'cgi-bin' / 'own.cgi'
    own.write_text(TOP % (str(own.parent), textwrap.dedent(lines)))
    assert bundle.call('it', script=own) == expected


def test_a_fault_that_such_a_script_raises(bundle):
    own = bundle.folder / 'cgi-bin' / 'own.cgi'
    own.write_text(TOP % (str(own.parent), textwrap.dedent('''
        from xmlrpcgi import Fault, Handler
        def it(): raise Fault(42, "of the script")
        handler = Handler()
        handler.register_function(it)
        handler.handle_request()''')))
    with pytest.raises(xmlrpc.client.Fault) as raised:
        bundle.call('it', script=own)
    assert (raised.value.faultCode, raised.value.faultString) == (42, 'of the script')


def test_attributes_of_the_stock_base_are_those_of_ours_before_it_comes(bundle):
    bundle.write('seen.py', textwrap.dedent('''
        import sys
        class Application:
            def it(self):
                frame = sys._getframe()
                while type(frame.f_locals.get("self")).__name__ != "Handler":
                    frame = frame.f_back
                handler = frame.f_locals["self"]
                before = sorted(vars(handler))
                lean = "xmlrpc.server" not in sys.modules
                import xmlrpc.server
                stock = xmlrpc.server.CGIXMLRPCRequestHandler()
                return [lean == (sys.version_info >= (3, 7)),
                        sorted(set(vars(stock)) - set(before)),
                        isinstance(handler, xmlrpc.server.CGIXMLRPCRequestHandler),
                        callable(handler.register_function)]
    '''))
    assert bundle.call('seen.it') == [True, [], True, True]
