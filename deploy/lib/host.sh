# shellcheck shell=bash
# The host's engine, folder and output. Read by release.sh.

# Why the last step failed. A function that returns 1 sets it; the caller prints it.
reason=

say() { printf '%5d s  %s\n' "$SECONDS" "$*"; }

# Compose reads two files of variables: the operator's, and the images of the replicas.
compose() {
  local args=(--project-directory "$home" --file "$home/docker-compose.prod.yml" --env-file "$home/madang.env")
  [[ ! -f $home/replicas.env ]] || args+=(--env-file "$home/replicas.env")
  docker compose "${args[@]}" "$@" </dev/null
}

check_host() {
  local problem=
  docker info >/dev/null 2>&1 || problem="the Docker engine does not answer ${USER:-us}"
  docker compose version >/dev/null 2>&1 || problem='there is no docker compose'
  command -v curl >/dev/null || problem='there is no curl'
  [[ -f $home/madang.env ]] || problem="$home/madang.env is missing: copy deploy/madang.env.example"
  # If it is missing, Docker creates a folder with this name.
  [[ -f $home/rds-ca.pem ]] || problem="$home/rds-ca.pem is missing: the certificates that the database's is checked with"
  if [[ -f $home/madang.env && -n $(find "$home/madang.env" -perm /077) ]]; then
    problem="$home/madang.env holds secrets, and others may read it: chmod 600"
  fi
  [[ -z $problem ]] || { say "$problem"; exit 1; }
}

# answers ADDRESS PATH… — succeeds if each path answers 200 to a load balancer's request.
answers() {
  local address=$1 path code
  shift
  for path in "$@"; do
    code=$(curl --silent --noproxy '*' --connect-timeout 1 --max-time 4 --output /dev/null --write-out '%{http_code}' \
      --header 'X-Forwarded-Proto: https' "http://$address$path")
    [[ $code == 200 ]] || { unanswered="$path ($code)"; return 1; }
  done
}

# write_file FILE LINES… — replaces a small file atomically, also at a power loss.
write_file() {
  local file=$1
  shift
  printf '%s\n' "$@" >"$file.new"
  sync "$file.new"
  mv "$file.new" "$file"
}
