#!/bin/sh
# Renders the files that depend on the environment, and becomes nginx, in the foreground. Runs in the image
# nginx:1.28-bookworm and with Debian's nginx; as root (the workers are not) or as any user.
#
#   NGINX_RUN               a writable folder, used by nothing else: /run/madang
#   NGINX_LISTEN            80
#   APP_SERVERS             the replicas, with commas: 10.213.77.11:3000,10.213.77.12:3000
#   LOAD_BALANCER_NETWORKS  trusted for X-Forwarded-For and -Proto, with commas: none
#   PUBLIC_URL              target of redirects from plain HTTP: none, pages get 403
#   MEDIA_ROOT              uploaded files: /srv/media
set -eu
. "$(dirname -- "$0")/environment.sh"

[ -n "$(words "$servers")" ] || fail 'APP_SERVERS is empty'
for server in $(words "$servers"); do
  printf %s "$server" | grep -qE '^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$' ||
    fail "APP_SERVERS has \"$server\", which is no host:port"
done
for network in $(words "${LOAD_BALANCER_NETWORKS:-}"); do
  printf %s "$network" | grep -qE '^[0-9A-Fa-f.:]+(/[1-9][0-9]{0,2})?$' ||
    fail "LOAD_BALANCER_NETWORKS has \"$network\", which is no address or network (and /0 would be everybody)"
done

public_origin=$(printf '%s\n' "${PUBLIC_URL:-}" | sed -nE 's|^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?)(/.*)?$|\1|p')
case ${PUBLIC_URL:-}:$public_origin in
https:*:) fail "PUBLIC_URL is \"$PUBLIC_URL\", which is no address such as https://api.campus.example" ;;
esac

# The workers must be able to read it: `user` in the container, a test's folder elsewhere.
umask 022
mkdir -p "$run/temp"
link_configuration
ln -sfn "$here/static" "$run/static"
ln -sfn "${MEDIA_ROOT:-/srv/media}" "$run/media"

echo "listen ${NGINX_LISTEN:-80} default_server;" >"$run/listen.conf"
render_upstream "$servers" "$run/upstream.conf"
echo "map \$scheme \$public_origin { default \"$public_origin\"; }" >"$run/public-origin.conf"

{
  for network in $(words "${LOAD_BALANCER_NETWORKS:-}"); do echo "set_real_ip_from $network;"; done
  echo 'real_ip_header X-Forwarded-For;'
  # From the right past every load balancer: a client can invent the addresses further left.
  echo 'real_ip_recursive on;'
  echo 'geo $realip_remote_addr $from_load_balancer {'
  echo '  default 0;'
  for network in $(words "${LOAD_BALANCER_NETWORKS:-}"); do echo "  $network 1;"; done
  echo '}'
} >"$run/real-ip.conf"

# From 1.27.4 on, an old worker keeps connections for this time after their last request. So after a reload the load
# balancer's next request does not meet a closing connection.
version=$(nginx -v 2>&1 | sed 's/.*nginx\///; s/[^0-9.].*//')
if printf '%s\n' 1.27.4 "$version" | sort -V -C; then
  echo 'keepalive_min_timeout 5s;' >"$run/keepalive.conf"
else
  : >"$run/keepalive.conf"
fi

# Debian's default of 1,024 open files is less than one worker's connections.
# shellcheck disable=SC3045 # dash and busybox know it
ulimit -n 16384 2>/dev/null || true
exec nginx -e stderr -p "$run/" -c "$run/nginx.conf" -g "$(worker_user)"
