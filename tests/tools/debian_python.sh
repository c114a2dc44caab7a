#!/usr/bin/env bash
# Unpack the Python of a newer Debian for the tests: tests/tools/debian_python.sh trixie
#
# It lands in /opt/xmlrpcgi-pythons/SUITE, with the libraries it was built for, and the paths of its
# loader and its libraries are written into it. So it starts like any other program, as any user and
# without chroot. tests/tools/interpreters.py finds it there.
set -euo pipefail
suite=$1
root=/opt/xmlrpcgi-pythons/$suite

if "$root/usr/bin/python3" -IS -c 'import xmlrpc.server' 2>/dev/null; then exit; fi
rm -rf "$root"
mkdir -p "$(dirname "$root")"
trap 'rm -rf "$root"' ERR           # a half of it would be found
# A mirror may be weeks behind; its signature counts, its date does not.
timeout 300 mmdebstrap --quiet --variant=extract --include=python3 \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' "$suite" "$root"
chmod 755 "$root"
python=$(readlink -f "$root/usr/bin/python3")
libraries=$(echo "$root"/usr/lib/*-linux-gnu*)
patchelf --set-interpreter "$root/usr$(patchelf --print-interpreter "$python")" \
    --force-rpath --set-rpath "$libraries" "$python"
"$root/usr/bin/python3" -IS -c 'import sys, xmlrpc.server; print("Python", sys.version)'
