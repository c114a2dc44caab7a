#!/usr/bin/python3 -IS
"""Answers one XML-RPC call as a CGI script. Yours to change: line 1 and LIB."""
import sys
LIB = ''        # the folder of your classes; empty: lib, beside the folder of this file
if __name__ in ('__main__', '__mp_main__'):     # the second: in a child of multiprocessing
    sys.path.insert(0, __file__.rpartition('/')[0] or '.')
    try:
        from xmlrpcgi import cgi
    except (EOFError, ValueError):      # a full disk has cut byte-code short: compile the source
        sys.implementation.cache_tag = None
        from xmlrpcgi import cgi
    except ImportError as error:
        import posix                    # the module os costs more than a call
        try:
            link = posix.readlink(__file__)
            sys.path[0] = (link if link[0] == '/' else sys.path[0] + '/' + link).rpartition('/')[0]
            from xmlrpcgi import cgi
        except (ImportError, OSError):
            text = 'xmlrpcgi cannot start: copy the folder "xmlrpcgi" beside rpc.cgi again'
            print('Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\n' + text)
            posix.isatty(0) or posix.read(0, 65536)     # left unread, mod_cgid loses the answer
            sys.exit('%s (%s: %r)' % (text, __file__, error))
    cgi.main(LIB)
