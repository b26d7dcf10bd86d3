# shellcheck shell=bash
# The replicas and nginx before them. Read by release.sh.

readonly NGINX=10.213.77.10:80
readonly REPLICAS=(app-1 app-2)
declare -rA ADDRESS=([app-1]=10.213.77.11:3000 [app-2]=10.213.77.12:3000)
# A replica must answer these before it gets requests, and nginx at the end.
readonly SMOKE=(/health/ready /api/v1/boards)

container_of() { compose ps --all --quiet "$1" 2>/dev/null | head -n 1; }

# state_of CONTAINER — prints its state and its number of restarts, such as `running 0`.
state_of() { docker inspect --format '{{.State.Status}} {{.RestartCount}}' "$1" 2>/dev/null || echo 'gone 0'; }

runs() { [[ $(state_of "$(container_of "$1")") == running* ]]; }

ready() { answers "${ADDRESS[$1]}" /health/ready; }

# image_of REPLICA — prints the image that it runs or should run.
image_of() { sed -n "s/^$(variable "$1")=//p" "$home/replicas.env" 2>/dev/null; }

variable() {
  local name=${1^^}
  echo "${name//-/_}_IMAGE"
}

set_image() {
  local replica lines=()
  for replica in "${REPLICAS[@]}"; do
    if [[ $replica == "$1" ]]; then lines+=("$(variable "$replica")=$2")
    else lines+=("$(variable "$replica")=$(image_of "$replica")"); fi
  done
  write_file "$home/replicas.env" "# Written by release.sh: the image that each replica runs." "${lines[@]}"
}

# Prints replicas that are not ready first: replacing them affects nobody.
replicas_in_order() {
  local replica serving=()
  for replica in "${REPLICAS[@]}"; do
    if ready "$replica"; then serving+=("$replica"); else echo "$replica"; fi
  done
  ((${#serving[@]} == 0)) || printf '%s\n' "${serving[@]}"
}

other_ready() {
  local replica
  for replica in "${REPLICAS[@]}"; do
    [[ $replica == "$1" ]] || ! ready "$replica" || return 0
  done
  return 1
}

# roll REPLICA IMAGE — replaces the replica's container.
roll() {
  local replica=$1 image=$2
  take_out "$replica" || return
  set_image "$replica" "$image"
  if ready "$replica"; then
    # nginx sends it no requests any more. Compose sends a second SIGTERM, which skips the rest of SHUTDOWN_DELAY.
    [[ $taken_out != "$replica" ]] || docker kill --signal SIGTERM "$(container_of "$replica")" >/dev/null 2>&1 || true
  else
    # It is not ready, so it has no requests to finish.
    compose kill "$replica" >/dev/null 2>&1 || true
  fi
  compose up --detach --no-deps --no-build --pull never --force-recreate "$replica" >/dev/null 2>"$home/log/compose" ||
    { reason="$replica was not started: $(tail -n 3 "$home/log/compose")"; return 1; }
  wait_until_ready "$replica" || return
  put_in || return
  watch "$replica" || return
  say "$replica runs $image"
}

nginx_runs() { runs nginx; }

# nginx_does COMMAND… — runs a script of nginx/ in nginx's container.
nginx_does() {
  local said
  said=$(compose exec -T nginx sh "/etc/nginx/madang/$1" "${@:2}" 2>&1) || { reason="nginx: $said"; return 1; }
}

# The replica that this run has removed from nginx.
taken_out=

# Removes a replica from nginx and waits for its requests. The only ready replica stays in: removing it would refuse
# requests that it can still answer.
take_out() {
  [[ $taken_out != "$1" ]] || return 0
  nginx_runs && other_ready "$1" || return 0
  nginx_does replicas.sh without "${ADDRESS[$1]}" || return
  taken_out=$1
}

put_in() {
  nginx_runs || return 0
  nginx_does replicas.sh all || return
  taken_out=
}

wait_until_ready() {
  local replica=$1 container deadline=$((SECONDS + ready_seconds)) began=$SECONDS
  container=$(container_of "$replica")
  until ready "$replica"; do
    not_interrupted || return
    [[ $(state_of "$container") == 'running 0' ]] || { broken "$replica" 'ended while it started'; return 1; }
    ((SECONDS < deadline)) || { broken "$replica" "is not ready after $ready_seconds s"; return 1; }
    sleep 0.3
  done
  answers "${ADDRESS[$replica]}" "${SMOKE[@]}" || { broken "$replica" "does not answer $unanswered"; return 1; }
  say "$replica is ready after $((SECONDS - began)) s"
}

# Some replicas crash soon after the start. Being not ready once is tolerated, twice is not.
watch() {
  local replica=$1 container deadline=$((SECONDS + watch_seconds)) misses=0
  container=$(container_of "$replica")
  while ((SECONDS < deadline)); do
    sleep 0.5
    not_interrupted || return
    [[ $(state_of "$container") == 'running 0' ]] || { broken "$replica" 'ended soon after it was ready'; return 1; }
    if ready "$replica"; then misses=0; else misses=$((misses + 1)); fi
    ((misses < 2)) || { broken "$replica" 'was ready and is no more'; return 1; }
  done
}

# broken REPLICA REASON — sets the reason, with the replica's last log lines.
broken() {
  local words
  words=$(docker logs --tail 15 "$(container_of "$1")" 2>&1 | cut -c1-400)
  reason="$1 $2. $(quoted "${words:-(it said nothing)}")"
}

# quoted TEXT — indents it.
quoted() { printf '%s' $'The last log lines:\n'"$1" | sed '2,$s/^/           | /'; }

start_nginx() {
  compose up --detach --no-deps --wait --wait-timeout 30 nginx >/dev/null 2>"$home/log/compose" ||
    { reason="nginx was not started: $(tail -n 3 "$home/log/compose")"; return 1; }
}

# Asks twice for each replica, because nginx alternates. A container that runs may not listen yet.
ask_nginx() {
  local i deadline=$((SECONDS + 15))
  until answers "$NGINX" /health/ready || ((SECONDS >= deadline)); do sleep 0.3; done
  for ((i = 0; i < 2 * ${#REPLICAS[@]}; i++)); do
    answers "$NGINX" "${SMOKE[@]}" || { reason="nginx does not answer $unanswered with 200"; return 1; }
  done
}

run_migrations() {
  local began=$SECONDS
  MIGRATE_IMAGE=$1 timeout --kill-after=20 "$migrate_seconds" \
    docker compose --project-directory "$home" --file "$home/docker-compose.prod.yml" --env-file "$home/madang.env" \
    run --rm --no-deps --pull never -T migrate >"$home/log/migrate" 2>&1 </dev/null ||
    { reason="the migration failed, and no replica was touched. $(quoted "$(tail -n 15 "$home/log/migrate")")"; return 1; }
  say "migrated in $((SECONDS - began)) s: $(tail -n 1 "$home/log/migrate")"
}
