#!/usr/bin/env bash
# Start a PostgreSQL server of its own on a free port, run a command with DATABASE_URL set, stop the server.
#     bash scripts/with_postgres.sh COMMAND [ARGUMENT ...]
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "No PostgreSQL server found under /usr/lib/postgresql: install the package 'postgresql'." >&2; exit 1; }
folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as=()
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || useradd --system postgres
  chown postgres "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
fi
cd "$folder"
"${as[@]}" "$bin/initdb" -D "$folder/data" -U wayhome --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off" -w -l "$folder/log" start >/dev/null
cd - >/dev/null
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
export DATABASE_URL="postgres://wayhome@127.0.0.1:$port/postgres"
"$@"
