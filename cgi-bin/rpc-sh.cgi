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
try:
    if sys.version_info < (3, 6):
        raise RuntimeError('Python 3.6 or newer must run it: change line 1 of rpc.cgi')
    sys.path.insert(0, __file__.rpartition('/')[0] or '.')
    try:
        from xmlrpcgi import cgi
    except ImportError:         # reached through a symbolic link?
        import os
        sys.path[0] = os.path.dirname(os.path.realpath(__file__))
        from xmlrpcgi import cgi
    cgi.main(LIB)
except Exception as error:      # a setup that cannot work
    code = 503 if type(error) in (MemoryError, OSError) else 500
    text = 'xmlrpcgi cannot start: %s' % (error if type(error) is RuntimeError else
        'out of resources' if code > 500 else 'copy the folder "xmlrpcgi" beside rpc.cgi again')
    sys.stderr.write('%s (%s: %r)\n' % (text, __file__, error))
    sys.stdout.write('Status: %d Error\r\nContent-Type: text/plain\r\n\r\n%s\n' % (code, text))
    import os
    while 'REQUEST_METHOD' in os.environ and not os.isatty(0) and os.read(0, 65536):
        pass                    # left unread, mod_cgid loses the answer
