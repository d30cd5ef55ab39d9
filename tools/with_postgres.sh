#!/bin/sh
# with_postgres.sh COMMAND...: run a command with TERPADU_TEST_POSTGRES naming a PostgreSQL: one that answers already, or one
# of our own, which is stopped afterwards. Where there is none, one line says what to install and those tests are skipped.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
port=54329
ours=postgresql://postgres@127.0.0.1:$port/postgres
root() { [ "$(id -u)" = 0 ]; }
as_owner() { if root; then runuser -u postgres -- "$@"; else "$@"; fi; }
server() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
answers() { command -v psql >/dev/null && psql -qAt -w "$1" -c 'select 1' >/dev/null 2>&1; }

start() {
    if [ -z "$(server)" ] && root && command -v apt-get >/dev/null; then
        echo "  … installing PostgreSQL for its tests" >&2
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } >/dev/null 2>&1 || true
    fi
    bin=$(server)
    [ -n "$bin" ] || return 1
    if root; then home=/var/lib/postgresql/terpadu-tests; else home=$here/build/postgres; fi
    if [ ! -f "$home/PG_VERSION" ]; then
        mkdir -p "$home" && if root; then chown postgres "$home"; fi
        as_owner "$bin/initdb" -D "$home" -A trust -U postgres -N >/dev/null || return 1
    fi
    as_owner "$bin/pg_ctl" -D "$home" -w -l "$home/log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null || return 1
    trap 'as_owner "$bin/pg_ctl" -D "$home" -m fast stop >/dev/null' EXIT
}

trap 'exit 130' INT TERM
cd "$here"
for given in "${TERPADU_TEST_POSTGRES:-postgresql://postgres@127.0.0.1:5432/postgres}" "$ours"; do
    if answers "$given"; then found=$given; break; fi
done
if [ -z "${found:-}" ]; then
    if start; then found=$ours; else echo "PostgreSQL is missing, its tests are skipped: apt-get install postgresql" >&2; fi
fi
export TERPADU_TEST_POSTGRES="${found:-}"
"$@"
