"""Serves rpc.wsgi of the folder that is named by the standard library's server; prints its port."""

import os
import sys
from importlib.machinery import SourceFileLoader
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == '__main__':      # a child of multiprocessing imports this file
    script = os.path.join(sys.argv[1], 'rpc.wsgi')
    application = SourceFileLoader('rpc_wsgi', script).load_module().application
    server = make_server('127.0.0.1', 0, application, handler_class=Quiet)
    print(server.server_port, flush=True)
    server.serve_forever()
