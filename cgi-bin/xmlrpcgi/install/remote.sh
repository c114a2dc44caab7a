# Run on the host by `install --deploy`, which sends the program as an archive on standard input:
#   sh -c SCRIPT sh FOLDER PYTHON HOST COMMAND [OPTION ...]
# FOLDER is where relative paths begin; empty: the home folder.
set -e
cd "${1:-$HOME}"
python=$2 host=$3
shift 3
command -v "$python" >/dev/null || {
    printf '%s has no %s to install with: name one of its interpreters, 3.6 or newer, %s\n' \
        "$host" "$python" 'with --python (make: PYTHON=).' >&2
    exit 2
}
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
tar xzf - -C "$new"
"$python" "$new/cgi-bin/xmlrpcgi" "$@"
