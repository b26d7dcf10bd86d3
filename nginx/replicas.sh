#!/bin/sh
# Changes the replicas of the running nginx. Needs the environment of start.sh:
#
#   replicas.sh without HOST:PORT   all but this one. Returns when no worker with the old list is left.
#   replicas.sh all                 all of APP_SERVERS
#
# No connection is refused during the change. Exits with 0 on success, else prints the error.
set -eu
. "$(dirname -- "$0")/environment.sh"

# In seconds; longer than worker_shutdown_timeout in nginx.conf.
PATIENCE=35

# Prints the master's workers, also stopping ones, with a space around each. It starts no process for each: a busy
# machine has hundreds.
workers() {
  found=' '
  for stat in /proc/[0-9]*/stat; do
    read -r pid name _ parent _ 2>/dev/null <"$stat" || continue
    if [ "$name $parent" = "(nginx) $master" ]; then found="$found$pid "; fi
  done
  echo "$found"
}

# both LIST LIST — a worker is in both lists; new LIST LIST — a worker is only in the second
both() {
  for pid in $2; do case $1 in *" $pid "*) return 0 ;; esac done
  return 1
}
new() {
  for pid in $2; do case $1 in *" $pid "*) ;; *) return 0 ;; esac done
  return 1
}

# wait_until FUNCTION LIST — fails after the deadline
wait_until() {
  until "$1" "$2" "$(workers)"; do
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

put_back() {
  mv "$run/upstream.before" "$run/upstream.conf"
}

case "${1:-} $#" in
'without 2')
  words "$servers" | grep -qxF -- "$2" || fail "\"$2\" is none of APP_SERVERS ($servers)"
  wanted=$(words "$servers" | grep -vxF -- "$2" | tr '\n' ',') || fail "\"$2\" is the only replica"
  ;;
'all 1') wanted=$servers ;;
*) fail 'use: replicas.sh without HOST:PORT | replicas.sh all' ;;
esac

master=$(cat "$run/nginx.pid" 2>/dev/null) && kill -0 "$master" 2>/dev/null || fail "it does not run in $run"
exec 9>"$run/replicas.lock"
flock -w "$PATIENCE" 9 || fail 'another replicas.sh is at work'

before=$(workers)
deadline=$(($(date +%s) + PATIENCE))
link_configuration
cp "$run/upstream.conf" "$run/upstream.before"
render_upstream "$wanted" "$run/upstream.next"
mv "$run/upstream.next" "$run/upstream.conf"
# The access log is /dev/stdout, which cannot be opened if it is a socket.
if ! call_nginx -t -q 9>&- >/dev/null; then
  put_back
  fail 'the new configuration is not valid, the old one stays'
fi
kill -HUP "$master"

if ! wait_until new "$before"; then
  put_back
  fail 'no new workers: nginx did not take the new configuration, the old one stays'
fi
[ "$1" = all ] && exit
none_left() { ! both "$@"; }
wait_until none_left "$before" || fail "the workers of before are still there after $PATIENCE s"
