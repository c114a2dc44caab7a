"""Run an interpreter's own test.test_xmlrpc with our classes in place of the standard library's.

    python3 [-IS] stock_suite.py cgi-bin handler|codec|lean

handler  xmlrpc.server's CGIXMLRPCRequestHandler and SimpleXMLRPCDispatcher are our Handler, and
         SimpleXMLRPCServer answers by one
codec    xmlrpc.client's dumps and loads are our codec
lean     both modules are as they are, but imported by our lean import, with our Fault; needs -IS

With -IS, as rpc.cgi is started, Handler and Fault stand without the standard library's modules
until this imports them.

Prints JSON: {'Class.test': ['ok' | 'skipped' | 'failed', text]}.  Python 3.6 or newer.
"""

import sys

sys.path.insert(0, sys.argv[1])
if sys.flags.no_site:           # before anything here loads what the lean import does without
    from xmlrpcgi import errors, handler
    if sys.version_info >= (3, 7):              # 3.6 imports them with the package
        assert 'xmlrpc.client' not in sys.modules
        class Early(handler._Handler):
            """Made before its class has the stock one as a base."""
        early = Early()
    import xmlrpc.client
    import xmlrpc.server
    assert 'http.client' not in sys.modules and xmlrpc.client.Fault is errors.Fault
    if sys.version_info >= (3, 7):
        assert isinstance(early, xmlrpc.server.CGIXMLRPCRequestHandler)
        assert issubclass(Early, xmlrpc.server.SimpleXMLRPCDispatcher)

import datetime  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import types  # noqa: E402
import unittest  # noqa: E402

HEAD, FOOT = '<methodCall><methodName>m</methodName>', '</methodCall>'


def own_handler(suite):
    from xmlrpcgi.handler import Handler
    stock = suite.xmlrpc.server

    class Server(stock.SimpleXMLRPCServer):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            ours = Handler(self.allow_none, self.encoding, self.use_builtin_types)
            for name in ('register_introspection_functions', 'register_multicall_functions',
                         'register_function', 'register_instance', '_marshaled_dispatch'):
                setattr(self, name, getattr(ours, name))

    # The suite gets a copy of the module: the module's own classes look each other up in it.
    ours = types.ModuleType('xmlrpc.server')
    ours.__dict__.update(vars(stock), CGIXMLRPCRequestHandler=Handler,
                         SimpleXMLRPCDispatcher=Handler, SimpleXMLRPCServer=Server)
    suite.xmlrpc = types.SimpleNamespace(server=ours, client=suite.xmlrpc.client)
    return ['CGIHandlerTestCase', 'SimpleServerTestCase', 'SimpleServerEncodingTestCase',
            'SimpleXMLRPCDispatcherTestCase', 'UseBuiltinTypesTestCase', 'GzipServerTestCase',
            'KeepaliveServerTestCase1', 'KeepaliveServerTestCase2', 'HeadersServerTestCase']


def codec(suite):
    from xmlrpcgi.client.response import decode_response
    from xmlrpcgi.decode import decode_call
    from xmlrpcgi.encode import encode_call, encode_response
    from xmlrpcgi.wire.objects import wrapped

    def dumps(params, methodname=None, methodresponse=None, encoding=None, allow_none=False):
        if methodresponse:
            return encode_response(params[0], allow_nil=allow_none).decode('utf-8')
        text = encode_call(methodname or 'm', params, allow_none).decode('utf-8')
        if methodname:
            return text
        return text[text.index('<params>'):text.index('</methodCall>')]

    def loads(data, use_datetime=False, use_builtin_types=False):
        charset = None
        if isinstance(data, str):
            # Text has no encoding any more; what its declaration says is gone with the bytes.
            data, charset = data.encode('utf-8'), 'utf-8'
        method = None
        if b'<methodResponse>' in data:
            params = [decode_response(data, charset)]
        elif b'<methodCall>' in data:
            call = decode_call(data, charset)
            params, method = call.params, call.method
        else:
            at = data.index(b'<params>')
            params = decode_call(data[:at] + HEAD.encode() + data[at:] + FOOT.encode(),
                                 charset).params
        if not use_builtin_types:
            params = [value if use_datetime and isinstance(value, datetime.datetime)
                      else wrapped(value) for value in params]
        return tuple(params), method

    suite.xmlrpclib.dumps, suite.xmlrpclib.loads = dumps, loads
    return ['XMLRPCTestCase', 'FaultTestCase']


def lean(suite):
    # Each of MultiPathServerTestCase's waits out a timeout of three seconds.
    return [name for name, value in vars(suite).items() if isinstance(value, type)
            and issubclass(value, unittest.TestCase) and name != 'MultiPathServerTestCase']


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.found = {}

    def note(self, test, kind, text=''):
        self.found['.'.join(test.id().split('.')[-2:])] = kind, text

    def addSuccess(self, test):
        self.note(test, 'ok')

    def addSkip(self, test, reason):
        self.note(test, 'skipped', reason)

    def addFailure(self, test, error):
        self.note(test, 'failed', '%s: %s' % (error[0].__name__, error[1]))

    addError = addFailure

    def addSubTest(self, test, subtest, error):
        if error:
            self.addFailure(test, error)


def main():
    out = os.fdopen(os.dup(1), 'w')
    from test import test_xmlrpc
    names = {'handler': own_handler, 'codec': codec, 'lean': lean}[sys.argv[2]](test_xmlrpc)
    result = Result()
    suite = unittest.TestSuite(
        unittest.defaultTestLoader.loadTestsFromTestCase(getattr(test_xmlrpc, name))
        for name in names if hasattr(test_xmlrpc, name))
    suite.run(result)
    json.dump(result.found, out)
    out.close()


if __name__ == '__main__':
    main()
