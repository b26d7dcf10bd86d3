#!/usr/bin/env bash
# debian.sh — unpacks a private MySQL server from Debian's packages, without root.
#
# The packages and all their libraries, libc and dynamic loader included, go into one folder and run from there. Nothing
# is installed into the system, and the system's libc is not used. Needs apt-get, dpkg-deb and the Debian archive
# keyring: Debian, or Ubuntu with a Debian mirror.
#
#   debian.sh          unpacks if needed, and prints the folder with mysqld, mysql and mysqldump
#
# Progress and errors go to stderr. Environment, with the defaults in brackets:
#   MADANG_MYSQL_PREFIX  the target folder [$XDG_CACHE_HOME/madang/mysql, or ~/.cache/madang/mysql]
#   MADANG_MYSQL_MIRROR  Debian archive [that of this machine's apt sources]
#   MADANG_MYSQL_SUITE   Debian suite that has mysql-server-core [sid]
#
# Generic names such as PREFIX or PORT are not read, because npm and the app export them for other purposes.
set -euo pipefail

home=${MADANG_MYSQL_PREFIX:-${XDG_CACHE_HOME:-${HOME:?is not set, set MADANG_MYSQL_PREFIX}/.cache}/madang/mysql}
mirror=${MADANG_MYSQL_MIRROR:-}
suite=${MADANG_MYSQL_SUITE:-sid}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
wanted=(mysql-server-core mysql-client-core)
# Only helper scripts of these packages (mysqldumpslow, mysqld_multi, …) need Perl and similar packages.
unneeded='^(perl|perl-base|perl-modules-.*|libperl.*|libgdbm.*|libdb5.*|libsasl2-modules-db)$'

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# The stamp is written last, and the server must run. An interrupted install fails one of the two, and is done again.
installed() { [ -f "$home/.complete" ] && "$home/bin/mysqld" --version >/dev/null 2>&1; }

require_debian() {
  local tool
  for tool in apt-get dpkg-deb flock; do
    command -v "$tool" >/dev/null || die "needs $tool, which Debian has and this machine has not"
  done
  [ -f "$keyring" ] || die "needs $keyring (package debian-archive-keyring)"
  if [ -z "$mirror" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep -m1 -E '/debian/?$' || true)
  fi
  [ -n "$mirror" ] || die "the apt sources of this machine name no Debian archive (MADANG_MYSQL_MIRROR can)"
}

# apt with its own state. With an empty status file nothing counts as installed, so it resolves all dependencies. The
# archive's signature is checked as usual.
private_apt() {
  local own=$home/apt
  local -a options=(
    -q -o Dir::Etc::SourceList="$own/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    -o Dir::State::Lists="$own/lists" -o Dir::Cache="$own/cache" -o Dir::State::status=/dev/null
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20
    -o Acquire::Check-Valid-Until=false # a mirror may be out of date
    -o APT::Update::Error-Mode=any      # without it, a mirror that does not answer is no error
    -o APT::Install-Recommends=false -o APT::Default-Release=
  )
  # As root apt would change to the user _apt, who cannot write below a home folder.
  if [ "$(id -u)" = 0 ]; then options+=(-o APT::Sandbox::User=root); fi
  apt-get "${options[@]}" "$@"
}

first_error() { sed -n 's/^E: //p' "$1" | head -n 1; }

download() {
  local own=$home/apt
  rm -rf "$own"
  mkdir -p "$own"/{lists/partial,cache/archives/partial,debs}
  printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$own/sources.list"
  say "fetching the package index of Debian $suite"
  private_apt update >"$own/log" 2>&1 || die "the index cannot be had: $(first_error "$own/log")"
  local -a packages
  mapfile -t packages < <(private_apt -y --print-uris install "${wanted[@]}" 2>>"$own/log" |
    sed -n "s/^'[^']*' \([^_ ]*\)_.*/\1/p" | grep -Ev "$unneeded")
  [ "${#packages[@]}" -gt 10 ] || die "Debian $suite has no installable ${wanted[*]} at the moment"
  say "downloading ${#packages[@]} packages"
  (cd "$own/debs" && private_apt download "${packages[@]}" >>"$own/log" 2>&1) ||
    die "the download failed: $(first_error "$own/log")"
}

unpack() {
  local deb root=$home/root.new
  rm -rf "$root"
  mkdir -p "$root"
  for deb in "$home"/apt/debs/*.deb; do dpkg-deb -x "$deb" "$root"; done
  rm -rf "${root:?}"/{etc,var} "$root"/usr/share/{doc,man,locale,lintian,bug,info} "$home/apt"
  find "$root"/usr/{bin,sbin} -type f ! -name mysqld ! -name mysql ! -name mysqldump -delete
  rm -rf "$home/root"
  mv "$root" "$home/root"
}

# A wrapper starts its program with the unpacked loader and libraries, also after the folder was moved. It replaces
# itself with the program, so both have the same process id.
write_wrapper() { # write_wrapper NAME FOLDER EXTRA-OPTIONS
  local name=$1 folder=$2 extra=$3
  cat >"$home/bin/$name.new" <<WRAPPER
#!/bin/sh
# The first option may be --no-defaults, as for the program itself. No option file of this machine is read anyway.
[ "\${1:-}" = --no-defaults ] && shift
root=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")/root
for loader in "\$root"/lib64/ld-linux-*.so.* "\$root"/usr/lib64/ld-linux-*.so.* "\$root"/lib/ld-linux-*.so.* \\
  "\$root"/usr/lib/ld-linux-*.so.* "\$root"/usr/lib/*/ld-linux-*.so.*; do [ -e "\$loader" ] && break; done
libraries=\$root/usr/lib/mysql/private
for folder in "\$root"/usr/lib/*-linux-gnu* "\$root"/lib/*-linux-gnu*; do libraries=\$folder:\$libraries; done
OPENSSL_CONF=/dev/null exec "\$loader" --library-path "\$libraries" "\$root/usr/$folder/$name" --no-defaults \\
  --character-sets-dir="\$root/usr/share/mysql/charsets" $extra "\$@"
WRAPPER
  chmod 755 "$home/bin/$name.new"
  mv "$home/bin/$name.new" "$home/bin/$name"
}

write_wrappers() {
  mkdir -p "$home/bin"
  write_wrapper mysqld sbin '--basedir="$root/usr" --lc-messages-dir="$root/usr/share/mysql" --plugin-dir="$root/usr/lib/mysql/plugin" --secure-file-priv=NULL'
  write_wrapper mysql bin ''
  write_wrapper mysqldump bin ''
}

install() {
  require_debian
  mkdir -p "$home" || die "cannot write to $home"
  exec 9>"$home/.lock"
  flock -n 9 || { say 'another install is under way, waiting for it'; flock 9; }
  if installed; then return; fi
  rm -f "$home/.complete"
  download
  unpack
  write_wrappers
  "$home/bin/mysqld" --version >/dev/null || die 'the unpacked mysqld does not start on this machine'
  touch "$home/.complete"
}

installed || install
printf '%s\n' "$home/bin"
