#!/usr/bin/env bash
# release.sh — brings a release out on this host, replica by replica, and takes it back by itself when it is no good.
#
#   release.sh IMAGE      releases an image, with the files beside this script (docker-compose.prod.yml, nginx/, deploy/)
#   release.sh rollback   goes back to the release before, or finishes what an interruption left half done
#   release.sh status     what runs, and what one can go back to
#
# It works in MADANG_HOME (the folder above this script), which holds madang.env, the files in use and releases/ with the
# last three. A release runs apart from the terminal: a lost connection does not stop it, Ctrl-C or SIGTERM takes it back.
#
#   1  pulls the image, notes what is about to happen
#   2  puts the files in place; nginx tries them before it takes them
#   3  migrates, once, with the new image. The schema only grows: the release before goes on with it
#   4  for each replica: out of nginx, requests under way finish, stop, start, ready, one read of the API, back into nginx,
#      watched for a while
#   5  asks nginx, notes the release as the current one, forgets all but the last three
#
# Whatever fails before 5 puts every replica that was touched and all files back, in the same gentle way.
# Ends with 0 when the release is out; 1 when it is not, and the one before serves; 2 when that went wrong as well.
#
# Environment: MADANG_HOME, READY_SECONDS [15] for a replica to get ready, WATCH_SECONDS [10] it is watched then,
# MIGRATE_SECONDS [1800], PULL [always] or never (for an image that was built or loaded here).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_files=${here%/*}
home=${MADANG_HOME:-$source_files}
home=$(cd "$home" && pwd)
ready_seconds=${READY_SECONDS:-15}
watch_seconds=${WATCH_SECONDS:-10}
migrate_seconds=${MIGRATE_SECONDS:-1800}

# shellcheck source=deploy/lib/host.sh
. "$here/lib/host.sh"
# shellcheck source=deploy/lib/replicas.sh
. "$here/lib/replicas.sh"
# shellcheck source=deploy/lib/releases.sh
. "$here/lib/releases.sh"

interrupted=

# --- A release -------------------------------------------------------------------------------------------------------

release() {
  local name=$1 image old new
  finish_interrupted || return 2
  old=$(current_release)
  image=$(fetch_image "$name") || return 1
  new=$(new_release "$name" "$image")
  say "release $new: $name ($image)"
  roll_out "$old" "$new" yes
}

roll_back() {
  local old new
  if [[ -n $(pending_release) ]]; then
    finish_interrupted || return 2
    return
  fi
  old=$(current_release)
  new=$(release_before "$old")
  [[ -n $new ]] || { say 'There is no release before this one.'; return 1; }
  say "back from release $old to release $new: $(release_name "$new")"
  # Without its migrations: the schema only grows, and the one before has run on it.
  roll_out "$old" "$new" no || return
  forget_release "$old"
}

# roll_out OLD NEW MIGRATE — from one release to another, or back. OLD is empty on a fresh host.
roll_out() {
  local old=$1 new=$2 migrate=$3
  trap 'interrupted=yes' INT TERM
  set_pending "$new"
  if bring_out "$new" "$migrate"; then
    set_current "$new"
    say "release $new is out"
    prune
    return
  fi
  trap '' INT TERM # from here on there is only the way back
  interrupted=
  say "FAILED: $reason"
  take_back "$old" "$new" || return 2
  return 1
}

bring_out() {
  local new=$1 migrate=$2 image replica
  image=$(release_image "$new")
  put_files "$new"
  apply_files || return
  [[ $migrate == no ]] || run_migrations "$image" || return
  for replica in $(replicas_in_order); do
    not_interrupted || return
    roll "$replica" "$image" || return
  done
  start_nginx || return
  not_interrupted || return
  ask_nginx || return
}

# take_back OLD NEW — every replica that runs NEW goes back to OLD, the broken one first. One that does not come up on
# OLD either ends this: the others still serve.
take_back() {
  # What it goes back to is known: every second of watching would be one too many.
  local old=$1 new=$2 image replica watch_seconds=1
  [[ -n $old ]] || { take_away "$new"; return; }
  image=$(release_image "$old")
  # nginx takes its files with the first replica that goes out or in: a broken one stays out until then.
  put_files "$old"
  for replica in $(replicas_in_order); do
    [[ $(image_of "$replica") == "$image" ]] || roll "$replica" "$image" || { way_back_failed; return 1; }
  done
  apply_files || { way_back_failed; return 1; }
  clear_pending
  # One that is older was good once: it is there for a rollback.
  ((new < old)) || drop_failed "$new"
  say "release $old serves again"
}

way_back_failed() {
  say "AND THE WAY BACK FAILED: $reason"
  status
}

# Nothing ran before: nothing runs afterwards.
take_away() {
  compose kill nginx "${REPLICAS[@]}" >/dev/null 2>&1 || true
  compose rm --force nginx "${REPLICAS[@]}" >/dev/null 2>&1 || true
  rm -f "$home/replicas.env"
  clear_pending
  drop_failed "$1"
  say 'there was no release before: all is stopped again'
}

# An earlier run did not get to its end (killed, or the power went): back to what was current then.
finish_interrupted() {
  local pending
  pending=$(pending_release)
  [[ -n $pending ]] || return 0
  say "release $pending was interrupted: first back to what was before"
  take_back "$(current_release)" "$pending"
}

not_interrupted() {
  [[ -z $interrupted ]] || { reason='it was stopped by a signal'; return 1; }
}

# --- The command -----------------------------------------------------------------------------------------------------

# work WORD… — what runs apart from the terminal: one at a time on a host.
work() {
  exec 9>"$home/release.lock"
  flock --nonblock 9 || { say 'Another release is under way.'; exit 1; }
  check_host
  case $1 in
    rollback) roll_back ;;
    *) release "$1" ;;
  esac
}

# Starts the work in a session of its own and shows what it says. A lost connection takes only this part away.
run_apart() {
  local log worker code=0
  mkdir -p "$home/log"
  log=$home/log/$(date -u +%Y%m%dT%H%M%SZ)-$$.log
  : >"$log"
  setsid bash "$here/release.sh" --work "$1" >>"$log" 2>&1 </dev/null &
  worker=$!
  trap 'kill -TERM "$worker" 2>/dev/null' INT TERM
  (trap '' INT; exec tail --pid="$worker" --lines=+1 --follow "$log") &
  while kill -0 "$worker" 2>/dev/null; do wait "$worker" && code=0 || code=$?; done
  wait
  find "$home/log" -name '*.log' -mtime +90 -delete
  return "$code"
}

main() {
  case ${1:-} in
    status) status ;;
    --work) work "$2" ;;
    '' | -*) sed -n '2,26s/^# \{0,1\}//p' "$here/release.sh"; exit 2 ;;
    *) run_apart "$1" ;;
  esac
}

# Read as a whole before it runs: a release replaces this file.
main "$@"; exit
