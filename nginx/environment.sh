# For start.sh and replicas.sh: the environment, and the files that depend on it.

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
run=${NGINX_RUN:-/run/madang}
servers=${APP_SERVERS:-10.213.77.11:3000,10.213.77.12:3000}

fail() {
  echo "nginx: $*" >&2
  exit 1
}

# words LIST — prints the items of a list with commas, one a line
words() {
  printf '%s\n' "$1" | tr -s ', ' '\n\n' | sed '/^$/d'
}

# An unprivileged user for the workers; its name differs between the official image and Debian. Without root, no change
# of user is possible.
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

# Runs nginx with our prefix, configuration and user.
call_nginx() {
  nginx -e stderr -p "$run/" -c "$run/nginx.conf" -g "$(worker_user)" "$@"
}

# Links the configuration into the run folder, with files that a release has added since the start.
link_configuration() {
  for file in "$here"/*.conf; do ln -sfn "$file" "$run/${file##*/}"; done
}

# render_upstream SERVERS FILE
render_upstream() {
  {
    # 2 s instead of 10, because a crashed process returns soon. Longer than TURN_AWAY_SECONDS in src/stop.ts.
    group app "$1" 'max_fails=1 fail_timeout=2s' 64
    # When Node refuses an upload it closes the connection, and nginx counts a failure. A client with large bodies could
    # so remove all replicas for everybody. So uploads count no failures.
    group uploads "$1" 'max_fails=0' 4
    # A replica that is not ready answers 503; this is no failure.
    group readiness "$1" 'max_fails=0' 4
    # Half of the replicas may be stopping at once, each with its successor in the list: try one more.
    echo "proxy_next_upstream_tries $(($(words "$1" | wc -l) / 2 + 1));"
  } >"$2"
}

# group NAME SERVERS PARAMETERS CONNECTIONS
group() {
  echo "upstream $1 {"
  # Workers share the state of replicas, so that each need not find a dead one itself.
  echo "  zone $1 128k;"
  for server in $(words "$2"); do echo "  server $server $3;"; done
  echo "  keepalive $4;"
  # Below Node's 75 s: see connections.conf.
  echo '  keepalive_timeout 65s;'
  echo '  keepalive_requests 10000;'
  echo '}'
}
