#!/bin/sh
''':'  # rpc.cgi for hosts whose Python 3 is not /usr/bin/python3: the shell looks for one.
PYTHON=''       # its whole path, when it is not found or another is wanted
find_python() {
    for minor in 14 13 12 11 10 9 8 7 6; do
        for folder in /usr/bin /usr/local/bin "/opt/alt/python3$minor/bin" \
                "/opt/python3$minor/bin" "/opt/python-3.$minor/bin" "/opt/python3.$minor/bin" \
                "/usr/local/python3.$minor/bin" /opt/bin /opt/local/bin; do
            PYTHON="$folder/python3.$minor"
            [ -x "$PYTHON" ] && return
        done
    done
    for PYTHON in /usr/bin/python3 /usr/local/bin/python3 /opt/bin/python3; do
        [ -x "$PYTHON" ] && return
    done
    PYTHON=''
}
[ "$PYTHON" ] || find_python
[ -x "$PYTHON" ] && exec "$PYTHON" -IS "$0"
text="xmlrpcgi cannot start: ${PYTHON:-Python 3} is not there; name yours in PYTHON in this file"
echo "$text ($0)" >&2
printf 'Status: 500 Error\r\nContent-Type: text/plain\r\n\r\n%s\n' "$text"
[ -t 0 ] || /bin/cat >/dev/null     # left unread, mod_cgid loses the answer
exit
'''
import sys
LIB = ''        # the folder of your classes; empty: lib, beside the folder of this file
if __name__ in ('__main__', '__mp_main__'):     # the second: in a child of multiprocessing
    sys.path.insert(0, __file__.rpartition('/')[0] or '.')
    try:
        from xmlrpcgi import startup
        door = startup.begin('cgi')
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
            door = startup.begin('cgi')
        except Exception:
            text = ('xmlrpcgi cannot start: wait for the end of an upgrade, or copy the folder '
                    '"xmlrpcgi" beside rpc.cgi again, and name Python 3.6 or newer in line 1')
            sys.stderr.write('%s (%s: %r)\n' % (text, __file__, error))
            print('Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\n'
                  'Retry-After: 10\r\n\r\n' + text)
            b'REQUEST_METHOD' in posix.environ and posix.read(0, 65536)     # see cgi.drain_stdin
            sys.exit(1)
    door.main(LIB)
