# For start.sh and replicas.sh: the environment, and what is rendered from it.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
run=${NGINX_RUN:-/run/madang}
servers=${APP_SERVERS:-10.213.77.11:3000,10.213.77.12:3000}

fail() {
  echo "nginx: $*" >&2
  exit 1
}

# words LIST — the items of a list with commas, one a line
words() {
  printf '%s\n' "$1" | tr -s ', ' '\n\n' | sed '/^$/d'
}

# An unprivileged user for the workers: the official image and Debian have different ones. Without root there is nobody
# else to be.
worker_user() {
  [ "$(id -u)" -eq 0 ] || return 0
  for name in nginx www-data; do
    if id "$name" >/dev/null 2>&1; then
      echo "user $name;"
      return
    fi
  done
  fail 'there is neither a user nginx nor www-data for the workers'
}

# nginx with our prefix, configuration and user.
call_nginx() {
  nginx -e stderr -p "$run/" -c "$run/nginx.conf" -g "$(worker_user)" "$@"
}

# The files beside this one, in the run folder: also those that a release has brought since the start.
link_configuration() {
  for file in "$here"/*.conf; do ln -sfn "$file" "$run/${file##*/}"; done
}

# render_upstream SERVERS FILE
render_upstream() {
  {
    # Two seconds out after a failure, not ten: a process that died is back sooner. Longer than TURN_AWAY_SECONDS in src/stop.ts.
    group app "$1" 'max_fails=1 fail_timeout=2s' 64
    # Node closes the connection when it refuses what is still being sent, and nginx, sending, takes that for a failure.
    # Who sends a large body could so take all replicas away from everybody: uploads count no failures.
    group uploads "$1" 'max_fails=0' 4
    # A replica that is not ready still answers: its 503 is no failure.
    group readiness "$1" 'max_fails=0' 4
    # Half of the replicas may be on their way out at once, each with its successor in the list: one more is asked.
    echo "proxy_next_upstream_tries $(($(words "$1" | wc -l) / 2 + 1));"
  } >"$2"
}

# group NAME SERVERS PARAMETERS CONNECTIONS
group() {
  echo "upstream $1 {"
  # Shared by the workers: what one finds dead the others need not try.
  echo "  zone $1 128k;"
  for server in $(words "$2"); do echo "  server $server $3;"; done
  echo "  keepalive $4;"
  # Below Node's 75 s: see connections.conf.
  echo '  keepalive_timeout 65s;'
  echo '  keepalive_requests 10000;'
  echo '}'
}
