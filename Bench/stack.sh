#!/usr/bin/env bash
# A private distributed stack for measurements: RabbitMQ, Redis (appendfsync always), an API and workers, on loopback.
#   Bench/stack.sh [WORKERS] [MODELS_FOLDER]     until Ctrl-C; prints the URL and the processes to account for
# WORKER="bench.dll worker --policy …" runs another worker than the product. With NO_BUILD=1 it runs what is built already.
# Needs rabbitmq-server and redis-server. Nothing of it outlives the script.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
workers=${1:-1}
models=${2:-$root/models}
base=${PORT:-18000}
folder=$(mktemp -d)
trap 'trap - EXIT; kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 0' INT TERM

wait_for() { for _ in $(seq 300); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done; echo "nothing listens on $1" >&2; exit 1; }

redis-server --port $((base + 1)) --bind 127.0.0.1 --dir "$folder" --appendonly yes --appendfsync always --save '' \
    >"$folder/redis.log" &
redis=$!

mkdir -p "$folder/rabbit"
printf 'listeners.tcp.1 = 127.0.0.1:%s\ndisk_free_limit.absolute = 200MB\n' $((base + 2)) >"$folder/rabbit/rabbitmq.conf"
: >"$folder/rabbit/plugins"
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME="$folder/rabbit" \
    RABBITMQ_NODENAME="skillai$base@localhost" RABBITMQ_NODE_PORT=$((base + 2)) RABBITMQ_DIST_PORT=$((base + 3)) \
    ERL_EPMD_PORT=$((base + 4)) ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_MNESIA_BASE="$folder/rabbit/mnesia" \
    RABBITMQ_LOG_BASE="$folder/rabbit/log" RABBITMQ_CONFIG_FILE="$folder/rabbit/rabbitmq" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$folder/rabbit/plugins" RABBITMQ_CONF_ENV_FILE=/dev/null \
    /usr/lib/rabbitmq/bin/rabbitmq-server >"$folder/rabbit.log" 2>&1 &

if [ -z "${NO_BUILD:-}" ]; then
    dotnet build "$root/Producer.Api" -c Release -v q --nologo >&2
    dotnet build "$root/Worker" -c Release -v q --nologo >&2
fi
export ConnectionStrings__RabbitMq=amqp://guest:guest@127.0.0.1:$((base + 2))
export ConnectionStrings__Redis=127.0.0.1:$((base + 1)) Models__Path=$models Models__AllowSimulated=true
export Logging__LogLevel__Default=Error

Urls=http://127.0.0.1:$base dotnet "$root/Producer.Api/bin/Release/net10.0/SkillAi.Queue.Producer.Api.dll" &
processes="$! $redis"
for i in $(seq "$workers"); do
    Urls=http://127.0.0.1:$((base + 10 + i)) dotnet ${WORKER:-"$root/Worker/bin/Release/net10.0/SkillAi.Queue.Worker.dll"} &
    processes="$processes $!"
done

wait_for $((base + 2))
wait_for $base
for i in $(seq "$workers"); do wait_for $((base + 10 + i)); done
until curl -sf "http://127.0.0.1:$((base + 11))/health/ready" >/dev/null; do sleep 0.2; done
broker=$(grep -lz "^RABBITMQ_NODE_PORT=$((base + 2))$" /proc/[0-9]*/environ 2>/dev/null | while read -r file; do
    grep -qs beam "${file%environ}comm" && echo "$file"; done | cut -d/ -f3 | head -1 || true)
processes="$processes $broker"
echo "--url http://127.0.0.1:$base --pids $processes"
wait
