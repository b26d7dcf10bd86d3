#!/usr/bin/env bash
# node24.sh — installs a second Node, version 24, beside the installed one, for checks on both.
#
#   "$(scripts/node24.sh)" --version     prints the path of the binary; installs it first if needed
#
# Environment: MADANG_NODE24_DIR  the target folder [$XDG_CACHE_HOME/madang/node24, or ~/.cache/madang/node24]
set -euo pipefail

home=${MADANG_NODE24_DIR:-${XDG_CACHE_HOME:-${HOME:?is not set, set MADANG_NODE24_DIR}/.cache}/madang/node24}
node=$home/node_modules/node/bin/node

works() { [[ -x $node && $("$node" --version 2>/dev/null) == v24.* ]]; }

install() {
  mkdir -p "$home"
  exec 9>"$home/.lock"
  flock 9 # a second process waits, and finds it installed
  if works; then return; fi
  # npm reads an exported PREFIX. Only the path may go to stdout.
  env -u PREFIX npm install --prefix "$home" --no-package-lock --no-audit --no-fund node@24 >&2
  works || { echo 'node@24 was installed, but does not run on this machine' >&2; exit 1; }
}

works || install
printf '%s\n' "$node"
