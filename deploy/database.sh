#!/usr/bin/env bash
# database.sh — dumps the database and restores it. Prefer RDS's snapshots (docs/operate.md). Use this for a copy
# outside the account, for another version of MySQL, or for one table of yesterday.
#
#   database.sh dump FILE.sql.gz              a consistent snapshot, while people go on writing
#   database.sh restore FILE.sql.gz DATABASE  into a database that is new or has no tables
#   database.sh sql [DATABASE]                the mysql client
#
# The database and its user are those of madang.env. A restore needs a user that may create a database:
# `DB_USER=admin DB_PASSWORD=… database.sh restore …`.
#
# Environment: MADANG_HOME [the folder above this script]; MYSQL_PROGRAMS, a folder with mysql and mysqldump. With it
# these programs are used instead of the container, with DB_HOST, DB_PORT, DB_USER, DB_PASSWORD and DB_NAME.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${MADANG_HOME:-${here%/*}}

# A consistent snapshot without locks; it works for a user with rights on one database. Hashes of tokens are binary.
DUMP=(--single-transaction --quick --hex-blob --no-tablespaces --set-gtid-purged=OFF --skip-triggers --skip-add-locks
  --skip-lock-tables --skip-add-drop-table --skip-disable-keys --loose-skip-masking-policies)
# With stop words on, MySQL's default, an index loses pairs of letters with an `a` or an `i`, without an error.
INDEX='SET SESSION innodb_ft_enable_stopword = OFF'

fail() { echo "database.sh: $*" >&2; exit 1; }

# program NAME OPTION… — runs it with the log-in, which appears in no command line.
program() {
  # shellcheck disable=SC2016 # the shell in the container knows these
  local -a with=(sh -c 'exec env MYSQL_PWD="$DB_PASSWORD" "$0" --host="$DB_HOST" --port="${DB_PORT:-3306}" \
    --protocol=TCP --user="${DB_USER:-madang}" --default-character-set=utf8mb4 "$@"')
  if [[ -n ${MYSQL_PROGRAMS:-} ]]; then
    PATH=$MYSQL_PROGRAMS:$PATH "${with[@]}" "$@"
    return
  fi
  local -a own=()
  [[ -z ${DB_USER:-} ]] || own=(--env DB_USER --env DB_PASSWORD)
  local terminal=--no-TTY
  if [[ -t 0 && -t 1 ]]; then terminal=--interactive; fi
  docker compose --project-directory "$home" --file "$home/docker-compose.prod.yml" --env-file "$home/madang.env" \
    run --rm --no-deps "$terminal" "${own[@]}" mysql-client "${with[@]}" "$@" \
    --ssl-mode=VERIFY_IDENTITY --ssl-ca=/run/madang/rds-ca.pem
}

database_name() {
  local name=${DB_NAME:-}
  [[ -n $name || -n ${MYSQL_PROGRAMS:-} ]] || name=$(sed -n "s/^DB_NAME=['\"]\{0,1\}\([A-Za-z0-9_]*\).*/\1/p" "$home/madang.env")
  echo "${name:-madang}"
}

dump() {
  local file=$1 part=$1.part
  [[ ! -e $file ]] || fail "$file is there already"
  (umask 077 && program mysqldump "${DUMP[@]}" "$(database_name)" | gzip >"$part") || { rm -f "$part"; fail 'no dump was made'; }
  whole "$part" || { rm -f "$part"; fail 'the dump broke off'; }
  mv "$part" "$file"
  echo "$file: $(stat --format %s "$file") bytes, $(zcat "$file" | grep -c '^CREATE TABLE') tables"
}

# An incomplete dump restores without an error, so check for mysqldump's last line.
whole() { gzip --test "$1" && zcat "$1" | tail --lines=1 | grep -q '^-- Dump completed'; }

restore() {
  local file=$1 database=$2 tables
  [[ $database =~ ^[A-Za-z0-9_]+$ ]] || fail "\"$database\" is no name for a database"
  whole "$file" || fail "$file is not whole"
  program mysql --execute="CREATE DATABASE IF NOT EXISTS $database CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci"
  tables=$(program mysql --skip-column-names --execute='SHOW TABLES' "$database")
  [[ -z $tables ]] || fail "$database has tables: restore into another one, then point DB_NAME at it"
  zcat "$file" | program mysql --init-command="$INDEX" "$database"
  echo "$database: $(program mysql --skip-column-names --execute='SHOW TABLES' "$database" | wc -l) tables, restored in $SECONDS s"
}

case "${1:-} $#" in
  'dump 2') dump "$2" ;;
  'restore 3') restore "$2" "$3" ;;
  'sql 1') program mysql "$(database_name)" ;;
  'sql 2') program mysql "$2" ;;
  *) sed -n '2,14s/^# \{0,1\}//p' "$here/database.sh"; exit 2 ;;
esac
