#!/usr/bin/env bash
# ship.sh release IMAGE | rollback — has the production host do what deploy/release.sh does, over SSH. Runs in the
# workflow deploy.yml, and just as well on one's own machine.
#
# A release takes along the files that go with the image. The host pulls with REGISTRY_TOKEN, which is of this run only
# and forgotten there afterwards. Its key has to be the one in DEPLOY_KNOWN_HOSTS: an unknown host gets nothing.
#
# Environment: DEPLOY_HOST, DEPLOY_USER, DEPLOY_KNOWN_HOSTS, DEPLOY_SSH_KEY, DEPLOY_HOME [/opt/madang],
# REGISTRY_USER and REGISTRY_TOKEN for an image that not everybody may pull
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

home=${DEPLOY_HOME:-/opt/madang}
files=(docker-compose.prod.yml nginx deploy)

secrets=$(mktemp -d)
trap 'rm -rf "$secrets"' EXIT
(umask 077 && printf '%s\n' "$DEPLOY_SSH_KEY" >"$secrets/key" && printf '%s\n' "$DEPLOY_KNOWN_HOSTS" >"$secrets/known_hosts")

# The connection may be silent while a migration works.
on_host() {
  ssh -i "$secrets/key" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15 \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$secrets/known_hosts" "$DEPLOY_USER@$DEPLOY_HOST" "$@"
}

# Everything that is put into a command for the host's shell.
quoted() { printf '%q' "$1"; }

release() {
  local image=$1 incoming code=0 with_registry=
  incoming=$home/incoming/$(git rev-parse HEAD)-$$
  # Only what is committed goes out.
  git archive --format=tar HEAD "${files[@]}" |
    on_host "mkdir -p $(quoted "$incoming") && tar -x -C $(quoted "$incoming")"
  if [[ -n ${REGISTRY_TOKEN:-} ]]; then
    with_registry="DOCKER_CONFIG=$(quoted "$incoming/.registry")"
    on_host "$with_registry docker login $(quoted "${image%%/*}") --username $(quoted "$REGISTRY_USER") --password-stdin" \
      <<<"$REGISTRY_TOKEN"
  fi
  on_host "$with_registry MADANG_HOME=$(quoted "$home") $(quoted "$incoming/deploy/release.sh") $(quoted "$image")" \
    </dev/null || code=$?
  # And what a lost connection left there.
  on_host "rm -rf $(quoted "$incoming"); find $(quoted "$home/incoming") -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} +"
  return "$code"
}

case ${1:-} in
  release) release "$2" ;;
  rollback) on_host "$(quoted "$home/deploy/release.sh") rollback" </dev/null ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
