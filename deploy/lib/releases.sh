# shellcheck shell=bash
# Releases are in releases/NUMBER/. `name` is the requested image, `image` its fixed name on this host. `files/` are its
# files; `pulled` exists if it came from a registry. `current` is the running release, `pending` the one in progress.
# Read by release.sh.

readonly KEPT=3
readonly FILES=(docker-compose.prod.yml nginx deploy)

current_release() { cat "$home/releases/current" 2>/dev/null || true; }
pending_release() { cat "$home/releases/pending" 2>/dev/null || true; }
release_name() { cat "$home/releases/$1/name"; }
release_image() { cat "$home/releases/$1/image"; }
set_pending() { write_file "$home/releases/pending" "$1"; }
clear_pending() { rm -f "$home/releases/pending"; }

set_current() {
  write_file "$home/releases/current" "$1"
  clear_pending
}

# Prints the numbers, the newest first.
releases() { find "$home/releases" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort -rn; }

# release_before NUMBER
release_before() { releases | awk -v n="${1:-0}" '$1 < n { print; exit }'; }

# fetch_image NAME — prints a name made of the image's contents. The requested name may move to another image, and a
# rollback needs exactly this one.
fetch_image() {
  local id
  if [[ ${PULL:-always} == always ]]; then
    docker pull --quiet "$1" >/dev/null || { say "The image $1 cannot be had." >&2; return 1; }
  fi
  id=$(docker image inspect --format '{{.Id}}' "$1") || { say "There is no image $1 here." >&2; return 1; }
  id=madang-release:$(cut -c8-23 <<<"$id")
  docker tag "$1" "$id"
  echo "$id"
}

# new_release NAME IMAGE — prints its number.
new_release() {
  local number folder
  number=$(($(releases | head -n 1) + 1))
  folder=$home/releases/$number
  mkdir -p "$folder/files"
  (cd "$source_files" && cp -a "${FILES[@]}" "$folder/files/")
  write_file "$folder/name" "$1"
  write_file "$folder/image" "$2"
  [[ ${PULL:-always} == never ]] || write_file "$folder/pulled" yes
  echo "$number"
}

# put_files NUMBER — copies the files of a release to the places in use.
put_files() {
  local from=$home/releases/$1/files
  cp -a --remove-destination "$from/docker-compose.prod.yml" "$home/"
  put_folder "$from/nginx" "$home/nginx"
  put_folder "$from/deploy" "$home/deploy"
}

# nginx tests the files before it uses them. Its container is replaced only if the compose file changed; then
# connections are refused for a second.
apply_files() {
  nginx_runs || return 0
  start_nginx || return
  put_in
}

# Keeps the folder itself, because nginx's container has mounted it.
put_folder() {
  local from=$1 to=$2 file
  mkdir -p "$to"
  cp -a --remove-destination "$from/." "$to/"
  (cd "$to" && find . ! -type d -print) | while IFS= read -r file; do
    [[ -e $from/$file ]] || rm -f "$to/$file"
  done
}

# Deletes all but the last three, with their images.
prune() {
  local number
  forget_repeated
  for number in $(releases | tail -n "+$((KEPT + 1))"); do forget_release "$number"; done
}

# Deletes the previous release if it has the same image and files: it is no target for a rollback.
forget_repeated() {
  local current before
  current=$(current_release)
  before=$(release_before "$current")
  [[ -n $before ]] || return 0
  [[ $(release_image "$before") == "$(release_image "$current")" ]] || return 0
  diff -r "$home/releases/$before/files" "$home/releases/$current/files" >/dev/null || return 0
  rm -rf "${home:?}/releases/$before"
}

# forget_release NUMBER — deletes it with its image, unless another release uses it. Keeps names that were not pulled
# here.
forget_release() {
  local folder=$home/releases/$1 image name
  image=$(release_image "$1")
  [[ ! -f $folder/pulled ]] || name=$(release_name "$1")
  rm -rf "$folder"
  grep -qxF "$image" "$home"/releases/*/image 2>/dev/null || docker image rm "$image" >/dev/null 2>&1 || true
  [[ -z ${name:-} ]] || grep -qxF "$name" "$home"/releases/*/name 2>/dev/null ||
    docker image rm "$name" >/dev/null 2>&1 || true
}

drop_failed() { [[ ! -d $home/releases/$1 ]] || forget_release "$1"; }

status() {
  local replica number
  for replica in "${REPLICAS[@]}"; do
    printf '%s  %s  %s\n' "$replica" "$(image_of "$replica")" "$(if ready "$replica"; then echo ready; else echo 'NOT ready'; fi)"
  done
  printf 'nginx  %s\n' "$(if answers "$NGINX" "${SMOKE[@]}"; then echo answers; else echo 'does NOT answer'; fi)"
  for number in $(releases); do
    printf 'release %s  %s  %s%s%s\n' "$number" "$(release_image "$number")" "$(release_name "$number")" \
      "$([[ $number != "$(current_release)" ]] || echo '  <- current')" \
      "$([[ $number != "$(pending_release)" ]] || echo '  <- INTERRUPTED: release.sh rollback puts it right')"
  done
}
