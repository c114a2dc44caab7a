"""The WSGI application, for mod_wsgi and others that load a file. Yours to change: LIB."""
import os
import sys
LIB = ''        # the folder of your classes; empty: lib, beside the folder of this file
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
tag = sys.implementation.cache_tag
try:
    from xmlrpcgi.wsgi import Application
except (EOFError, ValueError):          # a full disk has cut byte-code short: compile the source
    sys.implementation.cache_tag = None
    from xmlrpcgi.wsgi import Application
finally:
    sys.implementation.cache_tag = tag
    del sys.path[0]
application = Application(LIB)
