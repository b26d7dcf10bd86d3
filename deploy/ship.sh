#!/usr/bin/env bash
# ship.sh release IMAGE | rollback — runs deploy/release.sh on the production host, over SSH. For the workflow
# deploy.yml and for your own machine.
#
# A release also sends the files that belong to the image. The host pulls with REGISTRY_TOKEN, which is deleted there
# afterwards. The host's key must be in DEPLOY_KNOWN_HOSTS: nothing is sent to an unknown host.
#
# Environment: DEPLOY_HOST, DEPLOY_USER, DEPLOY_KNOWN_HOSTS, DEPLOY_SSH_KEY, DEPLOY_HOME [/opt/madang],
# REGISTRY_USER and REGISTRY_TOKEN for a private image
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

home=${DEPLOY_HOME:-/opt/madang}
files=(docker-compose.prod.yml nginx deploy)

secrets=$(mktemp -d)
trap 'rm -rf "$secrets"' EXIT
(umask 077 && printf '%s\n' "$DEPLOY_SSH_KEY" >"$secrets/key" && printf '%s\n' "$DEPLOY_KNOWN_HOSTS" >"$secrets/known_hosts")

# With keep-alives, because a migration may print nothing for a long time.
on_host() {
  ssh -i "$secrets/key" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15 \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$secrets/known_hosts" "$DEPLOY_USER@$DEPLOY_HOST" "$@"
}

# Escapes a value for the host's shell.
quoted() { printf '%q' "$1"; }

release() {
  local image=$1 incoming code=0 with_registry=
  incoming=$home/incoming/$(git rev-parse HEAD)-$$
  # Only committed files are sent.
  git archive --format=tar HEAD "${files[@]}" |
    on_host "mkdir -p $(quoted "$incoming") && tar -x -C $(quoted "$incoming")"
  if [[ -n ${REGISTRY_TOKEN:-} ]]; then
    with_registry="DOCKER_CONFIG=$(quoted "$incoming/.registry")"
    on_host "$with_registry docker login $(quoted "${image%%/*}") --username $(quoted "$REGISTRY_USER") --password-stdin" \
      <<<"$REGISTRY_TOKEN"
  fi
  on_host "$with_registry MADANG_HOME=$(quoted "$home") $(quoted "$incoming/deploy/release.sh") $(quoted "$image")" \
    </dev/null || code=$?
  # Also removes folders of runs that lost their connection.
  on_host "rm -rf $(quoted "$incoming"); find $(quoted "$home/incoming") -mindepth 1 -maxdepth 1 -mtime +1 -exec rm -rf {} +"
  return "$code"
}

case ${1:-} in
  release) release "$2" ;;
  rollback) on_host "$(quoted "$home/deploy/release.sh") rollback" </dev/null ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
