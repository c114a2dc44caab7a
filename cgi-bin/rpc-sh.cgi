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
