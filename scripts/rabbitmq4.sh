#!/usr/bin/env bash
# Puts RabbitMQ 4 beside the one of this machine, into a root file system of its own, for tests against both:
#   scripts/rabbitmq4.sh DIR            makes it (once) and mounts what a broker in it needs
#   scripts/rabbitmq4.sh --unmount DIR  takes the mount away again; without that DIR must not be deleted
#   SKILLAI_TEST_RABBITMQ=DIR ./test broker
# SUITE=trixie (4.0, the default) or sid (newer). Needs root, debootstrap and a Debian mirror.
set -euo pipefail

if [ "${1:-}" = --unmount ]; then
    if mountpoint -q "$2/proc"; then umount "$2/proc"; fi
    exit
fi

root=${1:?"usage: $0 [--unmount] DIR"}
suite=${SUITE:-trixie}

if [ ! -x "$root/usr/lib/rabbitmq/bin/rabbitmq-server" ]; then
    # Built beside its place and moved there when complete: a half-made one is never taken for done.
    new=$root.new
    rm -rf --one-file-system "$new"
    mkdir -p "$new"
    debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$suite" "$new"
    printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
    chmod +x "$new/usr/sbin/policy-rc.d"
    DEBIAN_FRONTEND=noninteractive chroot "$new" apt-get install -y --no-install-recommends rabbitmq-server
    printf '127.0.0.1 localhost %s\n' "$(hostname)" >"$new/etc/hosts"
    rm -rf --one-file-system "$root"
    mv "$new" "$root"
fi

# Without /proc the node's monitor of the operating system stops it.
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
