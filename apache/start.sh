#!/bin/sh
# What the container runs: Apache, with every XMLRPCGI_... variable of the environment as a Define
# of the same name (httpd.conf names them), and with these of its own:
#
#     XMLRPCGI_DOOR    cgi, fcgid or wsgi; by default the fastest that is in the image
#     XMLRPCGI_DRAIN   seconds; on SIGTERM, ?health says 503 for so long before anything else, so
#                      that a balancer has stopped sending calls when the server stops taking them
#
# SIGTERM ends it gracefully: calls under way are answered.  With XMLRPCGI_MEMBER_1 it is a
# balancer (balancer.conf).
set -eu
here=$(dirname "$0")
export XMLRPCGI_RUN="${XMLRPCGI_RUN:-/tmp/xmlrpcgi}"        # the one folder it writes into
export XMLRPCGI_MODULES="${XMLRPCGI_MODULES:-/srv/run/modules}"
drain=${XMLRPCGI_DRAIN:-0}
umask 022
mkdir -p "$XMLRPCGI_RUN/htdocs"
rm -f "$XMLRPCGI_RUN/httpd.pid" "$XMLRPCGI_RUN/draining"    # of a container that was killed

door=${XMLRPCGI_DOOR:-}
if [ -z "$door" ]; then
    for door in wsgi fcgid cgi; do
        if [ -e "$XMLRPCGI_MODULES/mod_$door.so" ] && [ -e "$here/$door.conf" ]; then break; fi
    done
fi
case $door in
    wsgi) set -- -D XMLRPCGI_DOOR_WSGI ;;
    fcgid) set -- -D XMLRPCGI_DOOR_FCGID ;;
    cgi) set -- ;;
    *) echo "XMLRPCGI_DOOR=$door is not known: cgi, fcgid or wsgi." >&2; exit 2 ;;
esac
# Apache takes the value from the environment; the name alone makes <IfDefine> true.
for name in $(env | sed -n 's/^\(XMLRPCGI_[A-Z0-9_]*\)=..*/\1/p'); do
    set -- "$@" -D "$name"
done

stop() {
    trap '' TERM INT
    if [ "$drain" != 0 ]; then
        : > "$XMLRPCGI_RUN/draining"
        sleep "$drain"
    fi
    kill -WINCH "$apache"
}
/srv/run/httpd -DFOREGROUND -D XMLRPCGI_CONTAINER "$@" -f "$here/httpd.conf" &
apache=$!
trap stop TERM INT
# A signal ends `wait`, not Apache.
while :; do
    status=0
    wait "$apache" || status=$?
    kill -0 "$apache" 2>/dev/null || break
done
exit "$status"
