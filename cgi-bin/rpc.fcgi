#!/usr/bin/python3 -IS
"""Answers XML-RPC calls by FastCGI, one after another. Yours to change: line 1 and LIB."""
import sys
LIB = ''        # the folder of your classes; empty: lib, beside the folder of this file
if __name__ in ('__main__', '__mp_main__'):     # the second: in a child of multiprocessing
    sys.path.insert(0, __file__.rpartition('/')[0] or '.')
    try:
        from xmlrpcgi import startup
        door = startup.begin('fcgi')
    except Exception as error:          # it may be a link to this file that was run
        import posix                    # the module os costs more than a call
        try:
            if type(error) in (EOFError, ValueError):   # a full disk has cut byte-code short
                sys.implementation.cache_tag = None     # compile the source
            else:
                link = posix.readlink(__file__)
                link = link if link[0] == '/' else sys.path[0] + '/' + link
                sys.path[0] = link.rpartition('/')[0]
            from xmlrpcgi import startup
            door = startup.begin('fcgi')
        except Exception:
            text = ('xmlrpcgi cannot start: wait for the end of an upgrade, or copy the folder '
                    '"xmlrpcgi" beside rpc.fcgi again, and name Python 3.6 or newer in line 1')
            sys.stderr.write('%s (%s: %r)\n' % (text, __file__, error))
            print('Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\n'
                  'Retry-After: 10\r\n\r\n' + text)
            b'REQUEST_METHOD' in posix.environ and posix.read(0, 65536)     # see cgi.drain_stdin
            sys.exit(1)
    door.main(LIB)
