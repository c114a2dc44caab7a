#!/bin/sh
# Make the project's virtual environment:  tests/tools/setup_venv.sh .venv PACKAGE...
# Uses PYTHON3 (default python3).  Where Debian's python3-venv is missing, it says so; as root with
# INSTALL=yes it installs the package.
set -eu

venv=$1
shift
python=${PYTHON3:-python3}

if ! command -v "$python" >/dev/null; then
    echo "There is no $python here: install Python 3.8 or newer, or say PYTHON3=/path/of/python3." >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))'; then
    echo "The tests need Python 3.8 or newer, $python is older: say PYTHON3=/path/of/python3." >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        if [ "${INSTALL:-}" != yes ]; then
            echo "This Python cannot make virtual environments: it needs the package python3-venv." >&2
            echo "\"make INSTALL=yes\" with the same target installs it with apt-get." >&2
            exit 1
        fi
        echo "This Python cannot make virtual environments: installing python3-venv with apt-get."
        apt-get -q update
        DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends python3-venv
    else
        echo "This Python cannot make virtual environments: apt install python3-venv" >&2
        exit 1
    fi
fi

[ -x "$venv/bin/python" ] && "$venv/bin/python" -c '' 2>/dev/null || "$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
