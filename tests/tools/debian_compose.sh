#!/usr/bin/env bash
# Unpack docker compose 2 of a newer Debian for the tests: tests/tools/debian_compose.sh trixie
#
# It lands in /opt/xmlrpcgi-compose, where tests/many/test_compose.py finds it, and needs nothing but
# the C library of this machine.
set -euo pipefail
suite=$1
place=/opt/xmlrpcgi-compose

if "$place/docker-compose" version >/dev/null 2>&1; then exit; fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
timeout 300 mmdebstrap --quiet --variant=extract --include=docker-compose \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' "$suite" "$root"
mkdir -p "$place"
cp "$root/usr/libexec/docker/cli-plugins/docker-compose" "$place/docker-compose"
"$place/docker-compose" version
