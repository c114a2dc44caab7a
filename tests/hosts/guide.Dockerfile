# A bare Debian for the guides (guide.py): the packages that docs/guide-sqlite.md installs, and sudo,
# which the user `me` may use without a password.  In containers without a network, apt-get only says
# whether the packages are there.

FROM debian:bookworm-slim
ARG PACKAGES
RUN apt-get update && apt-get install -y sudo
RUN apt-get install -y $PACKAGES
RUN useradd --create-home --shell /bin/bash me && \
    echo 'me ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/me
RUN printf '%s\n' '#!/bin/sh' '[ "$1" = update ] && exit' \
        '[ "$1" = install ] && shift && exec dpkg -s "$@" > /dev/null' 'exit 1' \
        > /usr/local/bin/apt-get && chmod +x /usr/local/bin/apt-get
