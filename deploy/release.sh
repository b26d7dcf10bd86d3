#!/usr/bin/env bash
# release.sh — releases an image on this host, one replica after the other, and rolls back after a failure.
#
#   release.sh IMAGE      releases an image, with the files beside this script (docker-compose.prod.yml, nginx/, deploy/)
#   release.sh rollback   goes back to the previous release, or repairs an interrupted one
#   release.sh status     prints the running release, and the ones to go back to
#
# MADANG_HOME (the folder above this script) has madang.env, the files in use, and releases/ with the last three. A
# release runs independently of the terminal. A lost connection does not stop it; Ctrl-C or SIGTERM rolls it back.
#
#   1  pulls the image, and records the release as pending
#   2  copies the files to their places; nginx tests them before it uses them
#   3  migrates once, with the new image. Migrations only add, so the previous release still works
#   4  for each replica: remove from nginx, finish requests, stop, start, wait until ready, one read of the API, add to
#      nginx, watch for a while
#   5  asks nginx, records the release as current, deletes all but the last three
#
# A failure before 5 puts back all changed replicas and files, one after the other.
# Exit codes: 0 released; 1 failed, the previous release runs; 2 the rollback failed too.
#
# Environment: MADANG_HOME, READY_SECONDS [15] until a replica must be ready, WATCH_SECONDS [10] to watch it after that,
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
  # Without migrating back: migrations only add, and the previous release works on the schema.
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
  trap '' INT TERM # no interruption during the rollback
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

# take_back OLD NEW — puts every replica with NEW back to OLD, the broken one first. It ends if one does not start with
# OLD either: the others still run.
take_back() {
  # OLD is known to work, so watch it only briefly.
  local old=$1 new=$2 image replica watch_seconds=1
  [[ -n $old ]] || { take_away "$new"; return; }
  image=$(release_image "$old")
  # nginx reads its files when the first replica is removed or added. Until then a broken one stays out.
  put_files "$old"
  for replica in $(replicas_in_order); do
    [[ $(image_of "$replica") == "$image" ]] || roll "$replica" "$image" || { way_back_failed; return 1; }
  done
  apply_files || { way_back_failed; return 1; }
  clear_pending
  # An older one stays as a target for a rollback.
  ((new < old)) || drop_failed "$new"
  say "release $old serves again"
}

way_back_failed() {
  say "AND THE WAY BACK FAILED: $reason"
  status
}

# Without a previous release, everything is stopped.
take_away() {
  compose kill nginx "${REPLICAS[@]}" >/dev/null 2>&1 || true
  compose rm --force nginx "${REPLICAS[@]}" >/dev/null 2>&1 || true
  rm -f "$home/replicas.env"
  clear_pending
  drop_failed "$1"
  say 'there was no release before: all is stopped again'
}

# Repairs a run that was killed or lost power: goes back to the current release.
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

# work WORD… — the part that runs independently of the terminal, one at a time on a host.
work() {
  exec 9>"$home/release.lock"
  flock --nonblock 9 || { say 'Another release is under way.'; exit 1; }
  check_host
  case $1 in
    rollback) roll_back ;;
    *) release "$1" ;;
  esac
}

# Starts the work in its own session and prints its output. A lost connection only ends this part.
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

# The last line: bash must read the whole file first, because a release replaces it.
main "$@"; exit
