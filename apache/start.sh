#!/bin/sh
# What the container runs: Apache.  Every XMLRPCGI_... variable of the environment becomes a Define
# of the same name (httpd.conf lists them).  This script reads two more:
#
#     XMLRPCGI_DOOR    cgi, fcgid or wsgi; by default the fastest that is in the image
#     XMLRPCGI_DRAIN   seconds.  On SIGTERM, ?health first answers 503 for this time, so that a
#                      balancer stops sending calls before the server stops taking them.
#
# SIGTERM ends it gracefully: calls under way are answered.  With XMLRPCGI_MEMBER_1 the container is
# a balancer (balancer.conf).
set -eu
here=$(dirname "$0")
export XMLRPCGI_RUN="${XMLRPCGI_RUN:-/tmp/xmlrpcgi}"        # the one folder it writes into
export XMLRPCGI_MODULES="${XMLRPCGI_MODULES:-/srv/run/modules}"
drain=${XMLRPCGI_DRAIN:-0}
umask 022
mkdir -p "$XMLRPCGI_RUN/htdocs"
rm -f "$XMLRPCGI_RUN/httpd.pid" "$XMLRPCGI_RUN/draining"    # left by a container that was killed

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
# Apache takes the values from the environment; -D makes <IfDefine> true.
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
# A signal ends `wait`, but not Apache, so wait again.
while :; do
    status=0
    wait "$apache" || status=$?
    kill -0 "$apache" 2>/dev/null || break
done
exit "$status"
