#!/usr/bin/env bash
# push.sh NAME:TAG — builds the image of this checkout and pushes it. Runs in the workflow deploy.yml.
#
# Passes the image to the workflow by its digest: the tag may move, but exactly this build is released.
#
# Environment: REGISTRY_USER, REGISTRY_TOKEN
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

name=$1
docker login "${name%%/*}" --username "$REGISTRY_USER" --password-stdin <<<"$REGISTRY_TOKEN"
trap 'docker logout "${name%%/*}" >/dev/null' EXIT

docker build --pull --tag "$name" --build-arg REVISION="$(git rev-parse HEAD)" .
docker push "$name"
digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$name" | grep -m 1 -F "${name%:*}@sha256:")
echo "image=$digest" >>"${GITHUB_OUTPUT:-/dev/stdout}"
