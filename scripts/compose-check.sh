#!/usr/bin/env bash
# Brings docker-compose.yml up on a real engine and uses it: submit and poll, a job of 10,000 items during which a worker
# is killed, exit codes at the end. Uses the engine that DOCKER_HOST or the default socket gives; without one it says
# that it was skipped. Images are built first, unless SKIP_BUILD is set. ENTER is put before each call to a published port, for an engine
# in a network namespace of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
enter=${ENTER:-}
services=${SERVICES:-rabbitmq redis api worker prometheus grafana}
work=$(mktemp -d)
export COMPOSE_PROJECT_NAME=skillai-check

if ! docker info >/dev/null 2>&1; then
    echo "SKIPPED: no Docker engine answers; the compose stack was not run." >&2
    exit 0
fi
compose() { if docker compose version >/dev/null 2>&1; then docker compose "$@"; else .tools/docker-compose "$@"; fi; }
call() { $enter curl -sS --fail-with-body --max-time 60 "$@"; }
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
fail() { echo "FAILED: $*" >&2; compose ps -a >&2; compose logs --tail 30 api worker >&2; exit 1; }
trap 'compose down -v --timeout 5 >/dev/null 2>&1; rm -rf "$work"' EXIT

[ -n "${SKIP_BUILD:-}" ] || compose build api worker
start=$SECONDS
compose up -d --no-build --wait --scale worker=2 $services || fail "the stack does not come up"
echo "up after $((SECONDS - start)) s"

id=$(call localhost:8080/v1/requests -H 'Content-Type: application/json' \
    -d '{"model":"moderation","lane":"bulk","input":{"text":"You are an idiot."}}' | field id)
call "localhost:8080/v1/requests/$id?wait=20" | grep -q '"state":"succeeded"' || fail "request $id"
call localhost:8080/v1/requests -H 'Content-Type: application/json' -H 'Prefer: wait=5' \
    -d '{"model":"moderation","input":{"text":"You are an idiot."}}' | grep -q '"state":"succeeded"' || fail "a priority request"
echo "submit and poll: answered"

seq 1 10000 | sed 's/.*/{"id":"&","text":"comment number &"}/' > "$work/items.ndjson"
job=$(call "localhost:8080/v1/jobs?model=moderation" -H 'Content-Type: application/x-ndjson' --data-binary "@$work/items.ndjson" | field id)
killed=$(compose ps -q worker | sed -n 1p) # Reads to the end: a closed pipe would fail the script.
docker kill --signal KILL "$killed" >/dev/null
for _ in $(seq 60); do
    state=$(call "localhost:8080/v1/jobs/$job" | field state)
    [ "$state" = succeeded ] && break
    sleep 1
done
[ "$state" = succeeded ] || fail "job $job is '$state' after a minute"
call "localhost:8080/v1/jobs/$job/results" > "$work/results.ndjson"
answered=$(grep -c '"outcome":"succeeded"' "$work/results.ndjson")
distinct=$(sed 's/.*"index":\([0-9]*\).*/\1/' "$work/results.ndjson" | sort -u | wc -l)
[ "$answered" = 10000 ] && [ "$distinct" = 10000 ] || fail "$answered answered, $distinct distinct of 10000"
echo "a job of 10,000 items, a worker killed meanwhile: every item answered once"

compose stop
for container in $(compose ps -aq api worker); do
    code=$(docker inspect -f '{{.State.ExitCode}}' "$container")
    [ "$container" = "$killed" ] || [ "$code" = 0 ] || fail "a container stopped with exit code $code"
done
echo "stopped with exit code 0"
