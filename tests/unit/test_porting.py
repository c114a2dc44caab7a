"""Classes written for the old recipe and for the old xmlrpcserver.py run unchanged."""

import xmlrpc.client

from xmlrpcgi import Handler
from xmlrpcgi.message import Request

RECIPE = '''
    class Application:
        """The example of the recipe "XML-RPC server inside Apache with mod_python"."""

        def __init__(self):
            self.name = "example"

        def getName(self):
            return self.name
'''
OSTER = '''
    class Application:
        """As for Julien Oster's xmlrpcserver: every method gets meta first."""

        def getName(self, meta):
            return "example"

        def call(self, meta, x, y=2):
            return [meta.method_name, x + y, meta.remote_addr]
'''


def test_the_class_of_the_recipe_runs_unchanged(handler, call):
    assert call(handler({'app.py': RECIPE}), 'app.getName') == 'example'


def test_a_class_with_meta_first_runs_unchanged(handler):
    served = handler({'app.py': OSTER})
    request = Request({'REQUEST_METHOD': 'POST', 'REMOTE_ADDR': '192.0.2.1'}, None)

    def ask(method, *params):
        body = xmlrpc.client.dumps(params, method).encode()
        return xmlrpc.client.loads(served.call(body, None, request).body)[0][0]

    assert ask('app.getName') == 'example'
    assert ask('app.call', 3) == ['app.call', 5, '192.0.2.1']
    assert ask('app.call', 3, 4) == ['app.call', 7, '192.0.2.1']


def test_registering_by_hand_as_the_recipe_did(call):
    namespace = {}
    exec('\n'.join(line[4:] for line in RECIPE.splitlines()), namespace)
    handler = Handler()
    handler.register_class('app', namespace['Application']())
    assert call(handler, 'app.getName') == 'example'
