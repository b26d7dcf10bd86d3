#!/bin/sh
# Which replicas get requests, in the running nginx that start.sh started with the same environment:
#
#   replicas.sh without HOST:PORT   all but this one. Returns when no worker is left that could ask it anything.
#   replicas.sh all                 all of APP_SERVERS
#
# No connection is refused meanwhile. Exits with 0 when it is done, else says what is wrong.
set -eu
. "$(dirname -- "$0")/environment.sh"

# Seconds: above worker_shutdown_timeout in nginx.conf.
PATIENCE=35

# The workers that the master has now, also those on their way out, with a space around each. Without another process for
# each: a busy machine has hundreds.
workers() {
  found=' '
  for stat in /proc/[0-9]*/stat; do
    read -r pid name _ parent _ 2>/dev/null <"$stat" || continue
    if [ "$name $parent" = "(nginx) $master" ]; then found="$found$pid "; fi
  done
  echo "$found"
}

# both LIST LIST, new LIST LIST — whether there is one in both lists, or one in the second that is not in the first
both() {
  for pid in $2; do case $1 in *" $pid "*) return 0 ;; esac done
  return 1
}
new() {
  for pid in $2; do case $1 in *" $pid "*) ;; *) return 0 ;; esac done
  return 1
}

# wait_until FUNCTION LIST — whether that came about in time
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
# The access log is /dev/stdout, which can only be opened where it is no socket.
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
