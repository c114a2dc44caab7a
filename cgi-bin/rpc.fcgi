#!/usr/bin/python3 -IS
"""xmlrpcgi's FastCGI door: answers many requests. Yours to change: line 1 and LIB."""
import sys
LIB = ''        # the folder of your classes; empty: lib, beside the folder of this file
try:
    if sys.version_info < (3, 6):
        raise RuntimeError('Python 3.6 or newer must run it: change line 1 of rpc.fcgi')
    sys.path.insert(0, __file__.rpartition('/')[0] or '.')
    try:
        from xmlrpcgi import fcgi
    except ImportError:         # reached through a symbolic link?
        import os
        sys.path[0] = os.path.dirname(os.path.realpath(__file__))
        from xmlrpcgi import fcgi
    fcgi.main(LIB)
except Exception as error:      # a setup that cannot work
    code = 503 if type(error) in (MemoryError, OSError) else 500
    text = 'xmlrpcgi cannot start: %s' % (error if type(error) is RuntimeError else
        'out of resources' if code > 500 else 'copy the folder "xmlrpcgi" beside rpc.fcgi again')
    sys.stderr.write('%s (%s: %r)\n' % (text, __file__, error))
    sys.stdout.write('Status: %d Error\r\nContent-Type: text/plain\r\n\r\n%s\n' % (code, text))
    import os
    while 'REQUEST_METHOD' in os.environ and not os.isatty(0) and os.read(0, 65536):
        pass                    # left unread, mod_cgid loses the answer
