#!/bin/sh
# Which replicas get requests, in the running nginx that start.sh started with the same environment:
#
#   replicas.sh without HOST:PORT   all but this one. Returns when no worker is left that could ask it anything.
#   replicas.sh all                 all of APP_SERVERS
#
# No connection is refused meanwhile. On any failure everything stays as it was, and the exit is not 0.
set -eu
. "$(dirname -- "$0")/environment.sh"

# Seconds: above worker_shutdown_timeout in nginx.conf.
PATIENCE=35

# The workers that the master has now, also those on their way out: one number a line.
workers() {
  for status in /proc/[0-9]*/status; do
    parent=$(sed -n 's/^PPid:[[:space:]]*//p' "$status" 2>/dev/null) || continue
    [ "$parent" != "$master" ] || basename "$(dirname "$status")"
  done
}

# any_of NUMBERS — whether one of these is still a worker
any_of() {
  for pid in $1; do
    [ "$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)" != "$master" ] || return 0
  done
  return 1
}

any_new() {
  for pid in $(workers); do
    case " $old " in *" $pid "*) ;; *) return 0 ;; esac
  done
  return 1
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

old=$(workers | tr '\n' ' ')
cp "$run/upstream.conf" "$run/upstream.before"
render_upstream "$wanted" "$run/upstream.next"
mv "$run/upstream.next" "$run/upstream.conf"
# The access log is /dev/stdout, which can only be opened where it is no socket.
if ! call_nginx -t -q 9>&- >/dev/null; then
  mv "$run/upstream.before" "$run/upstream.conf"
  fail 'the new configuration is not valid, the old one stays'
fi
kill -HUP "$master"

deadline=$(($(date +%s) + PATIENCE))
until any_new; do
  [ "$(date +%s)" -lt "$deadline" ] || fail 'no new workers: nginx did not take the new configuration'
  sleep 0.1
done
[ "$1" = all ] && exit
while any_of "$old"; do
  [ "$(date +%s)" -lt "$deadline" ] || fail "workers of before are still there after $PATIENCE s"
  sleep 0.1
done
