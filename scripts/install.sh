#!/usr/bin/env bash
# Installs Debian packages; the servers among them are not started: the tests start their own. Needs root.
#   scripts/install.sh PACKAGE...
set -euo pipefail
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
    trap 'rm -f "$guard"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$guard"
    chmod +x "$guard"
fi
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; }
install "$@" || { apt-get update -q && install "$@"; }
