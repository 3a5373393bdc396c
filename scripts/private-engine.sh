#!/usr/bin/env bash
# A Docker engine without a service, for machines that have none, and the compose check on it: scripts/private-engine.sh check
# Needs root on Debian 12, debootstrap, 4 GB of disk and about ten minutes. Packages are unpacked into ENGINE, nothing is
# installed. It runs in a network namespace of its own. The base images are stand-ins made of Debian and this machine's
# .NET: they prove that the steps of the Dockerfiles and the compose file work, not what the official images hold.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
engine=${ENGINE:-/tmp/skillai-engine}
space=skillai-engine
key=/usr/share/keyrings/debian-archive-keyring.gpg
mkdir -p "$engine"/{packages,bin,config/cli-plugins,data}
export LD_LIBRARY_PATH=$engine/root/usr/lib/x86_64-linux-gnu XTABLES_LIBDIR=$engine/root/usr/lib/x86_64-linux-gnu/xtables
export PATH=$engine/bin:$engine/root/usr/sbin:$engine/root/usr/bin:$PATH
export DOCKER_HOST=unix://$engine/data/sock DOCKER_CONFIG=$engine/config

private_apt() {
    local suite=$1 apt=$engine/apt-$1
    shift
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    echo "deb [signed-by=$key] http://deb.debian.org/debian $suite main" > "$apt/sources.list"
    apt-get -qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@"
}

packages() {
    [ -x "$engine/root/usr/sbin/dockerd" ] && return
    cd "$engine/packages"
    # The start interval of health checks needs engine 25 or later: trixie's. The rest must fit this machine's libc.
    private_apt trixie update && private_apt trixie download docker.io docker-cli docker-buildx tini
    private_apt bookworm update && private_apt bookworm download containerd runc iptables libip6tc2 libip4tc2 libxtables12 \
        libnfnetlink0 libnetfilter-conntrack3 libnftnl11 libmnl0
    for package in *.deb; do dpkg -x "$package" "$engine/root"; done
    ln -sf "$engine/root/usr/sbin/xtables-nft-multi" "$engine/bin/iptables"
    ln -sf "$engine/root/usr/sbin/xtables-nft-multi" "$engine/bin/ip6tables"
    ln -sf "$engine/root/usr/libexec/docker/cli-plugins/docker-buildx" "$root/.tools/docker-compose" "$engine/config/cli-plugins/"
}

start() { # bridge: a network of its own. host: builds reach the package registries.
    local net=/proc/self/ns/net options="--bridge=none --iptables=false --ip-forward=false --ip-masq=false"
    if [ "$1" = bridge ]; then
        ip netns list | grep -q "$space" || { ip netns add "$space" && ip -n "$space" link set lo up; }
        net=/run/netns/$space options=""
    fi
    # nsenter and not "ip netns exec", which would hide the cgroup mounts.
    nsenter --net="$net" unshare -m --propagation slave setsid dockerd --data-root "$engine/data/data" --exec-root "$engine/data/exec" \
        --pidfile "$engine/data/pid" -H "$DOCKER_HOST" --storage-driver overlay2 --userland-proxy-path "$engine/root/usr/sbin/docker-proxy" \
        --init-path "$engine/root/usr/bin/docker-init" $options > "$engine/data/log" 2>&1 < /dev/null &
    for _ in $(seq 100); do docker info > /dev/null 2>&1 && return; sleep 0.3; done
    tail -20 "$engine/data/log" >&2
    return 1
}

stop() {
    [ -e "$engine/data/pid" ] || return 0
    kill "$(cat "$engine/data/pid")"
    while [ -e "$engine/data/pid" ]; do sleep 0.2; done
}

bases() {
    [ -e "$engine/base/.ready" ] || {
        debootstrap --variant=minbase --include=ca-certificates,libssl3t64,libgomp1 --keyring=$key trixie "$engine/base" > "$engine/base.log"
        printf '#!/bin/sh\nexit 101\n' > "$engine/base/usr/sbin/policy-rc.d" && chmod +x "$engine/base/usr/sbin/policy-rc.d"
        ln -s /usr/share/dotnet/dotnet "$engine/base/usr/bin/dotnet"
        cp /etc/ssl/certs/ca-certificates.crt "$engine/base/etc/ssl/certs/"
        touch "$engine/base/.ready"
    }
    [ -e "$engine/servers/.ready-servers" ] || {
        rm -rf "$engine/servers" && cp -a "$engine/base" "$engine/servers"
        DEBIAN_FRONTEND=noninteractive chroot "$engine/servers" apt-get install -y -qq --no-install-recommends \
            rabbitmq-server redis-server prometheus wget > "$engine/servers.log" 2>&1
        install -m 755 "$root/scripts/standin-rabbitmq.sh" "$engine/servers/usr/local/bin/rabbitmq-foreground"
        touch "$engine/servers/.ready-servers"
    }
}

images() {
    local dotnet=mcr.microsoft.com/dotnet
    docker image inspect "$dotnet/aspnet:10.0" > /dev/null 2>&1 || tar -C "$engine/base" -c . -C / usr/share/dotnet/{dotnet,host,shared} \
        | docker import -c 'ENV DOTNET_RUNNING_IN_CONTAINER=true' - "$dotnet/aspnet:10.0"
    docker image inspect "$dotnet/sdk:10.0" > /dev/null 2>&1 || tar -C "$engine/base" -c . -C / usr/share/dotnet \
        | docker import -c 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt NUGET_CERT_REVOCATION_MODE=offline' - "$dotnet/sdk:10.0"
    docker image inspect standin > /dev/null 2>&1 || tar -C "$engine/servers" -c . | docker import - standin
    printf 'FROM standin\nENV HOME=/var/lib/rabbitmq\nENTRYPOINT ["rabbitmq-foreground"]\n' | docker build -q -t rabbitmq:4-management -
    printf 'FROM standin\nWORKDIR /data\n' | docker build -q -t redis:8 -
    printf 'FROM standin\nENTRYPOINT ["prometheus"]\nCMD ["--config.file=/etc/prometheus/prometheus.yml","--storage.tsdb.path=/prometheus"]\n' \
        | docker build -q -t prom/prometheus:v3.5.0 -
    docker build -q --network host -f "$root/deploy/docker/Producer.Api.Dockerfile" -t skillai-queue-api:local "$root"
    docker build -q --network host -f "$root/deploy/docker/Worker.Dockerfile" -t skillai-queue-worker:local-cpu "$root"
}

check() {
    "$root/scripts/deploy-tools.sh" && packages && bases
    trap stop EXIT
    start host && images && stop
    start bridge
    SKIP_BUILD=1 ENTER="nsenter --net=/run/netns/$space" SERVICES="rabbitmq redis api worker prometheus" "$root/scripts/compose-check.sh"
}

if [ "$(id -u)" != 0 ] || ! unshare -n true 2> /dev/null || ! command -v debootstrap > /dev/null; then
    echo "SKIPPED: a private Docker engine needs root, network namespaces and debootstrap; the compose stack was not run." >&2
    exit 0
fi
case ${1:-check} in
check) check ;;
remove) stop; ip netns del "$space" 2> /dev/null || true; rm -rf "$engine" ;;
*) echo "Usage: $0 [check|remove]" >&2; exit 2 ;;
esac
